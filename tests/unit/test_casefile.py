"""What a judge is told of a call."""

from __future__ import annotations

from dataclasses import replace

from evidence_by_hand import missed
from hypothesis import given
from hypothesis import strategies as st
from recovery_by_hand import HEARD, case_of, recovered, turns

from RobotVoice.evidence.model import Speaker, Turn
from RobotVoice.judge.casefile import CUT, case_file

OWN_TEXT = "agent's transcript, of which the end was not heard"


def test_who_was_interrupted_and_what_came_of_it() -> None:
    one = recovered()
    case = case_of(one, believed="Let me")
    cut = case.interrupted(one)
    assert cut is not None
    assert (cut.text, cut.cut_off, cut.certain, cut.misheard, cut.believed) == (HEARD, True, True, True, "Let me")
    (reply,) = case.recovery(one)
    assert (reply.text, reply.certain, reply.misheard) == ("Sure, account support.", True, False)


def test_a_recovery_ends_with_the_callers_next_turn() -> None:
    first, second = recovered(number=1, barge_in=4.0), recovered("Nine to five.", number=2, barge_in=14.0)
    case = case_file((*turns(second), *turns(first)), (first, second))
    assert [line.start for line in case.lines] == sorted(line.start for line in case.lines)
    assert [line.text for line in case.recovery(first)] == ["Sure, account support."]
    assert [line.text for line in case.recovery(second)] == ["Nine to five."]


def test_what_did_not_happen_interrupted_nobody() -> None:
    one = missed()
    case = case_file(turns(recovered()), (one,))
    assert case.interrupted(one) is None
    assert case.recovery(one) == ()


def test_the_agents_own_text_is_cut_where_the_caller_stopped_hearing_it() -> None:
    said = Turn(Speaker.AGENT, 2.0, 4.0, "one two three four five six seven eight nine ten", OWN_TEXT, 3.0, True)
    (line,) = case_file((said,), ()).lines
    assert line.text == f"one two three four {CUT}"
    assert not line.certain
    (whole,) = case_file((replace(said, source="speech to text"),), ()).lines
    assert (whole.text, whole.certain) == (said.text, True)


@given(st.floats(0.0, 30.0), st.floats(0.0, 30.0), st.lists(st.sampled_from(["a", "bc"]), max_size=20))
def test_nothing_is_added_to_what_was_heard(heard: float, dropped: float, said: list[str]) -> None:
    (line,) = case_file((Turn(Speaker.AGENT, 1.0, 1.0 + heard, " ".join(said), OWN_TEXT, dropped, True),), ()).lines
    kept = [word for word in (line.text or "").split() if word != CUT]
    assert kept == said[: len(kept)]
    assert len(kept) * (heard + dropped) <= len(said) * heard * (1 + 1e-9) + 1e-9

"""`Agent Should Have Kept Talking`: its verdicts and its sentences, on interruptions written by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from evidence_by_hand import call, kept_talking, missed, stopped
from test_turn_taking import CallByHand

from RobotVoice import RobotVoice
from RobotVoice.durations import Duration
from RobotVoice.errors import AgentFailure, CannotCheck, InvalidArgument, UnreliableTiming
from RobotVoice.evidence.model import Continuation, Interruption, Measured
from RobotVoice.evidence.report import render
from RobotVoice.keywords.checks import CheckKeywords

WENT_ON = Continuation(4.312, 5.512, Measured(1.2, 0.012), True, "voice mail and it can", False, "", False, "")


class Interrupted(CallByHand):
    def __init__(self, one: Interruption) -> None:
        super().__init__(now=20.0, ends=20.0)
        self.one = one

    def results(self) -> list[Interruption]:
        return [self.one]

    interruptions = results


def after(went_on: Continuation, one: Interruption | None = None) -> Interruption:
    return replace(one or stopped(), continuation=went_on)


def check(one: Interruption, why_ended: str = "", **demands: Any) -> str:
    judged = Interrupted(one)
    judged.why_ended = why_ended
    library = RobotVoice()
    library._calls.append(judged)
    CheckKeywords(library).agent_should_have_kept_talking(**demands)
    return judged.checks[-1].sentence


def refused(one: Interruption, why: type[Exception] = AgentFailure, why_ended: str = "", **demands: Any) -> str:
    with pytest.raises(why) as failure:
        check(one, why_ended, **demands)
    return str(failure.value)


FELL_SILENT = (
    "The agent fell silent 312 ms after the beginning of the caller's sound, for 1200 ms, "
    'and went on with "voice mail and it can".'
)


def test_a_pause_fails_unless_it_is_allowed() -> None:
    too_long = f"{FELL_SILENT} It had to keep talking without a pause longer than"
    assert refused(after(WENT_ON)) == f"{too_long} 700 ms."
    assert refused(after(WENT_ON), allowed_pause=Duration(1.1)) == f"{too_long} 1.1 s."
    assert check(after(WENT_ON), allowed_pause=Duration(1.5)) == FELL_SILENT


def test_a_restart_fails_unless_it_is_allowed() -> None:
    one = after(replace(WENT_ON, restarted=True, again='"every plan has"'))
    told = f'{FELL_SILENT} It said "every plan has" again, which the caller had heard already.'
    long = Duration(2)
    assert refused(one, allowed_pause=long) == f"{told} It had to keep talking without saying words again."
    assert check(one, may_restart=True, allowed_pause=long) == told
    both = refused(one)
    assert both.endswith("keep talking without a pause longer than 700 ms and without saying words again.")


def test_words_left_out_fail_unless_that_is_allowed() -> None:
    one = after(replace(WENT_ON, skipped=True, left_out="1200 ms of its speech"), kept_talking(barge_in=4.0))
    told = "It left out 1200 ms of its speech, which the caller never heard."
    assert f"{told} It had to keep talking without leaving words out." in refused(one, allowed_pause=Duration(2))
    assert told in check(one, may_skip_words=True, allowed_pause=Duration(2))


def test_an_agent_that_talks_on() -> None:
    one = after(Continuation(went_on=True, restarted=False, skipped=False), kept_talking())
    assert check(one).endswith("It talked on without a pause.")


AGAIN_UNKNOWN = (
    "Whether it said words again could not be told: it takes speech to text that understands them, or may_restart=True "
    "if it does not matter."
)
LEFT_OUT_UNKNOWN = (
    "Whether it left words out could not be told: it takes the agent's own transcript and speech to text, or "
    "may_skip_words=True if it does not matter."
)


def test_what_can_not_be_told_is_an_error_that_names_the_way_out() -> None:
    one, long = after(replace(WENT_ON, restarted=None, skipped=None)), Duration(2)
    assert refused(one, CannotCheck, allowed_pause=long) == f"{FELL_SILENT} {AGAIN_UNKNOWN} {LEFT_OUT_UNKNOWN}"
    left_out = refused(one, CannotCheck, allowed_pause=long, may_restart=True)
    assert left_out == f"{FELL_SILENT} {LEFT_OUT_UNKNOWN}"
    again = refused(one, CannotCheck, allowed_pause=long, may_skip_words=True)
    assert again == f"{FELL_SILENT} {AGAIN_UNKNOWN}"
    assert check(one, allowed_pause=long, may_restart=True, may_skip_words=True) == FELL_SILENT


@pytest.mark.parametrize("known", [{"restarted": None}, {"skipped": None}])
def test_what_matters_and_can_not_be_told_passes_nothing(known: dict[str, Any]) -> None:
    one, long = after(replace(WENT_ON, **known)), Duration(2)
    assert "could not be told" in refused(one, CannotCheck, allowed_pause=long)
    wrong = replace(WENT_ON, restarted=True, again="this", skipped=True, left_out="that")
    fails = after(replace(wrong, **known))
    assert "It had to keep talking" in refused(fails, allowed_pause=long), "what is known to be wrong is no doubt"


@pytest.mark.parametrize(("uncertainty", "allowed"), [(0.2, 1.3), (0.2, 1.1), (0.012, 1.2)])
def test_a_pause_too_near_to_what_is_allowed_to_tell(uncertainty: float, allowed: float) -> None:
    one = after(replace(WENT_ON, paused_for=Measured(1.2, uncertainty)))
    told = refused(one, CannotCheck, allowed_pause=Duration(allowed))
    assert told.startswith(
        f"{FELL_SILENT} Allowed is a pause of {Duration(allowed)}. That is {Measured(1.2, uncertainty)}"
    )
    assert "Set a limit outside of that." in told


def test_a_pause_that_is_far_enough_from_what_is_allowed() -> None:
    one = after(replace(WENT_ON, paused_for=Measured(1.2, 0.2)))
    assert check(one, allowed_pause=Duration(1.4)) == FELL_SILENT
    assert "without a pause longer than 990 ms" in refused(one, allowed_pause=Duration(0.99))


def test_an_agent_that_says_something_else_did_not_keep_talking() -> None:
    other = after(replace(WENT_ON, went_on=False, went_on_with="I am sorry"))
    said = (
        "The agent stopped 412 ms after the caller barged in. It had to keep talking. "
        'It was silent for 1200 ms and then said "I am sorry".'
    )
    assert refused(other, allowed_pause=Duration(20)) == said
    unknown = after(replace(WENT_ON, went_on=None, went_on_with="I am sorry"))
    assert refused(unknown) == said


def test_whether_it_went_on_at_all_has_to_be_known() -> None:
    unknown = after(replace(WENT_ON, went_on=None, restarted=None, skipped=None))
    assert "then said" in (told := refused(unknown, CannotCheck, allowed_pause=Duration(2)))
    assert told.endswith("Whether that is its reply, or an answer to the sound, could not be told.")


def test_an_agent_that_never_spoke_again() -> None:
    silent = after(Continuation(4.312, None, Measured(4.0, 0.01, at_least=True)))
    assert refused(silent) == "The agent stopped 412 ms after the caller barged in. It had to keep talking."
    assert "had not spoken again 4.0 s later" in refused(silent, CannotCheck, allowed_pause=Duration(5))


def test_an_agent_in_the_middle_of_a_pause() -> None:
    one = after(replace(WENT_ON, fell_silent=3.9), kept_talking(barge_in=4.0))
    assert "It fell silent 100 ms before the beginning of the caller's sound" in refused(one)


def test_what_can_not_be_checked() -> None:
    busy = replace(WENT_ON, paused_for=Measured(1.2, 0.3, doubt="It stood still."))
    assert "It stood still." in refused(after(busy), UnreliableTiming)
    assert "nothing to check" in refused(missed(), CannotCheck)
    cut = after(Continuation(went_on=True), replace(kept_talking(), watched_until=19.5))
    assert "Then the call ended" in refused(cut, CannotCheck, "The agent hung up.")
    assert "may_skip_words is 'no idea'" in refused(after(WENT_ON), InvalidArgument, may_skip_words="no idea")


def test_the_table_of_figures_tells_it_with_its_uncertainty() -> None:
    one = after(replace(WENT_ON, restarted=True, again='"every plan has"', skipped=True, left_out="1 s of its speech"))
    page = render(call(one), None)
    assert "it was silent for 1200 ms ± 12 ms and went on with" in page
    assert "every plan has" in page
    assert "it left out 1 s of its speech" in page
    answered = render(call(after(replace(WENT_ON, went_on=False))), None)
    assert "it was silent" not in answered

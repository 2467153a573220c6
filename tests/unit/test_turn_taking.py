"""The agent that interrupts its caller, asks into a silence, or answers a noise: calls written by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evidence_by_hand import call
from floor_by_hand import Sounds, busy, floor
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice import RobotVoice
from RobotVoice.audio.frames import Clip
from RobotVoice.call.playout import Piece
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.call.turns import ProtocolSignals
from RobotVoice.conversation.caller_turns import is_speech
from RobotVoice.durations import Duration
from RobotVoice.errors import AgentFailure, CannotCheck, InvalidArgument, UnreliableTiming
from RobotVoice.evidence.model import CallEvidence, CutIn, Health, Interruption, Measured, Speaker, Turn
from RobotVoice.interruption.cutting_in import AT_ONCE, cut_ins
from RobotVoice.interruption.floor import TURN_CHANGE, CallerTurn, Floor, turns_of
from RobotVoice.interruption.silences import after_the_reply
from RobotVoice.judgeable import Judgeable
from RobotVoice.keywords.turn_taking import TurnTakingKeywords

HESITATING = CallerTurn(2.0, 6.2, "I would like to [pause 1.2 s] change my address")
"""With a pause from 3.5 to 4.7 s."""
SAID = [(2.0, 3.5), (4.7, 6.2)]


def close(value: float) -> object:
    return pytest.approx(value, abs=1e-6)


def cut(*agent: tuple[float, float], now: float = 30.0) -> list[CutIn]:
    return cut_ins(floor(agent, SAID, [HESITATING], now))


# --- cutting in ---


def test_an_agent_that_takes_a_pause_for_the_end_cuts_in() -> None:
    (found,) = cut((4.0, 9.0))
    assert found.pause is not None
    assert found.into_pause is not None
    assert (found.time, found.text) == (4.0, HESITATING.text)
    assert (found.into_pause.value, found.pause.value, found.before_end.value) == (close(0.5), close(1.2), close(2.2))
    assert found.lasted.value == close(5.0)


def test_so_does_one_that_talks_into_the_callers_words() -> None:
    (found,) = cut((5.0, 9.0))
    assert (found.pause, found.into_pause) == (None, None)


@pytest.mark.parametrize(
    ("begins", "counts"),
    [
        (1.5, False),
        (2.0 + AT_ONCE - 0.01, False),
        (2.0 + AT_ONCE + 0.01, True),
        (6.2 - TURN_CHANGE - 0.02, True),
        (6.2 - TURN_CHANGE + 0.02, False),
        (6.3, False),
    ],
)
def test_where_a_turn_is_cut_into(begins: float, counts: bool) -> None:
    """Not by who was talking before, not by who begins at once, not at the very end."""
    assert bool(cut((begins, 9.0))) is counts


def test_an_agent_that_goes_on_after_a_natural_pause_does_not_begin() -> None:
    assert not cut((0.5, 2.5), (3.0, 5.0))
    assert [one.time for one in cut((0.5, 2.5), (3.3, 5.0))] == [3.3]


@pytest.mark.parametrize(
    ("names", "begun", "ended", "begins"),
    [
        (("a", "a"), {"a"}, set(), []),
        (("a", "a"), set(), set(), [4.0]),
        (("a", "b"), {"a"}, set(), [4.0]),
        (("reply 1", "reply 2"), set(), {"reply 1"}, [4.0]),
    ],
)
def test_a_pause_in_a_reply_that_the_protocol_knows_is_longer(
    names: tuple[str, str], begun: set[str], ended: set[str], begins: list[float]
) -> None:
    """The same silence of 0.8 s, and of 0.4 s where another name tells of another reply."""
    silence = 0.8 if names[0] == names[1] else 0.4
    old = Piece(0.0, 0, np.ones(round((4.0 - silence) * 8000), np.int16), names[0], "", round((4.0 - silence) * 8000))
    new = Piece(0.0, 32000, np.ones(16000, np.int16), names[1], "", 16000)
    heard = floor([(0.0, 4.0 - silence), (4.0, 6.0)], SAID, [HESITATING])
    scene = replace(heard.scene, pieces=(old, new), protocol=ProtocolSignals(begun, ended))
    assert [one.time for one in cut_ins(replace(heard, scene=scene))] == begins


def test_a_cough_and_a_listeners_word_ask_nothing_and_words_do() -> None:
    assert not any(map(is_speech, ("[cough]", "[sound hammer.wav]", "mm-hmm", "Uh-huh", "[keys 1#]")))
    assert all(map(is_speech, ("Stop", "Wait, stop", "[stop]", "[question.wav]", "What are your hours?")))


def test_a_click_is_no_word() -> None:
    assert not cut((4.0, 4.05))


def test_a_mere_sound_of_the_caller_is_no_turn() -> None:
    assert not cut_ins(floor([(4.0, 9.0)], SAID, [CallerTurn(2.0, 6.2, "[television]", is_speech=False)]))


def test_turns_by_sound_alone_end_where_no_natural_pause_is() -> None:
    spans = floor(caller=[(2.0, 3.0), (3.5, 4.0), (4.8, 6.0)]).scene.caller
    assert turns_of(spans, 0.7) == [CallerTurn(2.0, 4.0), CallerTurn(4.8, 6.0)]


SOUNDS = st.lists(st.tuples(st.floats(0, 10), st.floats(0.05, 3)), max_size=5)


@given(SOUNDS)
def test_who_is_silent_in_the_callers_turn_never_cuts_in(bursts: list[tuple[float, float]]) -> None:
    agent: Sounds = [(s, s + n) for s, n in sorted(bursts) if s + n < HESITATING.start or s > HESITATING.end]
    assert not cut_ins(floor(agent, SAID, [HESITATING]))


# --- silences ---


def test_the_silence_begins_with_the_last_sound_of_either_side() -> None:
    replies = [(3.0, 5.0), (10.0, 11.0)]
    silence = after_the_reply(floor(replies, heard_out=5.0))
    assert silence is not None
    assert (silence.start, silence.broken) == (5.0, 10.0)
    coughed = after_the_reply(floor(replies, turns=[CallerTurn(7.0, 7.4, "[cough]", False)], heard_out=5.0))
    assert coughed is not None
    assert (coughed.start, coughed.broken) == (7.4, 10.0)
    later = after_the_reply(floor(replies, turns=[CallerTurn(12.0, 12.4, "[cough]", False)], heard_out=5.0))
    assert later == silence
    assert after_the_reply(floor(replies)) is None


# --- the keywords ---


class CallByHand(Judgeable):
    """A call whose sounds are given, and which goes on while a keyword waits."""

    why_ended = ""

    def __init__(
        self,
        agent: Sounds = (),
        caller: Sounds = (),
        turns: tuple[CallerTurn, ...] = (),
        now: float = 12.0,
        heard_out: float | None = None,
        ends: float = 60.0,
        timing: UplinkTiming | None = None,
    ) -> None:
        super().__init__()
        self.agent, self.caller, self.said = agent, caller, turns
        self.now, self.heard_out, self.ends, self.timing = now, heard_out, ends, timing

    @property
    def seconds(self) -> float:
        return self.now

    def floor(self) -> Floor:
        return floor(self.agent, self.caller, self.said, self.now, self.heard_out, self.timing)

    def sound(self, speaker: Speaker, start: float, end: float) -> Clip:
        raise NotImplementedError

    def wait(self, seconds: float) -> bool:
        self.now = min(self.ends, self.now + seconds)
        return self.now < self.ends

    def begin_test(self) -> None:
        self.checks.clear()

    def results(self) -> list[Interruption]:
        return []

    interruptions = results

    def reply_latency(self, patience: float) -> Measured | None:
        return None

    def last_words(self) -> str:
        return ""

    def turns(self) -> tuple[Turn, ...]:
        return ()

    def health(self) -> Health:
        return Health()

    def problems(self) -> list[str]:
        return []

    def keep_recording(self, output_dir: Path, test: str) -> Path:
        return output_dir

    def evidence(self) -> CallEvidence:
        return call()


def keywords(judged: Judgeable) -> TurnTakingKeywords:
    library = RobotVoice()
    library._calls.append(judged)
    return TurnTakingKeywords(library)


def hesitating(*agent: tuple[float, float], timing: UplinkTiming | None = None) -> CallByHand:
    return CallByHand(agent, SAID, (HESITATING,), timing=timing)


def test_the_sentence_tells_when_and_after_which_pause() -> None:
    one = hesitating((4.0, 9.0))
    with pytest.raises(AgentFailure) as failure:
        keywords(one).agent_should_not_have_interrupted_the_caller()
    assert str(failure.value) == (
        "The agent began to talk 500 ms into the caller's pause of 1200 ms, 2200 ms before the caller had finished. "
        'The caller was saying "I would like to [pause 1.2 s] change my address".'
    )
    assert one.checks[0].passed is False


def test_what_an_agent_that_listens_says_can_be_allowed() -> None:
    keywords(hesitating((4.0, 4.4), (7.0, 9.0))).agent_should_not_have_interrupted_the_caller(Duration(0.5))
    with pytest.raises(AgentFailure, match="began to talk"):
        keywords(hesitating((4.0, 4.6))).agent_should_not_have_interrupted_the_caller(Duration(0.5))


DOUBTFUL = 0.15
"""Seconds that the end of a sound may be wrong, because it fades."""


class Hidden(CallByHand):
    """The beginnings of the agent's sounds are in doubt."""

    def floor(self) -> Floor:
        heard = super().floor()
        agent = [replace(span, start_doubt=0.25) for span in heard.scene.agent]
        return replace(heard, scene=replace(heard.scene, agent=agent))


class Fading(CallByHand):
    """The ends of the agent's sounds are in doubt."""

    def floor(self) -> Floor:
        heard = super().floor()
        agent = [replace(span, end_doubt=DOUBTFUL) for span in heard.scene.agent]
        return replace(heard, scene=replace(heard.scene, agent=agent))


@pytest.mark.parametrize("allowed", [0.35, 0.4, 0.5])
def test_a_sound_too_near_to_what_is_allowed_is_neither(allowed: float) -> None:
    one = Fading([(4.0, 4.4), (7.0, 9.0)], SAID, (HESITATING,))
    with pytest.raises(CannotCheck, match=r"That is 400 ms ± 160 ms, so anything from 240 ms to 560 ms"):
        keywords(one).agent_should_not_have_interrupted_the_caller(Duration(allowed))
    keywords(one).agent_should_not_have_interrupted_the_caller(Duration(0.6))
    later = Fading([(4.0, 4.4), (5.4, 6.9)], SAID, (HESITATING,))
    with pytest.raises(AgentFailure, match="while the caller was speaking"):
        keywords(later).agent_should_not_have_interrupted_the_caller(Duration(allowed))


@pytest.mark.parametrize(
    ("begins", "why"),
    [
        (2.4, r"400 ms ± 260 ms after the caller had begun\. Within 200 ms both begin at once"),
        (5.95, r"250 ms ± 260 ms before the caller had finished\. Less than 120 ms is heard as no overlap"),
        (6.15, r"50 ms ± 260 ms before the caller had finished\."),
        (6.25, r"-50 ms ± 260 ms before the caller had finished\."),
    ],
)
def test_a_beginning_in_doubt_is_no_proof_of_either(begins: float, why: str) -> None:
    one = Hidden([(begins, 9.0)], SAID, (HESITATING,))
    with pytest.raises(CannotCheck, match=rf"^The agent began to talk {why}.* can't be told\.$"):
        keywords(one).agent_should_not_have_interrupted_the_caller()
    keywords(Hidden([(6.6, 9.0)], SAID, (HESITATING,))).agent_should_not_have_interrupted_the_caller()
    with pytest.raises(AgentFailure):
        keywords(
            Hidden([(4.0, 4.5), (begins, 9.0)], SAID, (HESITATING,))
        ).agent_should_not_have_interrupted_the_caller()


class Lossy(CallByHand):
    """The line loses all that the agent says at two times."""

    def floor(self) -> Floor:
        heard = super().floor()
        pieces = tuple(Piece(at, at * 8000, np.ones(16000, np.int16), "a", "", 16000) for at in (4, 14))
        for piece in pieces:
            piece.lost = ((0, 16000),)
        return replace(heard, scene=replace(heard.scene, pieces=pieces, lost=((4.0, 6.0), (14.0, 16.0))))


def test_silence_that_the_line_made_proves_nothing() -> None:
    lost = pytest.raises(UnreliableTiming, match=r"^There the line lost more than 25 % of what the agent sent\.")
    with lost:
        keywords(Lossy([(8.0, 9.0)], SAID, (HESITATING,))).agent_should_not_have_interrupted_the_caller()
    cough = CallerTurn(12.0, 12.4, "[cough]", is_speech=False)
    with lost:
        keywords(Lossy([(8.0, 9.0)], [(12.0, 12.4)], (cough,), now=13.0)).agent_should_have_stayed_silent()
    asked = Lossy([(8.0, 9.0), (17.0, 18.0)], SAID, (HESITATING,), now=20.0, heard_out=9.0)
    with lost:
        keywords(asked).agent_should_have_reprompted_within(Duration(10.0), Duration(6.0))


def test_without_an_allowance_every_sound_counts_however_doubtful_its_length() -> None:
    with pytest.raises(AgentFailure):
        keywords(Fading([(4.0, 4.12)], SAID, (HESITATING,))).agent_should_not_have_interrupted_the_caller()


def test_a_sound_that_the_end_of_the_call_cut_short_tells_nothing() -> None:
    one = CallByHand([(6.0, 9.0)], SAID, (HESITATING,), now=6.3, ends=6.3)
    with pytest.raises(CannotCheck, match="The call ended 300 ms later"):
        keywords(one).agent_should_not_have_interrupted_the_caller(Duration(1.0))


def test_a_dead_agent_interrupts_nobody_which_proves_nothing() -> None:
    one = hesitating()
    with pytest.raises(CannotCheck, match="has not been heard in this call, so its silence proves nothing"):
        keywords(one).agent_should_not_have_interrupted_the_caller()
    assert (one.checks, one.heeded) == ([], 0.0)
    with pytest.raises(CannotCheck, match="has not been heard"):
        keywords(CallByHand((), SAID, (HESITATING,), ends=12.0)).agent_should_not_have_interrupted_the_caller()


def test_an_agent_that_has_not_answered_yet_is_waited_for() -> None:
    one = CallByHand([(8.0, 9.0)], SAID, (HESITATING,), now=6.3)
    keywords(one).agent_should_not_have_interrupted_the_caller()
    assert 8.0 < one.now < 8.5
    assert one.checks[0].passed


def test_what_is_not_over_is_listened_to_until_it_is_plain() -> None:
    one = CallByHand([(6.0, 9.0)], SAID, (HESITATING,), now=6.3)
    with pytest.raises(AgentFailure, match="while the caller was speaking"):
        keywords(one).agent_should_not_have_interrupted_the_caller(Duration(1.0))


def test_each_turn_is_judged_once() -> None:
    one = hesitating((4.0, 9.0))
    said = keywords(one)
    with pytest.raises(AgentFailure):
        said.agent_should_not_have_interrupted_the_caller()
    with pytest.raises(CannotCheck, match="nothing since this was last checked"):
        said.agent_should_not_have_interrupted_the_caller()
    one.said, one.now = (HESITATING, CallerTurn(13.0, 14.0, "Hello")), 20.0
    said.agent_should_not_have_interrupted_the_caller()


@pytest.mark.parametrize("agent", [(4.0, 9.0), (7.0, 9.0)])
def test_a_machine_that_stood_still_in_the_turn_tells_nothing(agent: tuple[float, float]) -> None:
    one = hesitating(agent, timing=busy(3.8, 4.0))
    with pytest.raises(UnreliableTiming, match="stood still"):
        keywords(one).agent_should_not_have_interrupted_the_caller()


def test_an_agent_that_asks_in_time() -> None:
    one = CallByHand([(3.0, 5.0), (10.0, 11.0)], now=5.8, heard_out=5.0)
    keywords(one).agent_should_have_reprompted_within(Duration(8), Duration(3))
    assert one.checks[0].sentence == "The agent spoke again after 5000 ms of silence; allowed 8 s, and not before 3 s."


@pytest.mark.parametrize(("time", "earliest", "said"), [(4, 0, "had not spoken again"), (8, 6, "after 5000 ms")])
def test_an_agent_that_asks_too_late_or_too_soon(time: float, earliest: float, said: str) -> None:
    one = CallByHand([(3.0, 5.0), (10.0, 11.0)], now=5.8, heard_out=5.0)
    with pytest.raises(AgentFailure, match=said):
        keywords(one).agent_should_have_reprompted_within(Duration(time), Duration(earliest))


@pytest.mark.parametrize(("time", "earliest"), [(4.995, 0), (5.005, 0), (8, 4.995), (8, 5.005)])
def test_an_agent_that_asks_too_near_to_a_limit_to_tell(time: float, earliest: float) -> None:
    one = CallByHand([(3.0, 5.0), (10.0, 11.0)], now=5.8, heard_out=5.0)
    with pytest.raises(CannotCheck, match=r"5000 ms ± 1\d ms, .* can't be told"):
        keywords(one).agent_should_have_reprompted_within(Duration(time), Duration(earliest))


def test_an_agent_that_asks_at_once_is_not_too_early_where_nothing_is_too_early() -> None:
    one = CallByHand([(3.0, 5.0), (5.704, 7.0)], turns=(CallerTurn(5.3, 5.7, "[cough]", False),), heard_out=5.0)
    keywords(one).agent_should_have_reprompted_within(Duration(8))
    assert one.checks[0].passed


def test_a_silence_that_the_end_of_the_call_cut_short_tells_nothing() -> None:
    one = CallByHand([(3.0, 5.0)], now=5.8, heard_out=5.0, ends=9.0)
    with pytest.raises(CannotCheck, match="ended after 4000 ms of silence"):
        keywords(one).agent_should_have_reprompted_within(Duration(8))
    with pytest.raises(AgentFailure):
        keywords(one).agent_should_have_reprompted_within(Duration(3))


def test_without_a_reply_there_is_no_silence_after_it() -> None:
    with pytest.raises(CannotCheck, match="use Agent Replies"):
        keywords(CallByHand([(3.0, 5.0)])).agent_should_have_reprompted_within(Duration(8))
    with pytest.raises(InvalidArgument, match="but_not_before is 8 s"):
        keywords(CallByHand()).agent_should_have_reprompted_within(Duration(8), Duration(8))


COUGH = CallerTurn(10.0, 10.4, "[cough]", is_speech=False)


def coughs(*agent: tuple[float, float], ends: float = 60.0, timing: UplinkTiming | None = None) -> CallByHand:
    return CallByHand(agent, [(10.0, 10.4)], (COUGH,), now=10.5, ends=ends, timing=timing)


def test_an_agent_that_stays_silent_at_a_noise() -> None:
    one = coughs((3.0, 9.9), (14.5, 16.0))
    keywords(one).agent_should_have_stayed_silent()
    assert one.checks[0].sentence == 'The agent stayed silent for 4 s after the caller\'s "[cough]".'
    assert one.now >= 14.4


@pytest.mark.parametrize("begins", [10.2, 14.3])
def test_an_agent_that_answers_a_noise(begins: float) -> None:
    since = round((begins - 10.0) * 1000)
    with pytest.raises(AgentFailure, match=f"began to talk {since} ms after the beginning of the caller's"):
        keywords(coughs((begins, 16.0))).agent_should_have_stayed_silent()


@pytest.mark.parametrize("begins", [14.395, 14.405])
def test_an_agent_that_begins_too_near_to_the_end_of_the_time_to_tell(begins: float) -> None:
    with pytest.raises(CannotCheck, match=r"for 4 s\. That is (3995|4005) ms ± .* can't be told"):
        keywords(coughs((3.0, 9.9), (begins, 16.0))).agent_should_have_stayed_silent()


def test_a_dead_agent_stays_silent_which_proves_nothing() -> None:
    one = coughs()
    with pytest.raises(CannotCheck, match="has not been heard in this call, so its silence proves nothing"):
        keywords(one).agent_should_have_stayed_silent()
    assert not one.checks
    keywords(coughs((3.0, 9.9))).agent_should_have_stayed_silent()


def test_who_talks_already_can_not_stay_silent() -> None:
    with pytest.raises(CannotCheck, match="was talking when"):
        keywords(coughs((9.0, 12.0))).agent_should_have_stayed_silent()
    with pytest.raises(CannotCheck, match="no sound yet"):
        keywords(CallByHand()).agent_should_have_stayed_silent()


def test_a_call_that_ends_too_soon_or_a_machine_that_stood_still_tells_nothing() -> None:
    with pytest.raises(CannotCheck, match="The call ended"):
        keywords(coughs(ends=12.0)).agent_should_have_stayed_silent()
    with pytest.raises(UnreliableTiming):
        keywords(coughs(timing=busy(11.0, 11.3))).agent_should_have_stayed_silent()

"""How an agent went on in spite of a sound: calls written by hand, played through the real buffer."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import RATE, noise, track

from RobotVoice.adapters.events import AgentAudio, ReplyEnded, ReplyStatus
from RobotVoice.audio.frames import Clip, Pcm, silence
from RobotVoice.call.mouth import Utterance
from RobotVoice.call.playout import Playout
from RobotVoice.call.record import BargeIn, Signal
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.call.turns import ProtocolSignals
from RobotVoice.evidence import measure
from RobotVoice.evidence.model import Continuation, Interruption, Mode, Outcome
from RobotVoice.interruption.continuation import continuation, is_plain
from RobotVoice.interruption.outcome import judge
from RobotVoice.interruption.scene import Scene
from RobotVoice.interruption.triggers import Trigger

SOUND = noise(12.0, seed=3)
"""The agent's reply, as far as it goes."""


class Tape:
    """The agent talks from 1 s on, and at 3 s the caller coughs for 0.4 s."""

    def __init__(self, known: bool = True) -> None:
        self.playout = Playout(RATE)
        self.signals: list[Signal] = []
        self.timing = UplinkTiming()
        self.protocol = ProtocolSignals({"a"} if known else set())
        self.name = "a" if known else "reply 1"
        self.said: dict[float, str] = {}
        self.own: str | None = None
        self.next_own: str | None = None
        self.turns: tuple[float, ...] = ()
        self.lost: list[tuple[float, float]] = []
        self.now = 12.0
        cough = Utterance("[cough]", Clip(noise(0.4), RATE), 3.0, 3.4)
        self.barge = BargeIn(1, cough, Trigger(), Mode.VAD, 0.5, 0.0, 1.0, 3.0, watch=5.0)

    def says(self, at: float, start: float, end: float) -> Tape:
        """From `start` to `end` of its reply."""
        return self.plays(at, SOUND[round(start * RATE) : round(end * RATE)])

    def plays(self, at: float, samples: Pcm, name: str = "") -> Tape:
        self.playout.receive(at, AgentAudio(samples, name or self.name))
        return self

    def flushed(self, at: float) -> Tape:
        self.playout.flush(at, "clear")
        return self

    @property
    def scene(self) -> Scene:
        return Scene(
            caller=measure.sounds(track(self.now, (3.0, 3.4))),
            agent=measure.sounds(Clip(self.playout.heard(self.now), RATE)),
            pieces=tuple(self.playout.pieces),
            signals=tuple(self.signals),
            timing=self.timing,
            rate=RATE,
            now=self.now,
            pause=0.7,
            protocol=self.protocol,
            turns=self.turns,
            lost=self.lost,
        )

    @property
    def result(self) -> Interruption:
        return judge(self.barge, self.scene)

    @property
    def found(self) -> Continuation:
        found = continuation(self.result, self.scene, self)
        assert found is not None
        return found

    # -- the listener

    def heard(self, start: float, end: float) -> Clip:
        return Clip(self.playout.heard(end, round(start * RATE)), RATE)

    def words_heard(self, start: float, end: float) -> str | None:
        return next((text for moment, text in self.said.items() if abs(start - moment) < 0.02), None)

    def own_text(self, moment: float) -> str | None:
        return self.next_own if self.next_own and moment > 4.5 else self.own


def seconds(found: Continuation) -> float:
    assert found.paused_for is not None
    return found.paused_for.value


def close(value: float) -> object:
    return pytest.approx(value, abs=0.011)


# --- silence ---


def test_an_agent_that_talks_on() -> None:
    assert Tape().says(1.0, 0, 9).found == Continuation(went_on=True, restarted=False, skipped=False)


@pytest.mark.parametrize(("known", "outcome"), [(True, Outcome.KEPT_TALKING), (False, Outcome.INTERRUPTED)])
def test_how_long_it_was_silent(known: bool, outcome: Outcome) -> None:
    """By its id a protocol may tell that a pause of 1.2 s lies within one reply; to the caller it is all the same."""
    tape = Tape(known).says(1.0, 0, 2.3).says(4.5, 2.3, 8)
    assert tape.result.outcome is outcome
    found = tape.found
    assert (found.fell_silent, found.spoke_again, seconds(found)) == (close(3.3), close(4.5), close(1.2))
    assert found.paused_for is not None
    assert found.paused_for.uncertainty > 0


@pytest.mark.parametrize(("begins", "counts"), [(3.05, True), (4.35, True), (4.45, False), (6.0, False)])
def test_a_silence_is_due_to_the_sound_if_it_begins_at_most_a_second_after_it(begins: float, counts: bool) -> None:
    tape = Tape().says(1.0, 0, begins - 1).says(begins + 0.5, begins - 1, 11)
    assert (tape.found.paused_for is not None) is counts


def test_the_longest_silence_counts_also_after_a_stop() -> None:
    """It stopped, said a syllable and was silent for longer than before."""
    tape = Tape(known=False).says(1.0, 0, 2.3).says(4.1, 2.3, 2.6).says(8.4, 2.6, 6)
    assert tape.result.outcome is Outcome.INTERRUPTED
    assert (tape.found.fell_silent, seconds(tape.found)) == (close(4.4), close(4.0))


def test_an_agent_that_stopped_said_a_syllable_and_nothing_more_did_not_go_on() -> None:
    found = Tape(known=False).says(1.0, 0, 2.3).says(4.1, 2.3, 2.6).found
    assert (found.fell_silent, found.spoke_again, seconds(found)) == (close(4.4), None, close(12 - 4.4))
    assert found.paused_for is not None
    assert found.paused_for.at_least


@pytest.mark.parametrize("gap", [0.1, 0.2, 0.24])
def test_what_is_said_again_after_no_silence_to_speak_of(gap: float) -> None:
    found = Tape().says(1.0, 0, 2.4).says(3.4 + gap, 0, 6).found
    assert found.restarted
    assert found.again == "2400 ms of its speech"


def test_a_silence_in_which_the_sound_came_counts_whole() -> None:
    found = Tape().says(1.0, 0, 1.8).says(3.6, 1.8, 9).found
    assert (found.fell_silent, seconds(found)) == (close(2.8), close(0.8))


def test_the_longest_of_several_silences_counts_and_the_shortest_are_none() -> None:
    tape = Tape().says(1.0, 0, 2.2).says(3.6, 2.2, 2.6).says(4.5, 2.6, 9)
    assert seconds(tape.found) == close(0.5)
    assert Tape().says(1.0, 0, 2.2).says(3.4, 2.2, 9).found.paused_for is None


def test_silence_after_its_own_end_is_no_pause() -> None:
    tape = Tape().says(1.0, 0, 3.2)
    tape.signals.append(Signal(4.0, ReplyEnded("a", ReplyStatus.COMPLETED)))
    tape.plays(5.0, noise(2.0, seed=9), "b")
    assert tape.result.outcome is Outcome.KEPT_TALKING
    assert tape.found.paused_for is None


def test_an_agent_that_has_not_spoken_again() -> None:
    found = Tape().says(1.0, 0, 2.3).found
    assert (found.spoke_again, found.went_on) == (None, None)
    assert found.paused_for is not None
    assert found.paused_for.at_least
    assert found.paused_for.value == close(8.7)


def test_the_callers_next_turn_ends_the_silence() -> None:
    tape = Tape().says(1.0, 0, 2.3)
    tape.turns = (3.0, 6.3)
    assert seconds(tape.found) == close(3.0)


def test_silence_that_the_line_made_is_none_of_the_agents() -> None:
    tape = Tape().says(1.0, 0, 2.2).says(3.5, 2.2, 9)
    assert seconds(tape.found) == close(0.3)
    tape.lost = [(3.2, 3.4)]
    assert tape.found.paused_for is None


def test_what_did_not_happen_went_on_with_nothing() -> None:
    tape = Tape().says(5.0, 0, 2)
    assert continuation(tape.result, tape.scene, tape) is None


def test_a_busy_machine_is_not_the_agents_pause() -> None:
    tape = Tape().says(1.0, 0, 2.3).says(4.5, 2.3, 8)
    for index in range(600):
        tape.timing.sent(index * 0.02, index * 0.02 + (0.3 if 180 <= index < 190 else 0.001))
    assert tape.found.paused_for is not None
    assert not tape.found.paused_for.reliable


# --- what it said then, by its sound ---


@pytest.mark.parametrize("known", [True, False])
def test_the_same_sound_again_is_a_restart(known: bool) -> None:
    found = Tape(known).says(1.0, 0, 2.3).says(4.5, 0.9, 8).found
    assert (found.went_on, found.restarted, found.skipped) == (True, True, False)
    assert found.again == "1400 ms of its speech"


def test_a_restart_is_known_before_it_has_come_to_where_it_broke_off() -> None:
    tape = Tape(False).says(1.0, 0, 2.3).says(4.5, 0.5, 8)
    tape.now = 5.4
    assert tape.found.restarted


def test_to_begin_the_last_word_again_is_no_restart() -> None:
    tape = Tape().says(1.0, 0, 2.3).says(4.5, 1.8, 8)
    assert not tape.found.restarted


def test_a_prompt_that_begins_alike_is_no_restart() -> None:
    other = np.concatenate([SOUND[: round(0.8 * RATE)], noise(4.0, seed=8)])
    assert Tape(False).says(1.0, 0, 2.3).plays(4.5, other).found.restarted is None


def test_what_was_dropped_and_comes_at_once_is_the_reply_whole() -> None:
    found = Tape(False).says(1.0, 0, 9).flushed(3.3).says(4.5, 2.3, 9).found
    assert (found.went_on, found.restarted, found.skipped) == (True, False, False)


def test_what_was_dropped_and_does_not_come_before_what_followed_was_left_out() -> None:
    found = Tape(False).says(1.0, 0, 9).flushed(3.3).says(4.5, 3.5, 9).found
    assert (found.went_on, found.restarted, found.skipped) == (True, False, True)
    assert found.left_out == "1200 ms of its speech"


def test_silence_that_is_left_out_is_none_of_its_words() -> None:
    tape = Tape(False).says(1.0, 0, 2.3).plays(1.0, silence(1.0, RATE)).says(1.0, 2.3, 9)
    assert tape.flushed(3.4).says(4.5, 2.3, 9).found.skipped is False


def test_sound_taken_away_without_a_silence_is_a_break_too() -> None:
    tape = Tape(False).says(1.0, 0, 9).flushed(3.3).says(3.32, 4.0, 9)
    assert tape.result.outcome is Outcome.KEPT_TALKING
    assert (tape.found.skipped, seconds(tape.found)) == (True, close(0.02))


def test_another_reply_went_on_with_nothing() -> None:
    found = Tape(False).says(1.0, 0, 9).flushed(3.3).plays(4.5, noise(3.0, seed=7)).found
    assert (found.went_on, found.restarted, found.skipped) == (False, None, None)


def test_an_answer_that_begins_with_a_word_that_was_dropped_went_on_with_nothing() -> None:
    answer = np.concatenate([SOUND[round(2.3 * RATE) : round(2.65 * RATE)], noise(3.0, seed=7)])
    found = Tape(False).says(1.0, 0, 9).flushed(3.3).plays(4.5, answer).found
    assert (found.went_on, found.restarted, found.skipped) == (False, None, None)


def test_a_natural_pause_is_no_break_unless_something_tells_of_one() -> None:
    """Between two sentences everybody makes one, and of an agent without a transcript nobody could know more."""
    paused = Tape(False).says(1.0, 0, 2.3).plays(3.8, noise(5.0, seed=7)).found
    assert (seconds(paused), paused.went_on, paused.restarted, paused.skipped) == (close(0.5), True, False, False)
    again = Tape(False).says(1.0, 0, 2.3).says(3.8, 0.9, 8).found
    assert (again.restarted, again.skipped) == (True, False)


def test_a_pause_is_a_break_if_something_was_taken_back_or_if_it_is_long() -> None:
    flushed = Tape().says(1.0, 0, 9).flushed(3.3).plays(3.8, noise(5.0, seed=7)).found
    assert (flushed.went_on, flushed.restarted, flushed.skipped) == (True, None, None)
    long = Tape().says(1.0, 0, 2.3).plays(4.5, noise(5.0, seed=7)).found
    assert (long.went_on, long.restarted, long.skipped) == (True, None, None)
    renamed = Tape(False).says(1.0, 0, 2.3).plays(3.8, noise(5.0, seed=7), "reply 2").found
    assert (renamed.went_on, renamed.restarted, renamed.skipped) == (None, None, None)


def test_new_sound_proves_nothing() -> None:
    found = Tape(False).says(1.0, 0, 2.3).plays(4.5, noise(3.0, seed=7)).found
    assert (found.went_on, found.restarted, found.skipped) == (None, None, None)


# --- what it said then, by its words ---

OWN = "Every plan has unlimited calls to any number in the country and voice mail that sends you messages as text"


def in_words(before: str, after: str, own: str | None = OWN) -> Tape:
    """What a real voice says twice never sounds the same."""
    tape = Tape(False).says(1.0, 0, 2.3).plays(4.5, noise(5.0, seed=7))
    tape.said, tape.own = {1.0: before, 4.5: after}, own
    return tape


def test_words_tell_what_sound_does_not() -> None:
    went_on = in_words("Every plan has unlimited calls", "to any number in the country and voice").found
    assert (went_on.went_on, went_on.restarted, went_on.skipped) == (True, False, False)
    assert went_on.went_on_with == "to any number in the"
    again = in_words("Every plan has unlimited calls", "plan has unlimited calls to any number").found
    assert (again.restarted, again.again, again.skipped) == (True, '"plan has unlimited calls"', False)
    left_out = in_words("Every plan has unlimited calls", "in the country and voice mail").found
    assert (left_out.restarted, left_out.skipped, left_out.left_out) == (False, True, '"to any number"')


def test_without_the_agents_own_text_nobody_knows_what_was_left_out() -> None:
    found = in_words("Every plan has unlimited calls", "to any number in the country and voice", None).found
    assert (found.went_on, found.restarted, found.skipped) == (None, False, None)
    again = in_words("Every plan has unlimited calls", "plan has unlimited calls to any number", None).found
    assert (again.went_on, again.restarted, again.skipped) == (True, True, None)


def test_words_of_another_reply() -> None:
    found = in_words("Every plan has unlimited calls", "I am sorry I did not catch what you said to me").found
    assert (found.went_on, found.restarted, found.skipped) == (False, None, None)


def test_what_is_known_to_be_another_reply_says_nothing_of_the_old_one() -> None:
    tape = Tape(False).says(1.0, 0, 9).flushed(3.3).plays(4.5, noise(5.0, seed=7))
    tape.said = {1.0: "Every plan has unlimited calls", 4.5: "I am sorry I did not catch what you said"}
    assert (tape.found.went_on, tape.found.restarted, tape.found.skipped) == (False, None, None)


def test_an_agent_that_tells_its_words_as_it_says_them_goes_on_in_mid_sentence() -> None:
    tape = in_words("Every plan has unlimited calls", "to any number in the country", "Every plan has unlimited calls")
    assert tape.found.went_on is None
    tape.next_own = "to any number in the country"
    told = tape.found
    assert (told.went_on, told.skipped) == (True, None)


def test_what_the_line_lost_the_agent_did_not_leave_out() -> None:
    tape = in_words("Every plan has unlimited calls", "in the country and voice mail")
    tape.lost = [(5.0, 5.1)]
    assert tape.found.skipped is None


# --- when enough was heard ---


def test_it_is_plain_once_enough_was_heard_or_the_agent_is_over() -> None:
    tape = Tape(False).says(1.0, 0, 2.3).says(4.5, 2.3, 5.0)
    for now, plain in ((4.2, False), (5.5, False), (6.6, True), (7.8, False), (8.0, True)):
        tape.now = now
        listened = 2.0 if now < 7 else 5.0
        assert is_plain(tape.result, tape.scene, listened) is plain
    assert is_plain(Tape().says(1.0, 0, 9).result, Tape().says(1.0, 0, 9).scene, 3.0)

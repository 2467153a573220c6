"""What came of an interruption: calls written by hand, played through the real buffer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from by_hand import RATE, audio, noise, quiet, track
from hypothesis import given, settings
from hypothesis import strategies as st

from RobotVoice.adapters.events import (
    AgentAudio,
    CancelAcknowledged,
    Flush,
    Interrupter,
    ReplyEnded,
    ReplyStatus,
)
from RobotVoice.audio.frames import Clip
from RobotVoice.call.mouth import Utterance
from RobotVoice.call.playout import Playout
from RobotVoice.call.record import BargeIn, Signal
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.call.turns import ProtocolSignals
from RobotVoice.evidence import measure
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import Interruption, Measured, Mode, Outcome, StoppedBy
from RobotVoice.interruption.outcome import NO_SIGN, judge
from RobotVoice.interruption.resumption import comes_again
from RobotVoice.interruption.scene import TOO_QUIET, Scene, length
from RobotVoice.interruption.triggers import Trigger

PAUSE = 0.7
CANCELLED = ReplyStatus.CANCELLED
STEP = 0.02


class Tape:
    """A call as it goes: what arrives is played through the buffer, and the caller barges in at 2 s for 1.5 s."""

    def __init__(self, barge_in: float = 2.0, cancel: float | None = None, said: float = 1.5) -> None:
        self.playout = Playout(RATE)
        self.signals: list[Signal] = []
        self.timing = UplinkTiming()
        clip = Clip(noise(said), RATE)
        utterance = Utterance("Wait", clip, barge_in, barge_in + said)
        mode = Mode.VAD if cancel is None else Mode.CANCEL
        self.barge = BargeIn(1, utterance, Trigger(1.0), mode, 0.5, 0.0, 1.0, barge_in, cancel, watch=5.0)

    def burst(self, now: float, seconds: float, reply: str = "a") -> Tape:
        """A message with all of it."""
        self.playout.receive(now, audio(seconds, reply))
        return self

    def live(self, start: float, end: float, reply: str = "a", silent: bool = False) -> Tape:
        """A stream in real time."""
        for index in range(round((end - start) / STEP)):
            self.playout.receive(start + index * STEP, quiet(STEP, reply) if silent else audio(STEP, reply))
        return self

    def flush(self, now: float, reply: str = "") -> Tape:
        self.signals.append(Signal(now, Flush("clear")))
        self.playout.flush(now, "clear", reply)
        return self

    def ended(self, now: float, reply: str = "a", status: ReplyStatus = ReplyStatus.COMPLETED) -> Tape:
        self.signals.append(Signal(now, ReplyEnded(reply, status, Interrupter.CANCEL)))
        if status is CANCELLED:
            self.playout.flush(now, "cancelled")
        return self

    def scene(self, now: float, closed: bool = False, turns: tuple[float, ...] = ()) -> Scene:
        start, end = self.barge.utterance.start, self.barge.utterance.end
        said = [(start, min(end, now))] if start is not None and end is not None and start < now else []
        said += [(again.start or 0.0, again.end or 0.0) for again in self.barge.repeats]
        return Scene(
            caller=measure.sounds(track(now, *said)),
            agent=measure.sounds(Clip(self.playout.heard(now), RATE)),
            pieces=tuple(self.playout.pieces),
            signals=tuple(signal for signal in self.signals if signal.time <= now),
            timing=self.timing,
            rate=RATE,
            now=now,
            pause=PAUSE,
            turns=turns,
            closed=closed,
        )

    def judge(self, now: float = 12.0, closed: bool = False, turns: tuple[float, ...] = ()) -> Interruption:
        return judge(self.barge, self.scene(now, closed, turns))


def value(measured: Measured | None) -> float:
    assert measured is not None
    return measured.value


# --- interrupted ---


def test_a_burst_that_is_flushed_stops_to_the_ear_not_when_it_was_received() -> None:
    """All of it arrived a second before the barge-in: only the playout knows when the caller heard it stop."""
    result = Tape().burst(1.0, 8.0).flush(2.4).judge()
    assert result.outcome is Outcome.INTERRUPTED
    assert result.barge_in == 2.0
    assert result.ear_stop == pytest.approx(2.4, abs=0.006)
    assert value(result.stop_latency) == pytest.approx(0.4, abs=0.006)
    assert result.wire_stop == 2.4
    assert result.stopped_by is StoppedBy.AGENT_VAD
    assert value(result.overlap) == pytest.approx(0.4, abs=0.006)
    assert value(result.reaction) == pytest.approx(0.0)


def test_a_stream_that_stops_by_itself_is_of_unknown_cause() -> None:
    result = Tape().live(1.0, 2.6).judge()
    assert result.outcome is Outcome.INTERRUPTED
    assert value(result.stop_latency) == pytest.approx(0.6, abs=0.006)
    assert result.stopped_by is StoppedBy.UNKNOWN
    assert result.wire_stop == pytest.approx(2.58)


def test_an_agent_that_stopped_sending_is_heard_until_the_buffer_is_dry() -> None:
    result = Tape().burst(1.0, 1.0).burst(2.1, 1.0).judge()
    assert value(result.stop_latency) == pytest.approx(1.1, abs=0.006)
    assert value(result.wire_stop_latency) == pytest.approx(0.1)


def test_what_arrived_before_the_barge_in_tells_no_wire_stop() -> None:
    assert Tape().burst(1.0, 2.0).judge().wire_stop is None


def test_a_cancel_dates_the_barge_in() -> None:
    tape = Tape(barge_in=2.01, cancel=2.0).burst(1.0, 8.0)
    tape.signals.append(Signal(2.2, CancelAcknowledged("truncated")))
    tape.playout.flush(2.2, "truncated")
    result = tape.judge()
    assert (result.barge_in, result.stopped_by) == (2.0, StoppedBy.CANCEL)
    assert value(result.stop_latency) == pytest.approx(0.2, abs=0.006)


@pytest.mark.parametrize(
    ("interrupter", "by"),
    [
        (Interrupter.CANCEL, StoppedBy.CANCEL),
        (Interrupter.AGENT_VAD, StoppedBy.AGENT_VAD),
        (Interrupter.UNKNOWN, StoppedBy.UNKNOWN),
    ],
)
def test_who_stopped_it_by_the_protocols_word(interrupter: Interrupter, by: StoppedBy) -> None:
    tape = Tape().burst(1.0, 8.0)
    tape.signals.append(Signal(2.2, ReplyEnded("a", CANCELLED, interrupter)))
    tape.playout.flush(2.2, "cancelled")
    assert tape.judge().stopped_by is by


def test_a_signal_long_after_the_stop_did_not_cause_it() -> None:
    result = Tape().live(1.0, 2.4).flush(3.2).judge()
    assert (result.outcome, result.stopped_by) == (Outcome.INTERRUPTED, StoppedBy.UNKNOWN)


def test_a_signal_before_the_barge_in_did_not_cause_it() -> None:
    assert Tape().flush(0.5).live(1.0, 2.4).judge().stopped_by is StoppedBy.UNKNOWN


def test_continuous_silence_is_silence() -> None:
    result = Tape().live(0.0, 1.0, silent=True).live(1.0, 2.4).live(2.4, 6.0, silent=True).judge(6.0)
    assert result.outcome is Outcome.INTERRUPTED
    assert value(result.stop_latency) == pytest.approx(0.4, abs=0.006)


# --- what made it stop ---


def test_a_flush_long_after_the_silence_began_that_took_nothing_explains_nothing() -> None:
    """A bot sends it as well if it hears the caller after it has come to its own end."""
    assert Tape().live(1.0, 2.4).flush(2.45).judge().stopped_by is StoppedBy.AGENT_VAD
    result = Tape().live(1.0, 2.4).flush(2.8).judge()
    assert (result.stopped_by, result.note) == (StoppedBy.UNKNOWN, NO_SIGN)


def test_a_flush_in_a_pause_explains_why_it_became_a_stop() -> None:
    """The stop is dated back to where the pause began, before the flush that took away what was to follow."""
    tape = Tape().burst(1.0, 1.2)
    tape.playout.receive(1.0, quiet(0.6))
    result = tape.burst(1.0, 5.0).flush(2.6).judge()
    assert result.ear_stop == pytest.approx(2.2, abs=0.006)
    assert (result.stopped_by, result.note) == (StoppedBy.AGENT_VAD, "")


def test_the_end_of_another_reply_explains_nothing() -> None:
    tape = Tape().burst(1.0, 8.0)
    tape.signals.append(Signal(2.2, ReplyEnded("other", CANCELLED, Interrupter.CANCEL)))
    tape.playout.flush(2.4, "lost")
    assert tape.judge().stopped_by is StoppedBy.UNKNOWN


@pytest.mark.parametrize(
    ("item", "by"), [("one", StoppedBy.CANCEL), ("two", StoppedBy.UNKNOWN), ("", StoppedBy.CANCEL)]
)
def test_a_cancel_of_another_item_explains_nothing(item: str, by: StoppedBy) -> None:
    tape = Tape()
    tape.playout.receive(1.0, audio(1.4, "a", "one"))
    tape.playout.receive(6.0, audio(1.0, "b", "two"))
    tape.signals.append(Signal(2.4, CancelAcknowledged("truncated", item)))
    assert tape.judge().stopped_by is by


def test_a_stop_without_a_sign_says_that_it_may_be_none() -> None:
    assert Tape().live(1.0, 2.6).judge().note == NO_SIGN
    assert Tape().burst(1.0, 8.0).flush(2.4).judge().note == ""
    assert Tape().burst(1.0, 8.0).ended(2.4, status=CANCELLED).judge().note == ""
    assert Tape().burst(1.0, 30.0).judge().note == ""


def test_where_the_protocol_tells_the_ends_of_replies_none_is_missed() -> None:
    tape = Tape().live(1.0, 2.6)
    assert judge(tape.barge, replace(tape.scene(12.0), protocol=ProtocolSignals({"a"}))).note == ""


# --- what it did then ---


def test_how_long_it_stayed_quiet() -> None:
    tape = Tape().burst(1.0, 8.0).flush(2.4)
    quiet_until_now, quiet_until_next_turn = tape.judge(9.0), tape.judge(9.0, turns=(2.0, 6.0))
    assert quiet_until_now.yielded_for is not None
    assert quiet_until_now.yielded_for.at_least
    assert value(quiet_until_now.yielded_for) == pytest.approx(6.6, abs=0.006)
    assert value(quiet_until_next_turn.yielded_for) == pytest.approx(3.6, abs=0.006)
    again = tape.burst(4.5, 1.0, "b").judge()
    assert again.yielded_for is not None
    assert not again.yielded_for.at_least
    assert value(again.yielded_for) == pytest.approx(2.1, abs=0.006)
    assert Tape().burst(1.0, 30.0).judge().yielded_for is None


def test_the_same_id_tells_that_it_went_on_with_the_old_reply_and_a_new_one_proves_nothing() -> None:
    assert Tape().live(1.0, 2.4, "a").judge().resumed is None
    assert Tape().live(1.0, 2.4, "a").live(4.0, 5.0, "a").judge().resumed is True
    assert Tape().live(1.0, 2.4, "a").live(4.0, 5.0, "b").judge().resumed is None
    assert Tape().live(1.0, 2.4, "a").live(3.2, 5.0, "b").judge().resumed is None


def test_without_ids_what_begins_before_the_caller_has_finished_is_the_old_reply() -> None:
    assert Tape().live(1.0, 2.4, "reply 1").live(3.3, 5.0, "reply 1").judge().resumed is True
    assert Tape().live(1.0, 2.4, "reply 1").live(4.0, 5.0, "reply 2").judge().resumed is None


@pytest.mark.parametrize("gain", [1.0, 0.5])
@pytest.mark.parametrize("rate_of_messages", [0.02, 2.0])
@pytest.mark.parametrize("late", [0.0, 0.002, 0.004])
@pytest.mark.parametrize(("one", "next_one"), [("reply 1", "reply 2"), ("a", "b")])
def test_what_was_dropped_and_comes_again_is_the_old_reply(
    gain: float, rate_of_messages: float, late: float, one: str, next_one: str
) -> None:
    tape = Tape().burst(1.0, 8.0, one).flush(2.4)
    again = (noise(8.0)[round(1.6 * RATE) :][: 2 * RATE] * gain).astype(np.int16)
    size = round(rate_of_messages * RATE)
    for start in range(0, len(again), size):
        tape.playout.receive(4.0 + late + start / RATE, AgentAudio(again[start : start + size], next_one))
    assert tape.judge().resumed is True
    other = Tape().burst(1.0, 8.0, one).flush(2.4)
    other.playout.receive(4.0 + late, AgentAudio(noise(2.0, seed=7), next_one))
    assert other.judge().resumed is False


@pytest.mark.parametrize(("one", "next_one"), [("reply 1", "reply 2"), ("a", "b")])
def test_an_answer_that_begins_with_the_sound_of_a_dropped_word_is_not_the_old_reply(one: str, next_one: str) -> None:
    """A seeded voice says a word with the same samples each time. While no more than that is heard, nobody knows."""
    tape = Tape().burst(1.0, 8.0, one).flush(2.4)
    tape.playout.receive(4.0, AgentAudio(noise(8.0)[round(1.4 * RATE) :][: round(0.35 * RATE)], next_one))
    assert tape.judge(4.35).resumed is None
    tape.playout.receive(4.35, AgentAudio(noise(2.0, seed=7), next_one))
    assert tape.judge().resumed is False


def test_a_word_is_all_that_was_dropped() -> None:
    tape = Tape().burst(1.0, 1.8, "a").flush(2.4)
    tape.playout.receive(4.0, AgentAudio(np.concatenate([noise(1.8)[round(1.4 * RATE) :], noise(2.0, seed=7)]), "b"))
    assert tape.judge().resumed is None


def test_silence_that_was_dropped_tells_nothing_of_what_comes_later() -> None:
    tape = Tape().burst(1.0, 1.4, "a")
    tape.playout.receive(1.0, quiet(2.0))
    tape.flush(2.5).playout.receive(4.0, AgentAudio(noise(2.0, seed=7), "b"))
    assert tape.judge().resumed is None


def test_a_pause_soon_after_the_first_word_comes_again_too() -> None:
    tape = Tape().burst(1.0, 1.4, "a")
    rest = [noise(0.4, seed=5), quiet(0.4).samples, noise(3.0, seed=6)]
    for sound in rest:
        tape.playout.receive(1.0, AgentAudio(sound, "a"))
    tape.flush(2.4).playout.receive(4.0, AgentAudio(np.concatenate(rest), "b"))
    assert tape.judge().resumed is True


@pytest.mark.parametrize("now", [3.0, 3.05, 3.1, 3.15, 3.2, 3.3, 3.5])
def test_of_who_goes_on_after_a_blink_no_stop_is_told_while_little_has_been_heard(now: float) -> None:
    tape = Tape().burst(1.0, 8.0, "reply 1").flush(2.3)
    rest = noise(8.0)[round(1.3 * RATE) :]
    for index in range(round((now - 2.6) / STEP)):
        part = slice(round(index * STEP * RATE), round((index + 1) * STEP * RATE))
        tape.playout.receive(2.6 + index * STEP, AgentAudio(rest[part], "reply 2"))
    assert tape.judge(now).outcome is Outcome.KEPT_TALKING


def test_without_ids_an_agent_that_goes_on_with_its_sentence_after_a_blink_did_not_stop() -> None:
    """The call gives what follows a flush another name; the caller heard a pause."""
    tape = Tape().burst(1.0, 8.0, "reply 1").flush(2.3)
    tape.playout.receive(2.6, AgentAudio(noise(8.0)[round(1.3 * RATE) :], "reply 2"))
    result = tape.judge()
    assert result.outcome is Outcome.KEPT_TALKING
    assert value(result.stop_latency) == pytest.approx(5.0, abs=0.006)
    other = Tape().burst(1.0, 8.0, "reply 1").flush(2.3)
    other.playout.receive(2.6, AgentAudio(noise(6.0, seed=7), "reply 2"))
    assert value(other.judge().stop_latency) == pytest.approx(0.3, abs=0.006)


def test_too_little_to_know_it_again() -> None:
    sound = noise(1.0)
    assert comes_again(sound, sound[: round(0.05 * RATE)], RATE) is None
    assert comes_again(sound[: round(0.05 * RATE)], sound, RATE) is None
    assert comes_again(sound, sound * 0, RATE) is None
    assert comes_again(sound, sound[RATE // 4 :], RATE) is True


# --- the reply after it ---


def test_the_reply_and_its_latency() -> None:
    result = Tape().burst(1.0, 8.0).flush(2.4).burst(4.5, 1.0, "b").judge()
    assert result.reply_onset == pytest.approx(4.5, abs=0.006)
    assert value(result.response_latency) == pytest.approx(1.0, abs=0.006)


def test_a_reply_before_the_callers_last_word_has_a_negative_latency() -> None:
    result = Tape().burst(1.0, 8.0).flush(2.2).burst(3.2, 2.0, "b").judge()
    assert value(result.response_latency) == pytest.approx(-0.3, abs=0.006)


@pytest.mark.parametrize("onset", [2.5, 2.5021, 2.61])
def test_a_fast_reply_of_another_id_does_not_hide_the_stop(onset: float) -> None:
    tape = Tape().burst(1.0, 8.0, "a").ended(2.3, "a", CANCELLED).burst(onset, 2.0, "b")
    result = tape.judge()
    assert result.outcome is Outcome.INTERRUPTED
    assert result.ear_stop == pytest.approx(2.3, abs=0.006)
    assert result.reply_onset == pytest.approx(onset, abs=0.006)


def test_a_fast_reply_that_begins_with_silence() -> None:
    tape = Tape().burst(1.0, 8.0, "a").ended(2.3, "a", CANCELLED)
    tape.playout.receive(2.3, quiet(0.3, "b"))
    result = tape.burst(2.3, 2.0, "b").judge()
    assert (result.ear_stop, result.reply_onset) == pytest.approx((2.3, 2.6), abs=0.006)


def test_without_another_name_a_fast_reply_looks_like_a_pause() -> None:
    """That is why the call has to give what follows a flush another name. What is told is never too short."""
    result = Tape().burst(1.0, 8.0, "reply 1").flush(2.3).burst(2.6, 2.0, "reply 1").judge()
    assert result.ear_stop == pytest.approx(4.6, abs=0.006)
    result = Tape().burst(1.0, 8.0, "reply 1").flush(2.3).burst(2.6, 2.0, "reply 2").judge()
    assert result.ear_stop == pytest.approx(2.3, abs=0.006)


def test_another_reply_without_a_silence_is_no_stop() -> None:
    result = Tape().burst(1.0, 1.5, "a").ended(1.0, "a").burst(1.0, 4.0, "b").ended(1.0, "b").judge()
    assert result.outcome is Outcome.KEPT_TALKING
    assert result.watched_until == pytest.approx(6.5, abs=0.006)


def test_another_reply_after_the_blink_between_two_words_is_no_stop() -> None:
    tape = Tape().burst(1.0, 1.5, "a").ended(1.0, "a")
    tape.playout.receive(1.0, quiet(0.06, "b"))
    assert tape.burst(1.0, 4.0, "b").ended(1.0, "b").judge().watched_until == pytest.approx(6.56, abs=0.006)


def test_a_reply_to_the_callers_next_turn_is_none_to_this_one() -> None:
    tape = Tape().burst(1.0, 8.0).flush(2.4).burst(8.0, 2.0, "b")
    assert tape.judge(turns=(0.2, 2.0, 6.0)).reply_onset is None
    assert tape.judge(turns=(0.2, 2.0, 6.0)).response_latency is None
    assert tape.judge(turns=(0.2, 2.0, 9.0)).reply_onset == pytest.approx(8.0, abs=0.006)


def test_each_of_two_interruptions_has_its_own_figures() -> None:
    first, second = Tape(said=1.0), Tape(barge_in=4.0, said=1.0)
    first.burst(1.0, 8.0, "a").flush(2.3).burst(3.5, 8.0, "b").flush(4.6).burst(6.0, 1.0, "c")
    second.playout, second.signals = first.playout, first.signals
    one, two = first.judge(turns=(2.0, 4.0)), second.judge(turns=(2.0, 4.0))
    assert (value(one.stop_latency), value(two.stop_latency)) == pytest.approx((0.3, 0.6), abs=0.006)
    assert (one.reply_onset, two.reply_onset) == pytest.approx((3.5, 6.0), abs=0.006)


def test_a_second_interruption_right_after_the_first_stop_had_nothing_to_interrupt() -> None:
    result = Tape(barge_in=2.5).burst(1.0, 8.0, "a").flush(2.3).burst(3.5, 2.0, "b").judge()
    assert (result.outcome, result.ear_stop) == (Outcome.DID_NOT_HAPPEN, None)


# --- keys, and what the caller did in double-talk ---


def press(tape: Tape) -> Tape:
    """The caller presses a key instead, and there is nothing to hear of it."""
    tape.barge.mode, tape.barge.utterance = Mode.KEYS, Utterance("[keys 1]", Clip(noise(0.0), RATE), 2.0, 2.001, "1")
    return tape


def test_a_key_stops_the_agent_as_a_voice_does() -> None:
    result = press(Tape().burst(1.0, 8.0).flush(2.4)).judge()
    assert (result.outcome, result.mode, result.text) == (Outcome.INTERRUPTED, Mode.KEYS, "[keys 1]")
    assert result.barge_in == 2.0
    assert value(result.stop_latency) == pytest.approx(0.4, abs=0.006)
    assert result.stopped_by is StoppedBy.AGENT_KEYS
    assert result.overlap is None, "a key has no voice"
    by_reply = press(Tape().live(1.0, 2.4))
    by_reply.signals.append(Signal(2.4, ReplyEnded("a", CANCELLED, Interrupter.AGENT_VAD)))
    assert by_reply.judge().stopped_by is StoppedBy.AGENT_KEYS


def test_an_agent_that_does_not_care_for_keys_kept_talking() -> None:
    result = press(Tape().burst(1.0, 30.0)).judge()
    assert result.outcome is Outcome.KEPT_TALKING
    assert value(result.stop_latency) == pytest.approx(5.0, abs=0.006)
    assert result.overlap is None


def test_a_key_that_came_too_late_interrupted_nothing() -> None:
    assert press(Tape().burst(1.0, 0.8)).judge().outcome is Outcome.DID_NOT_HAPPEN


def test_the_latency_of_a_stop_counts_from_the_first_time_that_it_was_said() -> None:
    tape = Tape(said=0.5).burst(1.0, 8.0).flush(3.4).live(5.0, 6.0, "b")
    tape.barge.repeats.append(Utterance("Wait", tape.barge.utterance.clip, 3.0, 3.5))
    result = tape.judge(turns=(2.0, 3.0))
    assert (result.outcome, result.times_said) == (Outcome.INTERRUPTED, 2)
    assert value(result.stop_latency) == pytest.approx(1.4, abs=0.006)
    assert value(result.overlap) == pytest.approx(0.9, abs=0.012), "both times"
    assert result.reply_onset == pytest.approx(5.0, abs=0.006), "saying it again is no other turn"
    assert value(result.response_latency) == pytest.approx(1.5, abs=0.006), "from the last word"


def test_an_agent_that_was_told_again_and_again_kept_talking() -> None:
    tape = Tape(said=0.5).burst(1.0, 30.0)
    tape.barge.repeats += [Utterance("Wait", tape.barge.utterance.clip, at, at + 0.5) for at in (3.0, 4.0)]
    result = tape.judge(turns=(2.0, 3.0, 4.0))
    assert (result.outcome, result.times_said) == (Outcome.KEPT_TALKING, 3)
    assert value(result.overlap) == pytest.approx(1.5, abs=0.012)


def test_a_caller_who_gave_way_says_so() -> None:
    tape = Tape(said=0.8).burst(1.0, 30.0)
    tape.barge.gave_way = tape.barge.utterance.broken_off = True
    tape.barge.utterance.clip = Clip(noise(3.0), RATE)
    tape.barge.utterance.sent = 0.8
    result = tape.judge()
    assert result.outcome is Outcome.KEPT_TALKING
    assert result.gave_way_after == 0.8
    assert result.text == "(broke off)"
    assert value(result.overlap) == pytest.approx(0.8, abs=0.006)
    assert Tape().burst(1.0, 30.0).judge().gave_way_after is None


# --- kept talking ---


def test_an_agent_that_never_stops_is_a_lower_bound() -> None:
    result = Tape().burst(1.0, 30.0).judge(12.0)
    assert result.outcome is Outcome.KEPT_TALKING
    assert result.stop_latency is not None
    assert result.stop_latency.at_least
    assert result.stop_latency.value == pytest.approx(5.0, abs=0.006)
    assert result.overlap is not None
    assert result.overlap.at_least
    assert result.overlap.value == pytest.approx(1.5, abs=0.006)
    assert (result.ear_stop, result.reply_onset, result.response_latency) == (None, None, None)


def test_what_comes_after_the_watch_changes_nothing() -> None:
    assert Tape().burst(1.0, 6.5).judge(30.0).outcome is Outcome.KEPT_TALKING
    assert Tape().burst(1.0, 5.9).judge(30.0).outcome is Outcome.INTERRUPTED


def test_a_natural_pause_just_after_the_barge_in_is_no_stop() -> None:
    tape = Tape().live(1.0, 2.1).live(2.7, 8.0)
    assert tape.judge(2.6).outcome is Outcome.KEPT_TALKING
    assert tape.judge(2.75).outcome is Outcome.KEPT_TALKING
    assert tape.judge(7.5).outcome is Outcome.KEPT_TALKING


def test_a_reply_with_an_id_may_pause_for_longer() -> None:
    tape = Tape().live(1.0, 2.1).live(3.6, 9.0)
    known = ProtocolSignals({"a"})
    for now in (3.5, 3.8, 9.0):
        assert judge(tape.barge, replace(tape.scene(now), protocol=known)).outcome is Outcome.KEPT_TALKING
    stopped = judge(tape.barge, tape.scene(9.0))
    assert stopped.outcome is Outcome.INTERRUPTED
    assert stopped.ear_stop == pytest.approx(2.1, abs=0.006)


def test_a_natural_pause_at_the_barge_in_is_no_stop() -> None:
    assert Tape().live(1.0, 1.8).live(2.2, 8.0).judge(7.5).outcome is Outcome.KEPT_TALKING


def test_a_stop_after_a_pause_is_dated_where_the_silence_began() -> None:
    result = Tape().live(1.0, 2.1).live(2.5, 2.9).judge()
    assert value(result.stop_latency) == pytest.approx(0.9, abs=0.006)


def test_a_pause_of_a_burst_whose_end_was_told_long_ago_is_no_stop() -> None:
    tape = Tape().burst(1.0, 1.2)
    tape.playout.receive(1.0, quiet(0.5))
    tape.burst(1.0, 8.0).ended(1.0)
    assert tape.judge(2.4).outcome is Outcome.KEPT_TALKING


# --- its own end ---


def test_an_agent_that_had_said_all_was_not_interrupted() -> None:
    result = Tape().burst(1.0, 1.5).ended(1.1).judge()
    assert result.outcome is Outcome.DID_NOT_HAPPEN
    assert result.reason.startswith("the agent came to the end of its reply by itself, 500 ms after it")


def test_an_agent_that_said_all_although_it_had_time_to_notice_kept_talking() -> None:
    result = Tape().burst(1.0, 3.0).ended(1.1).judge()
    assert result.outcome is Outcome.KEPT_TALKING
    assert value(result.stop_latency) == pytest.approx(2.0, abs=0.006)


def test_a_reply_told_to_be_complete_but_cut_in_the_buffer_was_interrupted() -> None:
    assert Tape().burst(1.0, 5.0).ended(1.1).flush(2.4).judge().outcome is Outcome.INTERRUPTED


def test_dropping_the_silence_after_the_last_word_cuts_nothing_off() -> None:
    tape = Tape().burst(1.0, 1.3).ended(1.1)
    tape.playout.receive(1.1, quiet(3.0))
    assert tape.flush(2.5).judge().outcome is Outcome.DID_NOT_HAPPEN


def test_silence_left_out_for_a_late_line_cuts_nothing_off() -> None:
    tape = Tape().live(1.0, 1.4)
    for _ in range(10):
        tape.playout.receive(1.7, quiet(STEP))
    tape.burst(1.7, 0.6).ended(1.8)
    assert any(len(piece.unheard) for piece in tape.playout.pieces)
    assert tape.judge().outcome is Outcome.DID_NOT_HAPPEN


# --- did not happen ---


def test_what_was_missed() -> None:
    tape = Tape().burst(1.0, 8.0)
    tape.barge.missed = "the agent was not audible within 15 s"
    result = tape.judge()
    assert (result.outcome, result.reason) == (Outcome.DID_NOT_HAPPEN, "the agent was not audible within 15 s")
    assert (result.barge_in, result.stop_latency) == (None, None)


def test_what_never_fired() -> None:
    tape = Tape()
    tape.barge.fired = None
    assert tape.judge().outcome is Outcome.DID_NOT_HAPPEN


def test_an_agent_that_never_spoke() -> None:
    result = Tape().burst(3.0, 2.0).judge()
    assert result.outcome is Outcome.DID_NOT_HAPPEN
    assert result.reason == "the agent was not audible when the caller barged in"


def test_an_agent_that_had_finished() -> None:
    result = Tape().burst(1.0, 0.6).judge()
    assert result.outcome is Outcome.DID_NOT_HAPPEN
    assert result.reason == "the agent had fallen silent 400 ms before the caller barged in"


# --- a line that closes ---


@pytest.mark.parametrize("silent_for", [0.0, 0.2, 0.6])
def test_silence_because_the_line_closed_is_no_stop(silent_for: float) -> None:
    result = Tape().live(1.0, 2.4).judge(2.4 + silent_for, closed=True)
    assert result.outcome is Outcome.DID_NOT_HAPPEN
    assert "the line closed" in result.reason
    assert result.stop_latency is None


def test_the_protocols_last_word_before_it_hung_up_is_no_silence() -> None:
    tape = Tape().burst(1.0, 8.0).ended(2.4, status=CANCELLED)
    assert tape.judge(2.4, closed=True).outcome is Outcome.DID_NOT_HAPPEN
    assert tape.judge(2.6, closed=True).outcome is Outcome.INTERRUPTED


def test_an_agent_that_talked_over_the_caller_until_the_line_closed_kept_talking() -> None:
    result = Tape().burst(1.0, 30.0).judge(4.0, closed=True)
    assert result.outcome is Outcome.KEPT_TALKING
    assert value(result.stop_latency) == pytest.approx(2.0, abs=0.006)


def test_a_stop_that_was_heard_before_the_line_closed_counts() -> None:
    assert Tape().live(1.0, 2.4).judge(3.2, closed=True).outcome is Outcome.INTERRUPTED


# --- how sure it is ---


def timing(late_at: float, lateness: float, until: float = 12.0) -> UplinkTiming:
    kept = UplinkTiming()
    for index in range(round(until / STEP)):
        now = index * STEP
        kept.sent(now, now + (lateness if late_at <= now < late_at + 0.1 else 0.001))
    return kept


def test_figures_carry_the_lateness_of_their_stretch() -> None:
    tape = Tape().burst(1.0, 8.0).flush(2.4)
    tape.timing = timing(2.2, 0.05)
    result = tape.judge()
    assert result.stop_latency is not None
    assert result.stop_latency.uncertainty == pytest.approx(0.06)
    assert result.stop_latency.reliable


@pytest.mark.parametrize(("late_at", "reliable"), [(2.2, False), (3.1, False), (6.0, True)])
def test_a_stall_near_the_interruption_makes_its_figures_unreliable(late_at: float, reliable: bool) -> None:
    tape = Tape().burst(1.0, 8.0).flush(2.4)
    tape.timing = timing(late_at, 0.3)
    result = tape.judge()
    assert result.stop_latency is not None
    assert result.stop_latency.reliable is reliable


def test_a_stall_that_lasts_until_now_makes_them_unreliable() -> None:
    tape = Tape().burst(1.0, 8.0).flush(2.4)
    tape.timing = timing(0.0, 0.001, until=2.1)
    result = tape.judge(3.5)
    assert result.stop_latency is not None
    assert not result.stop_latency.reliable


def test_a_healthy_call_is_reliable_up_to_now() -> None:
    tape = Tape().burst(1.0, 8.0).flush(2.4)
    tape.timing = timing(0.0, 0.001, until=3.2)
    result = tape.judge(3.2)
    assert result.stop_latency is not None
    assert result.stop_latency.reliable
    assert result.stop_latency.uncertainty < 0.015


def test_edges_that_are_in_doubt_widen_their_figures() -> None:
    tape = Tape().burst(1.0, 8.0).flush(2.4).burst(4.5, 1.0, "b")
    scene = tape.scene(12.0)
    doubtful = [replace(span, start_doubt=0.03, end_doubt=0.05) for span in scene.agent]
    result = judge(tape.barge, replace(scene, agent=doubtful))
    assert result.stop_latency is not None
    assert result.stop_latency.uncertainty == pytest.approx(0.06)
    assert result.response_latency is not None
    assert result.response_latency.uncertainty == pytest.approx(0.04)
    assert result.yielded_for is not None
    assert result.yielded_for.uncertainty == pytest.approx(0.09)
    assert result.reaction is not None
    assert result.reaction.uncertainty == pytest.approx(0.01)


def test_how_long_an_agent_was_silent_before_the_barge_in_is_in_its_uncertainty() -> None:
    result = Tape().burst(1.0, 0.96).flush(2.08).judge()
    assert (result.outcome, value(result.stop_latency)) == (Outcome.INTERRUPTED, 0.0)
    assert result.stop_latency is not None
    assert result.stop_latency.uncertainty >= 0.04


def test_no_figure_of_an_agent_that_is_too_quiet_can_be_trusted() -> None:
    tape = Tape().live(1.0, 2.4)
    result = judge(tape.barge, replace(tape.scene(12.0), soft=True))
    assert result.stop_latency is not None
    assert result.stop_latency.doubt == TOO_QUIET


def test_an_agent_that_may_have_been_heard_until_the_barge_in_was_interrupted() -> None:
    """Noise hides how long its last word was."""
    tape = Tape().burst(1.0, 0.88)
    scene = tape.scene(12.0)
    assert judge(tape.barge, scene).outcome is Outcome.DID_NOT_HAPPEN
    hidden = replace(scene, agent=[replace(span, end_doubt=0.05) for span in scene.agent])
    result = judge(tape.barge, hidden)
    assert (result.outcome, value(result.stop_latency)) == (Outcome.INTERRUPTED, 0.0)
    assert result.stop_latency is not None
    assert result.stop_latency.uncertainty == pytest.approx(0.12 + 0.06), "it may have fallen silent before"


@pytest.mark.parametrize(("lost", "outcome"), [((), Outcome.INTERRUPTED), (((2.8, 3.4),), Outcome.KEPT_TALKING)])
def test_a_silence_in_which_the_line_lost_the_agent_may_be_a_pause(
    lost: tuple[tuple[float, float], ...], outcome: Outcome
) -> None:
    """Of 2.2 s, 1.6 s are left: in a reply that the protocol began that is a pause."""
    tape = Tape().live(1.0, 2.4).burst(4.6, 6.0)
    scene = replace(tape.scene(12.0), protocol=ProtocolSignals({"a"}, set()), lost=lost)
    assert judge(tape.barge, scene).outcome is outcome


def test_a_click_is_no_reply() -> None:
    tape = Tape().burst(1.0, 8.0).flush(2.4).burst(3.9, 0.02, "b").burst(9.0, 2.0, "b")
    result = tape.judge()
    assert result.reply_onset == pytest.approx(9.0, abs=0.01)


def test_who_goes_on_with_the_old_reply_has_not_replied() -> None:
    result = Tape().burst(1.0, 4.0).flush(2.4).burst(4.5, 3.0).judge()
    assert (result.resumed, result.response_latency) == (True, None)
    assert result.reply_onset == pytest.approx(4.5, abs=0.01)


def test_a_flush_long_ago_does_not_make_a_stop_of_an_agent_that_comes_to_its_own_end() -> None:
    """The server flushes and goes on under the same id: OpenAI's does, if it does not interrupt its response."""
    tape = Tape(barge_in=6.0).burst(1.0, 4.0).flush(2.4).burst(3.5, 3.0).ended(3.6)
    scene = replace(tape.scene(12.0), protocol=ProtocolSignals({"a"}, {"a"}))
    result = judge(tape.barge, scene)
    assert (result.outcome, "end of its reply" in result.reason) == (Outcome.DID_NOT_HAPPEN, True)


def test_who_is_flushed_and_goes_on_at_once_to_its_own_end_kept_talking() -> None:
    tape = Tape(barge_in=2.0).burst(1.0, 4.0).flush(2.4).burst(2.5, 2.5).ended(2.6)
    scene = replace(tape.scene(12.0), protocol=ProtocolSignals({"a"}, {"a"}))
    assert judge(tape.barge, scene).outcome is Outcome.KEPT_TALKING


def test_a_stop_that_is_told_only_once_all_is_silent_was_on_the_wire_with_the_last_message() -> None:
    tape = Tape().live(1.0, 2.3)
    tape.signals.append(Signal(2.9, ReplyEnded("a", ReplyStatus.CANCELLED, Interrupter.AGENT_VAD)))
    result = tape.judge()
    assert value(result.stop_latency) == pytest.approx(0.3)
    assert value(result.wire_stop_latency) == pytest.approx(0.28)


def test_a_length_may_be_negative() -> None:
    assert length(Tape().scene(5.0), 3.0, 2.0).value == -1.0


# --- whatever happens ---

TIMES = st.lists(st.tuples(st.floats(0, 9), st.floats(0.05, 3)), max_size=6)


@settings(deadline=None)
@given(TIMES, st.sampled_from(["a", "b"]), st.booleans())
def test_never_interrupted_if_the_agent_was_silent_around_the_barge_in(
    bursts: list[tuple[float, float]], reply: str, closed: bool
) -> None:
    agent = [Span(s, s + n) for s, n in sorted(bursts) if s + n < 2.0 - PAUSE or s > 2.0]
    tape = Tape()
    tape.playout.receive(0.0, AgentAudio(noise(0.1), reply))
    scene = replace(tape.scene(12.0, closed), agent=agent)
    assert judge(tape.barge, scene).outcome is Outcome.DID_NOT_HAPPEN


@settings(deadline=None)
@given(st.floats(0, 1.9), st.floats(2.2, 20), st.booleans(), st.booleans(), st.lists(st.floats(0, 20), max_size=3))
def test_never_interrupted_if_the_agent_is_loud_until_the_end(
    onset: float, now: float, closed: bool, told: bool, flushes: list[float]
) -> None:
    tape = Tape().burst(onset, 30.0)
    tape.signals += [Signal(moment, Flush("clear")) for moment in sorted(flushes)]
    if told:
        tape.signals.append(Signal(min(now, 2.1), ReplyEnded("a", CANCELLED)))
    assert tape.judge(now, closed).outcome is not Outcome.INTERRUPTED


@settings(deadline=None)
@given(st.floats(0.02, 4.9), st.booleans())
def test_the_figures_agree_with_the_truth(latency: float, flushed: bool) -> None:
    tape = Tape().burst(1.0, 30.0 if flushed else 1.0 + latency)
    result = (tape.flush(2.0 + latency) if flushed else tape).judge()
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stop_latency is not None
    assert abs(result.stop_latency.value - latency) <= result.stop_latency.uncertainty


def test_a_barge_in_right_behind_the_last_word_is_an_interruption() -> None:
    result = Tape().burst(1.0, 0.94).flush(2.1).judge()
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stop_latency is not None
    assert result.stop_latency.value == 0


# --- an agent that talks on after its signal ---


@pytest.mark.parametrize(("dropped", "outcome"), [(0.0, Outcome.KEPT_TALKING), (1.0, Outcome.INTERRUPTED)])
def test_after_a_flush_a_natural_pause_is_a_stop_if_something_was_dropped(dropped: float, outcome: Outcome) -> None:
    """Else nothing tells that what follows, without an id of the protocol's, is another reply."""
    tape = Tape().live(1.0, 2.5)
    tape.playout.receive(2.5, AgentAudio(noise(0.1 + dropped), "a"))
    tape.flush(2.6).playout.receive(2.9, AgentAudio(noise(6.0, seed=7), "reply 2"))
    assert tape.judge().outcome is outcome


def test_what_goes_on_under_another_id_without_a_silence_is_one_reply_in_its_pauses_too() -> None:
    tape = Tape().live(1.0, 2.4, "a").live(2.4, 3.8, "b").live(4.05, 9.0, "b")
    assert tape.judge().outcome is Outcome.KEPT_TALKING


ANNOUNCES = ProtocolSignals(announces=True)


def test_where_each_stop_is_announced_a_silence_without_a_word_is_none() -> None:
    paused = Tape().live(1.0, 2.5, "a").live(2.8, 9.0, "b")
    assert judge(paused.barge, replace(paused.scene(12.0), protocol=ANNOUNCES)).outcome is Outcome.KEPT_TALKING
    assert judge(paused.barge, paused.scene(12.0)).outcome is Outcome.INTERRUPTED
    over = Tape().live(1.0, 2.5, "a")
    told = judge(over.barge, replace(over.scene(12.0), protocol=ANNOUNCES))
    assert (told.outcome, "came to the end of its reply by itself" in told.reason) == (Outcome.DID_NOT_HAPPEN, True)


def test_where_each_stop_is_announced_the_word_makes_it_one() -> None:
    tape = Tape().burst(1.0, 8.0, "a").flush(2.4).live(2.7, 9.0, "b")
    assert judge(tape.barge, replace(tape.scene(12.0), protocol=ANNOUNCES)).outcome is Outcome.INTERRUPTED

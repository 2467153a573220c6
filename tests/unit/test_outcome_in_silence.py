"""What came of an interruption that met a silent agent: in a pause, while a tool runs, before its first word.

The caller barges in at 2 s and speaks until 3.5 s, as in `test_outcome`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from by_hand import audio, quiet
from hypothesis import given, settings
from hypothesis import strategies as st
from test_outcome import CANCELLED, Tape, value

from RobotVoice.adapters.events import CancelAcknowledged
from RobotVoice.call.record import Signal
from RobotVoice.call.turns import ProtocolSignals
from RobotVoice.evidence.model import Interruption, Outcome, StoppedBy
from RobotVoice.evidence.sentences import outcome_sentence, stop_sentence
from RobotVoice.interruption.outcome import IN_A_PAUSE, NOT_BEGUN, judge
from RobotVoice.interruption.silent_moments import InAPause, WhileThinking, WhileToolRuns

NOTHING_SHOWN = "and nothing shows that it would have gone on"


def in_a_pause() -> Tape:
    tape = Tape()
    tape.barge.trigger, tape.barge.due = InAPause(), 1.995
    return tape


def unbegun() -> Tape:
    tape = Tape()
    tape.barge.trigger, tape.barge.due, tape.barge.agent_onset = WhileThinking(), 1.995, None
    return tape


def known(tape: Tape, *begun: str, now: float = 12.0) -> Interruption:
    """By a protocol that tells the beginning of these replies."""
    return judge(tape.barge, replace(tape.scene(now), protocol=ProtocolSignals(set(begun))))


def test_what_the_agent_says_after_the_watch_was_not_watched() -> None:
    """The caller's words last longer than that."""
    tape = unbegun()
    said = replace(tape.barge.utterance, end=10.0)
    tape.barge.utterance, tape.barge.watch = said, 5.0
    result = known(tape.live(8.5, 8.8), now=14.0)
    assert (result.outcome, result.reason) == (Outcome.DID_NOT_HAPPEN, f"the agent was not speaking, {NOTHING_SHOWN}")


# --- in a pause ---


def test_a_reply_that_was_cancelled_in_a_pause_was_interrupted() -> None:
    result = known(in_a_pause().live(0.5, 1.8).ended(2.3, status=CANCELLED), "a")
    assert (result.outcome, result.was_silent, result.note) == (Outcome.INTERRUPTED, True, IN_A_PAUSE)
    assert (value(result.stop_latency), result.ear_stop, value(result.overlap)) == (0.0, 2.0, 0.0)
    assert value(result.wire_stop_latency) == pytest.approx(0.3)
    assert result.stopped_by is StoppedBy.CANCEL
    assert value(result.reaction) == pytest.approx(0.005)


def test_speech_that_was_dropped_in_a_pause_was_to_come() -> None:
    tape = in_a_pause().burst(0.5, 1.3)
    tape.playout.receive(0.5, quiet(0.6))
    result = tape.burst(0.5, 3.0).flush(2.3).judge()
    assert (result.outcome, result.was_silent) == (Outcome.INTERRUPTED, True)
    assert result.stopped_by is StoppedBy.AGENT_VAD


def test_silence_that_was_dropped_shows_nothing() -> None:
    """An agent may send silence behind its last word, and a flush whenever it hears its caller."""
    tape = in_a_pause().burst(0.5, 1.3)
    tape.playout.receive(0.5, quiet(3.0))
    result = tape.flush(2.3).judge()
    assert (result.outcome, result.reason) == (Outcome.DID_NOT_HAPPEN, f"the agent was in a pause, {NOTHING_SHOWN}")


def test_what_was_dropped_before_the_barge_in_shows_nothing() -> None:
    dropped = in_a_pause().burst(0.5, 5.0).flush(1.8)
    assert dropped.judge().outcome is Outcome.DID_NOT_HAPPEN
    assert dropped.flush(2.3).judge().outcome is Outcome.DID_NOT_HAPPEN


@pytest.mark.parametrize(("item", "outcome"), [("one", Outcome.INTERRUPTED), ("two", Outcome.DID_NOT_HAPPEN)])
def test_a_cancel_is_acknowledged_for_an_item(item: str, outcome: Outcome) -> None:
    tape = in_a_pause()
    tape.playout.receive(0.5, audio(1.3, "a", "one"))
    tape.playout.receive(0.5, quiet(0.6))
    tape.playout.receive(0.5, audio(1.3, "a", "one"))
    tape.playout.flush(2.2, "truncated")
    tape.signals.append(Signal(2.2, CancelAcknowledged("truncated", item)))
    assert tape.judge().outcome is outcome


def test_an_end_that_looked_like_a_pause_was_no_interruption() -> None:
    for tape in (in_a_pause().live(0.5, 1.8), in_a_pause().live(0.5, 1.8).flush(2.3)):
        result = tape.judge()
        assert (result.outcome, result.stop_latency) == (Outcome.DID_NOT_HAPPEN, None)


def test_a_cancelled_reply_long_after_the_caller_had_finished_shows_nothing() -> None:
    result = in_a_pause().live(0.5, 1.8).ended(5.0, "b", CANCELLED).judge()
    assert result.outcome is Outcome.DID_NOT_HAPPEN


def test_an_agent_that_goes_on_kept_talking() -> None:
    result = in_a_pause().live(0.5, 1.8).live(2.2, 9.0).judge()
    assert result.outcome is Outcome.KEPT_TALKING
    assert outcome_sentence(result) == 'The agent kept talking for at least 5.0 s after the caller said "Wait".'


def test_an_agent_that_goes_on_after_a_long_pause_while_the_caller_speaks_kept_talking() -> None:
    """The silence is longer than a natural pause, but nobody answers what was not said yet."""
    result = in_a_pause().live(0.5, 1.8).live(3.0, 9.0).judge()
    assert result.outcome is Outcome.KEPT_TALKING


def test_an_agent_that_goes_on_and_then_stops_was_interrupted() -> None:
    result = in_a_pause().live(0.5, 1.8).live(2.2, 2.6).ended(2.6, status=CANCELLED).judge()
    assert (result.outcome, result.was_silent, result.note) == (Outcome.INTERRUPTED, False, "")
    assert value(result.stop_latency) == pytest.approx(0.6, abs=0.006)
    assert value(result.overlap) == pytest.approx(0.4, abs=0.006)


def test_the_answer_is_no_old_reply() -> None:
    result = known(in_a_pause().live(0.5, 1.8).ended(2.3, status=CANCELLED).live(4.0, 6.0, "b"), "a", "b")
    assert result.outcome is Outcome.INTERRUPTED
    assert result.reply_onset == pytest.approx(4.0, abs=0.006)
    assert result.resumed is None
    again = known(in_a_pause().live(0.5, 1.8).ended(2.3, status=CANCELLED).live(4.0, 6.0, "a"), "a")
    assert again.resumed is True


def test_as_long_as_it_may_go_on_nothing_is_plain() -> None:
    tape = in_a_pause().live(0.5, 1.8)
    assert known(tape, "a", now=3.9).outcome is Outcome.KEPT_TALKING
    assert known(tape, "a", now=4.1).outcome is Outcome.DID_NOT_HAPPEN
    closed = replace(tape.scene(2.5), closed=True, protocol=ProtocolSignals({"a"}))
    assert "the line closed" in judge(tape.barge, closed).reason


def test_a_pause_in_words() -> None:
    result = known(in_a_pause().live(0.5, 1.8).ended(2.3, status=CANCELLED), "a")
    sentence = "The agent was silent when the caller barged in: it was in a pause, and did not go on"
    assert outcome_sentence(result) == f"{sentence}."
    assert stop_sentence(result, 0.8) == f"{sentence}; allowed 800 ms."


# --- before the first word, while a tool runs ---


def test_an_agent_that_hears_its_caller_out_was_not_interrupted() -> None:
    result = unbegun().live(4.5, 6.0, "a").judge()
    reason = f"the agent was not speaking, {NOTHING_SHOWN}"
    assert (result.outcome, result.reason, result.barge_in) == (Outcome.DID_NOT_HAPPEN, reason, 2.0)


def test_an_answer_that_was_given_up_unheard() -> None:
    result = unbegun().ended(2.3, "a", CANCELLED).live(4.5, 6.0, "b").judge()
    assert result.outcome is Outcome.INTERRUPTED
    assert (result.was_silent, result.note, result.agent_onset) == (True, NOT_BEGUN, None)
    assert value(result.stop_latency) == 0.0
    assert result.reply_onset == pytest.approx(4.5, abs=0.006)


def test_an_answer_that_begins_although_the_caller_speaks_talks_over_them() -> None:
    result = unbegun().live(2.9, 9.0).judge()
    assert result.outcome is Outcome.KEPT_TALKING
    assert result.agent_onset == pytest.approx(2.9, abs=0.006)
    assert value(result.stop_latency) == pytest.approx(5.0)
    assert value(result.overlap) == pytest.approx(0.6, abs=0.006)
    began = 'The agent began to speak 900 ms after the caller said "Wait", and talked on for at least 4.1 s'
    assert outcome_sentence(result) == f"{began}."
    assert stop_sentence(result, 0.8) == f"{began}; it had to stop within 800 ms."


def test_an_answer_that_begins_and_falls_silent_was_interrupted() -> None:
    """Its stop counts from the barge-in, as any other does: an agent is not rewarded for having begun."""
    result = unbegun().live(2.9, 3.2).ended(3.2, status=CANCELLED).judge()
    assert (result.outcome, result.was_silent) == (Outcome.INTERRUPTED, False)
    assert value(result.stop_latency) == pytest.approx(1.2, abs=0.006)
    assert value(result.overlap) == pytest.approx(0.3, abs=0.006)
    began = "The agent began to speak 900 ms after the caller barged in, and stopped 1200 ms after the barge-in"
    assert outcome_sentence(result) == f"{began}."


@pytest.mark.parametrize(("seconds", "outcome"), [(0.8, Outcome.DID_NOT_HAPPEN), (1.2, Outcome.KEPT_TALKING)])
def test_an_answer_that_comes_to_its_own_end(seconds: float, outcome: Outcome) -> None:
    """Its fair chance to notice the caller begins with its first sound."""
    result = unbegun().live(2.3, 2.3 + seconds).ended(2.3 + seconds).judge()
    assert result.outcome is outcome


@pytest.mark.parametrize(("onset", "outcome"), [(3.36, Outcome.KEPT_TALKING), (3.4, Outcome.DID_NOT_HAPPEN)])
def test_a_quick_answer_may_come_with_the_callers_last_sound(onset: float, outcome: Outcome) -> None:
    assert unbegun().live(onset, 9.0).judge().outcome is outcome


def test_what_the_agent_said_before_the_callers_turn_is_another_matter() -> None:
    tape = unbegun().live(0.2, 0.8, "a").ended(0.8, "a")
    assert tape.judge().reason == f"the agent was not speaking, {NOTHING_SHOWN}"
    result = tape.live(2.9, 9.0, "b").judge()
    assert result.outcome is Outcome.KEPT_TALKING
    assert value(result.stop_latency) == pytest.approx(5.0)


def test_a_second_barge_in_before_the_answer_to_the_first() -> None:
    """The agent fell silent for the first one, and hears the caller out."""
    first, second = Tape(said=1.0), Tape(barge_in=3.2, said=1.0)
    second.barge.trigger, second.barge.agent_onset = WhileThinking(), None
    first.burst(1.0, 8.0, "a").flush(2.3).burst(5.0, 2.0, "b")
    second.playout, second.signals = first.playout, first.signals
    one, two = first.judge(turns=(2.0, 3.2)), second.judge(turns=(2.0, 3.2))
    assert one.outcome is Outcome.INTERRUPTED
    assert value(one.stop_latency) == pytest.approx(0.3, abs=0.006)
    assert one.reply_onset is None
    assert two.outcome is Outcome.DID_NOT_HAPPEN


def test_a_tool_in_the_middle_of_a_reply() -> None:
    """It said that it would look, and gives its answer although the caller speaks."""
    tape = unbegun().live(0.5, 1.5, "a").ended(1.6, "a")
    tape.barge.trigger = WhileToolRuns()
    result = tape.live(2.6, 9.0, "b").judge()
    assert result.outcome is Outcome.KEPT_TALKING
    assert result.agent_onset == pytest.approx(2.6, abs=0.006)


# --- whatever happens ---


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([in_a_pause, unbegun]),
    st.lists(st.tuples(st.floats(3.4, 9), st.floats(0.1, 3)), max_size=3),
    st.floats(4.0, 12.0),
    st.booleans(),
)
def test_never_interrupted_where_nothing_was_cancelled_or_dropped(
    silence: Callable[[], Tape], later: list[tuple[float, float]], now: float, ended: bool
) -> None:
    tape = silence().live(0.5, 1.8)
    for start, seconds in sorted(later):
        tape.burst(start, seconds, "b")
    if ended:
        tape.ended(1.8, "a")
    assert tape.judge(now).outcome is not Outcome.INTERRUPTED

"""Who spoke over whom: recordings written by hand as stretches of sound, and any that hypothesis thinks of."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.call.timing import UplinkTiming
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import Interruption, Outcome, StoppedBy
from RobotVoice.interruption import outcome
from RobotVoice.interruption.floor import SHORTEST_WORD, TURN_CHANGE
from RobotVoice.interruption.scene import Scene
from RobotVoice.recording import find
from RobotVoice.recording.analysis import RecordingAnalysis, analyse
from RobotVoice.recording.find import Sides

PAUSE = 0.7
WATCH = 5.0


def spans(*pairs: tuple[float, float]) -> list[Span]:
    return [Span(start, end) for start, end in pairs]


def found(caller: list[Span], agent: list[Span], seconds: float = 30.0) -> RecordingAnalysis:
    return analysed(Sides.of(caller, agent, seconds, PAUSE))


def analysed(sides: Sides) -> RecordingAnalysis:
    return analyse(Path("call.wav"), sides, WATCH, lambda speaker, turn: None)


def only(analysis: RecordingAnalysis) -> Interruption:
    assert len(analysis.interruptions) == 1
    return analysis.interruptions[0]


# What is an interruption


def test_caller_over_the_agent_who_stops() -> None:
    one = only(found(spans((0, 2), (4, 6)), spans((3, 4.4), (7, 9))))
    assert one.outcome is Outcome.INTERRUPTED
    assert one.stopped_by is StoppedBy.UNKNOWN
    assert one.stop_latency is not None
    assert one.stop_latency.value == pytest.approx(0.4)
    assert one.overlap is not None
    assert one.overlap.value == pytest.approx(0.4)
    assert one.response_latency is not None
    assert one.response_latency.value == pytest.approx(1.0)
    assert (one.agent_onset, one.barge_in, one.caller_end, one.ear_stop, one.reply_onset) == (3, 4, 6, 4.4, 7)


def test_what_would_be_the_librarys_own_share_does_not_exist() -> None:
    one = only(found(spans((4, 6)), spans((3, 4.4), (7, 9))))
    assert (one.mode, one.reaction, one.wire_stop_latency) == (None, None, None)
    assert one.trigger == "1000 ms after the agent became audible"


def test_caller_right_after_the_agents_first_sound() -> None:
    """So barges in a caller of RobotVoice's own."""
    assert only(found(spans((3.03, 5)), spans((3, 3.5), (6, 8)))).barge_in == 3.03


def test_agent_who_kept_talking_while_it_was_watched() -> None:
    one = only(found(spans((4, 5)), spans((3, 12))))
    assert one.outcome is Outcome.KEPT_TALKING
    assert one.stop_latency is not None
    assert one.stop_latency.at_least
    assert one.stop_latency.value == pytest.approx(WATCH)


@pytest.mark.parametrize(("end", "outcome"), [(6.2, Outcome.INTERRUPTED), (6.4, Outcome.KEPT_TALKING)])
def test_end_long_after_the_callers_last_word_is_the_agents_own(end: float, outcome: Outcome) -> None:
    one = only(found(spans((4, 4.3)), spans((3, end), (8, 9))))
    assert one.outcome is outcome
    assert one.stop_latency is not None
    assert one.stop_latency.value == pytest.approx(end - 4, abs=0.006)


def test_agent_who_talks_until_the_recording_ends() -> None:
    one = only(found(spans((4, 5)), spans((3, 7)), seconds=7.0))
    assert one.outcome is Outcome.KEPT_TALKING
    assert one.stop_latency is not None
    assert one.stop_latency.at_least
    assert one.stop_latency.value == pytest.approx(3.0)


def test_recording_that_ends_before_it_is_plain() -> None:
    one = only(found(spans((4, 5)), spans((3, 4.5)), seconds=5.0))
    assert one.outcome is Outcome.DID_NOT_HAPPEN
    assert one.reason


def test_pause_of_the_agent_is_no_stop() -> None:
    one = only(found(spans((4, 5)), spans((3, 4.3), (4.9, 6), (8, 9))))
    assert one.ear_stop == 6


def test_caller_who_begins_in_a_pause_of_the_agent_interrupts_its_reply() -> None:
    one = only(found(spans((4.2, 6)), spans((3, 4), (4.5, 5), (8, 9))))
    assert one.barge_in == 4.2
    assert one.ear_stop == 5


def test_several_interruptions() -> None:
    analysis = found(spans((4, 5), (9, 11), (15, 15.3)), spans((3, 4.4), (7, 9.5), (13, 21)))
    assert [one.barge_in for one in analysis.interruptions] == [4, 9, 15]
    assert [one.number for one in analysis.interruptions] == [1, 2, 3]
    assert [one.outcome for one in analysis.interruptions] == [Outcome.INTERRUPTED] * 2 + [Outcome.KEPT_TALKING]


def test_caller_who_goes_on_after_a_pause_interrupts_once() -> None:
    assert only(found(spans((4, 4.3), (4.8, 6)), spans((3, 5), (8, 9)))).caller_end == 6


def test_second_interruption_of_the_same_reply_takes_the_stop() -> None:
    """A "mm-hmm" did not stop an agent that stops when the caller says "wait"."""
    hm, wait = found(spans((4, 4.3), (7, 9)), spans((3, 7.4), (10, 12))).interruptions
    assert hm.outcome is Outcome.KEPT_TALKING
    assert hm.stop_latency is not None
    assert hm.stop_latency.value == pytest.approx(3.0)
    assert wait.outcome is Outcome.INTERRUPTED
    assert wait.ear_stop == 7.4


def test_second_interruption_in_a_pause_of_the_agent_takes_no_stop_away() -> None:
    """The agent pauses just then, and goes on: the first interruption did not stop it."""
    hm, _ = found(spans((4, 4.3), (7, 9)), spans((3, 6.8), (7.1, 12))).interruptions
    assert hm.outcome is Outcome.KEPT_TALKING


def test_reply_that_takes_its_time() -> None:
    assert only(found(spans((4, 6)), spans((3, 4.4), (16, 18)))).reply_onset == 16


def test_reply_over_whose_first_sound_the_caller_speaks_again() -> None:
    """That sound alone is no word; with what follows it is one."""
    first, _ = found(spans((4, 5), (12.02, 14)), spans((3, 4.4), (12, 12.03), (12.05, 12.5))).interruptions
    assert first.reply_onset == 12


def test_interruption_within_a_pause_after_the_question() -> None:
    """The agent began in between, so the caller speaks over it and does not go on."""
    analysis = found(spans((0, 2), (2.5, 4)), spans((2.2, 3), (6, 8)))
    assert only(analysis).barge_in == 2.5
    assert [one.latency.value for one in analysis.responses if one.latency] == [pytest.approx(0.2)]


def test_interruption_of_a_reply_that_began_with_the_callers_last_sound() -> None:
    assert only(found(spans((0, 2), (2.5, 4)), spans((1.95, 3), (6, 8)))).barge_in == 2.5


def test_agent_that_begins_inside_a_phrase_of_the_caller_is_not_interrupted() -> None:
    analysis = found(spans((0, 2), (2.1, 4)), spans((2.05, 3), (6, 8)))
    assert not analysis.interruptions
    assert [one.start for one in analysis.talk_overs] == [2.05]


def test_agent_who_begins_first_is_interrupted_and_who_begins_later_interrupts() -> None:
    analysis = found(spans((4, 6)), spans((5, 8)))
    assert not analysis.interruptions
    (over,) = analysis.talk_overs
    assert (over.start, over.since) == (5, 4)
    assert over.seconds == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("caller", "unclear"),
    [
        ((4.3, 6), [4.6]),
        ((4.3, 4.5), []),  # a word, all of it in the silence
        ((4.3, 4.7), []),  # over before anybody hears an overlap
        ((4.45, 6), []),  # both began at once
        ((3.8, 6), []),  # over the agent, who was speaking
    ],
)
def test_agent_that_goes_on_over_a_caller_who_began_in_its_silence(
    caller: tuple[float, float], unclear: list[float]
) -> None:
    analysis = found(spans(caller), spans((3, 4.1), (4.6, 5.2), (8, 9)))
    assert [one.start for one in analysis.perhaps_talk_overs] == unclear
    assert not analysis.talk_overs


def test_silence_inside_a_phrase_is_no_end_of_the_agents() -> None:
    assert not found(spans((4.11, 6)), spans((3, 4.1), (4.24, 5.2))).perhaps_talk_overs


def test_both_begin_at_once() -> None:
    analysis = found(spans((4, 6)), spans((4, 6)))
    assert not analysis.interruptions
    assert not analysis.talk_overs


def test_noise_of_the_caller_is_no_turn() -> None:
    analysis = found(spans((4, 4.03), (6, 6.02)), spans((3, 9)))
    assert not analysis.interruptions
    assert [turn.speaker.value for turn in analysis.turns] == ["agent"]


def test_sounds_of_a_word_add_up() -> None:
    assert only(found(spans((4, 4.06), (4.1, 4.16)), spans((3, 9)))).barge_in == 4


# A recording that begins in the middle of a call


def test_both_talk_where_the_recording_begins() -> None:
    """The agent stops for somebody who had begun before: neither the interruption nor its answer counts."""
    analysis = found(spans((0, 1.9), (5, 6)), spans((0, 0.5), (3.4, 4.5), (6.8, 8)))
    assert analysis.known_from == 0.5
    assert not analysis.interruptions
    assert latencies(analysis) == [0.8]


@pytest.mark.parametrize(("caller", "agent"), [(0.0, 0.5), (0.5, 0.0), (0.2, 0.6), (0.6, 0.2)])
def test_who_is_first_heard_within_a_pause_may_have_begun_before(caller: float, agent: float) -> None:
    analysis = found(spans((caller, 3)), spans((agent, 2), (4, 6)))
    assert analysis.known_from == 2
    assert not analysis.interruptions
    assert not analysis.talk_overs
    assert not analysis.responses


@pytest.mark.parametrize(("caller", "agent", "interrupts"), [(0.8, 0.0, True), (0.0, 0.8, False), (1.0, 0.8, True)])
def test_who_is_silent_for_longer_than_a_pause_begins_where_it_is_heard(
    caller: float, agent: float, interrupts: bool
) -> None:
    analysis = found(spans((caller, 3)), spans((agent, 2), (4, 6)))
    assert analysis.known_from == 0
    assert bool(analysis.interruptions) is interrupts
    assert bool(analysis.talk_overs) is not interrupts


def test_turns_that_do_not_overlap_are_plain_however_early_they_are() -> None:
    analysis = found(spans((0, 0.3)), spans((0.6, 2)))
    assert analysis.known_from == 0
    assert latencies(analysis) == [0.3]


def test_interruption_of_the_reply_with_which_the_recording_begins() -> None:
    analysis = found(spans((0, 0.5), (3, 5)), spans((0, 3.4), (6, 8)))
    assert only(analysis).barge_in == 3


# A change of turns


@pytest.mark.parametrize(("overlap", "interrupts"), [(0.02, False), (0.11, False), (0.13, True), (0.3, True)])
def test_overlap_that_nobody_hears_is_a_change_of_turns(overlap: float, interrupts: bool) -> None:
    analysis = found(spans((4, 6)), spans((2, 4 + overlap), (7, 9)))
    assert bool(analysis.interruptions) is interrupts
    assert bool(analysis.turn_changes) is not interrupts
    assert bool(analysis.responses) is not interrupts


def test_same_overlap_before_a_pause_of_the_agent_is_an_interruption() -> None:
    """The agent is not over: it only takes breath."""
    assert only(found(spans((4, 6)), spans((2, 4.05), (4.5, 8)))).barge_in == 4


@pytest.mark.parametrize("answer", [6.5, 6.64])
def test_a_quick_word_between_two_turns_of_the_agent_interrupts_nobody(answer: float) -> None:
    analysis = found(spans((6.14, 6.44)), spans((2, 6), (answer, 8)))
    assert not analysis.interruptions
    assert not analysis.talk_overs
    assert latencies(analysis) == [round(answer - 6.44, 3)]


def test_a_noise_of_the_caller_in_a_pause_of_the_agent_ends_no_turn() -> None:
    analysis = found(spans((6.14, 6.2), (20, 21)), spans((2, 6), (6.5, 8)))
    assert [turn.speaker.value for turn in analysis.turns] == ["agent", "caller"]


# Ordinary turns


def latencies(analysis: RecordingAnalysis) -> list[float | None]:
    return [None if one.latency is None else round(one.latency.value, 3) for one in analysis.responses]


def test_replies() -> None:
    assert latencies(found(spans((0, 2), (8, 9)), spans((2.6, 5), (9.9, 12)))) == [0.6, 0.9]


def test_reply_just_before_the_callers_last_sound_is_early() -> None:
    analysis = found(spans((0, 2)), spans((1.95, 5)))
    assert latencies(analysis) == [-0.05]
    assert not analysis.talk_overs


def test_agent_who_talks_already_does_not_reply() -> None:
    assert latencies(found(spans((4, 6)), spans((5, 8), (9, 10)))) == [None]


def test_word_of_the_agent_inside_the_callers_turn_is_no_reply() -> None:
    assert latencies(found(spans((4, 6)), spans((4.5, 4.8), (7, 10)))) == [1.0]


def test_turn_that_the_caller_repeats_was_not_answered() -> None:
    assert latencies(found(spans((0, 2), (5, 6)), spans((7, 8)))) == [None, 1.0]


def test_turn_at_the_end_was_not_answered() -> None:
    assert latencies(found(spans((0, 2)), spans(), seconds=3.0)) == [None]


# Counts


def test_brief_sounds_are_counted_apart() -> None:
    analysis = found(spans((4, 4.4), (12, 14), (22, 24)), spans((3, 9.5), (11, 12.4), (16, 29)))
    assert [one.number for one in analysis.brief] == [1]
    assert [one.number for one in analysis.serious] == [2, 3]
    assert analysis.yield_rate == 0.5


def test_rates_of_nothing_are_unknown() -> None:
    analysis = found(spans(), spans((0, 2)))
    assert analysis.yield_rate is None
    assert analysis.response_latency is None


# Whatever the recording


@st.composite
def sounds(draw: st.DrawFn) -> list[Span]:
    """Up to a dozen sounds, on a grid of 10 ms, with the gaps and lengths that decide something."""
    lengths = st.sampled_from([2, 5, 10, 11, 12, 13, 30, 100, 300])
    steps = draw(st.lists(st.tuples(lengths, lengths), max_size=12))
    found, now = [], draw(st.integers(0, 200))
    for gap, length in steps:
        start = now + gap
        now = start + length
        found.append(Span(start / 100, now / 100))
    return found


@st.composite
def recordings(draw: st.DrawFn) -> Sides:
    caller, agent = draw(sounds()), draw(sounds())
    end = max([span.end for span in (*caller, *agent)], default=0.0)
    return Sides.of(caller, agent, end + draw(st.sampled_from([0.0, 0.3, 2.0])), PAUSE)


@given(recordings())
def test_who_interrupts_begins_later_and_is_heard_together(sides: Sides) -> None:
    for barge in find.barge_ins(sides, WATCH):
        start = barge.utterance.start
        assert start is not None
        (turn,) = [turn for turn in sides.agent_turns if turn.start < start < turn.end]
        assert turn.end - start >= TURN_CHANGE


@given(recordings())
def test_no_interruption_is_missed(sides: Sides) -> None:
    """Whoever has been silent for longer than a pause and speaks while the agent does, interrupts."""
    known = {barge.utterance.start for barge in find.barge_ins(sides, WATCH)}
    for before, sound in zip([Span(-9, -9), *sides.caller], sides.caller, strict=False):
        rested = sound.start - before.end >= PAUSE
        if sound.start < sides.known_from:
            continue
        if rested and any(turn.start < sound.start <= turn.end - TURN_CHANGE - 1e-9 for turn in sides.agent_turns):
            assert sound.start in known


@given(recordings())
def test_every_turn_of_the_caller_is_counted_once(sides: Sides) -> None:
    analysis = analysed(sides)
    counted = [one.caller_end for one in analysis.interruptions] + [one.caller_end for one in analysis.responses]
    known = [turn.end for turn in sides.caller_turns if turn.start >= sides.known_from]
    assert sorted(counted, key=lambda end: end or 0.0) == known


@given(recordings())
def test_only_what_begins_within_a_pause_is_not_known(sides: Sides) -> None:
    for turns in (sides.caller_turns, sides.agent_turns):
        assert all(turn.start < PAUSE for turn in turns if turn.start < sides.known_from)


@given(recordings())
def test_turns_hold_a_word_each_and_do_not_touch(sides: Sides) -> None:
    for turns, heard in ((sides.caller_turns, sides.caller), (sides.agent_turns, sides.agent)):
        for turn in turns:
            inside = [span.seconds for span in heard if turn.start <= span.start < turn.end]
            assert sum(inside) >= SHORTEST_WORD
        assert all(one.end < other.start for one, other in pairwise(turns))


@given(recordings())
def test_judgement_needs_no_more_than_the_surroundings(sides: Sides) -> None:
    """The stretch of the recording that is looked at leaves nothing out that would change the judgement."""
    for barge in find.barge_ins(sides, WATCH):
        near = find.scene(sides, barge)
        whole = Scene(
            caller=sides.caller,
            agent=sides.agent,
            pieces=(),
            signals=(),
            timing=UplinkTiming(),
            rate=near.rate,
            now=sides.seconds,
            pause=sides.pause,
            turns=[turn.start for turn in sides.caller_turns],
            closed=True,
        )
        assert outcome.judge(barge, near) == outcome.judge(barge, whole)


@given(recordings())
def test_latencies_are_never_earlier_than_a_change_of_turns(sides: Sides) -> None:
    for one in analysed(sides).responses:
        assert one.latency is None or one.latency.value >= -TURN_CHANGE - 1e-9

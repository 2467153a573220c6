"""The playout buffer: received, heard and dropped are three different things."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from by_hand import RATE, audio, noise, quiet
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.adapters.events import AgentAudio
from RobotVoice.audio.frames import Pcm
from RobotVoice.call.playout import LONGEST_JITTER, Piece, Playout

STEP = 0.02


def spans(playout: Playout) -> list[tuple[float, float]]:
    """From when to when each piece is played."""
    return [(round(piece.start / RATE, 3), round(piece.end / RATE, 3)) for piece in playout.pieces if piece.heard]


def stream(playout: Playout, start: float, end: float, reply: str = "a") -> None:
    """A line in real time: 20 ms every 20 ms."""
    for index in range(round((end - start) / STEP)):
        playout.receive(start + index * STEP, audio(STEP, reply))


def test_a_burst_is_played_at_the_pace_of_speech() -> None:
    playout = Playout(RATE)
    for _ in range(5):
        playout.receive(1.0, audio(0.4))
    assert spans(playout) == [(1.0, 1.4), (1.4, 1.8), (1.8, 2.2), (2.2, 2.6), (2.6, 3.0)]
    assert playout.end == pytest.approx(3.0)
    assert not playout.dry(2.99)
    assert playout.dry(3.0)


def test_heard_is_what_arrived_in_its_place() -> None:
    playout = Playout(RATE)
    piece = playout.receive(0.5, audio(1.0))
    heard = playout.heard(1.0)
    assert len(heard) == RATE
    assert not heard[: RATE // 2].any()
    assert (heard[RATE // 2 :] == piece.samples[: RATE // 2]).all()


def test_a_flush_in_the_middle_of_a_burst_cuts_at_that_moment() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(1.0))
    playout.receive(0.0, audio(1.0))
    playout.receive(0.0, audio(1.0))
    assert playout.flush(1.25, "clear") == pytest.approx(1.75)
    assert [piece.heard / RATE for piece in playout.pieces] == pytest.approx([1.0, 0.25, 0.0])
    assert [piece.why_dropped for piece in playout.pieces] == ["", "clear", "clear"]
    assert playout.dry(1.25)
    assert not playout.heard(4.0)[round(1.25 * RATE) :].any()


def test_what_comes_after_a_flush_is_played_at_once() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(5.0))
    playout.flush(1.0, "clear")
    assert playout.receive(1.1, audio(0.5)).start == round(1.1 * RATE)


def test_a_flush_of_nothing_drops_nothing() -> None:
    playout = Playout(RATE)
    assert playout.flush(1.0, "clear") == 0
    playout.receive(1.0, audio(0.2))
    assert playout.flush(2.0, "clear") == 0
    assert playout.pieces[0].why_dropped == ""


def test_a_second_flush_leaves_the_reason_of_the_first() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(2.0))
    playout.flush(0.5, "first")
    playout.flush(0.7, "second")
    assert playout.pieces[0].why_dropped == "first"


def test_one_reply_is_flushed_and_the_next_moves_up() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(2.0, "old"))
    playout.receive(0.0, audio(1.0, "old"))
    playout.receive(0.5, audio(1.0, "new"))
    assert playout.flush(1.0, "truncated", "old") == pytest.approx(2.0)
    assert spans(playout) == [(0.0, 1.0), (1.0, 2.0)]
    assert playout.end == pytest.approx(2.0)
    assert [reply for _, _, reply in playout.ahead(1.5)] == ["new"]


def test_a_waiting_reply_is_flushed_and_the_one_being_played_goes_on() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(1.0, "first"))
    playout.receive(0.0, audio(1.0, "second"))
    playout.receive(0.0, audio(1.0, "third"))
    assert playout.flush(0.5, "cancelled", "second") == pytest.approx(1.0)
    assert spans(playout) == [(0.0, 1.0), (1.0, 2.0)]
    start, samples, reply = playout.ahead(0.5)[0]
    assert (start / RATE, len(samples) / RATE, reply) == (0.5, 0.5, "first")
    assert (samples == playout.pieces[0].samples[RATE // 2 :]).all()


def test_the_reply_of_an_item() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(1.0, "r1", "i1"))
    assert playout.reply_of("i1") == "r1"
    assert playout.reply_of("i2") == ""
    assert playout.reply_of("") == ""


# --- what may not be heard any more ---


def test_late_audio_of_a_cancelled_reply_is_dropped_by_its_id() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(0.5, "old"))
    playout.cancel_reply("old")
    late, fresh = playout.receive(0.1, audio(0.5, "old")), playout.receive(0.1, audio(0.5, "new"))
    assert (late.heard, late.why_dropped) == (0, "of a cancelled reply")
    assert fresh.heard == len(fresh.samples)
    assert fresh.start == round(0.5 * RATE)


def test_late_audio_of_a_cancelled_item_is_dropped_and_other_items_are_heard() -> None:
    playout = Playout(RATE)
    playout.cancel_item("i1")
    assert not playout.receive(0.1, audio(0.5, "r", "i1")).heard
    assert playout.receive(0.1, audio(0.5, "r", "i2")).heard


def test_cancelling_the_nameless_cancels_nothing() -> None:
    playout = Playout(RATE)
    playout.cancel_reply("")
    playout.cancel_item("")
    assert playout.receive(0.1, audio(0.5, "", "")).heard


# --- marks ---


def test_a_mark_is_due_when_all_before_it_was_played() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(1.0))
    playout.add_mark("m")
    assert playout.due_marks(0.99) == []
    assert playout.due_marks(1.0) == ["m"]
    assert playout.due_marks(1.1) == []


def test_a_mark_on_an_empty_buffer_is_due_at_once() -> None:
    playout = Playout(RATE)
    playout.add_mark("m")
    assert playout.due_marks(0.5) == ["m"]


def test_marks_of_one_name_are_each_returned() -> None:
    playout = Playout(RATE)
    for _ in range(2):
        playout.receive(0.0, audio(1.0))
        playout.add_mark("part")
    assert [playout.due_marks(moment) for moment in (0.5, 1.0, 1.5, 2.0)] == [[], ["part"], [], ["part"]]


def test_a_flush_makes_all_marks_due_even_if_new_audio_follows_at_once() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(5.0))
    playout.add_mark("cleared")
    playout.flush(1.0, "clear")
    playout.receive(1.0, audio(9.0))
    assert playout.due_marks(1.02) == ["cleared"]


def test_the_marks_of_a_reply_that_moves_up_move_with_it() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(2.0, "old"))
    playout.add_mark("old")
    playout.receive(0.0, audio(1.0, "new"))
    playout.add_mark("new")
    playout.flush(0.5, "cancelled", "old")
    assert playout.due_marks(0.5) == ["old"]
    assert playout.due_marks(1.49) == []
    assert playout.due_marks(1.5) == ["new"]


# --- what is heard of an item ---


def test_what_is_being_played() -> None:
    playout = Playout(RATE)
    assert playout.playing(1.0) is None
    first, second = playout.receive(0.0, audio(1.0, "r", "i1")), playout.receive(0.0, audio(1.0, "r", "i2"))
    assert playout.playing(0.5) is first
    assert playout.playing(1.0) is second
    assert playout.playing(9.0) is second


def test_heard_of_an_item_is_never_more_than_arrived() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(1.0, "r", "i1"))
    playout.receive(0.0, audio(1.0, "r", "i2"))
    assert playout.heard_of_item("i1", 0.25) == pytest.approx(0.25)
    assert playout.heard_of_item("i2", 1.25) == pytest.approx(0.25)
    assert playout.heard_of_item("i1", 9.0) == pytest.approx(1.0)
    assert playout.heard_of_item("unknown", 9.0) == 0


# --- a late line ---


def test_after_a_late_line_silence_is_shortened_by_what_was_lost() -> None:
    playout = Playout(RATE)
    stream(playout, 0.0, 1.0)
    for index in range(15):  # nothing for 0.3 s, and then all of it at once
        playout.receive(1.3, audio(STEP) if index < 5 else quiet(STEP))
    for index in range(10):
        playout.receive(1.3 + index * STEP, quiet(STEP))
    assert playout.end == pytest.approx(1.5)


def test_speech_is_never_left_out() -> None:
    playout = Playout(RATE)
    stream(playout, 0.0, 1.0)
    for _ in range(20):
        playout.receive(1.3, audio(STEP))
    assert all(piece.heard == len(piece.samples) for piece in playout.pieces)
    assert playout.end == pytest.approx(1.7)


def test_a_word_in_a_long_silence_is_speech() -> None:
    playout = Playout(RATE)
    stream(playout, 0.0, 1.0)
    playout.receive(1.4, audio(0.5))
    samples = np.concatenate((quiet(2.0).samples, noise(0.02, -42), quiet(0.1).samples))
    assert playout.receive(1.4, AgentAudio(samples, "a")).heard == len(samples)


def test_an_agent_that_sends_ahead_of_time_keeps_its_pauses() -> None:
    playout = Playout(RATE)
    for event in (audio(1.0), quiet(0.5), audio(1.0)):
        playout.receive(0.3, event)
    assert playout.end == pytest.approx(2.8)


def test_the_silence_before_a_reply_and_after_a_flush_is_no_late_line() -> None:
    playout = Playout(RATE)
    for begin in (0.3, 1.7):
        playout.flush(begin - 0.2, "clear")
        for event in (audio(1.0), quiet(0.5), audio(1.0)):
            playout.receive(begin, event)
    assert playout.end == pytest.approx(4.2)


def test_the_silence_between_two_replies_is_no_late_line() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(1.0, "a"))
    playout.receive(1.3, audio(1.0, "b"))
    playout.receive(1.3, quiet(0.5))
    assert playout.end == pytest.approx(2.8)


def test_a_long_gap_is_the_agents_own_silence() -> None:
    playout = Playout(RATE)
    stream(playout, 0.0, 1.0)
    playout.receive(1.0 + LONGEST_JITTER, audio(1.0))
    playout.receive(1.0 + LONGEST_JITTER, quiet(0.5))
    assert playout.end == pytest.approx(2.5 + LONGEST_JITTER)


def test_empty_messages_are_no_audio() -> None:
    playout = Playout(RATE)
    stream(playout, 0.0, 1.0)
    for index in range(20):
        playout.receive(1.2 + index * 0.2, audio(0.0))
    assert playout.end == pytest.approx(1.0)


# --- whatever happens ---


@dataclass(frozen=True)
class Step:
    """What happens after `wait` seconds."""

    wait: float
    what: str
    seconds: float
    reply: str
    silent: bool


STEPS = st.lists(
    st.builds(
        Step,
        st.floats(0, 0.8),
        st.sampled_from(["audio", "audio", "audio", "flush", "flush reply", "cancel", "mark"]),
        st.floats(0, 1.0),
        st.sampled_from(["a", "b", "c"]),
        st.booleans(),
    ),
    max_size=25,
)


def play(steps: list[Step]) -> tuple[Playout, float, dict[int, Pcm], int]:
    """The buffer after `steps`, when that is, what was heard before each flush, and how many marks were due."""
    playout, now, marks = Playout(RATE), 0.0, 0
    before: dict[int, Pcm] = {}
    for step in steps:
        now += step.wait
        marks += len(playout.due_marks(now))
        match step.what:
            case "audio":
                playout.receive(
                    now, quiet(step.seconds, step.reply) if step.silent else audio(step.seconds, step.reply)
                )
            case "flush" | "flush reply":
                heard = playout.heard(now)
                playout.flush(now, "test", step.reply if step.what == "flush reply" else "")
                before[len(heard)] = heard
            case "cancel":
                playout.cancel_reply(step.reply)
            case "mark":
                playout.add_mark("m")
    return playout, now, before, marks


def played(playout: Playout) -> list[Piece]:
    return [piece for piece in playout.pieces if piece.heard]


@given(STEPS)
def test_nothing_is_lost_or_invented(steps: list[Step]) -> None:
    playout, _, _, _ = play(steps)
    assert all(0 <= piece.heard <= len(piece.samples) for piece in playout.pieces)
    assert all(piece.heard + len(piece.unheard) == len(piece.samples) for piece in playout.pieces)
    assert all(
        bool(piece.why_dropped) == (piece.heard < len(piece.samples)) for piece in playout.pieces if piece.samples.size
    )


@given(STEPS)
def test_nothing_is_heard_before_it_arrived_and_never_two_at_once(steps: list[Step]) -> None:
    playout, _, _, _ = play(steps)
    assert all(piece.start >= round(piece.received * RATE) for piece in played(playout))
    pairs = zip(played(playout), played(playout)[1:], strict=False)
    assert all(one.end <= other.start for one, other in pairs)
    assert all(piece.end <= round(playout.end * RATE) for piece in played(playout))


@given(STEPS, st.floats(0, 3))
def test_the_heard_track_is_as_long_as_the_call_and_holds_what_was_played(steps: list[Step], more: float) -> None:
    playout, now, _, _ = play(steps)
    heard = playout.heard(now + more)
    assert len(heard) == round((now + more) * RATE)
    for piece in played(playout):
        part = heard[piece.start : piece.end]
        assert (part == piece.samples[: len(part)]).all()
    assert np.count_nonzero(heard) <= sum(piece.heard for piece in playout.pieces)


@given(STEPS)
def test_what_was_heard_stays_heard(steps: list[Step]) -> None:
    playout, now, before, _ = play(steps)
    final = playout.heard(now + 1)
    assert all((final[:length] == heard).all() for length, heard in before.items())


@given(STEPS)
def test_every_mark_is_returned_once_and_at_the_latest_when_the_buffer_is_dry(steps: list[Step]) -> None:
    playout, now, _, marks = play(steps)
    rest = playout.due_marks(max(now, playout.end))
    assert marks + len(rest) == sum(step.what == "mark" for step in steps)


@given(STEPS)
def test_what_is_ahead_is_what_will_be_heard(steps: list[Step]) -> None:
    playout, now, _, _ = play(steps)
    future = playout.heard(max(now, playout.end) + 1)
    for start, samples, _ in playout.ahead(now):
        assert start >= round(now * RATE)
        assert (future[start : start + len(samples)] == samples).all()
    assert sum(len(samples) for _, samples, _ in playout.ahead(now)) == max(
        0, round(playout.end * RATE) - round(now * RATE)
    )


def test_a_gap_in_the_middle_of_a_sound_is_told() -> None:
    playout = Playout(RATE)
    stream(playout, 0.0, 0.2)
    assert playout.receive(0.5, audio(STEP)).torn == pytest.approx(0.3)
    assert playout.receive(0.52, audio(STEP)).torn == 0


def test_a_gap_after_a_sound_has_faded_is_a_pause() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, AgentAudio(np.concatenate((noise(0.1), quiet(0.01).samples)), "a", "a"))
    assert playout.receive(0.5, audio(STEP)).torn == 0


def test_an_agent_without_signals_that_stopped_in_the_middle_of_a_sound_is_not_late_with_its_next_reply() -> None:
    playout = Playout(RATE)
    stream(playout, 0.0, 0.2)
    assert playout.receive(0.2 + LONGEST_JITTER, audio(STEP)).torn == 0


def test_what_follows_a_flush_or_belongs_to_another_reply_is_no_gap() -> None:
    playout = Playout(RATE)
    stream(playout, 0.0, 0.2)
    assert playout.receive(0.4, audio(STEP, "b")).torn == 0
    playout.flush(0.5, "clear")
    assert playout.receive(0.6, audio(STEP, "b")).torn == 0


def test_stale_audio_is_received_and_never_heard() -> None:
    playout = Playout(RATE)
    playout.receive(0.0, audio(0.1))
    piece = playout.receive(0.1, AgentAudio(noise(0.2), "a", "a", stale=True))
    assert (piece.heard, len(piece.unheard)) == (0, RATE // 5)
    assert playout.end == pytest.approx(0.1)

"""What the line lost of the agent: edges at a loss are uncertain by it, and a silence full of losses proves nothing."""

from __future__ import annotations

import pytest
from by_hand import RATE, audio
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.call.loss import TOO_MUCH, heard_through, lost, seconds_lost, share_lost
from RobotVoice.call.playout import Playout
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.evidence.measure import Span
from RobotVoice.interruption.old_reply import is_silent_since
from RobotVoice.interruption.scene import Scene, length

PAUSE = 0.7


def test_packets_lost_in_a_row_are_one_loss_where_they_are_played() -> None:
    playout = Playout(RATE)
    first, second, third = (playout.receive(1.0 + n * 0.02, audio(0.02)) for n in range(3))
    first.lost, second.lost = ((0, 160),), ((0, 80),)
    third.lost = ((100, 160),)
    assert lost(playout.pieces, RATE) == [pytest.approx((1.0, 1.03)), pytest.approx((1.0525, 1.06))]


def test_what_was_dropped_was_not_lost() -> None:
    playout = Playout(RATE)
    piece = playout.receive(1.0, audio(0.1))
    piece.lost = ((400, 800),)
    playout.flush(1.06, "flush")
    assert lost(playout.pieces, RATE) == [pytest.approx((1.05, 1.06))]
    playout.flush(1.04, "flush")
    assert lost(playout.pieces, RATE) == []


def test_how_much_of_a_time_was_lost() -> None:
    found = [(1.0, 1.1), (2.0, 2.5)]
    assert seconds_lost(found, 0.0, 3.0) == pytest.approx(0.6)
    assert seconds_lost(found, 1.05, 2.1) == pytest.approx(0.15)
    assert seconds_lost(found, 1.2, 1.9) == 0


def test_a_silence_that_is_long_only_by_what_was_lost_is_no_silence() -> None:
    spans = [Span(1.0, 2.0), Span(2.8, 4.0)]
    assert len(heard_through(spans, [(2.2, 2.28)], PAUSE)) == 2
    (whole,) = heard_through(spans, [(2.2, 2.35)], PAUSE)
    assert (whole.start, whole.end) == (1.0, 4.0)


def test_a_short_silence_is_left_for_others_to_judge() -> None:
    spans = [Span(1.0, 2.0), Span(2.3, 4.0)]
    assert len(heard_through(spans, [(2.0, 2.3)], PAUSE)) == 2


@pytest.mark.parametrize(
    ("loss", "start_doubt", "end_doubt"),
    [
        ((1.4, 1.6), 0.0, 0.0),
        ((1.9, 2.1), 0.0, 0.1),
        ((1.94, 2.2), 0.0, 0.2),
        ((2.05, 2.15), 0.0, 0.15),
        ((2.07, 2.2), 0.0, 0.0),
        ((0.7, 1.0), 0.3, 0.0),
        ((0.7, 0.95), 0.3, 0.0),
        ((0.7, 0.93), 0.0, 0.0),
    ],
)
def test_an_edge_is_uncertain_by_the_loss_that_it_lies_at(
    loss: tuple[float, float], start_doubt: float, end_doubt: float
) -> None:
    (span,) = heard_through([Span(1.0, 2.0, 0.01, 0.01)], [loss], PAUSE)
    assert (span.start_doubt, span.end_doubt) == pytest.approx((0.01 + start_doubt, 0.01 + end_doubt))


@given(
    agent=st.floats(1.0, 3.0),
    first=st.floats(0.0, 3.5),
    length=st.floats(0.0, 0.5),
)
def test_the_truth_lies_within_the_doubt(agent: float, first: float, length: float) -> None:
    """An agent who stops somewhere, and a loss anywhere: heard until the loss or until it stops."""
    heard = first if first < agent <= first + length else agent
    (span,) = heard_through([Span(0.0, heard)], [(first, first + length)], PAUSE)
    assert abs(span.end - agent) <= span.end_doubt + 1e-9


def test_the_share_that_was_lost_is_of_what_was_played() -> None:
    playout = Playout(RATE)
    pieces = [playout.receive(1.0 + n * 0.1, audio(0.1)) for n in range(10)]
    for piece in pieces[5:]:
        piece.lost = ((0, 400),)
    assert share_lost(pieces, RATE) == pytest.approx(0.25)
    assert share_lost(pieces, RATE, 0.0, 1.5) == 0
    assert share_lost(pieces, RATE, 1.5, 9.0) == pytest.approx(0.5)
    assert share_lost([], RATE) == 0


def test_one_packet_of_a_syllable_is_not_too_much() -> None:
    """An agent that is cut off at once: all that was heard of it is 60 ms, of which 20 ms were lost."""
    piece = Playout(RATE).receive(1.0, audio(0.06))
    piece.lost = ((0, round(0.02 * RATE)),)
    assert share_lost([piece], RATE) < TOO_MUCH


@pytest.mark.parametrize(
    ("losses", "is_silent"), [([], True), ([(2.1, 2.15)], True), ([(2.1, 2.3)], False), ([(0.5, 1.9)], True)]
)
def test_what_was_lost_of_a_silence_does_not_count(losses: list[tuple[float, float]], is_silent: bool) -> None:
    scene = Scene([], [Span(0.0, 2.0)], (), (), UplinkTiming(), RATE, 2.8, PAUSE, lost=losses)
    assert is_silent_since(2.0, "a", scene) is is_silent


@pytest.mark.parametrize(("lost_samples", "reliable"), [(160, True), (400, False)])
def test_figures_of_a_line_that_loses_too_much_are_not_to_be_trusted(lost_samples: int, reliable: bool) -> None:
    playout = Playout(RATE)
    for n in range(40):
        playout.receive(n * 0.1, audio(0.1)).lost = ((0, lost_samples),)
    scene = Scene(
        caller=[Span(2.0, 3.0)],
        agent=[Span(0.0, 2.5)],
        pieces=playout.pieces,
        signals=(),
        timing=UplinkTiming(),
        rate=RATE,
        now=4.0,
        pause=PAUSE,
        lost=lost(playout.pieces, RATE),
    )
    assert length(scene, 2.0, 2.5).reliable is reliable

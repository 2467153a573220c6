"""What the line lost of the agent: silence there proves nothing, and an edge there may lie anywhere in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf

from RobotVoice.call.playout import Piece
from RobotVoice.call.turns import WITHIN_A_WORD
from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.evidence.measure import Span

TOO_MUCH = 0.25
"""Share of the agent's sound that may be lost around a figure. Measured on calls whose truth is known: where a fifth is
lost, every stop lay within its uncertainty; where two fifths are, one in twenty did not."""

LEAST_PLAYED = 0.5
"""Seconds of sound that a share is of at least. Of an agent that is interrupted at its first syllable, a single packet
would be too much; what such a packet hides is told by the uncertainty of the edges."""

Lost = tuple[float, float]
"""From when to when, in seconds of the call."""


def lost(pieces: Iterable[Piece], rate: int) -> list[Lost]:
    """Where the caller heard something else, or nothing, because the line had lost the agent's sound."""
    found: list[Lost] = []
    for piece in pieces:
        for first, last in piece.lost:
            if first < piece.heard:
                _add(found, (piece.start + first) / rate, (piece.start + min(last, piece.heard)) / rate)
    return found


def _add(found: list[Lost], start: float, end: float) -> None:
    """Packets lost in a row are one loss."""
    if found and start - found[-1][1] < RESOLUTION:
        found[-1] = (found[-1][0], end)
    else:
        found.append((start, end))


def seconds_lost(lost: Iterable[Lost], start: float, end: float) -> float:
    """How much of the time between two moments."""
    return sum(max(0.0, min(last, end) - max(first, start)) for first, last in lost)


def share_lost(pieces: Iterable[Piece], rate: int, start: float = 0.0, end: float = inf) -> float:
    """Of what was played between two moments, or of `LEAST_PLAYED` if it was less, the share that the line had lost."""
    played = [piece for piece in pieces if piece.heard]
    seconds = sum(max(0.0, min(piece.end / rate, end) - max(piece.start / rate, start)) for piece in played)
    return seconds_lost(lost(played, rate), start, end) / max(seconds, LEAST_PLAYED)


def heard_through(spans: Sequence[Span], lost: Sequence[Lost], pause: float) -> list[Span]:
    """`spans` as far as they prove anything: edges at a loss are uncertain by it, and so is a silence full of losses.

    What is left of a silence has to be as long as `pause`; else it may be one, and what is on its sides is one span.
    """
    if not lost:
        return list(spans)
    joined: list[Span] = []
    for span in spans:
        if joined and _may_be_a_pause(joined[-1].end, span.start, lost, pause):
            joined[-1] = joined[-1].until(span)
        else:
            joined.append(span)
    return [_with_doubt(span, lost) for span in joined]


def _may_be_a_pause(start: float, end: float, lost: Sequence[Lost], pause: float) -> bool:
    return end - start >= pause > end - start - seconds_lost(lost, start, end)


def _with_doubt(span: Span, lost: Sequence[Lost]) -> Span:
    return replace(
        span,
        start_doubt=span.start_doubt + _before(span.start, lost),
        end_doubt=span.end_doubt + _around(span.end, lost),
    )


def _before(start: float, lost: Sequence[Lost]) -> float:
    """How much sooner a sound may have begun: its first word, in what was lost shortly before."""
    return max((start - first for first, last in lost if first < start <= last + WITHIN_A_WORD), default=0.0)


def _around(end: float, lost: Sequence[Lost]) -> float:
    """How much later a sound may have ended, or sooner: what is heard where it was lost is made up."""
    at = [(first, last) for first, last in lost if first - WITHIN_A_WORD <= end <= last + RESOLUTION]
    return max((max(last - end, end - first) for first, last in at), default=0.0)

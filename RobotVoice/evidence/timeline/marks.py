"""Moments with a name: which there are, and where their names stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RobotVoice.evidence.model import CallEvidence, Interruption, Mode, Outcome
from RobotVoice.evidence.timeline.layout import Scale, place
from RobotVoice.evidence.timeline.svg import LETTER, number, text


@dataclass(frozen=True)
class Mark:
    """A moment with a name."""

    time: float
    label: str
    kind: str
    dashed: bool = False


def caller_marks(one: Interruption) -> list[Mark]:
    """What the caller did."""
    if one.barge_in is None:
        return []
    marks = _barge_in_marks(one, one.barge_in)
    if one.gave_way_after is not None:
        marks.append(_mark(one.barge_in + one.gave_way_after, "caller gives way", "gives-way", dashed=True))
    return marks


def _barge_in_marks(one: Interruption, barge_in: float) -> list[Mark]:
    if one.mode is Mode.KEYS:
        return [_mark(barge_in, f"caller presses {one.text.strip('[]')}", "barge-in")]
    if one.cancel_sent is None:
        return [_mark(barge_in, "caller barges in", "barge-in")]
    if abs(one.cancel_sent - barge_in) < 0.001:
        return [_mark(barge_in, "caller barges in: cancel sent", "barge-in")]
    return [
        _mark(barge_in, "caller barges in", "barge-in"),
        _mark(one.cancel_sent, "cancel sent", "cancel", dashed=True),
    ]


def agent_marks(one: Interruption, evidence: CallEvidence) -> list[Mark]:
    """What the agent did."""
    if one.outcome is Outcome.DID_NOT_HAPPEN:
        return _missed_marks(one, evidence)
    marks = []
    if one.wire_stop is not None:
        marks.append(_mark(one.wire_stop, "agent stops sending", "wire-stop", dashed=True))
    if one.ear_stop is not None and one.outcome is Outcome.INTERRUPTED:
        marks.append(_mark(one.ear_stop, "agent is silent", "ear-stop"))
    if one.outcome is Outcome.KEPT_TALKING and one.watched_until is not None:
        marks.append(_mark(one.watched_until, "watched until here", "watched-until", dashed=True))
    if one.reply_onset is not None:
        marks.append(_mark(one.reply_onset, "agent replies", "reply"))
    return marks


def _missed_marks(one: Interruption, evidence: CallEvidence) -> list[Mark]:
    time = place(one, evidence.turns)
    marks = [] if time is None else [_mark(time, "no interruption", "did-not-happen", dashed=True)]
    if one.ear_stop is not None and one.ear_stop != time:
        marks.append(_mark(one.ear_stop, "agent had finished", "ear-stop"))
    return marks


def _mark(time: float, label: str, kind: str, dashed: bool = False) -> Mark:
    return Mark(time, f"{label}, {time:.2f} s", kind, dashed)


def in_rows(marks: Sequence[Mark], scale: Scale) -> tuple[list[tuple[Mark, int]], int]:
    """Each mark on the scale with the row of its name, so that no name lies on another or on another's line.

    Also the number of rows. A name stands to the right of its line. Rows are given from right to left: a name that
    reaches over later lines goes beyond all of their rows.
    """
    placed: list[tuple[Mark, int]] = []
    shown = [mark for mark in marks if scale.shows(mark.time)]
    for mark in sorted(shown, key=lambda one: one.time, reverse=True):
        end = scale.x(mark.time) + 12 + len(mark.label) * LETTER
        row = max((row + 1 for other, row in placed if scale.x(other.time) < end), default=0)
        placed.append((mark, row))
    return placed, max((row + 1 for _, row in placed), default=0)


def flag(mark: Mark, x: float, y: float, far: float) -> list[str]:
    """A mark's line, from its name at `y` to `far`, and the name."""
    top, bottom = (y - 8, far) if far > y else (far, y)
    return [line(mark.kind, x, top, bottom, mark.time, mark.dashed), text(x + 4, y, mark.label)]


def line(kind: str, x: float, top: float, bottom: float, time: float, dashed: bool = False) -> str:
    """The line of a moment."""
    dashes = ' stroke-dasharray="3 3"' if dashed else ""
    return (
        f'<line class="rv-mark rv-{kind}" data-time="{time:.3f}" x1="{number(x)}" x2="{number(x)}" y1="{number(top)}" '
        f'y2="{number(bottom)}" stroke="currentColor" stroke-width="{1.3 if dashed else 1.6}"{dashes}/>'
    )

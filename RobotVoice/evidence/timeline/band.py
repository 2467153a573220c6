"""What the line was like: a narrow band below the lanes, from when to when."""

from __future__ import annotations

from RobotVoice.evidence.model import CallEvidence, LineInUse
from RobotVoice.evidence.timeline import colours
from RobotVoice.evidence.timeline.layout import Scale
from RobotVoice.evidence.timeline.svg import LETTER, fitting, number, text

_HEIGHT = 15


def band_height(evidence: CallEvidence) -> float:
    """The room that it takes: none for a call on a clean line."""
    return _HEIGHT + 4 if evidence.lines else 0


def band(evidence: CallEvidence, scale: Scale, top: float) -> list[str]:
    """The band, with its name in the gutter."""
    if not evidence.lines:
        return []
    shown = [line for line in evidence.lines if line.end > scale.start and line.start < scale.end]
    return [text(0, top + 11, "Line", size=12, bold=True, edge=False), *(_stretch(line, scale, top) for line in shown)]


def _stretch(line: LineInUse, scale: Scale, top: float) -> str:
    left, right = scale.clamped(line.start), scale.clamped(line.end)
    words = fitting(line.description, (right - left - 8) / LETTER)
    frame = (
        f'<rect class="rv-line" x="{number(left)}" y="{number(top)}" width="{number(max(right - left, 1))}" '
        f'height="{_HEIGHT}" rx="3" fill="{colours.NEUTRAL}" fill-opacity=".22" stroke="{colours.NEUTRAL}" '
        'stroke-width=".7"/>'
    )
    return frame + text(left + 5, top + 11, words, f"On the line: {line.description}", edge=False)

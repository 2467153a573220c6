"""What was said, written along the lanes where there is room for it."""

from __future__ import annotations

from collections.abc import Sequence

from RobotVoice.evidence.model import CallEvidence, Speaker, Turn
from RobotVoice.evidence.sentences import keys_pressed
from RobotVoice.evidence.timeline.layout import Scale
from RobotVoice.evidence.timeline.svg import LETTER, fitting, fitting_end, text


def words(
    evidence: CallEvidence, scale: Scale, *, upper: float, lower: float, badges: Sequence[float] = ()
) -> list[str]:
    """The caller's words in the row at `upper`, around the `badges` that stand there; the agent's at `lower`."""
    return [
        *_row([turn for turn in evidence.turns if turn.speaker is Speaker.CALLER], scale, upper, badges),
        *_row([turn for turn in evidence.turns if turn.speaker is Speaker.AGENT], scale, lower),
    ]


def _row(turns: Sequence[Turn], scale: Scale, y: float, badges: Sequence[float] = ()) -> list[str]:
    visible = sorted((t for t in turns if t.end > scale.start and t.start < scale.end), key=lambda t: t.start)
    parts = []
    for number, turn in enumerate(visible):
        if not turn.text:
            continue
        following = scale.x(visible[number + 1].start) if number + 1 < len(visible) else scale.right
        x, end = _room(scale.clamped(turn.start) + 3, following - 6, badges)
        letters = (end - x) / LETTER
        # Of a turn that began before the view, its end is what is heard here.
        cut = fitting_end if turn.start < scale.start and turn.end < scale.end else fitting
        said = keys_pressed(turn.text)
        shown = cut(said, letters)
        if shown:
            parts.append(text(x, y, shown, f"{turn.speaker.value.capitalize()}: {said}", italic=True))
    return parts


def _room(start: float, end: float, badges: Sequence[float]) -> tuple[float, float]:
    """What the badges in a row of words leave free between `start` and `end`."""
    for badge in sorted(badges):
        if badge + 11 <= start:
            continue
        if badge - 25 > start:
            return start, min(end, badge - 12)
        start = badge + 11
    return start, end

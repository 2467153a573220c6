"""What stands around the lanes of a panel: its heading, the numbers of interruptions, the axis of time."""

from __future__ import annotations

import math

from RobotVoice.evidence.model import Interruption
from RobotVoice.evidence.sentences import outcome_sentence
from RobotVoice.evidence.timeline import colours
from RobotVoice.evidence.timeline.layout import Scale
from RobotVoice.evidence.timeline.svg import escaped, fitting, number, text

_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
"""Seconds from one tick of an axis to the next."""


def heading(words: str, scale: Scale, left: float = 0) -> str:
    return text(left, 16, fitting(words, (scale.right - left) / 6.6), words, size=12, bold=True)


def badge(one: Interruption, x: float, y: float) -> str:
    """The number of an interruption on a disc of its colour."""
    return (
        f'<g class="rv-badge"><title>{escaped(outcome_sentence(one))}</title>'
        f'<circle cx="{number(x)}" cy="{number(y)}" r="8" fill="{colours.of(one)}"/>'
        f'<text x="{number(x)}" y="{number(y + 4)}" text-anchor="middle" font-weight="bold" fill="#fff">'
        f"{one.number}</text></g>"
    )


def axis(scale: Scale, y: float) -> str:
    step = next((s for s in _TICKS if (scale.end - scale.start) / s <= 12), _TICKS[-1])
    first = math.ceil(scale.start / step - 1e-9)
    times = [count * step for count in range(first, math.floor(scale.end / step + 1e-9) + 1)]
    ticks = "".join(f"M{number(scale.x(time))} {number(y)}v4" for time in times)
    labels = "".join(
        f'<text class="rv-tick" x="{number(scale.x(time))}" y="{number(y + 14)}" data-time="{time:g}">'
        f"{_tick(time, step)}</text>"
        for time in times
    )
    return (
        f'<g text-anchor="middle" font-size="10.5" opacity=".75"><path d="M{number(scale.left)} {number(y)}'
        f'H{number(scale.right)}{ticks}" stroke="currentColor" stroke-width=".8" fill="none"/>{labels}</g>'
    )


def _tick(time: float, step: float) -> str:
    return f"{int(time) // 60}:{int(time) % 60:02}" if step >= 30 else f"{round(time, 1):g} s"

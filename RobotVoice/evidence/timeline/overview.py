"""The whole call in one panel, with a numbered badge for each interruption."""

from __future__ import annotations

import math

from RobotVoice.evidence.model import CallEvidence
from RobotVoice.evidence.timeline import colours
from RobotVoice.evidence.timeline.band import band, band_height
from RobotVoice.evidence.timeline.headings import axis, badge, heading
from RobotVoice.evidence.timeline.layout import GUTTER, LANE, MARGIN, Lanes, Panel, Scale, clock, place
from RobotVoice.evidence.timeline.lengths import overlap
from RobotVoice.evidence.timeline.marks import line
from RobotVoice.evidence.timeline.svg import number, text
from RobotVoice.evidence.timeline.waveform import sound
from RobotVoice.evidence.timeline.words import words


def overview(evidence: CallEvidence, width: int, token: str) -> Panel:
    scale = Scale(0, max(evidence.seconds, 0.5), GUTTER, width - MARGIN)
    lanes = Lanes(caller=38, agent=38 + LANE + 4)
    parts = [heading(f"The whole call, {clock(evidence.seconds)}", scale)]
    if any(one.barge_in is not None for one in evidence.interruptions):
        parts.append(_legend(scale, token))
    parts += sound(evidence, scale, lanes)
    badges: list[float] = []
    last = -math.inf
    for one in evidence.interruptions:
        time = place(one, evidence.turns)
        if time is None:
            continue
        x = scale.clamped(time)
        last = max(x - 11, last + 17)
        parts += [overlap(one, scale, lanes, token), line("moment", x, 24, lanes.bottom, time)]
        badges.append(last)
        parts.append(badge(one, last, 29))
    parts += words(evidence, scale, upper=33, lower=lanes.bottom + 13, badges=badges)
    parts += band(evidence, scale, lanes.bottom + 18)
    bottom = lanes.bottom + 20 + band_height(evidence)
    parts.append(axis(scale, bottom))
    return Panel(parts, bottom + 28)


def _legend(scale: Scale, token: str) -> str:
    meaning = "the caller has barged in, the agent is still heard"
    left = scale.right - len(meaning) * 5.3
    return (
        f'<rect x="{number(left - 24)}" y="6" width="18" height="11" fill="url(#{token}-stopped)" '
        f'stroke="{colours.STOPPED}" stroke-width=".7"/>' + text(left, 15.5, meaning)
    )

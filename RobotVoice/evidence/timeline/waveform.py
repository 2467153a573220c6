"""The sound of the two lanes."""

from __future__ import annotations

import itertools
import math

import numpy as np

from RobotVoice.audio.frames import Clip
from RobotVoice.evidence.model import CallEvidence
from RobotVoice.evidence.timeline import colours
from RobotVoice.evidence.timeline.layout import LANE, Lanes, Scale
from RobotVoice.evidence.timeline.svg import number, text

_COLUMN = 2
"""Units from one bar of a waveform to the next."""


def sound(evidence: CallEvidence, scale: Scale, lanes: Lanes) -> list[str]:
    """Both lanes with their names."""
    return [
        *_lane("Caller", "", evidence.caller, evidence.seconds, scale, lanes.caller, colours.CALLER),
        *_lane("Agent", "as heard", evidence.heard, evidence.seconds, scale, lanes.agent, colours.AGENT),
    ]


def _lane(name: str, remark: str, clip: Clip, seconds: float, scale: Scale, top: float, colour: str) -> list[str]:
    middle = top + LANE / 2
    left, right = scale.clamped(0), scale.clamped(seconds)
    label = text(0, middle + (0 if remark else 4), name, size=12, bold=True, edge=False)
    if remark:
        label += text(0, middle + 13, remark, size=10.5, edge=False)
    ground = f'<rect x="{number(left)}" y="{number(top)}" width="{number(right - left)}" height="{LANE}" rx="3"'
    return [
        label,
        f'{ground} fill="{colour}" fill-opacity=".13"/>',
        f'<path class="rv-wave rv-{name.lower()}" d="{_envelope(clip, scale, middle)}" '
        f'stroke="{colour}" stroke-width="1.4" fill="none"/>',
    ]


def _envelope(clip: Clip, scale: Scale, middle: float) -> str:
    """One upright bar for the peak of each column, over a line of silence."""
    left = scale.left + _COLUMN / 2
    bars = [f"M{number(scale.left)} {number(middle)}H{number(scale.clamped(clip.seconds))}"]
    for column, peak in enumerate(_peaks(clip, scale)):
        half = round(peak * (LANE / 2 - 2))
        if half:
            bars.append(f"M{number(left + column * _COLUMN)} {number(middle - half)}v{2 * half}")
    return "".join(bars)


def _peaks(clip: Clip, scale: Scale) -> list[float]:
    """The peak of each column, 0..1 of the loudest sample of the whole clip."""
    columns = int((scale.right - scale.left) / _COLUMN)
    if not len(clip.samples):
        return [0.0] * columns
    # A floor of 1 % of full scale: the line noise of a silent side is not blown up to look like speech.
    loudest = max(float(np.abs(clip.samples.astype(np.int32)).max()), 328.0)
    edges = np.linspace(scale.start * clip.rate, scale.end * clip.rate, columns + 1).round().astype(int)
    pieces = (clip.samples[a : max(b, a + 1)] for a, b in itertools.pairwise(edges))
    # A root brings out quiet speech, as the ear does: the tail of a reply is not to look like silence.
    return [math.sqrt(int(np.abs(piece.astype(np.int32)).max(initial=0)) / loudest) for piece in pieces]

"""The pauses of the agent's speech, as a person would make them. Pure."""

from __future__ import annotations

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip

LONGEST_PAUSE = 0.4
"""Seconds. The synthesised voice makes longer ones at commas, which on the phone sound like an end."""
SILENT_BELOW = -55.0
"""dBFS."""


def shortened(clip: Clip) -> Clip:
    """`clip` with every pause that is longer than LONGEST_PAUSE cut down to it."""
    length = frames.frame_length(clip.rate)
    allowed = round(LONGEST_PAUSE / frames.FRAME_SECONDS)
    kept, silent = [], 0
    for start in range(0, len(clip.samples), length):
        frame = clip.samples[start : start + length]
        silent = silent + 1 if frames.level(frame) < SILENT_BELOW else 0
        if silent <= allowed:
            kept.append(frame)
    return Clip(np.concatenate(kept), clip.rate) if kept else clip

"""The tones of a telephone's keys (DTMF), for lines that carry keys in the audio only."""

from __future__ import annotations

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, Pcm

ROWS = (697, 770, 852, 941)
COLUMNS = (1209, 1336, 1477, 1633)
"""Hz, as ITU-T Q.23 has them."""
KEYPAD = ("123A", "456B", "789C", "*0#D")
PRESSED = 0.1
RELEASED = 0.1
"""Seconds. ITU-T Q.24 has receivers that need 40 ms of each; twice as much passes a lossy codec, too."""
LOUDNESS = 0.3
"""Of each of the two tones, of full scale: about -7 dBm0 in mu-law, as telephones send them."""


def tones(keys: str, rate: int) -> Clip:
    """`keys` (0 to 9, *, #, A to D) pressed one after the other, at `rate` Hz; from the first tone to the last."""
    parts = [part for key in keys for part in (frames.silence(RELEASED, rate), _tone(key, rate))]
    return Clip(np.concatenate(parts[1:]), rate)


def _tone(key: str, rate: int) -> Pcm:
    row = next(index for index, keys in enumerate(KEYPAD) if key in keys)
    column = KEYPAD[row].index(key)
    time = np.arange(round(PRESSED * rate)) / rate
    both = np.sin(2 * np.pi * ROWS[row] * time) + np.sin(2 * np.pi * COLUMNS[column] * time)
    return frames.from_float(LOUDNESS * both)

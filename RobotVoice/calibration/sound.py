"""The one sound of these calls, and where samples are loud: written anew, so that it can contradict the figures."""

from __future__ import annotations

import numpy as np

from RobotVoice.audio.frames import Pcm

RATE = 24000
"""Hz, of every line here."""
FRAME = RATE // 50
LOUD = 32768 * 10 ** (-45 / 20)
"""A sample above -45 dBFS is sound."""
_FORMANTS = ((700, 110), (1220, 140), (2600, 170))
_RMS = 0.1


def vowel(seconds: float, pitch: float = 125.0) -> Pcm:
    """An "ah" that is loud from its first sample on, and that voice activity detection takes for speech."""
    time = np.arange(round(seconds * RATE)) / RATE
    harmonics = np.arange(1, int(3800 / pitch)) * pitch
    weights = np.sum([1 / (1 + ((harmonics - centre) / width) ** 2) for centre, width in _FORMANTS], axis=0)
    waves = (weight * np.cos(2 * np.pi * f * time) for f, weight in zip(harmonics, weights, strict=True))
    wave = np.sum(list(waves), axis=0)
    samples = wave / np.sqrt(np.mean(np.square(wave))) * _RMS
    return np.asarray(np.clip(samples, -1, 1) * 32767, dtype=np.int16)


def loud(samples: Pcm) -> tuple[int, int] | None:
    """The first and the last loud sample; None if there is none."""
    found = np.flatnonzero(np.abs(samples.astype(np.int32)) > LOUD)
    return (int(found[0]), int(found[-1])) if len(found) else None

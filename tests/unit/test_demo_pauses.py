"""Pauses of the demo agent's speech, on tones and gaps of known length."""

from __future__ import annotations

import numpy as np

from RobotVoice.audio.frames import Clip, Pcm, silence
from RobotVoice.demo.pauses import LONGEST_PAUSE, shortened

RATE = 8000


def tone(seconds: float) -> Pcm:
    samples: Pcm = (8000 * np.sin(2 * np.pi * 200 * np.arange(round(seconds * RATE)) / RATE)).astype(np.int16)
    return samples


def joined(*parts: Pcm) -> Clip:
    return Clip(np.concatenate(parts), RATE)


def test_a_long_pause_is_cut_down() -> None:
    clip = shortened(joined(tone(1.0), silence(0.9, RATE), tone(1.0)))
    assert clip.seconds == 2.0 + LONGEST_PAUSE


def test_a_short_pause_and_all_sound_stay() -> None:
    clip = joined(tone(1.0), silence(0.3, RATE), tone(0.5))
    assert np.array_equal(shortened(clip).samples, clip.samples)


def test_nothing_stays_nothing() -> None:
    assert shortened(Clip(silence(0, RATE), RATE)).seconds == 0

"""A voice without a model, and an ear that knows loud from quiet."""

from __future__ import annotations

import time
from functools import cache

import numpy as np

from RobotVoice.audio.frames import Clip, Pcm

FORMANTS = ((650, 90), (1100, 110), (2500, 160))
"""Hz, and how wide they are."""
LOUD = 500.0
"""RMS of a frame that holds speech; what the caller's silence has is 0."""
STARTS_AFTER = 5
"""Loud frames of 20 ms after which somebody speaks."""
STOPS_AFTER = 15
"""Quiet frames after which nobody does."""


@cache
def vowel(seconds: float, rate: int, pitch: float = 140.0) -> Pcm:
    """An "ah" that the voice activity detection takes for speech, without a pause in it."""
    t = np.arange(round(seconds * rate)) / rate
    sound = np.zeros_like(t)
    for number in range(1, int(3800 / pitch)):
        tone = number * pitch
        gain = sum(
            1 / (1 + ((tone - formant) / width) ** 2) for formant, width in ((650, 90), (1100, 110), (2500, 160))
        )
        sound += gain * np.sin(2 * np.pi * tone * t + number)
    sound *= 1 + 0.3 * np.sin(2 * np.pi * 4 * t)
    made: Pcm = (sound / np.abs(sound).max() * 12000).astype(np.int16)
    return made


def clip(seconds: float, rate: int = 24000) -> Clip:
    """Something that the caller says."""
    return Clip(vowel(seconds, rate, 190.0), rate)


class Ear:
    """Counts the caller's frames and notes, on time.monotonic, when each of its words began to arrive."""

    def __init__(self, starts_after: int = STARTS_AFTER) -> None:
        self.frames = 0
        self.first = 0.0
        self.last = 0.0
        self.onsets: list[float] = []
        self.offsets: list[float] = []
        self.speaking = False
        self._starts_after = starts_after
        self._loud = 0
        self._quiet = STOPS_AFTER
        self._since = 0.0

    def hear(self, samples: Pcm) -> str:
        """One frame; "started" or "stopped" if that has just become plain, else ""."""
        now = time.monotonic()
        self.frames += 1
        self.first = self.first or now
        self.last = now
        if np.sqrt(np.mean(np.square(samples.astype(np.float64)))) > LOUD:
            return self._heard_speech(now)
        self._loud, self._quiet = 0, self._quiet + 1
        if self.speaking and self._quiet >= STOPS_AFTER:
            self.speaking = False
            return "stopped"
        return ""

    def _heard_speech(self, now: float) -> str:
        if self._quiet:
            self._since = now
        self._loud, self._quiet = self._loud + 1, 0
        if self.speaking:
            self.offsets[-1] = now
            return ""
        if self._loud < self._starts_after:
            return ""
        self.speaking = True
        self.onsets.append(self._since)
        self.offsets.append(now)
        return "started"

    @property
    def missing(self) -> float:
        """Frames that a line without a break would have brought besides those that came."""
        return (self.last - self.first) * 50 + 1 - self.frames

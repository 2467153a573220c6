"""What is mended of a channel that was recorded anywhere before it is listened to: its offset, and a level too low."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from RobotVoice.audio.frames import Pcm

LEAST_OFFSET = 32.0
"""Samples (-60 dBFS)."""
PIECES = 100
"""In a second of sound."""
LOUDEST = PIECES
"""The level of a voice is that of its loudest pieces, of 1 s in all, however rarely it speaks."""
LONGEST_ECHO = PIECES // 2
"""Pieces after a sound of one side in which the other may hold its echo."""
QUIET = -26.0
"""dBFS. A voice below this is turned up: hearing is made, and measured, for lines whose voices are louder."""
NOMINAL = -20.0
"""dBFS. The level up to which."""
QUIETEST = -50.0
"""dBFS. What is below is no voice that anybody recorded on purpose, but what leaks from the other side."""
OVER_THE_NOISE = 20.0
"""dB that a quiet voice has to be above the noise of its channel: noise that is turned up would be taken for one."""
FAINTEST = 40.0
"""dB below a side's level down to which its echo may be heard."""
OVER_THE_SILENCE = 6.0
"""dB above the noise of a side from which on it sounds."""
FULL = 32768.0**2
SILENCE = 1e-3
"""Powers."""

Powers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Correction:
    """offset: around which a channel's samples lie, in place of 0. gain: a factor."""

    offset: float = 0.0
    gain: float = 1.0

    def applied(self, samples: Pcm) -> Pcm:
        if not self.offset and self.gain == 1.0:
            return samples
        mended = (samples.astype(np.float64) - self.offset) * self.gain
        return np.clip(np.rint(mended), -32768, 32767).astype(np.int16)


class Listener:
    """Hears a channel of `rate` Hz once, to know what it needs."""

    def __init__(self, rate: int) -> None:
        self._length = max(1, rate // PIECES)
        self._means: list[npt.NDArray[np.float32]] = []
        self._squares: list[npt.NDArray[np.float32]] = []

    def hear(self, samples: Pcm) -> None:
        whole = samples[: len(samples) // self._length * self._length].reshape(-1, self._length).astype(np.float32)
        self._means.append(whole.mean(axis=1))
        self._squares.append(np.square(whole).mean(axis=1))

    @cached_property
    def offset(self) -> float:
        """What lies under the silence as under the sound; 0 if it is too little to matter."""
        means = np.concatenate(self._means) if self._means else np.zeros(0)
        found = float(np.median(means)) if len(means) else 0.0
        return found if abs(found) >= LEAST_OFFSET else 0.0

    @cached_property
    def powers(self) -> Powers:
        """Of its pieces, without the offset."""
        if not self._means:
            return np.zeros(0)
        means, squares = np.concatenate(self._means), np.concatenate(self._squares)
        powers: Powers = np.maximum(squares - 2 * self.offset * means + self.offset**2, 0.0).astype(np.float64)
        return powers


def corrections(one: Listener, other: Listener) -> tuple[Correction, Correction]:
    """What each of two channels needs that were heard together. Each may hold an echo of the other."""
    first, second = one.powers, other.powers
    return Correction(one.offset, _gain(first, second)), Correction(other.offset, _gain(second, first))


def _gain(powers: Powers, of_the_other: Powers) -> float:
    """By what sounds while the other side is silent: an echo that is turned up would be taken for somebody."""
    if _level(powers) >= QUIET:
        return 1.0
    alone = powers[~_may_echo(of_the_other)]
    level = _level(alone)
    if level < QUIETEST or not _is_voice(alone):
        return 1.0
    return float(10 ** ((NOMINAL - level) / 20))


def _may_echo(powers: Powers) -> npt.NDArray[np.bool_]:
    if not _is_voice(powers):
        return np.zeros(len(powers), dtype=bool)
    faintest = max(_level(powers) - FAINTEST, _floor(powers) + OVER_THE_SILENCE)
    sounds = 10 * np.log10(np.maximum(powers, SILENCE) / FULL) > faintest
    so_far = np.cumsum(sounds)
    before = np.concatenate((np.zeros(LONGEST_ECHO, dtype=so_far.dtype), so_far))[: len(so_far)]
    return np.asarray(so_far > before)


def _is_voice(powers: Powers) -> bool:
    return len(powers) > 0 and _level(powers) - _floor(powers) >= OVER_THE_NOISE


def _level(powers: Powers) -> float:
    """dBFS of the loudest pieces."""
    if not len(powers):
        return _decibels(0.0)
    loudest = min(len(powers), LOUDEST)
    return _decibels(float(np.partition(powers, -loudest)[-loudest:].mean()))


def _floor(powers: Powers) -> float:
    """dBFS of the noise: everybody is silent for a tenth of the time."""
    return _decibels(float(np.percentile(powers, 10)))


def _decibels(power: float) -> float:
    return 10 * math.log10(max(power, SILENCE) / FULL)

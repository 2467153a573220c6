"""Does the agent say again what it was about to say when it was cut off? From the samples alone. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from RobotVoice.audio.frames import Pcm

ENOUGH: Final = 0.3
"""Seconds of sound by which a stretch of speech is recognised."""
LONGEST: Final = 10.0
"""Seconds of what was dropped that are searched: an agent that goes on does so near to where it was cut off."""
ALIKE: Final = 0.7
"""Correlation from which on two stretches are the same sound, sent twice. Measured: of other words of the same voice
at most 0.4, through another codec at least 0.9."""
_RATE = 8000


def comes_again(dropped: Pcm, later: Pcm, rate: int) -> bool | None:
    """Whether `later` begins with something out of `dropped`; None if there is too little of either to tell."""
    whole, part = dropped[: round(LONGEST * rate)], later[: round(ENOUGH * rate)]
    if len(part) < ENOUGH * rate / 2 or len(whole) < len(part) or not part.any():
        return None
    return found_at(whole, part, rate) is not None


def found_at(whole: Pcm, part: Pcm, rate: int) -> float | None:
    """Where in `whole` (seconds) the sound `part` is, all of it; None if it is not there."""
    long, short = _thinned(whole, rate), _thinned(part, rate)
    if not short.any() or len(long) < len(short):
        return None
    size = 1 << (len(long) + len(short) - 1).bit_length()
    products = np.fft.irfft(np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size)), size)
    energy = np.cumsum(np.append(0.0, np.square(long)))
    places = len(long) - len(short) + 1
    around = energy[len(short) :] - energy[:places]
    likeness = products[:places] / np.sqrt(np.maximum(around, 1.0) * np.dot(short, short))
    best = int(likeness.argmax())
    return best * _step(rate) / rate if likeness[best] > ALIKE else None


def _thinned(samples: Pcm, rate: int) -> npt.NDArray[np.float64]:
    """At some 8 kHz, crudely: both sides of the comparison alike."""
    step = _step(rate)
    whole = samples[: len(samples) // step * step].astype(np.float64)
    return np.asarray(whole.reshape(-1, step).mean(axis=1))


def _step(rate: int) -> int:
    return max(1, rate // _RATE)

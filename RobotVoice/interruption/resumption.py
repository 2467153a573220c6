"""Does the agent say again what it was about to say when it was cut off? From the samples alone. Pure.

A voice that is seeded says the same word with the same samples, so a new answer may begin with the sound of a word that
was dropped. Several blocks have to agree on one place, for longer than a word lasts, before sound is known again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from RobotVoice.audio.frames import Pcm

ENOUGH: Final = 0.3
"""Seconds of sound in a block that is compared."""
MORE_THAN_A_WORD: Final = 0.6
"""Seconds of speech. Two replies may share a word by chance, and an agent that goes back to the beginning of the word
in which it broke off restarts nothing."""
AGAIN: Final = 1.2
"""Seconds of what may come again that are compared."""
BLOCKS_APART: Final = 0.15
BLOCKS_AGREE: Final = 0.05
"""Seconds between the beginnings of two blocks that are compared, and by which their places may differ."""
ALIKE: Final = 0.7
"""Correlation from which on two stretches are the same sound, sent twice. Measured: of other words of the same voice
at most 0.4, through another codec at least 0.9."""
_RATE = 8000


def comes_again(dropped: Pcm, later: Pcm, rate: int) -> bool | None:
    """Whether `later` begins with something out of `dropped`; None if there is too little of either to tell."""
    alike = begins_alike(dropped, later, rate)
    if not alike:
        return alike
    found = places(dropped, later, rate)
    if agreed(found) is not None:
        return True
    compared = min(len(later) / rate, len(dropped) / rate - found[0]) if found else 0.0
    return None if compared < MORE_THAN_A_WORD else False


def begins_alike(dropped: Pcm, later: Pcm, rate: int) -> bool | None:
    """Whether the first block of `later` is in `dropped`, however it goes on; None if that can't be told either."""
    first = later[: round(ENOUGH * rate)]
    if len(first) < ENOUGH * rate / 2 or len(dropped) < len(first) or not first.any():
        return None
    return found_at(dropped, first, rate) is not None


def places(whole: Pcm, later: Pcm, rate: int) -> list[float]:
    """Where in `whole` (s) `later` begins, by each block of its first `AGAIN` seconds that is there again.

    In blocks, since a line that was late in between moves what follows.
    """
    block, step = round(ENOUGH * rate), round(BLOCKS_APART * rate)
    starts = range(0, min(round(AGAIN * rate), len(later)) - block + 1, step)
    found = ((start, found_at(whole, later[start : start + block], rate)) for start in starts)
    return [place - start / rate for start, place in found if place is not None]


def agreed(places: Sequence[float]) -> float | None:
    """The place that enough blocks agree on; None if they do not."""
    if not places:
        return None
    middle = sorted(places)[len(places) // 2]
    agree = [place for place in places if abs(place - middle) < BLOCKS_AGREE]
    return max(0.0, middle) if (len(agree) - 1) * BLOCKS_APART + ENOUGH >= MORE_THAN_A_WORD else None


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

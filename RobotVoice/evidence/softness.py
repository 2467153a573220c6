"""Whether a side of a call is so quiet that it can't be told from noise, or from silence, in every place. Pure."""

from __future__ import annotations

import numpy as np

from RobotVoice.audio.frames import Pcm, empty, level

PEAKS = 200
"""Peaks in a second of sound."""
SOFTEST = -19.0
"""dBFS of the loudest peaks of a side. Below, words and whole interruptions go missing, and steady vowels pass for
noise: with speech in noise of -65 to -50 dBFS nothing was lost down to -18.7, and an interruption at -19.7; an agent on
a clean line that never stopped was taken for one that did at -19.3. Measured."""
LOUDEST = PEAKS // 5
"""Peaks by which that is told: of 0.2 s in all, so that who says a single word is not taken for quiet."""
OF_THE_LOUDEST = 4
"""And of less, where less has been said: only what is not this many times smaller than the loudest of all."""


def is_soft(peaks: Pcm) -> bool:
    """Whether somebody with these peaks is too quiet; True for who says nothing."""
    loudest = np.sort(peaks)[-LOUDEST:]
    said = loudest[loudest >= loudest.max(initial=0) / OF_THE_LOUDEST]
    return bool(level(said) < SOFTEST)


class LoudestPeaks:
    """Those of a track of `rate` Hz, heard piece by piece, however long it is."""

    def __init__(self, rate: int) -> None:
        self._length = max(1, rate // PEAKS)
        self._rest = empty()
        self._peaks = empty()

    def hear(self, samples: Pcm) -> None:
        pending = np.concatenate((self._rest, samples))
        whole = len(pending) // self._length * self._length
        self._rest = pending[whole:]
        pieces = np.minimum(np.abs(pending[:whole].astype(np.int32)), 32767).reshape(-1, self._length)
        self._peaks = np.sort(np.concatenate((self._peaks, pieces.max(axis=1).astype(np.int16))))[-LOUDEST:]

    @property
    def are_soft(self) -> bool:
        return is_soft(self._peaks)

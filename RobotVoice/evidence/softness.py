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
FAINTEST = -50.0
"""dBFS of the same. Below, nobody speaks: that is the line."""
LOUDEST = PEAKS // 5
"""Peaks by which that is told: of 0.2 s in all, so that who says a single word is not taken for quiet."""
OF_ONE_VOICE = 4
"""The loudest is at most this many times as loud as the others of them, or too little has been said to tell."""


def is_soft(peaks: Pcm) -> bool:
    """Whether somebody with these peaks speaks, and is too quiet."""
    loudest = np.sort(peaks)[-LOUDEST:]
    if len(loudest) < LOUDEST or int(loudest[0]) * OF_ONE_VOICE < loudest[-1]:
        return False
    return bool(FAINTEST < level(loudest) < SOFTEST)


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

    def are_soft(self, more: Pcm) -> bool:
        """As `is_soft`, of all that was heard and `more` behind it, which is not kept."""
        heard = LoudestPeaks(self._length * PEAKS)
        heard._rest, heard._peaks = self._rest, self._peaks
        heard.hear(more)
        return is_soft(heard._peaks)

"""What is played for a packet that is lost: the last sound again, fading. After ITU-T G.711 Appendix I."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from RobotVoice.audio.frames import Pcm
from RobotVoice.line.codecs import as_pcm
from RobotVoice.line.filters import Sound

SHORTEST_PERIOD, LONGEST_PERIOD = 0.005, 0.015
"""Seconds: voices from 200 Hz down to 66 Hz; a higher one repeats after several of its periods."""
COMPARED = 0.02
"""Seconds of the last sound that tell its period."""
FULL, GONE = 0.01, 0.06
"""Seconds for which it goes on as loud as it was, and after which it has faded away, by a fifth every 10 ms."""
BLENDED = 0.004
"""Seconds in which the next packet takes over."""


class Concealment:
    """Hears what arrives, and makes up for what does not. Simpler than the Appendix: it holds nothing back."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._past = np.zeros(round((COMPARED + LONGEST_PERIOD) * rate))
        self._period = np.zeros(1)
        self._missing = 0
        self._blended = 0
        self._blend_length = round(BLENDED * rate)

    def hear(self, samples: Pcm) -> Pcm:
        """What arrives, as it is played."""
        sound = samples.astype(np.float64)
        if self._missing:
            sound = self._blend(sound)
        self._remember(sound)
        return as_pcm(sound)

    def replace(self, count: int) -> Pcm:
        """The next `count` samples of what did not arrive."""
        if not self._missing or self._blended:
            self._period = self._past[-_period(self._past, self.rate) :]
            self._missing = self._blended = 0
        made = self._continued(count)
        self._missing += count
        self._remember(made)
        return as_pcm(made)

    def _blend(self, sound: Sound) -> Sound:
        count = min(len(sound), self._blend_length - self._blended)
        rising = (self._blended + np.arange(count)) / self._blend_length
        over = self._continued(count) * (1 - rising) + sound[:count] * rising
        self._blended += count
        if self._blended == self._blend_length:
            self._missing = self._blended = 0
        return np.concatenate((over, sound[count:]))

    def _continued(self, count: int) -> Sound:
        places = self._missing + self._blended + np.arange(count)
        loudness = np.clip((GONE - places / self.rate) / (GONE - FULL), 0, 1)
        continued: Sound = self._period[places % len(self._period)] * loudness
        return continued

    def _remember(self, sound: Sound) -> None:
        self._past = np.concatenate((self._past, sound))[-len(self._past) :]


def _period(past: Sound, rate: int) -> int:
    """The period (samples) after which the last sound is most like itself."""
    shortest, compared = round(SHORTEST_PERIOD * rate), round(COMPARED * rate)
    last = past[-compared:]
    before = sliding_window_view(past, compared)[:-shortest][::-1]
    likeness = before @ last / np.sqrt(np.einsum("ij,ij->i", before, before) + 1.0)
    return shortest + int(np.argmax(likeness))

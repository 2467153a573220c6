"""What coding does to speech, in the telephone's band."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from RobotVoice.audio import g711
from RobotVoice.audio.frames import Pcm
from RobotVoice.line.conditions import Codec, Conditions
from RobotVoice.line.filters import Fir, Sound, below_the_band_edge, telephone_band

RATE = 8000
"""Hz, the telephone's."""
MODULATED_NOISE = 25.0
"""dB of speech over the noise that a mobile codec puts under it (the Q of ITU-T P.810, which stands in for codecs in
listening tests so): plainly a mobile telephone, and plainly understood. Our choice."""

Coding = Callable[[Sound], Sound]


class Telephone:
    """Speech through the telephone's band and a codec of 8 kHz, at the line's own rate: some 2 ms late.

    A rate that 8 kHz does not divide is coded as it is.
    """

    def __init__(self, coding: Coding, rate: int) -> None:
        self._coding = coding
        self._step = rate // RATE if rate % RATE == 0 else 1
        self._band = Fir(telephone_band(rate))
        self._smooth = Fir(below_the_band_edge(rate) * self._step) if rate > RATE else None
        self._position = 0

    def __call__(self, samples: Sound) -> Sound:
        narrow = self._band(samples)
        coded = np.zeros(len(samples))
        first = -self._position % self._step
        coded[first :: self._step] = self._coding(narrow[first :: self._step])
        self._position += len(samples)
        return self._smooth(coded) if self._smooth else coded


def telephone(conditions: Conditions, rate: int, way: str) -> Telephone | None:
    """The codec of a line; None if it has none."""
    match conditions.codec:
        case Codec.G711:
            return Telephone(mu_law, rate)
        case Codec.MOBILE:
            return Telephone(modulated_noise(conditions.chance(f"codec {way}")), rate)
    return None


def mu_law(samples: Sound) -> Sound:
    """There and back."""
    return g711.decode_ulaw(g711.encode_ulaw(as_pcm(samples))).astype(np.float64)


def modulated_noise(chance: np.random.Generator) -> Coding:
    """Noise that is as loud as the speech it goes with, less `MODULATED_NOISE`; silence stays silent."""
    share = 10 ** (-MODULATED_NOISE / 20)
    return lambda samples: samples * (1 + share * chance.normal(size=len(samples)))


def as_pcm(samples: Sound) -> Pcm:
    """As whole numbers; what is louder than full scale is clipped."""
    whole: Pcm = np.clip(np.round(samples), -32768, 32767).astype(np.int16)
    return whole

"""Filters that run along with a call: what comes out is as long as what goes in, and hardly later."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float64]
"""Samples as they are between two stages of the line: on the scale of PCM16, but not rounded and not limited."""

LOWEST, HIGHEST = 300.0, 3400.0
"""Hz, the telephone's band (ITU-T G.120, G.712): 3 dB down at either end."""
_STEEPNESS_BELOW, _STEEPNESS_ABOVE = 3, 16
"""Orders of Butterworth's slopes: 18 dB an octave below; above, what folds back from 4600 Hz is 42 dB down."""
_LASTS = 0.012
"""Seconds, after which the filters' responses have died away."""
_DESIGN = 1 << 13


class Fir:
    """A filter by its impulse response; it remembers what went through."""

    def __init__(self, taps: Sound) -> None:
        self._taps = taps
        self._past = np.zeros(len(taps) - 1)
        self._spectra: dict[int, npt.NDArray[np.complex128]] = {}

    def __call__(self, samples: Sound) -> Sound:
        joined = np.concatenate((self._past, samples))
        self._past = joined[len(samples) :]
        # by spectra: a message may hold minutes
        size = 1 << max(len(joined) - 1, 1).bit_length()
        if size not in self._spectra:
            self._spectra[size] = np.fft.rfft(self._taps, size)
        filtered: Sound = np.fft.irfft(np.fft.rfft(joined, size) * self._spectra[size], size)
        return filtered[len(self._past) : len(joined)]


@cache
def telephone_band(rate: int) -> Sound:
    """The taps of a band-pass from `LOWEST` to `HIGHEST` at `rate` Hz."""
    return _minimum_phase(lambda hz: _rising(hz) * _falling(hz), rate)


@cache
def below_the_band_edge(rate: int) -> Sound:
    """The taps of a low-pass up to `HIGHEST` at `rate` Hz."""
    return _minimum_phase(_falling, rate)


def _rising(hz: Sound) -> Sound:
    gain: Sound = 1 / np.sqrt(1 + (LOWEST / np.maximum(hz, 1.0)) ** (2 * _STEEPNESS_BELOW))
    return gain


def _falling(hz: Sound) -> Sound:
    gain: Sound = 1 / np.sqrt(1 + (hz / HIGHEST) ** (2 * _STEEPNESS_ABOVE))
    return gain


def _minimum_phase(gain: Callable[[Sound], Sound], rate: int) -> Sound:
    """The shortest delay that a gain can have: its cepstrum, folded (Oppenheim and Schafer's homomorphic method)."""
    frequencies: Sound = np.fft.rfftfreq(_DESIGN, 1 / rate).astype(np.float64)
    cepstrum = np.fft.irfft(np.log(np.maximum(gain(frequencies), 1e-4)))
    half = _DESIGN // 2
    folded = np.concatenate((cepstrum[:1], 2 * cepstrum[1:half], cepstrum[half : half + 1], np.zeros(half - 1)))
    taps: Sound = np.fft.irfft(np.exp(np.fft.rfft(folded)))[: round(_LASTS * rate)]
    return taps

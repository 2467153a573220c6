"""What sounds are made of: noise, pulses, resonances, envelopes. Pure; all chance comes from the generator given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE = 24000
"""Hz of every sound of the pack."""

Wave = npt.NDArray[np.float64]
"""Mono samples at `RATE`, of no particular level."""
Chance = np.random.Generator


@dataclass(frozen=True)
class Mode:
    """A resonance: its frequency and its bandwidth, in Hz, and its share."""

    hz: float
    bandwidth: float
    share: float = 1.0


def samples(seconds: float) -> int:
    """In so many seconds."""
    return round(seconds * RATE)


def times(seconds: float) -> Wave:
    """The moments of the samples, in seconds."""
    return np.arange(samples(seconds)) / RATE


def curve(seconds: float, *points: tuple[float, float]) -> Wave:
    """Straight lines between points of (seconds, value): an envelope, or how a pitch runs."""
    at, values = zip(*points, strict=True)
    return np.asarray(np.interp(times(seconds), at, values), dtype=np.float64)


def noise(seconds: float, chance: Chance, slope: float = 0.0) -> Wave:
    """Noise whose power falls by 3 dB an octave for each 0.5 of `slope`: 0 is white, 0.5 is pink; from 30 Hz on."""
    count = samples(seconds)
    spectrum = np.fft.rfft(chance.normal(size=count))
    shaped = np.fft.irfft(spectrum / np.maximum(_hertz(count), 30.0) ** slope, count)
    return np.asarray(shaped / np.std(shaped))


def band(wave: Wave, low: float, high: float, order: int = 2) -> Wave:
    """Only what is between two frequencies (Hz): Butterworth's slopes of `order`, and no delay."""
    hz = np.maximum(_hertz(len(wave)), 0.1)
    gain = 1 / np.sqrt((1 + (low / hz) ** (2 * order)) * (1 + (hz / high) ** (2 * order)))
    return np.asarray(np.fft.irfft(np.fft.rfft(wave) * gain, len(wave)))


def ringing(wave: Wave, modes: Iterable[Mode], tail: float = 0.0) -> Wave:
    """What bodies or hollows with these resonances make of `wave`; it rings on for `tail` seconds.

    A resonance of bandwidth B decays as exp(-pi B t).
    """
    modes = list(modes)
    lasts = 2.2 / min(mode.bandwidth for mode in modes)  # 60 dB
    time = times(lasts)
    response = sum(
        mode.share * np.exp(-np.pi * mode.bandwidth * time) * np.sin(2 * np.pi * mode.hz * time) for mode in modes
    )
    return _convolved(wave, np.asarray(response))[: len(wave) + samples(tail)]


def in_a_room(wave: Wave, chance: Chance, share: float, reverberation: float = 0.4) -> Wave:
    """`wave` with the echo of a furnished room, which falls by 60 dB in `reverberation` seconds. share: of the echo."""
    time = times(reverberation)
    echo = chance.normal(size=len(time)) * 10 ** (-3 * time / reverberation)
    echo[: samples(0.004)] = 0  # from the nearest wall
    wet = share * _convolved(wave, band(echo, 150, 5000, order=1) / np.sqrt(np.sum(np.square(echo))))
    wet[: len(wave)] += wave
    return wet


def voice(pitch: Wave, chance: Chance, roughness: float = 0.02) -> Wave:
    """What vocal folds send into the throat: pulses at `pitch` (Hz, for each sample), whose slope is -12 dB an octave.

    The pulse is Rosenberg's (JASA 49, 1971), of which lips radiate the derivative. roughness: how much each period
    differs from the one before, in length and strength.
    """
    drift = np.interp(np.arange(len(pitch)), *_wobble(len(pitch), float(np.mean(pitch)), chance))
    phase = np.cumsum(pitch * (1 + roughness * drift)) / RATE
    cycle, within = np.floor(phase).astype(int), phase % 1.0
    opening = 0.5 * (1 - np.cos(np.pi * np.minimum(within / 0.4, 1.0)))
    closing = np.cos(np.pi / 2 * np.clip((within - 0.4) / 0.16, 0.0, 1.0))
    strength = 1 + 2 * roughness * chance.normal(size=cycle[-1] + 1)
    pulses = np.diff(opening * closing * strength[cycle], prepend=0.0)
    return np.asarray(pulses / np.std(pulses))


def laid_out(seconds: float, parts: Iterable[tuple[float, Wave]]) -> Wave:
    """Waves that begin at their moments (s), one over the other; what lasts longer than `seconds` is cut off."""
    whole = np.zeros(samples(seconds))
    for at, wave in parts:
        first = samples(at)
        part = wave[: max(0, len(whole) - first)]
        whole[first : first + len(part)] += part
    return whole


def even(wave: Wave) -> Wave:
    """`wave` with a power of 1, so that shares of waves can be compared."""
    return np.asarray(wave / np.sqrt(np.mean(np.square(wave))))


def _hertz(count: int) -> Wave:
    return np.asarray(np.fft.rfftfreq(count, 1 / RATE), dtype=np.float64)


def _wobble(count: int, pitch: float, chance: Chance) -> tuple[Wave, Wave]:
    """A new value for each period."""
    periods = max(2, round(count / RATE * pitch))
    return np.linspace(0, count, periods), chance.normal(size=periods)


def _convolved(wave: Wave, response: Wave) -> Wave:
    count = len(wave) + len(response) - 1
    size = 1 << (count - 1).bit_length()
    return np.asarray(np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(response, size), size)[:count])

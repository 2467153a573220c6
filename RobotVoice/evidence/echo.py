"""The caller's own voice in the agent's track: found, and taken out. Pure.

The caller's track is known exactly, so an echo is what a few taps of a filter make of it. Filter and evidence come
from a least-squares fit in which each frame counts as much as it is free of the agent (the weights of maximum
likelihood, 1 / power of what the echo does not explain): while both speak, the agent is mere noise of that fit, and
nothing of the agent is like the caller's waveform, so nothing of the agent is taken out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from RobotVoice.evidence.levels import PIECE, RATE, RESOLUTION, Powers, Samples, Track, ratio, stretch

Spectra = npt.NDArray[np.complexfloating]

LONGEST_DELAY = 0.34
"""Seconds. A line with a satellite in it has 0.3; what comes back later is no echo that a caller would bear."""
LOUDEST, QUIETEST = -10.0, -45.0
"""dB of an echo against the caller. What comes back louder is the agent's doing; what is quieter, nobody hears."""
EVIDENCE = 8.0
"""So far the filter's largest tap stands out of all its others, in their deviations. Measured: with an echo of -20 dB
30 at the median and 9 at least; without one 4 at the median, and what is more is 15 dB quieter than `QUIETEST`."""
STANDS_OUT = 3.0
"""Deviations from which on a tap belongs to the filter: of the others, 0.3 % pass by chance, and each is tiny."""
BREATH = 0.4
"""Seconds of the caller's silence that divide two utterances: an echo may come another way from then on."""
_TAIL = round((LONGEST_DELAY + 0.06) * RATE)
_BLOCK, _WINDOW = 1024, 4096
"""Samples of the agent, and of the caller before and beside them, that are held against each other."""
_LAGS = round(LONGEST_DELAY * RATE)
_BAND = slice(128, 1856)
"""Bins of `_WINDOW`, 250 to 3600 Hz: below, the line hums; above, a telephone is silent."""
_FRAME, _HOP = 1024, 512
_BEFORE, _AFTER = 32, 480
"""Taps around the main one: a resampler's ripple before, 60 ms of a room behind it."""
_ROUNDS = 2
_QUIET = ratio(-65)
"""What is quieter than this in the agent's track weighs no more: it may be the resampler's."""
_HANN = np.hanning(_FRAME + 1)[:_FRAME].astype(np.float32)


@dataclass(frozen=True, eq=False)
class Echo:
    """An echo of one utterance, in samples of `RATE` from the beginning of both tracks.

    start, end: where it may be heard. main: the delay of most of it. taps: the filter around that.
    """

    start: int
    end: int
    main: int
    taps: Samples

    @property
    def delay(self) -> int:
        """Of the first tap."""
        return _first_tap(self.main)

    @property
    def gain(self) -> float:
        """Its power against the caller's."""
        return float(np.dot(self.taps, self.taps))

    def of(self, caller: Samples) -> Samples:
        """What is heard of the caller between `start` and `end`."""
        before = len(self.taps) - 1
        said = stretch(caller, self.start - self.delay - before, self.end - self.delay)
        size = 1 << (len(said) - 1).bit_length()
        heard: Samples = np.fft.irfft(np.fft.rfft(said, size) * np.fft.rfft(self.taps, size), size)
        return heard[before : before + self.end - self.start].astype(np.float32)


def echoes(caller: Track, agent: Track, spoken: npt.NDArray[np.intp]) -> list[Echo]:
    """The echo of each utterance of which there is evidence.

    spoken: where the caller sounds, in pieces, shape (n, 2).
    """
    found = (
        _find(caller.narrow, agent.narrow, start * PIECE, min(end * PIECE + _TAIL, len(agent.narrow)))
        for start, end in _utterances(spoken)
        if start < len(agent)
    )
    return [echo for echo in found if echo]


def _utterances(spoken: npt.NDArray[np.intp]) -> list[tuple[int, int]]:
    breaks = np.flatnonzero(spoken[1:, 0] - spoken[:-1, 1] > BREATH / RESOLUTION)
    firsts, lasts = np.append(0, breaks + 1), np.append(breaks, -1)
    return [(int(start), int(end)) for start, end in zip(spoken[firsts, 0], spoken[lasts, 1], strict=True)]


def _find(caller: Samples, agent: Samples, start: int, end: int) -> Echo | None:
    if end - start < _BLOCK:
        return None
    main = _main_delay(caller, agent, start, end)
    if main is None:
        return None
    echo = _fitted(caller, agent, start, end, main)
    return echo if ratio(QUIETEST) < echo.gain < ratio(LOUDEST) else None


def _main_delay(caller: Samples, agent: Samples, start: int, end: int) -> int | None:
    """The delay (samples) at which the agent's track holds most of the caller; None if nothing stands out."""
    count = -(-(end - start) // _BLOCK)
    before, until = _WINDOW - _BLOCK, start + count * _BLOCK
    said = _frames(stretch(caller, start - before, until), _WINDOW, _BLOCK)
    heard = np.zeros((count, _WINDOW), dtype=np.float32)
    heard[:, before:] = stretch(agent, start, until).reshape(count, _BLOCK)
    x, y = np.fft.rfft(said, axis=1)[:, _BAND], np.fft.rfft(heard, axis=1)[:, _BAND]
    weight = 1 / (_smooth(_power(y)) + _QUIET * _BLOCK)
    spectrum = np.zeros(_WINDOW // 2 + 1, dtype=np.complex64)
    spectrum[_BAND] = _ratio((weight * np.conj(x) * y).sum(axis=0), (weight * _power(x)).sum(axis=0), 0.01)
    taps = np.abs(np.fft.irfft(spectrum)[:_LAGS])
    main = int(np.argmax(taps))
    return main if taps[main] > EVIDENCE * _deviation(taps) else None


def _fitted(caller: Samples, agent: Samples, start: int, end: int, main: int) -> Echo:
    """The filter around the main delay, in rounds: each weighs anew what the last one could not explain."""
    delay = _first_tap(main)
    heard = stretch(agent, start, end)
    x = _spectra(stretch(caller, start - main, end - main))
    least = 1e-3 * _smooth(_power(_spectra(heard))) + _QUIET * _FRAME / 3
    echo = Echo(start, end, main, np.zeros(main + _AFTER - delay, dtype=np.float32))
    for _ in range(_ROUNDS):
        rest = _spectra(heard - echo.of(caller))
        weight = 1 / np.maximum(_smooth(_power(rest)), least)
        spectrum = _ratio((weight * np.conj(x) * rest).sum(axis=0), (weight * _power(x)).sum(axis=0), 1e-3)
        change = np.fft.irfft(spectrum).astype(np.float32)
        taps = echo.taps + np.roll(change, main - delay)[: len(echo.taps)]
        taps[np.abs(taps) < STANDS_OUT * _deviation(change)] = 0
        echo = Echo(start, end, main, taps)
    return echo


def _first_tap(main: int) -> int:
    return max(0, main - _BEFORE)


def _frames(samples: Samples, length: int, hop: int) -> Samples:
    return sliding_window_view(samples, length)[::hop]


def _spectra(samples: Samples) -> Spectra:
    padded = stretch(samples, -_HOP, len(samples) + _FRAME)
    return np.fft.rfft(_frames(padded, _FRAME, _HOP) * _HANN, axis=1)


def _power(spectra: Spectra) -> Powers:
    return np.square(spectra.real) + np.square(spectra.imag)


def _smooth(power: Powers) -> Powers:
    """The mean of some neighbouring bins: of one alone, the power says little."""
    group, bins = 8, power.shape[1]
    whole = power[:, : bins // group * group].reshape(len(power), -1, group).mean(axis=2)
    return np.repeat(whole, group, axis=1)[:, np.minimum(np.arange(bins), bins // group * group - 1)]


def _ratio(cross: Spectra, power: Powers, least: float) -> Spectra:
    filtered: Spectra = cross / (power + least * power.mean() + 1e-30)
    return filtered


def _deviation(taps: Samples) -> float:
    """Of what is no echo: by the median, which the few taps that are one do not move."""
    return float(np.median(np.abs(taps))) / 0.6745

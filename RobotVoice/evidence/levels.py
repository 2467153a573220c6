"""How loud a track is, piece by piece and band by band, and what of that is noise. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from RobotVoice.audio.frames import Pcm

Samples = npt.NDArray[np.floating]
"""In -1..1, shape (n,)."""
Powers = npt.NDArray[np.floating]
"""Mean squares of such samples: 1.0 is 0 dBFS. Shape (pieces,) or (pieces, bands)."""

PIECES = 200
"""In a second: the stretches whose level is taken."""
RESOLUTION = 1 / PIECES
"""Length of a piece, in seconds: no edge can be known better."""
RATE = 8000
"""Hz at which a track is looked at closely; what lies above 4 kHz is one more band."""
PIECE = round(RATE * RESOLUTION)
"""Samples of a piece at `RATE`."""

NOISIEST = -38.0
"""dBFS of 40 ms. What is steady, but louder than this, is a sound: the noise of a bad line is -40. Not more than that
needs: the vowels of a quiet agent are as steady. Measured: white noise of -39 spoils nothing, and an agent that is not
`is_soft` is heard as on a clean line."""
LOUDEST_HUM = -18.0
"""The same of the lowest band, where nothing is speech without more of it above."""
QUIETEST_NOISE = -62.0
"""dBFS of a band, below which noise makes no difference: G.711's own lies there."""
STEADY = 12.0
"""dB that the level of noise moves at most within `NOISE_LASTS`, in the lowest band and in all others together.
Measured: white noise 2, eight people who talk at once 7 at the median, speech so quiet 15 at least."""
NOISE_LASTS = 0.35
"""Seconds that a level has to be steady to be that of noise. Half a natural pause: so each silence that is a stop holds
some of its own, whatever noise came up with it."""
SHARE, ABOVE_NOISE = 0.95, 2.5
"""What noise stays below for that share of its time, and dB above that, from which on something else sounds."""

_FRAME = 2 * PIECE
_HANN = np.hanning(_FRAME + 1)[:_FRAME].astype(np.float32)
_EDGES = (0, 3, 8, 15, 25, _FRAME // 2 + 1)
"""Bins of 100 Hz: up to 250 Hz, where lines hum, then to 750, 1450, 2450 and 4000 Hz."""
LOW = 0
"""The band of hum."""
BANDS = len(_EDGES)
"""The last one is what lies above."""
_BINS = np.arange(_FRAME // 2 + 1)[:, None]
_IN_BAND = (np.searchsorted(_EDGES, _BINS, side="right") == np.arange(1, BANDS)).astype(np.float32) * np.float32(
    2 / (_FRAME * np.sum(np.square(_HANN)))
)
"""From the power of each bin to that of each band."""
_SMOOTH = 8
"""Pieces whose mean shows how steady a level is: of noise, 40 ms differ by 1.5 dB."""


@dataclass(frozen=True, eq=False)
class Track:
    """One side of a call as the analysis looks at it, in whole pieces.

    power: of each piece, at the track's own rate, so that its edges are exact. bands: the same in each band, shape
    (pieces, 6). narrow: the samples at `RATE`.
    """

    power: Powers
    bands: Powers
    narrow: Samples

    def __len__(self) -> int:
        return len(self.power)

    @property
    def above(self) -> Powers:
        """Of each piece above 4 kHz."""
        return self.bands[:, -1]

    def part(self, start: int, end: int) -> Track:
        """From one piece to another."""
        return Track(self.power[start:end], self.bands[start:end], self.narrow[start * PIECE : end * PIECE])


def listen(samples: Pcm, rate: int, lead: int = 0) -> Track:
    """What of `samples` comes after the first `lead`, which are only there for the resampler, in whole pieces."""
    loud = samples.astype(np.float32) / 32768
    count = int((len(samples) - lead + 0.5) / (rate * RESOLUTION))
    if not count:
        return joined([])
    # at 22050 Hz not all pieces are equally long: counted in whole samples, they would drift off the clock
    edges = np.round(np.arange(count + 1) * (rate * RESOLUTION)).astype(np.intp)
    sums = np.add.reduceat(np.square(loud[lead : lead + edges[-1]]), edges[:-1])
    power: Powers = (sums / np.diff(edges)).astype(np.float32)
    first = round(lead * RATE / rate)
    narrow = _resampled(loud, rate)
    inside = stretch(narrow, first, first + count * PIECE)
    # what the narrow samples lack lies above; a twentieth of them is left to the resampler
    above = np.maximum(power - np.float32(1.05) * piece_powers(inside), 0)
    return Track(power, bands(narrow, first, above), inside)


def joined(tracks: Sequence[Track]) -> Track:
    """One behind the other."""
    nothing = np.zeros(0, dtype=np.float32)
    every = [Track(nothing, nothing.reshape(0, BANDS), nothing), *tracks]
    return Track(
        np.concatenate([track.power for track in every]),
        np.concatenate([track.bands for track in every]),
        np.concatenate([track.narrow for track in every]),
    )


def piece_powers(narrow: Samples) -> Powers:
    """Of each piece of samples at `RATE`."""
    pieces = narrow.reshape(-1, PIECE)
    power: Powers = np.einsum("ij,ij->i", pieces, pieces) / np.float32(PIECE)
    return power


def bands(narrow: Samples, first: int, above: Powers) -> Powers:
    """The power in each band of the pieces from sample `first` on, shape (pieces, 6).

    narrow: samples at `RATE`. above: the power of each of the pieces above 4 kHz.
    """
    # a piece alone is too short to tell 100 Hz from 200: each is looked at with half a piece on either side
    around = stretch(narrow, first - PIECE // 2, first + len(above) * PIECE + PIECE // 2)
    frames = sliding_window_view(around, _FRAME)[::PIECE]
    spectra = np.fft.rfft(frames * _HANN, axis=1)
    power = np.square(spectra.real) + np.square(spectra.imag)
    return np.concatenate((power @ _IN_BAND, above[:, None]), axis=1, dtype=np.float32)


def _resampled(samples: Samples, rate: int) -> Samples:
    if rate == RATE:
        return samples
    import soxr  # noqa: PLC0415 - loading it costs more than the rest of this module

    return np.asarray(soxr.resample(samples, rate, RATE, quality="LQ"), dtype=np.float32)


def stretch(samples: Samples, start: int, end: int) -> Samples:
    """Those from `start` to `end`, with silence where there are none. np.pad takes ten times as long."""
    if start >= 0 and end <= len(samples):
        return samples[start:end]
    found = np.zeros(max(0, end - start), dtype=samples.dtype)
    inside = samples[max(0, start) : max(0, end)]
    found[max(0, -start) : max(0, -start) + len(inside)] = inside
    return found


def ratio(decibels: float) -> float:
    """Decibels as a ratio of powers."""
    return float(10 ** (decibels / 10))


def noise(track: Powers) -> Powers:
    """What the power of each piece in each band has to exceed not to be noise; as `bands` returns it.

    Noise is what stays the same in all bands for `NOISE_LASTS`. Between two stretches of it the quieter one counts:
    a line that puts noise where the agent is silent has none while the agent speaks.
    """
    least = np.float32(ratio(QUIETEST_NOISE))
    limits = np.full_like(track, least)
    stretches = _steady(track)
    found = [np.maximum(least, _above(track[start:end])) for start, end in stretches]
    previous = 0
    for index, (start, end) in enumerate(stretches):
        limits[previous:start] = np.minimum(found[index], found[max(0, index - 1)])
        limits[max(0, start - 1) : end + 1] = found[index]  # a piece is looked at with half of its neighbours
        previous = end + 1
    if found:
        limits[previous:] = found[-1]
    return limits


def _above(stretch: Powers) -> Powers:
    some = stretch[:: max(1, len(stretch) // 400)]
    rank = int(len(some) * SHARE)
    limit: Powers = np.partition(some, rank, axis=0)[rank] * np.float32(ratio(ABOVE_NOISE))
    return limit


def _steady(track: Powers) -> npt.NDArray[np.intp]:
    """From which piece to which there is noise and nothing else."""
    lasts = round(NOISE_LASTS / RESOLUTION)
    if len(track) < lasts:
        return runs(np.zeros(0, dtype=np.bool_))
    both = np.column_stack((track[:, LOW], track[:, LOW + 1 :].sum(axis=1)))
    sums = np.cumsum(np.concatenate((np.zeros((1, 2)), both)), axis=0, dtype=np.float64)
    means = (sums[_SMOOTH:] - sums[:-_SMOOTH]) / _SMOOTH
    level = 10 * np.log10(np.maximum(means, ratio(QUIETEST_NOISE - STEADY)))
    highest, lowest = _highest(level, lasts - _SMOOTH + 1), -_highest(-level, lasts - _SMOOTH + 1)
    is_steady = ((highest - lowest < STEADY) & (highest < (LOUDEST_HUM, NOISIEST))).all(axis=1)
    return runs(np.convolve(is_steady, np.ones(lasts)) > 0.5)


def _highest(values: npt.NDArray[np.float64], length: int) -> npt.NDArray[np.float64]:
    """The highest of each `length` values, by windows that double: their maximum is the maximum of two halves."""
    width = 1
    while width * 2 <= length:
        values = np.maximum(values[width:], values[:-width])
        width *= 2
    rest = length - width
    return np.maximum(values[rest:], values[: len(values) - rest])


def runs(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """From where to where `flags` is True, shape (n, 2)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return edges.reshape(-1, 2)

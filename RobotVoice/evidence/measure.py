"""Where sound is, from the samples alone: the figures of a call rest on this. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RobotVoice.audio.frames import SILENCE_DBFS, Clip

RESOLUTION = 0.005
"""Length (s) of the pieces whose level is taken: no edge can be known better."""
QUIETEST = -50.0
"""dBFS. Below this a caller on a telephone hears nothing (G.711's own noise lies near -60)."""
ABOVE_NOISE = 10.0
"""dB that speech has to rise above the noise of its own track."""
BELOW_SPEECH = 20.0
"""dB below the loudest speech at which sound still counts in any case, so that noise can't hide speech."""
SHORTEST_SOUND = 0.015
"""What is shorter (s) is a click."""
WORD_GAP = 0.15
"""Seconds between two sounds of one phrase."""


@dataclass(frozen=True)
class Span:
    """A stretch of sound, in seconds on the call's clock."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def levels(clip: Clip) -> npt.NDArray[np.float64]:
    """RMS level in dBFS of every RESOLUTION of `clip`, shape (n,); the rest of a piece is left out."""
    length = _piece(clip.rate)
    count = len(clip.samples) // length
    pieces = clip.samples[: count * length].astype(np.float64).reshape(count, length)
    power = np.mean(np.square(pieces / 32768), axis=1)
    floor = 10 ** (SILENCE_DBFS / 10)
    return np.asarray(10 * np.log10(np.maximum(power, floor)), dtype=np.float64)


def _piece(rate: int) -> int:
    return round(rate * RESOLUTION)


def threshold(track: npt.NDArray[np.float64]) -> float:
    """The level in dBFS above which a track's pieces are sound: above its noise, never above its speech."""
    if not len(track):
        return QUIETEST
    noise = np.percentile(track, 10)
    loud = track[track > noise + ABOVE_NOISE]
    # of the loud pieces only: a few words in a long call must not be taken for the noise around them
    speech = np.percentile(loud if len(loud) else track, 95)
    return float(max(QUIETEST, min(noise + ABOVE_NOISE, speech - BELOW_SPEECH)))


def sounds(clip: Clip) -> list[Span]:
    """Every stretch of sound in `clip`, in order."""
    track = levels(clip)
    loud = np.concatenate(([False], track > threshold(track), [False]))
    # at 22050 Hz a piece is not exactly RESOLUTION long: multiplied by that, edges would drift off the clock
    edges = np.flatnonzero(loud[1:] != loud[:-1]) * (_piece(clip.rate) / clip.rate)
    spans = [Span(float(start), float(end)) for start, end in edges.reshape(-1, 2)]
    # a dip of a few pieces inside a vowel is no gap
    return _without_clicks(stretches(spans, SHORTEST_SOUND))


def _without_clicks(spans: Sequence[Span]) -> list[Span]:
    """Short sound is a click, but not right after other sound: there it is the beginning of a word that was cut off."""
    kept: list[Span] = []
    for span in spans:
        if span.seconds >= SHORTEST_SOUND or (kept and span.start - kept[-1].end < WORD_GAP):
            kept.append(span)
    return kept


def stretches(spans: Sequence[Span], pause: float) -> list[Span]:
    """`spans` with everything joined between which lies a pause shorter than `pause` seconds."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start - joined[-1].end < pause:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def fell_silent(spans: Sequence[Span], moment: float, pause: float) -> float | None:
    """When what had begun before `moment` fell silent, natural pauses not counted: it may be before `moment`.

    None if nothing had begun.
    """
    begun = [stretch for stretch in stretches(spans, pause) if stretch.start <= moment]
    return begun[-1].end if begun else None


def both(one: Sequence[Span], other: Sequence[Span], start: float, end: float) -> float:
    """Seconds between `start` and `end` in which both sound."""
    total = 0.0
    for first in one:
        for second in other:
            total += max(0.0, min(first.end, second.end, end) - max(first.start, second.start, start))
    return total

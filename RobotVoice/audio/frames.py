"""PCM samples: the one form that audio has inside RobotVoice, and the 20 ms frame of the line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]
"""Mono samples, shape (n,), dtype int16."""

FRAME_SECONDS = 0.02
"""Length of one frame of the line, in seconds: what telephones, WebRTC and Twilio use."""

SILENCE_DBFS = -96.0
"""Level of digital silence: the floor of 16 bits."""


@dataclass(frozen=True, eq=False)
class Clip:
    """A piece of audio: mono samples and their rate in Hz."""

    samples: Pcm
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    def at_rate(self, rate: int) -> Clip:
        """The same sound at another rate; the whole buffer at once, so nothing is delayed."""
        return self if rate == self.rate else Clip(resample(self.samples, self.rate, rate), rate)


def empty() -> Pcm:
    """No samples."""
    return np.zeros(0, dtype=np.int16)


def silence(seconds: float, rate: int) -> Pcm:
    """Digital silence of `seconds` at `rate` Hz."""
    return np.zeros(round(seconds * rate), dtype=np.int16)


def frame_length(rate: int) -> int:
    """Samples in one frame of the line at `rate` Hz."""
    return round(rate * FRAME_SECONDS)


def level(samples: Pcm) -> float:
    """RMS level of `samples` in dBFS (a full-scale square wave is 0); SILENCE_DBFS if there are none."""
    if not len(samples):
        return SILENCE_DBFS
    loud = samples.astype(np.float64)
    power = float(np.dot(loud, loud)) / len(loud)  # on one frame four times as fast as np.mean of np.square
    return max(SILENCE_DBFS, 10 * math.log10(power / 32768**2)) if power else SILENCE_DBFS


def from_bytes(data: bytes) -> Pcm:
    """Samples of little-endian PCM16. A trailing half sample is cut off: the caller reports it."""
    return np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.int16)


def to_bytes(samples: Pcm) -> bytes:
    """Little-endian PCM16."""
    return samples.astype("<i2").tobytes()


def from_float(samples: npt.NDArray[np.floating]) -> Pcm:
    """Samples in -1..1 as PCM16; what is louder is clipped, as a sound card does."""
    whole: Pcm = np.round(np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
    return whole


def resample(samples: Pcm, rate: int, to_rate: int) -> Pcm:
    """`samples` at `to_rate` Hz, by soxr in its high quality, on the whole buffer.

    A stream resampler would hold back 80 ms; RobotVoice never resamples a running line.
    """
    if rate == to_rate or not len(samples):
        return samples
    import soxr  # noqa: PLC0415 - loading it costs more than the rest of this module

    resampled: Pcm = np.asarray(soxr.resample(samples, rate, to_rate, quality="HQ"), dtype=np.int16)
    return resampled

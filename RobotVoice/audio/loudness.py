"""How loud a sound is where it sounds, where that is, and the same sound louder or quieter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RobotVoice.audio.frames import SILENCE_DBFS, Clip, Pcm, empty

INAUDIBLE_DBFS = -60.0
"""Level below which nothing is heard."""
PEAK_DBFS = -3.0
"""Level that no sample exceeds."""
BLOCK_SECONDS = 0.005
_SILENCE_BELOW_LOUDEST = 40.0


@dataclass(frozen=True)
class Sounding:
    """A clip from its first audible sample to its last, and its loudness: RMS of what sounds in it, in dBFS."""

    clip: Clip
    dbfs: float

    def at(self, dbfs: float) -> Clip:
        """It at another loudness, as far as `PEAK_DBFS` allows."""
        return self.louder_by(min(dbfs - self.dbfs, PEAK_DBFS - peak(self.clip.samples)))

    def louder_by(self, decibels: float) -> Clip:
        """It so much louder; what is beyond full scale is clipped."""
        changed = np.round(self.clip.samples * 10 ** (decibels / 20))
        return Clip(np.clip(changed, -32768, 32767).astype(np.int16), self.clip.rate)


def sounding(clip: Clip) -> Sounding:
    """What sounds of `clip`; nothing of it, at SILENCE_DBFS, where nothing is audible.

    Blocks of 5 ms that are 40 dB below the loudest are silence. Silence inside stays, and does not count.
    """
    block = max(1, round(clip.rate * BLOCK_SECONDS))
    levels = _block_levels(clip.samples, block)
    loudest = levels.max(initial=SILENCE_DBFS)
    if loudest < INAUDIBLE_DBFS:
        return Sounding(Clip(empty(), clip.rate), SILENCE_DBFS)
    audible = np.flatnonzero(levels > loudest - _SILENCE_BELOW_LOUDEST)
    samples = clip.samples[audible[0] * block : (audible[-1] + 1) * block]
    return Sounding(Clip(samples, clip.rate), float(10 * np.log10(np.mean(10 ** (levels[audible] / 10)))))


def peak(samples: Pcm) -> float:
    """The loudest sample, in dBFS; SILENCE_DBFS if there is none."""
    loudest = np.max(np.abs(samples.astype(np.float64)), initial=0.0)
    return float(20 * np.log10(loudest / 32768)) if loudest else SILENCE_DBFS


def _block_levels(samples: Pcm, block: int) -> npt.NDArray[np.float64]:
    """RMS level in dBFS of each block of `block` samples; the last one may be shorter."""
    padded = np.pad(samples.astype(np.float64), (0, -len(samples) % block))
    power = np.mean(np.square(padded.reshape(-1, block) / 32768), axis=1)
    levels: npt.NDArray[np.float64] = 10 * np.log10(np.maximum(power, 10 ** (SILENCE_DBFS / 10)))
    return levels

"""What a line is like, as data, and in words."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from RobotVoice.audio.frames import Clip
from RobotVoice.evidence.model import duration
from RobotVoice.percentages import percent

SNR_RANGE = (-10.0, 60.0)
"""dB, from and to: what can be asked for."""


class Codec(Enum):
    """How speech is coded on its way; both carry the telephone's band only."""

    G711 = "G.711 mu-law"
    MOBILE = "a mobile telephone's"


class Direction(Enum):
    """Which way the line is like that. BOTH: either. UP: towards the agent. DOWN: towards the caller."""

    BOTH = "both"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, eq=False)
class Noise:
    """The sound of a room. sound: of a file; None for one that `noises` makes by its name."""

    name: str
    sound: Clip | None = None


@dataclass(frozen=True)
class Conditions:
    """What a line is like. Ratios are in dB, times in seconds, shares from 0 to 1.

    loss: the share of packets that never arrive. burst: how many are lost in a row on average, 1 where each fares by
    itself. jitter: of a thousand packets, 999 come at most so much later than the fastest would. wander: how far the
    level drifts up and down. snr: of the caller's speech over the noise. echo: of the agent's voice in the caller's
    microphone, against what the caller hears; echo_delay: how much later. direction: which way `codec`, `loss`,
    `jitter`, `wander` and `level` are; noise and echo are of the caller's room, so only the agent hears them.
    """

    name: str = "clean"
    codec: Codec | None = None
    loss: float = 0.0
    burst: float = 1.0
    jitter: float = 0.0
    wander: float = 0.0
    level: float = 0.0
    noise: Noise | None = None
    snr: float = 15.0
    echo: float | None = None
    echo_delay: float = 0.1
    seed: int = 1
    direction: Direction = Direction.BOTH

    def __str__(self) -> str:
        return ", ".join(self._parts()) + self._by_chance()

    @property
    def is_clean(self) -> bool:
        """Nothing is done to either side."""
        return not (self._changes_the_way or self.noise or self.echo is not None)

    def applies(self, direction: Direction) -> bool:
        """Whether that way is any different from a clean one, the room aside."""
        return self._changes_the_way and self.direction in (Direction.BOTH, direction)

    def chance(self, purpose: str) -> np.random.Generator:
        """The dice for one purpose: the same seed gives the same, whatever else the line does."""
        return np.random.default_rng((self.seed, zlib.crc32(purpose.encode())))

    @property
    def _changes_the_way(self) -> bool:
        return bool(self.codec or self.loss or self.jitter or self.wander or self.level)

    def _parts(self) -> Iterator[str]:
        if self.name != Conditions.name or self.is_clean:
            yield self.name
        if self.loss:
            yield f"{percent(self.loss)} of the packets lost{' in bursts' if self.burst > 1 else ''}"
        if self.jitter:
            yield f"jitter of {duration(self.jitter)}"
        if self.level:
            yield f"{abs(self.level):g} dB {'louder' if self.level > 0 else 'quieter'}"
        if self._changes_the_way and self.direction is not Direction.BOTH:
            yield f"only towards the {'agent' if self.direction is Direction.UP else 'caller'}"
        if self.noise:
            yield f"{self.noise.name} noise at {self.snr:g} dB SNR"
        if self.echo is not None:
            yield f"the agent's echo at {self.echo:g} dB after {duration(self.echo_delay)}"

    def _by_chance(self) -> str:
        chance = self.loss or self.jitter or self.wander or self.codec is Codec.MOBILE or self.noise
        return f" (seed {self.seed})" if chance else ""


CLEAN = Conditions()
"""The line of every call that is told nothing else."""

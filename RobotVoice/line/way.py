"""One way of the line, from mouth to ear: level, codec, packets."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Pcm
from RobotVoice.line.codecs import as_pcm, telephone
from RobotVoice.line.concealment import Concealment
from RobotVoice.line.conditions import CLEAN, Conditions, Direction
from RobotVoice.line.filters import Sound
from RobotVoice.line.packets import Packets

DRIFTS = (0.11, 0.27, 0.63)
"""Hz: a level that wanders so comes back to where it was after minutes only."""

Stretches = tuple[tuple[int, int], ...]


class Carried(NamedTuple):
    """What comes out, as long as what went in. lost: from which sample to which something else is played instead."""

    samples: Pcm
    lost: Stretches = ()


class Way:
    """Carries sound in pieces of any length; how it is cut into pieces changes nothing.

    Jitter is told, not done: what is carried belongs `delay` seconds later.
    """

    def __init__(self, conditions: Conditions, direction: Direction, rate: int) -> None:
        line = conditions if conditions.applies(direction) else CLEAN
        self._stages = _stages(line, rate, direction.value)
        self._packets = Packets(line, direction.value) if line.loss or line.jitter else None
        self._concealment = Concealment(rate)
        self._packet = frames.frame_length(rate)
        self._left = 0
        self._arrives = True

    @property
    def buffered(self) -> int:
        """Packets that a jitter buffer holds back."""
        return self._packets.buffered if self._packets else 0

    @property
    def delay(self) -> float:
        """Seconds."""
        return self._packets.delay if self._packets else 0.0

    def carry(self, samples: Pcm) -> Carried:
        """The next samples, as they arrive."""
        if self._stages:
            sound = samples.astype(np.float64)
            for stage in self._stages:
                sound = stage(sound)
            samples = as_pcm(sound)
        return self._in_packets(samples, self._packets) if self._packets else Carried(samples)

    def _in_packets(self, samples: Pcm, packets: Packets) -> Carried:
        played, lost = [frames.empty()], []
        at = 0
        while at < len(samples):
            if not self._left:
                self._left, self._arrives = self._packet, packets.arrives()
            end = min(at + self._left, len(samples))
            if self._arrives:
                played.append(self._concealment.hear(samples[at:end]))
            else:
                played.append(self._concealment.replace(end - at))
                lost.append((at, end))
            self._left -= end - at
            at = end
        return Carried(np.concatenate(played), tuple(lost))


def _stages(line: Conditions, rate: int, way: str) -> list[Callable[[Sound], Sound]]:
    stages: list[Callable[[Sound], Sound]] = []
    if line.level:
        gain = 10 ** (line.level / 20)
        stages.append(lambda sound: sound * gain)
    if line.wander:
        stages.append(Wandering(line, rate, way))
    codec = telephone(line, rate, way)
    if codec:
        stages.append(codec)
    return stages


class Wandering:
    """A level that drifts up and down."""

    def __init__(self, line: Conditions, rate: int, way: str) -> None:
        self._phases = line.chance(f"wandering {way}").uniform(0, 2 * np.pi, size=len(DRIFTS))
        self._depth, self._rate, self._position = line.wander, rate, 0

    def __call__(self, sound: Sound) -> Sound:
        time = (self._position + np.arange(len(sound))) / self._rate
        self._position += len(sound)
        drifts = sum(np.sin(2 * np.pi * hz * time + phase) for hz, phase in zip(DRIFTS, self._phases, strict=True))
        louder: Sound = sound * 10 ** (self._depth / len(DRIFTS) * drifts / 20)
        return louder

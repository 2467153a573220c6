"""Which packets of a line arrive, and in time: 20 ms each, by chance, in order."""

from __future__ import annotations

import math

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.line.conditions import Conditions

LARGEST_BUFFER = 0.2
"""Seconds that a jitter buffer holds at most: as much as Asterisk's, by default."""
_ONE_IN_A_THOUSAND = math.log(1000)
"""Of delays that are exponentially distributed, this many times their mean is exceeded by one in a thousand: that is
how ITU-T Y.1541 bounds the variation of delay."""


class Packets:
    """Loss by Gilbert and Elliott's two states, one of which loses all; delay by a queue.

    In the bad state the line stays for `burst` packets on average, and is in it for the share `loss` of the time. Each
    packet is late by chance, and by the one before it, which it can't overtake. What comes later than the jitter buffer
    holds is lost as well; everything else is played at one even pace, `delay` seconds late, so nothing adds up.
    """

    def __init__(self, conditions: Conditions, way: str) -> None:
        self._loss_chance = conditions.chance(f"loss {way}")
        self._jitter_chance = conditions.chance(f"jitter {way}")
        self._loss = conditions.loss
        self._leaves = 1 / max(conditions.burst, 1 / (1 - self._loss)) if self._loss < 1 else 0.0
        self._enters = self._loss * self._leaves / (1 - self._loss) if self._loss < 1 else 1.0
        self._is_bad = self._loss_chance.random() < self._loss
        self._mean_delay = conditions.jitter / _ONE_IN_A_THOUSAND
        self._last_delay = 0.0
        self.buffered = math.ceil(min(conditions.jitter, LARGEST_BUFFER) / FRAME_SECONDS - 1e-9)
        """Packets that the jitter buffer holds."""

    @property
    def delay(self) -> float:
        """Seconds, of all that arrives."""
        return self.buffered * FRAME_SECONDS

    def arrives(self) -> bool:
        """Whether the next packet does, in time."""
        is_lost = self._is_bad
        turns = self._leaves if self._is_bad else self._enters
        if self._loss_chance.random() < turns:
            self._is_bad = not self._is_bad
        return not is_lost and self._is_in_time()

    def _is_in_time(self) -> bool:
        if not self._mean_delay:
            return True
        queued = self._last_delay - FRAME_SECONDS
        self._last_delay = max(float(self._jitter_chance.exponential(self._mean_delay)), queued)
        return self._last_delay <= self.delay

"""Patience with a machine that other people use as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

TRIES = 3
"""So often a call is made until RobotVoice says that the machine was good enough for it."""


@dataclass
class Patience(Generic[T]):
    """Makes a call again while its own timing was bad, and counts. A call returns its result and whether it is good."""

    call: Callable[[], tuple[T, bool]]
    repeated: int = 0
    unreliable: int = 0

    def result(self) -> T:
        for attempt in range(TRIES):
            found, reliable = self.call()
            if reliable:
                break
            self.repeated += attempt < TRIES - 1
            self.unreliable += attempt == TRIES - 1
        return found

"""How the agent of the calibration behaves in a call. Pure; shared by the agent and its caller."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import inf


class Way(Enum):
    """How the agent sends its speech.

    PACED: as it speaks; to stop, it stops sending. BURSTING: all at once; to stop, it sends a flush.
    """

    PACED = "paced"
    BURSTING = "bursting"


@dataclass(frozen=True)
class Case:
    """One behaviour. stops_after: seconds from the caller's first loud sample on; inf if it never stops."""

    way: Way
    stops_after: float

    @property
    def stops(self) -> bool:
        return self.stops_after < inf

    @property
    def path(self) -> str:
        """Of the agent's address: each call says there what is wanted."""
        return f"/{self.way.value}/{self.stops_after}"

    @classmethod
    def of(cls, path: str) -> Case:
        """The case of a `path`; ValueError if it names none."""
        way, stops_after = path.strip("/").split("/")
        return cls(Way(way), float(stops_after))

    @property
    def stop(self) -> str:
        """When it stops, in words: "300 ms", "never"."""
        return f"{self.stops_after * 1000:.0f} ms" if self.stops else "never"

    def __str__(self) -> str:
        return f"{self.way.value}, {self.stop}"


FLUSH = "flush"
"""The agent's message that means: drop what you have not played."""
CASES = tuple(Case(way, after) for way in Way for after in (0.1, 0.3, 0.8, inf))

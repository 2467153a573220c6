"""Where things lie: a stretch of the call on the picture, its two lanes, and the place of an interruption."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from RobotVoice.evidence.model import Interruption, Speaker, Turn

GUTTER = 74
"""Units left of a panel, for the names of its lanes."""
MARGIN = 12
"""Units right of a panel."""
LANE = 36
"""The height of a lane."""


@dataclass(frozen=True)
class Scale:
    """A stretch of the call and where it lies on the picture."""

    start: float
    end: float
    left: float
    right: float

    def x(self, time: float) -> float:
        return self.left + (time - self.start) / (self.end - self.start) * (self.right - self.left)

    def clamped(self, time: float) -> float:
        return self.x(min(max(time, self.start), self.end))

    def shows(self, time: float | None) -> bool:
        return time is not None and self.start <= time <= self.end


@dataclass(frozen=True)
class Lanes:
    """Where the two lanes of a panel lie: the top of each."""

    caller: float
    agent: float

    @property
    def bottom(self) -> float:
        return self.agent + LANE


@dataclass(frozen=True)
class Panel:
    """One of the drawings below each other."""

    parts: list[str]
    height: float


def place(interruption: Interruption, turns: Iterable[Turn]) -> float | None:
    """Where on the call's clock an interruption is shown; None if it left no trace in the call."""
    if interruption.barge_in is not None:
        return interruption.barge_in
    if interruption.cancel_sent is not None:
        return interruption.cancel_sent
    said = (turn.start for turn in turns if turn.speaker is Speaker.CALLER and turn.text == interruption.text)
    fallback = interruption.ear_stop if interruption.ear_stop is not None else interruption.agent_onset
    return next(said, fallback)


def clock(seconds: float) -> str:
    """The length of a call as people read it."""
    return f"{seconds:.1f} s" if seconds < 100 else f"{int(seconds) // 60} min {int(seconds) % 60} s"

"""What the caller does while both talk. Pure: it is asked again and again what it sees, as a trigger is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from RobotVoice.call.mouth import Utterance
from RobotVoice.call.turns import WITHIN_A_WORD, Reply
from RobotVoice.durations import length_of_time

BREATH = 0.5
"""Seconds between a line and its repetition."""
DUST = 1e-9
"""Seconds that sums of binary fractions are wrong; no sample is so short."""
MOST_TIMES = 5
"""So often does a caller say one thing who was not told how often."""
CHOICES = "write 'keep talking', 'give way after 1.5 s', 'repeat until heard' or 'repeat until heard, at most 3 times'"
_GIVES_WAY = re.compile(r"give way(?: after (?P<time>.+))?")
_REPEATS = re.compile(r"repeat until heard(?:,? at most (?P<times>\d+) times)?")


class Act(Enum):
    """What the caller does now."""

    GIVE_WAY = auto()
    """They break off in the middle of their line."""
    SAY_AGAIN = auto()
    """They say their line once more."""


@dataclass(frozen=True)
class DoubleTalk:
    """A caller's habit; `convert` reads it as people write it."""

    gives_way_after: float | None = None
    """Seconds of the caller's voice while the agent talks, in whole frames, never fewer; None for never."""
    most_times: int = 1
    """How often the line is said in all."""

    def __str__(self) -> str:
        if self.gives_way_after is not None:
            return f"give way after {self.gives_way_after:g} s"
        return f"repeat until heard, at most {self.most_times} times" if self.most_times > 1 else "keep talking"

    @classmethod
    def convert(cls, value: object) -> DoubleTalk:
        """What the caller does while both talk.

        ``keep talking``: they say what they have to say. ``give way after 1.5 s``: they break off when both have
        talked for so long. ``repeat until heard``: they say it again, after a short breath, for as long as the agent
        talks on, at most 5 times in all; ``repeat until heard, at most 3 times`` sets another number.
        """
        if isinstance(value, cls):
            return value
        text = " ".join(str(value).lower().replace("_", " ").split())
        if text == "keep talking":
            return cls()
        if found := _GIVES_WAY.fullmatch(text):
            return cls(gives_way_after=_time(text, found["time"]))
        if found := _REPEATS.fullmatch(text):
            return cls(most_times=_times(text, found["times"]))
        raise ValueError(f"'{str(value)[:80]}' is nothing that a caller does while both talk: {CHOICES}.")

    def look(self, said: Sequence[Utterance], replies: Sequence[Reply], now: float, until: float) -> Act | None:
        """What to do at `now`, on the call's clock; None is: go on, or wait.

        said: the line, each time that it was said. replies: the agent's as heard so far; natural pauses are a part of
        them, as everywhere. until: when nobody listens any more for what becomes of it.
        """
        line = said[-1]
        if line.start is None:
            return None
        over = [r for r in replies if r.end > line.start and (line.end is None or r.onset < line.end)]
        since = _talking_since(over)
        if since is None:
            return None
        if line.end is None:
            return Act.GIVE_WAY if self._has_had_enough(line.said_for, max(0.0, since - line.start)) else None
        was_heard = since != over[0].onset  # the agent fell silent in between: what it says now may be the answer
        rested = line.end + BREATH <= now < until
        return Act.SAY_AGAIN if rested and not was_heard and len(said) < self.most_times else None

    def _has_had_enough(self, said_for: float, before: float) -> bool:
        """After so much of their line, of which `before` (s) was said before the agent talked."""
        return self.gives_way_after is not None and said_for + DUST >= before + self.gives_way_after


KEEP_TALKING = DoubleTalk()


def _talking_since(replies: Sequence[Reply]) -> float | None:
    """Since when the agent has talked, whatever its replies are called; None if it is not heard at the moment."""
    if not replies or not replies[-1].audible:
        return None
    since = replies[-1].onset
    for earlier in reversed(replies[:-1]):
        if since - earlier.end >= WITHIN_A_WORD:
            break
        since = earlier.onset
    return since


def _time(text: str, given: str | None) -> float:
    if given is None:
        raise ValueError(f"'{text}' does not say when: write it with a time, such as 'give way after 1.5 s'.")
    seconds = length_of_time(given).total_seconds()
    if not seconds:
        raise ValueError(f"'{text}': who gives way at once says nothing; the time has to be longer than 0 s.")
    return seconds


def _times(text: str, given: str | None) -> int:
    times = int(given) if given else MOST_TIMES
    if times < 2:
        raise ValueError(f"'{text}': to say it again is to say it at least 2 times; who says it once keeps talking.")
    return times

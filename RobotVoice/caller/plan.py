"""What the caller leaves to chance, drawn from one seed before the first word, whatever the agent does. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from RobotVoice.caller.options import DelayRange

T = TypeVar("T")

LARGEST_DRAWN_SEED = 999_999
"""A seed that was drawn is short enough to be copied by hand."""
SEEDS_TRIED = 1000
"""Of those that are drawn, before it is plain that too few interruptions are to be had."""


@dataclass(frozen=True)
class PlannedTurn:
    """One line of the caller's, and what it does while the agent answers.

    number: from 1. after: seconds from the agent's first audible speech to the interruption; None if the caller hears
    the answer to its end.
    """

    number: int
    after: float | None
    chance: float
    """From 0 to 1, not including it: which of the words it interrupts with."""

    def pick(self, words: Sequence[T]) -> T:
        """One of them, by chance."""
        return words[int(self.chance * len(words))]


@dataclass(frozen=True)
class Plan:
    """All turns of a conversation."""

    seed: int
    turns: tuple[PlannedTurn, ...]

    @property
    def interruptions(self) -> int:
        """In how many turns the caller interrupts."""
        return sum(turn.after is not None for turn in self.turns)


def draw_plan(seed: int, turns: int, probability: float, delays: DelayRange) -> Plan:
    """The plan that belongs to `seed`: the same one every time, on every machine.

    Three numbers are drawn for each turn, needed or not: so more turns only go on where fewer end, and a higher
    probability only adds interruptions. (Python promises the sequence of `random.random` for a seed to stay the same.)
    """
    chance = random.Random(seed)
    return Plan(seed, tuple(_turn(number, chance, probability, delays) for number in range(1, turns + 1)))


def _turn(number: int, chance: random.Random, probability: float, delays: DelayRange) -> PlannedTurn:
    delay, decision, words = (chance.random() for _ in range(3))
    after = round(delays.shortest + delay * (delays.longest - delays.shortest), 3)
    return PlannedTurn(number, after if decision < probability else None, words)


def draw_seed(turns: int, probability: float, at_least: int) -> int | None:
    """A seed whose plan has at least so many interruptions; None if none was found."""
    anything = random.SystemRandom()
    for _ in range(SEEDS_TRIED):
        seed = anything.randint(0, LARGEST_DRAWN_SEED)
        if draw_plan(seed, turns, probability, DelayRange(0, 0)).interruptions >= at_least:
            return seed
    return None

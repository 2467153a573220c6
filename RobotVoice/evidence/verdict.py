"""What a judge decided, criterion by criterion: `Judge Recovery` returns it, and the report shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MEASUREMENT = "measurement"
"""Decided from the audio of the call."""
WORDS = "words"
"""Decided by looking for words."""


class Ruling(Enum):
    """Whether a criterion is met. What can't be told does not pass."""

    MET = "met"
    NOT_MET = "not met"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Verdict:
    """One criterion, held against one interruption.

    reason: one or more sentences. quote: what the agent was heard to say that shows it, or "". decided_by: MEASUREMENT,
    WORDS, or the name of a model. moment: seconds on the call's clock from where on it can be heard, or None.
    votes: how many of how many votes of a model agree, such as "2 of 3", or "".
    """

    interruption: int
    criterion: str
    ruling: Ruling
    reason: str
    quote: str = ""
    decided_by: str = WORDS
    moment: float | None = None
    votes: str = ""


@dataclass(frozen=True)
class Usage:
    """What a model was asked for: requests, and tokens in and out; None where its server did not tell them.

    tokens_of_sound: of those in, as far as its server tells.
    """

    requests: int = 0
    tokens_in: int | None = 0
    tokens_out: int | None = 0
    tokens_of_sound: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.requests + other.requests,
            _sum(self.tokens_in, other.tokens_in),
            _sum(self.tokens_out, other.tokens_out),
            self.tokens_of_sound + other.tokens_of_sound,
        )

    def __str__(self) -> str:
        requests = "1 request" if self.requests == 1 else f"{self.requests} requests"
        if self.tokens_in is None or self.tokens_out is None:
            return f"{requests}; its server does not tell how many tokens"
        sound = f" ({self.tokens_of_sound} of them sound)" if self.tokens_of_sound else ""
        return f"{requests}, {self.tokens_in} tokens in{sound}, {self.tokens_out} tokens out"


@dataclass(frozen=True)
class Judgement:
    """All verdicts of a `Judge Recovery`, in the order of the interruptions. usage: of the model, if one was asked."""

    verdicts: tuple[Verdict, ...]
    usage: Usage = Usage()

    @property
    def passed(self) -> bool:
        """Whether every criterion is met."""
        return all(verdict.ruling is Ruling.MET for verdict in self.verdicts)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other

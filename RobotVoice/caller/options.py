"""How likely, how late and by which seed: arguments as people write them, each refused with a sentence. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from RobotVoice.durations import length_of_time
from RobotVoice.percentages import Percentage, percent

LARGEST_SEED = 1_000_000_000
"""A server of a chat model takes 31 bits, and its requests count on from the seed."""
_WHOLE_NUMBER = re.compile(r"\s*\d+\s*")


@dataclass(frozen=True)
class Probability:
    """How likely: `50 %`, or a number from 0 to 1 such as `0.5`. More than certain is refused."""

    share: float
    """From 0 to 1."""

    def __str__(self) -> str:
        return percent(self.share)

    @classmethod
    def convert(cls, value: object) -> Probability:
        """How likely: `50 %`, or a number from 0 to 1 such as `0.5`. More than certain is refused."""
        if isinstance(value, cls):
            return value
        text = str(value).strip()
        if text.endswith("%"):
            return cls(Percentage.convert(text).share)
        try:
            share = float(text)
        except ValueError:
            raise ValueError(f"'{value}' is not a probability: write it like '50 %' or '0.5'.") from None
        if not 0 <= share <= 1:
            raise ValueError(f"'{value}' is no probability: it has to be from 0 to 1, or from '0 %' to '100 %'.")
        return cls(share)


@dataclass(frozen=True)
class DelayRange:
    """From how long to how long: `0.2 s to 2.5 s`; or always the same: `1 s`. Each time has its unit."""

    shortest: float
    longest: float
    """Seconds."""

    def __str__(self) -> str:
        return f"{self.shortest:g} s to {self.longest:g} s"

    @classmethod
    def convert(cls, value: object) -> DelayRange:
        """From how long to how long: `0.2 s to 2.5 s`; or always the same: `1 s`. Each time has its unit."""
        if isinstance(value, cls):
            return value
        ends = re.split(r"\bto\b", str(value)) if isinstance(value, str) else [value]
        if len(ends) > 2 or any(isinstance(end, str) and not end.strip() for end in ends):
            raise ValueError(f"'{value}' is no range of times: write it like '0.2 s to 2.5 s'.")
        lengths = [length_of_time(end.strip() if isinstance(end, str) else end).total_seconds() for end in ends]
        if lengths[0] > lengths[-1]:
            raise ValueError(f"'{value}' runs backwards: write the shorter time first, like '0.2 s to 2.5 s'.")
        return cls(lengths[0], lengths[-1])


@dataclass(frozen=True)
class Seed:
    """A whole number that decides all that is left to chance; `none` to have one drawn, which the log names."""

    number: int | None
    """None: to be drawn."""

    def __str__(self) -> str:
        return "none" if self.number is None else str(self.number)

    @classmethod
    def convert(cls, value: object) -> Seed:
        """A whole number that decides all that is left to chance; `none` to have one drawn, which the log names."""
        if isinstance(value, cls):
            return value
        text = str(value)
        if text.strip().lower() == "none":
            return cls(None)
        if not _WHOLE_NUMBER.fullmatch(text) or int(text) > LARGEST_SEED:
            raise ValueError(f"'{value}' is no seed: it has to be a whole number from 0 to {LARGEST_SEED}.")
        return cls(int(text))

"""Shares as people write them, without the trap of a bare number: `0.9` and `90` may or may not mean the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WITH_SIGN = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*%\s*")


@dataclass(frozen=True)
class Percentage:
    """A share with its sign: `90 %`, `97.5 %`. A number without the sign is refused, and so is more than 100 %."""

    share: float
    """From 0 to 1."""

    def __str__(self) -> str:
        return percent(self.share)

    @classmethod
    def convert(cls, value: object) -> Percentage:
        """A share with its sign: `90 %`, `97.5 %`. A number without the sign is refused, and so is more than 100 %."""
        return value if isinstance(value, cls) else cls(_share(str(value)))


@dataclass(frozen=True)
class Certainty:
    """How sure a check has to be: `95 %`, or `none` to hold the bare figure against the limit, whatever chance did."""

    share: float | None
    """Between 0 and 1; None for no certainty at all."""

    def __str__(self) -> str:
        return "none" if self.share is None else percent(self.share)

    @classmethod
    def convert(cls, value: object) -> Certainty:
        """How sure a check has to be: `95 %`, or `none` to hold the bare figure against the limit."""
        if isinstance(value, cls):
            return value
        if str(value).strip().lower() == "none":
            return cls(None)
        share = _share(str(value))
        if not 0 < share < 1:
            raise ValueError(
                f"'{value}' has to be more than 0 % and less than 100 %: no number of calls makes certain."
            )
        return cls(share)


def percent(share: float) -> str:
    """A share as people write it: "90 %", "97.5 %"."""
    return f"{share * 100:.10g} %"


def _share(text: str) -> float:
    found = _WITH_SIGN.fullmatch(text)
    if found is None:
        raise ValueError(_what_is_wrong_with(text))
    share = float(found[1]) / 100
    if share > 1:
        raise ValueError(f"'{text}' is more than 100 %.")
    return share


def _what_is_wrong_with(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return f"'{text}' is not a percentage: write it like '90 %'."
    meant = f"'{percent(number)}' or '{number:g} %'" if 0 < number <= 1 else f"'{number:g} %'"
    return f"'{text}' has no per cent sign: write {meant}."

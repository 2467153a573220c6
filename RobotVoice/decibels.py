"""Ratios of levels as people write them, without the trap of a bare number: is `20` a level, a share or a ratio?"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WITH_UNIT = re.compile(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*dB\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*")


@dataclass(frozen=True)
class Decibels:
    """A ratio of levels with its unit: `10 dB`, `-20 dB`. A number without the unit is refused."""

    value: float

    def __str__(self) -> str:
        return f"{self.value:g} dB"

    @classmethod
    def convert(cls, value: object) -> Decibels:
        """A ratio of levels with its unit: `10 dB`, `-20 dB`. A number without the unit is refused."""
        if isinstance(value, cls):
            return value
        text = str(value).replace("\N{MINUS SIGN}", "-")
        found = _WITH_UNIT.fullmatch(text)
        if found:
            return cls(float(found[1]))
        number = _NUMBER.fullmatch(text)
        if number:
            raise ValueError(f"'{value}' has no unit: write '{number[1]} dB'.")
        raise ValueError(f"'{str(value)[:80]}' is no number of decibels: write it like '10 dB' or '-20 dB'.")

"""Lengths of time as people write them, without the trap of a bare number.

Robot Framework reads `500` as 500 seconds; who writes it means milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from robot.api import TypeInfo

LONGEST = timedelta(hours=1)
EXAMPLES = "write a time with its unit, such as '500 ms', '1.5 s' or '1 min 2 s'"
_AS_ROBOT_FRAMEWORK = TypeInfo.from_type_hint(timedelta)


@dataclass(frozen=True)
class Duration:
    """A length of time with its unit: `500 ms`, `1.5 s`, `1 min 2 s` or `00:00:01.500`.

    A number without a unit is refused. So is what is negative or longer than an hour.
    """

    # No timedelta: when a converter refuses, Robot Framework tries that of the default value's class,
    # and its own converter for timedelta reads 500 as 500 s.
    seconds: float

    def __str__(self) -> str:
        return f"{self.seconds:g} s"

    @classmethod
    def convert(cls, value: object) -> Duration:
        """A length of time with its unit: `500 ms`, `1.5 s`, `1 min 2 s` or `00:00:01.500`."""
        return value if isinstance(value, cls) else cls(length_of_time(value).total_seconds())


def length_of_time(value: object, longest: timedelta = LONGEST) -> timedelta:
    """`value` as a length of time; ValueError with a sentence if it is none that is allowed."""
    if isinstance(value, timedelta):
        return value
    if _is_number(value):
        number = str(value).strip().lstrip("+-")
        raise ValueError(f"'{value}' has no unit: write '{number} ms' or '{number} s'.")
    if not isinstance(value, str):
        # Robot Framework shows the sentence of a ValueError only
        raise ValueError(f"{str(value)!r:.80} is not a length of time: {EXAMPLES}.")  # noqa: TRY004
    length = _read(value)
    if length < timedelta(0):
        raise ValueError(f"'{value}' is negative; a length of time is 0 s or more.")
    if length > longest:
        most = "an hour" if longest == LONGEST else f"{longest.total_seconds():g} s"
        raise ValueError(f"'{value}' is longer than {most}, which is the most that is allowed.")
    return length


def _is_number(value: object) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return True
    if not isinstance(value, str):
        return False
    try:
        float(value)
    except ValueError:
        return False
    # float() also reads 'nan' and 'infinity', which are no numbers to the person who wrote them
    return any(character.isdigit() for character in value)


def _read(value: str) -> timedelta:
    try:
        length: timedelta = _AS_ROBOT_FRAMEWORK.convert(value)
    except (ValueError, OverflowError):
        raise ValueError(f"'{value[:80]}' is not a length of time: {EXAMPLES}.") from None
    return length

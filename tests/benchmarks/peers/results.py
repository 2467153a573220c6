"""What the tools answered. Pure. Lengths are in seconds unless a name or a line says otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite


@dataclass(frozen=True)
class Answer:
    """What a tool says of one interruption.

    figure: its stop latency; None if it gives none. at_least: it says that the agent spoke for at least so long.
    passed: its verdict with a limit; None if it gives none. warned: it doubts its own timing of the call.
    said: its own words about it. other: figures that can be worked out in other ways. error: why there is nothing.
    cpu: of its scorer, for a second of audio.
    """

    figure: float | None = None
    at_least: bool = False
    passed: bool | None = None
    warned: bool = False
    said: str = ""
    other: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    cpu: float | None = None


def answer_of(line: str) -> Answer:
    """A runner's answer; ValueError if the line is none."""
    try:
        found = json.loads(line)
    except ValueError:
        raise ValueError(f"its runner's answer is not JSON: {line.strip()!r:.200}") from None
    if not isinstance(found, dict) or not found:
        raise ValueError(f"its runner's answer says nothing: {line.strip()!r:.200}")
    for name, value in found.items():
        if name not in _VALID or not _VALID[name](value):
            raise ValueError(f"its runner's answer has {name}={value!r}, which means nothing")
    return Answer(**found)


def _is_length(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


_VALID: dict[str, Callable[[object], bool]] = {
    "figure": lambda value: value is None or _is_length(value),
    "at_least": _is_flag,
    "passed": lambda value: value is None or _is_flag(value),
    "warned": _is_flag,
    "said": _is_text,
    "other": lambda value: isinstance(value, dict) and all(map(_is_length, value.values())),
    "error": _is_text,
    "cpu": _is_length,
}


@dataclass(frozen=True)
class Case:
    """An agent whose truth is known.

    way: how it sends, or the condition of a recording. stop: seconds; inf if it never stops.
    """

    way: str
    stop: float

    @property
    def stops(self) -> bool:
        return self.stop < inf


@dataclass(frozen=True)
class Result:
    """One interruption as one tool saw it. truth: the agent's own stop latency; None if it knows none."""

    tool: str
    case: Case
    truth: float | None
    answer: Answer

    @property
    def error(self) -> float | None:
        """Milliseconds, reported minus true; None if the tool gives no plain figure, or the agent knows no truth."""
        if self.truth is None or self.answer.figure is None or self.answer.at_least:
            return None
        return (self.answer.figure - self.truth) * 1000

    @property
    def right(self) -> bool | None:
        """Whether its verdict is right; None if it gives none."""
        return None if self.answer.passed is None else self.answer.passed is self.case.stops


@dataclass(frozen=True)
class Tool:
    """A column. how: in which way it was used. missing: why there are no results of it, in one line."""

    name: str
    version: str = ""
    python: str = ""
    how: str = ""
    missing: str = ""

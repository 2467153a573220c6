"""Which interruptions a sweep makes, and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from RobotVoice.decibels import Decibels
from RobotVoice.durations import length_of_time
from RobotVoice.errors import InvalidArgument
from RobotVoice.evidence.sentences import quoted
from RobotVoice.line.conditions import SNR_RANGE, Conditions

NO_NOISE = "none"
V = TypeVar("V", float, str)


@dataclass(frozen=True)
class Cell:
    """A combination of what is swept; None for what is not. offset: seconds. noise: `none`, or an SNR as text."""

    offset: float | None = None
    phrase: str | None = None
    noise: str | None = None

    @property
    def arguments(self) -> dict[str, str]:
        """What the keyword is given, by name; the noise is put on the line."""
        given = {"offset": None if self.offset is None else length(self.offset), "phrase": self.phrase}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def snr(self) -> float | None:
        """Of the caller over the noise, in dB; None without noise."""
        return None if self.noise in {None, NO_NOISE} else Decibels.convert(self.noise).value

    @property
    def row(self) -> str:
        """All but the offset, in words."""
        return ", ".join(filter(None, ("" if self.phrase is None else quoted(self.phrase), self.room)))

    @property
    def room(self) -> str:
        """The noise, in words."""
        if self.noise is None:
            return ""
        return "no noise" if self.noise == NO_NOISE else f"noise {self.noise}"

    def __str__(self) -> str:
        offset = "" if self.offset is None else f"offset {length(self.offset)}"
        return ", ".join(filter(None, (offset, self.row)))


@dataclass(frozen=True)
class Plan:
    """What is swept; empty for what is not.

    keyword: the one that makes a call. arguments: what it is given besides, as a digest that shows nothing of it.
    offsets: seconds, in the order of time. repeats: calls of each cell. limit: seconds in which the agent has to stop.
    line: what every call begins on, as a digest. pause and watch (in seconds) and voice: of the library's
    import.
    """

    keyword: str
    arguments: str
    offsets: tuple[float, ...]
    phrases: tuple[str, ...]
    noises: tuple[str, ...]
    repeats: int
    limit: float
    line: str
    pause: float
    watch: float
    voice: str

    @property
    def rows(self) -> list[tuple[str | None, str | None]]:
        """Every phrase in every noise."""
        return [(phrase, noise) for phrase in self.phrases or (None,) for noise in self.noises or (None,)]

    @property
    def columns(self) -> tuple[float | None, ...]:
        return self.offsets or (None,)

    @property
    def cells(self) -> list[Cell]:
        return [Cell(offset, phrase, noise) for phrase, noise in self.rows for offset in self.columns]

    @property
    def calls(self) -> list[Cell]:
        """In rounds: each cell has its first call before any has its second, so that what is broken off is even."""
        return self.cells * self.repeats


def digest(line: Conditions) -> str:
    """Of all that a line is like, to the last sample of its noise: in words, different ones may look the same."""
    sound = line.noise.sound if line.noise else None
    said = (replace(line, noise=None), line.noise and line.noise.name, sound and sound.rate)
    found = hashlib.sha256(repr(said).encode())
    if sound:
        found.update(sound.samples.tobytes())
    return found.hexdigest()


def length(seconds: float) -> str:
    """An offset as a person would write it: "400 ms", "1.25 s"."""
    return f"{seconds * 1000:g} ms" if 0 < seconds < 1 else f"{seconds:g} s"


def offsets(given: Sequence[object]) -> tuple[float, ...]:
    """Lengths of time with their units, as seconds in their order."""
    return tuple(sorted(_all_different("offsets", [seconds("offsets", one) for one in given], length)))


def phrases(given: Sequence[object]) -> tuple[str, ...]:
    """What the caller interrupts with."""
    return _all_different("phrases", [" ".join(str(one).split()) for one in given], quoted)


def noises(given: Sequence[object]) -> tuple[str, ...]:
    """`none`, or how much louder the caller is than the noise, in dB."""
    return _all_different("noise", [_noise(one) for one in given], str)


def seconds(name: str, given: object) -> float:
    """A length of time with its unit."""
    try:
        return length_of_time(given).total_seconds()
    except ValueError as error:
        raise InvalidArgument(f"The argument {name}: {error}") from None


def _noise(given: object) -> str:
    if str(given).strip().casefold() == NO_NOISE:
        return NO_NOISE
    try:
        level = Decibels.convert(given)
    except ValueError as error:
        raise InvalidArgument(f"The argument noise: {error} Without any noise it is '{NO_NOISE}'.") from None
    lowest, highest = SNR_RANGE
    if not lowest <= level.value <= highest:
        raise InvalidArgument(f"The argument noise has '{given}'; it has to be from {lowest:g} dB to {highest:g} dB.")
    return str(level)


def _all_different(name: str, values: Sequence[V], shown: Callable[[V], str]) -> tuple[V, ...]:
    if not values or "" in values:
        raise InvalidArgument(f"The argument {name} has an empty place; write at least one value, and none twice.")
    twice = next((one for index, one in enumerate(values) if one in values[:index]), None)
    if twice is not None:
        raise InvalidArgument(f"The argument {name} has {shown(twice)} twice; repeats= makes several calls of each.")
    return tuple(values)

"""A caller who says what stands in a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from RobotVoice.caller.plan import PlannedTurn
from RobotVoice.errors import InvalidArgument
from RobotVoice.judge.casefile import Line

INTERRUPTIONS = (
    "Sorry, one question.",
    "Wait, I did not get that.",
    "Actually, something else.",
    "Hold on, can you say that again?",
)
"""Each wants an answer, and lasts long enough to be more than a sound of listening."""
HeardSoFar = Callable[[], Sequence[Line]]
"""The call as the caller heard it; it may take a while to find out."""


@dataclass(frozen=True)
class Words:
    """What the caller says in a turn, and what it would interrupt the answer with."""

    line: str
    interruption: str


class Caller(Protocol):
    """Finds the words of each turn."""

    @property
    def cost(self) -> str:
        """What its words have cost, in a sentence, or ""."""
        ...

    def known(self) -> Iterable[str]:
        """What it may say, as far as that is known before the conversation."""
        ...

    def words(self, turn: PlannedTurn, heard: HeardSoFar) -> Words:
        """For this turn; asked once in each, in order, while nobody waits for the caller's voice."""
        ...


class ListCaller:
    """Says `lines` in their order, and begins again at their end; interrupts with any of `interruptions`."""

    cost = ""

    def __init__(self, lines: Sequence[str], interruptions: Sequence[str] = ()) -> None:
        self._lines = lines
        self._interruptions = interruptions or INTERRUPTIONS

    def known(self) -> Iterable[str]:
        return (*self._lines, *self._interruptions)

    def words(self, turn: PlannedTurn, heard: HeardSoFar) -> Words:
        return Words(self._lines[(turn.number - 1) % len(self._lines)], turn.pick(self._interruptions))


def spoken_lines(name: str, given: Sequence[str] | str) -> tuple[str, ...]:
    """The lines of an argument: a list, or the path of a text file with one in each line.

    Raises InvalidArgument if there is none, if one of a list is empty, or if the file can't be read.
    """
    if isinstance(given, str):
        lines = [line.strip() for line in _text_of(name, given).splitlines() if line.strip()]
    else:
        lines = [str(line).strip() for line in given]
    if not lines or not all(lines):
        what = "has no lines" if not lines else "has an empty line"
        raise InvalidArgument(f"The argument {name} {what}, so the caller would have nothing to say.")
    return tuple(lines)


def _text_of(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        raise InvalidArgument(
            f"The argument {name} is '{path}', which is no text file that can be read (UTF-8, a line each). Without a "
            f"file, give a list, such as {name}=${{{{['One moment', 'Wait']}}}}."
        ) from None

"""A word out of a few, as people write it: not as the program calls it."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

E = TypeVar("E", bound=Enum)


def one_of(kind: type[E]) -> Callable[[object], E]:
    """A converter to a member of `kind`; ValueError with the words that there are for anything else.

    Capitals, blanks, hyphens and underscores make no difference, as in Robot Framework.
    """
    words = {_plain(word(member)): member for member in kind}

    def convert(value: object) -> E:
        if isinstance(value, kind):
            return value
        given = _plain(str(value))
        if given in words:
            return words[given]
        close = difflib.get_close_matches(given, list(words), n=1)
        meant = f"; did you mean '{word(words[close[0]])}'?" if close else "."
        raise ValueError(f"there is no '{str(value)[:80]}'{meant} There are: {', '.join(map(word, kind))}.")

    return convert


def word(member: Enum) -> str:
    """How a person writes it: "keep talking", "server_vad"."""
    return member.value if isinstance(member.value, str) else member.name.lower().replace("_", " ")


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character not in " _-\t")

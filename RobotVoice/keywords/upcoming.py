"""What the caller is going to say in a test, so that no interruption waits for a voice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

SPOKEN_BY = ("usersays", "interruptwith")
"""Keywords whose first argument the caller says, as Robot Framework compares names."""


def lines_of_caller(data: Any) -> Iterator[str]:
    """The texts in the body of a test (Robot Framework's running model) that hold no variable."""
    for step in getattr(data, "body", ()):
        name = str(getattr(step, "name", "") or "").rpartition(".")[2].lower().replace(" ", "").replace("_", "")
        arguments = getattr(step, "args", ())
        text = next((str(a) for a in arguments if str(a).startswith("text=")), str(arguments[0]) if arguments else "")
        if name in SPOKEN_BY and text and "{" not in text:
            yield text.removeprefix("text=")
        yield from lines_of_caller(step)

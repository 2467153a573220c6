"""Messages that a person described by an option: how to find them, and the text in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import reduce
from typing import Any

from RobotVoice.adapters.secrets import Hide, hiding_nothing
from RobotVoice.adapters.wire import Malformed, printable, quote, shown, without_secrets
from RobotVoice.errors import InvalidArgument


def pattern(option: str, message: str) -> Any:
    """An agent's message to look for: None, text, or JSON if it looks like that."""
    if not message.strip():
        return None
    if message.lstrip()[0] not in "{[":
        return message.strip()
    try:
        return json.loads(message)
    except (ValueError, RecursionError) as error:
        raise InvalidArgument(
            f"The option '{option}' of the agent 'websocket' is not valid JSON ({error}): '{quote(message)}'."
        ) from None


def read(message: str, hide: Hide = hiding_nothing) -> Any:
    """JSON if it looks like that, else the text itself; without the secrets that `hide` knows."""
    stripped = message.strip()
    if stripped[:1] not in ("{", "["):
        return hide(stripped)
    try:
        return without_secrets(json.loads(stripped), hide)
    except (ValueError, RecursionError):
        raise Malformed(f"The agent sent text that looks like JSON and is not: '{quote(hide(message))}'.") from None


def matches(message: Any, pattern: Any) -> bool:
    """Whether `message` has at least what `pattern` has."""
    return pattern is not None and _contains(message, pattern)


def _contains(message: Any, pattern: Any) -> bool:
    if not isinstance(pattern, Mapping):
        # To Python, True == 1; to JSON it is not.
        return bool(message == pattern and isinstance(message, bool) is isinstance(pattern, bool))
    return isinstance(message, Mapping) and all(
        key in message and _contains(message[key], value) for key, value in pattern.items()
    )


def text_at(message: Any, path: tuple[str, ...]) -> str | None:
    """The text at `path`; None if nothing is there."""
    value = reduce(_step, path, message) if path else None
    if value is None or isinstance(value, str):
        return value if value is None else printable(value)
    raise Malformed(f"The agent sent a message whose field '{'.'.join(path)}' is {shown(value)}; it must be text.")


def _step(parent: Any, key: str) -> Any:
    return parent.get(key) if isinstance(parent, Mapping) else None

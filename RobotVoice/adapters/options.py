"""From the options of `Start Call`, which are text, to an adapter."""

from __future__ import annotations

import difflib
import inspect
import json
import typing
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import Enum
from typing import Any, TypeVar

from robot.api import TypeInfo

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.tools import Tools
from RobotVoice.choices import one_of
from RobotVoice.durations import length_of_time
from RobotVoice.errors import InvalidArgument

SECRET_WORDS = ("key", "secret", "token", "password")
HIDDEN = "<secret>"
SHORTEST_SECRET = 12


class Key:
    """A key that does not show itself. Made from a Robot Framework Secret or from text."""

    def __init__(self, value: str = "") -> None:
        self.value = value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __repr__(self) -> str:
        return f"Key({HIDDEN})"

    __str__ = __repr__

    def hide(self, text: str) -> str:
        """`text` without the key: servers like to quote what they refuse."""
        # A short key guards nothing, and may be a part of any word.
        return text.replace(self.value, HIDDEN) if len(self.value) >= SHORTEST_SECRET else text

    @classmethod
    def convert(cls, value: object) -> Key:
        """A Secret variable, or text."""
        if isinstance(value, Key):
            return value
        # By its shape, not its class: Robot Framework has Secret from 7.4 on, and RobotVoice works with 7.3.
        text = value if isinstance(value, str) else getattr(value, "value", None)
        if not isinstance(text, str) or not _fits_header(text.strip()):
            raise ValueError("A key must be a Secret variable or text, on one line and in plain ASCII.")
        return cls(text.strip())


NO_KEY = Key()
A = TypeVar("A", bound=Adapter)


class Headers:
    """Headers of a handshake. Any of them may carry a key, so none shows itself."""

    def __init__(self, keys: Mapping[str, Key]) -> None:
        self._keys = dict(keys)

    def __repr__(self) -> str:
        return f"Headers({', '.join(self._keys)})"

    def values_by_name(self) -> dict[str, str]:
        return {name: key.value for name, key in self._keys.items()}

    def hide(self, text: str) -> str:
        """`text` without their values."""
        for key in self._keys.values():
            text = key.hide(text)
        return text

    @classmethod
    def convert(cls, value: object) -> Headers:
        """A dictionary of names and values, each a Secret variable or text; or its JSON."""
        if isinstance(value, Headers):
            return value
        table = _table(value)
        if table is None:
            raise ValueError('Headers must be a dictionary, such as {"X-Project": "test"}.')
        return cls({str(name): Key.convert(content) for name, content in table.items()})


def _table(value: object) -> Mapping[object, object] | None:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, Mapping) else None


NO_HEADERS = Headers({})
_CONVERTERS = {timedelta: length_of_time, Key: Key.convert, Tools: Tools.convert, Headers: Headers.convert}


def _fits_header(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not text)


def build(adapter_class: type[A], options: Mapping[str, object]) -> A:
    """An adapter with these options, each converted by the type hints of its `__init__`."""
    parameters = inspect.signature(adapter_class).parameters.values()
    hints = _hints(adapter_class)
    _refuse_unknown(adapter_class.name, options, parameters)
    _refuse_missing(adapter_class.name, options, parameters)
    converted = {
        name: _convert(adapter_class.name, name, value, hints.get(name, Any)) for name, value in options.items()
    }
    return adapter_class(**converted)


def _hints(adapter_class: type[Adapter]) -> Mapping[str, Any]:
    try:
        return typing.get_type_hints(adapter_class.__init__)
    except (NameError, TypeError):
        # A person's own adapter whose hints are there for a type checker only.
        return {}


def _refuse_unknown(agent: str, options: Iterable[str], parameters: Iterable[inspect.Parameter]) -> None:
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return
    names = [parameter.name for parameter in parameters if _is_option(parameter)]
    for option in options:
        if option not in names:
            raise InvalidArgument(
                f"The agent '{agent}' has no option '{option}'{did_you_mean(option, names)} "
                f"Its options: {', '.join(names) or 'none'}."
            )


def _refuse_missing(agent: str, options: Mapping[str, object], parameters: Iterable[inspect.Parameter]) -> None:
    for parameter in parameters:
        if _is_option(parameter) and parameter.default is parameter.empty and parameter.name not in options:
            raise InvalidArgument(f"The agent '{agent}' needs the option '{parameter.name}' ({parameter.name}=...).")


def _is_option(parameter: inspect.Parameter) -> bool:
    return parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """The end of a sentence about an unknown `word`: a full stop, or a question."""
    close = difflib.get_close_matches(word.lower(), list(choices), n=1)
    return f"; did you mean '{close[0]}'?" if close else "."


def _convert(agent: str, name: str, value: object, hint: Any) -> object:
    try:
        converted = TypeInfo.from_type_hint(hint).convert(
            value, name, custom_converters=_converters(hint), kind="option", allow_unknown=True
        )
    except ValueError as error:
        raise InvalidArgument(f"The agent '{agent}': {_reason(name, hint, error)}") from None
    # Robot Framework leaves a word alone that it can't read as a Boolean.
    if hint is bool and not isinstance(converted, bool):
        raise InvalidArgument(f"The agent '{agent}': Option '{name}' got value '{value}'; it must be yes or no.")
    return converted


def _converters(hint: Any) -> Mapping[type, Any]:
    is_choice = isinstance(hint, type) and issubclass(hint, Enum)
    return {**_CONVERTERS, hint: one_of(hint)} if is_choice else _CONVERTERS


def _reason(name: str, hint: Any, error: ValueError) -> str:
    """Robot Framework's sentence, unless the value that it quotes may be a key."""
    if hint is Key:
        return f"Option '{name}' must be a Secret variable or text, on one line and in plain ASCII."
    if hint is Headers:
        return (
            f'Option \'{name}\' must be a dictionary of headers, such as {{"X-Project": "test"}}; '
            "each value is a Secret variable or text, on one line and in plain ASCII."
        )
    if any(word in name.lower() for word in SECRET_WORDS):
        return f"Option '{name}' has a value that can't be converted to {TypeInfo.from_type_hint(hint)}."
    return str(error)

"""From the options of `Start Call`, which are text, to an adapter."""

from __future__ import annotations

import difflib
import inspect
import typing
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import Enum
from typing import Any, TypeVar

from robot.api import TypeInfo

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.secrets import Fields, Headers, Key, Text, Texts
from RobotVoice.adapters.tools import Tools
from RobotVoice.choices import one_of
from RobotVoice.durations import length_of_time
from RobotVoice.errors import InvalidArgument

SECRET_WORDS = ("key", "secret", "token", "password")
A = TypeVar("A", bound=Adapter)
_CONVERTERS = {
    timedelta: length_of_time,
    Key: Key.convert,
    Text: Text.convert,
    Headers: Headers.convert,
    Texts: Texts.convert,  # before its base: the first that fits is taken
    Fields: Fields.convert,
    Tools: Tools.convert,
}


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
    if hint is Fields:
        return (
            f'Option \'{name}\' must be a dictionary, such as {{"language": "en"}}; a value is text, a number, yes or '
            "no, a list, a dictionary or a Secret variable."
        )
    if hint is Texts:
        return (
            f'Option \'{name}\' must be a dictionary, such as {{"caller": "Ann"}}; a value is text, a number, yes or '
            "no, or a Secret variable."
        )
    if any(word in name.lower() for word in SECRET_WORDS):
        return f"Option '{name}' has a value that can't be converted to {TypeInfo.from_type_hint(hint)}."
    return str(error)

"""What the caller is going to say in a test, so that no interruption waits for a voice. Pure.

It is read from Robot Framework's model of the test before that runs: from the test, and from the user keywords that it
uses, with the arguments that they get. What only the run can tell (a return value, a loop's variable, an expression)
is not among it and is synthesised when its time comes; so is what stands in a resource file that was imported before
RobotVoice was, since Robot Framework tells a library only of later imports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from RobotVoice.sounds import pack

SPOKEN_BY = ("usersays", "interruptwith", "userbackchannels")
"""Keywords whose first argument the caller says, as Robot Framework compares names."""
SOUNDS_BY = "usermakessound"
"""The one whose first argument names a sound, in which somebody may speak."""
TALKING = "letthemtalk"
"""The one whose arguments without a name the caller says, all of them."""
DEEPEST = 20
"""User keywords inside of each other that are followed: one that runs itself with a growing text ends here."""
_PREFIX = re.compile(r"(given|when|then|and|but)\s+", re.IGNORECASE)
_NAMED = re.compile(r"\w+=")
_VARIABLE = re.compile(r"\$\{([\w ]+)\}")
Values = Mapping[str, str | None]
"""Of variables, by their names as Robot Framework compares them; None where only the run will tell."""


def lines_of_caller(
    test: Any, resources: Iterable[Any] = (), variables: Mapping[str, object] | None = None
) -> Iterator[str]:
    """The texts that the caller says in `test`, as far as they are known.

    resources: the resource files that the suite imports, after its own keywords. variables: their names, without
    decoration, and values when the test starts.
    """
    own = getattr(getattr(test, "parent", None), "resource", None)
    values = {_plain(name): str(value) for name, value in (variables or {}).items() if isinstance(value, str | int)}
    yield from _Reading([own, *resources] if own else list(resources)).lines(test, values, DEEPEST)


class _Reading:
    """One reading of a test: each user keyword is followed once with the same arguments."""

    def __init__(self, resources: Sequence[Any]) -> None:
        self._resources = resources
        self._followed: list[tuple[Any, Values]] = []

    def lines(self, item: Any, values: Values, depth: int) -> Iterator[str]:
        """What is said in the steps of a test, a keyword or a block."""
        for step in _steps(item):
            # a keyword may be an argument of another one, such as Run Keyword And Expect Error
            words = [str(step.name or ""), *map(str, step.args)] if hasattr(step, "args") else []
            for index, word in enumerate(words):
                arguments = list(takewhile(lambda argument: argument != "AND", words[index + 1 :]))
                yield from self._said_by(word, arguments, values, depth)
            yield from self.lines(step, values, depth)

    def _said_by(self, name: str, arguments: Sequence[str], values: Values, depth: int) -> Iterator[str]:
        names = _names(name)
        said = _texts({_plain(one) for one in names}, arguments)
        if said is not None:
            yield from filter(None, (_value(text, values) for text in said))
            return
        keyword = next((found for one in names for found in self._find(one)), None)
        if keyword is None or not depth:
            return
        known = {**values, **_bound(keyword, name, arguments, values)}
        if (keyword, known) not in self._followed:
            self._followed.append((keyword, known))
            yield from self.lines(keyword, known, depth - 1)

    def _find(self, name: str) -> Iterator[Any]:
        for resource in self._resources:
            yield from resource.find_keywords(name)


def _steps(item: Any) -> Iterator[Any]:
    if getattr(item, "has_setup", False):
        yield item.setup
    yield from getattr(item, "body", ())
    if getattr(item, "has_teardown", False):
        yield item.teardown


def _names(name: str) -> list[str]:
    """What a keyword may be called: with the word of a sentence before it, and with the name of its library."""
    bare = _PREFIX.sub("", name, count=1) if _PREFIX.match(name) else name
    return list(dict.fromkeys((name, bare, name.rpartition(".")[2], bare.rpartition(".")[2])))


def _texts(names: set[str], arguments: Sequence[str]) -> list[str] | None:
    """What a keyword of these names says; None if it is none of those that speak."""
    if TALKING in names:
        return [argument for argument in arguments if not _NAMED.match(argument)]
    if SOUNDS_BY in names:
        sound = pack.known(_text(arguments, "sound"))
        return list(sound.lines) if sound else []
    return [_text(arguments)] if names.intersection(SPOKEN_BY) else None


def _text(arguments: Sequence[str], name: str = "text") -> str:
    given = f"{name}="
    named = (argument.removeprefix(given) for argument in arguments if argument.startswith(given))
    return next(named, arguments[0] if arguments else "")


def _value(text: str, values: Values) -> str | None:
    """`text` with its variables replaced; None if only the run will tell."""
    parts: list[str | None] = list(_VARIABLE.split(text))
    if any(mark in str(literal) for literal in parts[::2] for mark in "{\\"):
        return None
    parts[1::2] = [values.get(_plain(str(name))) for name in parts[1::2]]
    known = [part for part in parts if part is not None]
    return "".join(known) if len(known) == len(parts) else None


def _bound(keyword: Any, name: str, arguments: Sequence[str], values: Values) -> dict[str, str | None]:
    """The arguments of a user keyword by their names."""
    spec = keyword.args
    taken = [*spec.positional_only, *spec.positional_or_named, *spec.named_only]
    given: dict[str, str] = {one: str(value) for one, value in spec.defaults.items()}
    if keyword.embedded:
        given |= zip(keyword.embedded.args, _embedded(keyword, name), strict=False)
    free = iter([*spec.positional_only, *spec.positional_or_named])
    for argument in arguments:
        before, equals, after = argument.partition("=")
        if equals and before in taken:
            given[before] = after
        elif (place := next(free, None)) is not None:
            given[place] = argument
    return {_plain(one): _value(given[one], values) if one in given else None for one in {*taken, *given}}


def _embedded(keyword: Any, name: str) -> tuple[str, ...]:
    matches = (keyword.embedded.name.fullmatch(one) for one in _names(name))
    return next((match.groups() for match in matches if match), ())


def _plain(name: str) -> str:
    return name.lower().replace(" ", "").replace("_", "")

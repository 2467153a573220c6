"""Options that may hold secrets: none of them shows itself, and what a server quotes of them is hidden again."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

if TYPE_CHECKING:
    from typing_extensions import Self

HIDDEN = "<secret>"
SHORTEST_SECRET = 12
"""Characters. What is shorter is hidden only if it was given as a Secret variable, and where it stands by itself."""
SHORTEST_GIVEN = 4
SHORTEST_WORD = 8
"""Characters of a Secret variable that is all letters: what is shorter is a word that anybody may say."""
SECRET_NAMES = ("key", "secret", "token", "password", "authorization", "credential", "signature")
"""A field whose name has one of these in it holds a key."""
NO_SECRETS = frozenset({"model", "agent_id", "api-version"})
"""What the query of an address holds under these names helps whoever reads what an agent complains of."""
Hide = Callable[[str], str]
"""From a text to the same without secrets: servers like to quote what they refuse."""


class Given(str):
    """Text out of a Secret variable: whoever gave it said himself that it is secret, so it may be short."""


class Text(str):
    """An option's text out of a Secret variable: it is sent as it is, and does not show itself."""

    def __repr__(self) -> str:
        return f"Text({HIDDEN})"

    @classmethod
    def convert(cls, value: object) -> Text:
        """A Secret variable. Other text stays what it is: the option's hint is `Text | str`."""
        text = getattr(value, "value", None)
        if isinstance(text, str) and not isinstance(value, str):
            return cls(text)
        raise ValueError("A value must be a Secret variable.")


class Key:
    """A key that does not show itself. Made from a Robot Framework Secret or from text."""

    def __init__(self, value: str = "") -> None:
        self.value = value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __repr__(self) -> str:
        return f"Key({HIDDEN})"

    __str__ = __repr__

    @property
    def secrets(self) -> tuple[str, ...]:
        """What `hiding` takes out of a text."""
        return (self.value,)

    @classmethod
    def convert(cls, value: object) -> Key:
        """A Secret variable, or text."""
        if isinstance(value, Key):
            return value
        text = _text_of(value)
        if text is None or not _fits_header(text):
            raise ValueError("A key must be a Secret variable or text, on one line and in plain ASCII.")
        return cls(text if isinstance(value, str) else Given(text))


NO_KEY = Key()


class Headers:
    """Headers of a handshake. Any of them may carry a key, so none shows itself."""

    def __init__(self, keys: Mapping[str, Key]) -> None:
        self._keys = dict(keys)

    def __repr__(self) -> str:
        return f"Headers({', '.join(self._keys)})"

    def values_by_name(self) -> dict[str, str]:
        return {name: key.value for name, key in self._keys.items()}

    @property
    def secrets(self) -> tuple[str, ...]:
        """What `hiding` takes out of a text."""
        return tuple(key.value for key in self._keys.values())

    @classmethod
    def convert(cls, value: object) -> Headers:
        """A dictionary of names and values, each a Secret variable or text; or its JSON."""
        if isinstance(value, Headers):
            return value
        table = _table(value)
        if table is None:
            raise ValueError('Headers must be a dictionary, such as {"X-Project": "test"}.')
        return cls({name: Key.convert(content) for name, content in table.items()})


class Fields:
    """Fields of a service's message, to any depth. A value may be a Secret variable, so none shows itself."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._secrets: list[str] = []
        self._plain: dict[str, Any] = {name: self._reveal(value) for name, value in fields.items()}

    def __bool__(self) -> bool:
        return bool(self._plain)

    def __repr__(self) -> str:
        return f"Fields({', '.join(self._plain)})"

    def plain(self) -> dict[str, Any]:
        """The fields as they are sent, their secrets with them."""
        return dict(self._plain)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What `hiding` takes out of a text."""
        return tuple(self._secrets)

    def _reveal(self, value: object) -> object:
        if isinstance(value, Mapping):
            return {str(name): self._reveal(inner) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._reveal(inner) for inner in value]
        if value is None or isinstance(value, (str, int, float)):
            return value
        secret = _text_of(value)
        if secret is None:
            raise ValueError("A value must be text, a number, yes or no, a list, a dictionary or a Secret variable.")
        self._secrets.append(Given(secret))
        return secret

    @classmethod
    def convert(cls, value: object) -> Self:
        """A dictionary of what JSON can hold and of Secret variables; or its text, as JSON or as Python writes it."""
        if isinstance(value, cls):
            return value
        table = _table(value)
        if table is None:
            raise ValueError('Fields must be a dictionary, such as {"language": "en"}.')
        return cls(table)


class Texts(Fields):
    """Fields that are all text, as in a query; a number stands there as its digits."""

    def plain(self) -> dict[str, str]:
        return {name: str(value) for name, value in super().plain().items()}

    def _reveal(self, value: object) -> object:
        if value is None or isinstance(value, (Mapping, list, tuple)):
            raise ValueError("A value must be text, a number or a Secret variable.")
        return super()._reveal(value)


def hiding(*secrets: Iterable[str]) -> Hide:
    """What takes all of `secrets` out of a text, in every form in which a server may quote them."""
    every = [secret for some in secrets for secret in some]
    forms = {form for secret in every for form in _forms(secret)}
    longest_first = sorted(forms, key=len, reverse=True)
    short = {form for secret in every if isinstance(secret, Given) for form in _short_forms(secret)}
    alone = [_by_itself(form) for form in sorted(short, key=len, reverse=True)]

    def hide(text: str) -> str:
        for form in longest_first:
            text = text.replace(form, HIDDEN)
        for by_itself in alone:
            text = by_itself.sub(HIDDEN, text)
        return text

    return hide


def hiding_nothing(text: str) -> str:
    """For a text in which there can be no secret."""
    return text


def secrets_in_address(url: str) -> list[str]:
    """What may be secret in the address of an agent: what its query holds, its password, and more if all of it is."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in NO_SECRETS]
    keys = [value for name, value in query if _is_secret_name(name)] + [unquote(parts.password or "")]
    others = [value for _, value in query if _may_be_key(value)]
    if not isinstance(url, Text):
        return keys + others
    # the names in a path that have no digit, such as /v1/conversation, are those of the protocol
    ids = [part for part in parts.path.split("/") if _may_be_key(part)]
    return [Given(url), *map(Given, keys), *others, *ids]


def secrets_in_message(message: str, *places: str) -> list[str]:
    """What may be secret in a message that an option gives; `places` stand in it for what is filled in later."""
    fields = list(_texts_in(_read(message)))
    keys = [value for name, value in fields if _is_secret_name(name)]
    if not isinstance(message, Text):
        return keys
    parts = re.split("|".join(map(re.escape, places)), message) if places else [message]
    others = [value for _, value in fields if _may_be_key(value)]
    return [*(Given(part.strip()) for part in parts), *map(Given, keys), *others]


def _texts_in(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """All text in a JSON value, each with the name of its field."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for inner_name, inner in value.items():
            yield from _texts_in(inner, str(inner_name))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts_in(inner, name)


def _may_be_key(value: str) -> bool:
    """Not a mere word, such as the `transcription` that a query asks for: hidden, it would be missing in messages."""
    return any(map(str.isdigit, value))


def _is_secret_name(name: str) -> bool:
    return any(word in name.lower() for word in SECRET_NAMES)


def _forms(secret: str) -> Iterator[str]:
    """As it is, without the "Bearer" or the like that is said before a key, and as it stands in an address."""
    for one in (secret, secret.rpartition(" ")[2]):
        # A short one may be a part of any word.
        if len(one) >= SHORTEST_SECRET:
            yield from _spelled(one)


def _short_forms(secret: str) -> Iterator[str]:
    """The same of one that is too short to be hidden inside of words."""
    scheme, _, bare = secret.rpartition(" ")
    for one in (secret,) if " " in scheme else (secret, bare):
        if (SHORTEST_WORD if one.isalpha() else SHORTEST_GIVEN) <= len(one) < SHORTEST_SECRET:
            yield from _spelled(one)


def _spelled(secret: str) -> tuple[str, ...]:
    return secret, quote(secret, safe=""), quote_plus(secret)


def _by_itself(form: str) -> re.Pattern[str]:
    """Not a part of a word, of a number or of base64: four characters stand somewhere in any minute of audio."""
    return re.compile(rf"(?<![\w+/]){re.escape(form)}(?![\w+/])")


def _text_of(value: object) -> str | None:
    """What is in a Secret variable, or text itself; None if it is neither."""
    # By its shape, not its class: Robot Framework has Secret from 7.4 on, and RobotVoice works with 7.3.
    text = value if isinstance(value, str) else getattr(value, "value", None)
    return text.strip() if isinstance(text, str) else None


def _table(value: object) -> Mapping[str, object] | None:
    if isinstance(value, str):
        value = _read(value)
    return {str(name): content for name, content in value.items()} if isinstance(value, Mapping) else None


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None


def _fits_header(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not text)


NO_HEADERS = Headers({})
NO_FIELDS = Fields({})
NO_TEXTS = Texts({})

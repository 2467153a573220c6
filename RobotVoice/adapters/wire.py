"""Reading what an agent sent: its messages are from outside, so nothing in them is taken on trust."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from RobotVoice.adapters.base import Message
from RobotVoice.adapters.events import AgentAudio, AgentEvent, Noted, Problem
from RobotVoice.adapters.secrets import HIDDEN, Hide, Text, hiding_nothing
from RobotVoice.audio.formats import AudioFormat
from RobotVoice.errors import InvalidArgument

Json = Mapping[str, Any]
"""A JSON object, its values not looked at yet."""

LONGEST_BREAK = 25
"""Frames, half a second: within one stream a line is late by less."""
LONGEST_QUOTE = 200
"""Characters of a message that a sentence may quote: an agent can send megabytes."""


class Malformed(Exception):
    """A message that its protocol does not allow; the text is a whole sentence."""


def until_malformed(told: Callable[[], Iterable[AgentEvent]]) -> list[AgentEvent]:
    """What `told` tells; where its message turns out to be malformed, what it has told by then and the problem."""
    found: list[AgentEvent] = []
    try:
        for event in told():
            found.append(event)  # one by one: a list of what a generator yields would be lost with the error
    except Malformed as error:
        found.append(Problem(str(error)))
    return found


def websocket_url(agent: str, url: str) -> str:
    """`url`, if a websocket can be opened there."""
    if not url:
        raise InvalidArgument(f"The agent '{agent}' needs the option 'url': where its websocket is (ws://...).")
    if not _is_websocket(url):
        raise InvalidArgument(
            f"The option 'url' of the agent '{agent}' is '{_without_secrets(url)}'; "
            "it must be a websocket address such as ws://127.0.0.1:8765/ws or wss://example.com/ws."
        )
    return url


def _is_websocket(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # its parsing is what may fail
    except ValueError:
        return False
    return parts.scheme in {"ws", "wss"} and bool(parts.hostname)


def query_of(url: str) -> dict[str, str]:
    """The names and values in the query of `url`."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def with_query(url: str, more: Mapping[str, str]) -> str:
    """`url` with `more` in its query; what it has of the same names gives way."""
    if not more:
        return url
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key not in more]
    return urlunsplit(parts._replace(query=urlencode([*query, *more.items()])))


def _without_secrets(url: str) -> str:
    """An address may hold a password before its `@` and a token in its query."""
    if isinstance(url, Text):
        return HIDDEN
    start, _, rest = url.partition("?")[0].rpartition("//")
    return quote(f"{start}//{rest.rpartition('@')[2]}" if start else rest.rpartition("@")[2])


def read_object(message: Message, hide: Hide = hiding_nothing) -> Json:
    """The JSON object in a text message, without the secrets that `hide` knows, however JSON spells them."""
    if isinstance(message, bytes):
        raise Malformed(f"The agent sent a binary message of {len(message)} bytes; its protocol is JSON text.")
    try:
        value = without_secrets(json.loads(message), hide)
    except (ValueError, RecursionError):
        raise Malformed(f"The agent sent text that is not JSON: '{quote(hide(message))}'.") from None
    if not isinstance(value, dict):
        raise Malformed(f"The agent sent JSON that is not an object: '{quote(hide(message))}'.")
    return value


def without_secrets(value: Any, hide: Hide) -> Any:
    """A JSON value with every text in it hidden before anything is read: no cut can leave a part of a key."""
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, list):
        return [without_secrets(inner, hide) for inner in value]
    if isinstance(value, dict):
        return {hide(key): without_secrets(inner, hide) for key, inner in value.items()}
    return value


def text(parent: Json, key: str, default: str | None = None) -> str:
    """The text in the field `key`; `default` if there is none."""
    value = parent.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise Malformed(_wrong(key, "text", value))
    return printable(value)


def child(parent: Json, key: str, *, optional: bool = False) -> Json:
    """The object in the field `key`."""
    value = parent.get(key)
    if value is None and optional:
        return {}
    if not isinstance(value, dict):
        raise Malformed(_wrong(key, "an object", value))
    return value


def children(parent: Json, key: str) -> list[Json]:
    """The objects in the list of the field `key`; none if there is no such field."""
    value = parent.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Malformed(_wrong(key, "a list of objects", value))
    return value


def told(error: object, *keys: str) -> str:
    """What an error object says in these fields, however little of it there is."""
    values = [error.get(key) for key in keys] if isinstance(error, Mapping) else []
    return quote(": ".join(value for value in values if isinstance(value, str) and value))


def _wrong(key: str, wanted: str, value: object) -> str:
    found = "is missing" if value is None else f"is {shown(value)}"
    return f"The agent sent a message whose field '{key}' {found}; it must be {wanted}."


def shown(value: object) -> str:
    """A JSON value in a sentence; of what holds others only the kind, since it may be nested without end."""
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else quote(json.dumps(value))


def from_base64(payload: str, audio_format: AudioFormat) -> bytes:
    """The bytes of base64 audio."""
    try:
        return base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(f"The agent sent {audio_format} audio that is not base64: '{quote(payload)}'.") from None


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def heard_audio(
    data: bytes, audio_format: AudioFormat, reply: str = "", item: str = "", *, stale: bool = False
) -> list[AgentEvent]:
    """The audio in `data`: its whole samples, and a problem if half a sample is left over."""
    events: list[AgentEvent] = []
    if len(data) >= audio_format.sample_bytes:
        events.append(AgentAudio(audio_format.decode(data), reply, item, stale))
    if len(data) % audio_format.sample_bytes:
        events.append(Problem(f"The agent sent {len(data)} bytes of {audio_format} audio: half a sample is left over."))
    return events


class SampleStream:
    """Raw audio in messages that may be cut anywhere: the half of a sample belongs to what comes next."""

    def __init__(self, audio_format: AudioFormat) -> None:
        self._format = audio_format
        self._half = b""
        self._silent_frames = 0
        self._told = False

    def take(self, data: bytes) -> list[AgentEvent]:
        """The whole samples by now; what is told when a message ends in the middle of one for the first time."""
        self._silent_frames = 0
        data = self._half + data
        whole = len(data) - len(data) % self._format.sample_bytes
        self._half = data[whole:]
        events: list[AgentEvent] = [AgentAudio(self._format.decode(data[:whole]))] if whole else []
        if self._half and not self._told:
            self._told = True
            events.append(
                Noted(f"{self._format} audio ends in the middle of a sample; it was joined with what came next")
            )
        return events

    def frame_passed(self) -> None:
        """20 ms of the call. What comes after a while is something else, and begins with a whole sample."""
        self._silent_frames += 1
        if self._silent_frames > LONGEST_BREAK:
            self.forget()

    def forget(self) -> None:
        """What comes next is of something else."""
        self._half = b""


def quote(words: str) -> str:
    """`words`, fit to stand in a sentence: printable and short."""
    shown = printable(words)
    return shown if len(shown) <= LONGEST_QUOTE else f"{shown[:LONGEST_QUOTE]}..."


def printable(words: str) -> str:
    """`words` without lone surrogates, which JSON allows and no log file can hold."""
    return words.encode("utf-8", "replace").decode("utf-8")


def merged(one: Mapping[str, object], more: Mapping[str, object]) -> dict[str, object]:
    """`one` with the fields of `more`, which go into its objects and replace the rest."""
    both = dict(one)
    for key, value in more.items():
        inner = both.get(key)
        both[key] = merged(inner, value) if isinstance(inner, Mapping) and isinstance(value, Mapping) else value
    return both


def to_json(message: Json) -> str:
    """`message` as it goes over the wire."""
    return json.dumps(message, separators=(",", ":"))

"""Any websocket that carries audio, raw or as base64 in JSON, described by options."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from RobotVoice.adapters.base import Adapter, Endpoint, Heard, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import (
    AgentEvent,
    AgentWords,
    CancelAcknowledged,
    Flush,
    Noted,
    Problem,
    ReplyEnded,
)
from RobotVoice.adapters.wire import (
    Malformed,
    from_base64,
    heard_audio,
    printable,
    quote,
    shown,
    to_base64,
    websocket_url,
)
from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import InvalidArgument

FRAMES_PER_SECOND = 50
PLACEHOLDER = "{audio}"
BY_OPTION = frozenset({"interruption", "native_vad", "streaming_transcripts"})
"""The capabilities that only the options of a call tell."""
_ANY_FORMAT = (
    AudioFormat(Encoding.PCM16, 24000),
    AudioFormat(Encoding.PCMU, 8000),
    AudioFormat(Encoding.PCMA, 8000),
)


class WebSocket(Adapter):
    """A websocket whose messages the person who tests it describes.

    url: where it is. hello: a message to begin with.
    encoding, rate: of the audio, both ways.
    audio_field: the dotted path of the base64 audio in JSON messages, both ways; empty for binary messages.
    audio_message: the JSON that carries our audio, with {audio} in it, if it is not built like the agent's.
    flush_message: the agent's message that means "drop what you have not played".
    cancel_message: ours that cancels a reply. cancelled_message: the agent's confirmation.
    reply_end_message: the agent's at the end of a reply.
    transcript_field: the dotted path of what the agent says in a reply.
    native_vad: whether the agent notices by itself that the caller speaks over it.

    A message of the agent matches an option in JSON if it has at least what the option has, and an option in
    plain text if it is the same.
    """

    name = "websocket"
    summary = "any websocket that streams PCM16 or G.711, raw or in JSON, described by options"
    capabilities = Capabilities(
        streaming_transcripts=False,
        native_vad=True,
        dtmf=False,
        interruption=False,
        input_formats=_ANY_FORMAT,
        output_formats=_ANY_FORMAT,
        transport="websocket",
        cancel_signal="by option",
        vad_signal="by option",
    )

    def __init__(
        self,
        *,
        url: str,
        rate: int = 24000,
        encoding: Encoding = Encoding.PCM16,
        audio_field: str = "",
        audio_message: str = "",
        hello: str = "",
        flush_message: str = "",
        cancel_message: str = "",
        cancelled_message: str = "",
        reply_end_message: str = "",
        transcript_field: str = "",
        native_vad: bool = True,
    ) -> None:
        self._url = websocket_url(self.name, url)
        self.sends = self.receives = _format(encoding, rate)
        self._audio_path = _path("audio_field", audio_field)
        self._transcript_path = _path("transcript_field", transcript_field)
        self._audio_message = _template(audio_message) or _nested(self._audio_path)
        self._hello = hello
        self._cancel = cancel_message
        self._flush = _pattern("flush_message", flush_message)
        self._cancelled = _pattern("cancelled_message", cancelled_message)
        self._reply_end = _pattern("reply_end_message", reply_end_message)
        self._flush_signal = quote(flush_message)
        self._cancelled_signal = quote(cancelled_message)
        self.capabilities = Capabilities(
            streaming_transcripts=bool(transcript_field),
            native_vad=native_vad,
            dtmf=False,
            interruption=bool(cancel_message),
            input_formats=(self.sends,),
            output_formats=(self.receives,),
            transport="websocket",
            cancel_signal=quote(cancel_message) or "none",
            vad_signal=(self._flush_signal or "its silence") if native_vad else "none",
        )

    def endpoint(self) -> Endpoint:
        return Endpoint(self._url)

    def opening(self) -> Iterable[Message]:
        return (self._hello,) if self._hello else ()

    def audio(self, frame: Pcm) -> Iterable[Message]:
        data = self.sends.encode(frame)
        if not self._audio_message:
            return (data,)
        return (self._audio_message.replace(PLACEHOLDER, to_base64(data)),)

    def cancel(self, heard: Heard | None) -> Iterable[Message]:
        return (self._cancel,) if self._cancel else super().cancel(heard)

    def events(self, message: Message) -> Iterable[AgentEvent]:
        try:
            if isinstance(message, bytes):
                return self._binary(message)
            return self._text(_read(message)) or (Noted(quote(message)),)
        except Malformed as error:
            return (Problem(str(error)),)

    def _binary(self, data: bytes) -> Iterable[AgentEvent]:
        if not self._audio_path:
            return heard_audio(data, self.receives)
        where = ".".join(self._audio_path)
        raise Malformed(
            f"The agent sent a binary message of {len(data)} bytes; "
            f"by the option 'audio_field' its audio is in '{where}'."
        )

    def _text(self, message: Any) -> list[AgentEvent]:
        """All that one message means: a flush is for what came before its audio, an end for all of it."""
        events: list[AgentEvent] = []
        if _matches(message, self._flush):
            events.append(Flush(self._flush_signal))
        if _matches(message, self._cancelled):
            events.append(CancelAcknowledged(self._cancelled_signal))
        if (payload := _text_at(message, self._audio_path)) is not None:
            events += heard_audio(from_base64(payload, self.receives), self.receives)
        if (words := _text_at(message, self._transcript_path)) is not None:
            events.append(AgentWords(words, final=True))
        if _matches(message, self._reply_end):
            events.append(ReplyEnded())
        return events


def _format(encoding: Encoding, rate: int) -> AudioFormat:
    if not 8000 <= rate <= 48000 or rate % FRAMES_PER_SECOND:
        raise InvalidArgument(
            f"The option 'rate' of the agent 'websocket' is {rate}; "
            f"it must be 8000 to 48000 Hz and a multiple of {FRAMES_PER_SECOND}."
        )
    if encoding is not Encoding.PCM16 and rate != 8000:
        raise InvalidArgument(
            f"The option 'rate' of the agent 'websocket' is {rate}, but {encoding.value} is G.711: give rate=8000."
        )
    return AudioFormat(encoding, rate)


def _path(option: str, dotted: str) -> tuple[str, ...]:
    keys = tuple(dotted.split(".")) if dotted else ()
    if not all(key.strip() for key in keys):
        raise InvalidArgument(
            f"The option '{option}' of the agent 'websocket' is '{dotted}'; "
            "it must be names with dots between them, such as media.payload."
        )
    return keys


def _template(message: str) -> str:
    if not message:
        return ""
    try:
        json.loads(message.replace(PLACEHOLDER, ""))
        valid = PLACEHOLDER in message
    except (ValueError, RecursionError):
        valid = False
    if valid:
        return message
    raise InvalidArgument(
        f"The option 'audio_message' of the agent 'websocket' is '{quote(message)}'; "
        f"it must be JSON with {PLACEHOLDER} "
        'where the base64 audio goes, such as {"media": {"payload": "{audio}"}}.'
    )


def _nested(path: tuple[str, ...]) -> str:
    """The message with the audio at `path` and nothing else."""
    if not path:
        return ""
    content: Any = PLACEHOLDER
    for key in reversed(path):
        content = {key: content}
    return json.dumps(content)


def _pattern(option: str, message: str) -> Any:
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


def _read(message: str) -> Any:
    """JSON if it looks like that, else the text itself."""
    stripped = message.strip()
    if stripped[:1] not in ("{", "["):
        return stripped
    try:
        return json.loads(stripped)
    except (ValueError, RecursionError):
        raise Malformed(f"The agent sent text that looks like JSON and is not: '{quote(message)}'.") from None


def _matches(message: Any, pattern: Any) -> bool:
    """Whether `message` has at least what `pattern` has."""
    return pattern is not None and _contains(message, pattern)


def _contains(message: Any, pattern: Any) -> bool:
    if not isinstance(pattern, Mapping):
        # To Python, True == 1; to JSON it is not.
        return bool(message == pattern and isinstance(message, bool) is isinstance(pattern, bool))
    return isinstance(message, Mapping) and all(
        key in message and _contains(message[key], value) for key, value in pattern.items()
    )


def _text_at(message: Any, path: tuple[str, ...]) -> str | None:
    """The text at `path`; None if nothing is there."""
    value = reduce(_step, path, message) if path else None
    if value is None or isinstance(value, str):
        return value if value is None else printable(value)
    raise Malformed(f"The agent sent a message whose field '{'.'.join(path)}' is {shown(value)}; it must be text.")


def _step(parent: Any, key: str) -> Any:
    return parent.get(key) if isinstance(parent, Mapping) else None

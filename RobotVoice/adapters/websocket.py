"""Any websocket that carries audio, raw or as base64 in JSON, described by options."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from RobotVoice.adapters.base import Adapter, Endpoint, Heard, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import (
    AgentEvent,
    AgentWords,
    CancelAcknowledged,
    Flush,
    Noted,
    Ready,
    ReplyEnded,
    ToSend,
)
from RobotVoice.adapters.patterns import matches, pattern, read, text_at
from RobotVoice.adapters.secrets import (
    HIDDEN,
    NO_HEADERS,
    Headers,
    Hide,
    Text,
    hiding,
    hiding_nothing,
    secrets_in_address,
    secrets_in_message,
)
from RobotVoice.adapters.wire import (
    Malformed,
    SampleStream,
    from_base64,
    quote,
    to_base64,
    until_malformed,
    websocket_url,
    without_secrets,
)
from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import InvalidArgument

FRAMES_PER_SECOND = 50
AUDIO_HERE = "{audio}"
KEY_HERE = "{key}"
BY_OPTION = frozenset({"interruption", "native_vad", "streaming_transcripts", "dtmf"})
"""The capabilities that only the options of a call tell."""
_ANY_FORMAT = (
    AudioFormat(Encoding.PCM16, 24000),
    AudioFormat(Encoding.PCMU, 8000),
    AudioFormat(Encoding.PCMA, 8000),
)


class WebSocket(Adapter):
    """A websocket whose messages the person who tests it describes.

    url: where it is. headers: of the handshake; their values are kept secret as keys are.
    hello: a message to begin with. ready_message: the agent's, before which it takes no audio. goodbye: our last.
    encoding, rate: of the audio, both ways, unless agent_encoding and agent_rate tell what the agent sends.
    audio_field: the dotted path of the base64 audio in JSON messages, both ways; empty for binary messages.
    audio_message: the JSON that carries our audio, with {audio} in it, if it is not built like the agent's.
    flush_message: the agent's message that means "drop what you have not played".
    cancel_message: ours that cancels a reply. cancelled_message: the agent's confirmation.
    reply_end_message: the agent's at the end of a reply.
    transcript_field: the dotted path of what the agent says in a reply. transcript_message: the messages that have it
        there, if others (such as of what the caller says) have something there as well.
    key_message: ours for a key of a telephone, with {key} in it.
    ping_message: the agent's that has to be answered. pong_message: ours that answers it.
    native_vad: whether the agent notices by itself that the caller speaks over it.
    The address and our own messages, which may hold keys, may be Secret variables: then nothing of them is shown.

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
        url: Text | str,
        rate: int = 24000,
        encoding: Encoding = Encoding.PCM16,
        agent_rate: int = 0,
        agent_encoding: Encoding | None = None,
        audio_field: str = "",
        audio_message: str = "",
        hello: Text | str = "",
        ready_message: str = "",
        goodbye: Text | str = "",
        flush_message: str = "",
        cancel_message: Text | str = "",
        cancelled_message: str = "",
        reply_end_message: str = "",
        transcript_field: str = "",
        transcript_message: str = "",
        key_message: Text | str = "",
        ping_message: str = "",
        pong_message: Text | str = "",
        native_vad: bool = True,
        headers: Headers = NO_HEADERS,
    ) -> None:
        self._url = websocket_url(self.name, url)
        ours = (hello, goodbye, cancel_message, pong_message, key_message)
        in_messages = [secrets_in_message(message, KEY_HERE) for message in ours]
        self._headers, self._hide = headers, hiding(headers.secrets, secrets_in_address(url), *in_messages)
        self.sends = _format("rate", encoding, rate)
        self.receives = _format("agent_rate", agent_encoding or encoding, agent_rate or rate)
        self._audio_path = _path("audio_field", audio_field)
        self._transcript_path = _path("transcript_field", transcript_field)
        self._transcript = self._looked_for("transcript_message", transcript_message)
        if self._transcript is not None and not transcript_field:
            raise InvalidArgument("The agent 'websocket' needs transcript_field where it has a transcript_message.")
        self._samples = SampleStream(self.receives)
        self._audio_message = _template(audio_message) or _nested(self._audio_path)
        self._hello, self._goodbye, self._pong = hello, goodbye, pong_message
        self._key_message = _with_place("key_message", key_message, KEY_HERE)
        self._ping = self._looked_for("ping_message", ping_message) if _answered(ping_message, pong_message) else None
        self._ready = self._looked_for("ready_message", ready_message)
        self.waits_until_ready = self._ready is not None
        self.no_session = f"It did not send the ready_message={quote(self._hide(ready_message))}."
        self._cancel = cancel_message
        self._flush = self._looked_for("flush_message", flush_message)
        self._cancelled = self._looked_for("cancelled_message", cancelled_message)
        self._reply_end = self._looked_for("reply_end_message", reply_end_message)
        self._flush_signal = quote(self._hide(flush_message))
        self._cancelled_signal = quote(self._hide(cancelled_message))
        self.capabilities = Capabilities(
            streaming_transcripts=bool(transcript_field),
            native_vad=native_vad,
            dtmf=bool(key_message),
            interruption=bool(cancel_message),
            input_formats=(self.sends,),
            output_formats=(self.receives,),
            transport="websocket",
            cancel_signal=_shown(cancel_message, self._hide) or "none",
            vad_signal=(self._flush_signal or "its silence") if native_vad else "none",
        )

    def _looked_for(self, option: str, message: str) -> Any:
        """A pattern without the secrets that what comes is read without, else it would match nothing."""
        return without_secrets(pattern(option, message), self._hide)

    def endpoint(self) -> Endpoint:
        return Endpoint(self._url, self._headers.values_by_name(), self._hide)

    def opening(self) -> Iterable[Message]:
        return (self._hello,) if self._hello else ()

    def closing(self) -> Iterable[Message]:
        return (self._goodbye,) if self._goodbye else ()

    def press(self, key: str) -> Iterable[Message]:
        return (self._key_message.replace(KEY_HERE, key),) if self._key_message else super().press(key)

    def audio(self, frame: Pcm) -> Iterable[Message]:
        data = self.sends.encode(frame)
        self._samples.frame_passed()
        if not self._audio_message:
            return (data,)
        return (self._audio_message.replace(AUDIO_HERE, to_base64(data)),)

    def cancel(self, heard: Heard | None) -> Iterable[Message]:
        return (self._cancel,) if self._cancel else super().cancel(heard)

    def events(self, message: Message) -> Iterable[AgentEvent]:
        if isinstance(message, bytes):
            return until_malformed(lambda: self._binary(message))
        return until_malformed(lambda: self._text(read(message, self._hide))) or (Noted(quote(self._hide(message))),)

    def _binary(self, data: bytes) -> Iterable[AgentEvent]:
        if not self._audio_path:
            return self._samples.take(data)
        where = ".".join(self._audio_path)
        raise Malformed(
            f"The agent sent a binary message of {len(data)} bytes; "
            f"by the option 'audio_field' its audio is in '{where}'."
        )

    def _text(self, message: Any) -> Iterable[AgentEvent]:
        """All that one message means: a flush is for what came before its audio, an end for all of it."""
        if matches(message, self._ready):
            yield Ready()
        if matches(message, self._ping):
            yield ToSend(self._pong)
        if matches(message, self._flush):
            self._samples.forget()
            yield Flush(self._flush_signal)
        if matches(message, self._cancelled):
            self._samples.forget()
            yield CancelAcknowledged(self._cancelled_signal)
        # each for itself: what is wrong in one field takes nothing from the others
        yield from until_malformed(lambda: self._audio(message))
        yield from until_malformed(lambda: self._words(message))
        if matches(message, self._reply_end):
            self._samples.forget()
            yield ReplyEnded()

    def _audio(self, message: Any) -> Iterable[AgentEvent]:
        payload = text_at(message, self._audio_path)
        return () if payload is None else self._samples.take(from_base64(payload, self.receives))

    def _words(self, message: Any) -> Iterable[AgentEvent]:
        if self._transcript is not None and not matches(message, self._transcript):
            return ()
        words = text_at(message, self._transcript_path)
        return () if words is None else (AgentWords(words, final=True),)


def _format(option: str, encoding: Encoding, rate: int) -> AudioFormat:
    if not 8000 <= rate <= 48000 or rate % FRAMES_PER_SECOND:
        raise InvalidArgument(
            f"The option '{option}' of the agent 'websocket' is {rate}; "
            f"it must be 8000 to 48000 Hz and a multiple of {FRAMES_PER_SECOND}."
        )
    if encoding is not Encoding.PCM16 and rate != 8000:
        raise InvalidArgument(
            f"The option '{option}' of the agent 'websocket' is {rate}, but {encoding.value} is G.711: "
            f"give {option}=8000."
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
    """A JSON message with a place for the audio."""
    if not message:
        return ""
    try:
        json.loads(message.replace(AUDIO_HERE, ""))
        valid = AUDIO_HERE in message
    except (ValueError, RecursionError):
        valid = False
    if valid:
        return message
    raise InvalidArgument(
        f"The option 'audio_message' of the agent 'websocket' is '{quote(message)}'; "
        f"it must be JSON with {AUDIO_HERE} "
        'where the base64 audio goes, such as {"media": {"payload": "{audio}"}}.'
    )


def _with_place(option: str, message: str, place: str) -> str:
    if not message or place in message:
        return message
    raise InvalidArgument(
        f"The option '{option}' of the agent 'websocket' is '{_shown(message)}'; it must have {place} in it."
    )


def _shown(message: str, hide: Hide = hiding_nothing) -> str:
    """A message that an option gives, in a sentence: nothing of it if it was given as a Secret variable."""
    return HIDDEN if isinstance(message, Text) and message else quote(hide(message))


def _answered(asked: str, answer: str) -> bool:
    """Whether a message is to be answered; what to look for without an answer does nothing, nor does the contrary."""
    if bool(asked.strip()) == bool(answer):
        return bool(answer)
    raise InvalidArgument("The agent 'websocket' needs ping_message and pong_message together, or neither.")


def _nested(path: tuple[str, ...]) -> str:
    """The message with the audio at `path` and nothing else."""
    if not path:
        return ""
    content: Any = AUDIO_HERE
    for key in reversed(path):
        content = {key: content}
    return json.dumps(content)

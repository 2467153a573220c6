"""Twilio Media Streams with the parts exchanged: RobotVoice plays Twilio towards a bot that expects it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from RobotVoice.adapters.base import Adapter, Endpoint, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import AgentEvent, Flush, Mark, Noted, Problem
from RobotVoice.adapters.secrets import NO_TEXTS, Text, Texts, hiding, secrets_in_address
from RobotVoice.adapters.wire import (
    Json,
    child,
    from_base64,
    heard_audio,
    quote,
    read_object,
    text,
    to_base64,
    to_json,
    until_malformed,
    websocket_url,
)
from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import InvalidArgument

MU_LAW_8K = AudioFormat(Encoding.PCMU, 8000)
KEYS = "0123456789*#ABCD"


class MediaStreams(Adapter):
    """A bot behind a Media Streams websocket.

    url: the bot's websocket. parameters: custom parameters, as a `<Stream>` of TwiML has them; bots read
    the caller's number and the like from there.
    """

    name = "media_streams"
    summary = "a bot that expects Twilio: RobotVoice plays Twilio towards it"
    sends = MU_LAW_8K
    receives = MU_LAW_8K
    capabilities = Capabilities(
        streaming_transcripts=False,
        native_vad=True,
        dtmf=True,
        interruption=False,
        input_formats=(MU_LAW_8K,),
        output_formats=(MU_LAW_8K,),
        transport="websocket",
        vad_signal="clear",
    )

    def __init__(self, *, url: Text | str, parameters: Texts = NO_TEXTS) -> None:
        self._url = websocket_url(self.name, url)
        self._parameters, self._hide = parameters.plain(), hiding(parameters.secrets, secrets_in_address(url))
        self._stream = _sid("MZ")
        self._account = _sid("AC")
        self._call = _sid("CA")
        self._messages = 0
        self._chunks = 0
        self._samples = 0

    def endpoint(self) -> Endpoint:
        return Endpoint(self._url, hide=self._hide)

    def opening(self) -> Iterable[Message]:
        start = {
            "streamSid": self._stream,
            "accountSid": self._account,
            "callSid": self._call,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": self._parameters,
        }
        connected = to_json({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        return (connected, self._numbered("start", start))

    def audio(self, frame: Pcm) -> Iterable[Message]:
        self._chunks += 1
        media = {
            "track": "inbound",
            "chunk": str(self._chunks),
            "timestamp": str(self._samples * 1000 // self.sends.rate),
            "payload": to_base64(self.sends.encode(frame)),
        }
        self._samples += len(frame)
        return (self._numbered("media", media),)

    def mark_played(self, name: str) -> Iterable[Message]:
        return (self._numbered("mark", {"name": name}),)

    def press(self, key: str) -> Iterable[Message]:
        if len(key) != 1 or key not in KEYS:
            raise InvalidArgument(f"'{key}' is not a key of a telephone; these are: {' '.join(KEYS)}.")
        # The one place where Twilio calls the track so.
        return (self._numbered("dtmf", {"track": "inbound_track", "digit": key}),)

    def closing(self) -> Iterable[Message]:
        return (self._numbered("stop", {"accountSid": self._account, "callSid": self._call}),)

    def _numbered(self, event: str, content: Json) -> str:
        """One message, its number a string as Twilio's are; `connected` alone has none."""
        self._messages += 1
        return to_json(
            {
                "event": event,
                "sequenceNumber": str(self._messages),
                "streamSid": self._stream,
                event: content,
            }
        )

    def events(self, message: Message) -> Iterable[AgentEvent]:
        return until_malformed(lambda: self._translate(read_object(message, self._hide)))

    def _translate(self, message: Json) -> Iterable[AgentEvent]:
        event = message.get("event")
        if event not in ("media", "mark", "clear"):
            return (Noted(_unknown(message)),)
        if (stream := text(message, "streamSid")) != self._stream:
            return (Problem(f"The agent sent '{event}' for the stream '{quote(stream)}'; ours is '{self._stream}'."),)
        if event == "clear":
            return (Flush("clear"),)
        if event == "mark":
            return (Mark(text(child(message, "mark"), "name")),)
        data = from_base64(text(child(message, "media"), "payload"), self.receives)
        return heard_audio(data, self.receives)


def _sid(kind: str) -> str:
    return kind + secrets.token_hex(16)


def _unknown(message: Json) -> str:
    """Bots send messages of their own through this socket, some under `type`."""
    name = message.get("event") or message.get("type")
    return quote(name) if isinstance(name, str) else "a message without an event"

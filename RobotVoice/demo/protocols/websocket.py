"""Raw PCM16 over a websocket.

Binary messages are audio both ways; with ?json=1 audio is {"type": "audio", "audio": "<base64>"} instead.
Text from the client: {"type": "cancel"}. Text from the agent: {"type": "flush"} when it heard the caller
barge in, {"type": "cancelled"}, {"type": "reply_end"} after a whole reply.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.demo.hearing import RATES
from RobotVoice.demo.mouth import Piece, Speech
from RobotVoice.demo.protocols.base import (
    CallerAudio,
    CancelReceived,
    FromClient,
    Message,
    ProtocolError,
    Unknown,
    Why,
    Wire,
)
from RobotVoice.errors import InvalidArgument


class RawWire(Wire):
    """The agent's end of it."""

    def __init__(self, path: str) -> None:
        query = parse_qs(urlsplit(path).query)
        rate, in_json = query.get("rate", ["24000"])[-1], query.get("json", ["0"])[-1]
        if rate not in map(str, RATES):
            raise InvalidArgument(f"The rate is '{rate}'; it has to be one of {', '.join(map(str, RATES))}.")
        self.input = self.output = AudioFormat(Encoding.PCM16, int(rate))
        self._json = in_json not in ("0", "")

    def read(self, message: Message) -> Iterable[FromClient]:
        if isinstance(message, bytes):
            return [self._audio(message)]
        try:
            said = json.loads(message)
            kind = said["type"]
            if kind == "audio":
                return [self._audio(base64.b64decode(said["audio"], validate=True))]
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            return [ProtocolError(f"The text message is not JSON as it has to be: {error!r}")]
        return [CancelReceived("cancel")] if kind == "cancel" else [Unknown(f"type {kind!r}")]

    def audio(self, piece: Piece) -> Iterable[Message]:
        data = self.output.encode(piece.samples)
        if self._json:
            return [json.dumps({"type": "audio", "audio": base64.b64encode(data).decode()})]
        return [data]

    def reply_sent(self, speech: Speech) -> Iterable[Message]:
        return ['{"type": "reply_end"}']

    def reply_stopped(self, speech: Speech, why: Why) -> Iterable[Message]:
        return ['{"type": "flush"}' if why is Why.VAD else '{"type": "cancelled"}']

    def nothing_to_cancel(self) -> Iterable[Message]:
        return ['{"type": "cancelled"}']

    def _audio(self, data: bytes) -> FromClient:
        if len(data) % 2:
            return ProtocolError("An audio message ends in half a sample.")
        return CallerAudio(self.input.decode(data))

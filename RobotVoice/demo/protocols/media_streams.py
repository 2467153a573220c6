"""Twilio Media Streams, the app's side: Twilio (or who plays it) connects and streams the caller."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from typing import Any

from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.demo.mouth import Piece, Speech
from RobotVoice.demo.protocols.base import (
    CallerAudio,
    FromClient,
    HungUp,
    KeyPressed,
    Marked,
    Message,
    ProtocolError,
    Unknown,
    Why,
    Wire,
)


class MediaStreamsWire(Wire):
    """As Twilio's own sample app reads the messages: a field that it reads has to be there."""

    open = False

    def __init__(self) -> None:
        self.input = self.output = AudioFormat(Encoding.PCMU, 8000)
        self._stream = ""
        self._replies = 0

    def read(self, message: Message) -> Iterable[FromClient]:
        try:
            said = json.loads(message)
            return self._event(said["event"], said)
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            return [ProtocolError(f"The message lacks what Twilio sends: {error!r} in {str(message)[:200]}")]

    def _event(self, kind: str, said: dict[str, Any]) -> Iterable[FromClient]:
        if kind == "media":
            return self._media(said["media"])
        if kind == "start":
            self._stream, self.open = said["start"]["streamSid"], True
        elif kind == "dtmf":
            return [KeyPressed(said["dtmf"]["digit"])]
        elif kind == "mark":
            return [Marked(said["mark"]["name"])]
        elif kind == "stop":
            return [HungUp()]
        elif kind != "connected":
            return [Unknown(f"event {kind!r}")]
        return []

    def _media(self, media: dict[str, Any]) -> Iterable[FromClient]:
        int(media["timestamp"])  # Twilio's sample app does its barge-in arithmetic with it
        if not self.open:
            return [ProtocolError("media came before start.")]
        if media.get("track", "inbound") != "inbound":
            return [ProtocolError(f"media.track is {media['track']!r}; the caller is 'inbound'.")]
        return [CallerAudio(self.input.decode(base64.b64decode(media["payload"], validate=True)))]

    def audio(self, piece: Piece) -> Iterable[Message]:
        payload = base64.b64encode(self.output.encode(piece.samples)).decode()
        return [self._message("media", media={"payload": payload})]

    def reply_sent(self, speech: Speech) -> Iterable[Message]:
        self._replies += 1
        return [self._message("mark", mark={"name": f"reply-{self._replies}"})]

    def reply_stopped(self, speech: Speech, why: Why) -> Iterable[Message]:
        return [self._message("clear")]

    def _message(self, event: str, **fields: Any) -> str:
        return json.dumps({"event": event, "streamSid": self._stream, **fields})

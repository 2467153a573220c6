"""A Media Streams app that trusts nobody: every field of every message is compared with what Twilio sends."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from websockets.asyncio.server import ServerConnection

from RobotVoice.audio import g711
from RobotVoice.audio.frames import Pcm
from stand_ins.server import Plan, Session

FIELDS = {
    "connected": {"event", "protocol", "version"},
    "start": {"event", "sequenceNumber", "streamSid", "start"},
    "media": {"event", "sequenceNumber", "streamSid", "media"},
    "mark": {"event", "sequenceNumber", "streamSid", "mark"},
    "dtmf": {"event", "sequenceNumber", "streamSid", "dtmf"},
    "stop": {"event", "sequenceNumber", "streamSid", "stop"},
}
START = {"streamSid", "accountSid", "callSid", "tracks", "mediaFormat", "customParameters"}
FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}


class TwilioBot(Session):
    """Answers the caller; says `clear` when it is spoken over."""

    rate = 8000
    audio_kind = "media"

    def __init__(self, socket: ServerConnection, plan: Plan) -> None:
        super().__init__(socket, plan)
        self.parameters: dict[str, str] = {}
        self.keys = ""
        self.marks_sent: list[str] = []
        self.marks: list[str] = []
        self.marks_back_at_clear = 0
        self.said_stop = False
        self._stream = ""
        self._sequence = 0
        self._chunk = 0
        self._timestamp: int | None = None
        self._call: dict[str, str] = {}

    async def take(self, message: str | bytes) -> None:
        if not isinstance(message, str):
            self.wrong.append("a binary message")
            return
        said = json.loads(message)
        event = said["event"]
        self.came(event)
        if self.said_stop:
            self.wrong.append(f"{event} after stop")
        if set(said) != FIELDS[event]:
            self.wrong.append(f"{event} has the fields {sorted(said)}")
        if event != "connected":
            self._number(said["sequenceNumber"])
        if event not in ("connected", "start"):
            self._expect(said["streamSid"], self._stream, "streamSid")
        await getattr(self, f"_{event}")(said.get(event, said))

    def _number(self, number: Any) -> None:
        self._sequence += 1
        self._expect(number, str(self._sequence), "sequenceNumber")

    def _expect(self, found: object, wanted: object, name: str) -> None:
        if found != wanted or type(found) is not type(wanted):
            self.wrong.append(f"{name} is {found!r} and not {wanted!r}")

    def _sid(self, value: object, kind: str) -> None:
        if not isinstance(value, str) or not re.fullmatch(rf"{kind}[0-9a-f]{{32}}", value):
            self.wrong.append(f"{value!r} is no {kind} sid")

    async def _connected(self, said: dict[str, Any]) -> None:
        self._expect(said, {"event": "connected", "protocol": "Call", "version": "1.0.0"}, "connected")
        self._expect(self.kinds, ["connected"], "order")

    async def _start(self, start: dict[str, Any]) -> None:
        self._expect(self.kinds, ["connected", "start"], "order")
        self._expect(set(start), START, "fields of start")
        self._expect(start["mediaFormat"], FORMAT, "mediaFormat")
        self._expect(start["tracks"], ["inbound"], "tracks")
        for name, kind in (("streamSid", "MZ"), ("accountSid", "AC"), ("callSid", "CA")):
            self._sid(start[name], kind)
        self._stream = start["streamSid"]
        self._call = {name: start[name] for name in ("accountSid", "callSid")}
        self.parameters = start["customParameters"]
        if self.plan.greeting:
            self.reply(self.plan.greeting)

    async def _media(self, media: dict[str, Any]) -> None:
        self._expect(set(media), {"track", "chunk", "timestamp", "payload"}, "fields of media")
        self._chunk += 1
        self._expect(media["track"], "inbound", "track")
        self._expect(media["chunk"], str(self._chunk), "chunk")
        if not isinstance(media["timestamp"], str):
            self.wrong.append("timestamp is no string")
        timestamp = int(media["timestamp"])
        if self._timestamp is not None:
            self._expect(timestamp, self._timestamp + 20, "timestamp")
        self._timestamp = timestamp
        data = base64.b64decode(media["payload"], validate=True)
        self._expect(len(data), 160, "length of a frame")
        await self.hear(g711.decode_ulaw(data))

    async def _mark(self, mark: dict[str, Any]) -> None:
        self._expect(set(mark), {"name"}, "fields of mark")
        self.marks.append(mark["name"])

    async def _dtmf(self, dtmf: dict[str, Any]) -> None:
        self._expect(set(dtmf), {"track", "digit"}, "fields of dtmf")
        self._expect(dtmf["track"], "inbound_track", "track")
        self.keys += dtmf["digit"]

    async def _stop(self, stop: dict[str, Any]) -> None:
        self._expect(stop, self._call, "stop")
        self.said_stop = True

    async def caller_started(self) -> None:
        if not self.plan.yields or not self._replies:
            return
        await self.hush()
        self.marks_back_at_clear = len(self.marks)
        self.stopped()
        await self._say("clear")

    async def speak(self, seconds: float) -> None:
        await self.stream(seconds, self._play)
        await self.mark(f"end of reply {self._replies}")

    async def mark(self, name: str) -> None:
        self.marks_sent.append(name)
        await self._say("mark", mark={"name": name})

    async def _play(self, samples: Pcm) -> None:
        await self._say("media", media={"payload": base64.b64encode(g711.encode_ulaw(samples)).decode()})

    async def _say(self, event: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"event": event, "streamSid": self._stream, **fields}))

"""Somebody's own websocket: raw PCM16, or the same in JSON. Also a process of its own: `python pcm_server.py`."""

from __future__ import annotations

import base64
import json
import sys

import numpy as np

from RobotVoice.audio.frames import Pcm
from stand_ins.server import WORDS, Plan, Session, StandIn


class RawServer(Session):
    """Nothing but samples at 16 kHz, both ways: it stops by being silent."""

    rate = 16000

    async def begin(self) -> None:
        if self.plan.greeting:
            self.reply(self.plan.greeting)

    async def take(self, message: str | bytes) -> None:
        self.came("audio")
        if not isinstance(message, bytes) or len(message) != 640:
            self.wrong.append(f"not a frame: {message[:100]!r}")
            return
        await self.hear(np.frombuffer(message, dtype="<i2"))

    async def caller_started(self) -> None:
        if self.plan.yields and self.is_speaking:
            await self.hush()
            self.stopped()

    async def speak(self, seconds: float) -> None:
        await self.stream(seconds, self._play)

    async def _play(self, samples: Pcm) -> None:
        await self.socket.send(samples.astype("<i2").tobytes())


class JsonServer(Session):
    """{"audio": {"data": ...}} both ways, flush, cancel and cancelled, the end of a reply, and its words."""

    rate = 16000

    async def begin(self) -> None:
        if self.plan.greeting:
            self.reply(self.plan.greeting)

    async def take(self, message: str | bytes) -> None:
        said = json.loads(message)
        if set(said) == {"audio"} and set(said["audio"]) == {"data"}:
            self.came("audio")
            await self.hear(np.frombuffer(base64.b64decode(said["audio"]["data"], validate=True), dtype="<i2"))
            return
        self.came(str(said.get("type")))
        match said:
            case {"type": "cancel", **rest} if not rest:
                await self._cancel()
            case {"type": "hello", **rest} if not rest:
                pass
            case _:
                self.wrong.append(f"not of this protocol: {message[:100]!r}")

    async def _cancel(self) -> None:
        if self.plan.ignores_cancel:
            return
        await self.hush()
        self.stopped()
        await self._say(type="cancelled", by="caller")

    async def caller_started(self) -> None:
        if self.plan.yields and self.is_speaking:
            await self.hush()
            self.stopped()
            await self._say(type="flush")

    async def speak(self, seconds: float) -> None:
        await self._say(type="words", words=WORDS)
        await self.stream(seconds, self._play)
        await self._say(type="end")

    async def _play(self, samples: Pcm) -> None:
        await self._say(audio={"data": base64.b64encode(samples.astype("<i2").tobytes()).decode()})

    async def _say(self, **message: object) -> None:
        await self.socket.send(json.dumps(message))


JSON_OPTIONS = {
    "rate": 16000,
    "audio_field": "audio.data",
    "hello": '{"type": "hello"}',
    "flush_message": '{"type": "flush"}',
    "cancel_message": '{"type": "cancel"}',
    "cancelled_message": '{"type": "cancelled"}',
    "reply_end_message": '{"type": "end"}',
    "transcript_field": "words",
}
"""How the person who tests a JsonServer describes it."""


if __name__ == "__main__":
    with StandIn(JsonServer, Plan(greeting=20.0)) as server:
        print(server.url, flush=True)
        sys.stdin.read()

"""A server that speaks Pipecat's frames, made of Pipecat's own types, for what no real bot does."""

from __future__ import annotations

import json
from typing import Any

from pipecat.frames.protobufs import frames_pb2

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Pcm
from stand_ins.server import WORDS, Session


def frame(**content: Any) -> bytes:
    encoded: bytes = frames_pb2.Frame(**content).SerializeToString()  # type: ignore[attr-defined]
    return encoded


def rtvi(kind: str, data: Any = None) -> bytes:
    return frame(message={"data": json.dumps({"label": "rtvi-ai", "type": kind, "id": "1", "data": data})})


class PipecatStandIn(Session):
    """Answers the caller once it has been greeted."""

    version = "2.2.0"

    async def take(self, message: str | bytes) -> None:
        if not isinstance(message, bytes):
            self.wrong.append("a text message")
            return
        came = frames_pb2.Frame.FromString(message)  # type: ignore[attr-defined]
        kind = came.WhichOneof("frame")
        if kind == "audio":
            await self.hear(frames.from_bytes(came.audio.audio))
        elif kind == "message" and json.loads(came.message.data)["type"] == "client-ready":
            await self.socket.send(rtvi("bot-ready", {"version": self.version}))

    async def caller_started(self) -> None:
        await self.socket.send(frame(interruption={}))

    async def speak(self, seconds: float) -> None:
        await self.socket.send(rtvi("bot-started-speaking"))
        progress = {"accumulated_text": WORDS, "remaining_text": ""}
        await self.socket.send(rtvi("bot-output", {"text": WORDS, "segment_id": -1, "spoken_progress": progress}))
        await self.stream(seconds, self._play)
        await self.socket.send(rtvi("bot-stopped-speaking"))

    async def _play(self, samples: Pcm) -> None:
        audio = {"audio": frames.to_bytes(samples), "sample_rate": self.rate, "num_channels": 1}
        await self.socket.send(frame(audio=audio))


class OldBot(PipecatStandIn):
    """From before Pipecat 1.4."""

    version = "1.2.0"

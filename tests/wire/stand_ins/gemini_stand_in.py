"""Gemini Live, written from google-genai's own types: it takes only what they take and sends only what they take."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import numpy as np
from google.genai import types
from pydantic import ValidationError
from pydantic.alias_generators import to_camel
from websockets.asyncio.server import ServerConnection

from RobotVoice.audio.frames import Pcm
from stand_ins.server import WORDS, Plan, Session

CALLER_RATE = 16000


class GeminiStandIn(Session):
    """It assumes that its audio is played at 1x: `turnComplete` comes once that would be over."""

    rate = 24000
    audio_kind = "realtimeInput"

    def __init__(self, socket: ServerConnection, plan: Plan) -> None:
        super().__init__(socket, plan)
        self.setup: dict[str, Any] = {}
        self.handling = types.RealtimeInputConfig()
        self.answers: list[dict[str, Any]] = []
        self.generated: list[float] = []
        self._answered = asyncio.Event()

    # -- what the client sends

    async def take(self, message: str | bytes) -> None:
        told = json.loads(message)
        self.came(to_camel(next(iter(told))))
        try:
            parsed = self._parsed(told)
        except ValidationError as error:
            self.wrong.append(f"{str(message)[:100]}: {error}")
            return
        if parsed.setup:
            await self._set_up(told["setup"])
        elif parsed.realtime_input and parsed.realtime_input.audio:
            await self._hear(parsed.realtime_input.audio)
        elif parsed.tool_response:
            self.answers += told["toolResponse"]["functionResponses"]
            self._answered.set()
        else:
            self.wrong.append(f"nobody needs that here: {str(message)[:100]}")

    def _parsed(self, told: dict[str, Any]) -> types.LiveClientMessage:
        """By the SDK's types, which forbid what they don't know. As the service, they take both kinds of names."""
        setup = told.get("setup", {})
        if "realtimeInputConfig" in setup:  # the SDK's converter adds this field, its type does not have it
            self.handling = types.RealtimeInputConfig.model_validate(setup["realtimeInputConfig"])
            told = {"setup": {key: value for key, value in setup.items() if key != "realtimeInputConfig"}}
        return types.LiveClientMessage.model_validate_json(json.dumps(told))

    async def _set_up(self, setup: dict[str, Any]) -> None:
        if self.setup:
            self.wrong.append("a second setup")
        self.setup = setup
        if setup["generationConfig"]["responseModalities"] != ["AUDIO"]:
            self.wrong.append("no audio is wanted")
        await self._send(setupComplete={"sessionId": "session-1"})
        if self.plan.greeting:
            self.reply(self.plan.greeting)

    async def _hear(self, blob: types.Blob) -> None:
        if not self.setup:
            self.wrong.append("audio before setupComplete")
        if blob.mime_type != f"audio/pcm;rate={CALLER_RATE}":
            self.wrong.append(f"audio as {blob.mime_type}")
        samples = np.frombuffer(blob.data or b"", dtype="<i2")
        if len(samples) != CALLER_RATE // 50:
            self.wrong.append(f"a frame of {len(samples)} samples")
        await self.hear(samples)

    # -- the turns

    async def caller_started(self) -> None:
        stubborn = self.handling.activity_handling is types.ActivityHandling.NO_INTERRUPTION
        if stubborn or not self.plan.yields or not self.is_speaking:
            return
        await self.hush()
        self.stopped()
        await self._content(interrupted=True)
        await self._content(turnComplete=True)

    async def speak(self, seconds: float) -> None:
        if self.plan.tool and not self.answers:
            await self._use(self.plan.tool)
        for word in WORDS.split():
            await self._content(outputTranscription={"text": f"{word} "})
        await self.stream(seconds, self._play)
        await self._content(generationComplete=True)
        now = asyncio.get_running_loop().time()
        self.generated.append(now)
        await asyncio.sleep(max(0.0, self.streamed[-1].began + seconds - now))
        await self._content(turnComplete=True)

    async def _use(self, tool: str) -> None:
        call = {"id": "call-1", "name": tool, "args": {"month": "May"}}
        await self._send(toolCall={"functionCalls": [call]})
        await self._answered.wait()

    async def _play(self, samples: Pcm) -> None:
        data = base64.b64encode(samples.astype("<i2").tobytes()).decode()
        blob = {"mimeType": f"audio/pcm;rate={self.rate}", "data": data}
        await self._content(modelTurn={"parts": [{"inlineData": blob}]})

    async def _content(self, **content: object) -> None:
        await self._send(serverContent=content)

    async def _send(self, **message: object) -> None:
        text = json.dumps(message)
        types.LiveServerMessage.model_validate_json(text)
        await self.socket.send(text.encode())  # as the service does: JSON in binary messages

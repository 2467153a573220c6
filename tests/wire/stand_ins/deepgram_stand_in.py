"""Deepgram's Voice Agent, written from its SDK's own types: it takes and sends only what they do."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np
from deepgram.agent.v1 import types as sdk
from pydantic import BaseModel, ValidationError
from websockets.asyncio.server import ServerConnection

from RobotVoice.audio.frames import Pcm
from stand_ins.server import WORDS, Plan, Session
from stand_ins.strict import strays

TAKEN: dict[str, type[BaseModel]] = {
    "Settings": sdk.AgentV1Settings,
    "FunctionCallResponse": sdk.AgentV1SendFunctionCallResponse,
}


class DeepgramStandIn(Session):
    """Tells whenever the caller begins to speak, as the service does, and assumes that it is played at 1x."""

    rate = 24000
    audio_kind = "audio"

    def __init__(self, socket: ServerConnection, plan: Plan) -> None:
        super().__init__(socket, plan)
        self.settings: dict[str, Any] = {}
        self.responses: list[dict[str, Any]] = []
        self._answered = asyncio.Event()

    async def begin(self) -> None:
        await self._send(sdk.AgentV1Welcome(request_id="request-1"))

    # -- what the client sends

    async def take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            await self._hear(message)
            return
        told = json.loads(message)
        kind = told["type"]
        self.came(kind)
        try:
            self.wrong += [f"{kind} has no field {stray}" for stray in strays(TAKEN[kind].model_validate(told))]
        except (KeyError, ValidationError) as error:
            self.wrong.append(f"{message[:100]}: {error}")
            return
        if kind == "Settings":
            await self._set_up(told)
        else:
            self.responses.append(told)
            self._answered.set()

    async def _set_up(self, settings: dict[str, Any]) -> None:
        if self.settings:
            self.wrong.append("second Settings")
        self.settings = settings
        expected = {"encoding": "linear16", "sample_rate": self.rate}
        if settings["audio"] != {"input": expected, "output": {**expected, "container": "none"}}:
            self.wrong.append(f"audio as {settings['audio']}")
        await self._send(sdk.AgentV1SettingsApplied())
        if self.plan.greeting:
            self.reply(self.plan.greeting)

    async def _hear(self, data: bytes) -> None:
        self.came(self.audio_kind)
        if not self.settings:
            self.wrong.append("audio before SettingsApplied")
        samples = np.frombuffer(data, dtype="<i2")
        if len(samples) != self.rate // 50:
            self.wrong.append(f"a frame of {len(samples)} samples")
        await self.hear(samples)

    # -- the turns

    async def caller_started(self) -> None:
        if not self.plan.yields:
            return
        if self.is_speaking:
            await self.hush()
            self.stopped()
        await self._send(sdk.AgentV1UserStartedSpeaking())

    async def caller_stopped(self) -> None:
        await self._send(sdk.AgentV1ConversationText(role="user", content="Tell me about my billing"))
        await super().caller_stopped()

    async def speak(self, seconds: float) -> None:
        if self.plan.tool and not self.responses:
            await self._use(self.plan.tool)
        first, _, rest = WORDS.partition(" all ")
        await self._send(sdk.AgentV1ConversationText(role="assistant", content=first))
        await self._send(sdk.AgentV1ConversationText(role="assistant", content=f"all {rest}"))
        await self.stream(seconds, self._play)
        await self._send(sdk.AgentV1AgentAudioDone())
        await asyncio.sleep(max(0.0, self.streamed[-1].began + seconds - asyncio.get_running_loop().time()))

    async def _use(self, tool: str) -> None:
        call = {"id": "call-1", "name": tool, "arguments": '{"month": "May"}', "client_side": True}
        await self._send(sdk.AgentV1FunctionCallRequest.model_validate({"functions": [call]}))
        await self._answered.wait()

    async def _play(self, samples: Pcm) -> None:
        await self.socket.send(samples.astype("<i2").tobytes())

    async def _send(self, message: BaseModel) -> None:
        type(message).model_validate(message.model_dump())
        await self.socket.send(message.model_dump_json(exclude_none=True))

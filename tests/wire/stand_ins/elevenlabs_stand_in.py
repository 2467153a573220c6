"""An ElevenLabs agent, as far as the service's schema and its SDK's own client tell how one behaves."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from functools import partial
from typing import Any

import numpy as np
from elevenlabs.conversational_ai.conversation import ClientToOrchestratorEvent as Sent
from elevenlabs.types import ConversationInitiationClientDataRequestInput as Initiation
from pydantic import ValidationError
from websockets.asyncio.server import ServerConnection

from RobotVoice.audio.frames import Pcm
from stand_ins.server import WORDS, Plan, Session
from stand_ins.sound import vowel
from stand_ins.strict import strays

BELIEVED = "Here is all..."
INITIATION = Sent.CONVERSATION_INITIATION_CLIENT_DATA.value
FIELDS: dict[str, dict[str, type]] = {
    Sent.PONG.value: {"type": str, "event_id": int},
    Sent.CLIENT_TOOL_RESULT.value: {"type": str, "tool_call_id": str, "result": str, "is_error": bool},
    "user_audio_chunk": {"user_audio_chunk": str},
}


def late_audio(seconds: float) -> Pcm:
    """What still comes of a reply that was cut off; it can be told from the rest by its pitch."""
    return vowel(max(seconds, 0.02), ElevenLabsStandIn.rate, 220.0)[: round(seconds * ElevenLabsStandIn.rate)]


class ElevenLabsStandIn(Session):
    """All audio of a reply has one number. It assumes that it is played at 1x."""

    rate = 16000
    audio_kind = "user_audio_chunk"
    number_by_chunk = False
    QUESTION = "Tell me about my billing"

    def __init__(self, socket: ServerConnection, plan: Plan) -> None:
        super().__init__(socket, plan)
        self.path = socket.request.path if socket.request else ""
        self.initiation: dict[str, Any] = {}
        self.results: list[dict[str, Any]] = []
        self.pongs: list[int] = []
        self.spoken: list[list[float]] = []
        self._number = 0
        self._answered = asyncio.Event()

    # -- what the client sends

    async def take(self, message: str | bytes) -> None:
        told = json.loads(message)
        kind = told.get("type", self.audio_kind)
        if kind == INITIATION:
            self.came(kind)
            await self._set_up(told)
            return
        if {name: type(value) for name, value in told.items()} != FIELDS.get(kind):
            self.wrong.append(f"nobody needs that here: {str(message)[:100]}")
        elif kind == Sent.PONG.value:
            self.pongs.append(told["event_id"])
        elif kind == Sent.CLIENT_TOOL_RESULT.value:
            self.came(kind)
            self.results.append(told)
            self._answered.set()
        else:
            self.came(kind)
            await self._hear(base64.b64decode(told["user_audio_chunk"], validate=True))

    async def _set_up(self, told: dict[str, Any]) -> None:
        if self.initiation:
            self.wrong.append("a second initiation")
        self.initiation = told
        try:
            fields = {name: value for name, value in told.items() if name != "type"}
            self.wrong += [f"no field {stray}" for stray in strays(Initiation.model_validate(fields))]
        except ValidationError as error:
            self.wrong.append(str(error))
        formats = {"agent_output_audio_format": "pcm_16000", "user_input_audio_format": "pcm_16000"}
        await self._send("conversation_initiation_metadata", conversation_id="conversation-1", **formats)
        await self._send("ping", event_id=7, ping_ms=None)
        if self.plan.greeting:
            self.reply(self.plan.greeting)

    async def _hear(self, data: bytes) -> None:
        if not self.initiation:
            self.wrong.append("audio before the initiation")
        samples = np.frombuffer(data, dtype="<i2")
        if len(samples) != self.rate // 50:
            self.wrong.append(f"a frame of {len(samples)} samples")
        await self.hear(samples)

    # -- the turns

    async def caller_started(self) -> None:
        if not self.plan.yields or not self.is_speaking:
            return
        await self.hush()
        self.stopped()
        late = late_audio(self.plan.late).reshape(-1, self.rate // 50)
        cut = self._number + len(late) * self.number_by_chunk
        await self._send("interruption", event_id=cut)
        for samples in late:
            await self._play(samples)
        corrected = {"original_agent_response": WORDS, "corrected_agent_response": BELIEVED}
        await self._send("agent_response_correction", **corrected, event_id=cut)

    async def caller_stopped(self) -> None:
        self._number += 1
        await self._send("user_transcript", user_transcript=self.QUESTION, event_id=self._number)
        await super().caller_stopped()

    async def speak(self, seconds: float) -> None:
        if self.plan.tool and not self.results:
            await self._use(self.plan.tool)
        await self._send("agent_response", agent_response=WORDS, event_id=self._number)
        self.spoken.append([])
        await self.stream(seconds, partial(self._play_words, seconds))
        await asyncio.sleep(max(0.0, self.streamed[-1].began + seconds - asyncio.get_running_loop().time()))

    async def _use(self, tool: str) -> None:
        call = {"tool_name": tool, "tool_call_id": "call-1", "parameters": {"month": "May"}, "event_id": self._number}
        await self._send("client_tool_call", **call)
        await self._answered.wait()

    async def _play_words(self, seconds: float, samples: Pcm) -> None:
        """Its characters are spread evenly over its sound, and told with the piece in which their own sound ends.

        `spoken` has the moments at which it does.
        """
        sent, each = self.streamed[-1].seconds, seconds / len(WORDS)
        end = sent + len(samples) / self.rate
        spoken = range(int(sent / each + 1e-6), int(end / each + 1e-6))
        ends = [(index + 1) * each - sent for index in spoken]
        alignment = {
            "chars": [WORDS[index] for index in spoken],
            "char_start_times_ms": [0] * len(ends),
            "char_durations_ms": [round(at * 1000) for at in ends],
        }
        self.spoken[-1] += [time.monotonic() + at for at in ends]
        await self._play(samples, alignment=alignment)

    async def _play(self, samples: Pcm, **more: object) -> None:
        self._number += self.number_by_chunk
        data = base64.b64encode(samples.astype("<i2").tobytes()).decode()
        await self._send("audio", audio_base_64=data, event_id=self._number, **more)

    async def _send(self, kind: str, **content: object) -> None:
        await self.socket.send(json.dumps({"type": kind, PLACES.get(kind, f"{kind}_event"): content}))


PLACES = {"client_tool_call": "client_tool_call", "user_transcript": "user_transcription_event"}
"""Where a message has its content, if not in an object called after it."""


class NumberedByChunk(ElevenLabsStandIn):
    """Each message of audio has a number of its own."""

    number_by_chunk = True

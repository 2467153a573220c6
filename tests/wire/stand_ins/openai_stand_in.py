"""OpenAI Realtime GA, built from the SDK's own models: it takes only what they take and sends only what they make."""

from __future__ import annotations

import asyncio
import base64
import io
import itertools
import time
from typing import Any

import numpy as np
import soundfile
from openai.types import realtime as sdk
from openai.types.realtime import conversation_item_truncate_event as truncation
from openai.types.realtime import realtime_response_status as status
from pydantic import BaseModel, TypeAdapter, ValidationError
from websockets.asyncio.server import ServerConnection

from RobotVoice.audio.frames import Pcm
from stand_ins.server import WORDS, Plan, Session
from stand_ins.sound import vowel

SUBTYPES = {"audio/pcm": "PCM_16", "audio/pcmu": "ULAW", "audio/pcma": "ALAW"}
CLIENT_EVENT: TypeAdapter[Any] = TypeAdapter(sdk.RealtimeClientEvent)
RATES = {"audio/pcm": 24000, "audio/pcmu": 8000, "audio/pcma": 8000}


class OpenAIStandIn(Session):
    """server_vad with create_response and interrupt_response, as the API has them by default."""

    audio_kind = "input_audio_buffer.append"

    def __init__(self, socket: ServerConnection, plan: Plan) -> None:
        super().__init__(socket, plan)
        self.truncated_at: list[int] = []
        self.errors: list[str] = []
        self.done: list[float] = []
        self._numbers = itertools.count(1)
        self._response = ""
        self._item = ""
        self._sent: dict[str, int] = {}
        self._configured = False
        self._encoding = "audio/pcm"
        self._tools: list[str] = []
        self._called: asyncio.Event | None = None
        self.answers: list[str] = []

    # -- what the client sends

    async def begin(self) -> None:
        await self._send(sdk.SessionCreatedEvent, type="session.created", session={"type": "realtime"})
        if "Authorization" in self.socket.request.headers:  # type: ignore[union-attr]
            self.wrong.append("a key came to a server that it was not given for")

    async def take(self, message: str | bytes) -> None:
        try:
            event = CLIENT_EVENT.validate_json(message)
        except ValidationError as error:
            self.wrong.append(f"{str(message)[:100]}: {error}")
            return
        self.wrong += [f"{event.type}: unknown field {name}" for name in _unknown(event)]
        self.came(event.type)
        match event:
            case sdk.SessionUpdateEvent():
                await self._configure(event)
            case sdk.InputAudioBufferAppendEvent():
                await self._append(event)
            case sdk.ConversationItemCreateEvent():
                self._take_item(event.item)
            case sdk.ResponseCreateEvent():
                self._go_on()
            case sdk.ResponseCancelEvent():
                await self._cancel()
            case sdk.ConversationItemTruncateEvent():
                await self._truncate(event)
            case _:
                self.wrong.append(f"{event.type}: nobody needs that here")

    async def _configure(self, event: Any) -> None:
        audio = event.session.audio
        for side in (audio.input, audio.output):
            if side.format.type == "audio/pcm" and side.format.rate != 24000:
                self.wrong.append(f"format {side.format}")
        if audio.input.format.type != audio.output.format.type:
            self.wrong.append("formats differ")
        self._encoding = audio.input.format.type
        self.rate = RATES[self._encoding]
        self._tools = [tool.name for tool in event.session.tools or []]
        if event.session.output_modalities != ["audio"]:
            self.wrong.append(f"modalities {event.session.output_modalities}")
        self._configured = True
        session = event.session.model_dump(exclude_none=True)
        await self._send(sdk.SessionUpdatedEvent, type="session.updated", session=session)
        if self.plan.greeting:
            self.reply(self.plan.greeting)

    async def _append(self, event: Any) -> None:
        if not self._configured:
            self.wrong.append("audio before session.updated")
        data = base64.b64decode(event.audio, validate=True)
        samples = _decoded(data, self._encoding)
        if len(samples) != self.rate // 50:
            self.wrong.append(f"a frame of {len(data)} bytes")
        await self.hear(samples)

    def _take_item(self, item: Any) -> None:
        if item.type != "function_call_output" or item.call_id != "call_1" or self._called is None:
            self.wrong.append(f"an item that nobody asked for: {item}")
        self.answers.append(item.output)

    def _go_on(self) -> None:
        if self._response:
            self.wrong.append("response.create while a response is active")
        if self._called is None or not self.answers:
            self.wrong.append("response.create without a tool's answer")
            return
        self._called.set()

    async def _cancel(self) -> None:
        if self.plan.ignores_cancel:
            return
        if not self._response:
            await self._error("response_cancel_not_active", "Cancellation failed: no active response found")
            return
        await self._give_up("client_cancelled")

    async def _truncate(self, event: truncation.ConversationItemTruncateEvent) -> None:
        self.truncated_at.append(event.audio_end_ms)
        sent = self._sent.get(event.item_id)
        if sent is None or event.content_index != 0:
            self.wrong.append(f"truncation of {event.item_id}[{event.content_index}], which was never sent")
            return
        milliseconds = sent * 1000 // self.rate
        if event.audio_end_ms > milliseconds:
            self.wrong.append(f"truncation at {event.audio_end_ms} ms of {milliseconds} ms")
            await self._error("", f"Audio content of {milliseconds}ms is already shorter than {event.audio_end_ms}ms")
            return
        if not self.plan.ignores_cancel:
            if len(self.stops) < len(self.truncated_at):
                self.stopped()
            await self._send(
                sdk.ConversationItemTruncatedEvent,
                type="conversation.item.truncated",
                item_id=event.item_id,
                content_index=0,
                audio_end_ms=event.audio_end_ms,
            )

    # -- the caller's turn

    async def caller_started(self) -> None:
        heard = self.ear.frames * 20
        if not self.plan.yields:
            return
        began = sdk.InputAudioBufferSpeechStartedEvent
        if self._response:
            await self.hush()
        # the decision and the first signal of it are one moment
        if self.streamed:
            self.stopped()
        await self._send(began, type="input_audio_buffer.speech_started", audio_start_ms=heard, item_id=self._user())
        if self._response:
            await self._give_up("turn_detected")

    async def caller_stopped(self) -> None:
        user = self._user()
        ended = sdk.InputAudioBufferSpeechStoppedEvent
        heard = self.ear.frames * 20
        await self._send(ended, type="input_audio_buffer.speech_stopped", audio_end_ms=heard, item_id=user)
        await self._send(sdk.InputAudioBufferCommittedEvent, type="input_audio_buffer.committed", item_id=user)
        item = {"id": user, "type": "message", "role": "user", "content": [{"type": "input_audio"}]}
        await self._send(sdk.ConversationItemAdded, type="conversation.item.added", item=item)
        await super().caller_stopped()

    def _user(self) -> str:
        return f"item_user_{len(self.ear.onsets)}"

    # -- the reply

    async def speak(self, seconds: float) -> None:
        if self.plan.tool and not self.answers:
            await self._use(self.plan.tool)
        number = self._replies
        self._response, self._item = f"resp_{number}", f"item_{number}"
        place = {"response_id": self._response, "item_id": self._item, "output_index": 0, "content_index": 0}
        self._sent[self._item] = 0
        item = {"id": self._item, "type": "message", "role": "assistant", "status": "in_progress", "content": []}
        await self._send(sdk.ResponseCreatedEvent, type="response.created", response=self._described("in_progress"))
        added = sdk.ResponseOutputItemAddedEvent
        await self._send(
            added, type="response.output_item.added", response_id=self._response, output_index=0, item=item
        )
        part = sdk.ResponseContentPartAddedEvent
        await self._send(part, type="response.content_part.added", part={"type": "audio", "transcript": ""}, **place)
        words = sdk.ResponseAudioTranscriptDeltaEvent
        for word in WORDS.split():
            await self._send(words, type="response.output_audio_transcript.delta", delta=f"{word} ", **place)
        await self.stream(seconds, self._delta)
        await self._send(sdk.ResponseAudioDoneEvent, type="response.output_audio.done", **place)
        said = sdk.ResponseAudioTranscriptDoneEvent
        await self._send(said, type="response.output_audio_transcript.done", transcript=WORDS, **place)
        self._response = ""
        self.done.append(time.monotonic())
        await self._send(sdk.ResponseDoneEvent, type="response.done", response=self._described("completed", number))

    async def _use(self, tool: str) -> None:
        """A response of its own that calls a function; the next one begins when it is asked for."""
        if tool not in self._tools:
            self.wrong.append(f"the session has no tool {tool}")
        self._called, self._response = asyncio.Event(), "resp_tool"
        await self._send(sdk.ResponseCreatedEvent, type="response.created", response=self._described("in_progress"))
        await self._send(
            sdk.ResponseFunctionCallArgumentsDoneEvent,
            type="response.function_call_arguments.done",
            arguments='{"month":"May"}',
            call_id="call_1",
            item_id="item_tool",
            name=tool,
            output_index=0,
            response_id=self._response,
        )
        described = self._described("completed")
        self._response = ""
        await self._send(sdk.ResponseDoneEvent, type="response.done", response=described)
        await self._called.wait()

    async def _delta(self, samples: Pcm) -> None:
        await self._send_audio(samples, self._response, self._item)

    async def _send_audio(self, samples: Pcm, response: str, item: str) -> None:
        data = _encoded(samples, self._encoding)
        self._sent[item] += len(samples)
        await self._send(
            sdk.ResponseAudioDeltaEvent,
            type="response.output_audio.delta",
            delta=base64.b64encode(data).decode(),
            response_id=response,
            item_id=item,
            output_index=0,
            content_index=0,
        )

    async def _give_up(self, reason: str) -> None:
        """The response is cancelled; what was on its way may still come after `response.done`."""
        await self.hush()
        response, item, self._response = self._response, self._item, ""
        if reason == "client_cancelled":
            self.stopped()
        details = status.RealtimeResponseStatus.model_validate({"type": "cancelled", "reason": reason})
        described = {**self._described("cancelled"), "id": response, "status_details": details.model_dump()}
        await self._send(sdk.ResponseDoneEvent, type="response.done", response=described)
        if self.plan.late:
            await self._send_audio(vowel(self.plan.late, self.rate), response, item)

    def _described(self, state: str, number: int = 0) -> dict[str, Any]:
        name = f"resp_{number}" if number else self._response
        return {"id": name, "object": "realtime.response", "status": state, "output_modalities": ["audio"]}

    async def _error(self, code: str, message: str) -> None:
        self.errors.append(code or message)
        error = {"type": "invalid_request_error", "code": code or None, "message": message}
        await self._send(sdk.RealtimeErrorEvent, type="error", error=error)

    async def _send(self, model: type[BaseModel], **fields: Any) -> None:
        event = model.model_validate({"event_id": f"event_{next(self._numbers)}", **fields})
        await self.socket.send(event.model_dump_json(exclude_none=True))


def _decoded(data: bytes, encoding: str) -> Pcm:
    """By libsndfile, which is not what RobotVoice uses."""
    subtype = SUBTYPES[encoding]
    samples, _ = soundfile.read(
        io.BytesIO(data), dtype="int16", format="RAW", subtype=subtype, channels=1, samplerate=RATES[encoding]
    )
    return np.asarray(samples, dtype=np.int16)


def _encoded(samples: Pcm, encoding: str) -> bytes:
    written = io.BytesIO()
    soundfile.write(written, samples, RATES[encoding], format="RAW", subtype=SUBTYPES[encoding])
    return written.getvalue()


def _unknown(model: BaseModel) -> list[str]:
    """Fields that the SDK's models do not have, at any depth: they let everything pass."""
    found = list(model.model_extra or {})
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            found += [f"{name}.{inner}" for inner in _unknown(value)]
    return found

"""Vapi, written from vapi_server_sdk's own types: its REST API and the websocket of a call.

It takes only what those types take and sends only what they take. Like the service, it refuses Python's own HTTP
client by name, and a call's line carries silence where the assistant does not speak.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import threading
import time
from collections.abc import Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import numpy as np
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from vapi.calls.client import CallsClient
from vapi.calls.types import CreateCallDtoTransport
from vapi.types import (
    AssistantOverrides,
    ClientInboundMessage,
    ClientMessageAssistantSpeech,
    ClientMessageHang,
    ClientMessageSpeechUpdate,
    ClientMessageToolCalls,
    ClientMessageTranscript,
    ClientMessageUserInterrupted,
    ServerMessageStatusUpdate,
)
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from RobotVoice.audio import g711
from RobotVoice.audio.frames import Pcm
from stand_ins.server import WORDS, Plan, Session, StandIn

KEY = "5f2c9a7e-1d3b-4a60-8c4e-very-secret"
ASSISTANT = "5b0a4a08-133c-4146-9315-0984f8c6be80"
CALL = "7420f27a-30fd-4f49-a995-5549ae7cc00d"
SENT: dict[str, type[BaseModel]] = {
    "assistant.speechStarted": ClientMessageAssistantSpeech,
    "hang": ClientMessageHang,
    "speech-update": ClientMessageSpeechUpdate,
    "status-update": ServerMessageStatusUpdate,  # the SDK has it for webhooks only; the socket's is the same
    "tool-calls": ClientMessageToolCalls,
    "transcript": ClientMessageTranscript,
    "user-interrupted": ClientMessageUserInterrupted,
}
FRAME = 0.02
PLAN = Plan()


def checked(message: Mapping[str, Any]) -> str:
    """`message` as text, if the SDK knows its type and every one of its fields."""
    parsed = SENT[message["type"]].model_validate(message)
    assert not parsed.model_extra, f"the SDK does not know {parsed.model_extra} of {message['type']}"
    return json.dumps(message)


class VapiStandIn(Session):
    """The line of one call. Its audio is what the path says, such as /agent/mulaw-8000/..., else 16 kHz PCM."""

    def __init__(self, socket: ServerConnection, plan: Plan) -> None:
        super().__init__(socket, plan)
        _, _, kind, *_ = socket.request.path.split("/") if socket.request else ("", "", "")
        self.encoding, _, rate = (kind or "pcm_s16le-16000").partition("-")
        self.rate = int(rate)
        self.reason = "assistant-ended-call"
        self.spoken: list[list[float]] = []

    async def run(self) -> None:
        silence = asyncio.create_task(self._carry_silence())
        try:
            await super().run()
        finally:
            silence.cancel()

    async def begin(self) -> None:
        await self._tell("status-update", status="in-progress")
        if self.plan.greeting:
            self.reply(self.plan.greeting)

    async def take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.came("audio")
            samples = self._decoded(message)
            if len(samples) != round(FRAME * self.rate):
                self.wrong.append(f"a frame of {len(samples)} samples")
            await self.hear(samples)
            return
        try:
            parsed = ClientInboundMessage.model_validate({"message": json.loads(message)})
        except ValidationError as error:
            self.wrong.append(f"{message[:100]}: {error}")
            return
        self.came(parsed.message.type)
        if parsed.message.type == "end-call":
            await self.socket.close()

    # -- the turns

    async def caller_started(self) -> None:
        await self._tell("speech-update", role="user", status="started", turn=0)
        if not self.plan.yields or not self.is_speaking:
            return
        await self.hush()
        self.stopped()
        await self._tell("user-interrupted", turnId="turn-1")
        await self._tell("speech-update", role="assistant", status="stopped", turn=1)
        await self._transcribe("assistant", "Here is all")

    async def caller_stopped(self) -> None:
        await self._tell("speech-update", role="user", status="stopped", turn=0)
        await self._transcribe("user", "Wait")
        await super().caller_stopped()

    async def speak(self, seconds: float) -> None:
        if self.plan.tool:
            await self._use(self.plan.tool)
        await self._tell("speech-update", role="assistant", status="started", turn=1)
        await self._transcribe("assistant", "here is", "partial")
        self.spoken.append([])
        await self.stream(self.plan.hangs_up_after or seconds, partial(self._play_words, seconds))
        if self.plan.hangs_up_after:
            self.streamed[-1].cut_off = time.monotonic()
            await self._tell("status-update", status="ended", endedReason=self.reason)
            await self.socket.close()
            return
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, self.streamed[-1].began + seconds - now))
        await self._transcribe("assistant", WORDS)
        await self._tell("speech-update", role="assistant", status="stopped", turn=1)

    async def _use(self, tool: str) -> None:
        called = {"id": "call-1", "type": "function", "function": {"name": tool, "arguments": '{"month": "May"}'}}
        with_tool = {"type": "function", "toolCall": called, "function": {"name": tool}}
        await self._tell("tool-calls", toolCallList=[called], toolWithToolCallList=[with_tool])
        await self._tell("hang")

    async def _transcribe(self, role: str, words: str, kind: str = "final") -> None:
        await self._tell("transcript", role=role, transcriptType=kind, transcript=words)

    async def _tell(self, kind: str, **fields: object) -> None:
        await self.socket.send(checked({"type": kind, **fields}))

    # -- the audio

    async def _carry_silence(self) -> None:
        """Where the assistant does not speak; what comes in a burst would only be delayed by it."""
        silence = np.zeros(round(FRAME * self.rate), np.int16)
        loop = asyncio.get_running_loop()
        due = loop.time()
        with contextlib.suppress(ConnectionClosed):
            while not self.plan.burst:
                due += FRAME
                await asyncio.sleep(max(0.0, due - loop.time()))
                if not self.is_speaking:
                    await self._play(silence)

    async def _play_words(self, seconds: float, samples: Pcm) -> None:
        """Its words are spread evenly over its sound, and told as a voice tells them that knows their number."""
        await self._play(samples)
        words = len(WORDS.split())
        elapsed = time.monotonic() - self.streamed[-1].began
        spoken, told = min(words, int(words * elapsed / seconds)), self.spoken[-1]
        if spoken > len(told):
            told += [time.monotonic()] * (spoken - len(told))
            timing = {"type": "word-progress", "wordsSpoken": spoken, "totalWords": words}
            await self._tell("assistant.speechStarted", text=WORDS, turn=1, source="model", timing=timing)

    async def _play(self, samples: Pcm) -> None:
        data = samples.astype("<i2").tobytes() if self.encoding == "pcm_s16le" else g711.encode_ulaw(samples)
        await self.socket.send(data)

    def _decoded(self, data: bytes) -> Pcm:
        return np.frombuffer(data, "<i2") if self.encoding == "pcm_s16le" else g711.decode_ulaw(data)


class Vapi:
    """The service for as long as its `with` lasts: REST at `api_url`, and the line of every call that it creates.

    created: the bodies of the requests. refusal: the status and the body that every request gets. answer: instead
    of a call. wrong: what the SDK would not have sent.
    """

    def __init__(self, plan: Plan = PLAN) -> None:
        self.lines = StandIn(VapiStandIn, plan)
        self.created: list[dict[str, Any]] = []
        self.wrong: list[str] = []
        self.refusal: tuple[int, bytes] | None = None
        self.location = ""
        self.answer: bytes | None = None
        self._rest = ThreadingHTTPServer(("127.0.0.1", 0), type("Rest", (_Rest,), {"vapi": self}))
        self.api_url = f"http://127.0.0.1:{self._rest.server_port}"

    @property
    def session(self) -> VapiStandIn:
        return self.lines.session

    def __enter__(self) -> Vapi:
        self.lines.__enter__()
        threading.Thread(target=self._rest.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rest.shutdown()
        self._rest.server_close()
        self.lines.__exit__(kind, error, trace)

    def reply_to(self, headers: Mapping[str, str], body: dict[str, Any]) -> tuple[int, bytes]:
        """What POST /call answers."""
        if headers.get("User-Agent", "Python-urllib").startswith("Python-urllib"):
            return 403, b"error code: 1010"
        if self.refusal:
            return self.refusal
        if headers.get("Authorization") != f"Bearer {KEY}":
            said = "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa."
            return 401, json.dumps({"message": said, "error": "Unauthorized", "statusCode": 401}).encode()
        return 201, self.answer or json.dumps(self.create(body)).encode()

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """The call that `body` asks for."""
        self.created.append(body)
        self.wrong += _not_of_the_sdk(body)
        audio = body["transport"].get("audioFormat", {"format": "pcm_s16le", "container": "raw", "sampleRate": 16000})
        url = f"{self.lines.url}{audio['format']}-{audio['sampleRate']}/{CALL}/transport"
        transport = {**body["transport"], "audioFormat": audio, "websocketCallUrl": url}
        whom = {key: value for key, value in body.items() if key.endswith("Id")}
        times = {"createdAt": "2026-09-10T11:14:12.339Z", "updatedAt": "2026-09-10T11:14:12.339Z"}
        return {"id": CALL, "orgId": "org-1", "status": "queued", **times, **whom, "transport": transport}


def _not_of_the_sdk(body: dict[str, Any]) -> list[str]:
    """What is wrong with the body of a request, by the arguments and the types of the SDK's `calls.create`."""
    known = {to_camel(name) for name in inspect.signature(CallsClient.create).parameters}
    wrong = [f"unknown field {field}" for field in body.keys() - known]
    try:
        transport: BaseModel = TypeAdapter(CreateCallDtoTransport).validate_python(body["transport"])
        overrides = [body[name] for name in ("assistantOverrides", "squadOverrides") if name in body]
        parsed = [transport, *map(AssistantOverrides.model_validate, overrides)]
    except ValidationError as error:
        return [*wrong, str(error)]
    return wrong + [f"unknown setting {extra}" for model in parsed for extra in model.model_extra or ()]


class _Rest(BaseHTTPRequestHandler):
    vapi: Vapi

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = (404, b"") if self.path != "/call" else self.vapi.reply_to(dict(self.headers), body)
        self.send_response(status)
        if self.vapi.location:
            self.send_header("Location", self.vapi.location)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test's output is its own."""

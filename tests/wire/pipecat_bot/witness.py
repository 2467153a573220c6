"""The bot's own truth, one JSON object a line: what came and went on its socket, and what its pipeline decided."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from pipecat.frames import frames as pipeline
from pipecat.frames.protobufs import frames_pb2
from pipecat.observers.base_observer import BaseObserver, FramePushed
from stand_ins.sound import Ear

from RobotVoice.audio import frames, g711

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

DECISIONS: dict[type[pipeline.Frame], str] = {
    pipeline.VADUserStartedSpeakingFrame: "vad started",
    pipeline.InterruptionFrame: "interruption",
    pipeline.InputDTMFFrame: "key",
}


class Witness:
    """Writes down one call; t is time.monotonic(), which all processes of one machine share."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")

    def note(self, event: str, **fields: Any) -> None:
        self._file.write(json.dumps({"t": time.monotonic(), "event": event, **fields}) + "\n")
        self._file.flush()  # a test reads along while the bot runs


class PipelineWitness(BaseObserver):
    """Notes what the pipeline decides, each decision once, and who decided."""

    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._witness = witness

    async def on_push_frame(self, data: FramePushed) -> None:
        is_copy = data.frame.broadcast_sibling_id is not None and data.direction.name == "UPSTREAM"
        decision = DECISIONS.get(type(data.frame))
        if decision and data.first_push and not is_copy:
            self._witness.note(decision, by=type(data.source).__name__)


class SocketWitness:
    """Stands between the web server and the bot's app, and notes each message that passes."""

    def __init__(self, app: Callable[..., Awaitable[None]], folder: Path) -> None:
        self._app, self._folder = app, folder

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        witness, ear = Witness(self._folder / f"{scope['path'].strip('/')}.jsonl"), Ear()

        async def receive_and_note() -> Event:
            event = await receive()
            if event["type"] == "websocket.receive":
                _note_received(witness, ear, event)
            return event

        async def note_and_send(event: Event) -> None:
            if event["type"] == "websocket.send":
                witness.note("sent", kind=_read(event)[0])
            await send(event)

        await self._app({**scope, "witness": witness}, receive_and_note, note_and_send)


def _note_received(witness: Witness, ear: Ear, event: Event) -> None:
    kind, audio = _read(event)
    witness.note("received", kind=kind)
    if len(audio) and ear.hear(audio) == "started":
        witness.note("caller spoke", onset=ear.onsets[-1])


def _read(event: Event) -> tuple[str, frames.Pcm]:
    """What kind of message it is, and the audio in it. Read by Pipecat's own types, not by what is tested."""
    if event.get("bytes") is not None:
        frame = frames_pb2.Frame.FromString(event["bytes"])  # type: ignore[attr-defined]
        kind = frame.WhichOneof("frame")
        if kind == "message":
            return json.loads(frame.message.data)["type"], frames.empty()
        return kind, frames.from_bytes(frame.audio.audio)
    message = json.loads(event["text"])
    payload = message.get("media", {}).get("payload", "")
    return message["event"], g711.decode_ulaw(base64.b64decode(payload))

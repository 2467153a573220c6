"""The OpenAI Realtime API (GA) over a websocket, the server's side.

Every event is one that the real API sends, with all its required fields; a wrong event of the client is
answered by an `error` event, and the session goes on, as there.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count
from typing import Any

from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm
from RobotVoice.demo.mouth import Speech
from RobotVoice.demo.protocols.base import (
    CallerAudio,
    CallerCleared,
    CallerCommitted,
    CallerText,
    CancelReceived,
    FromClient,
    Message,
    ProtocolError,
    ReplyWanted,
    ToSend,
    Truncated,
    TurnTaking,
    Unknown,
    Why,
    Wire,
)

Fields = dict[str, Any]

_FORMATS = {
    "audio/pcm": AudioFormat(Encoding.PCM16, 24000),
    "audio/pcmu": AudioFormat(Encoding.PCMU, 8000),
    "audio/pcma": AudioFormat(Encoding.PCMA, 8000),
}
_TURN_DETECTIONS = ("server_vad", "semantic_vad")


class _Invalid(Exception):
    """What the client sent is refused: the fields of the `error` event."""

    def __init__(self, message: str, code: str, param: str | None = None) -> None:
        super().__init__(message)
        self.error = {"type": "invalid_request_error", "code": code, "message": message, "param": param}


class OpenAIRealtimeWire(Wire):
    """One session. Ids are counted, so that a log of it is easy to read."""

    open = False

    def __init__(self, model: str) -> None:
        self._ids = count(1)
        self._session: Fields = _default_session(model)
        self._apply()
        self._caller_item = ""
        self._last_item: str | None = None
        self._response = ""
        self._item = ""
        self._active = False
        self._said_words = 0
        self._spoken: dict[str, float] = {}
        """Seconds of audio that were sent of each of the agent's items."""

    # What the client says

    def opening(self) -> Iterable[Message]:
        return [self._event("session.created", session=self._session)]

    def read(self, message: Message) -> Iterable[FromClient]:
        said: Any = None
        try:
            said = _parsed(message)
            return self._handler(_field(said, "type", str))(said)
        except _Invalid as refused:
            client_event = said.get("event_id") if isinstance(said, dict) else None
            answer = self._event("error", error={**refused.error, "event_id": client_event})
            return [ProtocolError(str(refused), (answer,))]

    def _handler(self, kind: str) -> Callable[[Fields], Iterable[FromClient]]:
        handlers: dict[str, Callable[[Fields], Iterable[FromClient]]] = {
            "session.update": self._session_update,
            "input_audio_buffer.append": self._append,
            "input_audio_buffer.commit": lambda said: [CallerCommitted()],
            "input_audio_buffer.clear": lambda said: [CallerCleared()],
            "conversation.item.create": self._item_create,
            "conversation.item.truncate": self._truncate,
            "response.create": self._response_create,
            "response.cancel": lambda said: [CancelReceived("response.cancel")],
        }
        not_offered = ("conversation.item.retrieve", "conversation.item.delete", "output_audio_buffer.clear")
        if kind in not_offered:
            return lambda said: [Unknown(kind)]
        if kind not in handlers:
            known = ", ".join(f"'{name}'" for name in (*handlers, *not_offered))
            raise _Invalid(f"Invalid value: '{kind}'. Supported values are: {known}.", "invalid_value", "type")
        return handlers[kind]

    def _session_update(self, said: Fields) -> Iterable[FromClient]:
        asked = _field(said, "session", dict)
        if asked.get("type", "realtime") != "realtime":
            raise _Invalid(f"Invalid value: '{asked['type']}'.", "invalid_value", "session.type")
        before = self._session
        try:
            self._session = _merged(before, asked)
            self._apply()
        except _Invalid:
            self._session = before
            raise
        self.open = True
        return [ToSend((self._event("session.updated", session=self._session),))]

    def _apply(self) -> None:
        """Read what the agent heeds out of the session. Nothing is changed if it is refused."""
        heard, spoken = self._session["audio"]["input"], self._session["audio"]["output"]
        formats = _format(heard, "input"), _format(spoken, "output")
        turns = _turn_taking(heard.get("turn_detection"))
        self.input, self.output = formats
        self.turns = turns

    def _append(self, said: Fields) -> Iterable[FromClient]:
        audio = _field(said, "audio", str)
        try:
            data = base64.b64decode(audio, validate=True)
        except binascii.Error:
            raise _Invalid("Invalid 'audio': it is not base64.", "invalid_value", "audio") from None
        if len(data) % self.input.sample_bytes:
            raise _Invalid("Invalid 'audio': it ends in half a sample.", "invalid_value", "audio")
        self.open = True
        return [CallerAudio(self.input.decode(data))]

    def _item_create(self, said: Fields) -> Iterable[FromClient]:
        item = _field(said, "item", dict)
        if item.get("type") != "message" or item.get("role") not in ("user", "system", "assistant"):
            raise _Invalid("The demo agent takes messages only.", "invalid_value", "item.type")
        content = _field(item, "content", list, "item.content")
        item = {
            **item,
            "id": item.get("id") or self._id("item"),
            "object": "realtime.item",
            "status": "completed",
        }
        made = ToSend(tuple(self._item_added_and_done(item)))
        text = " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
        return [made, CallerText(text)] if item["role"] == "user" else [made]

    def _truncate(self, said: Fields) -> Iterable[FromClient]:
        item = _field(said, "item_id", str)
        index = _field(said, "content_index", int)
        end = _field(said, "audio_end_ms", int)
        if item not in self._spoken:
            raise _Invalid(f"Item '{item}' has no audio to truncate.", "item_truncate_invalid_item_id", "item_id")
        length = round(self._spoken[item] * 1000)
        if not 0 <= end <= length:
            raise _Invalid(
                f"Audio content of {length}ms is already shorter than {end}ms",
                "invalid_value",
                "audio_end_ms",
            )
        answer = self._event("conversation.item.truncated", item_id=item, content_index=index, audio_end_ms=end)
        return [Truncated(end / 1000, (answer,))]

    def _response_create(self, said: Fields) -> Iterable[FromClient]:
        if self._active:
            raise _Invalid("Conversation already has an active response", "conversation_already_has_active_response")
        return [ReplyWanted()]

    # What the agent says of its caller

    def caller_started(self, position: float) -> Iterable[Message]:
        self._caller_item = self._id("item")
        yield self._event(
            "input_audio_buffer.speech_started",
            audio_start_ms=round(position * 1000),
            item_id=self._caller_item,
        )

    def caller_stopped(self, position: float) -> Iterable[Message]:
        yield self._event(
            "input_audio_buffer.speech_stopped",
            audio_end_ms=round(position * 1000),
            item_id=self._caller_item,
        )
        yield from self._committed()

    def caller_committed(self) -> Iterable[Message]:
        self._caller_item = self._id("item")
        yield from self._committed()

    def nothing_committed(self) -> Iterable[Message]:
        yield self._error("Error committing input audio buffer: buffer too small.", "input_audio_buffer_commit_empty")

    def caller_cleared(self) -> Iterable[Message]:
        yield self._event("input_audio_buffer.cleared")

    def caller_heard(self, text: str, seconds: float) -> Iterable[Message]:
        if self._session["audio"]["input"].get("transcription") is None:
            return
        yield self._event(
            "conversation.item.input_audio_transcription.completed",
            item_id=self._caller_item,
            content_index=0,
            transcript=text,
            usage={"type": "duration", "seconds": round(seconds, 3)},
        )

    def _committed(self) -> Iterable[Message]:
        yield self._event("input_audio_buffer.committed", previous_item_id=self._last_item, item_id=self._caller_item)
        content = [{"type": "input_audio", "transcript": None}]
        yield from self._item_added_and_done(_message(self._caller_item, "user", "completed", content))

    def _item_added_and_done(self, item: Fields) -> Iterable[Message]:
        yield self._event("conversation.item.added", previous_item_id=self._last_item, item=item)
        yield self._event("conversation.item.done", previous_item_id=self._last_item, item=item)
        self._last_item = item["id"]

    # What the agent says

    def reply_started(self, speech: Speech) -> Iterable[Message]:
        self._response, self._item = self._id("resp"), self._id("item")
        self._active, self._said_words = True, 0
        self._spoken[self._item] = 0.0
        item = _message(self._item, "assistant", "in_progress", [])
        yield self._event("response.created", response=self._response_object("in_progress", None, []))
        yield self._event("response.output_item.added", response_id=self._response, output_index=0, item=item)
        yield self._event("conversation.item.added", previous_item_id=self._last_item, item=item)
        yield self._part_event("response.content_part.added", part={"type": "audio", "transcript": ""})

    def audio(self, speech: Speech, samples: Pcm) -> Iterable[Message]:
        self._spoken[self._item] = speech.sent
        words = speech.words(speech.sent).split()
        new = words[self._said_words :]
        if new:
            space = " " if self._said_words else ""
            self._said_words = len(words)
            yield self._part_event("response.output_audio_transcript.delta", delta=space + " ".join(new))
        delta = base64.b64encode(self.output.encode(samples)).decode()
        yield self._part_event("response.output_audio.delta", delta=delta)

    def reply_sent(self, speech: Speech) -> Iterable[Message]:
        return self._end(speech.text, "completed", None)

    def reply_stopped(self, speech: Speech, why: Why) -> Iterable[Message]:
        if not self._active:  # a burst: the response was done before the caller had heard it
            return self.nothing_to_cancel() if why is Why.CANCEL else []
        reason = "turn_detected" if why is Why.VAD else "client_cancelled"
        return self._end(speech.words(speech.sent), "cancelled", reason)

    def nothing_to_cancel(self) -> Iterable[Message]:
        yield self._error("Cancellation failed: no active response found", "response_cancel_not_active")

    def _end(self, said: str, status: str, reason: str | None) -> Iterable[Message]:
        self._active = False
        part = {"type": "audio", "transcript": said}
        content = [{"type": "output_audio", "transcript": said}]
        item_status = "completed" if status == "completed" else "incomplete"
        item = _message(self._item, "assistant", item_status, content)
        yield self._part_event("response.output_audio.done")
        yield self._part_event("response.output_audio_transcript.done", transcript=said)
        yield self._part_event("response.content_part.done", part=part)
        yield self._event("conversation.item.done", previous_item_id=self._last_item, item=item)
        yield self._event("response.output_item.done", response_id=self._response, output_index=0, item=item)
        yield self._event("response.done", response=self._response_object(status, reason, [item]))
        self._last_item = self._item

    # Their form

    def _response_object(self, status: str, reason: str | None, output: list[Fields]) -> Fields:
        details = {"type": status, "reason": reason} if reason else None
        spoken = self._session["audio"]["output"]
        return {
            "object": "realtime.response",
            "id": self._response,
            "status": status,
            "status_details": details,
            "output": output,
            "conversation_id": "conv_1",
            "output_modalities": ["audio"],
            "max_output_tokens": "inf",
            "audio": {"output": {"format": spoken["format"], "voice": spoken.get("voice")}},
            "usage": None,
            "metadata": None,
        }

    def _part_event(self, kind: str, **fields: Any) -> str:
        where = {"response_id": self._response, "item_id": self._item, "output_index": 0, "content_index": 0}
        return self._event(kind, **where, **fields)

    def _error(self, message: str, code: str) -> str:
        refused = _Invalid(message, code)
        return self._event("error", error={**refused.error, "event_id": None})

    def _event(self, kind: str, **fields: Any) -> str:
        return json.dumps({"type": kind, "event_id": self._id("event"), **fields})

    def _id(self, kind: str) -> str:
        return f"{kind}_{next(self._ids)}"


def _default_session(model: str) -> Fields:
    return {
        "type": "realtime",
        "object": "realtime.session",
        "id": "sess_1",
        "model": model,
        "output_modalities": ["audio"],
        "instructions": "You are the support line of Hilltop Telephone.",
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24000},
                "transcription": {"model": "whisper-1"},
                "noise_reduction": None,
                "turn_detection": {
                    "type": "server_vad",
                    "threshold": 0.5,
                    "prefix_padding_ms": 0,
                    "silence_duration_ms": 600,
                    "create_response": True,
                    "interrupt_response": True,
                },
            },
            "output": {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "marin", "speed": 1.0},
        },
    }


def _message(item: str, role: str, status: str, content: list[Fields]) -> Fields:
    return {
        "id": item,
        "object": "realtime.item",
        "type": "message",
        "status": status,
        "role": role,
        "content": content,
    }


def _parsed(message: Message) -> Fields:
    if isinstance(message, bytes):
        raise _Invalid("Events are text messages.", "invalid_json")
    try:
        said = json.loads(message)
    except ValueError as error:
        raise _Invalid(f"Could not parse the event as JSON: {error}", "invalid_json") from None
    if not isinstance(said, dict):
        raise _Invalid("An event is a JSON object.", "invalid_json")
    return said


def _field(said: Fields, name: str, kind: type, param: str | None = None) -> Any:
    if name not in said:
        raise _Invalid(f"Missing required parameter: '{param or name}'.", "missing_required_parameter", param or name)
    value = said[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        wanted = {"str": "a string", "int": "an integer", "dict": "an object", "list": "an array"}[kind.__name__]
        raise _Invalid(f"Invalid type for '{param or name}': expected {wanted}.", "invalid_type", param or name)
    return value


def _merged(old: Fields, new: Fields) -> Fields:
    """`old` with what `new` changes; a format or a turn detection is replaced as a whole."""
    result = dict(old)
    for name, value in new.items():
        deep = name in ("audio", "input", "output")
        result[name] = _merged(old[name], value) if deep and isinstance(value, dict) else value
    return result


def _format(audio: Any, side: str) -> AudioFormat:
    name = f"session.audio.{side}.format"
    if not isinstance(audio, dict) or not isinstance(audio.get("format"), dict):
        raise _Invalid(f"Invalid type for '{name}': expected an object.", "invalid_type", name)
    kind, rate = audio["format"].get("type"), audio["format"].get("rate")
    if kind not in _FORMATS:
        raise _Invalid(f"Invalid value: '{kind}'. Supported values are: {', '.join(_FORMATS)}.", "invalid_value", name)
    if kind == "audio/pcm" and rate not in (24000, None):
        raise _Invalid(f"Invalid value: '{rate}'. The rate of audio/pcm is 24000.", "invalid_value", f"{name}.rate")
    return _FORMATS[kind]


def _turn_taking(detection: Any) -> TurnTaking:
    name = "session.audio.input.turn_detection"
    if detection is None:
        return TurnTaking(detects=False, answers=False, interrupts=False)
    if not isinstance(detection, dict) or detection.get("type") not in _TURN_DETECTIONS:
        raise _Invalid(
            f"Invalid '{name}.type'. Supported values are: {', '.join(_TURN_DETECTIONS)}.",
            "invalid_value",
            f"{name}.type",
        )
    turns = TurnTaking(
        answers=detection.get("create_response") is not False,
        interrupts=detection.get("interrupt_response") is not False,
    )
    silence = detection.get("silence_duration_ms")
    if silence is None:
        return turns
    if not isinstance(silence, int) or silence < 0:
        raise _Invalid("silence_duration_ms has to be a whole number.", "invalid_value", f"{name}.silence_duration_ms")
    return replace(turns, end_silence=silence / 1000)

"""The OpenAI Realtime API (GA) over a websocket, the server's side.

Every event is one that the real API sends, with all its required fields; a wrong event of the client is
answered by an `error` event, and the session goes on, as there.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from RobotVoice.demo.mouth import Piece, Speech
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
    ToolAnswered,
    ToSend,
    Truncated,
    Unknown,
    Why,
    Wire,
)
from RobotVoice.demo.protocols.openai_events import (
    Fields,
    Invalid,
    call_item,
    field,
    message_item,
    parsed,
    response,
)
from RobotVoice.demo.protocols.openai_settings import default_session, format_of, merged, turn_taking


class OpenAIRealtimeWire(Wire):
    """One session. Ids are counted, so that a log of it is easy to read."""

    open = False
    transcribes = True

    def __init__(self, model: str) -> None:
        self._ids = count(1)
        self._session: Fields = default_session(model)
        self._apply()
        self._caller_item = ""
        self._last_item: str | None = None
        self._response = ""
        self._item = ""
        self._active = False
        self._said_words = False
        self._spoken: dict[str, float] = {}
        """Seconds of audio that were sent of each of the agent's items."""
        self._tool_calls: set[str] = set()

    # What the client says

    def opening(self) -> Iterable[Message]:
        return [self._event("session.created", session=self._session)]

    def read(self, message: Message) -> Iterable[FromClient]:
        said: Any = None
        try:
            said = parsed(message)
            return self._handler(field(said, "type", str))(said)
        except Invalid as refused:
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
            raise Invalid(f"Invalid value: '{kind}'. Supported values are: {known}.", "invalid_value", "type")
        return handlers[kind]

    def _session_update(self, said: Fields) -> Iterable[FromClient]:
        asked = field(said, "session", dict)
        if asked.get("type", "realtime") != "realtime":
            raise Invalid(f"Invalid value: '{asked['type']}'.", "invalid_value", "session.type")
        before = self._session
        try:
            self._session = merged(before, asked)
            self._apply()
        except Invalid:
            self._session = before
            raise
        self.open = True
        return [ToSend((self._event("session.updated", session=self._session),))]

    def _apply(self) -> None:
        """Read what the agent heeds out of the session. Nothing is changed if it is refused."""
        heard, spoken = self._session["audio"]["input"], self._session["audio"]["output"]
        formats = format_of(heard, "input"), format_of(spoken, "output")
        turns = turn_taking(heard.get("turn_detection"))
        self.input, self.output = formats
        self.turns = turns

    def _append(self, said: Fields) -> Iterable[FromClient]:
        audio = field(said, "audio", str)
        try:
            data = base64.b64decode(audio, validate=True)
        except binascii.Error:
            raise Invalid("Invalid 'audio': it is not base64.", "invalid_value", "audio") from None
        if len(data) % self.input.sample_bytes:
            raise Invalid("Invalid 'audio': it ends in half a sample.", "invalid_value", "audio")
        self.open = True
        return [CallerAudio(self.input.decode(data))]

    def _item_create(self, said: Fields) -> Iterable[FromClient]:
        item = field(said, "item", dict)
        if item.get("type") == "function_call_output":
            return self._tool_output(item)
        if item.get("type") != "message" or item.get("role") not in ("user", "system", "assistant"):
            raise Invalid("The demo agent takes messages and the output of its tools.", "invalid_value", "item.type")
        content = field(item, "content", list, "item.content")
        text = " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
        made = self._made(item)
        return [made, CallerText(text)] if item["role"] == "user" else [made]

    def _tool_output(self, item: Fields) -> Iterable[FromClient]:
        call, output = field(item, "call_id", str, "item.call_id"), field(item, "output", str, "item.output")
        if call not in self._tool_calls:
            raise Invalid(f"Tool call ID '{call}' not found in conversation.", "invalid_tool_call_id", "item.call_id")
        return [self._made(item), ToolAnswered(call, output)]

    def _made(self, item: Fields) -> ToSend:
        item = {**item, "id": item.get("id") or self._id("item"), "object": "realtime.item", "status": "completed"}
        return ToSend(tuple(self._item_added_and_done(item)))

    def _truncate(self, said: Fields) -> Iterable[FromClient]:
        item = field(said, "item_id", str)
        index = field(said, "content_index", int)
        end = field(said, "audio_end_ms", int)
        if item not in self._spoken:
            raise Invalid(f"Item '{item}' has no audio to truncate.", "item_truncate_invalid_item_id", "item_id")
        length = round(self._spoken[item] * 1000)
        if not 0 <= end <= length:
            raise Invalid(
                f"Audio content of {length}ms is already shorter than {end}ms",
                "invalid_value",
                "audio_end_ms",
            )
        answer = self._event("conversation.item.truncated", item_id=item, content_index=index, audio_end_ms=end)
        return [Truncated(end / 1000, (answer,))]

    def _response_create(self, said: Fields) -> Iterable[FromClient]:
        if self._active:
            raise Invalid("Conversation already has an active response", "conversation_already_has_active_response")
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
        yield from self._item_added_and_done(message_item(self._caller_item, "user", "completed", content))

    def _item_added_and_done(self, item: Fields) -> Iterable[Message]:
        yield self._event("conversation.item.added", previous_item_id=self._last_item, item=item)
        yield self._event("conversation.item.done", previous_item_id=self._last_item, item=item)
        self._last_item = item["id"]

    # What the agent says

    def reply_started(self, speech: Speech) -> Iterable[Message]:
        self._response, self._item = self._id("resp"), self._id("item")
        self._active, self._said_words = True, False
        self._spoken[self._item] = 0.0
        item = message_item(self._item, "assistant", "in_progress", [])
        yield self._event("response.created", response=self._response_object("in_progress", None, []))
        yield self._event("response.output_item.added", response_id=self._response, output_index=0, item=item)
        yield self._event("conversation.item.added", previous_item_id=self._last_item, item=item)
        yield self._part_event("response.content_part.added", part={"type": "audio", "transcript": ""})

    def audio(self, piece: Piece) -> Iterable[Message]:
        self._spoken[self._item] = piece.until
        if piece.words:
            space = " " if self._said_words else ""
            self._said_words = True
            yield self._part_event("response.output_audio_transcript.delta", delta=space + piece.words)
        delta = base64.b64encode(self.output.encode(piece.samples)).decode()
        yield self._part_event("response.output_audio.delta", delta=delta)

    def reply_sent(self, speech: Speech) -> Iterable[Message]:
        return self._end(speech.text, "completed", None)

    def reply_stopped(self, speech: Speech, why: Why) -> Iterable[Message]:
        if not self._active:  # a burst: the response was done before the caller had heard it
            return self.nothing_to_cancel() if why is Why.CANCEL else []
        reason = "turn_detected" if why is Why.VAD else "client_cancelled"
        return self._end(speech.sent_words, "cancelled", reason)

    def tool_called(self, tool: str, arguments: str) -> tuple[str, Iterable[Message]]:
        call = self._id("call")
        self._tool_calls.add(call)
        return call, self._tool_call(call, tool, arguments)

    def _tool_call(self, call: str, tool: str, arguments: str) -> Iterable[Message]:
        """A response of its own: the client's answer and its `response.create` bring the next one, which speaks."""
        self._response, self._item = self._id("resp"), self._id("item")
        begun = call_item(self._item, call, tool, "", "in_progress")
        item = call_item(self._item, call, tool, arguments, "completed")
        place: Fields = {"response_id": self._response, "output_index": 0}
        where: Fields = {**place, "item_id": self._item, "call_id": call}
        yield self._event("response.created", response=self._response_object("in_progress", None, []))
        yield self._event("response.output_item.added", **place, item=begun)
        yield self._event("conversation.item.added", previous_item_id=self._last_item, item=begun)
        yield self._event("response.function_call_arguments.delta", **where, delta=arguments)
        yield self._event("response.function_call_arguments.done", **where, name=tool, arguments=arguments)
        yield self._event("conversation.item.done", previous_item_id=self._last_item, item=item)
        yield self._event("response.output_item.done", **place, item=item)
        yield self._event("response.done", response=self._response_object("completed", None, [item]))
        self._last_item = self._item

    def nothing_to_cancel(self) -> Iterable[Message]:
        yield self._error("Cancellation failed: no active response found", "response_cancel_not_active")

    def _end(self, said: str, status: str, reason: str | None) -> Iterable[Message]:
        self._active = False
        part = {"type": "audio", "transcript": said}
        content = [{"type": "output_audio", "transcript": said}]
        item_status = "completed" if status == "completed" else "incomplete"
        item = message_item(self._item, "assistant", item_status, content)
        yield self._part_event("response.output_audio.done")
        yield self._part_event("response.output_audio_transcript.done", transcript=said)
        yield self._part_event("response.content_part.done", part=part)
        yield self._event("conversation.item.done", previous_item_id=self._last_item, item=item)
        yield self._event("response.output_item.done", response_id=self._response, output_index=0, item=item)
        yield self._event("response.done", response=self._response_object(status, reason, [item]))
        self._last_item = self._item

    # Their form

    def _response_object(self, status: str, reason: str | None, output: list[Fields]) -> Fields:
        return response(self._response, status, reason, output, self._session["audio"]["output"])

    def _part_event(self, kind: str, **fields: Any) -> str:
        where = {"response_id": self._response, "item_id": self._item, "output_index": 0, "content_index": 0}
        return self._event(kind, **where, **fields)

    def _error(self, message: str, code: str) -> str:
        refused = Invalid(message, code)
        return self._event("error", error={**refused.error, "event_id": None})

    def _event(self, kind: str, **fields: Any) -> str:
        return json.dumps({"type": kind, "event_id": self._id("event"), **fields})

    def _id(self, kind: str) -> str:
        return f"{kind}_{next(self._ids)}"

"""OpenAI Realtime in its GA form, and every server that speaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from RobotVoice.adapters.base import Adapter, Endpoint, Heard, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import (
    AgentEvent,
    AgentWords,
    CallerWords,
    CancelAcknowledged,
    Flush,
    Interrupter,
    Noted,
    Problem,
    Ready,
    ReplyEnded,
    ReplyStarted,
    ReplyStatus,
    ToSend,
)
from RobotVoice.adapters.openai_services import key_for, service_of
from RobotVoice.adapters.secrets import (
    NO_FIELDS,
    NO_HEADERS,
    NO_KEY,
    NO_TEXTS,
    Fields,
    Headers,
    Key,
    Text,
    Texts,
    hiding,
    secrets_in_address,
)
from RobotVoice.adapters.tools import NO_TOOLS, Tool, Tools
from RobotVoice.adapters.wire import (
    Json,
    child,
    from_base64,
    heard_audio,
    merged,
    query_of,
    quote,
    read_object,
    text,
    to_base64,
    to_json,
    until_malformed,
    websocket_url,
    with_query,
)
from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm

DEFAULT_MODEL = "gpt-realtime-2.1"
"""An address or a query that names one has its way."""
FORMATS = {
    Encoding.PCM16: AudioFormat(Encoding.PCM16, 24000),  # the only rate that the protocol allows for PCM
    Encoding.PCMU: AudioFormat(Encoding.PCMU, 8000),
    Encoding.PCMA: AudioFormat(Encoding.PCMA, 8000),
}
ON_THE_WIRE: Mapping[Encoding, Json] = {
    Encoding.PCM16: {"type": "audio/pcm", "rate": 24000},
    Encoding.PCMU: {"type": "audio/pcmu"},
    Encoding.PCMA: {"type": "audio/pcma"},
}


class TurnDetection(Enum):
    """How the agent notices that the caller speaks: by loudness, or by what is said as well."""

    SERVER_VAD = "server_vad"
    SEMANTIC_VAD = "semantic_vad"


class OpenAIRealtime(Adapter):
    """OpenAI Realtime over a websocket, OpenAI's own, Azure's, or that of a compatible server.

    url: the endpoint; `model` (for Azure the deployment) and `query` join its query.
    voice, instructions: the server's own if empty.
    api_key: by default the environment's OPENAI_API_KEY or AZURE_OPENAI_API_KEY, which are sent to their own service
        only; another server gets the key that was given for it, or none.
    headers: more of them for the handshake; their values are kept secret as keys are. An Authorization or api-key among
        them is instead of a key.
    audio: pcm16 at 24 kHz, or pcmu or pcma at 8 kHz as on a telephone.
    turn_detection: the server's voice activity detection, which is always on.
    transcription: the model that writes down what the caller says; none if empty.
    tools: what the agent's tools answer in this test, by their names.
    session: further fields of the session in the protocol's session.update, such as
        {"audio": {"input": {"turn_detection": {"threshold": 0.8}}}}.
    """

    name = "openai_realtime"
    summary = "OpenAI Realtime GA: OpenAI, Azure, and every server that speaks it"
    sends = FORMATS[Encoding.PCM16]
    receives = FORMATS[Encoding.PCM16]
    waits_until_ready = True
    capabilities = Capabilities(
        streaming_transcripts=True,
        native_vad=True,
        dtmf=False,
        interruption=True,
        input_formats=tuple(FORMATS.values()),
        output_formats=tuple(FORMATS.values()),
        transport="websocket",
        cancel_signal="response.cancel + conversation.item.truncate",
        vad_signal="input_audio_buffer.speech_started",
    )

    def __init__(
        self,
        *,
        url: Text | str = "wss://api.openai.com/v1/realtime",
        model: str = DEFAULT_MODEL,
        voice: str = "",
        instructions: str = "",
        api_key: Key = NO_KEY,
        turn_detection: TurnDetection = TurnDetection.SERVER_VAD,
        transcription: str = "",
        audio: Encoding = Encoding.PCM16,
        tools: Tools = NO_TOOLS,
        headers: Headers = NO_HEADERS,
        query: Texts = NO_TEXTS,
        session: Fields = NO_FIELDS,
    ) -> None:
        self._url = with_query(websocket_url(self.name, url), query.plain())
        if model and (model != DEFAULT_MODEL or not query_of(self._url).get("model")):
            self._url = with_query(self._url, {"model": model})
        self._key = key_for(self.name, self._url, Key.convert(api_key), headers.values_by_name())
        self._headers = headers
        in_options = (headers.secrets, query.secrets, session.secrets)
        self._hide = hiding(self._key.secrets, *in_options, secrets_in_address(url), secrets_in_address(self._url))
        self.sends = self.receives = FORMATS[audio]
        self._tools = tools
        self._further = session
        self._voice = voice
        self._instructions = instructions
        self._turn_detection = turn_detection
        self._transcription = transcription
        self._ready = False
        self._answered_a_tool = False
        self._tool_calls: dict[str, _ToolCall] = {}
        self._truncated: set[str] = set()
        self._flushed: set[str] = set()
        self._spoken: dict[str, dict[str, None]] = {}

    def endpoint(self) -> Endpoint:
        headers = self._headers.values_by_name()
        if self._key:
            name, value = service_of(self._url).carry(self._key)
            headers[name] = value
        return Endpoint(self._url, headers, self._hide)

    def opening(self) -> Iterable[Message]:
        return (to_json({"type": "session.update", "session": self._session()}),)

    def _session(self) -> Json:
        heard: dict[str, object] = {
            "format": ON_THE_WIRE[self.sends.encoding],
            "turn_detection": {"type": self._turn_detection.value},
        }
        if self._transcription:
            heard["transcription"] = {"model": self._transcription}
        spoken: dict[str, object] = {"format": ON_THE_WIRE[self.receives.encoding]}
        if self._voice:
            spoken["voice"] = self._voice
        session: dict[str, object] = {
            "type": "realtime",
            "output_modalities": ["audio"],
            "audio": {"input": heard, "output": spoken},
        }
        if self._instructions:
            session["instructions"] = self._instructions
        if self._tools:
            session["tools"] = [_declared(tool) for tool in self._tools.all()]
        return merged(session, self._further.plain())

    def audio(self, frame: Pcm) -> Iterable[Message]:
        payload = to_base64(self.sends.encode(frame))
        return (to_json({"type": "input_audio_buffer.append", "audio": payload}),)

    def cancel(self, heard: Heard | None) -> Iterable[Message]:
        cancel = to_json({"type": "response.cancel"})
        if heard is None:
            return (cancel,)
        # Both, even if the response is done: its audio came in a burst and is still being played.
        return (cancel, *self._truncate(heard))

    def flushed(self, heard: Heard) -> Iterable[Message]:
        """Its memory of the call would keep words that nobody heard: on a websocket the client alone knows which."""
        messages = self._truncate(heard)
        if messages:
            self._flushed.add(heard.item)
        return messages

    def _truncate(self, heard: Heard) -> tuple[Message, ...]:
        if not heard.item or heard.played <= 0 or heard.item in self._truncated:
            return ()
        self._truncated.add(heard.item)
        truncate = {
            "type": "conversation.item.truncate",
            "item_id": heard.item,
            "content_index": 0,
            "audio_end_ms": int(heard.played * 1000),
        }
        unheard = (to_json({"type": "conversation.item.delete", "item_id": item}) for item in self._after(heard.item))
        return (to_json(truncate), *unheard)

    def _after(self, item: str) -> list[str]:
        """Further items of its response: of them nothing was heard."""
        response = next((items for items in self._spoken.values() if item in items), {})
        items = list(response)
        return items[items.index(item) + 1 :] if item in items else []

    def events(self, message: Message) -> Iterable[AgentEvent]:
        return until_malformed(lambda: self._translate(read_object(message, self._hide)))

    def _translate(self, event: Json) -> Iterable[AgentEvent]:
        kind = text(event, "type")
        translate = self._translations.get(kind)
        return translate(self, event) if translate else (Noted(quote(kind)),)

    def _updated(self, event: Json) -> Iterable[AgentEvent]:
        if self._ready:
            return (Noted("session.updated"),)
        self._ready = True
        return (Ready(),)

    def _failed(self, event: Json) -> Iterable[AgentEvent]:
        sentence = quote(_reason(event.get("error")))
        if _is_harmless(event.get("error")):
            return (Noted(f"error: {sentence}"),)
        # Until the session is set up, an error means that it never will be.
        return (Problem(f"The agent reports an error: {sentence}", fatal=not self._ready),)

    def _ended(self, event: Json) -> Iterable[AgentEvent]:
        response = child(event, "response")
        status = text(response, "status", "completed")
        details = child(response, "status_details", optional=True)
        reason = text(details, "reason", "")
        ended = ReplyEnded(
            text(response, "id", ""),
            _STATUSES.get(status, ReplyStatus.FAILED),
            _INTERRUPTERS.get(reason, Interrupter.UNKNOWN),
        )
        used = self._tools_of_the_response(ended.status)
        if ended.status is not ReplyStatus.FAILED:
            return (*used, ended, *self._go_on(ended.status))
        self._answered_a_tool = False
        why = quote(_reason(details.get("error") or reason))
        return (*used, ended, Problem(f"The agent ended its reply with the status '{quote(status)}': {why}"))

    def _tool(self, event: Json) -> Iterable[AgentEvent]:
        """Also told of a call that was broken off: whether it is whole stands in its item, or in its response's end."""
        call = _ToolCall(text(event, "call_id"), text(event, "name"), text(event, "arguments"))
        self._tool_calls[call.id] = call
        return ()

    def _item_done(self, event: Json) -> Iterable[AgentEvent]:
        item = child(event, "item")
        call = self._tool_calls.pop(text(item, "call_id", ""), None)
        if call is None:
            return (Noted("response.output_item.done"),)
        if text(item, "status", "completed") == "completed":
            return self._use(call)
        return (Noted(f"a call of the tool {quote(call.name)} was broken off"),)

    def _use(self, call: _ToolCall) -> Iterable[AgentEvent]:
        answer, told = self._tools.use(call.name, call.arguments)
        output = {"type": "function_call_output", "call_id": call.id, "output": answer}
        self._answered_a_tool = True
        return (*told, ToSend(to_json({"type": "conversation.item.create", "item": output})))

    def _tools_of_the_response(self, status: ReplyStatus) -> Iterable[AgentEvent]:
        """Those of a server that does not tell of their items: they are whole if the response is."""
        calls, self._tool_calls = self._tool_calls, {}
        if status is not ReplyStatus.COMPLETED:
            return [Noted(f"a call of the tool {quote(call.name)} was broken off") for call in calls.values()]
        return [event for call in calls.values() for event in self._use(call)]

    def _go_on(self, status: ReplyStatus) -> Iterable[AgentEvent]:
        """An agent that got its tool's answer speaks on when it is asked to, and no response is active any more."""
        answered, self._answered_a_tool = self._answered_a_tool, False
        if not answered or status is ReplyStatus.CANCELLED:  # the caller's next turn asks for it
            return ()
        return (ToSend(to_json({"type": "response.create"})),)

    def _audio(self, event: Json) -> Iterable[AgentEvent]:
        data = from_base64(text(event, "delta"), self.receives)
        response, item = text(event, "response_id"), text(event, "item_id")
        self._spoken.setdefault(response, {})[item] = None
        return heard_audio(data, self.receives, response, item)

    def _cut(self, event: Json) -> Iterable[AgentEvent]:
        """Of what the agent had flushed by itself, this confirms no cancel."""
        item = text(event, "item_id")
        if item in self._flushed:
            return (Noted("conversation.item.truncated"),)
        return (CancelAcknowledged("conversation.item.truncated", item),)

    def _words(self, event: Json) -> Iterable[AgentEvent]:
        return (AgentWords(text(event, "delta"), text(event, "response_id"), item=text(event, "item_id", "")),)

    def _all_words(self, event: Json) -> Iterable[AgentEvent]:
        words, item = text(event, "transcript"), text(event, "item_id", "")
        return (AgentWords(words, text(event, "response_id"), final=True, item=item),)

    _translations: Mapping[str, Callable[[OpenAIRealtime, Json], Iterable[AgentEvent]]] = {
        "session.updated": _updated,
        "error": _failed,
        "response.created": lambda _, event: (ReplyStarted(text(child(event, "response"), "id", "")),),
        "response.output_audio.delta": _audio,
        "response.output_audio_transcript.delta": _words,
        "response.output_audio_transcript.done": _all_words,
        # as they were called before the protocol left its beta, and as compatible servers still call them
        "response.audio.delta": _audio,
        "response.audio_transcript.delta": _words,
        "response.audio_transcript.done": _all_words,
        "response.function_call_arguments.done": _tool,
        "response.output_item.done": _item_done,
        "response.done": _ended,
        "input_audio_buffer.speech_started": lambda _, event: (Flush("speech_started"),),
        "conversation.item.truncated": _cut,
        "conversation.item.input_audio_transcription.completed": lambda _, event: (
            CallerWords(text(event, "transcript")),
        ),
    }


_STATUSES = {"completed": ReplyStatus.COMPLETED, "cancelled": ReplyStatus.CANCELLED}
"""What is not here (failed, incomplete, or a word that the protocol does not have) is a failure."""

_INTERRUPTERS = {"turn_detected": Interrupter.AGENT_VAD, "client_cancelled": Interrupter.CANCEL}


@dataclass(frozen=True)
class _ToolCall:
    id: str
    name: str
    arguments: str


def _declared(tool: Tool) -> Json:
    described = {"description": tool.description} if tool.description else {}
    return {"type": "function", "name": tool.name, **described, "parameters": tool.parameters}


def _reason(error: object) -> str:
    """What an error object says, however little of it there is."""
    if isinstance(error, str) and error:
        return error
    if not isinstance(error, Mapping):
        return "no reason was given."
    parts = [error.get("code") or error.get("type"), error.get("message")]
    return ": ".join(part for part in parts if isinstance(part, str) and part) or "no reason was given."


def _is_harmless(error: object) -> bool:
    """A cancel that came too late, or a truncation of an item that is as short already, changes nothing."""
    if not isinstance(error, Mapping):
        return False
    if error.get("code") == "response_cancel_not_active":
        return True
    # The server gives this one no code of its own: "Audio content of 3700ms is already shorter than 3760ms".
    return "already shorter than" in str(error.get("message"))

"""OpenAI Realtime in its GA form, and every server that speaks it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

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
)
from RobotVoice.adapters.options import NO_KEY, Key
from RobotVoice.adapters.wire import (
    Json,
    Malformed,
    child,
    from_base64,
    heard_audio,
    quote,
    read_object,
    text,
    to_base64,
    to_json,
    websocket_url,
)
from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import InvalidArgument

KEY_VARIABLE = "OPENAI_API_KEY"
PCM_24K = AudioFormat(Encoding.PCM16, 24000)  # the only rate that the protocol allows for PCM
PCM_ON_THE_WIRE = {"type": "audio/pcm", "rate": 24000}


class TurnDetection(Enum):
    """How the agent notices that the caller speaks: by loudness, or by what is said as well."""

    SERVER_VAD = "server_vad"
    SEMANTIC_VAD = "semantic_vad"


class OpenAIRealtime(Adapter):
    """OpenAI Realtime over a websocket.

    url: the endpoint; `model` joins its query.
    voice, instructions: the server's own if empty.
    api_key: by default the environment's OPENAI_API_KEY, which is sent to OpenAI only; another server gets
        the key that was given for it, or none.
    turn_detection: the server's voice activity detection, which is always on.
    transcription: the model that writes down what the caller says; none if empty.
    """

    name = "openai_realtime"
    summary = "OpenAI Realtime GA, and every server that speaks it"
    sends = PCM_24K
    receives = PCM_24K
    waits_until_ready = True
    capabilities = Capabilities(
        streaming_transcripts=True,
        native_vad=True,
        dtmf=False,
        interruption=True,
        input_formats=(PCM_24K,),
        output_formats=(PCM_24K,),
        transport="websocket",
        cancel_signal="response.cancel + conversation.item.truncate",
        vad_signal="input_audio_buffer.speech_started",
    )

    def __init__(
        self,
        *,
        url: str = "wss://api.openai.com/v1/realtime",
        model: str = "gpt-realtime",
        voice: str = "",
        instructions: str = "",
        api_key: Key = NO_KEY,
        turn_detection: TurnDetection = TurnDetection.SERVER_VAD,
        transcription: str = "",
    ) -> None:
        self._url = _with_model(websocket_url(self.name, url), model)
        self._key = _key_for(self._url, Key.convert(api_key))
        self._voice = voice
        self._instructions = instructions
        self._turn_detection = turn_detection
        self._transcription = transcription
        self._ready = False

    def endpoint(self) -> Endpoint:
        headers = {"Authorization": f"Bearer {self._key.value}"} if self._key else {}
        return Endpoint(self._url, headers)

    def opening(self) -> Iterable[Message]:
        return (to_json({"type": "session.update", "session": self._session()}),)

    def _session(self) -> Json:
        heard: dict[str, object] = {
            "format": PCM_ON_THE_WIRE,
            "turn_detection": {"type": self._turn_detection.value},
        }
        if self._transcription:
            heard["transcription"] = {"model": self._transcription}
        spoken: dict[str, object] = {"format": PCM_ON_THE_WIRE}
        if self._voice:
            spoken["voice"] = self._voice
        session: dict[str, object] = {
            "type": "realtime",
            "output_modalities": ["audio"],
            "audio": {"input": heard, "output": spoken},
        }
        if self._instructions:
            session["instructions"] = self._instructions
        return session

    def audio(self, frame: Pcm) -> Iterable[Message]:
        payload = to_base64(self.sends.encode(frame))
        return (to_json({"type": "input_audio_buffer.append", "audio": payload}),)

    def cancel(self, heard: Heard | None) -> Iterable[Message]:
        cancel = to_json({"type": "response.cancel"})
        if heard is None or not heard.item or heard.played <= 0:
            return (cancel,)
        # Both, even if the response is done: its audio came in a burst and is still being played.
        truncate = {
            "type": "conversation.item.truncate",
            "item_id": heard.item,
            "content_index": 0,
            "audio_end_ms": int(heard.played * 1000),
        }
        return (cancel, to_json(truncate))

    def events(self, message: Message) -> Iterable[AgentEvent]:
        if isinstance(message, str):
            # Before anything is read, so that no cut can leave a part of the key
            message = self._key.hide(message)
        try:
            event = read_object(message)
            kind = text(event, "type")
            translate = self._translations.get(kind)
            return translate(self, event) if translate else (Noted(quote(kind)),)
        except Malformed as error:
            return (Problem(str(error)),)

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
        if ended.status is not ReplyStatus.FAILED:
            return (ended,)
        why = quote(_reason(details.get("error") or reason))
        return (ended, Problem(f"The agent ended its reply with the status '{quote(status)}': {why}"))

    def _audio(self, event: Json) -> Iterable[AgentEvent]:
        data = from_base64(text(event, "delta"), self.receives)
        return heard_audio(data, self.receives, text(event, "response_id"), text(event, "item_id"))

    _translations: Mapping[str, Callable[[OpenAIRealtime, Json], Iterable[AgentEvent]]] = {
        "session.updated": _updated,
        "error": _failed,
        "response.created": lambda _, event: (ReplyStarted(text(child(event, "response"), "id", "")),),
        "response.output_audio.delta": _audio,
        "response.output_audio_transcript.delta": lambda _, event: (
            AgentWords(text(event, "delta"), text(event, "response_id")),
        ),
        "response.output_audio_transcript.done": lambda _, event: (
            AgentWords(text(event, "transcript"), text(event, "response_id"), final=True),
        ),
        "response.done": _ended,
        "input_audio_buffer.speech_started": lambda _, event: (Flush("speech_started"),),
        "conversation.item.truncated": lambda _, event: (
            CancelAcknowledged("conversation.item.truncated", text(event, "item_id")),
        ),
        "conversation.item.input_audio_transcription.completed": lambda _, event: (
            CallerWords(text(event, "transcript")),
        ),
    }


_STATUSES = {"completed": ReplyStatus.COMPLETED, "cancelled": ReplyStatus.CANCELLED}
"""What is not here (failed, incomplete, or a word that the protocol does not have) is a failure."""

_INTERRUPTERS = {"turn_detected": Interrupter.AGENT_VAD, "client_cancelled": Interrupter.CANCEL}


def _with_model(url: str, model: str) -> str:
    if not model:
        return url
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "model"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("model", model)])))


def _key_for(url: str, given: Key) -> Key:
    host = urlsplit(url).hostname or ""
    if given or not (host == "api.openai.com" or host.endswith(".api.openai.com")):
        return given
    key = Key(os.environ.get(KEY_VARIABLE, "").strip())
    if key:
        return key
    raise InvalidArgument(
        f"The agent 'openai_realtime' needs a key for {host}: set the environment variable "
        f"{KEY_VARIABLE}, or give the option api_key=${{KEY}} with a Secret variable. "
        "A server of your own (url=ws://...) needs none."
    )


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

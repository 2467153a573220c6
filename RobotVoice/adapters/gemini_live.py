"""Gemini Live: Google's bidirectional websocket."""

from __future__ import annotations

import json
from collections.abc import Iterable

from RobotVoice.adapters.base import Adapter, Endpoint, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import (
    AgentEvent,
    AgentWords,
    CallerWords,
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
from RobotVoice.adapters.keys import service_key
from RobotVoice.adapters.secrets import NO_FIELDS, NO_KEY, Fields, Key, Text, hiding, secrets_in_address
from RobotVoice.adapters.tools import NO_TOOLS, Tool, Tools
from RobotVoice.adapters.wire import (
    Json,
    Malformed,
    child,
    children,
    from_base64,
    heard_audio,
    merged,
    quote,
    read_object,
    text,
    to_base64,
    to_json,
    until_malformed,
    websocket_url,
)
from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm

PCM_16K = AudioFormat(Encoding.PCM16, 16000)
PCM_24K = AudioFormat(Encoding.PCM16, 24000)
URL = "wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
LATE_WORDS = 25
"""Frames, half a second: words come in no order, and some of a turn that was cut off may still be under way."""


class GeminiLive(Adapter):
    """Gemini Live over its websocket.

    url: the endpoint. model: which one speaks. voice, language, instructions: the model's own if empty.
    api_key: by default the environment's GOOGLE_API_KEY or GEMINI_API_KEY, which goes to Google only.
    interruptible: no, if the agent is to say all it has begun (activityHandling NO_INTERRUPTION).
    tools: what the agent's tools answer in this test, by their names.
    setup: further fields of the service's setup message, such as {"generationConfig": {"temperature": 0}}.
    """

    name = "gemini_live"
    summary = "Gemini Live"
    sends = PCM_16K
    receives = PCM_24K
    waits_until_ready = True
    capabilities = Capabilities(
        streaming_transcripts=True,
        native_vad=True,
        dtmf=False,
        interruption=False,
        input_formats=(PCM_16K,),
        output_formats=(PCM_24K,),
        transport="websocket",
        vad_signal="serverContent.interrupted",
    )

    def __init__(
        self,
        *,
        url: Text | str = URL,
        model: str = "gemini-3.1-flash-live-preview",
        voice: str = "",
        language: str = "",
        instructions: str = "",
        api_key: Key = NO_KEY,
        interruptible: bool = True,
        tools: Tools = NO_TOOLS,
        setup: Fields = NO_FIELDS,
    ) -> None:
        self._url = websocket_url(self.name, url)
        self._key = service_key(self.name, self._url, api_key, ["googleapis.com"], ["GOOGLE_API_KEY", "GEMINI_API_KEY"])
        self._model, self._voice, self._language, self._instructions = model, voice, language, instructions
        self._interruptible = interruptible
        self._tools = tools
        self._setup = setup
        self._hide = hiding(self._key.secrets, self._setup.secrets, secrets_in_address(url))
        self._turn = _Turn()

    def endpoint(self) -> Endpoint:
        return Endpoint(self._url, {"x-goog-api-key": self._key.value} if self._key else {}, self._hide)

    def opening(self) -> Iterable[Message]:
        handling = "START_OF_ACTIVITY_INTERRUPTS" if self._interruptible else "NO_INTERRUPTION"
        setup: dict[str, object] = {
            "model": self._model if "/" in self._model else f"models/{self._model}",
            "generationConfig": {"responseModalities": ["AUDIO"], **self._speech()},
            "realtimeInputConfig": {"activityHandling": handling},
            "inputAudioTranscription": {},
            "outputAudioTranscription": {},
        }
        if self._instructions:
            setup["systemInstruction"] = {"parts": [{"text": self._instructions}]}
        if self._tools:
            setup["tools"] = [{"functionDeclarations": [_declared(tool) for tool in self._tools.all()]}]
        return (to_json({"setup": merged(setup, self._setup.plain())}),)

    def _speech(self) -> Json:
        speech: dict[str, object] = {}
        if self._voice:
            speech["voiceConfig"] = {"prebuiltVoiceConfig": {"voiceName": self._voice}}
        if self._language:
            speech["languageCode"] = self._language
        return {"speechConfig": speech} if speech else {}

    def audio(self, frame: Pcm) -> Iterable[Message]:
        self._turn.frame_passed()
        blob = {"data": to_base64(self.sends.encode(frame)), "mimeType": f"audio/pcm;rate={self.sends.rate}"}
        return (to_json({"realtimeInput": {"audio": blob}}),)

    def events(self, message: Message) -> Iterable[AgentEvent]:
        return until_malformed(lambda: self._translate(self._read(message)))

    def _read(self, message: Message) -> Json:
        try:
            # the service sends its JSON in binary messages
            told = message.decode() if isinstance(message, bytes) else message
        except UnicodeDecodeError:
            raise Malformed(f"The agent sent a binary message of {len(message)} bytes that is not JSON.") from None
        return read_object(told, self._hide)

    def _translate(self, message: Json) -> Iterable[AgentEvent]:
        """All that one message means: the service puts several fields into one."""
        known = message.keys() & {"setupComplete", "serverContent", "toolCall", "goAway"}
        if "setupComplete" in known:
            yield Ready()
        if "serverContent" in known:
            yield from self._content(child(message, "serverContent"))
        if "toolCall" in known:
            yield from self._called(child(message, "toolCall"))
        if "goAway" in known:
            left = text(child(message, "goAway"), "timeLeft", "an unknown time")
            yield Problem(f"The service will close the line in {quote(left)}.")
        if not known:
            yield Noted(quote(", ".join(message)) or "an empty message")

    def _content(self, content: Json) -> Iterable[AgentEvent]:
        for part in children(child(content, "modelTurn", optional=True), "parts"):
            yield from self._part(part)
        if words := _transcription(content, "outputTranscription"):
            yield AgentWords(words, self._turn.of_words)
        if words := _transcription(content, "inputTranscription"):
            yield CallerWords(words)
        if content.get("interrupted") is True:
            yield Flush("serverContent.interrupted")
            yield from self._turn.end(ReplyStatus.CANCELLED)
        if content.get("generationComplete") is True:
            yield from self._turn.end(ReplyStatus.COMPLETED)
        if content.get("turnComplete") is True:
            yield from self._turn.end(ReplyStatus.COMPLETED)
            self._turn.next()

    def _part(self, part: Json) -> Iterable[AgentEvent]:
        blob = child(part, "inlineData", optional=True)
        kind = text(blob, "mimeType", "")
        if not kind.startswith("audio/pcm"):
            return (Noted(f"a part with {quote(', '.join(part)) or 'nothing'}"),)
        if kind not in ("audio/pcm", f"audio/pcm;rate={self.receives.rate}"):
            raise Malformed(f"The agent sent audio as '{quote(kind)}'; it must be at {self.receives.rate} Hz.")
        audio = heard_audio(from_base64(text(blob, "data"), self.receives), self.receives, self._turn.name)
        return (*self._turn.begin(), *audio)

    def _called(self, call: Json) -> Iterable[AgentEvent]:
        responses = []
        for function in children(call, "functionCalls"):
            name = text(function, "name")
            answer, told = self._tools.use(name, json.dumps(child(function, "args", optional=True)))
            yield from told
            responses.append({"id": text(function, "id", ""), "name": name, "response": {"output": answer}})
        if responses:
            yield ToSend(to_json({"toolResponse": {"functionResponses": responses}}))


class _Turn:
    """The protocol gives replies no names; a turn of the model is one, until `turnComplete`.

    What is still spoken in a turn after its interruption is played: the agent did not stop then. It has no name.
    """

    def __init__(self) -> None:
        self._number = 1
        self._begun = self._ended = self._cut = False
        self._cut_off, self._words_until = "", 0

    @property
    def name(self) -> str:
        """ "" in a turn that was interrupted."""
        return "" if self._cut else f"turn {self._number}"

    @property
    def of_words(self) -> str:
        """The turn that words belong to: those that come soon after one was cut off were never heard."""
        if self._cut:
            return f"turn {self._number}"
        return self._cut_off if self._words_until and not self._begun else self.name

    def frame_passed(self) -> None:
        """20 ms of the call."""
        self._words_until = max(0, self._words_until - 1)

    def begin(self) -> Iterable[AgentEvent]:
        if self._begun:
            return ()
        self._begun = True
        return (ReplyStarted(self.name),)

    def end(self, status: ReplyStatus) -> Iterable[AgentEvent]:
        """An interruption may come after all has been generated: then there is nothing left to end."""
        if not self._begun:
            return ()
        name = self.name
        self._cut = self._cut or status is ReplyStatus.CANCELLED
        if self._ended:
            return ()
        self._ended = True
        by = Interrupter.AGENT_VAD if status is ReplyStatus.CANCELLED else Interrupter.UNKNOWN
        return (ReplyEnded(name, status, by),)

    def next(self) -> None:
        if self._cut:
            self._cut_off, self._words_until = f"turn {self._number}", LATE_WORDS
        self._number += self._begun
        self._begun = self._ended = self._cut = False


def _declared(tool: Tool) -> Json:
    described = {"description": tool.description} if tool.description else {}
    return {"name": tool.name, **described, "parametersJsonSchema": tool.parameters}


def _transcription(content: Json, key: str) -> str:
    return text(child(content, key, optional=True), "text", "")

"""Deepgram's Voice Agent API: text messages for what happens, binary ones for audio."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from RobotVoice.adapters.base import Adapter, Endpoint, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import (
    AgentEvent,
    AgentWords,
    CallerWords,
    Flush,
    Noted,
    Problem,
    Ready,
    ReplyEnded,
    ReplyStarted,
    ToolCalled,
    ToSend,
)
from RobotVoice.adapters.keys import service_key
from RobotVoice.adapters.responses import Responses
from RobotVoice.adapters.secrets import NO_FIELDS, NO_KEY, Fields, Key, Text, hiding, secrets_in_address
from RobotVoice.adapters.tools import NO_TOOLS, Tool, Tools
from RobotVoice.adapters.wire import (
    Json,
    children,
    heard_audio,
    merged,
    quote,
    read_object,
    text,
    to_json,
    told,
    until_malformed,
    websocket_url,
)
from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import InvalidArgument

URL = "wss://agent.deepgram.com/v1/agent/converse"
RATES = {Encoding.PCM16: (24000, 8000, 16000, 32000, 48000), Encoding.PCMU: (8000,), Encoding.PCMA: (8000,)}
"""Hz, the usual one first."""
FORMATS = tuple(AudioFormat(encoding, rate) for encoding, rates in RATES.items() for rate in rates)
ON_THE_WIRE = {Encoding.PCM16: "linear16", Encoding.PCMU: "mulaw", Encoding.PCMA: "alaw"}
THINKERS = ("open_ai", "anthropic", "google", "groq", "aws_bedrock", "deepgram")
LISTENS, THINKS = "nova-3", "open_ai/gpt-4o-mini"


class Deepgram(Adapter):
    """Deepgram's Voice Agent over its websocket.

    url: the endpoint. api_key: by default the environment's DEEPGRAM_API_KEY, which goes to Deepgram only.
    agent_id: a stored agent configuration, instead of the next six options.
    listen: the model that hears, such as nova-3 or flux-general-en. language: the caller's.
    think: who reasons, and its model, such as open_ai/gpt-4o-mini. instructions: its prompt.
    speak: Deepgram's voice, such as aura-2-thalia-en. greeting: what the agent says first; it waits if empty.
    audio: pcm16, or pcmu or pcma as on a telephone. rate: in Hz; 24000 for pcm16 if not given.
    tools: what the agent's functions answer in this test, by their names.
    settings: further fields of the service's Settings message, such as {"agent": {"speak": {...}}}.
    """

    name = "deepgram"
    summary = "Deepgram Voice Agent"
    sends = FORMATS[0]
    receives = FORMATS[0]
    waits_until_ready = True
    capabilities = Capabilities(
        streaming_transcripts=False,
        native_vad=True,
        dtmf=False,
        # InjectAgentMessage makes the agent say something else, and ForceEndTurn ends the caller's turn.
        interruption=False,
        input_formats=FORMATS,
        output_formats=FORMATS,
        transport="websocket",
        vad_signal="UserStartedSpeaking",
    )

    def __init__(
        self,
        *,
        url: Text | str = URL,
        api_key: Key = NO_KEY,
        agent_id: str = "",
        listen: str = "",
        language: str = "",
        think: str = "",
        instructions: str = "",
        speak: str = "",
        greeting: str = "",
        audio: Encoding = Encoding.PCM16,
        rate: int | None = None,
        tools: Tools = NO_TOOLS,
        settings: Fields = NO_FIELDS,
    ) -> None:
        self._url = websocket_url(self.name, url)
        self._key = service_key(self.name, self._url, api_key, ["deepgram.com"], ["DEEPGRAM_API_KEY"])
        self.sends = self.receives = AudioFormat(audio, _checked_rate(audio, rate))
        said = {"listen": listen, "language": language, "think": think, "instructions": instructions, "speak": speak}
        _refuse_both(agent_id, {**said, "greeting": greeting})
        self._agent = agent_id or {
            "listen": {"provider": _listener(listen or LISTENS, language)},
            "think": _thinking(think or THINKS, instructions, tools),
            **({"speak": {"provider": _by_deepgram(speak)}} if speak else {}),
            **({"greeting": greeting} if greeting else {}),
        }
        self._tools = tools
        self._settings = settings
        self._hide = hiding(self._key.secrets, self._settings.secrets, secrets_in_address(url))
        self._ready = False
        self._response = Responses()
        self._is_known = self._understood = True
        self._begun = ""

    def endpoint(self) -> Endpoint:
        return Endpoint(self._url, {"Authorization": f"Token {self._key.value}"} if self._key else {}, self._hide)

    def opening(self) -> Iterable[Message]:
        audio = {"encoding": ON_THE_WIRE[self.sends.encoding], "sample_rate": self.sends.rate}
        settings = {
            "type": "Settings",
            "audio": {"input": audio, "output": {**audio, "container": "none"}},
            "agent": self._agent,
        }
        return (to_json(merged(settings, self._settings.plain())),)

    def audio(self, frame: Pcm) -> Iterable[Message]:
        # The line never falls silent on the wire, so the service needs no KeepAlive.
        return (self.sends.encode(frame),)

    def events(self, message: Message) -> Iterable[AgentEvent]:
        if isinstance(message, bytes):
            return self._spoken(message)
        return until_malformed(lambda: self._translate(read_object(message, self._hide)))

    def _translate(self, event: Json) -> Iterable[AgentEvent]:
        kind = text(event, "type")
        translate = self._translations.get(kind)
        return translate(self, event) if translate else (Noted(quote(kind)),)

    @property
    def _reply(self) -> str:
        """The reply being spoken. "" after the agent gave way, until something tells that it is another one."""
        return self._response.name if self._is_known else ""

    def _spoken(self, data: bytes) -> Iterable[AgentEvent]:
        audio = heard_audio(data, self.receives, self._reply)
        # Only an agent with experimental features tells by a message that it begins.
        begins = bool(audio) and self._is_known and self._begun != self._reply
        self._begun = self._reply if begins else self._begun
        self._response.audible = self._response.audible or bool(audio)
        return (ReplyStarted(self._reply), *audio) if begins else audio

    def _set_up(self, event: Json) -> Iterable[AgentEvent]:
        first, self._ready = not self._ready, True
        return (Ready() if first else Noted("SettingsApplied"),)

    def _said(self, event: Json) -> Iterable[AgentEvent]:
        words = text(event, "content")
        if text(event, "role") == "user":
            self._understood = True
            return (CallerWords(words),)
        self._is_known = self._is_known or self._understood
        self._response.worded = True
        # One message may hold a sentence or all of them.
        return (AgentWords(f"{words} ", self._reply),)

    def _gave_way(self, event: Json) -> Iterable[AgentEvent]:
        """Sent whenever the caller begins to speak, so the agent may have been silent."""
        ended = self._response.cut()
        if ended:
            self._is_known = self._understood = False
        return (Flush("UserStartedSpeaking"), *ended)

    def _begins(self, event: Json) -> Iterable[AgentEvent]:
        self._is_known = True
        return (Noted("AgentStartedSpeaking"),)

    def _sent_all(self, event: Json) -> Iterable[AgentEvent]:
        ended = ReplyEnded(self._reply) if self._response.audible else Noted("AgentAudioDone")
        self._response.next()
        self._is_known = True
        return (ended,)

    def _called(self, event: Json) -> Iterable[AgentEvent]:
        for function in children(event, "functions"):
            name, arguments = text(function, "name"), text(function, "arguments", "")
            if function.get("client_side") is False:
                yield ToolCalled(quote(name), quote(arguments))
                continue
            answer, known = self._tools.use(name, arguments)
            yield from known
            response = {"type": "FunctionCallResponse", "id": text(function, "id"), "name": name, "content": answer}
            yield ToSend(to_json(response))

    _translations: Mapping[str, Callable[[Deepgram, Json], Iterable[AgentEvent]]] = {
        "SettingsApplied": _set_up,
        "ConversationText": _said,
        "UserStartedSpeaking": _gave_way,
        "AgentStartedSpeaking": _begins,
        "AgentAudioDone": _sent_all,
        "FunctionCallRequest": _called,
        # After an error the service closes the line: https://developers.deepgram.com/docs/voice-agent-errors-warnings
        "Error": lambda _, event: (Problem(f"The agent reports an error: {_reason(event)}", fatal=True),),
        "Warning": lambda _, event: (Problem(f"The agent warns: {_reason(event)}"),),
    }


def _reason(event: Json) -> str:
    return told(event, "code", "description") or "no reason was given."


def _checked_rate(audio: Encoding, rate: int | None) -> int:
    rates = RATES[audio]
    if rate is None or rate in rates:
        return rate or rates[0]
    raise InvalidArgument(
        f"The option 'rate' of the agent 'deepgram' is {rate}; for {audio.value} it must be "
        f"{' or '.join(map(str, sorted(rates)))} (Hz)."
    )


def _refuse_both(agent_id: str, said: Mapping[str, str]) -> None:
    given = [option for option, value in said.items() if value]
    if agent_id and given:
        raise InvalidArgument(
            f"The agent 'deepgram' can't take the option '{given[0]}' together with 'agent_id': "
            "the stored configuration says it already."
        )


def _by_deepgram(model: str) -> dict[str, object]:
    """Flux, which hears and speaks, is the second version of its API."""
    return {"type": "deepgram", "version": "v2" if model.startswith("flux") else "v1", "model": model}


def _listener(model: str, language: str) -> Json:
    provider = _by_deepgram(model)
    if not language:
        return provider
    return {**provider, **({"language_hints": [language]} if provider["version"] == "v2" else {"language": language})}


def _thinking(think: str, instructions: str, tools: Tools) -> Json:
    thinker, _, model = think.partition("/")
    if thinker not in THINKERS or not model:
        raise InvalidArgument(
            f"The option 'think' of the agent 'deepgram' is '{quote(think)}'; it must be who reasons and the model, "
            f"such as {THINKS}. These can: {', '.join(THINKERS)}."
        )
    thinking: dict[str, object] = {"provider": {"type": thinker, "model": model}}
    if instructions:
        thinking["prompt"] = instructions
    if tools:
        thinking["functions"] = [_declared(tool) for tool in tools.all()]
    return thinking


def _declared(tool: Tool) -> Json:
    described = {"description": tool.description} if tool.description else {}
    return {"name": tool.name, **described, "parameters": tool.parameters}

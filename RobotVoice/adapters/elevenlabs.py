"""ElevenLabs Agents (Conversational AI): one JSON websocket."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from RobotVoice.adapters.alignment import aligned_audio
from RobotVoice.adapters.base import Adapter, Endpoint, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import (
    AgentBelieves,
    AgentEvent,
    AgentWords,
    CallerWords,
    Flush,
    KeysPressed,
    Noted,
    Problem,
    Ready,
    ToolCalled,
    ToSend,
)
from RobotVoice.adapters.keys import known_key
from RobotVoice.adapters.responses import Responses
from RobotVoice.adapters.secrets import (
    NO_FIELDS,
    NO_KEY,
    NO_TEXTS,
    Fields,
    Key,
    Text,
    Texts,
    hiding,
    secrets_in_address,
)
from RobotVoice.adapters.signed_url import signed_url as ask_for_signed_url
from RobotVoice.adapters.tools import NO_TOOLS, Tools
from RobotVoice.adapters.wire import (
    Json,
    Malformed,
    child,
    from_base64,
    heard_audio,
    merged,
    quote,
    read_object,
    shown,
    text,
    to_base64,
    to_json,
    told,
    until_malformed,
    websocket_url,
    with_query,
)
from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import InvalidArgument

URL = "wss://api.elevenlabs.io/v1/convai/conversation"
FormatName = Literal[
    "pcm_8000", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_44100", "pcm_48000", "ulaw_8000"
]  # as the service calls them
FORMATS: Mapping[str, AudioFormat] = {
    **{f"pcm_{rate}": AudioFormat(Encoding.PCM16, rate) for rate in (8000, 16000, 22050, 24000, 44100, 48000)},
    "ulaw_8000": AudioFormat(Encoding.PCMU, 8000),
}
ADVICE = {
    "override_error": " Allow the override in the agent's security settings, or leave the option out.",
    "missing_dynamic_variable": " The option 'dynamic_variables' gives it.",
}


class ElevenLabs(Adapter):
    """An agent of ElevenLabs over its websocket.

    agent_id: which one. url: the endpoint, such as that of another region; `query` joins it, for example a branch_id.
    api_key: by default the environment's ELEVENLABS_API_KEY, which goes to ElevenLabs only. With it the address of the
        call is signed, which a private agent demands; a public one needs no key.
    signed_url: an address that was signed already, instead of agent_id.
    user_input_audio_format, agent_output_audio_format: what the agent is set to, such as pcm_16000 or ulaw_8000.
    voice, language, instructions: the agent's own if empty; it has to allow their override.
    first_message: the agent's own if not given; with an empty one it waits for the caller.
    dynamic_variables: names and values for its prompts. tools: what its client tools answer in this test, by names.
    initiation: further fields of the conversation_initiation_client_data message.

    The words of a reply are known with their sound where the service sends an alignment with its audio.
    """

    name = "elevenlabs"
    summary = "ElevenLabs Agents (Conversational AI)"
    sends = FORMATS["pcm_16000"]
    receives = FORMATS["pcm_16000"]
    waits_until_ready = True
    announces_stops = True
    capabilities = Capabilities(
        streaming_transcripts=True,
        native_vad=True,
        dtmf=False,
        interruption=False,
        input_formats=tuple(FORMATS.values()),
        output_formats=tuple(FORMATS.values()),
        transport="websocket",
        vad_signal="interruption",
    )

    def __init__(
        self,
        *,
        agent_id: str = "",
        url: Text | str = URL,
        api_key: Key = NO_KEY,
        signed_url: Key = NO_KEY,
        user_input_audio_format: FormatName = "pcm_16000",
        agent_output_audio_format: FormatName = "pcm_16000",
        voice: str = "",
        language: str = "",
        instructions: str = "",
        first_message: str | None = None,
        dynamic_variables: Fields = NO_FIELDS,
        tools: Tools = NO_TOOLS,
        initiation: Fields = NO_FIELDS,
        query: Texts = NO_TEXTS,
    ) -> None:
        _check_address(agent_id, signed_url)
        self._url = with_query(websocket_url(self.name, url), {**query.plain(), "agent_id": agent_id})
        self._key = known_key(self._url, api_key, ["elevenlabs.io"], ["ELEVENLABS_API_KEY"])
        self._signed = signed_url
        self._formats = {
            "user_input_audio_format": user_input_audio_format,
            "agent_output_audio_format": agent_output_audio_format,
        }
        self.sends, self.receives = FORMATS[user_input_audio_format], FORMATS[agent_output_audio_format]
        self._override = _override(voice, language, instructions, first_message)
        self._variables = dynamic_variables
        self._tools = tools
        self._initiation = initiation
        in_options = (*query.secrets, *self._variables.secrets, *self._initiation.secrets)
        self._secrets = (*self._key.secrets, *in_options, *secrets_in_address(url), *secrets_in_address(self._url))
        self._hide = hiding(self._secrets, secrets_in_address(signed_url.value))
        self._ready = False
        self._response = Responses()
        self._said_in: dict[str, str] = {}
        self._whole: AgentWords | None = None
        self._worded_by_sound: dict[str, int] = {}
        self._told_whole: set[str] = set()
        self._interrupted = ""
        self._newest = self._stale_to = -math.inf

    async def prepare(self) -> None:
        if self._key and not self._signed:
            self._signed = await ask_for_signed_url(self._url, self._key, self._hide)
            self._hide = hiding(self._secrets, secrets_in_address(self._signed.value))

    def endpoint(self) -> Endpoint:
        return Endpoint(self._signed.value or self._url, hide=self._hide)

    def opening(self) -> Iterable[Message]:
        initiation: dict[str, object] = {"type": "conversation_initiation_client_data"}
        if self._override:
            initiation["conversation_config_override"] = self._override
        if self._variables:
            initiation["dynamic_variables"] = self._variables.plain()
        return (to_json(merged(initiation, self._initiation.plain())),)

    def audio(self, frame: Pcm) -> Iterable[Message]:
        return (to_json({"user_audio_chunk": to_base64(self.sends.encode(frame))}),)

    def events(self, message: Message) -> Iterable[AgentEvent]:
        return until_malformed(lambda: self._translate(read_object(message, self._hide)))

    def _translate(self, event: Json) -> Iterable[AgentEvent]:
        kind = text(event, "type")
        translate = self._translations.get(kind)
        return translate(self, event) if translate else (Noted(quote(kind)),)

    def _opened(self, message: Json) -> Iterable[AgentEvent]:
        event = child(message, "conversation_initiation_metadata_event")
        wrong = [
            Problem(
                f"The agent's {name} is '{quote(theirs)}', and the call's '{ours}'. "
                f"Give 'Start Call' the option {name}={quote(theirs)}, or set the agent to {ours}.",
                fatal=True,
            )
            for name, ours in self._formats.items()
            if (theirs := text(event, name, ours)) != ours
        ]
        if wrong:
            return wrong
        first, self._ready = not self._ready, True
        return (Ready() if first else Noted("conversation_initiation_metadata"),)

    def _audio(self, message: Json) -> Iterable[AgentEvent]:
        event = child(message, "audio_event")
        data = from_base64(text(event, "audio_base_64"), self.receives)
        number = _event_id(event)
        self._newest = max(self._newest, number)
        if self._is_stale(number):
            return heard_audio(data, self.receives, self._interrupted, stale=True)
        self._response.audible = True
        return self._heard(data, event)

    def _heard(self, data: bytes, event: Json) -> Iterable[AgentEvent]:
        """Words come with their sound if the service tells which they are; else the whole text has to do."""
        reply = self._response.name
        if event.get("alignment") is None:
            yield from self._tell_whole()
            yield from heard_audio(data, self.receives, reply)
            return
        for part in aligned_audio(data, self.receives, reply, event):
            if not isinstance(part, AgentWords):
                yield part
            elif reply not in self._told_whole:
                letters = self._worded_by_sound.get(reply, 0)
                self._worded_by_sound[reply] = letters + sum(map(str.isalnum, part.text))
                yield part
        if self._whole and self._worded_by_sound.get(reply, 0) >= sum(map(str.isalnum, self._whole.text)):
            yield from self._tell_whole()

    def _tell_whole(self) -> Iterable[AgentEvent]:
        """The whole text of a reply, which comes before its sound, and is held back for the words to come with it."""
        whole, self._whole = self._whole, None
        if whole is None:
            return ()
        self._told_whole.add(whole.reply)
        return (whole,)

    def _said(self, message: Json) -> Iterable[AgentEvent]:
        event = child(message, "agent_response_event")
        words, number = text(event, "agent_response"), event.get("event_id")
        if number == self._stale_to and number > self._newest:
            # A reply to what interrupted may have the interruption's own number, if nothing else had it before:
            # https://github.com/elevenlabs/elevenlabs-python/issues/829
            self._stale_to = number - 1
        yield from self._tell_whole()
        is_stale = self._is_stale(number)
        reply = self._interrupted if is_stale else self._next_worded()
        self._said_in[words.strip()] = reply
        self._whole = AgentWords(words, reply, final=True)
        # what is being heard already without words of its own will not get any
        if is_stale or (self._response.audible and reply not in self._worded_by_sound):
            yield from self._tell_whole()

    def _next_worded(self) -> str:
        """The reply of new words: an agent that speaks before and after it uses a tool tells so twice."""
        if self._response.worded:
            self._response.next()
        self._response.worded = True
        return self._response.name

    def _is_stale(self, number: object) -> bool:
        return isinstance(number, int) and number <= self._stale_to

    def _corrected(self, message: Json) -> Iterable[AgentEvent]:
        event = child(message, "agent_response_correction_event")
        reply = self._said_in.get(text(event, "original_agent_response").strip(), self._interrupted)
        return (AgentBelieves(text(event, "corrected_agent_response"), reply or self._response.name),)

    def _gave_way(self, message: Json) -> Iterable[AgentEvent]:
        yield Flush("interruption")
        yield from self._tell_whole()
        self._interrupted = self._response.latest
        yield from self._response.cut()
        self._stale_to = _event_id(child(message, "interruption_event"))

    def _understood(self, message: Json) -> Iterable[AgentEvent]:
        self._response.next()
        return (
            *self._tell_whole(),
            CallerWords(text(child(message, "user_transcription_event"), "user_transcript")),
        )

    def _pinged(self, message: Json) -> Iterable[AgentEvent]:
        return (ToSend(to_json({"type": "pong", "event_id": _event_id(child(message, "ping_event"))})),)

    def _called(self, message: Json) -> Iterable[AgentEvent]:
        call = child(message, "client_tool_call")
        arguments = json.dumps(child(call, "parameters", optional=True))
        answer, used = self._tools.use(text(call, "tool_name"), arguments)
        result = {
            "type": "client_tool_result",
            "tool_call_id": text(call, "tool_call_id"),
            "result": answer,
            "is_error": any(isinstance(event, Problem) for event in used),
        }
        return (*used, ToSend(to_json(result)))

    def _used(self, message: Json) -> Iterable[AgentEvent]:
        """A tool of the agent's own side; of a client's tool `client_tool_call` has told."""
        tool = child(message, "agent_tool_response")
        if text(tool, "tool_type", "") == "client":
            return (Noted("agent_tool_response"),)
        return (ToolCalled(quote(text(tool, "tool_name"))),)

    def _pressed(self, message: Json) -> Iterable[AgentEvent]:
        """The service's documents name this event and not its fields, so the keys are looked for."""
        places = [message, *(value for value in message.values() if isinstance(value, dict))]
        found = [place[name] for place in places for name in ("dtmf_tones", "digits") if name in place]
        keys = "".join(value for value in found if isinstance(value, str))
        return (KeysPressed(quote(keys)) if keys else Noted("dtmf_request"),)

    def _failed(self, message: Json) -> Iterable[AgentEvent]:
        error = child(message, "error_event", optional=True)
        advice = ADVICE.get(told(error, "error_type"), "")
        reason = (told(error, "error_type", "message", "reason") or "no reason was given").rstrip(".")
        # An `error` is sent when the line is about to be closed because of it.
        fatal = message["type"] == "error" or not self._ready
        return (Problem(f"The agent reports an error: {reason}.{advice}", fatal),)

    _translations: Mapping[str, Callable[[ElevenLabs, Json], Iterable[AgentEvent]]] = {
        "conversation_initiation_metadata": _opened,
        "audio": _audio,
        "agent_response": _said,
        "agent_response_correction": _corrected,
        "interruption": _gave_way,
        "user_transcript": _understood,
        "ping": _pinged,
        "client_tool_call": _called,
        "agent_tool_response": _used,
        "dtmf_request": _pressed,
        "error": _failed,
        "client_error": _failed,
    }


def _check_address(agent_id: str, signed_url: Key) -> None:
    if bool(agent_id) == bool(signed_url):
        raise InvalidArgument(
            "The agent 'elevenlabs' needs the option 'agent_id', as the service's pages show it, "
            "or 'signed_url' instead."
        )
    if signed_url and not signed_url.value.startswith(("ws://", "wss://")):
        raise InvalidArgument("The option 'signed_url' of the agent 'elevenlabs' must begin with wss:// or ws://.")


def _override(voice: str, language: str, instructions: str, first_message: str | None) -> Json:
    agent: dict[str, object] = {}
    if instructions:
        agent["prompt"] = {"prompt": instructions}
    if first_message is not None:
        agent["first_message"] = first_message
    if language:
        agent["language"] = language
    return {**({"agent": agent} if agent else {}), **({"tts": {"voice_id": voice}} if voice else {})}


def _event_id(event: Json) -> int:
    number = event.get("event_id")
    if type(number) is not int:  # nor a Boolean, which is one to isinstance
        raise Malformed(
            f"The agent sent a message whose field 'event_id' is {shown(number)}; it must be a whole number."
        )
    return number

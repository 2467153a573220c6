"""Vapi's websocket transport: a call that its REST API creates, with raw audio and JSON messages on one socket."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from RobotVoice.adapters import rest
from RobotVoice.adapters.base import Adapter, Endpoint, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import (
    AgentEvent,
    AgentWords,
    CallerWords,
    Flush,
    HungUp,
    Interrupter,
    Noted,
    Problem,
    ReplyEnded,
    ReplyStarted,
    ReplyStatus,
    ToolCalled,
)
from RobotVoice.adapters.keys import service_key
from RobotVoice.adapters.secrets import NO_FIELDS, NO_KEY, Fields, Key, Text, hiding, secrets_in_address
from RobotVoice.adapters.vapi_speech import Spoken
from RobotVoice.adapters.wire import (
    Json,
    Malformed,
    child,
    children,
    heard_audio,
    quote,
    read_object,
    shown,
    text,
    to_json,
    until_malformed,
    websocket_url,
)
from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import ConnectionFailed, InvalidArgument

PCM_16K = AudioFormat(Encoding.PCM16, 16000)
PCM_24K = AudioFormat(Encoding.PCM16, 24000)
MU_LAW_8K = AudioFormat(Encoding.PCMU, 8000)
FORMATS = (PCM_16K, PCM_24K, MU_LAW_8K)
RATES = {Encoding.PCM16: 16000, Encoding.PCMU: 8000}
ON_THE_WIRE = {Encoding.PCM16: "pcm_s16le", Encoding.PCMU: "mulaw"}
MESSAGES = (
    "assistant.speechStarted",
    "hang",
    "speech-update",
    "status-update",
    "tool-calls",
    "transcript",
    "transfer-update",
    "user-interrupted",
)
"""What the assistant has to tell us, whatever its own settings say."""
FAULTS = ("error", "fault", "failed", "invalid", "not-found", "not-valid")
"""Words of an `endedReason` that tells of something broken, and not of a hang-up."""
ADVICE = {
    400: "it did not accept the options of this call",
    401: (
        "the key was refused. It has to be the private key of the organisation that the assistant belongs to, and of "
        "the region that this address belongs to (option api_url=)"
    ),
    402: "the account has run out of credits",
    403: "the key may not do this",
    404: "there is no such assistant",
    429: "it takes no more calls for now, or the account's limit is reached",
}
NOTHING: Mapping[str, object] = MappingProxyType({})


class Vapi(Adapter):
    """An assistant or a squad of Vapi, in a new call or in one that waits at `url`.

    assistant, squad: the id of the one to be called.
    url: instead of them, the `websocketCallUrl` of a call that somebody has created already.
    api_key: the private key; by default the environment's VAPI_API_KEY, which goes to Vapi only.
    first_message: what the assistant says first. variables: values for the variables in its prompt.
    overrides: further settings for this call only (`assistantOverrides`), such as {"voice": {...}}, or a system prompt:
        {"model": {"provider": "openai", "model": "gpt-4.1", "messages": [{"role": "system", "content": "..."}]}}.
    audio, rate: pcm16 at 16000 or 24000 Hz, or pcmu at 8000 Hz as on a telephone.
    api_url: another server that speaks Vapi's REST API.

    Its words are known while it speaks if its voice tells their times, as ElevenLabs' voices do, and Minimax's with
    subtitleType=word; with another voice, or at a `url` whose call was not set up to send `assistant.speechStarted`, no
    sooner than their sound has ended.
    Tools are answered by the assistant's own server. A call that nobody joins is ended by Vapi itself.
    """

    name = "vapi"
    summary = "an assistant or a squad of Vapi"
    sends = PCM_16K
    receives = PCM_16K
    capabilities = Capabilities(
        streaming_transcripts=True,
        native_vad=True,
        dtmf=False,
        interruption=False,
        input_formats=FORMATS,
        output_formats=FORMATS,
        transport="websocket",
        vad_signal="user-interrupted",
    )

    def __init__(
        self,
        *,
        assistant: str = "",
        squad: str = "",
        url: Text | str = "",
        api_key: Key = NO_KEY,
        first_message: str = "",
        variables: Fields = NO_FIELDS,
        overrides: Fields = NO_FIELDS,
        audio: Encoding = Encoding.PCM16,
        rate: int = 0,
        api_url: str = "https://api.vapi.ai",
    ) -> None:
        self.sends = self.receives = _format(audio, rate)
        self._key = api_key
        self._turns = _Turns()
        self._spoken = Spoken()
        wanted = {
            **({"firstMessage": first_message} if first_message else {}),
            **({"variableValues": variables.plain()} if variables else {}),
            **overrides.plain(),
        }
        _only_one(assistant, squad, url)
        if url:
            _settings_of_another(wanted)
            self._url, self._order = websocket_url(self.name, url), NOTHING
            self._hide = hiding(api_key.secrets, secrets_in_address(url))
            return
        self._api_url = rest.api_address(self.name, api_url)
        self._key = service_key(self.name, self._api_url, api_key, ["vapi.ai"], ["VAPI_API_KEY"])
        self._hide = hiding(self._key.secrets, variables.secrets, overrides.secrets)
        self._order = _order(assistant, squad, {"clientMessages": MESSAGES, **wanted}, self.sends)

    async def prepare(self) -> None:
        if self._order:
            call = await rest.post(f"{self._api_url}/call", self._order, self._key, self._hide, ADVICE)
            self._url = _joined(call, self.sends)

    def endpoint(self) -> Endpoint:
        return Endpoint(self._url, hide=self._hide)

    def audio(self, frame: Pcm) -> Iterable[Message]:
        return (self.sends.encode(frame),)

    def closing(self) -> Iterable[Message]:
        return (to_json({"type": "end-call"}),)

    def events(self, message: Message) -> Iterable[AgentEvent]:
        if isinstance(message, bytes):
            return heard_audio(message, self.receives, self._turns.current)
        return until_malformed(lambda: self._translate(_unwrapped(read_object(message, self._hide))))

    def _translate(self, message: Json) -> Iterable[AgentEvent]:
        match kind := text(message, "type", "a message without a type"):
            case "user-interrupted":
                yield Flush(kind)
                yield from self._turns.end(ReplyStatus.CANCELLED)
            case "speech-update":
                yield from self._spoke(text(message, "role"), text(message, "status"))
            case "assistant.speechStarted":
                yield self._speaks(message)
            case "transcript":
                yield self._said(text(message, "role"), text(message, "transcriptType"), text(message, "transcript"))
            case 'transcript[transcriptType="final"]':
                yield self._said(text(message, "role"), "final", text(message, "transcript"))
            case "tool-calls":
                for call in children(message, "toolCallList"):
                    yield _used(child(call, "function"))
            case "status-update":
                yield _status(text(message, "status"), text(message, "endedReason", ""))
            case "hang":
                yield Noted("hang: the assistant is late, since its model, its voice or a tool is slow")
            case _:
                yield Noted(quote(kind))

    def _spoke(self, role: str, status: str) -> Iterable[AgentEvent]:
        if (role, status) == ("assistant", "started"):
            return self._turns.begin()
        if (role, status) == ("assistant", "stopped"):
            return self._turns.end(ReplyStatus.COMPLETED)
        return (Noted(f"speech-update: {quote(role)} {quote(status)}"),)

    def _speaks(self, message: Json) -> AgentEvent:
        """Words only of what has been spoken; what comes when nothing is, belongs to no reply that can be told."""
        words = self._spoken.more(message, self._turns.latest)
        return AgentWords(words, self._turns.current) if words and self._turns.current else Noted(message["type"])

    def _said(self, role: str, kind: str, words: str) -> AgentEvent:
        # a partial transcript is a guess that the next one replaces
        if kind != "final":
            return Noted(f"transcript: {quote(kind)}, {quote(role)}")
        # one for each utterance, of which a reply may have several: together they are its whole text
        return AgentWords(words, self._turns.latest, final=True) if role == "assistant" else CallerWords(words)


class _Turns:
    """The protocol gives replies no names: one lasts from `started` to `stopped`, or to an interruption."""

    def __init__(self) -> None:
        self._number = 0
        self._lasts = False

    @property
    def current(self) -> str:
        """The one that lasts; "" between two of them, where the line carries silence."""
        return self.latest if self._lasts else ""

    @property
    def latest(self) -> str:
        """The one that lasts, or the last; its transcript comes after its sound. "" before the first."""
        return f"turn {self._number}" if self._number else ""

    def begin(self) -> Iterable[AgentEvent]:
        if self._lasts:
            return ()
        self._number += 1
        self._lasts = True
        return (ReplyStarted(self.latest),)

    def end(self, status: ReplyStatus) -> Iterable[AgentEvent]:
        """It may have ended already: an interruption is told by two messages."""
        if not self._lasts:
            return ()
        self._lasts = False
        by = Interrupter.AGENT_VAD if status is ReplyStatus.CANCELLED else Interrupter.UNKNOWN
        return (ReplyEnded(self.latest, status, by),)


def _format(audio: Encoding, rate: int) -> AudioFormat:
    found = AudioFormat(audio, rate or RATES.get(audio, 0))
    if found not in FORMATS:
        raise InvalidArgument(
            f"The options 'audio' and 'rate' of the agent 'vapi' are {audio.value} and {found.rate}; "
            "they must be pcm16 with 16000 or 24000, or pcmu with 8000."
        )
    return found


def _only_one(assistant: str, squad: str, url: str) -> None:
    if [bool(assistant), bool(squad), bool(url)].count(True) != 1:
        raise InvalidArgument(
            "The agent 'vapi' needs one of the options 'assistant' (its id, from dashboard.vapi.ai), 'squad' (its id), "
            "or 'url' (the websocketCallUrl of a call that exists already)."
        )


def _settings_of_another(wanted: Json) -> None:
    if wanted:
        raise InvalidArgument(
            "The option 'url' of the agent 'vapi' is a call that exists already: 'first_message', 'variables' and "
            "'overrides' are for one that is created, by 'assistant' or 'squad'."
        )


def _order(assistant: str, squad: str, overrides: Json, audio: AudioFormat) -> Json:
    """What the REST API is asked for."""
    whom = {"assistantId": assistant, "assistantOverrides": overrides}
    audio_format = {"format": ON_THE_WIRE[audio.encoding], "container": "raw", "sampleRate": audio.rate}
    return {
        **({"squadId": squad, "squadOverrides": overrides} if squad else whom),
        "transport": {"provider": "vapi.websocket", "audioFormat": audio_format},
    }


def _unwrapped(message: Json) -> Json:
    """The SDK's types wrap a message as a webhook does; on the socket it comes bare."""
    inner = message.get("message")
    return inner if "type" not in message and isinstance(inner, dict) else message


def _joined(call: Json, audio: AudioFormat) -> str:
    """Where the call that the REST API created is to be joined; ConnectionFailed if it is not the one asked for."""
    try:
        transport = child(call, "transport")
        given = child(transport, "audioFormat", optional=True)
        url = text(transport, "websocketCallUrl")
    except Malformed as error:
        raise ConnectionFailed(f"Vapi created a call that can't be joined. {error}") from None
    if given and (given.get("format"), given.get("sampleRate")) != (ON_THE_WIRE[audio.encoding], audio.rate):
        found = f"{shown(given.get('format'))} at {shown(given.get('sampleRate'))} Hz"
        raise ConnectionFailed(f"Vapi created a call whose audio is {found}, and not {audio} as asked for.")
    return url


def _used(function: Json) -> ToolCalled:
    """The SDK's types say that arguments are text; JSON is taken as well."""
    arguments = function.get("arguments")
    told = json.dumps(arguments) if isinstance(arguments, dict) else text(function, "arguments", "")
    return ToolCalled(quote(text(function, "name")), quote(told))


def _status(status: str, reason: str) -> AgentEvent:
    if status != "ended":
        return Noted(f"status-update: {quote(status)}")
    if any(word in reason for word in FAULTS):
        said = f"Vapi ended the call because of a fault, '{quote(reason)}': see the call's log at dashboard.vapi.ai."
        return Problem(said, fatal=True)
    return HungUp(quote(reason))

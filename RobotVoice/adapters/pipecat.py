"""A Pipecat bot's websocket: audio in protobuf frames, and RTVI, Pipecat's own protocol of events, beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from RobotVoice.adapters.base import Adapter, Endpoint, Heard, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import (
    AgentBelieves,
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
    ToolCalled,
    ToSend,
)
from RobotVoice.adapters.pipecat_frames import AppMessage, Audio, Interruption, decode, encode
from RobotVoice.adapters.secrets import NO_HEADERS, Headers, Text, hiding, secrets_in_address
from RobotVoice.adapters.tools import NO_TOOLS, Tools
from RobotVoice.adapters.wire import (
    Json,
    Malformed,
    child,
    heard_audio,
    quote,
    read_object,
    text,
    to_json,
    websocket_url,
)
from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import InvalidArgument

RATES = (8000, 16000, 24000, 32000, 44100, 48000)
RTVI_VERSION = "2.2.0"
"""What we speak. From 2.0 (Pipecat 1.4) on a bot tells of every interruption, and which of its words are spoken."""
KEYS = "0123456789*#"
REPETITIONS = frozenset(
    {"bot-llm-text", "bot-tts-text", "bot-transcription", "user-llm-text", "bot-audio-level", "user-audio-level"}
)
"""Messages that say in other words what a message that we read says; each comes many times a second."""


@dataclass
class Segment:
    """A part of a reply, mostly a sentence, and what of it the bot has spoken so far."""

    reply: str
    spoken: str = ""


class Pipecat(Adapter):
    """A Pipecat bot whose websocket transport has the protobuf serializer.

    url: the bot's websocket. headers: of the handshake; their values are kept secret as keys are.
    rate: what we send, Pipecat's `audio_in_sample_rate`. agent_rate: what the bot sends, its `audio_out_sample_rate`.
    rtvi: no for a bot without RTVI (`enable_rtvi=False`) or with an old one (Pipecat before 1.4): then its words are
        not known, and it takes no keys.
    tools: what the tools answer that the bot asks its client to run, by their names.
    """

    name = "pipecat"
    summary = "a Pipecat bot's websocket with the protobuf serializer and RTVI"
    sends = AudioFormat(Encoding.PCM16, 16000)
    receives = AudioFormat(Encoding.PCM16, 24000)
    capabilities = Capabilities(
        streaming_transcripts=True,
        native_vad=True,
        dtmf=True,
        interruption=True,
        input_formats=(sends,),
        output_formats=(receives,),
        transport="websocket",
        cancel_signal="interruption frame",
        vad_signal="interruption frame",
    )
    keypad = KEYS

    no_session = "Is it a Pipecat bot of version 1.4 or newer with RTVI? Give rtvi=no for an older bot, or one without."

    def __init__(
        self,
        *,
        url: Text | str,
        rate: int = 16000,
        agent_rate: int = 24000,
        rtvi: bool = True,
        tools: Tools = NO_TOOLS,
        headers: Headers = NO_HEADERS,
    ) -> None:
        self._url = websocket_url(self.name, url)
        self._headers, self._hide = headers, hiding(headers.secrets, secrets_in_address(url))
        self._tools = tools
        self._rtvi = self.waits_until_ready = rtvi
        self.sends = AudioFormat(Encoding.PCM16, _known("rate", rate))
        self.receives = AudioFormat(Encoding.PCM16, _known("agent_rate", agent_rate))
        self.capabilities = replace(
            Pipecat.capabilities,
            streaming_transcripts=rtvi,
            dtmf=rtvi,
            input_formats=(self.sends,),
            output_formats=(self.receives,),
        )
        self._replies = 0
        self._speaking = False
        self._cancelling = False
        self._cut_off = ""
        self._segments: dict[int, Segment] = {}
        self._understood = ("", "")

    # -- to the bot

    def endpoint(self) -> Endpoint:
        return Endpoint(self._url, self._headers.values_by_name(), self._hide)

    def opening(self) -> Iterable[Message]:
        if not self._rtvi:
            return ()
        return (_rtvi("client-ready", {"version": RTVI_VERSION, "about": {"library": "robotvoice"}}),)

    def audio(self, frame: Pcm) -> Iterable[Message]:
        return (encode(Audio(self.sends.encode(frame), self.sends.rate)),)

    def cancel(self, heard: Heard | None) -> Iterable[Message]:
        self._cancelling = True
        return (encode(Interruption()),)

    def press(self, key: str) -> Iterable[Message]:
        if not self._rtvi:
            return super().press(key)
        if len(key) != 1 or key not in KEYS:
            raise InvalidArgument(f"'{key}' is not a key that Pipecat takes; these are: {' '.join(KEYS)}.")
        return (_rtvi("dtmf", {"buttons": [key]}),)

    def closing(self) -> Iterable[Message]:
        return (_rtvi("disconnect-bot"),) if self._rtvi else ()

    # -- from the bot

    def events(self, message: Message) -> Iterable[AgentEvent]:
        try:
            return self._translate(message)
        except Malformed as error:
            return (Problem(str(error)),)
        except RecursionError:
            return (Problem("The agent sent a message that is nested without end."),)

    def _translate(self, message: Message) -> Iterable[AgentEvent]:
        if isinstance(message, str):
            raise Malformed(f"The agent sent text, and Pipecat's frames are binary: '{quote(self._hide(message))}'.")
        match decode(message):
            case Audio() as audio:
                return self._audio(audio)
            case Interruption():
                return self._interrupted()
            case AppMessage(data):
                return self._told(read_object(data, self._hide)) if self._rtvi else ()
            case None:
                return (Noted("a frame that tells a caller nothing"),)

    def _audio(self, audio: Audio) -> Iterable[AgentEvent]:
        if (audio.rate, audio.channels) != (self.receives.rate, 1):
            return (Problem(_wrong_audio(audio, self.receives.rate), fatal=True),)
        return (*self._begin(), *heard_audio(audio.samples, self.receives, self._reply))

    @property
    def _reply(self) -> str:
        """Pipecat has no ids: its replies are numbered. Where it does not tell their ends the call numbers them."""
        return f"bot reply {self._replies}" if self._rtvi else ""

    @property
    def _next_reply(self) -> str:
        return f"bot reply {self._replies + 1}"

    def _begin(self) -> Iterable[AgentEvent]:
        """The first audio often comes before the message that announces it."""
        if self._speaking or not self._rtvi:
            return ()
        self._speaking = True
        self._replies += 1
        return (ReplyStarted(self._reply),)

    def _interrupted(self) -> Iterable[AgentEvent]:
        """The frame comes from the bot's output, so it has stopped.

        RTVI's `bot-interrupted` comes as well where the pipeline, its user muted, drops the interruption and speaks on.
        """
        by_us, self._cancelling = self._cancelling, False
        told = CancelAcknowledged("interruption") if by_us else Flush("interruption")
        if not self._speaking:
            return (told,)
        self._speaking, self._cut_off = False, self._reply
        interrupter = Interrupter.CANCEL if by_us else Interrupter.AGENT_VAD
        return (told, *self._belief(self._reply), ReplyEnded(self._reply, ReplyStatus.CANCELLED, interrupter))

    def _belief(self, reply: str) -> Iterable[AgentEvent]:
        """What goes into the bot's context of a reply that was cut off is what it counts as spoken."""
        segments = [segment.spoken for segment in self._segments.values() if segment.reply == reply]
        return (AgentBelieves(" ".join(filter(None, segments)), reply),) if segments else ()

    def _told(self, message: Json) -> Iterable[AgentEvent]:
        if message.get("label") != "rtvi-ai":
            return (Noted("a message that is not RTVI"),)
        kind = text(message, "type")
        if kind in REPETITIONS:
            return ()
        translate = self._translations.get(kind)
        return translate(self, child(message, "data", optional=True)) if translate else (Noted(quote(kind)),)

    def _ready(self, data: Json) -> Iterable[AgentEvent]:
        version = text(data, "version")
        if version.startswith(("0.", "1.")):
            return (Problem(_too_old(version), fatal=True),)
        return (Ready(),)

    def _stopped(self, data: Json) -> Iterable[AgentEvent]:
        """The end of a reply; after an interruption, which ended it, nothing new."""
        if not self._speaking:
            return (Noted("bot-stopped-speaking"),)
        self._speaking = self._cancelling = False
        return (ReplyEnded(self._reply),)

    def _output(self, data: Json) -> Iterable[AgentEvent]:
        progress = child(data, "spoken_progress", optional=True)
        if not progress:
            return (Noted("bot-output that is not spoken"),)
        number = data.get("segment_id")
        if not isinstance(number, int):
            raise Malformed("The agent sent a bot-output whose field 'segment_id' is no number.")
        segment = self._segments.setdefault(number, Segment(self._reply if self._speaking else self._next_reply))
        spoken = text(progress, "accumulated_text").strip()
        words = spoken[len(segment.spoken) :]
        if not words:  # the announcement of a sentence, which may come after its first word
            return ()
        before, segment.spoken = segment.spoken, spoken
        if segment.reply == self._cut_off:  # this message was on its way when the bot was interrupted
            return self._belief(segment.reply)
        return (AgentWords(words if before else f" {words}", segment.reply),)

    def _caller_said(self, data: Json) -> Iterable[AgentEvent]:
        """A newer bot tells it twice, under its newer name and its older one."""
        understood = text(data, "text"), text(data, "timestamp", "")
        if data.get("final") is not True or understood == self._understood:
            return ()
        self._understood = understood
        return (CallerWords(understood[0]),)

    def _tool_is_running(self, data: Json) -> Iterable[AgentEvent]:
        """A tool of the bot's own, unless the bot asks us to run it."""
        name = text(data, "function_name", "")
        if not name:
            return (Noted("llm-function-call-in-progress, of a tool that the bot does not name"),)
        if any(tool.name == name for tool in self._tools.all()):
            return ()
        return (ToolCalled(quote(name), quote(to_json(child(data, "arguments", optional=True)))),)

    def _run_tool(self, data: Json) -> Iterable[AgentEvent]:
        name, arguments = text(data, "function_name"), child(data, "args", optional=True)
        answer, told = self._tools.use(name, to_json(arguments))
        result = {
            "function_name": name,
            "tool_call_id": text(data, "tool_call_id"),
            "arguments": arguments,
            "result": answer,
        }
        return (*told, ToSend(_rtvi("llm-function-call-result", result)))

    _translations: Mapping[str, Callable[[Pipecat, Json], Iterable[AgentEvent]]] = {
        "bot-ready": _ready,
        "bot-started-speaking": lambda self, _: self._begin(),
        "bot-stopped-speaking": _stopped,
        "bot-output": _output,
        "user-input": _caller_said,
        "user-transcription": _caller_said,
        "llm-function-call": _run_tool,
        "llm-function-call-in-progress": _tool_is_running,
        "error": lambda _, data: (
            Problem(f"The bot reports an error: {quote(text(data, 'error'))}", fatal=data.get("fatal") is True),
        ),
        "error-response": lambda _, data: (Problem(f"The bot refused a message: {quote(text(data, 'error'))}"),),
    }


def _rtvi(kind: str, data: Json | None = None) -> bytes:
    message = {"label": "rtvi-ai", "type": kind, "id": kind, **({"data": data} if data else {})}
    return encode(AppMessage(to_json(message)))


def _known(option: str, rate: int) -> int:
    if rate in RATES:
        return rate
    raise InvalidArgument(
        f"The option '{option}' of the agent 'pipecat' is {rate}; it must be one of {', '.join(map(str, RATES))} (Hz)."
    )


def _wrong_audio(audio: Audio, expected: int) -> str:
    if audio.channels != 1:
        return f"The bot sends {audio.channels} channels of audio; RobotVoice takes one (audio_out_channels=1)."
    return f"The bot sends audio at {audio.rate} Hz, not at {expected} Hz: give agent_rate={audio.rate} to Start Call."


def _too_old(version: str) -> str:
    return (
        f"The bot speaks RTVI {quote(version)}, and RobotVoice needs 2.0 or newer (Pipecat 1.4). "
        "With rtvi=no it is called without RTVI: then the bot's words are not known."
    )

"""What a wire protocol is to the agent: pure translation, both ways."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from RobotVoice.audio.formats import AudioFormat
from RobotVoice.audio.frames import Pcm
from RobotVoice.demo.hearing import END_SILENCE
from RobotVoice.demo.mouth import Piece, Speech

Message = str | bytes


class Why(Enum):
    """What made the agent stop."""

    VAD = "vad"
    CANCEL = "cancel"
    TRUNCATE = "truncate"
    """The client dropped a reply that the agent had already sent whole."""
    KEY = "key"


@dataclass(frozen=True)
class TurnTaking:
    """What the client lets the agent decide; only OpenAI's protocol has such settings."""

    detects: bool = True
    answers: bool = True
    interrupts: bool = True
    end_silence: float = END_SILENCE


@dataclass(frozen=True, eq=False)
class CallerAudio:
    samples: Pcm


@dataclass(frozen=True)
class CallerText:
    """The caller's turn, typed."""

    text: str


@dataclass(frozen=True)
class CallerCommitted:
    """The client says that the caller's turn is over."""


@dataclass(frozen=True)
class CallerCleared:
    """The client drops what the caller said."""


@dataclass(frozen=True)
class ReplyWanted:
    """The client asks for a reply."""


@dataclass(frozen=True)
class CancelReceived:
    """The client stops the reply."""

    signal: str


@dataclass(frozen=True)
class Truncated:
    """The client says how much of the reply the caller has heard."""

    seconds: float
    answer: tuple[Message, ...]


@dataclass(frozen=True)
class Marked:
    """The client has played or dropped all audio before the mark."""

    name: str


@dataclass(frozen=True)
class KeyPressed:
    key: str


@dataclass(frozen=True)
class ToolAnswered:
    """The client tells what the tool that the agent called has found."""

    call: str
    output: str


@dataclass(frozen=True)
class HungUp:
    """The client ends the call by a message."""


@dataclass(frozen=True)
class ToSend:
    """What the protocol wants sent at once."""

    messages: tuple[Message, ...]


@dataclass(frozen=True)
class ProtocolError:
    """The client sent something that the protocol does not allow."""

    sentence: str
    answer: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Unknown:
    """A message that the agent does not know, which is normal."""

    summary: str


FromClient = (
    CallerAudio
    | CallerText
    | CallerCommitted
    | CallerCleared
    | ReplyWanted
    | CancelReceived
    | Truncated
    | Marked
    | KeyPressed
    | ToolAnswered
    | HungUp
    | ToSend
    | ProtocolError
    | Unknown
)


class Wire(ABC):
    """One connection's protocol. Nothing here knows the time, or sends."""

    input: AudioFormat
    output: AudioFormat
    turns: TurnTaking = TurnTaking()
    open: bool = True
    """The client has said all that it has to say before the agent may speak."""
    transcribes: bool = False
    """The agent's words are sent with its voice."""

    def opening(self) -> Iterable[Message]:
        """What is sent to a client that has connected."""
        return ()

    @abstractmethod
    def read(self, message: Message) -> Iterable[FromClient]:
        """What a message of the client means. Never raises."""

    def caller_started(self, position: float) -> Iterable[Message]:
        """The caller's turn began `position` seconds into their audio."""
        return ()

    def caller_stopped(self, position: float) -> Iterable[Message]:
        """The caller's turn ended `position` seconds into their audio."""
        return ()

    def caller_committed(self) -> Iterable[Message]:
        """The client ended the caller's turn."""
        return ()

    def nothing_committed(self) -> Iterable[Message]:
        """The client ended a turn in which nobody spoke."""
        return ()

    def caller_cleared(self) -> Iterable[Message]:
        """The client dropped the caller's audio."""
        return ()

    def caller_heard(self, text: str, seconds: float) -> Iterable[Message]:
        """What the agent understood of the caller's turn, which was `seconds` long."""
        return ()

    def reply_started(self, speech: Speech) -> Iterable[Message]:
        """The agent begins to speak."""
        return ()

    @abstractmethod
    def audio(self, piece: Piece) -> Iterable[Message]:
        """The next piece of the reply."""

    def reply_sent(self, speech: Speech) -> Iterable[Message]:
        """All of the reply was sent; the other side may still play it."""
        return ()

    @abstractmethod
    def reply_stopped(self, speech: Speech, why: Why) -> Iterable[Message]:
        """The agent stopped in mid-reply."""

    def tool_called(self, tool: str, arguments: str) -> tuple[str, Iterable[Message]]:
        """The id of the call, and what tells the client of it."""
        raise NotImplementedError(f"{type(self).__name__} has no tools.")

    def nothing_to_cancel(self) -> Iterable[Message]:
        """The client cancelled and no reply was being spoken."""
        return ()

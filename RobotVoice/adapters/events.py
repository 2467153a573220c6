"""The call's few events: all that an adapter may tell about what the agent sent.

An event has no time. The call stamps it when the message is read from the socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from RobotVoice.audio.frames import Pcm


class ReplyStatus(Enum):
    """How the protocol says that a reply ended."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Interrupter(Enum):
    """Whom the protocol names as the cause of a cancelled reply."""

    CANCEL = "cancel"
    AGENT_VAD = "agent_vad"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ready:
    """The session is set up: audio may flow. Sent once; an adapter without a handshake needs none."""


@dataclass(frozen=True, eq=False)
class AgentAudio:
    """Speech or silence of the agent, at the rate of `Adapter.receives`.

    reply: the protocol's id of the reply it belongs to, "" where there is none.
    item: the protocol's id of the item within it, for a truncation; "" where there is none.
    stale: the protocol has said already that it must not be played any more.
    """

    samples: Pcm
    reply: str = ""
    item: str = ""
    stale: bool = False


@dataclass(frozen=True)
class AgentWords:
    """What the agent says, in the agent's own words.

    final: `text` is the whole text of the reply, or of its part `item`; else it is the next piece of that.
    """

    text: str
    reply: str = ""
    final: bool = False
    item: str = ""


@dataclass(frozen=True)
class AgentBelieves:
    """What the agent takes itself to have said of a reply that was cut off: what its memory of the call holds."""

    text: str
    reply: str = ""


@dataclass(frozen=True)
class ToolCalled:
    """The agent used a tool. arguments, answer: as text, the answer as the test's table gave it ("" if it has none)."""

    name: str
    arguments: str = ""
    answer: str = ""


@dataclass(frozen=True)
class CallerWords:
    """What the agent understood of the caller."""

    text: str


@dataclass(frozen=True)
class ReplyStarted:
    """The agent's side began a reply (it may not be audible yet)."""

    reply: str = ""


@dataclass(frozen=True)
class ReplyEnded:
    """The agent's side has sent all of a reply, or gave it up. Says nothing of what was heard."""

    reply: str = ""
    status: ReplyStatus = ReplyStatus.COMPLETED
    interrupter: Interrupter = Interrupter.UNKNOWN


@dataclass(frozen=True)
class Flush:
    """The agent's side says: drop what you have not played yet. `signal` is the protocol's word for it."""

    signal: str


@dataclass(frozen=True)
class CancelAcknowledged:
    """The provider confirms our cancel, for an item whose audio it had already sent whole, or in general.

    What is left of `item` ("" for all) in the playout is dropped.
    """

    signal: str
    item: str = ""


@dataclass(frozen=True)
class Mark:
    """The agent wants to be told when all audio before this point has been played or dropped."""

    name: str


@dataclass(frozen=True)
class KeysPressed:
    """The agent pressed a key, or asks for one to be seen on the timeline."""

    keys: str


@dataclass(frozen=True)
class ToSend:
    """The protocol demands an answer at once (a pong, an acknowledgement)."""

    message: str | bytes


@dataclass(frozen=True)
class Problem:
    """The agent's side reports an error, or sent something that its protocol does not allow.

    fatal: the call can't go on. A problem that is not fatal stands in the journal and in the log.
    """

    sentence: str
    fatal: bool = False


@dataclass(frozen=True)
class HungUp:
    """The agent ended the call by a message of its protocol."""

    reason: str = ""


@dataclass(frozen=True)
class Noted:
    """A message that changes nothing: kept in the journal, since unknown messages are normal."""

    summary: str


AgentEvent = (
    Ready
    | AgentAudio
    | AgentWords
    | AgentBelieves
    | ToolCalled
    | CallerWords
    | ReplyStarted
    | ReplyEnded
    | Flush
    | CancelAcknowledged
    | Mark
    | KeysPressed
    | ToSend
    | Problem
    | HungUp
    | Noted
)

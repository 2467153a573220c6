"""What an adapter is: pure translation. The call owns the socket, the clock, the buffer and the judgement."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from websockets.asyncio.connection import Connection

from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import AgentEvent
from RobotVoice.adapters.secrets import Hide, hiding_nothing
from RobotVoice.audio.formats import AudioFormat
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import UnsupportedCapability

Message = str | bytes
"""One websocket message: text or binary."""


@dataclass(frozen=True)
class Endpoint:
    """Where to connect. `headers` may hold keys and are never logged.

    hide: takes out of what the other end says all that the options of the call hold of secrets.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    hide: Hide = field(default=hiding_nothing, repr=False)


@dataclass(frozen=True)
class Accepted:
    """A websocket that the agent's side has opened towards us while `prepare` waited for it."""

    connection: Connection


@dataclass(frozen=True)
class Heard:
    """How much the caller has heard of the reply that is being played, when it is cancelled or flushed.

    reply, item: the protocol's ids as in AgentAudio. played: seconds of `item` heard so far; never more
    than was received.
    """

    reply: str
    item: str
    played: float


class Adapter(ABC):
    """One agent's protocol, as the call sees it.

    The options of `Start Call` are the keyword arguments of `__init__`; their types convert them and
    their names appear in error messages. A method that returns messages returns all that are to be
    sent, in order.
    """

    name: ClassVar[str]
    """The name in `Start Call`."""
    summary: ClassVar[str]
    """Who is at the other end, for the capability matrix."""
    capabilities: Capabilities

    sends: AudioFormat
    """Caller to agent."""
    receives: AudioFormat
    """Agent to caller."""
    waits_until_ready: bool = False
    """The protocol has a handshake whose end is a `Ready` event."""
    announces_stops: bool = False
    """It sends a signal whenever the agent gives way: a silence without one is a pause, or the agent's own end."""
    no_session: str = "Is there a server of that protocol at its address?"
    """What to look at where that handshake does not end, as a sentence for the person at the test."""
    opens_within: float = 60.0
    """Seconds that `prepare`, the socket and the handshake may take together."""
    keys_are_tones: bool = False
    """The protocol has no message for a key: the caller's audio carries its tone, and `press` is not called."""
    keypad: str = "0123456789*#ABCD"
    """The keys that `press` takes."""

    async def prepare(self) -> None:  # noqa: B027 - most adapters need nothing
        """Do what comes before the line: start the demo agent's process, dial, wait to be called."""

    async def release(self) -> None:  # noqa: B027
        """End what `prepare` started. Safe to call twice, and without `prepare`."""

    @abstractmethod
    def endpoint(self) -> Endpoint | Accepted:
        """Where to connect, or the connection that has come in."""

    def opening(self) -> Iterable[Message]:
        """What to send as soon as the socket is open."""
        return ()

    @abstractmethod
    def audio(self, frame: Pcm) -> Iterable[Message]:
        """One frame of the caller's voice or silence, at the rate of `sends`."""

    @abstractmethod
    def events(self, message: Message) -> Iterable[AgentEvent]:
        """What a message from the agent means. Never raises: nonsense is a `Problem` or `Noted`."""

    def cancel(self, heard: Heard | None) -> Iterable[Message]:
        """The provider-side cancel signal; `heard` is None if nothing was heard of a reply that still goes on."""
        raise UnsupportedCapability(f"The agent '{self.name}' has no cancel signal.")

    def flushed(self, heard: Heard) -> Iterable[Message]:
        """The agent's own `Flush` cut off a reply of which so much was heard, where it can't know that by itself."""
        return ()

    def mark_played(self, name: str) -> Iterable[Message]:
        """All audio before the mark has been played or dropped."""
        return ()

    def press(self, key: str) -> Iterable[Message]:
        """One key of a telephone."""
        raise UnsupportedCapability(f"The agent '{self.name}' takes no keys.")

    def closing(self) -> Iterable[Message]:
        """What to send before the socket is closed."""
        return ()

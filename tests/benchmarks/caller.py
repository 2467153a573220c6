"""RobotVoice as the keywords use it, and the patience with a machine that other people use as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.frames import Clip
from RobotVoice.bridge import Bridge
from RobotVoice.conversation import Conversation, Limits
from RobotVoice.errors import MissingExtra
from RobotVoice.evidence.model import Health

from .sound import RATE, vowel

T = TypeVar("T")

TRIES = 3
"""So often a call is made until RobotVoice says that the machine was good enough for it."""


class NoEars:
    """Nothing here asks what was said."""

    @property
    def fingerprint(self) -> dict[str, str]:
        return {}

    def hear(self, clip: Clip) -> str:
        raise MissingExtra("The benchmarks do without ears.")


@contextmanager
def calling(agent: Adapter, watch: float = 5.0) -> Iterator[Conversation]:
    """A call from its start to its end."""
    bridge = Bridge()
    conversation = Conversation(bridge, agent, NoEars(), 0.7, Limits(watch=watch))
    try:
        conversation.start()
        yield conversation
    finally:
        conversation.end()
        bridge.close()


def raw(url: str, flush: str = "") -> WebSocket:
    """The other end sends and takes PCM16 at 24 kHz, a frame in each message."""
    return WebSocket(url=url, rate=RATE, flush_message=flush)


def words(seconds: float) -> Clip:
    """The caller's: higher than the agent's."""
    return Clip(vowel(seconds, 190.0), RATE)


@dataclass
class Patience(Generic[T]):
    """Makes a call again while its own timing was bad, and counts."""

    call: Callable[[], tuple[T, Health]]
    repeated: int = 0
    unreliable: int = 0

    def result(self) -> T:
        for attempt in range(TRIES):
            found, health = self.call()
            if health.reliable:
                break
            self.repeated += attempt < TRIES - 1
            self.unreliable += attempt == TRIES - 1
        return found

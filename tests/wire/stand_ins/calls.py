"""The caller's side of a whole call without Robot Framework, and the machine's excuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

import pytest

from RobotVoice.adapters.base import Adapter
from RobotVoice.audio.frames import Clip
from RobotVoice.bridge import Bridge
from RobotVoice.call.turns import NATURAL_PAUSE
from RobotVoice.conversation import Conversation, Expected, Limits
from RobotVoice.errors import UnreliableTiming
from RobotVoice.evidence.model import CallEvidence, Interruption, Mode
from RobotVoice.interruption.triggers import Trigger
from stand_ins.server import Plan, Session, StandIn
from stand_ins.sound import clip

S = TypeVar("S", bound=Session)

TOLERANCE = 0.040
"""Seconds between what we measured and what the agent knows."""
ATTEMPTS = 3


class NoEars:
    """The vowels of the stand-ins are no words."""

    @property
    def fingerprint(self) -> dict[str, str]:
        return {}

    def hear(self, clip: Clip) -> str:
        return ""


@contextmanager
def calling(adapter: Adapter, watch: float = 2.0) -> Iterator[Conversation]:
    """A call from its first frame to its end; nothing of it is left behind."""
    bridge = Bridge()
    limits = Limits(turn=15.0, watch=watch, audible=30.0)
    conversation = Conversation(bridge, adapter, NoEars(), NATURAL_PAUSE, limits)
    try:
        conversation.start()
        yield conversation
    finally:
        conversation.end()
        loop = bridge._thread
        bridge.close()
    assert loop is not None
    assert not loop.is_alive()


@dataclass
class Interrupted(Generic[S]):
    """A call with one interruption, and all that both sides know of it."""

    agent: S
    result: Interruption
    evidence: CallEvidence
    reply: str | None = None


def interrupt(
    session: type[S],
    plan: Plan,
    adapter: Callable[[str], Adapter],
    mode: Mode | None,
    after: float = 1.0,
    expected: Expected = Expected.STOP,
    answered: bool = True,
) -> Interrupted[S]:
    """The caller asks, interrupts the reply, and waits for the next one if it is to be `answered`."""
    with StandIn(session, plan) as server:
        with calling(adapter(server.url)) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            conversation.expect_reply()
            conversation.interrupt("Wait", clip(0.8), Trigger(after), mode, expected)
            reply = conversation.hear_reply(10.0) if answered else None
        agent = server.session
        assert agent.over.wait(5)
    assert agent.wrong == []
    return Interrupted(agent, conversation.interruptions()[0], conversation.evidence(), reply)


def reliably(attempt: Callable[[], Interrupted[S]]) -> Interrupted[S]:
    """A call in which this machine kept the time; figures of others prove nothing."""
    for _ in range(ATTEMPTS):
        with suppress(UnreliableTiming):
            found = attempt()
            if found.evidence.health.reliable:
                return found
    pytest.fail(f"this machine was too busy {ATTEMPTS} times")


def near(truth: float) -> object:
    return pytest.approx(truth, abs=TOLERANCE)

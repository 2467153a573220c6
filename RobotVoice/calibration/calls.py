"""Calls to the agent that knows when it stopped, made as a user's are: by a Conversation over an adapter."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.frames import Clip
from RobotVoice.bridge import Bridge
from RobotVoice.calibration.cases import CASES, FLUSH, Case, Way
from RobotVoice.calibration.process import Process
from RobotVoice.calibration.result import WATCH, Calibration, KnownCall
from RobotVoice.calibration.sound import RATE, vowel
from RobotVoice.call.turns import NATURAL_PAUSE
from RobotVoice.conversation import Conversation, Expected, Limits
from RobotVoice.errors import CallError, InvalidArgument, MissingExtra
from RobotVoice.evidence.model import Interruption
from RobotVoice.interruption.triggers import Trigger

AFTER = (0.3, 0.5)
"""Seconds of the agent's speech at which the caller barges in: each time at another phase of its frames."""
AGENT = "RobotVoice.calibration.known_stop"
CALLS = 3
"""Of a case: about a minute."""
MOST_CALLS = 100
"""Of a case: about half an hour."""


class NoEars:
    """Nobody asks what was said."""

    @property
    def fingerprint(self) -> dict[str, str]:
        return {}

    def hear(self, clip: Clip) -> str:
        raise MissingExtra("The calls of a calibration have no words.")


@contextmanager
def calling(agent: Adapter, watch: float = WATCH) -> Iterator[Conversation]:
    """A call from its start to its end."""
    bridge = Bridge()
    conversation = Conversation(bridge, agent, NoEars(), NATURAL_PAUSE, Limits(watch=watch))
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


class KnownAgent:
    """The agent's process, and calls to it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._url = process.report()["listening"]

    def call(self, case: Case) -> KnownCall:
        """One call in which the agent is interrupted; CallEnded, with the reason, if its process dies."""
        try:
            result, timely = self._interrupt(case)
        except CallError:
            self._process.require_alive()
            raise
        known = self._process.report().get("stop_latency")
        figure = result.stop_latency
        truth = known if case.stops else None
        return KnownCall(case, truth, result.outcome, figure, timely if figure is None else figure.reliable)

    def _interrupt(self, case: Case) -> tuple[Interruption, bool]:
        with calling(raw(self._url + case.path, FLUSH if case.way is Way.BURSTING else "")) as conversation:
            trigger = Trigger(random.uniform(*AFTER))
            result = conversation.interrupt("ah", words(1.0), trigger, None, Expected.ANYTHING)
            return result, conversation.health().reliable


def calibrate(calls: int, progress: Callable[[str], None], cases: Iterable[Case] = CASES) -> Calibration:
    """So many calls of every case, one at a time. `progress` is told of each.

    Raises InvalidArgument for a number that is not allowed, CallError if the agent's process does not start or dies.
    """
    if calls not in range(1, MOST_CALLS + 1):
        raise InvalidArgument(f"The argument calls is {calls}; it has to be from 1 to {MOST_CALLS}.")
    plan = list(cases) * calls  # in rounds: a disturbance of some seconds does not hit one case alone
    found: list[KnownCall] = []
    with Process(AGENT) as process:
        agent = KnownAgent(process)
        for case in plan:
            found.append(agent.call(case))
            progress(f"Call {len(found)} of {len(plan)}: {found[-1]}")
    return Calibration(tuple(found))

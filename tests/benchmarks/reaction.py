"""The agent's first audible speech -> the barge-in on the wire, measured at the agent's end."""

from __future__ import annotations

from RobotVoice.calibration.calls import calling, raw, words
from RobotVoice.calibration.process import Process
from RobotVoice.conversation import Expected
from RobotVoice.interruption.triggers import Trigger

from .figures import Row
from .patience import Patience

LIMITS = {"p50": 40.0, "p99": 60.0}
BARGE_INS = 10
"""In one call."""


def run(quick: bool) -> list[Row]:
    with Process("tests.benchmarks.known_onset") as agent:
        url = agent.report()["listening"]
        patience = Patience(lambda: _call(agent, url))
        values = [value for _ in range(1 if quick else 6) for value in patience.result()]
    return [Row("reaction", values, "ms", LIMITS, patience.repeated, patience.unreliable)]


def _call(agent: Process, url: str) -> tuple[list[float], bool]:
    with calling(raw(url)) as conversation:
        for _ in range(BARGE_INS):
            conversation.interrupt("ah", words(0.4), Trigger(), None, Expected.ANYTHING)
        reliable = conversation.health().reliable
    found = agent.report()["barge_ins"]
    assert len(found) == BARGE_INS, found
    return [(one["arrived"] - one["sent"]) * 1000 for one in found], reliable

"""One long call: does a frame go out every 20 ms, as the sender sees it and as the receiver does?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.calibration.calls import calling, raw
from RobotVoice.calibration.process import Process
from RobotVoice.evidence.model import Health

from .figures import Row
from .patience import Patience

Times = npt.NDArray[np.float64]

DRIFT = {"worst": FRAME_SECONDS * 1000}
LATENESS = {"p99": 5.0}
SECOND = round(1 / FRAME_SECONDS)
"""Frames."""


def run(quick: bool) -> list[Row]:
    with Process("tests.benchmarks.steady") as agent:
        url = agent.report()["listening"]
        patience = Patience(lambda: _call(agent, url, 10.0 if quick else 60.0))
        arrivals, health = patience.result()
    lateness = _lateness(np.array(arrivals))
    drift = float(np.median(lateness[-SECOND:]) - np.median(lateness[:SECOND]))
    sent = [health.late_p99 * 1000]
    return [
        Row("pacing: lateness p99, as sent", sent, "ms", LATENESS, patience.repeated, patience.unreliable),
        Row("pacing: worst lateness, as sent", [health.late_max * 1000], "ms"),
        Row("pacing: drift, as sent", [health.drift * 1000], "ms", DRIFT),
        Row("pacing: lateness, as received", [float(late) for late in lateness], "ms", LATENESS),
        Row("pacing: drift, as received", [drift], "ms", DRIFT),
        Row("pacing: frames lost on the way", [float(health.frames - len(arrivals))], "frames", {"worst": 0}),
    ]


def _lateness(arrivals: Times) -> Times:
    """Milliseconds of each frame behind the 20 ms grid, which goes through the most punctual one."""
    behind = arrivals - np.arange(len(arrivals)) * FRAME_SECONDS
    return np.asarray((behind - behind.min()) * 1000)


def _call(agent: Process, url: str, seconds: float) -> tuple[tuple[list[float], Health], bool]:
    with calling(raw(url)) as conversation:
        conversation.stay_silent(seconds)
        conversation.end()
        health = conversation.health()
    return (agent.report()["arrivals"], health), health.reliable

"""CPU time of a call, as a multiple of what a bare websocket client takes to move the same frames."""

from __future__ import annotations

from RobotVoice.calibration.process import Process

from .figures import Row

LIMITS = {"p50": 3.0}


def run(quick: bool) -> list[Row]:
    seconds, times = (5.0, 1) if quick else (20.0, 3)
    with Process("tests.benchmarks.steady") as agent:
        url = agent.report()["listening"]
        pairs = [_both(agent, url, seconds) for _ in range(times)]
    return [
        Row("cpu: a call / a bare client", [call / bare for call, bare in pairs], "times", LIMITS),
        Row("cpu: a call", [call / seconds * 100 for call, _ in pairs], "% of a core"),
        Row("cpu: a bare client", [bare / seconds * 100 for _, bare in pairs], "% of a core"),
    ]


def _both(agent: Process, url: str, seconds: float) -> tuple[float, float]:
    """Both at once, so that what else the machine does burdens them alike."""
    with (
        Process("tests.benchmarks.client", "robotvoice", url, str(seconds)) as call,
        Process("tests.benchmarks.client", "bare", url, str(seconds)) as bare,
    ):
        used = call.report()["cpu"], bare.report()["cpu"]
    for _ in range(2):
        agent.report()
    return used

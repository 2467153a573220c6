"""Eight calls at once, as pabot would make them: is what this machine was too busy for labelled, and the rest true?

With arguments it is one of the callers: `python -m tests.benchmarks.crowd CALLER CALLS` prints a line for each call.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from math import inf
from typing import Any

from RobotVoice.calibration.calls import AGENT, KnownAgent
from RobotVoice.calibration.cases import CASES
from RobotVoice.calibration.process import Process
from RobotVoice.calibration.result import KnownCall
from RobotVoice.calibration.serving import say

from .figures import Row

CALLERS = 8
LIMIT = 0.3
"""Seconds that an agent would be allowed; one that stops after 800 ms, or never, must not pass."""
ERROR = {"p95": 40.0}


def run(quick: bool) -> list[Row]:
    calls = 2 if quick else 25
    with ExitStack() as stack:
        callers = [
            stack.enter_context(Process("tests.benchmarks.crowd", str(caller), str(calls))) for caller in range(CALLERS)
        ]
        found = [caller.report() for _ in range(calls) for caller in callers]
    trusted = [call["error"] * 1000 for call in found if call["reliable"] and call["error"] is not None]
    unreliable = sum(not call["reliable"] for call in found) / len(found)
    wrong = [float(call["wrong_pass"]) for call in found]
    return [
        Row(f"crowd: {CALLERS} calls at once, not labelled unreliable: error", trusted, "ms", ERROR),
        Row(f"crowd: labelled unreliable, of {len(found)} calls", [unreliable * 100], "%"),
        Row(f"crowd: wrong passes of a limit of {LIMIT * 1000:.0f} ms", wrong, "0/1", {"worst": 0.0}),
    ]


def _written(call: KnownCall) -> dict[str, Any]:
    return {
        "error": call.error if call.case.stops else None,
        "reliable": call.reliable,
        "wrong_pass": _wrong_pass(call),
    }


def _wrong_pass(call: KnownCall) -> bool:
    """It would pass and must not: by far too late, or by never stopping, which no limit makes a stop."""
    if call.case.stops:
        return call.case.stops_after > LIMIT and call.passes(LIMIT)
    return call.passes(inf)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("caller", type=int)
    parser.add_argument("calls", type=int)
    options = parser.parse_args()
    with Process(AGENT) as process:
        agent = KnownAgent(process)
        for number in range(options.calls):
            say(_written(agent.call(CASES[(options.caller + number) % len(CASES)])))


if __name__ == "__main__":
    main()

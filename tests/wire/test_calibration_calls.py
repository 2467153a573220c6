"""Calls to the agent that knows when it stopped, which is a process of its own, and the command that makes them."""

from __future__ import annotations

import re
import subprocess
import sys
from math import inf
from threading import Timer

import pytest

from RobotVoice.calibration.calls import AGENT, KnownAgent, calibrate
from RobotVoice.calibration.cases import CASES, Case, Way
from RobotVoice.calibration.process import Process
from RobotVoice.calibration.result import Calibration
from RobotVoice.errors import CallEnded
from RobotVoice.evidence.model import Outcome

TOO_BUSY = "This machine was too busy"
ATTEMPTS = 3
WIDE = 0.1
"""Seconds of error that even a busy machine stays below, unless it says that it was too busy."""

PACED = Case(Way.PACED, 0.3)
BURSTING = Case(Way.BURSTING, 0.8)
NEVER = Case(Way.PACED, inf)


def calibrated(cases: list[Case], told: list[str]) -> Calibration:
    for _ in range(ATTEMPTS):
        told.clear()
        found = calibrate(1, told.append, cases)
        if all(call.reliable for call in found.calls):
            return found
    pytest.fail(f"{TOO_BUSY} {ATTEMPTS} times.")


def test_a_small_calibration() -> None:
    told: list[str] = []
    found = calibrated([PACED, NEVER, BURSTING], told)
    paced, never, bursting = found.cases
    assert [case.case for case in found.cases] == [PACED, NEVER, BURSTING]
    for case in (paced, bursting):
        (call,) = case.calls
        assert call.outcome is Outcome.INTERRUPTED
        assert call.truth == pytest.approx(case.stop, abs=WIDE), "the agent does what was ordered"
        assert call.error == pytest.approx(0, abs=WIDE)
    assert never.censored == never.n == 1
    assert found.doubts == ()
    assert found.accuracy is not None
    assert found.accuracy <= WIDE
    assert [line.partition(",")[0] for line in told] == [
        "Call 1 of 3: paced",
        "Call 2 of 3: paced",
        "Call 3 of 3: bursting",
    ]


def test_an_agent_that_dies_in_a_call_is_named() -> None:
    with Process(AGENT) as process:
        agent = KnownAgent(process)
        killer = Timer(1.0, process._process.kill)
        killer.start()
        with pytest.raises(
            CallEnded, match=f"The process {AGENT} ended by itself: it gave no reason, and its exit code"
        ):
            agent.call(NEVER)
        with pytest.raises(CallEnded, match="ended by itself"):
            agent.call(PACED)
        killer.join()


def test_the_agent_ends_with_its_input() -> None:
    with Process(AGENT) as process:
        KnownAgent(process)
    assert process._process.returncode == 0


def test_what_does_not_start_says_why() -> None:
    with Process("RobotVoice.calibration.nobody") as process:
        for _ in range(2):
            with pytest.raises(CallEnded, match="No module named"):
                process.report()


def test_the_command() -> None:
    command = [sys.executable, "-m", "RobotVoice", "calibrate", "--calls", "1", "--within", str(WIDE * 1000)]
    for _ in range(ATTEMPTS):
        run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if TOO_BUSY not in run.stdout:
            break
    assert run.returncode == 0, run.stdout + run.stderr
    sentence, blank, head, *table = run.stdout.splitlines()
    assert re.fullmatch(
        r"This setup measures stop latency to within ±\d+ ms today \(the worst of 6 stops\)\.", sentence
    )
    assert blank == ""
    assert head.startswith("The agent sends  ")
    assert [line.rpartition("  ")[2].strip() for line in table[: len(CASES)]] == [
        *["stopped: 1 of 1"] * 3,
        "kept talking: 1 of 1",
    ] * 2
    assert len(run.stderr.splitlines()) == len(CASES)

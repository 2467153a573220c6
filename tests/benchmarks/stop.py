"""Is the stop latency true? Held against agents that know when they fell silent."""

from __future__ import annotations

import json
import random
import tempfile
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from RobotVoice.adapters.demo import Demo
from RobotVoice.calibration.calls import AGENT, KnownAgent, calling
from RobotVoice.calibration.cases import CASES, Case, Way
from RobotVoice.calibration.process import Process
from RobotVoice.calibration.result import KnownCall
from RobotVoice.conversation import Expected
from RobotVoice.demo.faults import Faults
from RobotVoice.evidence.model import Mode
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.voices import CachedVoice, OfflineVoice

from .figures import Row
from .patience import Patience

LIMITS = {"median": 10.0, "p95": 20.0, "worst": 40.0}
"""Milliseconds, of the error."""
UNCOVERED = {"worst": 5.0}
"""Per cent of the calls."""
WARM_UP = 60.0
"""Seconds that the demo agent gets to load its models."""
FIRST_SENTENCE = (0.2, 1.1)
"""Seconds of the greeting at which the caller barges in: it has no pause before 2.1 s, so the truth is plain."""
WORDS = "Wait, I meant account support"


def run(quick: bool) -> list[Row]:
    calls = 3 if quick else 20
    return _known(calls) + _demo(calls)


def _known(calls: int) -> list[Row]:
    with Process(AGENT) as process:
        agent = KnownAgent(process)
        found = {case: Patience(partial(_reliably, agent, case)) for case in CASES}
        made = {case: [patience.result() for _ in range(calls)] for case, patience in found.items()}
    rows = [_row(f"stop: {case}", case, made[case], patience) for case, patience in found.items()]
    return [*rows, _uncovered("stop", made)]


def _reliably(agent: KnownAgent, case: Case) -> tuple[KnownCall, bool]:
    call = agent.call(case)
    return call, call.reliable


def _row(what: str, case: Case, calls: list[KnownCall], patience: Patience[KnownCall]) -> Row:
    counts = patience.repeated, patience.unreliable
    if not case.stops:
        return Row(
            f"{what}: calls not censored", [float(not c.censored) for c in calls], "0/1", {"worst": 0.0}, *counts
        )
    return Row(f"{what}: error", [call.error * 1000 for call in calls], "ms", LIMITS, *counts)


def _uncovered(what: str, made: dict[Case, list[KnownCall]]) -> Row:
    stops = [call for calls in made.values() for call in calls if call.case.stops and call.reliable]
    outside = sum(not call.covered for call in stops) / len(stops)
    return Row(f"{what}: truth outside the printed ±, of {len(stops)} calls", [outside * 100], "%", UNCOVERED)


# The demo agent, over the protocol of OpenAI Realtime


def _demo(calls: int) -> list[Row]:
    made: dict[Case, list[KnownCall]] = {}
    rows = []
    for case in (case for case in CASES if case.stops):
        patience, made[case] = _demo_calls(case, calls)
        rows.append(_row(f"stop: demo agent, {case}", case, made[case], patience))
    return [*rows, _uncovered("stop: demo agent", made)]


def _demo_calls(case: Case, calls: int) -> tuple[Patience[KnownCall], list[KnownCall]]:
    faults = Faults(stops_after=timedelta(seconds=case.stops_after), bursts=case.way is Way.BURSTING, greeting=True)
    with tempfile.TemporaryDirectory() as folder:
        truth = Path(folder) / "truth.jsonl"
        arguments = ("--protocol", "openai_realtime", "--truth", str(truth), *faults.to_arguments())
        with Process("RobotVoice.demo", *arguments) as agent:
            url = agent.report()["listening"]
            _wrote(truth, 0, "warmed_up")
            sessions = iter(range(1, calls * 10))
            patience = Patience(lambda: _greeted(case, url, truth, next(sessions)))
            return patience, [patience.result() for _ in range(calls)]


def _greeted(case: Case, url: str, truth: Path, session: int) -> tuple[KnownCall, bool]:
    clip = CachedVoice(OfflineVoice(), SpeechCache()).speak(WORDS)
    with calling(Demo(url=url)) as conversation:
        trigger = Trigger(random.uniform(*FIRST_SENTENCE))
        result = conversation.interrupt(WORDS, clip, trigger, Mode.VAD, Expected.ANYTHING)
        reliable = conversation.health().reliable
    onset, stopped = _wrote(truth, session, "caller_onset"), _wrote(truth, session, "stopped")
    known = stopped["last_sound"] - onset["at"]
    return KnownCall(case, known, result.outcome, result.stop_latency, reliable), reliable


def _wrote(truth: Path, session: int, event: str) -> dict[str, Any]:
    """The first such event of a session, once it is there."""
    limit = time.monotonic() + WARM_UP
    while time.monotonic() < limit:
        lines = truth.read_text().splitlines(keepends=True) if truth.exists() else []
        for line in (json.loads(line) for line in lines if line.endswith("\n")):
            if line["session"] == session and line["event"] == event:
                return dict(line)
        time.sleep(0.1)
    raise TimeoutError(f"The demo agent wrote no '{event}' of session {session} into its truth.")

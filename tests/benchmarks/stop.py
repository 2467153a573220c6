"""Is the stop latency true? Held against agents that know when they fell silent."""

from __future__ import annotations

import json
import random
import tempfile
import time
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import Any

from RobotVoice.adapters.demo import Demo
from RobotVoice.conversation import Expected
from RobotVoice.demo.faults import Faults
from RobotVoice.evidence.model import Health, Interruption, Mode, Outcome
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.voices import CachedVoice, OfflineVoice

from .caller import Patience, calling, raw, words
from .figures import Row
from .known_stop import FLUSH
from .process import Process

LIMITS = {"worst": 40.0}
STOPS_AFTER = (0.1, 0.3, 0.8)
WATCH = 2.0
"""Seconds that an agent which never stops is watched for."""
WARM_UP = 60.0
"""Seconds that the demo agent gets to load its models."""
FIRST_SENTENCE = (0.2, 1.1)
"""Seconds of the greeting at which the caller barges in: it has no pause before 2.1 s, so the truth is plain."""
WORDS = "Wait, I meant account support"


def run(quick: bool) -> list[Row]:
    calls = 3 if quick else 10
    known = [_known(way, after, calls) for way in ("paced", "bursts") for after in (*STOPS_AFTER, inf)]
    return known + [_demo(way, after, calls) for way in ("paced", "bursts") for after in STOPS_AFTER]


def _known(way: str, after: float, calls: int) -> Row:
    with Process("tests.benchmarks.known_stop", str(after), way) as agent:
        url = agent.report()["listening"]
        call = _never_stopping if after == inf else _stopping
        patience = Patience(lambda: call(agent, url, way))
        values = [patience.result() for _ in range(calls)]
    if after == inf:
        what, unit, limits = f"stop: {way}, never: calls not censored", "0/1", {"worst": 0.0}
    else:
        what, unit, limits = f"stop: {way}, {after * 1000:.0f} ms: error", "ms", LIMITS
    return Row(what, values, unit, limits, patience.repeated, patience.unreliable)


def _stopping(agent: Process, url: str, way: str) -> tuple[float, Health]:
    result, health = _interrupt(url, way, 5.0)
    return _error(result, agent.report()["stop_latency"]), health


def _never_stopping(agent: Process, url: str, way: str) -> tuple[float, Health]:
    result, health = _interrupt(url, way, WATCH)
    agent.report()
    latency = result.stop_latency
    censored = latency is not None and latency.at_least and latency.value >= WATCH - 0.02
    return float(not (censored and result.outcome is Outcome.KEPT_TALKING)), health


def _interrupt(url: str, way: str, watch: float) -> tuple[Interruption, Health]:
    with calling(raw(url, FLUSH if way == "bursts" else ""), watch) as conversation:
        trigger = Trigger(random.uniform(0.3, 0.5))
        result = conversation.interrupt("ah", words(1.0), trigger, None, Expected.ANYTHING)
        return result, conversation.health()


def _error(result: Interruption, truth: float) -> float:
    """Milliseconds; infinite where RobotVoice says that the agent did not stop."""
    latency = result.stop_latency
    if result.outcome is not Outcome.INTERRUPTED or latency is None:
        return inf
    return (latency.value - truth) * 1000


# The demo agent, over the protocol of OpenAI Realtime


def _demo(way: str, after: float, calls: int) -> Row:
    faults = Faults(stops_after=timedelta(seconds=after), bursts=way == "bursts", greeting=True)
    with tempfile.TemporaryDirectory() as folder:
        truth = Path(folder) / "truth.jsonl"
        arguments = ("--protocol", "openai_realtime", "--truth", str(truth), *faults.to_arguments())
        with Process("RobotVoice.demo", *arguments) as agent:
            url = agent.report()["listening"]
            _wrote(truth, 0, "warmed_up")
            sessions = iter(range(1, calls * 10))
            patience = Patience(lambda: _greeted(url, truth, next(sessions)))
            values = [patience.result() for _ in range(calls)]
    what = f"stop: demo agent, {way}, {after * 1000:.0f} ms: error"
    return Row(what, values, "ms", LIMITS, patience.repeated, patience.unreliable)


def _greeted(url: str, truth: Path, session: int) -> tuple[float, Health]:
    clip = CachedVoice(OfflineVoice(), SpeechCache()).speak(WORDS)
    with calling(Demo(url=url)) as conversation:
        trigger = Trigger(random.uniform(*FIRST_SENTENCE))
        result = conversation.interrupt(WORDS, clip, trigger, Mode.VAD, Expected.ANYTHING)
        health = conversation.health()
    onset, stopped = _wrote(truth, session, "caller_onset"), _wrote(truth, session, "stopped")
    return _error(result, stopped["last_sound"] - onset["at"]), health


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

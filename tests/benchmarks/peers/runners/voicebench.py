"""voicebench, through its documented Python interface: a scenario, its websocket adapter, its metrics."""

from __future__ import annotations

import asyncio
import time
import wave
from typing import Any

import numpy as np
from voicebench.bench import run_benchmark  # type: ignore[import-not-found]
from voicebench.metrics import TurnResult, analyze  # type: ignore[import-not-found]
from voicebench.runner import SessionRecord, TurnWindow  # type: ignore[import-not-found]
from voicebench.scenario import parse_scenario  # type: ignore[import-not-found]

from .lines import Answer, Job, serve

RATE = 24000
"""Hz, the agent's own: nothing has to be resampled."""


def call(job: Job) -> Answer:
    start = {"after": "agent_speech_start", "delay_ms": job["after"] * 1000}
    # the call ends while an agent that never stops still speaks: only so can voicebench report no number for it
    longest = (job["lead"] + job["after"] + job["watch"]) * 1000
    scenario = _scenario(job, RATE, start) | {
        "tail_ms": 1000,
        "max_duration_ms": longest,
        "adapter": {"type": "websocket", "options": {"url": job["url"]}},
    }
    result = asyncio.run(run_benchmark(parse_scenario(scenario)))
    return _answer(result.sessions[0].turns[0], job["limit"])


def score(job: Job) -> Answer:
    with wave.open(job["file"]) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2) / np.float32(32768)
    caller, agent = samples.T
    scenario = parse_scenario(_scenario(job, rate, {}))
    record = SessionRecord(
        scenario=scenario,
        adapter={},
        clock="real",
        user_track=_own_words(caller, rate, job),
        agent_track=np.ascontiguousarray(agent),
        windows=[TurnWindow(scenario.turns[0], job["onset"], job["caller_end"], "anchor")],
    )
    before = time.process_time()
    turn = analyze(record).turns[0]
    cpu = (time.process_time() - before) / record.duration
    return _answer(turn, job["limit"]) | {"cpu": cpu}


def _own_words(caller: Any, rate: int, job: Job) -> Any:
    """In a call of its own it would know exactly what it sent: nothing but the words."""
    clean = np.zeros_like(caller)
    words = slice(round(job["onset"] * rate), round(job["caller_end"] * rate))
    clean[words] = caller[words]
    return clean


def _scenario(job: Job, rate: int, start: dict[str, Any]) -> dict[str, Any]:
    audio = {"file": job["caller"]} if "caller" in job else {"synth": "silence"}
    turn = {"audio": audio, "expect": "stop", "max_stop_ms": job["limit"] * 1000, "start": start}
    return {"name": "known-stop", "sample_rate": rate, "turns": [turn]}


def _answer(turn: TurnResult, limit: float) -> Answer:
    said = "; ".join(turn.notes)
    if turn.stopped is None:
        return {"said": said, "passed": turn.passed}
    if turn.stop_latency_ms is None:
        # it speaks to the end of the recording: "agent kept talking more than 1000 ms"
        return {"figure": limit, "at_least": True, "passed": turn.passed, "said": said}
    return {"figure": turn.stop_latency_ms / 1000, "passed": turn.passed, "said": said}


if __name__ == "__main__":
    serve("voicebench", call=call, score=score)

"""callback-voice, as `callback run` makes a call: its project, its trial, its scorer. Only the voice is another.

Its own voices download their models when first used; the caller's words come from the benchmark's file instead.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from callback_voice.audio.resample import resample  # type: ignore[import-not-found]
from callback_voice.audio.wav import read_mono, write_wav  # type: ignore[import-not-found]
from callback_voice.core.config.project_config import ProjectConfig  # type: ignore[import-not-found]
from callback_voice.core.models.metric import Metric  # type: ignore[import-not-found]
from callback_voice.core.models.scenario import Scenario  # type: ignore[import-not-found]
from callback_voice.core.models.thresholds import Thresholds  # type: ignore[import-not-found]
from callback_voice.core.runner import runtime as providers  # type: ignore[import-not-found]
from callback_voice.core.runner.run_trial import run_trial  # type: ignore[import-not-found]
from callback_voice.providers.vad.silero_vad import SileroVad  # type: ignore[import-not-found]
from callback_voice.scoring.score_call import score_call  # type: ignore[import-not-found]

from .lines import Answer, Job, serve

RATE = 16000
"""Hz, of all its audio."""
METRIC = "time_to_yield_p95_s"
LINE = "Wait, I meant account support"
TRIALS = count(1)


class TheCaller:
    """The one voice: it says the benchmark's words, whatever it is told to say."""

    name = identity = "benchmark"

    def __init__(self, file: str) -> None:
        self._samples = read_mono(Path(file))

    async def synthesize(self, text: str, **how: Any) -> Any:
        return self._samples


def call(job: Job) -> Answer:
    providers.build_tts = lambda choice: TheCaller(job["caller"])
    target = {"transport": "websocket", "url": job["url"], "sample_rate": 24000}
    with tempfile.TemporaryDirectory() as folder:
        project = ProjectConfig(root=Path(folder), targets={"agent": target})
        runtime = providers.Runtime(project, "off", project.providers.llm)
        scenario = Scenario.model_validate(_scenario(job))
        trial = asyncio.run(_trial(scenario, runtime, Path(folder)))
    if trial.error:
        return {"error": trial.error.splitlines()[0]}
    warned = any(finding.severity == "warn" for finding in trial.findings)
    drifted = any(event.kind == "clock_drift" for event in trial.call.events)
    return _answer(trial.metric(METRIC)) | {"warned": warned or drifted}


async def _trial(scenario: Any, runtime: Any, folder: Path) -> Any:
    await runtime.warm_up([scenario])
    return await run_trial(scenario, next(TRIALS), 0, runtime, folder)


def _scenario(job: Job) -> dict[str, Any]:
    barge_in = {"on": "agent_turn", "turn": 1, "after_s": job["after"], "say": LINE}
    return {
        "id": "known-stop",
        "agent": "agent",
        "max_duration_s": 30,
        "caller": {"persona": "a customer", "goal": "account support", "script": ["Goodbye"]},
        "chaos": {"events": [{"barge_in": barge_in}]},
        "expect": {"thresholds": {"time_to_yield_p95_s": job["limit"]}},
    }


def score(job: Job) -> Answer:
    channels, rate = soundfile.read(job["file"], dtype="float32", always_2d=True)
    caller, agent = (resample(np.ascontiguousarray(channel), rate, RATE) for channel in channels.T)
    # in a call of its own it keeps the caller's clean words beside what it sent
    clean = np.zeros_like(caller)
    words = slice(round(job["onset"] * RATE), round(job["caller_end"] * RATE))
    clean[words] = caller[words]
    event = {
        "t_s": job["onset"],
        "end_s": job["caller_end"],
        "kind": "caller_utterance",
        "text": LINE,
        "data": {"tag": "barge_in"},
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_wav(folder / "call.wav", np.stack((caller, agent), axis=1))
        write_wav(folder / "caller_clean.wav", clean)
        (folder / "events.jsonl").write_text(json.dumps(event), encoding="utf-8")
        limits, vad = Thresholds(time_to_yield_p95_s=job["limit"]), SileroVad()
        before = time.process_time()
        result = score_call(folder, limits, vad)
        cpu = (time.process_time() - before) / (len(agent) / RATE)
    return _answer(result.metric(METRIC)) | {"cpu": cpu}


def _answer(metric: Metric) -> Answer:
    """None is what it says of a barge-in that did not meet the agent speaking: no sample."""
    return {"figure": metric.value, "passed": metric.passed, "said": "" if metric.samples else "no sample"}


if __name__ == "__main__":
    serve("callback-voice", call=call, score=score)

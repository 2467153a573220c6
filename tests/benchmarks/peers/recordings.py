"""The same recordings through each tool's scorer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from RobotVoice.audio.files import write_stereo

from ..conditions import HELD_OUT, TUNED
from ..synthetic import STOPS, SyntheticCall, calls
from .live import LIMIT, Progress
from .results import Case, Result
from .runner import Runner
from .tools import Contestant

CASTS = 1
"""16 calls of each condition: one cast of voices, four moments, four stops."""


def run(runners: Mapping[Contestant, Runner], folder: Path, progress: Progress) -> list[Result]:
    """Every condition by each of the tools that can judge a recording."""
    scorers = {contestant: runner for contestant, runner in runners.items() if contestant.scores}
    results: list[Result] = []
    conditions = (*TUNED, *HELD_OUT)
    for nth, condition in enumerate(conditions, 1):
        progress(f"condition {nth} of {len(conditions)}: {condition.name}")
        for number, call in enumerate(calls(condition, CASTS)):
            file = folder / "recording.wav"
            write_stereo(file, call.caller, call.agent)
            case = Case(condition.name, STOPS[number % len(STOPS)])
            results += [_scored(contestant, runner, file, call, case) for contestant, runner in scorers.items()]
    return results


def _scored(contestant: Contestant, runner: Runner, file: Path, call: SyntheticCall, case: Case) -> Result:
    truth = call.truth
    answer = runner.answer(
        work="score",
        file=str(file),
        condition=truth.condition,
        onset=truth.onset,
        caller_end=truth.caller_end,
        limit=LIMIT,
    )
    return Result(contestant.name, case, None if truth.stop is None else truth.latency, answer)

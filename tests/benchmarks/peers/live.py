"""The same calls by every tool, by turns, to the agent that knows when it fell silent."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from RobotVoice.calibration import cases as known
from RobotVoice.calibration.process import Process
from RobotVoice.errors import RobotVoiceError

from .results import Answer, Case, Result
from .runner import Runner
from .speech import Speech
from .tools import Contestant

LEAD = 0.3
"""Seconds of silence before the agent speaks, in the mean."""
AFTER = (0.3, 0.5)
"""Seconds from the agent's first word to the barge-in."""
WATCH = 4.0
"""Seconds from the barge-in to the end of a call with an agent that never stops."""
LIMIT = 1.0
"""voicebench's own default; callback-voice's 0.6 s would fail an agent that stops after 0.8 s."""
SEED = 7

Progress = Callable[[str], None]


def run(runners: Mapping[Contestant, Runner], speech: Speech, calls: int, progress: Progress) -> list[Result]:
    """Every case `calls` times by each of the tools."""
    planned = list(_plan(list(runners), calls))
    results: list[Result] = []
    with Process("tests.benchmarks.peers.agent", str(speech.agent)) as agent:
        address = agent.report()["listening"]
        for call in planned:
            answer = runners[call.contestant].answer(work="call", caller=str(speech.caller), **call.job(address))
            results.append(_result(agent, call, answer))
            progress(f"{call.number} of {len(planned)}: {_line(results[-1])}")
    return results


@dataclass(frozen=True)
class _Call:
    number: int
    case: known.Case
    after: float
    contestant: Contestant

    def job(self, address: str) -> dict[str, str | float]:
        url = f"{address}/{self.contestant.wire}{self.case.path}?call={self.number}"
        if self.contestant.hangs_up:
            url += f"&hangs_up_after={LEAD + self.after + WATCH}"
        return {"url": url, "lead": LEAD, "after": self.after, "watch": WATCH, "limit": LIMIT}


def _plan(contestants: Sequence[Contestant], calls: int) -> Iterator[_Call]:
    """By turns, so that whatever else this machine does meets all tools alike."""
    numbers, chance = count(1), random.Random(SEED)
    for case in known.CASES:
        for _ in range(calls):
            after = chance.uniform(*AFTER)
            yield from (_Call(next(numbers), case, after, contestant) for contestant in contestants)


def _result(agent: Process, call: _Call, answer: Answer) -> Result:
    """With the truth of the agent, without which a figure is worth nothing."""
    truth = None if answer.error else _truth(agent, call.number)
    if call.case.stops and truth is None and answer.figure is not None:
        answer = Answer(error="the agent knows of no stop in this call, since it heard no caller")
    return Result(call.contestant.name, Case(call.case.way.value, call.case.stops_after), truth, answer)


def _truth(agent: Process, number: int) -> float | None:
    """What the agent knows of that call; None if it heard no caller, or never stopped."""
    with suppress(RobotVoiceError):
        while (report := agent.report())["call"] < number:
            pass  # of a call whose tool gave no answer
        truth: float | None = report.get("stop_latency")
        return truth
    return None


def _line(result: Result) -> str:
    """For whoever waits for the end of the run."""
    case, answer = result.case, result.answer
    agent = f"stops after {case.stop * 1000:.0f} ms" if case.stops else "never stops"
    told = answer.error or answer.said or "no figure"
    if answer.figure is not None:
        told = f"{'at least ' if answer.at_least else ''}{answer.figure:.3f} s"
    return f"{result.tool}, {case.way}, {agent}: {told}"

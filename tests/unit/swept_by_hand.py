"""Sweeps made by hand, for the tests of the result, the headline, the file and the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from RobotVoice.evidence.model import Measured, Outcome
from RobotVoice.line.conditions import CLEAN, Conditions
from RobotVoice.sweep.plan import Cell, Plan, digest
from RobotVoice.sweep.result import CallResult, Sweep


def in_so(latency: float, moment: float | None = None, uncertainty: float = 0.01) -> CallResult:
    """It stopped after so many seconds."""
    return CallResult(Outcome.INTERRUPTED, Measured(latency, uncertainty), "", moment)


def never(moment: float | None = None, watched: float = 5.0) -> CallResult:
    return CallResult(Outcome.KEPT_TALKING, Measured(watched, 0.01, at_least=True), "", moment)


MISSED = CallResult(Outcome.DID_NOT_HAPPEN, None, "the agent had finished its reply 320 ms before")
BROKEN = CallResult(None, None, "error: The line broke.")
DOUBTED = CallResult(Outcome.INTERRUPTED, Measured(0.3, 0.2, doubt="This machine was too busy."))


def plan(
    offsets: Iterable[float] = (0.0, 0.2, 1.0),
    phrases: Iterable[str] = (),
    noises: Iterable[str] = (),
    repeats: int = 1,
    limit: float = 0.8,
    line: Conditions = CLEAN,
) -> Plan:
    swept = (tuple(offsets), tuple(phrases), tuple(noises))
    return Plan("One Interruption", "", *swept, repeats, limit, digest(line), pause=0.6, watch=5.0, voice="offline")


def swept(planned: Plan, agent: Callable[[Cell], CallResult]) -> Sweep:
    """Every call of the plan made, to an agent that decides by the cell."""
    return Sweep(planned, [agent(cell) for cell in planned.calls])


def deaf_for(seconds: float) -> Callable[[Cell], CallResult]:
    """An agent that hears nothing in the first `seconds` of its reply."""

    def agent(cell: Cell) -> CallResult:
        offset = cell.offset or 0.0
        return never(offset) if offset <= seconds else in_so(0.5, offset)

    return agent

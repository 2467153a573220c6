"""What came of the calls of a sweep, one by one, cell by cell, and all together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from RobotVoice.errors import CannotCheck
from RobotVoice.evidence.model import Check, Interruption, Measured, Outcome, duration
from RobotVoice.evidence.repetition import Run, Verdict, counted
from RobotVoice.evidence.sentences import allowance, lower_bound
from RobotVoice.evidence.statistics import Latencies, Rate
from RobotVoice.sweep.plan import Cell, Plan


class Standing(Enum):
    """How the calls of a cell stand to the limit; a single call is never SOMETIMES and never NOT_DONE."""

    IN_TIME = "in time"
    SOMETIMES = "not always in time"
    TOO_LATE = "too late"
    NEVER = "never stopped"
    DID_NOT_APPLY = "did not apply"
    """There was nothing to interrupt."""
    NOT_JUDGED = "not judged"
    """The call or its measurement went wrong, or the figure is too uncertain to tell."""
    NOT_DONE = "not done"


_MOST_NAMED = 3
"""Fields in a sentence."""
JUDGED = (Standing.IN_TIME, Standing.TOO_LATE, Standing.NEVER)


@dataclass(frozen=True)
class CallResult:
    """What came of the last interruption of a call.

    outcome: None if the call says nothing about the agent. reason: why it did not happen, or can't be judged, or "".
    moment: when the caller barged in, in seconds from the agent's first sound; None if that is not known.
    recording: of the call. barge_in: when that was in it, in seconds.
    """

    outcome: Outcome | None
    latency: Measured | None = None
    reason: str = ""
    moment: float | None = None
    recording: Path | None = None
    barge_in: float | None = None

    @classmethod
    def of(cls, run: Run) -> CallResult:
        """From a run that was not broken off."""
        message = " ".join(run.message.split())
        if run.verdict in {Verdict.ERROR, Verdict.UNRELIABLE}:
            return cls(None, None, f"{run.verdict.value}: {message}", recording=run.recording)
        if not run.interruptions:
            return cls(Outcome.DID_NOT_HAPPEN, None, f"there was no interruption. {message}".strip())
        last = run.interruptions[-1]
        return cls(last.outcome, last.stop_latency, last.reason, _moment(last), run.recording, last.barge_in)

    def standing(self, limit: float) -> Standing:
        """How it stands to a limit of so many seconds."""
        if self.outcome is Outcome.DID_NOT_HAPPEN:
            return Standing.DID_NOT_APPLY
        if self._why_not_judged(limit):
            return Standing.NOT_JUDGED
        if self.outcome is Outcome.KEPT_TALKING:
            return Standing.NEVER
        in_time = self.latency is not None and self.latency.is_within(limit)
        return Standing.IN_TIME if in_time else Standing.TOO_LATE

    def told(self, limit: float) -> str:
        """The same in words, with the figure and the reason."""
        standing = self.standing(limit)
        words = [standing.value]
        if standing in JUDGED and self.latency is not None:
            words.append(_figure(self.latency))
        if standing in JUDGED and self.moment is not None:
            words.append(f"interrupted {duration(self.moment)} after its first sound")
        reason = self._why_not_judged(limit) if standing is Standing.NOT_JUDGED else self.reason
        return ", ".join(words) + (f" ({reason.rstrip('.')})" if reason else "")

    def _why_not_judged(self, limit: float) -> str:
        if self.outcome is None:
            return self.reason
        if self.latency is None:
            return "how soon it stopped was not measured"
        if self.latency.doubt:
            return self.latency.doubt
        if self.latency.at_least and self.latency.value < limit:
            return f"the agent was watched for {lower_bound(self.latency.value)} only"
        if not self.latency.at_least and self.latency.is_within(limit) is None:
            return f"{self.latency} does not tell whether it was within {allowance(limit)}"
        return ""


@dataclass(frozen=True)
class CellResult:
    """The calls of a cell so far, held against `limit` (s); `planned` is how many there are to be."""

    cell: Cell
    calls: tuple[CallResult, ...]
    planned: int
    limit: float

    @property
    def offset(self) -> float | None:
        return self.cell.offset

    @property
    def phrase(self) -> str | None:
        return self.cell.phrase

    @property
    def noise(self) -> str | None:
        return self.cell.noise

    def count(self, *standings: Standing) -> int:
        """How many calls stand so."""
        return sum(call.standing(self.limit) in standings for call in self.calls)

    @property
    def rate(self) -> Rate:
        """Stopped in time, of those that could be judged."""
        return Rate(self.count(Standing.IN_TIME), self.count(*JUDGED))

    @property
    def latencies(self) -> Latencies:
        """Of the calls that could be judged; what never stopped is longer than all that did."""
        judged = (call for call in self.calls if call.standing(self.limit) in JUDGED)
        return Latencies(tuple(call.latency for call in judged if call.latency is not None))

    @property
    def is_unknown(self) -> bool:
        """Not every planned call could be judged."""
        return self.count(*JUDGED) < self.planned

    @property
    def standing(self) -> Standing:
        """What is known of it: of calls that could be judged, if there are any."""
        kinds = {call.standing(self.limit) for call in self.calls}
        judged = kinds.intersection(JUDGED)
        if not judged:
            return next(
                (one for one in (Standing.DID_NOT_APPLY, Standing.NOT_JUDGED) if one in kinds), Standing.NOT_DONE
            )
        if Standing.IN_TIME in judged:
            return Standing.IN_TIME if len(judged) == 1 else Standing.SOMETIMES
        return Standing.NEVER if judged == {Standing.NEVER} else Standing.TOO_LATE


@dataclass(eq=False)
class Sweep:
    """A sweep as far as it has come. results: of the calls in the order of the plan.

    earlier: how many of them an earlier run made.
    """

    plan: Plan
    results: list[CallResult] = field(default_factory=list)
    earlier: int = 0
    checks: list[Check] = field(default_factory=list, repr=False)
    problems: dict[str, None] = field(default_factory=dict, repr=False)
    """What the calls had to warn of, each once and in order."""

    @property
    def cells(self) -> list[CellResult]:
        """In the order of the plan: row by row."""
        return self.cells_within(self.plan.limit)

    def cells_within(self, limit: float) -> list[CellResult]:
        """The same, held against another limit (s)."""
        cells = self.plan.cells
        return [
            CellResult(cell, tuple(self.results[index :: len(cells)]), self.plan.repeats, limit)
            for index, cell in enumerate(cells)
        ]

    @property
    def planned(self) -> int:
        return len(self.plan.calls)

    @property
    def is_whole(self) -> bool:
        return len(self.results) == self.planned

    def count(self, *standings: Standing) -> int:
        """How many calls stand so."""
        return count(self.cells, *standings)

    @property
    def in_time(self) -> int:
        return self.count(Standing.IN_TIME)

    @property
    def too_late(self) -> int:
        return self.count(Standing.TOO_LATE)

    @property
    def never(self) -> int:
        return self.count(Standing.NEVER)

    @property
    def did_not_apply(self) -> int:
        return self.count(Standing.DID_NOT_APPLY)

    @property
    def not_judged(self) -> int:
        return self.count(Standing.NOT_JUDGED)

    @property
    def rate(self) -> Rate:
        """Stopped in time, of all calls that could be judged."""
        return Rate(self.in_time, self.count(*JUDGED))


def count(cells: Iterable[CellResult], *standings: Standing) -> int:
    """How many calls of these cells stand so."""
    return sum(cell.count(*standings) for cell in cells)


def why_too_little(sweep: Sweep) -> CannotCheck | None:
    """Why nothing can be said of the agent; None if something can."""
    if sweep.rate.count:
        return None
    first = sweep.results[0].told(sweep.plan.limit)
    return CannotCheck(
        f"No interruption could be judged in {counted(len(sweep.results), 'call')}, so there is nothing to say about "
        f"the agent. The first: {first}."
    )


def stops_within(sweep: Sweep, limit: float, from_offset: float) -> Check:
    """Whether the agent stopped within `limit` seconds in every call, from an offset on.

    All of a figure ± its uncertainty is held against the limit. A call that was too late fails it. Short of that, one
    that did not apply, was not judged or not done leaves it open.
    """
    cells = [cell for cell in sweep.cells_within(limit) if (cell.offset or 0.0) >= from_offset]
    later = f" from an offset of {allowance(from_offset)} on" if from_offset else ""
    wrong = [cell for cell in cells if cell.count(Standing.TOO_LATE, Standing.NEVER)]
    late = count(cells, Standing.TOO_LATE, Standing.NEVER)
    judged = count(cells, *JUDGED)
    if wrong:
        what = f"The agent did not stop within {allowance(limit)} in {late} of {counted(judged, 'call')}{later}"
        return Check(f"{what}: {_named(wrong)}.", False, limit=limit)
    unknown = [cell for cell in cells if cell.is_unknown]
    if unknown:
        what = f"Whether the agent stops within {allowance(limit)}{later} is not known"
        return Check(f"{what} of {_named(unknown)}.", None)
    return Check(f"The agent stopped within {allowance(limit)} in {all_of(judged)}{later}.", True, limit=limit)


def cell_in_words(cell: CellResult) -> str:
    """How often it was what: "2 in time, 1 never stopped"."""
    kinds = (one for one in Standing if cell.count(one))
    words = [f"{cell.count(one)} {one.value}" for one in kinds]
    left = cell.planned - len(cell.calls)
    return ", ".join([*words, *([f"{left} {Standing.NOT_DONE.value}"] if left else [])])


def all_of(calls: int) -> str:
    """So many calls, none left out: "1 call", "all 2 calls"."""
    return f"{'all ' if calls > 1 else ''}{counted(calls, 'call')}"


def _named(cells: Sequence[CellResult]) -> str:
    """The first of these in words; the map shows all of them."""
    shown = [f"{cell.cell}: {cell_in_words(cell)}" for cell in cells[:_MOST_NAMED]]
    more = len(cells) - len(shown)
    return "; ".join([*shown, *([f"and {counted(more, 'more field')}"] if more else [])])


def _moment(one: Interruption) -> float | None:
    return None if one.barge_in is None or one.agent_onset is None else one.barge_in - one.agent_onset


def _figure(latency: Measured) -> str:
    return f"at least {lower_bound(latency.value)}" if latency.at_least else str(latency)

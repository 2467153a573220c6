"""What log.html shows of a `Repeat`: the sentence, the rates, the picture, the intervals, then every run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from RobotVoice.evidence import distribution, page
from RobotVoice.evidence.model import Check, Interruption, Outcome, duration
from RobotVoice.evidence.report import other_checks, small_unit, verdict, weightiest
from RobotVoice.evidence.sentences import NOT_MEASURED, figure, outcome_sentence
from RobotVoice.evidence.statistics import Latencies, Quantile, Rate, Statistics, share_text
from RobotVoice.evidence.timeline import escaped


class Verdict(Enum):
    """How a run ended."""

    PASSED = "passed"
    FAILED = "failed"
    """A check failed: the agent was wrong."""
    UNRELIABLE = "not reliable"
    """This machine was too busy for a check, or the line too bad; the figures say which of them that concerns."""
    ERROR = "error"
    """A check or a call could not be made; that says nothing about the agent."""
    BROKEN_OFF = "broken off"
    """By a timeout, by Ctrl-C, or by a mistake in the suite, which ended the repetition as well."""


@dataclass(frozen=True)
class Run:
    """One run of the repeated keyword. message: why it did not pass, or "". recording: of its last interruption."""

    number: int
    verdict: Verdict
    message: str
    interruptions: tuple[Interruption, ...]
    recording: Path | None = None

    @property
    def sentence(self) -> str:
        """What came of it."""
        if self.verdict is not Verdict.PASSED:
            return f"{self.verdict.value}: {' '.join(self.message.split())}"
        return " ".join(map(outcome_sentence, self.interruptions)) or "There was no interruption."


@dataclass(eq=False)
class Repetition:
    """A keyword that was run `times` times, as far as it has come, and what was checked of it later."""

    keyword: str
    times: int
    runs: list[Run] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    problems: dict[str, None] = field(default_factory=dict)
    """What the calls had to warn of, each once and in order."""
    can_be_checked: bool = False
    """It came to its end, and there was enough to measure."""

    @property
    def statistics(self) -> Statistics:
        passed, failed = (self.count(verdict) for verdict in (Verdict.PASSED, Verdict.FAILED))
        return Statistics.of(self.interruptions, Rate(passed, passed + failed))

    @property
    def interruptions(self) -> list[Interruption]:
        return [one for run in self.runs for one in run.interruptions]

    def count(self, verdict: Verdict) -> int:
        """How many runs ended so."""
        return sum(run.verdict is verdict for run in self.runs)

    @property
    def is_whole(self) -> bool:
        return len(self.runs) == self.times and not self.count(Verdict.BROKEN_OFF)


def headline(repetition: Repetition) -> str:
    """What the runs say together, in a sentence or two."""
    found = repetition.statistics
    rate, median = found.yield_rate, found.stop_latency.median
    broken_off = "" if repetition.is_whole else f"Broken off in run {len(repetition.runs)} of {repetition.times}. "
    if not rate.count:
        return f"{broken_off}No interruption was measured in {counted(len(repetition.runs), 'run')}."
    how_soon = f", half of the time within {duration(median.value)}" if median.value < float("inf") else ""
    times = counted(rate.count, "interruption")
    return f"{broken_off}The agent stopped in {rate.hits} of {times} ({share_text(rate.value)}){how_soon}."


def render(repetition: Repetition) -> str:
    """The report as HTML for Robot Framework's log."""
    found = repetition.statistics
    return page.block(
        f'<p class="rv-soft">Repeat, {counted(repetition.times, "time")}: {escaped(repetition.keyword)}</p>',
        _headline(repetition),
        other_checks(tuple(repetition.checks)),
        *(f'<p class="rv-warning">{note}</p>' for note in _notes(repetition, found)),
        _tiles(found),
        _picture(repetition, found),
        _figures(found),
        _runs(repetition.runs),
    )


def folded(run: Run, html: str) -> str:
    """The report of a call in a run: its sentence to begin with, the rest for the one who opens it."""
    return f"<details><summary>Run {run.number}: {escaped(run.sentence)}</summary>{html}</details>"


def metadata(found: Statistics) -> dict[str, str]:
    """The headline figures for the metadata of a test: numbers and fixed words only."""
    return {
        "Yield rate": str(found.yield_rate),
        "Stop latency, median": str(found.stop_latency.median),
        "Stop latency, 95th percentile": str(found.stop_latency.p95),
    }


def _headline(repetition: Repetition) -> str:
    check = weightiest(repetition.checks)
    sentence = headline(repetition)
    if check is None:
        return f'<p class="rv-headline">{escaped(sentence)}</p>'
    return f'<p class="rv-headline">{verdict(check.passed)}{escaped(check.sentence)}</p><p>{escaped(sentence)}</p>'


def _notes(repetition: Repetition, found: Statistics) -> Iterable[str]:
    """What has to be known before the figures are believed."""
    runs = counted(len(repetition.runs), "run")
    if errors := repetition.count(Verdict.ERROR):
        yield f"{errors} of {runs} ended with an error."
    if doubted := repetition.count(Verdict.UNRELIABLE):
        first = next(run for run in repetition.runs if run.verdict is Verdict.UNRELIABLE)
        yield (
            f"The checks of {doubted} of {runs} could not be made reliably, and count for no pass rate. "
            f"The first was run {first.number}: {escaped(first.message)}"
        )
    if idle := sum(not run.interruptions for run in repetition.runs):
        yield f"{idle} of {runs} had no interruption."
    if found.did_not_happen:
        tried = counted(found.attempts, "interruption")
        yield f"{found.did_not_happen} of {tried} did not happen, and count for no figure."
    if found.unreliable:
        happened = counted(found.attempts - found.did_not_happen, "interruption")
        yield f"{found.unreliable} of {happened} can't be trusted, and count for no figure. {escaped(found.doubt)}"
    if not found.can_be_made:
        yield "<b>The figures are not to be trusted:</b> too many interruptions could not be measured."
    if any(len(run.interruptions) > 1 for run in repetition.runs):
        yield "Several interruptions of one run hang together, so the intervals are narrower than they should be."


def _tiles(found: Statistics) -> str:
    tiles = [
        _tile(share_text(found.yield_rate.value), "yield rate", found.yield_rate.interval)
        if found.yield_rate.count
        else "",
        _latency_tile(found.stop_latency.median, "median stop latency"),
        _latency_tile(found.stop_latency.p95, "95th percentile"),
    ]
    return f'<div class="rv-figures">{"".join(tiles)}</div>'


def _latency_tile(quantile: Quantile, caption: str) -> str:
    if not quantile.count:
        return ""
    return _tile(duration(quantile.value) if quantile.value < float("inf") else "never", caption, quantile.interval)


def _tile(value: str, caption: str, interval: str) -> str:
    number = small_unit(value) if " " in value else value
    return (
        f'<div class="rv-tile"><div class="rv-number">{number}</div><b>{caption}</b><br>'
        f'<span class="rv-soft">{interval}</span></div>'
    )


def _picture(repetition: Repetition, found: Statistics) -> str:
    stops = [
        distribution.Stop(f"Run {run.number}", one.stop_latency)
        for run in repetition.runs
        for one in run.interruptions
        if one.stop_latency is not None and one.outcome is not Outcome.DID_NOT_HAPPEN
    ]
    limit = next((check.limit for check in reversed(repetition.checks) if check.limit is not None), None)
    return distribution.draw(stops, found.stop_latency, limit) if stops else ""


def _figures(found: Statistics) -> str:
    rows = [
        _rate_cells("Yield rate", found.yield_rate, "interruptions in which the agent fell silent"),
        _rate_cells("Pass rate", found.pass_rate, "runs in which no check failed"),
        *_latency_cells("Stop latency", found.stop_latency, "interruptions"),
        *_latency_cells("Response latency", found.response_latency, "stops, by the reply that came after"),
    ]
    certainty = share_text(found.yield_rate.certainty)
    table = page.table("Figures", ("", "Found", f"With {certainty} certainty", "From"), rows)
    explained = (
        "Found in so few calls, a figure may be chance: with more and more calls of the same kind it would come to lie "
        "within the interval, in 95 of 100 such repetitions. Rates: Wilson's score interval. Latencies: order "
        "statistics, each end moved outwards by the uncertainty of its value; what never stopped counts as longer "
        "than all that did."
    )
    return f'{table}<p class="rv-soft rv-small">{explained}</p>'


def _rate_cells(name: str, rate: Rate, of: str) -> list[str]:
    if not rate.count:
        return [name, f'<span class="rv-soft">{NOT_MEASURED}</span>', "", f"0 {of}"]
    return [name, f"<b>{share_text(rate.value)}</b>", rate.interval, f"{rate.hits} of {rate.count} {of}"]


def _latency_cells(name: str, latencies: Latencies, of: str) -> Iterable[list[str]]:
    count, missing = len(latencies.values), latencies.not_measured
    source = f"{count} of {count + missing} {of}" if missing else f"{count} {of}"
    for which, quantile in (("median", latencies.median), ("95th percentile", latencies.p95)):
        if count:
            yield [f"{name}, {which}", f"<b>{quantile.figure}</b>", quantile.interval, source]
        else:
            yield [f"{name}, {which}", f'<span class="rv-soft">{NOT_MEASURED}</span>', "", source]


def _runs(runs: Iterable[Run]) -> str:
    rows = [cells for run in runs for cells in _run_cells(run)]
    table = page.table("", ("Run", "Interruption", "Stop latency", "Response latency", "Why it did not pass"), rows)
    where = "The picture and the sound of every call stand under the keyword Repeat."
    return f'<details><summary>Every run</summary>{table}<p class="rv-soft rv-small">{where}</p></details>'


def _run_cells(run: Run) -> Iterable[list[str]]:
    why = f'<b>{run.verdict.value}</b>: <span class="rv-words">{escaped(run.message)}</span>' if run.message else ""
    if not run.interruptions:
        yield [str(run.number), "none", "", "", why]
    for one in run.interruptions:
        reason = f" ({escaped(one.reason.rstrip('.'))})" if one.reason else ""
        reliable = one.stop_latency is None or one.stop_latency.reliable
        stop = f"{figure(one.stop_latency)}{'' if reliable else ', not reliable'}"
        yield [str(run.number), one.outcome.value + reason, stop, figure(one.response_latency), why]
        why = ""


def counted(count: int, what: str) -> str:
    """So many of them: "1 run", "2 runs"."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"

"""RESULTS.md, made of what the tools answered. Pure. Lengths are in seconds, and milliseconds in the tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from .results import Case, Result, Tool

Cell = Callable[[Sequence[Result]], str]

_PLACE = re.compile(r"\w+://\S+|(?:\b[A-Za-z]:)?(?:[\\/][\w.=+@-]+){2,}")
"""An address or a path."""


@dataclass(frozen=True)
class Run:
    """Everything that the page tells. watch: how long an agent that never stops is heard after the barge-in."""

    date: str
    machine: str
    limit: float
    watch: float
    tools: Sequence[Tool]
    calls: Sequence[Result]
    recordings: Sequence[Result]


def markdown(run: Run) -> str:
    """The page."""
    parts = [
        "# RobotVoice and its peers, side by side",
        "Written by `python -m tests.benchmarks.peers`. Each peer ran in an environment of its own, installed from its "
        "package.",
        f"{run.date}, {run.machine}.",
        table(("tool", "version", "Python"), [(t.name, t.version or "-", t.python or "-") for t in run.tools]),
        *_missing(run.tools),
        *(_calls(run) if run.calls else []),
        *(_recordings(run) if run.recordings else []),
        "## How each was used",
        "\n".join(f"- {tool.name}: {tool.how}" for tool in run.tools),
    ]
    return "\n\n".join(parts) + "\n"


def _missing(tools: Iterable[Tool]) -> list[str]:
    missing = [f"- {tool.name}: {_without_places(tool.missing)}." for tool in tools if tool.missing]
    return ["## Not run", "\n".join(missing)] if missing else []


def _calls(run: Run) -> list[str]:
    figures = [one for result in run.calls for one in _every_figure(result)]
    stopping = [result for result in figures if result.case.stops]
    never = [result for result in figures if not result.case.stops]
    names = _names(run.calls, run.tools)
    return [
        "## Calls to an agent that stops",
        "Every tool makes the same calls to the same agent, by turns. The agent finds the caller's first loud sample "
        "itself and falls silent at a known time after it: paced, it sends its speech as it speaks and stops sending; "
        "bursting, it has sent everything and sends a flush. It speaks without a pause: what the tools make of pauses "
        "is seen in the recordings.\n\n"
        "Error of the stop latency in ms, reported minus true: median / worst.",
        _grid("agent", _agent, _names(stopping, run.tools), stopping, stop_cell),
        "## Calls to an agent that never stops",
        f"What is reported of it. It is heard for about {run.watch:g} s after the barge-in.",
        _grid("agent", _agent, _names(never, run.tools), never, never_cell),
        "## Verdicts",
        f"With a limit of {run.limit * 1000:.0f} ms: an agent that stops has to pass, one that never does has to fail.",
        table(
            ("tool", "right, agent stops", "right, agent never stops", "calls it warns of", "calls lost"),
            [(name, *verdict_cells([r for r in run.calls if r.tool == name])) for name in names],
        ),
        *_complaints(run.calls),
    ]


def _recordings(run: Run) -> list[str]:
    names = _names(run.recordings, run.tools)
    return [
        "## The same recordings through each scorer",
        "Synthetic calls whose truth is known, as stereo files. Error of the stop latency in ms, without its sign: "
        "median / worst. Missed: the agent stopped, and there is no figure for it. False passes: the agent never "
        f"stopped, and the verdict with a limit of {run.limit * 1000:.0f} ms is a pass.",
        _grid("condition", lambda case: case.way, names, run.recordings, recording_cell),
        "## CPU time of each scorer",
        table(
            ("tool", "ms for a second of a call"),
            [(name, cpu_cell([r for r in run.recordings if r.tool == name])) for name in names],
        ),
        *_complaints([result for result in run.recordings if result.answer.error]),
    ]


def stop_cell(results: Sequence[Result]) -> str:
    """Of an agent that stops: "+3 / +12", and how many calls have no figure."""
    errors = [result.error for result in results if result.error is not None]
    if not errors:
        return "no figure"
    cell = f"{_signed(median(errors))} / {_signed(max(errors, key=abs))}"
    missing = len(results) - len(errors)
    return f"{cell}; no figure in {missing} of {len(results)}" if missing else cell


def never_cell(results: Sequence[Result]) -> str:
    """Of an agent that never stops: what is reported, and how often."""
    answers = [result.answer for result in results]
    censored = [a.figure for a in answers if a.at_least and a.figure is not None]
    plain = [a.figure for a in answers if not a.at_least and a.figure is not None]
    missing = len(answers) - len(censored) - len(plain)
    return "; ".join(
        f"{words} ({count})"
        for words, count in (
            (f"at least {_span(censored)}", len(censored)),
            (f"stopped after {_span(plain)}", len(plain)),
            ("no figure", missing),
        )
        if count
    )


def verdict_cells(results: Sequence[Result]) -> tuple[str, ...]:
    """Right ones of agents that stop, and that never do; calls that the tool itself doubts; calls lost."""
    return (
        _verdicts([result for result in results if result.case.stops]),
        _verdicts([result for result in results if not result.case.stops]),
        str(sum(result.answer.warned for result in results)),
        str(sum(bool(result.answer.error) for result in results)),
    )


def _verdicts(results: Sequence[Result]) -> str:
    given = [result.right for result in results if result.right is not None]
    return f"{sum(given)} of {len(results)}" if given else "no verdict"


def recording_cell(results: Sequence[Result]) -> str:
    """Of recordings: "3 / 12; missed: 2 of 12; false passes: 1 of 4"."""
    stopping = [result for result in results if result.case.stops]
    never = [result for result in results if not result.case.stops]
    errors = [abs(result.error) for result in stopping if result.error is not None]
    cell = f"{median(errors):.0f} / {max(errors):.0f}" if errors else "no figure"
    if missed := len(stopping) - len(errors):
        cell += f"; missed: {missed} of {len(stopping)}"
    if passed := sum(result.answer.passed is True for result in never):
        cell += f"; false passes: {passed} of {len(never)}"
    return cell


def cpu_cell(results: Sequence[Result]) -> str:
    """Milliseconds of CPU time for a second of audio, in the median."""
    costs = [result.answer.cpu * 1000 for result in results if result.answer.cpu is not None]
    return f"{median(costs):.1f}" if costs else "not measured"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the cells may hold anything but line breaks."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _grid(what: str, row_of: Callable[[Case], str], names: Sequence[str], results: Iterable[Result], cell: Cell) -> str:
    """A row for each thing that `row_of` names, in the order of their first results; a column for each tool."""
    rows: dict[str, dict[str, list[Result]]] = {}
    for result in results:
        rows.setdefault(row_of(result.case), {}).setdefault(result.tool, []).append(result)
    return table(
        (what, *names),
        [(row, *(cell(found[name]) if name in found else "-" for name in names)) for row, found in rows.items()],
    )


def _agent(case: Case) -> str:
    return f"{case.way}, {case.stop * 1000:.0f} ms" if case.stops else case.way


def _names(results: Iterable[Result], tools: Iterable[Tool]) -> list[str]:
    """What has results, in the order of `tools`; a figure worked out in another way comes after its tool's own."""
    present = dict.fromkeys(result.tool for result in results)
    order = [tool.name for tool in tools]
    return sorted(present, key=lambda name: order.index(name.split(",")[0]))


def _every_figure(result: Result) -> Iterable[Result]:
    """The result, and one like it for each figure that can be worked out in another way."""
    yield result
    for name, figure in result.answer.other.items():
        yield replace(result, tool=f"{result.tool}, {name}", answer=replace(result.answer, figure=figure, other={}))


def _complaints(results: Iterable[Result]) -> list[str]:
    """Why figures are missing, in the tools' own words, each once."""
    found: dict[tuple[str, str], int] = {}
    for result in results:
        answer = result.answer
        if answer.figure is None and (words := _without_places(answer.error or answer.said)):
            found[result.tool, words] = found.get((result.tool, words), 0) + 1
    lines = [f"- {tool}: {words} ({count})" for (tool, words), count in found.items()]
    return ["Where there is no figure, the tool says:", "\n".join(lines)] if lines else []


def _without_places(text: str) -> str:
    """Where this machine keeps things, and which port a call went to, is of no use to a reader."""
    return _PLACE.sub("...", text)


def _span(seconds: Sequence[float]) -> str:
    if not seconds:
        return ""
    low, high = min(seconds), max(seconds)
    return f"{low:.2f} s" if high - low < 0.005 else f"{low:.2f} to {high:.2f} s"


def _signed(milliseconds: float) -> str:
    return f"{milliseconds:+.0f}"

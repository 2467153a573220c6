"""What log.html shows of a sweep: the sentence, the heat map, then every cell and every call."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from uuid import uuid4

from RobotVoice.evidence import files, heat_map, page
from RobotVoice.evidence.repetition import counted
from RobotVoice.evidence.report import other_checks, verdict, weightiest
from RobotVoice.evidence.sentences import NOT_MEASURED, allowance, figure
from RobotVoice.evidence.timeline import escaped
from RobotVoice.evidence.verdict_table import LEAD_IN
from RobotVoice.sweep.headline import certainty, headline, legend, remarks
from RobotVoice.sweep.result import CallResult, CellResult, Sweep, cell_in_words


def render(sweep: Sweep, output_dir: Path = Path()) -> str:
    """The report as HTML for Robot Framework's log in `output_dir`."""
    plan, token = sweep.plan, f"rv{uuid4().hex[:10]}"
    anchors = [f"{token}-{number}" if cell.calls else "" for number, cell in enumerate(sweep.cells)]
    calls = f"{counted(sweep.planned, 'call')}, {plan.repeats} of each"
    about = f"Sweep of {plan.keyword}: {calls}, limit {allowance(plan.limit)}"
    return page.block(
        f'<p class="rv-soft">{escaped(about)}</p>',
        _headline(sweep),
        other_checks(tuple(sweep.checks)),
        *(f'<p class="rv-warning">{escaped(remark)}</p>' for remark in remarks(sweep)),
        heat_map.draw(sweep, anchors),
        f'<p class="rv-soft">{escaped(" ".join(filter(None, (legend(sweep), certainty(sweep)))))}</p>',
        _cells(sweep),
        _calls(sweep, anchors, output_dir),
    )


def metadata(sweep: Sweep) -> dict[str, str]:
    """The headline figure for the metadata of a test: numbers and fixed words only."""
    return {"Stopped in time": str(sweep.rate)}


def _headline(sweep: Sweep) -> str:
    check, sentence = weightiest(sweep.checks), headline(sweep)
    if check is None:
        return f'<p class="rv-headline">{escaped(sentence)}</p>'
    besides = "" if sentence == check.sentence else f"<p>{escaped(sentence)}</p>"
    return f'<p class="rv-headline">{verdict(check.passed)}{escaped(check.sentence)}</p>{besides}'


def _cells(sweep: Sweep) -> str:
    head = ("Interruption", "Calls", "Stopped in time, with 95 % certainty", "Median stop latency")
    return f"<details><summary>Every field</summary>{page.table('', head, map(_cell_row, sweep.cells))}</details>"


def _cell_row(cell: CellResult) -> list[str]:
    rate = str(cell.rate) if cell.rate.count else f'<span class="rv-soft">{NOT_MEASURED}</span>'
    median = cell.latencies.median.figure if cell.latencies.values else ""
    return [f'<span class="rv-words">{escaped(str(cell.cell))}</span>', cell_in_words(cell), rate, median]


def _calls(sweep: Sweep, anchors: Sequence[str], output_dir: Path) -> str:
    """Field by field, each where the map leads to it."""
    fields = (
        f'<details id="{anchor}"><summary class="rv-words"><b>{escaped(str(cell.cell))}</b>: {cell_in_words(cell)}'
        f"</summary>{_calls_of(cell, number, len(anchors), output_dir)}</details>"
        for number, (anchor, cell) in enumerate(zip(anchors, sweep.cells, strict=True), start=1)
        if anchor
    )
    where = "The picture of every call stands under Sweep Interruptions."
    return (
        f'<details class="rv-fields"><summary>Every call, to listen to</summary>{"".join(fields)}'
        f'<p class="rv-soft rv-small">{where}</p></details>'
    )


def _calls_of(cell: CellResult, first: int, step: int, output_dir: Path) -> str:
    """Numbered as they were made: in rounds, `step` fields each."""
    rows = [
        [
            str(first + step * turn),
            f'<span class="rv-words">{escaped(call.told(cell.limit))}</span>',
            f'<span class="rv-time">{figure(call.latency)}</span>',
            _sound(call, output_dir),
        ]
        for turn, call in enumerate(cell.calls)
    ]
    return page.table("", ("Call", "What came of it", "Stop latency", "Its sound"), rows)


def _sound(call: CallResult, output_dir: Path) -> str:
    """A player that loads nothing until it is used, and begins shortly before the barge-in."""
    if call.recording is None or not call.recording.is_file():
        return '<span class="rv-soft">not recorded</span>'
    link = escape(files.relative_link(call.recording, output_dir))
    start = max(0.0, (call.barge_in or 0.0) - LEAD_IN)
    return f'<audio controls preload="none" src="{link}#t={start:.2f}"></audio> <a href="{link}">File</a>'

"""What log.html shows of a sweep: the sentence, the heat map, then every cell and every call."""

from __future__ import annotations

from RobotVoice.evidence import heat_map, page
from RobotVoice.evidence.repetition import counted
from RobotVoice.evidence.report import other_checks, verdict, weightiest
from RobotVoice.evidence.sentences import NOT_MEASURED, allowance, figure
from RobotVoice.evidence.timeline import escaped
from RobotVoice.sweep.headline import certainty, headline, legend, remarks
from RobotVoice.sweep.result import CellResult, Sweep, cell_in_words


def render(sweep: Sweep) -> str:
    """The report as HTML for Robot Framework's log."""
    plan = sweep.plan
    calls = f"{counted(sweep.planned, 'call')}, {plan.repeats} of each"
    about = f"Sweep of {plan.keyword}: {calls}, limit {allowance(plan.limit)}"
    return page.block(
        f'<p class="rv-soft">{escaped(about)}</p>',
        _headline(sweep),
        other_checks(tuple(sweep.checks)),
        *(f'<p class="rv-warning">{escaped(remark)}</p>' for remark in remarks(sweep)),
        heat_map.draw(sweep),
        f'<p class="rv-soft">{escaped(" ".join(filter(None, (legend(sweep), certainty(sweep)))))}</p>',
        _cells(sweep),
        _calls(sweep),
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


def _calls(sweep: Sweep) -> str:
    rows = [
        [
            str(number),
            f'<span class="rv-words">{escaped(str(cell))}</span>',
            f'<span class="rv-words">{escaped(result.told(sweep.plan.limit))}</span>',
            figure(result.latency),
        ]
        for number, (cell, result) in enumerate(zip(sweep.plan.calls, sweep.results, strict=False), start=1)
    ]
    table = page.table("", ("Call", "Interruption", "What came of it", "Stop latency"), rows)
    where = "The picture and the sound of every call stand under Sweep Interruptions."
    return f'<details><summary>Every call</summary>{table}<p class="rv-soft rv-small">{where}</p></details>'

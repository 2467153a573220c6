"""What a calibration found, as a table: in log.html and on a console."""

from __future__ import annotations

from html import escape
from statistics import median

from RobotVoice.calibration.cases import Way
from RobotVoice.calibration.result import Calibration, CaseResult, signed
from RobotVoice.evidence import page

HEAD = ("The agent sends", "It stops after", "Calls", "Median error", "Worst error", "Truth within the ±", "Reported")
SENDS = {Way.PACED: "as it speaks", Way.BURSTING: "all at once, then a flush"}


def rows(found: Calibration) -> list[tuple[str, ...]]:
    """A line for each behaviour of the agent, below HEAD."""
    return [_row(case) for case in found.cases]


def _row(case: CaseResult) -> tuple[str, ...]:
    first = (SENDS[case.way], case.case.stop, str(case.n))
    if not case.case.stops:
        return (*first, "", "", "", f"kept talking: {case.censored} of {case.n}{_doubted(case)}")
    errors = (signed(median(case.errors)), signed(case.worst)) if case.worst is not None else ("", "")
    reported = f"stopped: {len(case.errors)} of {case.n}{_doubted(case)}"
    return (*first, *errors, f"{case.covered} of {case.n}", reported)


def _doubted(case: CaseResult) -> str:
    return f", not reliable: {case.unreliable}" if case.unreliable else ""


def notes(found: Calibration) -> list[str]:
    """What the table does not say."""
    lines = ["The error is what RobotVoice measured minus what the agent, which listens for itself, knows."]
    if found.coverage is not None:
        covered = sum(call.covered for call in found.stops)
        lines.append(
            f"RobotVoice prints a ± with each figure: the truth lay within it in {covered} of {len(found.stops)} stops."
        )
    if found.accuracy is not None:
        lines.append(
            f"With 95 % confidence, at most {found.worse_at_most * 100:.0f} % of further calls are worse than these. "
            "Here the voices are clear and the line has no delay: quiet agents and noisy lines are harder."
        )
    return lines


def as_html(found: Calibration) -> str:
    """For log.html."""
    headline = f'<p class="rv-headline">{escape(found.claim)}</p>'
    doubts = "".join(f'<p class="rv-warning">{escape(doubt)}</p>' for doubt in found.doubts)
    table = page.table("", HEAD, [[escape(cell) for cell in row] for row in rows(found)])
    told = "".join(f'<p class="rv-soft rv-small">{escape(note)}</p>' for note in notes(found))
    return page.block(headline, doubts, table, told)


def as_text(found: Calibration) -> str:
    """For a console."""
    table = [HEAD, *rows(found)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    return "\n".join([found.sentence, "", *lines, "", *notes(found)])

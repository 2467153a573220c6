"""A diagnosis as a table: in log.html and on a console."""

from __future__ import annotations

from html import escape

from RobotVoice.doctor.findings import Diagnosis, Finding
from RobotVoice.evidence import page

SIGNS = {True: ("✓", "rv-passed", "ok"), False: ("✗", "rv-failed", "FAILS"), None: ("?", "rv-unknown", "?")}


def as_html(found: Diagnosis) -> str:
    """For log.html."""
    table = page.table("", ("", "What", "Finding"), [_cells(finding) for finding in found.findings])
    return page.block(f'<p class="rv-headline">{escape(found.sentence)}</p>', table)


def _cells(finding: Finding) -> list[str]:
    sign, style, word = SIGNS[finding.works]
    return [
        f'<b class="{style}" title="{word}">{sign}</b>',
        escape(finding.what.capitalize()),
        f'<span class="rv-words">{escape(finding.sentence)}</span>',
    ]


def as_text(found: Diagnosis) -> str:
    """For a console."""
    width = max(len(finding.what) for finding in found.findings)
    lines = [f"{SIGNS[one.works][2]:<6}{one.what:<{width}}  {one.sentence}" for one in found.findings]
    return "\n".join([*lines, "", found.sentence])

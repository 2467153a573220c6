"""An analysed recording as a page, as text for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from enum import Enum
from html import escape
from pathlib import Path

from RobotVoice.evidence import files, report
from RobotVoice.evidence.model import Interruption
from RobotVoice.evidence.sentences import NOT_MEASURED, figure, timestamp
from RobotVoice.recording import sentences
from RobotVoice.recording.analysis import RecordingAnalysis
from RobotVoice.recording.call import RecordedCall

# The report takes its colours from Robot Framework's log, so a page of its own has to bring them along.
_COLOURS = """
:root{color-scheme:light dark;--background-color:#fff;--text-color:#000;--secondary-color:#ccc;--link-color:#15c;
--pass-link-color:#098a09;--fail-link-color:#ce3e01;--warn-link-color:#927201}
@media (prefers-color-scheme:dark){:root{--background-color:#1c2227;--text-color:#e2e1d7;--secondary-color:#4e5d6c;
--link-color:#8cc4ff;--pass-link-color:#97bd61;--fail-link-color:#fed84f;--warn-link-color:#fed84f}}
body{background:var(--background-color);color:var(--text-color);margin:24px}
"""


def as_page(recording: RecordedCall, page: Path) -> str:
    """An HTML file, to be written to `page`: the sound is inside, or linked where it is too large for that."""
    file = recording.found.file
    body = report.render(recording.evidence(), files.relative_link(file, page.parent), files.embedded(file))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(file.name)}</title>'
        f"<style>{_COLOURS}</style></head><body>{body}</body></html>\n"
    )


def as_text(recording: RecordedCall) -> str:
    """The figures as a table, and the sentences that belong to them."""
    found = recording.found
    interruptions = "interruption" if len(found.interruptions) == 1 else "interruptions"
    head = f"{found.file} ({timestamp(found.seconds)}): {len(found.interruptions)} {interruptions}"
    rows = [_row(one) for one in found.interruptions]
    table = _table(("", "at", "what happened", "stop latency", "overlap", "response latency"), rows) if rows else []
    notes = [*recording.problems(), sentences.summary(found), *sentences.notes(found)]
    return "\n".join([head, *_after_a_gap(table), *_after_a_gap(notes)])


def as_json(found: RecordingAnalysis) -> str:
    """All that was found, with the names of the Python objects. Times and lengths are in seconds, to 0.1 ms."""
    rates = {"yield_rate": found.yield_rate, "response_latency": found.response_latency}
    exact = json.dumps(asdict(found) | rates, default=_plain)
    rounded = json.loads(exact, parse_float=lambda number: round(float(number), 4))
    return json.dumps(rounded, indent=2, ensure_ascii=False)


def _row(one: Interruption) -> tuple[str, ...]:
    at = timestamp(one.barge_in) if one.barge_in is not None else NOT_MEASURED
    figures = (figure(measured) for measured in (one.stop_latency, one.overlap, one.response_latency))
    return f"{one.number}.", at, one.outcome.value, *figures


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _after_a_gap(lines: Sequence[str]) -> Sequence[str]:
    return ["", *lines] if lines else lines


def _plain(value: object) -> object:
    """What JSON has no type for: a word of an enumeration, or a path."""
    return value.value if isinstance(value, Enum) else str(value)

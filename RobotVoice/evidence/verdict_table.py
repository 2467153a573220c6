"""The verdicts of `Judge Recovery` as log.html shows them: a row a criterion, and a button to hear it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from RobotVoice.evidence import page
from RobotVoice.evidence.model import Check
from RobotVoice.evidence.sentences import quoted, timestamp
from RobotVoice.evidence.timeline import escaped
from RobotVoice.evidence.verdict import Ruling, Verdict

LEAD_IN = 1.0
"""Seconds that one hears before the moment itself."""
_SIGNS = {
    Ruling.MET: '<b class="rv-passed">✓ met</b>',
    Ruling.NOT_MET: '<b class="rv-failed">✗ not met</b>',
    Ruling.CANNOT_TELL: '<b class="rv-soft">? cannot tell</b>',
}
_HEAD = ("Verdict", "Interruption", "Criterion", "Why", "The agent's words", "Decided by", "")


def verdict_table(checks: Iterable[Check], plays: bool) -> str:
    """All verdicts of these checks; "" if there is none.

    plays: whether the report has a player for the buttons.
    """
    judged = [check for check in checks if check.verdicts]
    rows = [_cells(verdict, plays) for check in judged for verdict in check.verdicts]
    if not rows:
        return ""
    notes = "".join(f'<p class="rv-soft rv-small">{escaped(note)}</p>' for note in _notes(judged))
    return page.table("Verdict on the recovery", _HEAD, rows) + notes


def _cells(verdict: Verdict, plays: bool) -> list[str]:
    votes = f"<br>{escaped(verdict.votes)} votes" if verdict.votes else ""
    return [
        _SIGNS[verdict.ruling],
        str(verdict.interruption),
        f'<span class="rv-words">{escaped(verdict.criterion)}</span>',
        f'<span class="rv-words">{escaped(verdict.reason)}</span>',
        f'<span class="rv-words">{escaped(quoted(verdict.quote)) if verdict.quote else ""}</span>',
        f'<span class="rv-soft">{escaped(verdict.decided_by)}{votes}</span>',
        _button(verdict.moment) if plays else "",
    ]


def _button(moment: float | None) -> str:
    if moment is None:
        return ""
    start = max(0.0, moment - LEAD_IN)
    return page.hear_button(start, f"▶\N{NO-BREAK SPACE}{timestamp(start)}")


def _notes(checks: Sequence[Check]) -> list[str]:
    return [check.note for check in checks if check.note]

"""The sentence to be seen at a glance.

The rule: where the agent NEVER stopped at the first offsets, in any call that could be judged, and not so at all of
them, that is the news, with what it did later. Otherwise it is how often it stopped in time. Every sentence has its
counts; what they may be worth, and what they leave out, follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, takewhile

from RobotVoice.evidence.repetition import counted
from RobotVoice.evidence.sentences import allowance
from RobotVoice.evidence.statistics import CERTAINTY, DOWN, UP, Rate, share_text
from RobotVoice.sweep.plan import length
from RobotVoice.sweep.result import JUDGED, CellResult, Standing, Sweep, all_of, count

NEAR = 0.1
"""Seconds that the measured moment of an interruption may be off its offset, if the sentence is to speak of moments:
an offset counts from where the keyword says, which need not be the agent's first sound."""


def headline(sweep: Sweep) -> str:
    """What the calls say together."""
    broken = "" if sweep.is_whole else f"Broken off after {len(sweep.results)} of {counted(sweep.planned, 'call')}. "
    deaf, later = _split(sweep)
    return broken + (_deaf_at_first(sweep, deaf, later) if deaf else _plainly(sweep))


def certainty(sweep: Sweep) -> str:
    """What the counts of the headline may be worth, calls being as few as they are; "" where there are none."""
    deaf, later = _split(sweep)
    if deaf:
        seldom = share_text(Rate(0, count(deaf, *JUDGED)).high, UP)
        often = share_text(Rate(count(later, Standing.IN_TIME), count(later, *JUDGED)).low, DOWN)
        return (
            f"Each with {share_text(CERTAINTY)} certainty: it stops in at most {seldom} of such early interruptions, "
            f"and in time in at least {often} of the later ones."
        )
    if not sweep.rate.count:
        return ""
    return f"With {share_text(CERTAINTY)} certainty it stops in time in {sweep.rate.interval} of such interruptions."


def legend(sweep: Sweep) -> str:
    """How a field of the map is read; "" if no call was made."""
    if not sweep.results:
        return ""
    lines = (
        f"In each field: how many of its calls stopped within {allowance(sweep.plan.limit)}, of those that could be "
        "judged; below, the median time from the barge-in to silence, or how many never stopped. Choose a field for "
        "its calls and their sound."
    )
    if not any(cell.rate.count and cell.is_unknown for cell in sweep.cells):
        return lines
    return f"{lines} A question mark behind a symbol: not every call of this field could be judged."


def remarks(sweep: Sweep) -> Iterable[str]:
    """What has to be known before the headline is believed."""
    if sweep.earlier:
        yield f"{sweep.earlier} of {counted(sweep.planned, 'call')} were made in an earlier run."
    if sweep.did_not_apply:
        yield f"{counted(sweep.did_not_apply, 'call')} did not apply: there was nothing to interrupt."
    if sweep.not_judged:
        yield f"{counted(sweep.not_judged, 'call')} could not be judged, which says nothing about the agent."


def _split(sweep: Sweep) -> tuple[list[CellResult], list[CellResult]]:
    """The fields of the first offsets, at which the agent was deaf, and the later ones; nothing if it is not so."""
    columns = [[cell for cell in sweep.cells if cell.offset == offset] for offset in sweep.plan.offsets]
    first = len(list(takewhile(_is_deaf, columns)))
    deaf, later = (list(chain.from_iterable(some)) for some in (columns[:first], columns[first:]))
    return (deaf, later) if deaf and count(later, *JUDGED) else ([], [])


def _deaf_at_first(sweep: Sweep, deaf: list[CellResult], later: list[CellResult]) -> str:
    never = count(deaf, Standing.NEVER)
    last = max(cell.offset or 0.0 for cell in deaf)
    all_of_them = f"{never} of {counted(never, 'call')}"
    return f"The agent never stopped when interrupted {_when(last, sweep)} ({all_of_them}), and {_later(later, sweep)}."


def _when(last: float, sweep: Sweep) -> str:
    if not all(_is_at_its_offset(cell) for cell in sweep.cells):
        return f"with an offset of {length(last)} or less" if last else f"with an offset of {length(last)}"
    return f"in its first {length(last)}" if last else "at its first sound"


def _is_at_its_offset(cell: CellResult) -> bool:
    moments = [call.moment for call in cell.calls if call.standing(cell.limit) in JUDGED]
    return all(moment is not None and abs(moment - (cell.offset or 0.0)) <= NEAR for moment in moments)


def _is_deaf(column: list[CellResult]) -> bool:
    return count(column, Standing.NEVER) == count(column, *JUDGED) > 0


def _later(cells: list[CellResult], sweep: Sweep) -> str:
    hits, of = count(cells, Standing.IN_TIME), count(cells, *JUDGED)
    within = f"stopped within {allowance(sweep.plan.limit)}"
    return f"{within} in all later ones ({hits} of {of})" if hits == of else f"{within} in {hits} of {of} later ones"


def _plainly(sweep: Sweep) -> str:
    hits, of, never = sweep.in_time, sweep.rate.count, sweep.never
    if not of:
        return "No interruption could be judged."
    if never == of:
        return f"The agent never stopped ({never} of {counted(of, 'call')})."
    within = f"The agent stopped within {allowance(sweep.plan.limit)} in"
    if hits == of:
        return f"{within} {all_of(of)}."
    misses = [f"{sweep.count(one)} {one.value}" for one in (Standing.TOO_LATE, Standing.NEVER) if sweep.count(one)]
    return f"{within} {hits} of {counted(of, 'call')}: {', '.join(misses)}."

"""Where sound is, from the samples alone: the figures of a call rest on this. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from RobotVoice.audio.frames import Clip
from RobotVoice.evidence import hearing, levels
from RobotVoice.evidence.hearing import Run
from RobotVoice.evidence.levels import PIECES

SHORTEST_SOUND = 3
"""Pieces. What is shorter than this (15 ms) is a click, and a dip so short is no gap."""
WORD_GAP = 30
"""Pieces (150 ms) between two sounds of one phrase."""


@dataclass(frozen=True)
class Span:
    """A stretch of sound, in seconds on the call's clock.

    start_doubt, end_doubt: seconds that its edges may be wrong, beyond `levels.RESOLUTION`, because the sound fades
    there or is hardly louder than the noise around it.
    """

    start: float
    end: float
    start_doubt: float = 0.0
    end_doubt: float = 0.0

    @property
    def seconds(self) -> float:
        return self.end - self.start

    def until(self, other: Span) -> Span:
        """From the beginning of this one to the end of a later one."""
        return Span(self.start, other.end, self.start_doubt, other.end_doubt)


def sounds(clip: Clip) -> list[Span]:
    """Every stretch of sound in `clip`, in order."""
    return spans(hearing.runs(levels.listen(clip.samples, clip.rate)))


def spans(runs: Iterable[Run]) -> list[Span]:
    """Runs of pieces as spans, without clicks."""
    return [Span(*(pieces / PIECES for pieces in run)) for run in _without_clicks(_without_dips(runs))]


def are_apart(one: Run, other: Run) -> bool:
    """Whether the silence between two runs is so long that neither bears on what becomes of the other."""
    return other.start - one.end >= WORD_GAP


def _without_dips(runs: Iterable[Run]) -> list[Run]:
    """A dip of a few pieces inside a vowel is no gap."""
    kept: list[Run] = []
    for run in runs:
        if kept and run.start - kept[-1].end < SHORTEST_SOUND:
            kept[-1] = kept[-1]._replace(end=run.end, end_doubt=run.end_doubt)
        else:
            kept.append(run)
    return kept


def _without_clicks(runs: Iterable[Run]) -> list[Run]:
    """Short sound is a click, but not right after other sound: there it is the beginning of a word that was cut off."""
    kept: list[Run] = []
    for run in runs:
        if run.end - run.start >= SHORTEST_SOUND or (kept and not are_apart(kept[-1], run)):
            kept.append(run)
    return kept


def stretches(spans: Sequence[Span], pause: float) -> list[Span]:
    """`spans` with everything joined between which lies a pause shorter than `pause` seconds."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start - joined[-1].end < pause:
            joined[-1] = joined[-1].until(span)
        else:
            joined.append(span)
    return joined


def fell_silent(spans: Sequence[Span], moment: float, pause: float) -> float | None:
    """When what had begun before `moment` fell silent, natural pauses not counted: it may be before `moment`.

    None if nothing had begun.
    """
    begun = [stretch for stretch in stretches(spans, pause) if stretch.start <= moment]
    return begun[-1].end if begun else None


def begun(spans: Sequence[Span], moment: float) -> int:
    """How many have begun by `moment`."""
    return bisect_right(spans, moment, key=_start)


def both(one: Sequence[Span], other: Sequence[Span], start: float, end: float) -> float:
    """Seconds between `start` and `end` in which both sound."""
    total = 0.0
    for first in _between(one, start, end):
        for second in _between(other, max(start, first.start), min(end, first.end)):
            total += max(0.0, min(first.end, second.end, end) - max(first.start, second.start, start))
    return total


def doubt(spans: Sequence[Span], moment: float) -> float:
    """Seconds that `moment` may be wrong, if it is an edge of one of `spans`."""
    begins, ends = bisect_left(spans, moment, key=_start), bisect_left(spans, moment, key=_end)
    start = spans[begins].start_doubt if begins < len(spans) and spans[begins].start == moment else 0.0
    end = spans[ends].end_doubt if ends < len(spans) and spans[ends].end == moment else 0.0
    return max(start, end)


def _between(spans: Sequence[Span], start: float, end: float) -> Sequence[Span]:
    """Those of which something lies between: a call of an hour has thousands."""
    return spans[bisect_left(spans, start, key=_end) : bisect_left(spans, end, key=_start)]


def _start(span: Span) -> float:
    return span.start


def _end(span: Span) -> float:
    return span.end

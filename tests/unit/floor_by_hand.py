"""Who spoke when, written by hand, for the tests of what each did in the other's turn."""

from __future__ import annotations

from collections.abc import Sequence

from RobotVoice.call.timing import UplinkTiming
from RobotVoice.evidence.measure import Span
from RobotVoice.interruption.floor import CallerTurn, Floor
from RobotVoice.interruption.scene import Scene

PAUSE = 0.7

Sounds = Sequence[tuple[float, float]]


def floor(
    agent: Sounds = (),
    caller: Sounds = (),
    turns: Sequence[CallerTurn] = (),
    now: float = 30.0,
    heard_out: float | None = None,
    timing: UplinkTiming | None = None,
) -> Floor:
    """All that is given in seconds; what sounds after `now` has not been heard yet."""
    heard = [[Span(start, min(end, now)) for start, end in side if start < now] for side in (caller, agent)]
    scene = Scene(heard[0], heard[1], (), (), timing or UplinkTiming(), 8000, now, PAUSE)
    return Floor(scene, [turn for turn in turns if turn.end <= now], heard_out)


def busy(start: float, end: float) -> UplinkTiming:
    """A machine that stood still in between."""
    timing = UplinkTiming()
    for index in range(1500):
        timing.sent(index * 0.02, index * 0.02 + (0.3 if start <= index * 0.02 < end else 0.001))
    return timing

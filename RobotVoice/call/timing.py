"""How well the call's time is kept, by this machine and by the line: the library distrusts itself first. Pure."""

from __future__ import annotations

import numpy as np

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.evidence.model import Health

LATE = FRAME_SECONDS
"""A frame that is later than this (s) was late for a listener, too."""
TOLERATED_SHARE = 0.10
"""More late frames than this make the figures of a stretch unreliable; so do more gaps in the agent's sounds."""
LONGEST_STALL = 0.15
"""So does a single stall longer than this (s)."""


class UplinkTiming:
    """Lateness of every frame of the uplink against its absolute deadline, and the gaps of the downlink."""

    def __init__(self) -> None:
        self._lateness: list[float] = []
        self._gaps: list[tuple[float, float]] = []

    def sent(self, deadline: float, now: float) -> None:
        """A frame whose deadline was `deadline` goes out at `now`."""
        self._lateness.append(max(0.0, now - deadline))

    def ran_dry(self, until: float, seconds: float) -> None:
        """The agent's audio stopped in the middle of a sound and went on at `until`, after `seconds`."""
        self._gaps.append((until - seconds, until))

    def worst(self, start: float, end: float) -> float:
        """The worst lateness (s) between two moments of the call; 0.0 if no time was kept at all."""
        window = self._window(start, end)
        return float(window.max()) if len(window) else 0.0

    def health(self, start: float = 0.0, end: float = float("inf")) -> Health:
        """The state of a stretch of the call, with the sentence that says why it can't be trusted.

        `end` may not lie in the future: a frame that was due by then and did not go out is late, too.
        """
        window = self._window(start, end)
        if not len(window):
            return Health()
        over = float(np.mean(window > LATE))
        worst = float(window.max())
        gaps = [gap for gap in self._gaps if gap[0] < end and gap[1] > start]
        dry = sum(min(gap[1], end) - max(gap[0], start) for gap in gaps)
        sentence = _machine(over, worst) or _line(dry, len(window) * FRAME_SECONDS)
        return Health(
            frames=len(window),
            late_p99=float(np.percentile(window, 99)),
            late_max=worst,
            over_20ms=over,
            drift=float(window[-1]),
            underruns=len(gaps),
            underrun=dry,
            reliable=not sentence,
            sentence=sentence,
        )

    def _window(self, start: float, end: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        first = max(0, int(start / FRAME_SECONDS))
        last = len(self._lateness) if end == float("inf") else max(0, int(end / FRAME_SECONDS) + 1)
        missing = np.arange(max(first, len(self._lateness)), last if self._lateness else 0) * FRAME_SECONDS
        overdue = (end - missing)[end - missing > LATE]
        return np.concatenate((np.asarray(self._lateness[first:last], dtype=np.float64), overdue))


def _machine(over: float, worst: float) -> str:
    if over > TOLERATED_SHARE:
        return f"This machine was too busy: {over:.0%} of the frames were over {LATE * 1000:.0f} ms late."
    if worst > LONGEST_STALL:
        return f"This machine was too busy: it stood still for {worst * 1000:.0f} ms."
    return ""


def _line(dry: float, seconds: float) -> str:
    """Whoever was late, agent or line: the caller heard words torn apart, and a silence that nobody meant."""
    if dry <= TOLERATED_SHARE * seconds:
        return ""
    return f"The agent's audio came too late: {dry * 1000:.0f} ms of gaps tore its words apart."

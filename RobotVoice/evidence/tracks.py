"""The two tracks of a call, heard piece by piece, in memory that does not grow with the sound. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Pcm
from RobotVoice.evidence import hearing, levels, measure
from RobotVoice.evidence.hearing import Run
from RobotVoice.evidence.levels import RESOLUTION, Track
from RobotVoice.evidence.measure import Span

PART = 4
"""Seconds of a track that are resampled at once."""
BLOCK = 16
"""Seconds that are decided at once, for good: the fewer, the more often each is looked at as `CONTEXT` of others."""
CONTEXT = 4
"""Seconds before and after them that are looked at as well: long enough to tell noise and echo from speech."""
RESAMPLER = 0.04
"""Seconds around a part that the resampler is given: a whole number of samples at every common rate."""


class Tracks:
    """Hears a call in pieces of any length, and tells at any time where its two sides sound.

    caller_rate, agent_rate: samples in a second of each track. Both tracks begin with the call. How they are cut
    into pieces changes nothing. Of what lies back for more than half a minute, spans are all that is kept.
    """

    def __init__(self, caller_rate: int, agent_rate: int) -> None:
        self._caller, self._agent = _Line(caller_rate), _Line(agent_rate)
        self._decided = _Decided(), _Decided()
        self._begin = 0
        self._done = 0
        self._known: tuple[list[Span], list[Span]] | None = None

    def hear(self, caller: Pcm, agent: Pcm) -> None:
        """The next samples of both tracks. One may be ahead of the other; what it is ahead is kept whole."""
        self._caller.hear(caller)
        self._agent.hear(agent)
        self._known = None
        while min(self._caller.end, self._agent.end) >= self._done + BLOCK + CONTEXT:
            self._decide(self._done + BLOCK)

    def caller(self) -> list[Span]:
        """Where the caller sounds, in order."""
        return self._spans()[0]

    def agent(self) -> list[Span]:
        """Where the agent sounds, in order. The caller's echo is not the agent."""
        return self._spans()[1]

    def copy(self) -> Tracks:
        """Another listener that has heard the same: it can be told what may still change."""
        twin = Tracks(self._caller.rate, self._agent.rate)
        twin._caller, twin._agent = self._caller.copy(), self._agent.copy()
        twin._decided = self._decided[0].copy(), self._decided[1].copy()
        twin._begin, twin._done, twin._known = self._begin, self._done, self._known
        return twin

    def _decide(self, until: int) -> None:
        seconds = until + CONTEXT - self._begin
        found = self._look(self._caller.first(seconds), self._agent.first(seconds), until)
        for decided, runs in zip(self._decided, found, strict=True):
            decided.add(runs)
        self._done = until
        for line in (self._caller, self._agent):
            line.forget(until - CONTEXT - self._begin)
        self._begin = until - CONTEXT

    def _spans(self) -> tuple[list[Span], list[Span]]:
        if self._known is None:
            caller, agent = self._look(self._caller.all(), self._agent.all(), inf)
            self._known = self._decided[0].spans_with(caller), self._decided[1].spans_with(agent)
        return self._known

    def _look(self, caller: Track, agent: Track, until: float) -> tuple[list[Run], list[Run]]:
        """The runs of both sides after what is decided, up to second `until`, given their tracks from `_begin` on."""
        begin, done, end = (second / RESOLUTION for second in (self._begin, self._done, until))
        caller_runs, agent_runs = (
            _between(runs, round(begin), round(done), end) for runs in hearing.runs_of_both(caller, agent)
        )
        return caller_runs, agent_runs


class _Decided:
    """What is known of one side for good: spans, and the last runs, which may go on in the next block."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._runs: list[Run] = []

    def add(self, new: list[Run]) -> None:
        runs = _joined(self._runs, new)
        apart = next((i for i in range(len(runs) - 1, 0, -1) if measure.are_apart(runs[i - 1], runs[i])), 0)
        self._spans += measure.spans(runs[:apart])
        self._runs = runs[apart:]

    def spans_with(self, new: list[Run]) -> list[Span]:
        return self._spans + measure.spans(_joined(self._runs, new))

    def copy(self) -> _Decided:
        twin = _Decided()
        twin._spans, twin._runs = list(self._spans), self._runs
        return twin


def _between(runs: Sequence[Run], offset: int, start: int, end: float) -> list[Run]:
    """What of `runs`, which are `offset` pieces late, lies between two pieces."""
    moved = (run._replace(start=run.start + offset, end=run.end + offset) for run in runs)
    return [
        run._replace(start=max(run.start, start), end=int(min(run.end, end)))
        for run in moved
        if run.end > start and run.start < end
    ]


def _joined(known: list[Run], new: list[Run]) -> list[Run]:
    """A sound that goes on over the edge of a block is one."""
    if known and new and known[-1].end == new[0].start:
        over = known[-1]._replace(end=new[0].end, end_doubt=new[0].end_doubt)
        return [*known[:-1], over, *new[1:]]
    return known + new


class _Line:
    """One track in parts, and the samples that do not make a part yet."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.end = 0
        self._parts: list[Track] = []
        self._pending: list[Pcm] = []
        self._samples = 0
        self._lead = 0

    def hear(self, samples: Pcm) -> None:
        self._pending.append(samples)
        self._samples += len(samples)
        around, part = round(RESAMPLER * self.rate), PART * self.rate
        while self._samples >= self._lead + part + around:
            pending = np.concatenate(self._pending)
            heard = levels.listen(pending[: self._lead + part + around], self.rate, self._lead)
            self._parts.append(heard.part(0, round(PART / RESOLUTION)))
            rest = pending[self._lead + part - around :]
            self._pending, self._samples, self._lead = [rest], len(rest), around
            self.end += PART

    def first(self, seconds: int) -> Track:
        return levels.joined(self._parts[: seconds // PART])

    def all(self) -> Track:
        pending = np.concatenate([frames.empty(), *self._pending])
        return levels.joined([*self._parts, levels.listen(pending, self.rate, self._lead)])

    def forget(self, seconds: int) -> None:
        del self._parts[: seconds // PART]

    def copy(self) -> _Line:
        twin = _Line(self.rate)
        twin.end, twin._lead, twin._samples = self.end, self._lead, self._samples
        twin._parts, twin._pending = list(self._parts), list(self._pending)
        return twin

"""Who had the floor: the turns of both sides. Pure: a live call and a recording are looked at alike."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from RobotVoice.call.turns import has_id
from RobotVoice.evidence import measure
from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.evidence.measure import Span
from RobotVoice.interruption.scene import Scene

SHORTEST_WORD: Final = 0.1
"""Seconds of sound. No word is shorter; a click, a breath or a tap on the microphone is."""
KNOWN_AFTER: Final = 2 * SHORTEST_WORD
"""Seconds from where the agent begins until it is known to be a word: so much longer a check listens, or it would miss
what began just before its limit."""
SHORTEST_PAUSE: Final = 0.25
"""Seconds. Silence that is shorter belongs to the consonants of fluent speech (Goldman-Eisler, "Psycholinguistics",
1968)."""
TURN_CHANGE: Final = 0.12
"""Seconds. Two speakers who overlap for less at a change of turns are not heard to overlap: the threshold of
Heldner, "Detection thresholds for gaps, overlaps, and no-gap-no-overlaps", JASA 130 (2011), the length of a long
vowel."""


@dataclass(frozen=True)
class CallerTurn:
    """What the caller said in one go, the pauses in it included, from `start` to `end` (s).

    text: its words, or "" where they are not known. is_speech: False for a cough, a door, and all else that asks the
    agent nothing.
    """

    start: float
    end: float
    text: str = ""
    is_speech: bool = True


@dataclass(frozen=True)
class Floor:
    """All that was heard of both sides by `scene.now`, and the caller's turns, in the order of time.

    heard_out: the end (s) of the agent's reply that the test waited for since the caller spoke last; None without one.
    unclear: where the agent went on (s), and nobody can tell whether it was in a pause, or was over and cut in.
    """

    scene: Scene
    turns: Sequence[CallerTurn]
    heard_out: float | None = None
    unclear: Sequence[float] = ()

    @cached_property
    def replies(self) -> list[Span]:
        """The agent's turns: speech with natural pauses."""
        found: list[list[Span]] = []
        for span in self.scene.agent:
            if found and self._goes_on(found[-1][-1], span):
                found[-1].append(span)
            else:
                found.append([span])
        return [group[0].until(group[-1]) for group in found if sum(one.seconds for one in group) >= SHORTEST_WORD]

    def caller_sounds(self, turn: CallerTurn) -> Sequence[Span]:
        """Where the caller sounds in a turn; all of it where nothing is heard."""
        sounds = self.scene.caller
        first, end = bisect_left(sounds, turn.start, key=_end), bisect_left(sounds, turn.end, key=_start)
        return sounds[first:end] or [Span(turn.start, turn.end)]

    def _goes_on(self, last: Span, span: Span) -> bool:
        scene, silence = self.scene, span.start - last.end
        old, new = scene.reply_at(last.end - RESOLUTION), scene.reply_at(span.start + RESOLUTION)
        if old == new:
            return silence < scene.protocol.pause_within(old, scene.pause)
        if has_id(new) or old in scene.protocol.ended:
            return silence < SHORTEST_PAUSE
        return silence < scene.pause


def first_word(sounds: Sequence[Span], moment: float, pause: float) -> float | None:
    """When speech first begins after `moment`, at a sound in `sounds`; None if only a click does, or nothing."""
    later = sounds[measure.begun(sounds, moment) :]
    said = (one for one in measure.stretches(later, pause) if _sound_in(one, later) >= SHORTEST_WORD)
    return next((one.start for one in said), None)


def _sound_in(stretch: Span, sounds: Sequence[Span]) -> float:
    return measure.both([stretch], sounds, stretch.start, stretch.end)


def turns_of(spans: Sequence[Span], pause: float) -> list[CallerTurn]:
    """The caller's turns where the sound alone tells of them: what has no silence of `pause` seconds."""
    return [CallerTurn(span.start, span.end) for span in measure.stretches(spans, pause)]


def _start(span: Span) -> float:
    return span.start


def _end(span: Span) -> float:
    return span.end

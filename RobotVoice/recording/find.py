"""Who spoke when, and who spoke over whom: from where the two sides sound to turns and interruptions. Pure.

A recording holds no protocol, so the sound alone decides:

- A turn is speech of one side with natural pauses. An agent's turn ends, too, at a shorter silence in which the caller
  said something, from its beginning to its end; and a caller's at one in which the agent began: what the caller says
  then, it says over the agent.
- Whoever begins while the other side's turn is going on speaks over the other. At the very end of that turn it is
  a change of turns and no interruption (`TURN_CHANGE`).
- What sounds for less than `SHORTEST_WORD` is a noise and no turn.
- Whoever is heard within a natural pause of the beginning may have begun before it. Where both are, nobody knows who
  spoke over whom (`Sides.known_from`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from RobotVoice.audio.frames import Clip, empty
from RobotVoice.call.mouth import Utterance
from RobotVoice.call.record import BargeIn
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.evidence import measure
from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import Mode
from RobotVoice.interruption.cutting_in import AT_ONCE
from RobotVoice.interruption.floor import SHORTEST_WORD, TURN_CHANGE
from RobotVoice.interruption.scene import Scene
from RobotVoice.interruption.triggers import Trigger

WITHIN_A_PHRASE = 0.15
"""Seconds of silence that the consonants of one phrase make: between them nobody takes the turn."""
GIVES_WAY = 2.0
"""Seconds. An agent that still talks so long after the caller's last word did not stop for it: no protocol tells its
own end from a stop, and more than 2.0 s, from the caller's first word, nobody grants (tau-voice)."""

_NOWHERE = Clip(empty(), 8000)


@dataclass(frozen=True)
class Sides:
    """Where each side of a recording sounds, and the turns that makes; all in order of time.

    seconds: the length of the recording. pause: silence shorter than this (s) inside a turn is a natural pause.
    """

    caller: list[Span]
    agent: list[Span]
    caller_turns: list[Span]
    agent_turns: list[Span]
    seconds: float
    pause: float

    @classmethod
    def of(cls, caller: Sequence[Span], agent: Sequence[Span], seconds: float, pause: float) -> Sides:
        """The turns of both sides."""
        agent_turns, agent_sounds = _speech(_answered(agent, caller, pause), agent)
        caller_turns, caller_sounds = _speech(_split(caller, agent_turns, pause), caller)
        return cls(caller_sounds, agent_sounds, caller_turns, agent_turns, seconds, pause)

    @cached_property
    def known_from(self) -> float:
        """From when on it is known who spoke over whom: 0 unless both are talking when the recording begins.

        A recording that was cut out of a call does not tell which of them had begun first.
        """
        caller, agent = self._perhaps_begun_before(self.caller_turns), self._perhaps_begun_before(self.agent_turns)
        together = ((max(one.start, other.start), min(one.end, other.end)) for one in caller for other in agent)
        return max((end for start, end in together if start < end), default=0.0)

    @property
    def known_caller_turns(self) -> list[Span]:
        """The caller's turns without those of which nobody knows whether they interrupt."""
        return [turn for turn in self.caller_turns if turn.start >= self.known_from]

    @property
    def known_agent_turns(self) -> list[Span]:
        """The agent's turns without those of which nobody knows whether they interrupt."""
        return [turn for turn in self.agent_turns if turn.start >= self.known_from]

    def _perhaps_begun_before(self, turns: Sequence[Span]) -> Sequence[Span]:
        return turns[: bisect_left(turns, self.pause, key=_start)]

    def next_turn(self, turn: Span) -> float:
        """When the caller begins to speak again after `turn`; the end of the recording if it does not."""
        number = bisect_right(self.caller_turns, turn.start, key=_start)
        return self.caller_turns[number].start if number < len(self.caller_turns) else self.seconds


@dataclass(frozen=True)
class Overlap:
    """One side begins at `start` while the other's turn has been going on since `since`.

    seconds: how long both are heard at once.
    """

    start: float
    since: float
    seconds: float


def barge_ins(sides: Sides, watch: float) -> list[BargeIn]:
    """Every turn of the caller that begins while the agent's is going on, as an interruption.

    watch: how long (s) after it the agent is watched. Less if the caller interrupts the same turn again, since what
    the agent does then may be due to that; and less if the agent comes to an end later than `GIVES_WAY`.
    """
    found: list[BargeIn] = []
    for turn in sides.known_caller_turns:
        interrupted = _going_on(sides.agent_turns, turn.start)
        if interrupted is None:
            continue
        if found and found[-1].agent_onset == interrupted.start:
            found[-1].watch = min(watch, turn.start - (found[-1].fired or 0.0))
        found.append(_barge_in(len(found) + 1, turn, interrupted, watch))
    return found


def talk_overs(sides: Sides) -> list[Overlap]:
    """Every turn of the agent that begins while the caller's is going on: here the agent interrupts."""
    found: list[Overlap] = []
    for turn in sides.known_agent_turns:
        spoken_over = _going_on(sides.caller_turns, turn.start)
        if spoken_over is not None:
            found.append(_overlap(sides, turn, spoken_over))
    return found


def perhaps_talk_overs(sides: Sides) -> list[Overlap]:
    """Where the agent goes on, over the caller who began in a silence that may have been a natural pause.

    It counts as the caller's interruption. But the agent may also have been over, and have cut in on the answer.
    """
    found: list[Overlap] = []
    for turn in sides.known_caller_turns:
        interrupted = _going_on(sides.agent_turns, turn.start)
        span = _goes_on_after(sides.agent, turn.start)
        if interrupted is None or span is None or span.start >= interrupted.end:
            continue
        if turn.start + AT_ONCE <= span.start < turn.end - TURN_CHANGE:
            found.append(_overlap(sides, Span(span.start, interrupted.end), turn))
    return found


def turn_changes(sides: Sides) -> list[Overlap]:
    """Every turn of the caller that begins so shortly before the agent's end that nobody hears an overlap."""
    found: list[Overlap] = []
    for turn in sides.known_caller_turns:
        last = _before(sides.agent_turns, turn.start)
        if last is not None and turn.start < last.end < turn.start + TURN_CHANGE:
            found.append(_overlap(sides, turn, last))
    return found


def reply(sides: Sides, turn: Span) -> Span | None:
    """The agent's answer to an ordinary turn of the caller, which begins `TURN_CHANGE` before its end or later.

    None if it says nothing before the caller speaks again, or talks already when the caller ends.
    """
    earliest = turn.end - TURN_CHANGE
    number = bisect_left(sides.agent_turns, earliest, key=_start)
    if number and sides.agent_turns[number - 1].end > turn.end:
        return None
    following = sides.agent_turns[number : number + 1]
    return following[0] if following and following[0].start < sides.next_turn(turn) else None


def scene(sides: Sides, barge: BargeIn) -> Scene:
    """What `interruption.outcome` has to know of the recording around one interruption.

    Of a recording of hours only that: the judgement looks at every sound it is given.
    """
    turn = Span(barge.utterance.start or 0.0, barge.utterance.end or 0.0)
    following = sides.next_turn(turn)
    until = min(max(following, turn.start + barge.watch + sides.pause), sides.seconds)
    last = _before(sides.agent_turns, until)
    return replace(
        whole(sides),
        caller=_within(sides.caller, turn.start, until),
        # whole turns: the first sound of a reply may be shorter than a word
        agent=_within(sides.agent, turn.start - sides.pause, max(until, last.end) if last else until),
        turns=(turn.start, following),
    )


def whole(sides: Sides) -> Scene:
    """What there is to know of all of the recording."""
    return Scene(
        caller=sides.caller,
        agent=sides.agent,
        pieces=(),
        signals=(),
        timing=UplinkTiming(),
        rate=_NOWHERE.rate,
        now=sides.seconds,
        pause=sides.pause,
        closed=True,
    )


def _answered(agent: Sequence[Span], caller: Sequence[Span], pause: float) -> list[Span]:
    """The agent's turns: nobody spoke over anybody where the caller was quick, and so was the agent's answer."""
    turns: list[Span] = []
    for span in agent:
        if turns and span.start - turns[-1].end < pause and not _is_said(caller, turns[-1].end, span.start):
            turns[-1] = turns[-1].until(span)
        else:
            turns.append(span)
    return turns


def _is_said(sounds: Sequence[Span], start: float, end: float) -> bool:
    """Whether a word lies between two moments, and nothing of it before or after them."""
    inside = _within(sounds, start, end)
    whole = all(start - TURN_CHANGE < one.start and one.end < end + RESOLUTION for one in inside)
    return whole and sum(one.seconds for one in inside) >= SHORTEST_WORD


def _split(caller: Sequence[Span], agent_turns: Sequence[Span], pause: float) -> list[Span]:
    """The caller's turns."""
    turns: list[Span] = []
    for span in caller:
        if turns and _goes_on(turns[-1], span, agent_turns, pause):
            turns[-1] = turns[-1].until(span)
        else:
            turns.append(span)
    return turns


def _goes_on(turn: Span, span: Span, agent_turns: Sequence[Span], pause: float) -> bool:
    silence = span.start - turn.end
    if silence >= pause:
        return False
    return silence < WITHIN_A_PHRASE or not _begins_between(agent_turns, turn.end - TURN_CHANGE, span.start)


def _begins_between(turns: Sequence[Span], start: float, end: float) -> bool:
    number = bisect_left(turns, start, key=_start)
    return number < len(turns) and turns[number].start < end


def _speech(turns: Sequence[Span], sounds: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    """The turns that hold a word, and their sounds."""
    spoken: list[Span] = []
    heard: list[Span] = []
    for turn in turns:
        inside = _within(sounds, turn.start, turn.end)
        if sum(span.seconds for span in inside) >= SHORTEST_WORD:
            spoken.append(turn)
            heard += inside
    return spoken, heard


def _going_on(turns: Sequence[Span], moment: float) -> Span | None:
    """The turn that began before `moment` and goes on for longer than a change of turns lasts."""
    last = _before(turns, moment)
    return last if last is not None and last.end - moment >= TURN_CHANGE else None


def _goes_on_after(sounds: Sequence[Span], moment: float) -> Span | None:
    """The first sound after `moment`, if that lies in a silence that is no mere consonant."""
    number = bisect_left(sounds, moment, key=_start)
    if not 0 < number < len(sounds):
        return None
    last, following = sounds[number - 1], sounds[number]
    return following if last.end <= moment and following.start - last.end >= WITHIN_A_PHRASE else None


def _before(turns: Sequence[Span], moment: float) -> Span | None:
    number = bisect_left(turns, moment, key=_start)
    return turns[number - 1] if number else None


def _overlap(sides: Sides, turn: Span, other: Span) -> Overlap:
    end = min(turn.end, other.end)
    caller, agent = _within(sides.caller, turn.start, end), _within(sides.agent, turn.start, end)
    return Overlap(turn.start, other.start, measure.both(caller, agent, turn.start, end))


def _barge_in(number: int, turn: Span, interrupted: Span, watch: float) -> BargeIn:
    return BargeIn(
        number=number,
        utterance=Utterance("", _NOWHERE, turn.start, turn.end),
        trigger=Trigger(turn.start - interrupted.start),
        mode=Mode.VAD,
        armed=interrupted.start,
        since=interrupted.start,
        agent_onset=interrupted.start,
        fired=turn.start,
        watch=min(watch, _end_of_its_own(turn, interrupted)),
    )


def _end_of_its_own(turn: Span, interrupted: Span) -> float:
    """Seconds from the barge-in to just before the agent's end, where that has nothing to do with the barge-in."""
    if interrupted.end <= turn.end + GIVES_WAY:
        return float("inf")
    return interrupted.end - turn.start - RESOLUTION


def _within(spans: Sequence[Span], start: float, end: float) -> list[Span]:
    """The sounds of which something lies between `start` and `end`."""
    first = bisect_right(spans, start, key=_end)
    return list(spans[first : bisect_left(spans, end, key=_start)])


def _start(span: Span) -> float:
    return span.start


def _end(span: Span) -> float:
    return span.end

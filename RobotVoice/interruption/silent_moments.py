"""Triggers that wait for the agent to be silent: in a pause, while a tool runs, before its first word. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final

from RobotVoice.call.detector import Voiced
from RobotVoice.call.turns import Reply
from RobotVoice.evidence.model import ToolUse, duration
from RobotVoice.evidence.sentences import allowance
from RobotVoice.interruption.triggers import Fire, Seen, TooLate, Trigger

PAUSE: Final = 0.2
"""Seconds. The usual gap between two people's turns (Stivers et al., "Universals and cultural variation in turn-taking
in conversation", PNAS 106, 2009; Levinson & Torreira, Frontiers in Psychology 6, 2015): in a silence of that length a
listener begins to speak. Inside words silence is shorter."""


@dataclass(frozen=True)
class InAPause(Trigger):
    """When the agent has been silent for `PAUSE` in a reply that goes on, or `after` seconds from there.

    A reply goes on until its protocol has told its end and all of it has been played, or the silence is longer than a
    natural pause. Where the protocol does not tell, an end may be taken for a pause: what came of it will say so. A
    pause counts that was not over before the trigger was armed.
    """

    in_silence: ClassVar[bool] = True

    def __str__(self) -> str:
        return self._after("a pause of the agent") if self.after else "in a pause of the agent's reply"

    def look(self, seen: Seen) -> Fire | TooLate | None:
        reply = seen.reply
        if reply is None:
            return None
        moment = next(self._moments(reply, seen), None)
        if not reply.finished:
            due = seen.now if moment is None else moment + self.after
            return Fire(reply.onset, due) if moment is not None and seen.now >= due else None
        if moment is None:
            return TooLate(f"the agent made no pause of {allowance(PAUSE)} in its reply")
        return self.ended(reply, reply.end - moment, seen.now)

    def not_met(self, seen: Seen, timeout: float) -> str:
        if seen.reply is None or next(self._moments(seen.reply, seen), None) is not None:
            return super().not_met(seen, timeout)
        return f"the agent made no pause of {allowance(PAUSE)} within {allowance(timeout)}"

    def _moments(self, reply: Reply, seen: Seen) -> Iterator[float]:
        for begin, end in _silences(reply):
            moment = begin + PAUSE
            is_new = moment > seen.since and max(moment + self.after, end) > seen.armed
            if end - begin >= PAUSE and moment <= seen.now and is_new:
                yield moment


def _silences(reply: Reply) -> Iterator[tuple[float, float]]:
    """From when to when it is silent between two of its sounds; one that goes on has no end yet."""
    yield from ((one.end + one.tail, other.start) for one, other in pairwise(reply.sounds))
    if not reply.finished:
        yield reply.sounds[-1].end + reply.sounds[-1].tail, float("inf")


@dataclass(frozen=True)
class WhileToolRuns(Trigger):
    """When the agent has called a tool and is silent, or `after` seconds from there; until its next audible speech.

    The call has the time at which its message came. One that comes while the agent speaks, or just after, counts from
    where the agent has been silent for `PAUSE`.
    """

    in_silence: ClassVar[bool] = True

    def __str__(self) -> str:
        return self._after("the agent called a tool") if self.after else "while a tool of the agent runs"

    def look(self, seen: Seen) -> Fire | TooLate | None:
        tool = next((tool for tool in seen.tools if tool.time >= seen.since), None)
        if tool is None:
            return None
        sounds = [sound for reply in seen.replies for sound in reply.sounds if sound.start <= seen.now]
        moment = _silent_from(sounds, tool.time)
        spoken = next((sound.start for sound in sounds if sound.start >= moment), None)
        if spoken is not None:
            return TooLate(self._spoke(tool, spoken, moment))
        due = moment + self.after
        return Fire(None, due) if seen.now >= due else None

    def not_met(self, seen: Seen, timeout: float) -> str:
        if any(tool.time >= seen.since for tool in seen.tools):
            return super().not_met(seen, timeout)
        return f"no tool call of the agent came within {allowance(timeout)}"

    def _spoke(self, tool: ToolUse, spoken: float, moment: float) -> str:
        spoke = f"the agent spoke again {duration(spoken - moment)} after it had called {tool.name}"
        return f"{spoke}, before the {allowance(self.after)} of after= were over" if self.after else spoke


def _silent_from(sounds: Iterable[Voiced], moment: float) -> float:
    """`moment`, or where the speech that is heard then has been over for `PAUSE`."""
    for sound in sounds:
        if sound.start <= moment < sound.end + PAUSE:
            moment = sound.end + PAUSE
    return moment


@dataclass(frozen=True)
class WhileThinking(Trigger):
    """So long after the caller's last word as `after` says, at least `PAUSE`, and before the agent's first.

    Sooner than that it would be the same breath.
    """

    in_silence: ClassVar[bool] = True

    def __str__(self) -> str:
        return f"{duration(self._wait)} after the caller's last word, before the agent's first"

    @property
    def _wait(self) -> float:
        return max(self.after, PAUSE)

    def look(self, seen: Seen) -> Fire | TooLate | None:
        if seen.caller_end is None:
            return TooLate("the caller had said nothing yet that the agent could think about")
        if seen.reply is not None:
            return TooLate(_spoke_first(seen.reply.onset - seen.caller_end, self._wait))
        due = seen.caller_end + self._wait
        return Fire(None, due) if seen.now >= due else None


def _spoke_first(waited: float, wanted: float) -> str:
    if waited < 0:
        return "the agent was speaking already when the caller said their last word"
    after = f"the agent spoke {duration(waited)} after the caller's last word"
    return f"{after}, before the {allowance(wanted)} were over" if waited < wanted else after

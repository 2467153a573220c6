"""Where the agent began to talk in the middle of a turn of the caller's. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.evidence.measure import WORD_GAP, Span
from RobotVoice.evidence.model import CutIn, Measured, duration
from RobotVoice.interruption.floor import TURN_CHANGE, CallerTurn, Floor
from RobotVoice.interruption.scene import Figures, length

AT_ONCE: Final = 0.2
"""Seconds. Who begins so shortly after the other could not know it yet, so both began at once: it is the usual gap
between two people's turns, and nobody reacts faster (Levinson & Torreira 2015)."""
UNCLEAR: Final = (
    "The caller began in a short silence of the agent's and was still speaking when the agent went on. Whether that "
    "was a pause of the agent's, or the agent was over and interrupted the caller, can't be told from the sound."
)


def cut_ins(floor: Floor, since: float = 0.0) -> list[CutIn]:
    """Every time that the agent, silent until then, began in a turn of the caller's that was not over, or may have.

    since: turns that ended before (s) do not count. An agent that began before the caller, or at once with them, or
    less than `TURN_CHANGE` before their last sound, does not cut in; nor does one that goes on after a natural pause.
    """
    turns = [turn for turn in floor.turns if turn.is_speech and turn.end > since]
    found = (_cut_in(floor, turn, reply) for turn in turns for reply in floor.replies)
    perhaps = (_perhaps(floor, turn, moment) for turn in turns for moment in floor.unclear)
    return [cut for cut in (*found, *perhaps) if cut is not None]


def _cut_in(floor: Floor, turn: CallerTurn, reply: Span) -> CutIn | None:
    sounds = floor.caller_sounds(turn)
    after_begin = length(floor.scene, sounds[0].start, reply.start)
    before_end = length(floor.scene, reply.start, sounds[-1].end)
    if after_begin.value < AT_ONCE or before_end.is_within(TURN_CHANGE):
        return None
    still_talks = reply.end + RESOLUTION >= floor.scene.now
    lasted = Figures(floor.scene, reply.start, reply.end).length(reply.start, reply.end, at_least=still_talks)
    doubt = _doubt(reply, after_begin, before_end)
    silence = _silence_around(sounds, reply.start)
    if silence is None:
        return CutIn(reply.start, turn.text, before_end, lasted, doubt=doubt)
    pause = length(floor.scene, silence.start, silence.end)
    into = length(floor.scene, silence.start, reply.start)
    return CutIn(reply.start, turn.text, before_end, lasted, pause, into, doubt)


def _perhaps(floor: Floor, turn: CallerTurn, moment: float) -> CutIn | None:
    reply = next((one for one in floor.replies if one.start < moment < one.end), None)
    if reply is None or not turn.start < moment < turn.end:
        return None
    lasted = Figures(floor.scene, moment, reply.end).length(moment, reply.end)
    return CutIn(moment, turn.text, length(floor.scene, moment, turn.end), lasted, doubt=UNCLEAR)


def _doubt(reply: Span, after_begin: Measured, before_end: Measured) -> str:
    if after_begin.value - reply.start_doubt < AT_ONCE:
        return (
            f"The agent began to talk {after_begin} after the caller had begun. Within {duration(AT_ONCE)} both begin "
            "at once, so whether it interrupted the caller can't be told."
        )
    if before_end.is_within(TURN_CHANGE) is None:
        return (
            f"The agent began to talk {before_end} before the caller had finished. Less than {duration(TURN_CHANGE)} "
            "is heard as no overlap, so whether it interrupted the caller can't be told."
        )
    return ""


def _silence_around(sounds: Sequence[Span], moment: float) -> Span | None:
    """The pause between two sounds that `moment` lies in."""
    silences = (Span(one.end, other.start) for one, other in pairwise(sounds) if one.end <= moment < other.start)
    return next((silence for silence in silences if silence.seconds >= WORD_GAP * RESOLUTION), None)

"""A silence of both sides, and the agent that breaks it, or must not. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.interruption.floor import CallerTurn, Floor


@dataclass(frozen=True)
class Silence:
    """From `start` (s) both are silent; `broken` is when the agent speaks again, None if it has not by now."""

    start: float
    broken: float | None


def after_the_reply(floor: Floor) -> Silence | None:
    """The silence after the reply that was heard out; None if none was.

    It begins with the last sound of either side. What the agent says next, it says unasked.
    """
    heard_out = floor.heard_out
    if heard_out is None:
        return None
    reply = next((one for one in reversed(floor.replies) if one.start < heard_out), None)
    if reply is None:
        return None
    broken = next((one.start for one in floor.replies if one.start > reply.end), None)
    sounds = (turn.end for turn in floor.turns if broken is None or turn.end <= broken)
    return Silence(max([reply.end, *sounds]), broken)


def last_sound(floor: Floor) -> CallerTurn | None:
    """What the caller said, or what noise they made, last."""
    return floor.turns[-1] if floor.turns else None


def talked_at(floor: Floor, moment: float) -> bool:
    """Whether the agent was talking then, or in a pause of its reply."""
    return any(one.start <= moment < one.end + RESOLUTION for one in floor.replies)


def began_after(floor: Floor, moment: float) -> float | None:
    """When the agent first began to talk after `moment`; None if it did not."""
    return next((one.start for one in floor.replies if one.start > moment), None)

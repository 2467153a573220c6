"""What a trigger sees, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

from RobotVoice.call.detector import Voiced
from RobotVoice.call.turns import Reply
from RobotVoice.evidence.model import ToolUse
from RobotVoice.interruption.triggers import Seen, Words

TOLD = 2.0
"""Seconds that a silence may last in a reply whose end its protocol tells."""


def reply(*sounds: tuple[float, float], now: float, ended: bool = False, pause: float = TOLD) -> Reply:
    """A reply of which all of `sounds` has been received; ended: its protocol has told its end."""
    stretches = tuple(Voiced(start, end, "a", round((end - start) / 0.02)) for start, end in sounds)
    last = sounds[-1][1]
    finished = now >= last if ended else now - last >= pause
    audible = any(start <= now < end + 0.06 for start, end in sounds)
    return Reply(sounds[0][0], min(last, now), finished, ("a",), audible, stretches)


def seen(
    now: float,
    *sounds: tuple[float, float],
    ended: bool = False,
    pause: float = TOLD,
    since: float = 0.0,
    armed: float = 0.0,
    caller_end: float | None = 0.5,
    tools: Sequence[float] = (),
    words: Sequence[Words] = (),
    whole: float | None = None,
) -> Seen:
    """What is known at `now`, with at most one reply, once its first two frames have been heard."""
    begun = bool(sounds) and now >= sounds[0][0] + 0.02
    return Seen(
        replies=[reply(*sounds, now=now, ended=ended, pause=pause)] if begun else [],
        since=since,
        now=now,
        armed=armed,
        caller_end=caller_end,
        tools=[ToolUse(time, "look_up_account", "", "") for time in tools if time <= now],
        words=lambda _: words,
        sent_whole=lambda _: whole if whole is not None and whole <= now else None,
    )

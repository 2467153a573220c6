"""Whose turn is it? Replies of the agent, from what is heard and what the protocol says. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from RobotVoice.call.detector import Voiced

NATURAL_PAUSE = 0.7
"""Silence shorter than this (s) inside a reply is a pause, never a stop."""
PAUSE_OF_A_KNOWN_REPLY = 2.0
"""Where the protocol gives a reply an id, or says that it is still being made, it may pause for so long (s)."""


@dataclass(frozen=True)
class Reply:
    """One reply as heard by a certain moment.

    onset: its first audible speech. end: its last, so far. finished: no more will come.
    ids: the protocol's ids of the replies it is made of.
    """

    onset: float
    end: float
    finished: bool
    ids: tuple[str, ...]


@dataclass
class ProtocolSignals:
    """Which replies the protocol has begun and ended."""

    begun: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)

    def open(self, reply: str) -> bool:
        return reply in self.begun and reply not in self.ended


def replies(
    stretches: Iterable[Voiced], signals: ProtocolSignals, now: float, pause: float = NATURAL_PAUSE
) -> list[Reply]:
    """All replies of which something has been heard by `now`, in order."""
    found: list[list[Voiced]] = []
    for stretch in stretches:
        if not stretch.is_speech:
            continue
        if found and _continues(found[-1][-1], stretch, signals, pause):
            found[-1].append(stretch)
        elif stretch.start <= now:
            found.append([stretch])
    return [_reply(group, signals, now, pause) for group in found]


def _continues(last: Voiced, stretch: Voiced, signals: ProtocolSignals, pause: float) -> bool:
    if last.reply != stretch.reply and last.reply in signals.ended:
        return False
    same = last.reply == stretch.reply and last.reply in signals.begun
    return stretch.start - last.end < (max(pause, PAUSE_OF_A_KNOWN_REPLY) if same else pause)


def _reply(group: list[Voiced], signals: ProtocolSignals, now: float, pause: float) -> Reply:
    last = group[-1]
    silent_for = now - last.end
    by_protocol = last.reply in signals.ended and silent_for >= 0
    allowed = max(pause, PAUSE_OF_A_KNOWN_REPLY) if signals.open(last.reply) else pause
    finished = by_protocol or silent_for >= allowed
    ids = tuple(dict.fromkeys(stretch.reply for stretch in group))
    return Reply(group[0].start, min(last.end, now), finished, ids)

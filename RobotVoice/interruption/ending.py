"""A trigger that counts from the end of the agent's reply backwards. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from RobotVoice.evidence.model import duration
from RobotVoice.evidence.sentences import allowance
from RobotVoice.interruption.triggers import Fire, Seen, TooLate, Trigger

LIVE: Final = 0.1
"""Seconds by which an agent that speaks in real time is ahead of the caller's ear at most."""


@dataclass(frozen=True, kw_only=True)
class BeforeEnd(Trigger):
    """When so much of the reply (`rest`, in seconds) is still to be played, to its last audible speech.

    Nobody can know that but of a reply that has been received whole: its protocol has told its end, and the rest waits
    to be played. Of an agent that sends its words only as it speaks them the end is known when it has come.
    """

    rest: float

    def __str__(self) -> str:
        return f"{duration(self.rest)} before the end of the agent's reply"

    def look(self, seen: Seen) -> Fire | TooLate | None:
        reply = seen.reply
        if reply is None:
            return None
        whole = seen.sent_whole(reply)
        if whole is None:
            return TooLate(self._not_known("its protocol does not tell it before")) if reply.finished else None
        end = reply.sounds[-1].end
        if end - reply.onset < self.rest:
            short = f"the agent's reply was only {duration(end - reply.onset)} long"
            return TooLate(f"{short}, shorter than the {allowance(self.rest)} of before_end=")
        if whole > end - self.rest:
            live = whole > end - LIVE
            when = "only as it speaks them" if live else f"so that the last of them came {duration(end - whole)} before"
            return TooLate(self._not_known(f"it sends its words {when}"))
        if reply.finished:
            return TooLate(f"the agent had finished its reply {duration(seen.now - end)} before")
        return Fire(reply.onset, end - self.rest) if seen.now >= end - self.rest else None

    def _not_known(self, why: str) -> str:
        return f"the end of the agent's reply could not be known {allowance(self.rest)} before it came: {why}"

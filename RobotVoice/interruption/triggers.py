"""When: the moment at which the caller barges in. Pure: a trigger is asked again and again what it sees."""

from __future__ import annotations

from dataclasses import dataclass

from RobotVoice.call.turns import Reply, first_new
from RobotVoice.evidence.model import duration


@dataclass(frozen=True)
class Fire:
    """Now. `agent_onset` is the first audible speech of the reply to be interrupted."""

    agent_onset: float


@dataclass(frozen=True)
class TooLate:
    """It can't be met any more, for the reason that the sentence gives."""

    reason: str


@dataclass(frozen=True)
class Trigger:
    """At the agent's first audible speech, or `after` seconds from there; in a pause it waits for the next word.

    Counts from a reply that the caller has not spoken to yet; `since` is when the last turn began.
    """

    after: float = 0.0

    def __str__(self) -> str:
        if not self.after:
            return "at the agent's first audible speech"
        return f"{duration(self.after)} after the agent became audible"

    def look(self, replies: list[Reply], since: float, now: float) -> Fire | TooLate | None:
        """What to do at `now`; None is: wait."""
        reply = first_new(replies, since)
        if reply is None:
            return None
        onset = max(reply.onset, since)
        if reply.finished:
            return TooLate(self._missed(reply, onset, now))
        return Fire(reply.onset) if reply.audible and now >= onset + self.after else None

    def _missed(self, reply: Reply, onset: float, now: float) -> str:
        if reply.end - onset < self.after:
            return (
                f"the agent had finished its reply after {duration(reply.end - onset)}, "
                f"before the {duration(self.after)} of after= were over"
            )
        return f"the agent had finished its reply {duration(now - reply.end)} before"

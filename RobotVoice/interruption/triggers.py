"""When: the moment at which the caller barges in. Pure: a trigger is asked again and again what it sees.

Here are the plain one and what they all share. Those that go by the agent's words are in `heard_words`, those that wait
for it to be silent in `silent_moments`, the one that goes by its end in `ending`; `when` chooses among them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from RobotVoice.call.turns import Reply, first_new
from RobotVoice.evidence.model import ToolUse, duration
from RobotVoice.evidence.sentences import allowance


@dataclass(frozen=True)
class Fire:
    """Now. agent_onset: the first audible speech of the reply to be interrupted; None if it has not begun.

    due: the trigger's moment, on the call's clock; None for the plain one, whose moment the track tells afterwards
    more exactly than it can be told while the call runs.
    """

    agent_onset: float | None
    due: float | None = None


@dataclass(frozen=True)
class TooLate:
    """It can't be met any more, for the reason that the sentence gives."""

    reason: str


@dataclass(frozen=True)
class Words:
    """A piece of the agent's transcript.

    final: it is the whole text of the reply, else it is the next piece of it. at: when all audio of the reply that had
    come before it has been played; infinite if some of that was dropped.
    """

    text: str
    at: float
    final: bool = False


def _no_words(reply: Reply) -> Sequence[Words]:
    return ()


def _not_known(reply: Reply) -> float | None:
    return None


@dataclass(frozen=True)
class Seen:
    """What is known of the call at `now`; all times are seconds on its clock.

    replies: the agent's, as heard so far. since: what the agent said before does not count, the caller has spoken to it
    already. armed: since when the trigger is asked. caller_end: when the caller's last word was over; None if there was
    none. words: of a reply, in the order of their arrival. sent_whole: when the agent's side said that it had sent all
    of a reply.
    """

    replies: Sequence[Reply]
    since: float
    now: float
    armed: float = 0.0
    caller_end: float | None = None
    tools: Sequence[ToolUse] = ()
    words: Callable[[Reply], Sequence[Words]] = _no_words
    sent_whole: Callable[[Reply], float | None] = _not_known

    @property
    def reply(self) -> Reply | None:
        """The first that the caller has not spoken to yet."""
        return first_new(self.replies, self.since)


@dataclass(frozen=True)
class Trigger:
    """At the agent's first audible speech, or `after` seconds from there; in a pause it waits for the next word.

    Counts from a reply that the caller has not spoken to yet. Others have another moment to count from, and say which.
    timeout: seconds to wait for that moment; None for as long as the call's limits say. `after` comes on top of it.
    """

    after: float = 0.0
    timeout: float | None = None

    needs: ClassVar[str] = ""
    """What the agent's row of the capability matrix has to have, or ""."""
    in_silence: ClassVar[bool] = False
    """It is met while the agent is silent, so that there may be nothing to fall silent with."""

    def __str__(self) -> str:
        if not self.after:
            return "at the agent's first audible speech"
        return f"{duration(self.after)} after the agent became audible"

    def look(self, seen: Seen) -> Fire | TooLate | None:
        """What to do at `seen.now`; None is: wait."""
        reply = seen.reply
        if reply is None:
            return None
        onset = max(reply.onset, seen.since)
        if reply.finished:
            return self.ended(reply, reply.end - onset, seen.now)
        return Fire(reply.onset) if reply.audible and seen.now >= onset + self.after else None

    def ended(self, reply: Reply, left: float, now: float) -> TooLate:
        """The reply is over, `left` seconds after the moment from which `after` counts."""
        if left < self.after:
            return TooLate(
                f"the agent had finished its reply after {duration(left)}, "
                f"before the {duration(self.after)} of after= were over"
            )
        return TooLate(f"the agent had finished its reply {duration(now - reply.end)} before")

    def not_met(self, seen: Seen, timeout: float) -> str:
        """Why there is nothing to wait for any more when `timeout` seconds are over."""
        if seen.reply is None:
            return f"the agent was not audible within {allowance(timeout)}"
        return f"its moment ({self}) had not come within {allowance(timeout)}"

    def _after(self, moment: str) -> str:
        """In words."""
        return f"{duration(self.after)} after {moment}" if self.after else f"after {moment}"


def from_next_word(reply: Reply, moment: float) -> float:
    """`moment`, or the next word of the reply if that is in a pause."""
    return next((max(moment, sound.start) for sound in reply.sounds if sound.end > moment), moment)

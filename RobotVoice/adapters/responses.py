"""Names for an agent's replies, where its protocol gives them none."""

from __future__ import annotations

from RobotVoice.adapters.events import Interrupter, ReplyEnded, ReplyStatus


class Responses:
    """Counts them, so that the audio, the words and the beliefs of one reply carry one name.

    audible, worded: audio, or words, of the present one have come.
    """

    def __init__(self) -> None:
        self._number = 1
        self.audible = False
        self.worded = False

    @property
    def name(self) -> str:
        """Of the present one. Not "reply 1": so the call itself calls a reply without a name."""
        return f"response {self._number}"

    @property
    def latest(self) -> str:
        """The name of the last one of which anything has come."""
        return self.name if self.audible or self.worded else f"response {max(1, self._number - 1)}"

    def next(self) -> None:
        """Another one is to come, unless nothing has come of this one."""
        self._number += self.audible or self.worded
        self.audible = self.worded = False

    def cut(self) -> tuple[ReplyEnded, ...]:
        """The agent gave way to the caller: how the present one ended, if it was being spoken."""
        ended = ReplyEnded(self.name, ReplyStatus.CANCELLED, Interrupter.AGENT_VAD)
        was_spoken = self.audible
        self.next()
        return (ended,) if was_spoken else ()

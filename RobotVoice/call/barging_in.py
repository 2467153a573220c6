"""Watches the agent for a caller who wants to interrupt it, and for one who does. Pure: asked before every frame."""

from __future__ import annotations

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.call.agent_side import AgentSide
from RobotVoice.call.record import BargeIn, Record
from RobotVoice.interruption.double_talk import KEEP_TALKING, Act
from RobotVoice.interruption.triggers import Fire, Seen, TooLate

CONFIRMED_SILENCE = 3 * FRAME_SECONDS
"""Seconds of silence from which on an agent may have fallen silent just as the watch ends."""


class BargingIn:
    """The interruption that waits for its moment, and the one in which both may talk; each None if there is none."""

    def __init__(self, agent: AgentSide, record: Record) -> None:
        self._agent = agent
        self._record = record
        self._armed: BargeIn | None = None
        self._both_talk: BargeIn | None = None

    def arm(self, barge: BargeIn) -> None:
        """From now on its trigger is asked."""
        self._record.barge_ins.append(barge)
        self._armed = barge
        self._record.note(barge.armed, "armed", str(barge.trigger))

    def disarm(self) -> None:
        """Nobody waits for its moment any more."""
        self._armed = None

    def begin(self, barge: BargeIn) -> None:
        """The caller speaks, and minds from now on whether the agent does, too."""
        self._both_talk = barge

    def be_over(self) -> None:
        """What the caller says from now on they say to its end, and once."""
        self._both_talk = None

    def due(self, now: float) -> BargeIn | None:
        """The interruption whose moment has come with this look; it is told when it was, or why it can't come."""
        barge = self._armed
        if barge is None or barge.fired is not None or barge.missed:
            return None
        match barge.trigger.look(self.seen(barge, now)):
            case Fire(agent_onset, due):
                barge.agent_onset, barge.due, barge.fired = agent_onset, due, now
                return barge
            case TooLate(reason):
                barge.missed = reason
        return None

    def seen(self, barge: BargeIn, now: float) -> Seen:
        """What its trigger goes by."""
        agent, said = self._agent, self._record.utterances
        return Seen(
            replies=agent.new_replies(now),
            since=barge.since,
            now=now,
            armed=barge.armed,
            caller_end=next((one.end for one in reversed(said) if one.end is not None), None),
            tools=self._record.tools,
            words=agent.words_as_heard,
            sent_whole=agent.sent_whole,
        )

    def what_next(self, now: float) -> tuple[BargeIn, Act] | None:
        """What the caller does now about an agent that talks on."""
        barge = self._both_talk
        if barge is None or barge.fired is None or barge.double_talk == KEEP_TALKING:
            return None
        said, until = [barge.utterance, *barge.repeats], barge.fired + barge.watch
        act = barge.double_talk.look(said, self._agent.new_replies(now), now, until)
        return None if act is None else (barge, act)

    def is_plain(self, fired: float, deadline: float, now: float) -> bool:
        """Whether the agent has fallen silent since `fired`, or has plainly talked on until `deadline`."""
        silent_for, pause = self._agent.silence(fired, now)
        return silent_for >= pause or (now >= deadline and silent_for < CONFIRMED_SILENCE)

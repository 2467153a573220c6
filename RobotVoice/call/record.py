"""What a call leaves behind besides its two tracks: data without behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field

from RobotVoice.adapters import events as agent
from RobotVoice.call.mouth import Utterance
from RobotVoice.evidence.model import LineEvent, Mode, ToolUse
from RobotVoice.interruption.triggers import Trigger


@dataclass(frozen=True)
class Signal:
    """A protocol signal that tells who stopped the agent, at its time of arrival."""

    time: float
    event: agent.Flush | agent.CancelAcknowledged | agent.ReplyEnded


@dataclass(frozen=True)
class ReplyWords:
    """Words of the agent as its protocol sent them; as a belief, what it takes itself to have said."""

    time: float
    text: str
    reply: str
    final: bool


@dataclass(eq=False)
class BargeIn:
    """An interruption as it was carried out; what came of it is for `interruption.outcome` to say.

    since: the caller's last turn; agent audio before it does not count. missed: why it did not happen.
    watch: how long (s) from the barge-in the agent is watched; what comes later changes nothing.
    """

    number: int
    utterance: Utterance
    trigger: Trigger
    mode: Mode
    armed: float
    since: float
    agent_onset: float | None = None
    fired: float | None = None
    cancel_sent: float | None = None
    missed: str = ""
    watch: float = float("inf")


@dataclass
class Record:
    """All that a call leaves behind besides its two tracks."""

    utterances: list[Utterance] = field(default_factory=list)
    barge_ins: list[BargeIn] = field(default_factory=list)
    journal: list[LineEvent] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    words: list[ReplyWords] = field(default_factory=list)
    beliefs: list[ReplyWords] = field(default_factory=list)
    tools: list[ToolUse] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

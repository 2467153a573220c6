"""What a call leaves behind besides its two tracks: data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from RobotVoice.adapters import events as agent
from RobotVoice.call.mouth import Utterance
from RobotVoice.call.playout import Piece
from RobotVoice.evidence.model import LineEvent, Mode, ToolUse
from RobotVoice.interruption.double_talk import KEEP_TALKING, DoubleTalk
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.line.conditions import Conditions


@dataclass(frozen=True)
class Signal:
    """A protocol signal that tells who stopped the agent, at its time of arrival."""

    time: float
    event: agent.Flush | agent.CancelAcknowledged | agent.ReplyEnded


@dataclass(frozen=True)
class ReplyWords:
    """Words of the agent as its protocol sent them; as a belief, what it takes itself to have said.

    follow: the last piece of their reply's audio that had arrived before them; None if none had. item: the part of
    the reply that they belong to, where the protocol parts it.
    """

    time: float
    text: str
    reply: str
    final: bool
    follow: Piece | None = None
    item: str = ""


@dataclass(eq=False)
class BargeIn:
    """An interruption as it was carried out; what came of it is for `interruption.outcome` to say.

    since: the caller's last turn; agent audio before it does not count. missed: why it did not happen.
    due: the trigger's moment, where the agent's track alone does not tell it.
    watch: how long (s) from the barge-in the agent is watched; what comes later changes nothing.
    repeats: the same words, said again. gave_way: the caller broke off because the agent talked on.
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
    due: float | None = None
    missed: str = ""
    watch: float = float("inf")
    double_talk: DoubleTalk = KEEP_TALKING
    repeats: list[Utterance] = field(default_factory=list)
    gave_way: bool = False

    @property
    def last_said(self) -> Utterance:
        """What the caller said last of it."""
        return self.repeats[-1] if self.repeats else self.utterance


@dataclass(frozen=True)
class LineChange:
    """What the line is like from `time` on."""

    time: float
    conditions: Conditions


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
    lines: list[LineChange] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def date_back(self) -> None:
        """What came before the call's first frame came with it."""
        self.journal = [replace(event, time=0.0) for event in self.journal]
        self.signals = [replace(signal, time=0.0) for signal in self.signals]
        self.words = [replace(words, time=0.0) for words in self.words]
        self.beliefs = [replace(belief, time=0.0) for belief in self.beliefs]
        self.tools = [replace(use, time=0.0) for use in self.tools]

    def note(self, time: float, kind: str, detail: str = "") -> None:
        """Put a line into the journal."""
        self.journal.append(LineEvent(time, kind, detail))

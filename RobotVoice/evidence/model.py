"""The facts of a call, as the keywords return them and the report draws them.

Times are seconds on the call's clock, whose zero is the first frame of the line. Lengths are seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from RobotVoice.audio.frames import Clip
from RobotVoice.evidence.verdict import Verdict


class Outcome(Enum):
    """What came of an interruption."""

    INTERRUPTED = "interrupted"
    """The agent was speaking, the caller barged in, the agent fell silent."""
    KEPT_TALKING = "kept talking"
    """The agent did not fall silent while it was watched: a censored value."""
    DID_NOT_HAPPEN = "did not happen"
    """The agent never spoke, or had finished, or the trigger was never met."""


class Mode(Enum):
    """How the caller barges in."""

    CANCEL = "cancel"
    """The provider-side cancel signal, then the caller speaks."""
    VAD = "vad"
    """The caller's speech overlaps the agent's until the agent's own voice activity detection gives way."""
    KEYS = "keys"
    """The caller presses keys of the telephone, and the agent gives way to them."""


class StoppedBy(Enum):
    """Who made the agent fall silent."""

    CANCEL = "the cancel, acknowledged by the provider"
    AGENT_VAD = "the agent's own voice activity detection"
    AGENT_KEYS = "the agent itself, for the keys"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Measured:
    """A length of time with its uncertainty, in seconds.

    at_least: the value is a lower bound (censored): what was to end had not ended when the watch did.
    doubt: why the value is not to be trusted, in a sentence: the machine was too busy, or the line lost too much of the
    agent. Else "".
    """

    value: float
    uncertainty: float
    at_least: bool = False
    doubt: str = ""

    @property
    def reliable(self) -> bool:
        return not self.doubt

    def is_within(self, highest: float, lowest: float = -math.inf) -> bool | None:
        """Whether it keeps to limits (in seconds, both allowed); None where its uncertainty does not tell.

        All of value ± uncertainty has to lie on one side of a limit: the guarded decision of JCGM 106 and ISO 14253-1,
        to the microsecond. Of a lower bound only that it is too long can be told.
        """
        if self.at_least:
            return False if self.value > highest else None
        low, high = round(self.value - self.uncertainty, 6), round(self.value + self.uncertainty, 6)
        if lowest <= low and high <= highest:
            return True
        return False if high < lowest or highest < low else None

    def __str__(self) -> str:
        if self.at_least:
            return f"at least {duration(self.value)}"
        return f"{duration(self.value)} ± {duration(self.uncertainty)}"


def duration(seconds: float) -> str:
    """A length as people read it: whole milliseconds below 10 s ("412 ms", "4210 ms"), else seconds."""
    return f"{seconds * 1000:.0f} ms" if abs(seconds) < 10 else f"{seconds:.1f} s"


@dataclass(frozen=True)
class Continuation:
    """How the agent went on with its reply in spite of the caller's sound. Times are seconds of the call.

    went_on, restarted and skipped are None where nothing tells.
    """

    fell_silent: float | None = None
    """When its longest silence began of those at the caller's sound; None if it talked on without a break."""
    spoke_again: float | None = None
    paused_for: Measured | None = None
    """How long it was silent then; at least so long if it had not spoken again."""
    went_on: bool | None = None
    """Whether what it said then belongs to the old reply."""
    went_on_with: str = ""
    """Its first words then; "" where they are not known."""
    restarted: bool | None = None
    """It said again what the caller had heard already."""
    again: str = ""
    """What that was: words, or how long it was where no words tell."""
    skipped: bool | None = None
    """It left out words of its reply, which the caller never heard."""
    left_out: str = ""
    """Which: words, or how long they were where no words tell."""


@dataclass(frozen=True)
class CutIn:
    """The agent began to talk in the middle of a turn of the caller's, at `time` (s)."""

    time: float
    text: str
    """What the caller was saying, or "" where it is not known."""
    before_end: Measured
    """From there to the end of the caller's turn."""
    lasted: Measured
    """How long the agent talked then; at least so long if it had not ended."""
    pause: Measured | None = None
    """The caller's pause that it began in; None if the caller was speaking."""
    into_pause: Measured | None = None
    """How far into that."""
    doubt: str = ""
    """Why it can't be told that it was in the middle of the turn, as a sentence; "" if it was for certain."""


@dataclass(frozen=True)
class Interruption:
    """One interruption. A time or figure is None when it does not exist (no barge-in, no reply)."""

    number: int
    text: str
    trigger: str
    """In words: "at the agent's first audible speech", "1.5 s after the agent became audible"."""
    mode: Mode | None
    outcome: Outcome
    reason: str
    """Why it did not happen, or "" ."""
    stopped_by: StoppedBy | None = None
    agent_onset: float | None = None
    """First audible speech of the reply that was interrupted."""
    cancel_sent: float | None = None
    barge_in: float | None = None
    """The barge-in onset: first voiced caller audio on the wire, or the cancel if that went out before."""
    caller_end: float | None = None
    wire_stop: float | None = None
    ear_stop: float | None = None
    watched_until: float | None = None
    reply_onset: float | None = None
    """First audible speech of the agent's next reply."""
    stop_latency: Measured | None = None
    wire_stop_latency: Measured | None = None
    overlap: Measured | None = None
    response_latency: Measured | None = None
    reaction: Measured | None = None
    yielded_for: Measured | None = None
    """How long the agent stayed quiet after the stop; at least so long if it had not spoken again."""
    resumed: bool | None = None
    """Whether the agent then went on with the old reply instead of answering; None if that is not known."""
    note: str = ""
    """What can't be told from what was heard, in words, or ""."""
    before: str | None = None
    """What was heard of the interrupted reply; None without a transcript."""
    after: str | None = None
    """The recovery: what the agent said next; None without a transcript or without a reply."""
    continuation: Continuation | None = None
    """How it went on with its reply in spite of the caller's sound; None if the interruption did not happen."""
    times_said: int = 1
    """How often the caller said it, first time included."""
    was_silent: bool = False
    """The agent was silent when the caller barged in, and gave up what it was going to say: nothing of it was heard."""
    gave_way_after: float | None = None
    """Seconds from the barge-in until the caller broke off to let the agent talk; None if they did not."""


class Speaker(Enum):
    """Who speaks."""

    CALLER = "caller"
    AGENT = "agent"


@dataclass(frozen=True)
class Turn:
    """One stretch of speech of one side.

    text: what was said as far as known, else None. source: where the words come from ("caller's line",
    "agent's transcript", "speech to text"). dropped: seconds received and never heard.
    interrupted: the caller cut it off. believed: what the agent takes itself to have said, where it tells.
    own_text: what the agent was going to say, heard or not, where its protocol tells.
    """

    speaker: Speaker
    start: float
    end: float
    text: str | None
    source: str = ""
    dropped: float = 0.0
    interrupted: bool = False
    believed: str | None = None
    own_text: str | None = None


@dataclass(frozen=True)
class Check:
    """A keyword's judgement, as the sentence that the report shows first.

    passed: None if it could not be made. interruption: the number of the one it is about, else None.
    limit: the allowed length in seconds, where there is one. verdicts: what it is made up of, where it has parts.
    note: where these come from, in a sentence, or "".
    """

    sentence: str
    passed: bool | None
    interruption: int | None = None
    limit: float | None = None
    verdicts: tuple[Verdict, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class ToolUse:
    """A tool that the agent called, at the time when it said so."""

    time: float
    name: str
    arguments: str
    answer: str


@dataclass(frozen=True)
class LineEvent:
    """One line of the journal. kind is a short name ("cancel sent", "flush", "problem", ...)."""

    time: float
    kind: str
    detail: str = ""


@dataclass(frozen=True)
class LineInUse:
    """What the line was like from `start` to `end`, in words: "phone, pink noise at 10 dB SNR (seed 7)"."""

    start: float
    end: float
    description: str


@dataclass(frozen=True)
class Health:
    """How well this machine kept the call's time.

    frames: how many went out. late_p99, late_max: how late they were, in seconds. over_20ms: the share
    of frames more than 20 ms late. drift: seconds that the uplink is off its clock at the end.
    underruns: how often the agent's audio ran dry in the middle of a sound; underrun: seconds of all of them.
    """

    frames: int = 0
    late_p99: float = 0.0
    late_max: float = 0.0
    over_20ms: float = 0.0
    drift: float = 0.0
    underruns: int = 0
    underrun: float = 0.0
    reliable: bool = True
    sentence: str = ""
    """Why the figures are not to be trusted, or ""."""


@dataclass(frozen=True, eq=False)
class CallEvidence:
    """All that is known of a call when it is reported, finished or not."""

    agent: str
    caller: Clip
    """What the agent got from the caller's side, on the call's clock."""
    heard: Clip
    """What the caller heard of the agent, on the call's clock."""
    seconds: float
    turns: tuple[Turn, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    checks: tuple[Check, ...] = ()
    events: tuple[LineEvent, ...] = ()
    health: Health = field(default_factory=Health)
    recording: Path | None = None
    ended: str = ""
    """Why the call ended, in a sentence, where it was not by `End Call`."""
    summary: str = ""
    """The headline where nothing was judged, if not the first interruption is to be it."""
    notes: tuple[str, ...] = ()
    """What a reader has to know besides the figures, a sentence each."""
    tools: tuple[ToolUse, ...] = ()
    caller_ear: str = "left"
    """Where in the recording the caller is, "left" or "right"; the agent is on the other side."""
    lines: tuple[LineInUse, ...] = ()
    """What the line was like, where it was not a clean one, in the order of time."""

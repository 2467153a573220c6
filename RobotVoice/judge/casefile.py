"""All that a judge is told of a call: what was heard, when, and what was measured. Typed, and pure."""

from __future__ import annotations

from dataclasses import dataclass

from RobotVoice.evidence.model import Interruption, Speaker, ToolUse, Turn

SPEECH_TO_TEXT = "speech to text"
"""The source of words that speech recognition wrote down, and which may be misheard."""
CUT = "…"


@dataclass(frozen=True)
class Line:
    """One turn as the caller heard it. start, end: seconds on the call's clock.

    text: None if no words are known. certain: the words are known to have been heard; if not, they are the agent's own
    text, cut at about the place where the caller stopped hearing it. misheard: they were written down by speech
    recognition. believed: what the agent takes itself to have said; own_text: what it was going to say, heard or not;
    each where its protocol tells.
    """

    speaker: Speaker
    start: float
    end: float
    text: str | None
    certain: bool = True
    misheard: bool = False
    cut_off: bool = False
    believed: str | None = None
    own_text: str | None = None


@dataclass(frozen=True)
class CaseFile:
    """A call from its beginning to where it is judged, at `seconds`.

    ended: why it was over there, in a sentence; "" if it was not, or if the caller ended it.
    """

    lines: tuple[Line, ...]
    interruptions: tuple[Interruption, ...]
    tools: tuple[ToolUse, ...] = ()
    seconds: float = 0.0
    ended: str = ""

    def interrupted(self, one: Interruption) -> Line | None:
        """The agent's turn that was cut off, or was to be."""
        if one.barge_in is None:
            return None
        begun = [line for line in self._agent() if line.start <= one.barge_in]
        return begun[-1] if begun else None

    def recovery(self, one: Interruption) -> tuple[Line, ...]:
        """What the agent said after the interruption, until the caller's next turn."""
        if one.reply_onset is None:
            return ()
        end = self._next_turn(one)
        return tuple(line for line in self._agent() if one.reply_onset < line.end and line.start < end)

    def _agent(self) -> list[Line]:
        return [line for line in self.lines if line.speaker is Speaker.AGENT]

    def _next_turn(self, one: Interruption) -> float:
        """The caller's turn after the one that interrupted."""
        spoken = one.caller_end if one.caller_end is not None else one.barge_in or 0.0
        later = (line.start for line in self.lines if line.speaker is Speaker.CALLER and line.start >= spoken)
        return min(later, default=float("inf"))


def case_file(
    turns: tuple[Turn, ...],
    interruptions: tuple[Interruption, ...],
    tools: tuple[ToolUse, ...] = (),
    seconds: float = 0.0,
    ended: str = "",
) -> CaseFile:
    """The case file of these facts, in the order of time."""
    lines = tuple(_line(turn) for turn in sorted(turns, key=lambda turn: turn.start))
    return CaseFile(lines, interruptions, tools, seconds, ended)


def _line(turn: Turn) -> Line:
    certain = not turn.interrupted or turn.source == SPEECH_TO_TEXT
    text = turn.text if certain or turn.text is None else _heard_part(turn.text, turn)
    return Line(
        turn.speaker,
        turn.start,
        turn.end,
        text,
        certain,
        turn.source == SPEECH_TO_TEXT,
        turn.interrupted,
        turn.believed,
        turn.own_text,
    )


def _heard_part(text: str, turn: Turn) -> str:
    """As many words as there was time for, rounded down: nothing counts that was not heard."""
    heard = turn.end - turn.start
    said = text.split()
    kept = said[: int(len(said) * heard / (heard + turn.dropped))] if heard > 0 else []
    return " ".join([*kept, CUT]) if len(kept) < len(said) else text

"""Interrupted calls made by hand, for the tests of the judge."""

from __future__ import annotations

from dataclasses import replace

from evidence_by_hand import stopped

from RobotVoice.evidence.model import Interruption, Outcome, Speaker, Turn
from RobotVoice.judge.casefile import CaseFile, case_file

HEARD = "Let me tell you about your billing"


def recovered(words: str | None = "Sure, account support.", number: int = 1, barge_in: float = 4.0) -> Interruption:
    return replace(stopped(number, barge_in), before=HEARD, after=words, resumed=False)


def turns(one: Interruption, source: str = "agent's transcript", believed: str | None = None) -> tuple[Turn, ...]:
    """The caller asks, the agent begins to answer and is cut off, and replies."""
    assert one.barge_in is not None
    start, replied = one.barge_in, one.reply_onset
    said = [
        Turn(Speaker.CALLER, start - 3.5, start - 2.5, "Tell me about my billing", "caller's line"),
        _met(one, start, believed),
        Turn(Speaker.CALLER, start, start + 1.5, one.text, "caller's line"),
    ]
    if replied is not None:
        said.append(Turn(Speaker.AGENT, replied, replied + 2.0, one.after, source))
    return tuple(said)


def _met(one: Interruption, start: float, believed: str | None) -> Turn:
    if one.outcome is not Outcome.INTERRUPTED:
        return Turn(Speaker.AGENT, start - 1.5, start + 5.0, one.before or HEARD, "agent's transcript")
    return Turn(Speaker.AGENT, start - 1.5, start + 0.4, one.before, "speech to text", 3.4, True, believed)


def case_of(one: Interruption, source: str = "agent's transcript", believed: str | None = None) -> CaseFile:
    return case_file(turns(one, source, believed), (one,))

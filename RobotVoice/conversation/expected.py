"""What a test wants to come of an interruption, held against what came of it. Pure."""

from __future__ import annotations

from enum import Enum

from RobotVoice.errors import AgentFailure, InterruptionDidNotHappen, KeptTalking
from RobotVoice.evidence.model import Interruption, Outcome
from RobotVoice.evidence.sentences import outcome_sentence


class Expected(Enum):
    """What the test wants to come of an interruption; everything else fails the keyword.

    STOP: the agent falls silent. KEEP TALKING: it does not let itself be interrupted. ANYTHING: the keyword
    passes whatever happens, and checks decide later; if there was nothing to interrupt, the caller's words
    are said as an ordinary turn.
    """

    STOP = "stop"
    KEEP_TALKING = "keep talking"
    ANYTHING = "anything"

    def failure(self, result: Interruption) -> AgentFailure | None:
        """What the test has against an outcome; None if that is what it wanted."""
        if self is Expected.ANYTHING:
            return None
        sentence = outcome_sentence(result)
        if result.outcome is Outcome.DID_NOT_HAPPEN:
            return InterruptionDidNotHappen(sentence)
        if self is Expected.STOP and result.outcome is Outcome.KEPT_TALKING:
            return KeptTalking(sentence)
        if self is Expected.KEEP_TALKING and result.outcome is Outcome.INTERRUPTED:
            return AgentFailure(f"{sentence} It had to keep talking.")
        return None

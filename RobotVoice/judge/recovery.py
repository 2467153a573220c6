"""The verdict on one interruption: the measured facts, then the phrases. Pure, and no model is asked."""

from __future__ import annotations

from collections.abc import Sequence

from RobotVoice.errors import CannotCheck, UnreliableTiming
from RobotVoice.evidence.model import Interruption, Outcome
from RobotVoice.evidence.sentences import outcome_sentence, quoted
from RobotVoice.judge.phrases import mentions


def faults(interruption: Interruption, must_mention: Sequence[str], must_not_mention: Sequence[str]) -> list[str]:
    """What was wrong with the agent's recovery, a sentence each; none if it recovered.

    Raises CannotCheck if phrases were asked for and what the agent said is not known, and UnreliableTiming if
    the figures on which the verdict rests can't be trusted.
    """
    if interruption.outcome is not Outcome.INTERRUPTED:
        return [outcome_sentence(interruption)]
    if interruption.stop_latency is not None and not interruption.stop_latency.reliable:
        raise UnreliableTiming(
            f"This machine was too busy while the caller said {quoted(interruption.text)}: the figures of that "
            "interruption can't be trusted, so it can't be judged."
        )
    if interruption.reply_onset is None:
        return [f"The agent stopped, but did not reply after the caller said {quoted(interruption.text)}."]
    if not must_mention and not must_not_mention:
        return []
    if not interruption.after:
        raise CannotCheck(
            f"What the agent said after {quoted(interruption.text)} is not known: it sent no transcript, and "
            'speech to text is not installed (pip install "robotframework-robotvoice[offline]") or understood '
            "nothing. So the phrases can't be looked for."
        )
    reply = interruption.after
    missing = [_missing(reply, phrase) for phrase in must_mention if not mentions(reply, phrase)]
    unwanted = [_unwanted(reply, phrase) for phrase in must_not_mention if mentions(reply, phrase)]
    return missing + unwanted


def _missing(reply: str, phrase: str) -> str:
    return f"After the interruption the agent had to mention {quoted(phrase)}, but said: {quoted(reply)}"


def _unwanted(reply: str, phrase: str) -> str:
    return f"After the interruption the agent must not mention {quoted(phrase)}, but said: {quoted(reply)}"

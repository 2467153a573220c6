"""Who has the word, and what to do about it. Pure: what is heard comes in, decisions come out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from RobotVoice.demo.faults import ANY_SOUND, Faults
from RobotVoice.demo.hearing import Heard, SpeechEnded, SpeechOnset, StillSpeaking


@dataclass(frozen=True)
class CallerHasTheWord:
    """The caller's speech is a turn of theirs."""

    onset: SpeechOnset


@dataclass(frozen=True)
class StopSpeaking:
    """The caller has spoken over the agent for long enough."""


@dataclass(frozen=True)
class PauseSpeaking:
    """The caller made a sound over the agent: it falls silent until it is clear what that was."""

    onset: SpeechOnset


@dataclass(frozen=True, eq=False)
class Ignore:
    """The caller said something over the agent that was no interruption: too short, or unheard by a deaf agent."""

    ended: SpeechEnded


@dataclass(frozen=True, eq=False)
class Answer:
    """The caller's turn is over. resumes: it was an interruption, and the agent goes on as if it weren't."""

    ended: SpeechEnded
    resumes: bool


Decision = CallerHasTheWord | StopSpeaking | PauseSpeaking | Ignore | Answer


class Conversation:
    """Decides as the agent hears."""

    def __init__(self, faults: Faults) -> None:
        self._patience = patience(faults)
        self._pauses = bool(faults.pauses_for)
        self._resumes = faults.resumes
        self._over_the_agent = False
        self._unheard = False
        self._paused = False
        self._interrupted = False

    def hear(self, heard: Heard, *, speaking: bool, may_stop: bool = True, deaf: bool = False) -> Iterator[Decision]:
        """speaking: the agent's reply still plays, or pauses. may_stop: the client lets the agent stop it.

        deaf: the agent does not notice that the caller begins to speak now.
        """
        if isinstance(heard, SpeechOnset):
            self._over_the_agent, self._unheard = speaking, deaf
            if not speaking:
                yield CallerHasTheWord(heard)
        elif isinstance(heard, StillSpeaking):
            yield from self._go_on(heard, speaking, may_stop)
        else:
            yield (Ignore(heard) if self._over_the_agent else Answer(heard, self._interrupted and self._resumes))
            self._over_the_agent = self._unheard = self._paused = self._interrupted = False

    def cancelled(self) -> None:
        """The client stopped the reply: what the caller says now is an interruption."""
        self._interrupted = True

    def _go_on(self, heard: StillSpeaking, speaking: bool, may_stop: bool) -> Iterator[Decision]:
        if not self._over_the_agent or self._unheard:
            return
        if speaking and heard.seconds < self._patience:
            yield from self._pause(heard, may_stop)
            return
        self._over_the_agent = False
        yield CallerHasTheWord(heard.since)
        if speaking and may_stop:
            self._interrupted = True
            yield StopSpeaking()

    def _pause(self, heard: StillSpeaking, may_stop: bool) -> Iterator[Decision]:
        if self._pauses and may_stop and not self._paused and heard.seconds >= ANY_SOUND.total_seconds():
            self._paused = True
            yield PauseSpeaking(heard.since)


def patience(faults: Faults) -> float:
    """Seconds of the caller's speech after which the agent stops."""
    if faults.never_stops:
        return math.inf
    return (ANY_SOUND if faults.yields_to_backchannels else faults.stops_after).total_seconds()

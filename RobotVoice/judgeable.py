"""What checks can judge: a call, or the recording of one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from RobotVoice.audio.frames import Clip
from RobotVoice.errors import AgentFailure, UnreliableTiming
from RobotVoice.evidence.model import CallEvidence, Check, Health, Interruption, Measured, Speaker, Turn
from RobotVoice.interruption.floor import Floor


class Judgeable(ABC):
    """The facts that the checks ask for, and the verdicts on them.

    suite: the id of the suite whose setup it belongs to, or "" if it belongs to a test.
    """

    suite = ""

    def __init__(self) -> None:
        self.checks: list[Check] = []
        self._judged = 0
        self.heeded = 0.0
        """Up to when (s) `Agent Should Not Have Interrupted The Caller` has had its verdict."""

    @abstractmethod
    def begin_test(self) -> None:
        """What belongs to a whole suite goes on into the next test, which is not to be judged by the one before."""

    # -- facts

    @property
    @abstractmethod
    def seconds(self) -> float:
        """How long it has lasted."""

    @property
    @abstractmethod
    def why_ended(self) -> str:
        """Why the call is over, in a sentence; "" if that needs no explanation."""

    @abstractmethod
    def results(self) -> list[Interruption]:
        """Every interruption, without the agent's words where somebody would have to listen for them."""

    @abstractmethod
    def interruptions(self) -> list[Interruption]:
        """Every interruption, with all that is known of it by now."""

    @abstractmethod
    def reply_latency(self, patience: float) -> Measured | None:
        """End of the caller's words to the onset of the agent's reply; None if none came within `patience` s."""

    @abstractmethod
    def last_words(self) -> str:
        """What the agent said in its last whole reply; CannotCheck if that is not known."""

    @abstractmethod
    def turns(self) -> tuple[Turn, ...]:
        """Who said what, in the order of time."""

    @abstractmethod
    def sound(self, speaker: Speaker, start: float, end: float) -> Clip:
        """What was heard of one side between two moments (s), and nothing of what was never played."""

    @abstractmethod
    def floor(self) -> Floor:
        """Who had the floor, up to now."""

    @abstractmethod
    def wait(self, seconds: float) -> bool:
        """Let a call go on while the caller says nothing; False if nothing more will be heard."""

    # -- verdicts

    def unjudged(self) -> list[Interruption]:
        """The interruptions that `mark_judged` was not told of."""
        return [result for result in self.interruptions() if result.number > self._judged]

    def mark_judged(self, interruptions: Iterable[Interruption]) -> None:
        """These have had their verdict."""
        self._judged = max([self._judged, *(result.number for result in interruptions)])

    def fail(self, failure: AgentFailure, interruption: int | None = None, limit: float | None = None) -> None:
        """Put a failed check into the report and raise it."""
        self.checks.append(Check(str(failure), False, interruption, limit))
        raise failure

    def passed(self, sentence: str, interruption: int | None = None, limit: float | None = None) -> None:
        """Put a check that held into the report."""
        self.checks.append(Check(sentence, True, interruption, limit))

    def require_reliable(self, figure: Measured) -> None:
        """UnreliableTiming if this machine was too busy to measure `figure`, or the line too bad."""
        if figure.doubt:
            self.distrust(figure.doubt)

    def distrust(self, reason: str) -> NoReturn:
        """Put a check into the report that this machine was too busy for, and raise UnreliableTiming."""
        sentence = f"{reason} The figures of this call can't be trusted, so the check can't be made."
        self.checks.append(Check(sentence, None))
        raise UnreliableTiming(sentence)

    # -- evidence

    @abstractmethod
    def health(self) -> Health:
        """How well this machine kept the call's time."""

    @abstractmethod
    def problems(self) -> list[str]:
        """What the reader has to be warned of, a sentence each."""

    @abstractmethod
    def keep_recording(self, output_dir: Path, test: str) -> Path:
        """The sound file that a log.html in `output_dir` plays, made if need be."""

    @abstractmethod
    def evidence(self) -> CallEvidence:
        """All that is known by now."""

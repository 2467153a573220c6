"""One run of a keyword that has a whole call in it, for the keywords that run others many times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from robot.api import logger
from robot.errors import ExecutionFailed

from RobotVoice.errors import InvalidArgument, RobotVoiceError
from RobotVoice.evidence import repetition as report
from RobotVoice.evidence.repetition import Run, Verdict
from RobotVoice.judgeable import Judgeable
from RobotVoice.keywords.evidence import draw_evidence
from RobotVoice.keywords.runs import verdict_of

if TYPE_CHECKING:
    from RobotVoice import RobotVoice

TakeIn = Callable[[Run, Iterable[str]], None]
"""What is to be done with a run that is over, and with what its calls had to warn of."""


class Runner:
    """Runs keywords, never one runner's inside of another's: their calls could not be told apart."""

    def __init__(self, library: RobotVoice) -> None:
        self._library = library
        self._busy_for = ""

    @property
    def is_busy(self) -> bool:
        return bool(self._busy_for)

    @contextmanager
    def running_for(self, keyword: str) -> Iterator[None]:
        """As long as `keyword` runs others; InvalidArgument if that is inside of such a run."""
        if self._busy_for:
            raise InvalidArgument(
                f"{keyword} can't be used inside a keyword that {self._busy_for} runs: the runs could not be told."
            )
        self._busy_for = keyword
        try:
            yield
        finally:
            self._busy_for = ""

    def run(self, number: int, name: str, args: Sequence[object], belongs_to: str, take_in: TakeIn) -> None:
        """Run `name` once; what it did is taken in also if the run is broken off, which is raised then.

        belongs_to: what the recordings are named after.
        """
        from robot.libraries.BuiltIn import BuiltIn  # noqa: PLC0415 - heavy

        before = {call: len(call.results()) for call in self._library.calls()}
        verdict, message = Verdict.BROKEN_OFF, "the repetition was broken off"
        try:
            BuiltIn().run_keyword(name, *args)
            verdict, message = Verdict.PASSED, ""
        except ExecutionFailed as failure:
            verdict, message = verdict_of(failure), failure.message
            if verdict is Verdict.BROKEN_OFF:
                raise
        finally:
            begun = self._library.end_calls_since(before)
            went_on = [call.results()[done:] for call, done in before.items()]
            results = [*went_on, *(call.results() for call in begun)]
            run = Run(number, verdict, message, tuple(one for found in results for one in found))
            for call in begun:
                recording = self._log_folded(call, run, belongs_to)
                if call.results():
                    run = replace(run, recording=recording)
            take_in(run, [problem for call in begun for problem in call.problems()])

    def _log_folded(self, call: Judgeable, run: Run, belongs_to: str) -> Path | None:
        """Where its recording is, if it could be written."""
        where, embed = self._library.output_dir(), self._library.settings.embeds_recordings
        try:
            evidence, html = draw_evidence(call, f"{belongs_to} run {run.number}", where, embed)
        except (RobotVoiceError, OSError) as error:
            logger.error(f"The evidence of run {run.number} could not be written: {error}")
            return None
        logger.info(report.folded(run, html), html=True)
        return evidence.recording

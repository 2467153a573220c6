"""What checks are about for the rest of a test, or of a suite, and what is reported when all of them are known."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from robot.api import logger

from RobotVoice.errors import AgentFailure, CannotCheck
from RobotVoice.evidence.model import Check
from RobotVoice.keywords.evidence import warn_of
from RobotVoice.keywords.group import KeywordGroup, tell

if TYPE_CHECKING:
    from RobotVoice import RobotVoice


class Checkable(Protocol):
    """What limits are held against."""

    @property
    def checks(self) -> list[Check]:
        """Where the checks of it go, to be reported."""
        ...


C = TypeVar("C", bound=Checkable)


class ReportingKeywords(KeywordGroup, Generic[C]):
    """Keywords that make something to be checked. As a listener of its own, it reports at the end of the test."""

    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self, library: RobotVoice) -> None:
        super().__init__(library)
        self.test = ""
        """The test that is running, or ""."""
        self._of_test: C | None = None
        self._of_suites: list[C | None] = []
        self._to_report: list[C] = []

    @abstractmethod
    def rendered(self, one: C) -> str:
        """Its report as HTML."""

    def metadata(self, one: C) -> Mapping[str, str]:
        """Its headline figures for the metadata of the test."""
        return {}

    def has_report(self, one: C) -> bool:
        """Whether it is reported here, and nowhere else."""
        return True

    def remember(self, one: C) -> None:
        """The checks are about it from now on; not about what happens inside of a run, which is a part of all runs."""
        if self.library.runner.is_busy:
            return
        if self.test:
            self._of_test = one
        else:
            self._of_suites[-1] = one

    def latest(self) -> C | None:
        """What is remembered of this test, or else of the setup of its suites."""
        return next(filter(None, [self._of_test, *reversed(self._of_suites)]), None)

    def report_later(self, one: C, problems: Iterable[str], name: str) -> None:
        """At the end of the test, when the checks are known; outside of a test there is no end to wait for."""
        warn_of(problems, name)
        if self.test:
            self._to_report.append(one)
        else:
            logger.info(self.rendered(one), html=True)

    def settle(self, one: C, check: Check) -> None:
        """Put a check into the report of `one`, and raise it unless it passed."""
        one.checks.append(check)
        if self.test and self.has_report(one) and one not in self._to_report:
            self._to_report.append(one)
        if check.passed is None:
            raise CannotCheck(check.sentence)
        if not check.passed:
            raise AgentFailure(check.sentence)
        tell(check.sentence)

    # -- Robot Framework's listener interface

    def start_suite(self, data: Any, result: Any) -> None:
        """What is made in the suite's setup is there for its tests."""
        self._of_suites.append(None)

    def end_suite(self, data: Any, result: Any) -> None:
        """And not for those of another suite."""
        self._of_suites.pop()

    def start_test(self, data: Any, result: Any) -> None:
        """Remember the name of the test for its recordings."""
        self.test = str(data.name)

    def end_test(self, data: Any, result: Any) -> None:
        """Put the reports under the test, each with the checks that this test made of it."""
        for number, one in enumerate(self._to_report, start=1):
            logger.info(self.rendered(one), html=True)
            which = f" {number}" if len(self._to_report) > 1 else ""
            if hasattr(result, "metadata"):
                result.metadata.update({f"{figure}{which}": value for figure, value in self.metadata(one).items()})
            one.checks.clear()
        self._to_report.clear()
        self.test, self._of_test = "", None

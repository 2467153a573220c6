"""One call says little: a scenario repeated, what the calls say together, and limits for that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from robot.api import logger
from robot.api.deco import keyword

from RobotVoice.durations import Duration
from RobotVoice.errors import CannotCheck, InvalidArgument
from RobotVoice.evidence import repetition as report
from RobotVoice.evidence.model import Check
from RobotVoice.evidence.repetition import Repetition, Run
from RobotVoice.evidence.statistics import Statistics
from RobotVoice.judge import thresholds
from RobotVoice.judge.thresholds import Kind
from RobotVoice.keywords.group import tell
from RobotVoice.keywords.reporting import ReportingKeywords
from RobotVoice.keywords.runs import max_errors, repeat_count
from RobotVoice.percentages import Certainty, Percentage


class Sample(Protocol):
    """Interruptions that limits are held against: of a `Repeat`, or of a `Let Them Talk`."""

    @property
    def statistics(self) -> Statistics: ...

    @property
    def checks(self) -> list[Check]:
        """Where the checks of it go, to be reported."""
        ...

    @property
    def can_be_checked(self) -> bool:
        """It came to its end, and there was enough to measure."""
        ...


class RepeatingKeywords(ReportingKeywords[Sample]):
    """`Repeat` and its checks."""

    @keyword
    def repeat(self, times: str, name: str, *args: object) -> Statistics:
        """Runs a keyword with a whole call in it many times, and says what the calls have in common.

        - ``times``: how often, such as ``20`` or ``20 times``. A median takes 6 calls to be known to an interval, a
          95th percentile 72.
        - ``name`` and ``args``: the keyword, and what it is to be given. It starts the call and interrupts the agent.
        - ``max_errors=``: may be put behind; how many runs may end with an error, without it none.

        A check that fails in a run, because the agent kept talking, was late or said the wrong thing, ends that run
        and is counted; Repeat itself judges nothing. An error, such as a line that broke or a check that could not be
        made, is counted, too, and makes Repeat fail in the end. What would go wrong in the same way every time, such
        as a keyword that does not exist, ends it at once. A call that a run leaves open is hung up.

        The report under the test in log.html has the yield rate (how often the agent stopped), the stop latency and
        the response latency, each with the interval that the true figure lies in, as far as so few calls can tell. The
        picture and the sound of every call stand under Repeat.

        Hold a limit against the figures with `Yield Rate Should Be At Least`, `Yield Rate Should Be At Most`,
        `Pass Rate Should Be At Least`,
        `Repeated Stop Latency Should Be Within` and `Repeated Response Latency Should Be Within`. They are about the
        last Repeat; one in a suite setup is there for every test of the suite.

        Returns an object with ``attempts``, ``did_not_happen``, ``unreliable``, the rates ``yield_rate`` and
        ``pass_rate`` (each with ``value``, ``low`` and ``high``, from 0 to 1) and ``stop_latency`` and
        ``response_latency`` (each with ``median`` and ``p95``, and these with ``value``, ``low`` and ``high`` in
        seconds).

        Examples:
        | Repeat    20 times    Caller Changes Their Mind    Wait, I meant account support
        | Yield Rate Should Be At Least    80 %
        | ${found} =    Repeat    100    Caller Changes Their Mind    max_errors=2
        | Log    ${found.stop_latency.median}

        As a template, every line has figures of its own:
        | Every Wording
        |     [Template]    Repeat
        |     20 times    Caller Changes Their Mind    Wait, I meant account support
        |     20 times    Caller Changes Their Mind    No, stop
        """
        most_errors, arguments = max_errors(args)
        repetition = Repetition("    ".join(map(str, (name, *arguments))), repeat_count(times))

        def take_in(run: Run, problems: Iterable[str]) -> None:
            repetition.runs.append(run)
            repetition.problems |= dict.fromkeys(problems)
            below_the_test = "\n" if run.number == 1 else ""
            logger.console(f"{below_the_test}Run {run.number} of {repetition.times}: {run.sentence}")

        self.remember(repetition)
        with self.library.runner.running_for("Repeat"):
            try:
                for number in range(1, repetition.times + 1):
                    self.library.runner.run(number, name, arguments, self.test or "Repeat", take_in)
            finally:
                self.report_later(repetition, repetition.problems, f"Repeat {repetition.keyword}")
        tell(report.headline(repetition))
        error = thresholds.why_too_little(repetition, most_errors)
        if error is not None:
            repetition.checks.append(Check(str(error), None))
            raise error
        repetition.can_be_checked = True
        return repetition.statistics

    @keyword
    def yield_rate_should_be_at_least(
        self,
        rate: Percentage,
        certainty: Certainty = Certainty(0.95),  # noqa: B008 - Libdoc shows it
    ) -> None:
        """Fails unless the agent stopped in at least ``rate`` of the interruptions of the last `Repeat`.

        Of a `Let Them Talk`, if that came later; so it is with the other limits for what was repeated.

        It counts as stopped if it fell silent while it was watched (``watch`` of the library's import, 5 s).

        ``certainty``: by default the lower end of the 95 % interval has to reach ``rate``, so that a pass is not just
        luck. If even a perfect agent could not get there with so few calls, it is an error that says how many it
        takes. ``certainty=none`` holds the bare figure against the limit.

        Examples:
        | Yield Rate Should Be At Least    90 %
        | Yield Rate Should Be At Least    90 %    certainty=none
        """
        found = self._repeated()
        rates = found.statistics.yield_rate
        what = f"The agent stopped in {rates.hits} of {rates.count} interruptions"
        self.settle(found, thresholds.rate_at_least(rates, what, _reachable(rate, certainty), certainty.share))

    @keyword
    def yield_rate_should_be_at_most(
        self,
        rate: Percentage,
        certainty: Certainty = Certainty(0.95),  # noqa: B008 - Libdoc shows it
    ) -> None:
        """Fails if the agent stopped in more than ``rate`` of the interruptions of the last `Repeat`.

        It is for sounds that must not stop the agent, such as a listener's "mm-hmm". ``certainty`` means the same as
        in `Yield Rate Should Be At Least`: by default the upper end of the 95 % interval has to stay within ``rate``.

        Example:
        | Repeat    40 times    Caller Says Mm-Hmm While Listening    What do you offer?
        | Yield Rate Should Be At Most    10 %
        """
        found = self._repeated()
        rates = found.statistics.yield_rate
        what = f"The agent stopped in {rates.hits} of {rates.count} interruptions"
        self.settle(found, thresholds.rate_at_most(rates, what, _breakable(rate, certainty), certainty.share))

    @keyword
    def pass_rate_should_be_at_least(
        self,
        rate: Percentage,
        certainty: Certainty = Certainty(0.95),  # noqa: B008 - Libdoc shows it
    ) -> None:
        """Fails unless at least ``rate`` of the runs of the last `Repeat` passed: no check in them failed.

        ``certainty`` means the same as in `Yield Rate Should Be At Least`.

        Example:
        | Repeat    50 times    Caller Changes Their Mind
        | Pass Rate Should Be At Least    90 %
        """
        found = self._repeated()
        rates = found.statistics.pass_rate
        what = f"{rates.hits} of {rates.count} runs passed"
        self.settle(found, thresholds.rate_at_least(rates, what, _reachable(rate, certainty), certainty.share))

    @keyword
    def repeated_stop_latency_should_be_within(
        self,
        time: Duration,
        share: Percentage = Percentage(0.95),  # noqa: B008 - Libdoc shows it
        certainty: Certainty = Certainty(0.95),  # noqa: B008 - Libdoc shows it
    ) -> None:
        """Fails unless the agent stops within ``time`` in ``share`` of the interruptions, by the last `Repeat`.

        - ``share``: ``95 %`` is about the 95th percentile, ``50 %`` about the median.
        - ``certainty``: by default the upper end of the 95 % interval has to be within ``time``. That takes 6 calls
          for the median and 72 for the 95th percentile; with fewer it is an error that says so. ``certainty=none``
          holds the bare figure against the limit.

        An interruption in which the agent never stopped is longer than every limit.

        Examples:
        | Repeated Stop Latency Should Be Within    800 ms
        | Repeated Stop Latency Should Be Within    500 ms    share=50 %
        """
        found = self._repeated()
        latencies = found.statistics.stop_latency
        self.settle(
            found, thresholds.latency_within(latencies, Kind.STOP, time.seconds, _inner(share), certainty.share)
        )

    @keyword
    def repeated_response_latency_should_be_within(
        self,
        time: Duration,
        share: Percentage = Percentage(0.95),  # noqa: B008 - Libdoc shows it
        certainty: Certainty = Certainty(0.95),  # noqa: B008 - Libdoc shows it
    ) -> None:
        """Fails unless the agent's next reply begins within ``time`` in ``share`` of the interruptions it stopped at.

        ``share`` and ``certainty`` mean the same as in `Repeated Stop Latency Should Be Within`. The call has to go on
        until the reply, for example with `Agent Replies`: a reply that was not waited for is not measured.

        Example:
        | Repeated Response Latency Should Be Within    2 s    share=50 %
        """
        found = self._repeated()
        latencies = found.statistics.response_latency
        self.settle(
            found, thresholds.latency_within(latencies, Kind.REPLY, time.seconds, _inner(share), certainty.share)
        )

    def _repeated(self) -> Sample:
        found = self.latest()
        if found is None or not found.can_be_checked:
            raise CannotCheck(
                "There is no Repeat, and no Let Them Talk, that came to its end, so there is nothing to check."
            )
        return found

    # -- what is reported

    def rendered(self, one: Sample) -> str:
        """The report of a Repeat."""
        return report.render(one) if isinstance(one, Repetition) else ""

    def metadata(self, one: Sample) -> Mapping[str, str]:
        """The headline figures."""
        return report.metadata(one.statistics)

    def has_report(self, one: Sample) -> bool:
        """A Let Them Talk stands in the report of its call."""
        return isinstance(one, Repetition)


def _reachable(rate: Percentage, certainty: Certainty) -> float:
    if rate.share == 0:
        raise InvalidArgument("A rate of 0 % is always reached, so the check could not fail: write a rate above 0 %.")
    if rate.share == 1 and certainty.share is not None:
        raise InvalidArgument(
            "No number of calls makes certain that it is always so: write a rate below 100 %, or certainty=none."
        )
    return rate.share


def _breakable(rate: Percentage, certainty: Certainty) -> float:
    if rate.share == 1:
        raise InvalidArgument("No rate is above 100 %, so the check could not fail: write a rate below 100 %.")
    if rate.share == 0 and certainty.share is not None:
        raise InvalidArgument(
            "No number of calls makes certain that it never happens: write a rate above 0 %, or certainty=none."
        )
    return rate.share


def _inner(share: Percentage) -> float:
    if not 0 < share.share < 1:
        raise InvalidArgument(f"The argument share is '{share}'; it has to be more than 0 % and less than 100 %.")
    return share.share

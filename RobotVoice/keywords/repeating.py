"""One call says little: a scenario repeated, what the calls say together, and limits for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from robot.api import logger
from robot.api.deco import keyword
from robot.errors import ExecutionFailed

from RobotVoice.durations import Duration
from RobotVoice.errors import AgentFailure, CannotCheck, InvalidArgument, RobotVoiceError
from RobotVoice.evidence import repetition as report
from RobotVoice.evidence.model import Check
from RobotVoice.evidence.repetition import Repetition, Run, Verdict
from RobotVoice.evidence.statistics import Statistics
from RobotVoice.judge import thresholds
from RobotVoice.judge.thresholds import Kind
from RobotVoice.judgeable import Judgeable
from RobotVoice.keywords.evidence import draw_evidence, warn_of
from RobotVoice.keywords.group import KeywordGroup, tell
from RobotVoice.keywords.runs import max_errors, repeat_count, verdict_of
from RobotVoice.percentages import Certainty, Percentage

if TYPE_CHECKING:
    from RobotVoice import RobotVoice


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


class RepeatingKeywords(KeywordGroup):
    """`Repeat` and its checks. As a listener of its own, it reports at the end of the test."""

    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self, library: RobotVoice) -> None:
        super().__init__(library)
        self._test = ""
        self._running = False
        self._of_test: Sample | None = None
        self._of_suites: list[Sample | None] = []
        self._to_report: list[Repetition] = []

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
        if self._running:
            raise InvalidArgument("Repeat can't be used inside a keyword that Repeat runs: the runs could not be told.")
        most_errors, arguments = max_errors(args)
        repetition = Repetition("    ".join(map(str, (name, *arguments))), repeat_count(times))
        self.remember(repetition)
        self._running = True
        try:
            for number in range(1, repetition.times + 1):
                self._run(repetition, number, name, arguments)
        finally:
            self._running = False
            self._report_later(repetition)
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
        self._settle(found, thresholds.rate_at_least(rates, what, _reachable(rate, certainty), certainty.share))

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
        self._settle(found, thresholds.rate_at_most(rates, what, _breakable(rate, certainty), certainty.share))

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
        self._settle(found, thresholds.rate_at_least(rates, what, _reachable(rate, certainty), certainty.share))

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
        self._settle(
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
        self._settle(
            found, thresholds.latency_within(latencies, Kind.REPLY, time.seconds, _inner(share), certainty.share)
        )

    # -- one run

    def _run(self, repetition: Repetition, number: int, name: str, args: tuple[object, ...]) -> None:
        from robot.libraries.BuiltIn import BuiltIn  # noqa: PLC0415 - heavy

        before = {call: len(call.results()) for call in self.library.calls()}
        verdict, message = Verdict.BROKEN_OFF, "the repetition was broken off"
        try:
            BuiltIn().run_keyword(name, *args)
            verdict, message = Verdict.PASSED, ""
        except ExecutionFailed as failure:
            verdict, message = verdict_of(failure), failure.message
            if verdict is Verdict.BROKEN_OFF:
                raise
        finally:
            self._take_in(repetition, before, number, verdict, message)

    def _take_in(
        self, repetition: Repetition, before: dict[Judgeable, int], number: int, verdict: Verdict, message: str
    ) -> None:
        """What the run did on the line; a call of its own is over with it, and released."""
        begun = self.library.end_calls_since(before)
        went_on = [call.results()[done:] for call, done in before.items()]
        results = [*went_on, *(call.results() for call in begun)]
        run = Run(number, verdict, message, tuple(one for found in results for one in found))
        repetition.runs.append(run)
        below_the_test = "\n" if number == 1 else ""
        logger.console(f"{below_the_test}Run {number} of {repetition.times}: {run.sentence}")
        for call in begun:
            repetition.problems |= dict.fromkeys(call.problems())
            self._log_folded(call, run)

    def _log_folded(self, call: Judgeable, run: Run) -> None:
        where, embed = self.library.output_dir(), self.library.settings.embeds_recordings
        try:
            _, html = draw_evidence(call, f"{self._test or 'Repeat'} run {run.number}", where, embed)
        except (RobotVoiceError, OSError) as error:
            logger.error(f"The evidence of run {run.number} could not be written: {error}")
            return
        logger.info(report.folded(run, html), html=True)

    # -- all runs together

    def _report_later(self, repetition: Repetition) -> None:
        """At the end of the test, when the checks are known; outside of a test there is no end to wait for."""
        warn_of(repetition.problems, f"Repeat {repetition.keyword}")
        if self._test:
            self._to_report.append(repetition)
        else:
            logger.info(report.render(repetition), html=True)

    def remember(self, sample: Sample) -> None:
        """The checks are about it from now on; not about what happens inside of a Repeat, which has it all."""
        if self._running:
            return
        if self._test:
            self._of_test = sample
        else:
            self._of_suites[-1] = sample

    def _repeated(self) -> Sample:
        found = next(filter(None, [self._of_test, *reversed(self._of_suites)]), None)
        if found is None or not found.can_be_checked:
            raise CannotCheck(
                "There is no Repeat, and no Let Them Talk, that came to its end, so there is nothing to check."
            )
        return found

    def _settle(self, sample: Sample, check: Check) -> None:
        sample.checks.append(check)
        if self._test and isinstance(sample, Repetition) and sample not in self._to_report:
            self._to_report.append(sample)
        if check.passed is None:
            raise CannotCheck(check.sentence)
        if not check.passed:
            raise AgentFailure(check.sentence)
        tell(check.sentence)

    # -- Robot Framework's listener interface

    def start_suite(self, data: Any, result: Any) -> None:
        """What is repeated in the suite's setup is there for its tests."""
        self._of_suites.append(None)

    def end_suite(self, data: Any, result: Any) -> None:
        """And not for those of another suite."""
        self._of_suites.pop()

    def start_test(self, data: Any, result: Any) -> None:
        """Remember the name of the test for its recordings."""
        self._test = str(data.name)

    def end_test(self, data: Any, result: Any) -> None:
        """Put the reports under the test, each with the checks that this test made of it."""
        for number, repetition in enumerate(self._to_report, start=1):
            logger.info(report.render(repetition), html=True)
            which = f" {number}" if len(self._to_report) > 1 else ""
            if hasattr(result, "metadata"):
                figures = report.metadata(repetition.statistics)
                result.metadata.update({f"{figure}{which}": value for figure, value in figures.items()})
            repetition.checks.clear()
        self._to_report.clear()
        self._test, self._of_test = "", None


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

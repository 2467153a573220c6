"""When can the agent be interrupted, and when not? One interruption at many moments, in many wordings and noises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from robot.api import logger
from robot.api.deco import keyword
from robot.running import RUN_KW_REGISTER
from robot.running.model import Argument
from robot.utils import escape

from RobotVoice.durations import Duration
from RobotVoice.errors import CannotCheck, InvalidArgument
from RobotVoice.evidence.model import Check
from RobotVoice.evidence.repetition import Run, Verdict, counted
from RobotVoice.keywords.group import tell
from RobotVoice.keywords.reporting import ReportingKeywords
from RobotVoice.keywords.sweep_options import sweep_options
from RobotVoice.line.conditions import Conditions, Noise
from RobotVoice.sweep import report, store
from RobotVoice.sweep.headline import headline
from RobotVoice.sweep.plan import Cell, length
from RobotVoice.sweep.result import CallResult, Sweep, stops_within, why_too_little

NOISE = Noise("babble")


@dataclass(frozen=True)
class _Making:
    """A sweep whose calls are made. line: what it is like without the noise of a cell. path: of the file to resume."""

    sweep: Sweep
    arguments: tuple[object, ...]
    path: Path | None
    line: Conditions

    def save(self) -> None:
        if self.path:
            store.save(self.path, self.sweep)


class SweepingKeywords(ReportingKeywords[Sweep]):
    """`Sweep Interruptions` and its check."""

    @keyword
    def sweep_interruptions(self, name: str, *args: object) -> Sweep:
        """Finds out when the agent can be interrupted and when not: many calls, and a heat map of them in the log.

        - ``name`` and ``args``: your keyword with a whole call and one interruption in it, and what it is to be given
          besides. It has to take the arguments ``offset`` and ``phrase``, as far as they are swept.

        At least one of these says what is swept; every combination of them is a field of the map:
        - ``offsets=``: moments, with commas between them, such as ``0 s, 400 ms, 1 s``. Your keyword decides what they
          count from: with ``Interrupt With    ${phrase}    after=${offset}`` it is the agent's first audible word.
        - ``phrases=``: what the caller interrupts with, with semicolons between them.
        - ``noise=``: by how much the caller is louder than the noise of their room, or ``none``, such as ``none, 20 dB,
          10 dB``. Your keyword needs do nothing for it. The noise is ``babble``, or the one that `Use Line` has put on
          the line before; the rest of that line stays as it is.
        Each may be a list variable as well.

        And these say how:
        - ``repeats=``: how many calls each field gets; without it one. Every field gets its first call before any gets
          its second.
        - ``limit=``: how soon the agent has to stop, ``800 ms`` unless you say otherwise.
        - ``max_calls=``: more than so many are an error before the first call; ``100`` unless you say otherwise.
        - ``resume=``: a file that keeps what is done, after every call. A sweep that was broken off goes on from there
          when it is run again; one that is finished begins anew. The path counts from the directory of log.html. The
          file of another sweep is an error: the keyword and its arguments, what is swept, ``repeats``, ``limit``, the
          line that `Use Line` has set before, and ``pause``, ``watch`` and ``voice`` of the library's import have to be
          the same.
          What your keyword does, also to the line, is not compared: if you change it, or the agent, delete the file.

        The last interruption of each call is judged: the agent stopped *in time*, *too late* or *never*, or it *did not
        apply* because there was nothing to interrupt. A call that ends with an error, in which this machine was too
        busy, or whose figure does not tell, because the limit lies within its ±, is *not judged*. None of these makes
        the keyword fail; hold a limit against them with `Swept Interruptions Should Stop Within`. If no call at all
        could be judged, it is an error. What would go wrong every time, such as a keyword that does not exist, ends it
        at once.

        The console has a line for each call. The map stands under the test in log.html, with a sentence such as "The
        agent never stopped when interrupted in its first 400 ms (6 of 6 calls), and stopped within 800 ms in all later
        ones (18 of 18)". The picture and the sound of every call stand under the keyword.

        Returns an object with ``in_time``, ``too_late``, ``never``, ``did_not_apply`` and ``not_judged`` (numbers of
        calls), ``rate`` as `Repeat` returns rates, and ``cells``, each with ``offset`` (in seconds), ``phrase``,
        ``noise``, ``rate`` and ``latencies``.

        Examples:
        | Sweep Interruptions    One Interruption    offsets=0 s, 200 ms, 400 ms, 1 s    repeats=3
        | Sweep Interruptions    One Interruption    offsets=0 s, 1 s    phrases=Wait; No, stop    resume=sweep.json
        | Sweep Interruptions    One Interruption    offsets=0 s, 1 s    noise=none, 20 dB, 10 dB    limit=1 s
        | Swept Interruptions Should Stop Within    800 ms    from_offset=400 ms

        The keyword that they run:
        | One Interruption
        |     [Arguments]    ${offset}    ${phrase}=Wait
        |     Start Call    demo
        |     User Says    Tell me about my billing
        |     Interrupt With    ${phrase}    after=${offset}    mode=vad    expect=anything
        |     End Call
        """
        options = sweep_options(name, args, self.library.line, self.library.settings)
        path = self.library.output_dir() / options.resume if options.resume else None
        sweep = store.load(path, options.plan) if path else Sweep(options.plan)
        self.remember(sweep)
        with self.library.runner.running_for("Sweep Interruptions"):
            for phrase in options.plan.phrases:
                # or the first call would wait for the voice in the middle of an interruption
                self.library.voice_of_caller(phrase)
            try:
                self._make_calls(_Making(sweep, options.arguments, path, self.library.line))
            finally:
                self.report_later(sweep, sweep.problems, f"Sweep of {sweep.plan.keyword}")
        tell(headline(sweep))
        error = why_too_little(sweep)
        if error is not None:
            sweep.checks.append(Check(str(error), None))
            raise error
        return sweep

    @keyword
    def swept_interruptions_should_stop_within(
        self,
        time: Duration,
        from_offset: Duration = Duration(0),  # noqa: B008 - Libdoc shows it
    ) -> None:
        """Fails unless the agent stopped within ``time`` in every call of the last `Sweep Interruptions`.

        - ``from_offset``: only the fields with this offset or a later one count.

        All of a figure ± its uncertainty has to be within ``time``. The sentence names the fields in which it was too
        late or never stopped. If there is none, but calls that did not apply, could not be judged, also because
        ``time`` lies within the ±, or were not made, it is an error: nobody knows what the agent would have done.
        A sweep that was broken off can be checked, too; one in a suite setup is there for every test of the suite.

        Examples:
        | Swept Interruptions Should Stop Within    800 ms
        | Swept Interruptions Should Stop Within    1 s    from_offset=400 ms
        """
        sweep = self.latest()
        if sweep is None or not sweep.results:
            raise CannotCheck("There is no Sweep Interruptions that made a call, so there is nothing to check.")
        latest = max(sweep.plan.offsets, default=0.0)
        if from_offset.seconds > latest:
            raise InvalidArgument(
                f"The argument from_offset is '{from_offset}', but the latest offset of the sweep is {length(latest)}, "
                "so the check could not fail."
            )
        self.settle(sweep, stops_within(sweep, time.seconds, from_offset.seconds))

    def _make_calls(self, making: _Making) -> None:
        calls, made = making.sweep.plan.calls, len(making.sweep.results)
        # who can't write the file is told so before the first call
        making.save()
        before = f", {made} of them made in an earlier run" if made else ""
        logger.console(f"\n{counted(len(calls), 'call')} to make{before}.")
        try:
            for number, cell in list(enumerate(calls, start=1))[made:]:
                self._call(making, number, cell)
        finally:
            self.library.use_line(making.line)

    def _call(self, making: _Making, number: int, cell: Cell) -> None:
        sweep, line = making.sweep, _with_noise(making.line, cell)
        self.library.use_line(line)

        def take_in(run: Run, problems: Iterable[str]) -> None:
            sweep.problems |= dict.fromkeys(problems)
            if run.verdict is Verdict.BROKEN_OFF:
                return
            if cell.noise is not None and self.library.line is not line:
                raise InvalidArgument(
                    f"Sweep Interruptions sweeps noise=, but {sweep.plan.keyword} uses a line of its own, without that "
                    "noise: put Use Line before Sweep Interruptions."
                )
            sweep.results.append(CallResult.of(run))
            making.save()
            told, left = sweep.results[-1].told(sweep.plan.limit), sweep.planned - number
            logger.console(f"Call {number} of {sweep.planned}: {cell}: {told}; {left} left")

        swept = (Argument(name, escape(value)) for name, value in cell.arguments.items())
        belongs_to = self.test or "Sweep"
        self.library.runner.run(number, sweep.plan.keyword, (*making.arguments, *swept), belongs_to, take_in)

    def rendered(self, one: Sweep) -> str:
        """The report with the heat map."""
        return report.render(one, self.library.output_dir())

    def metadata(self, one: Sweep) -> Mapping[str, str]:
        """The headline figure."""
        return report.metadata(one)


def _with_noise(line: Conditions, cell: Cell) -> Conditions:
    if cell.noise is None:
        return line
    if cell.snr is None:
        return replace(line, noise=None)
    return replace(line, noise=line.noise or NOISE, snr=cell.snr)


# See runs.py; here nothing stands before the name of the keyword.
RUN_KW_REGISTER.register_run_keyword("RobotVoice", "sweep_interruptions", 0, deprecation_warning=False, dry_run=True)

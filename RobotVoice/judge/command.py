"""Find out how well a judge model judges recoveries: its agreement with people on a labelled set.

The same set is judged without a model first. It is in words: what a model makes of sound (the import option
judge_hears) is not tried. The key of the model comes from the environment: ROBOTVOICE_JUDGE_KEY, or OPENAI_API_KEY at
OpenAI.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from RobotVoice.errors import CannotCheck, InvalidArgument
from RobotVoice.evidence.verdict import Ruling, Usage
from RobotVoice.judge.labelled import Agreement, Labelled, agreement, recoveries, without_a_model
from RobotVoice.settings import JudgeSettings

if TYPE_CHECKING:
    from RobotVoice.judge.model import ModelJudge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--judge, --url, --votes and --timeout."""
    parser.add_argument("--judge", default="", metavar="MODEL", help="the chat model; default: $ROBOTVOICE_JUDGE")
    parser.add_argument("--url", default="", help="its server; default: $ROBOTVOICE_JUDGE_URL, or OpenAI")
    parser.add_argument("--votes", type=int, default=1, metavar="N", help="votes on each recovery; default: 1")
    parser.add_argument(
        "--timeout", default="60 s", metavar="TIME", help='how long one answer may take; default: "%(default)s"'
    )


def run(options: argparse.Namespace) -> int:
    """0 once the set is judged, however well; raises CannotCheck if the model does not answer, or decides nothing."""
    if options.votes < 1:
        raise InvalidArgument("--votes has to be 1 or more.")
    known = recoveries()
    print(as_text("Without a model", agreement(without_a_model, known)))
    model = _configured(options)
    if model is None:
        print("\nNo judge model is configured (--judge, or the environment variable ROBOTVOICE_JUDGE).")
        return 0
    trial = _ModelOnTrial(model, options.votes)
    found = agreement(trial.rule, known)
    print(f"\n{as_text(trial.name, found)}\n{trial.usage}.")
    if not found.decided:
        raise CannotCheck(f"The judge decided nothing. {trial.why}")
    return 0


def as_text(who: str, found: Agreement) -> str:
    """A table, and the names of what was decided wrongly or left open."""
    lines = [f"{who}: {len(found.rulings)} recoveries", f"{'':6}{'all':>6}{'right':>7}{'wrong':>7}{'open':>6}"]
    for name, part in (("easy", found.of(hard=False)), ("hard", found.of(hard=True)), ("all", found)):
        counts = (len(part.rulings), part.right, len(part.wrong), len(part.open))
        lines.append("{:6}{:>6}{:>7}{:>7}{:>6}".format(name, *counts))
    share = found.right / len(found.rulings)
    lines.append(f"Agreement with people: {share:.0%}; Cohen's kappa: {found.kappa:.2f} (open counts against it)")
    lines += [f"Wrong: {one.name} ({one.kind}): {ruling.value}" for one, ruling in found.wrong]
    lines += [f"Open: {one.name} ({one.kind})" for one in found.open]
    return "\n".join(lines)


class _ModelOnTrial:
    """A judge model, and what it has cost so far. why: the last reason for leaving something open."""

    def __init__(self, judge: ModelJudge, votes: int) -> None:
        self.name = f"{judge.name} at {judge.address}"
        self.usage = Usage()
        self.why = ""
        self._judge = judge
        self._votes = votes

    def rule(self, one: Labelled) -> Ruling:
        (verdict,), usage = self._judge.judge(one.interruption, one.case, [one.criterion], self._votes)
        self.usage += usage
        if not self.usage.requests:  # it would be the same for every one of them, each after several retries
            raise CannotCheck(verdict.reason)
        if verdict.ruling is Ruling.CANNOT_TELL:
            self.why = verdict.reason
        return verdict.ruling


def _configured(options: argparse.Namespace) -> ModelJudge | None:
    try:
        return JudgeSettings.of(options.judge, options.url, "", options.timeout).connect()
    except ValueError as error:
        raise InvalidArgument(str(error)) from None

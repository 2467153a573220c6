"""A limit held against what many calls say together: by default against the worse end of the interval. Pure.

A limit that nothing could have kept or broken with so few calls is not checked, which is neither a pass nor a fail.
"""

from __future__ import annotations

import math
from dataclasses import replace
from enum import Enum

from RobotVoice.errors import CannotCheck, UnreliableTiming
from RobotVoice.evidence.model import Check, duration
from RobotVoice.evidence.repetition import Repetition, Verdict, counted
from RobotVoice.evidence.sentences import allowance, outcome_sentence
from RobotVoice.evidence.statistics import (
    DOWN,
    TOLERATED_UNRELIABLE,
    UP,
    Latencies,
    Quantile,
    Rate,
    count_for_rate,
    length_text,
    share_text,
)
from RobotVoice.percentages import percent


class Kind(Enum):
    """Which length of time is held against a limit, as a verb of the agent."""

    STOP = "stops"
    REPLY = "replies"


def why_too_little(repetition: Repetition, most_errors: int) -> CannotCheck | None:
    """Why the runs allow no statement; None if they do."""
    runs, found = counted(len(repetition.runs), "run"), repetition.statistics
    errors = [run for run in repetition.runs if run.verdict is Verdict.ERROR]
    if len(errors) > most_errors:
        return CannotCheck(
            f"{len(errors)} of {runs} ended with an error; allowed {most_errors} (max_errors= sets how many). "
            f"The first was run {errors[0].number}: {errors[0].message}"
        )
    if not found.attempts:
        why = next((f" Run {run.number}: {run.message}" for run in repetition.runs if run.message), "")
        return CannotCheck(
            f"There was no interruption in {runs}, so there is nothing to measure: the keyword has to use Interrupt "
            f"With, or Agent Replies Without Waiting and then User Says.{why}"
        )
    if found.attempts == found.did_not_happen:
        first = outcome_sentence(repetition.interruptions[0])
        return CannotCheck(
            f"None of {counted(found.attempts, 'interruption')} happened, so there is nothing to measure. {first}"
        )
    doubted = repetition.count(Verdict.UNRELIABLE)
    if doubted > TOLERATED_UNRELIABLE * len(repetition.runs):
        return UnreliableTiming(
            f"This machine was too busy for the checks of {doubted} of {runs}, so what the others say can't be trusted "
            "either."
        )
    if not found.can_be_made:
        return UnreliableTiming(
            f"This machine was too busy to measure {found.unreliable} of {found.attempts - found.did_not_happen} "
            "interruptions, so the figures of the others can't be trusted either."
        )
    return None


def rate_at_least(rate: Rate, what: str, limit: float, certainty: float | None) -> Check:
    """Whether the lower end of `rate` reaches `limit`; without `certainty`, whether its value does.

    what: the rate in words, such as "The agent stopped in 17 of 20 interruptions". limit is below 1 where there is a
    certainty to be reached.
    """
    found = f"{what} ({share_text(rate.value)})" if rate.count else what
    wanted = f"it had to be at least {percent(limit)}"
    if not rate.count:
        return Check(f"{found}, so there is no rate to check.", None)
    if certainty is None:
        return Check(f"{found}; {wanted}.", rate.value >= limit)
    held = replace(rate, certainty=certainty)
    needed = count_for_rate(limit, certainty)
    if rate.count < needed and held.high >= limit:
        sure = f"to say with {percent(certainty)} certainty that it is at least {percent(limit)}"
        return Check(f"{found}. That is too few {sure}: it takes {needed}. {_what_to_do('a lower rate')}", None)
    end = f"with {percent(certainty)} certainty that is at least {share_text(held.low, DOWN)}"
    return Check(f"{found}; {end}; {wanted}.", held.low >= limit)


def rate_at_most(rate: Rate, what: str, limit: float, certainty: float | None) -> Check:
    """Whether the upper end of `rate` stays within `limit`; without `certainty`, whether its value does.

    limit is above 0 where there is a certainty to be reached.
    """
    found = f"{what} ({share_text(rate.value)})" if rate.count else what
    wanted = f"it had to be at most {percent(limit)}"
    if not rate.count:
        return Check(f"{found}, so there is no rate to check.", None)
    if certainty is None:
        return Check(f"{found}; {wanted}.", rate.value <= limit)
    held = replace(rate, certainty=certainty)
    needed = count_for_rate(1 - limit, certainty)
    if rate.count < needed and held.low <= limit:
        sure = f"to say with {percent(certainty)} certainty that it is at most {percent(limit)}"
        return Check(f"{found}. That is too few {sure}: it takes {needed}. {_what_to_do('a higher rate')}", None)
    end = f"with {percent(certainty)} certainty that is at most {share_text(held.high, UP)}"
    return Check(f"{found}; {end}; {wanted}.", held.high <= limit)


def latency_within(latencies: Latencies, kind: Kind, limit: float, share: float, certainty: float | None) -> Check:
    """Whether the upper end for the quantile `share` is within `limit` seconds; without `certainty`, its value."""
    if not latencies.values:
        return Check(f"How soon the agent {kind.value} was not measured in any interruption.", None)
    allowed = f"allowed {allowance(limit)}"
    if certainty is None:
        quantile = latencies.quantile(share)
        return Check(f"{_of_these(quantile, kind)}; {allowed}.", quantile.value <= limit, limit=_drawn(kind, limit))
    quantile = latencies.quantile(share, certainty)
    if quantile.count < quantile.needed and quantile.low <= limit:
        return Check(_too_few(quantile, kind), None)
    sentence = f"With {percent(certainty)} certainty, {_of_all(quantile, latencies, kind)}; {allowed}."
    return Check(sentence, quantile.high <= limit, limit=_drawn(kind, limit))


def _of_these(quantile: Quantile, kind: Kind) -> str:
    most = f"{percent(quantile.share)} of {quantile.count} interruptions"
    if math.isinf(quantile.value):
        return f"The agent kept talking in too many interruptions to stop in {most}"
    return f"In {most} the agent {kind.value} within {duration(quantile.value)}"


def _of_all(quantile: Quantile, latencies: Latencies, kind: Kind) -> str:
    most = f"in {percent(quantile.share)} of the interruptions"
    if math.isfinite(quantile.high):
        return f"the agent {kind.value} within {length_text(quantile.high, UP)} {most}"
    if quantile.count < quantile.needed:
        return f"the agent {kind.value} {most} only after at least {length_text(quantile.low, DOWN)}"
    never = f"it kept talking in {sum(one.at_least for one in latencies.values)} of {quantile.count}"
    return f"no time can be given within which the agent {kind.value} {most}: {never}"


def _too_few(quantile: Quantile, kind: Kind) -> str:
    return (
        f"{quantile.count} measured interruptions are too few to say with {percent(quantile.certainty)} certainty how "
        f"soon the agent {kind.value} in {percent(quantile.share)} of them: it takes {quantile.needed}. "
        f"{_what_to_do('share=')}"
    )


def _what_to_do(less: str) -> str:
    return (
        f"Repeat more often, ask for less with {less} or certainty=, or hold the bare figure against the limit with "
        "certainty=none."
    )


def _drawn(kind: Kind, limit: float) -> float | None:
    """The picture shows how soon the agent stops, and no other limit."""
    return limit if kind is Kind.STOP else None

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
    """Which length of time is held against a limit, as what the agent does and did."""

    STOP = ("stops", "stopped")
    REPLY = ("replies", "replied")

    def __init__(self, does: str, did: str) -> None:
        self.does = does
        self.did = did


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
        several = f"None of {found.attempts} interruptions happened"
        none = several if found.attempts > 1 else "The only interruption did not happen"
        return CannotCheck(f"{none}, so there is nothing to measure. {first}")
    doubted = repetition.count(Verdict.UNRELIABLE)
    if doubted > TOLERATED_UNRELIABLE * len(repetition.runs):
        doubtful = next(run for run in repetition.runs if run.verdict is Verdict.UNRELIABLE)
        return UnreliableTiming(
            f"The checks of {doubted} of {runs} could not be made reliably, so what the others say can't be trusted "
            f"either. The first was run {doubtful.number}: {doubtful.message}"
        )
    if not found.can_be_made:
        return UnreliableTiming(
            f"{found.unreliable} of {found.attempts - found.did_not_happen} interruptions can't be trusted, so the "
            f"figures of the others can't be either. {found.doubt}".strip()
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
        sure = f"with {percent(certainty)} certainty that it is so in at least {percent(limit)} of all"
        return Check(f"{found}. {_too_few('That is', sure, needed, 'a lower rate')}", None)
    end = f"with {percent(certainty)} certainty it is so in at least {share_text(held.low, DOWN)} of all"
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
        sure = f"with {percent(certainty)} certainty that it is so in at most {percent(limit)} of all"
        return Check(f"{found}. {_too_few('That is', sure, needed, 'a higher rate')}", None)
    end = f"with {percent(certainty)} certainty it is so in at most {share_text(held.high, UP)} of all"
    return Check(f"{found}; {end}; {wanted}.", held.high <= limit)


def latency_within(latencies: Latencies, kind: Kind, limit: float, share: float, certainty: float | None) -> Check:
    """Whether the upper end for the quantile `share` is within `limit` seconds; without `certainty`, its value."""
    if not latencies.values:
        return Check(_NOTHING_MEASURED[kind], None)
    allowed = f"allowed {allowance(limit)}"
    if certainty is None:
        quantile = latencies.quantile(share)
        sentence = f"{_of_these(quantile, latencies, kind)}; {allowed}."
        return Check(sentence, quantile.value <= limit, limit=_drawn(kind, limit))
    quantile = latencies.quantile(share, certainty)
    if quantile.count < quantile.needed and quantile.low <= limit:
        sure = f"with {percent(certainty)} certainty how soon the agent {kind.does} in {percent(share)} of all"
        so_many = f"{counted(quantile.count, 'measured interruption')} {'is' if quantile.count == 1 else 'are'}"
        return Check(_too_few(so_many, sure, quantile.needed, "a lower share="), None)
    sentence = f"{_of_all(quantile, latencies, kind)}; {allowed}."
    return Check(sentence, quantile.high <= limit, limit=_drawn(kind, limit))


_NOTHING_MEASURED = {
    Kind.STOP: "In no interruption it could be measured how soon the agent stopped, so the limit can't be checked.",
    Kind.REPLY: (
        "In no interruption it could be measured how soon the agent replied, so the limit can't be checked. "
        "It is measured where the call goes on until the reply, for example with Agent Replies."
    ),
}


def _of_these(quantile: Quantile, latencies: Latencies, kind: Kind) -> str:
    if math.isinf(quantile.value):
        never = f"no time can be named within which it {kind.did} in {percent(quantile.share)} of them"
        return f"{_kept_talking(latencies)}, so {never}"
    most = f"{percent(quantile.share)} of {counted(quantile.count, 'interruption')}"
    return f"In {most} the agent {kind.did} within {duration(quantile.value)}"


def _of_all(quantile: Quantile, latencies: Latencies, kind: Kind) -> str:
    sure = f"with {percent(quantile.certainty)} certainty"
    most = f"in {percent(quantile.share)} of all interruptions"
    if math.isfinite(quantile.high):
        return f"{sure.capitalize()} the agent {kind.does} within {length_text(quantile.high, UP)} {most}"
    if quantile.count < quantile.needed:
        least = f"at least {length_text(quantile.low, DOWN)}"
        return f"{sure.capitalize()} it takes {least} until the agent {kind.does} {most}"
    never = f"no time can be named within which it {kind.does}, {sure}, {most}"
    return f"{_kept_talking(latencies)}, so {never}"


def _kept_talking(latencies: Latencies) -> str:
    never = sum(one.at_least for one in latencies.values)
    return f"The agent kept talking in {never} of {counted(len(latencies.values), 'interruption')}"


def _too_few(so_many_are: str, sure: str, needed: int, less: str) -> str:
    """sure: what could be said with as many as are needed. less: what fewer would do for."""
    return (
        f"{so_many_are} too few to say {sure}: it takes {needed}. Repeat more often, give {less} or a lower "
        "certainty=, or hold the bare figure against the limit with certainty=none."
    )


def _drawn(kind: Kind, limit: float) -> float | None:
    """The picture shows how soon the agent stops, and no other limit."""
    return limit if kind is Kind.STOP else None

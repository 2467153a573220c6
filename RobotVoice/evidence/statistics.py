"""What many interruptions say together: rates and quantiles, each with the interval that it may lie in. Pure.

Every interval takes the interruptions for independent samples of one and the same behaviour. That holds for one
interruption a call; several of one call hang together, and their intervals come out too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

from RobotVoice.evidence.model import Interruption, Measured, Outcome, duration
from RobotVoice.evidence.sentences import NOT_MEASURED, lower_bound

CERTAINTY = 0.95
"""What the intervals of the report hold the true value with."""
TOLERATED_UNRELIABLE = 0.2
"""Share of interruptions whose figures may be unreliable. They are left out, which is fair only as long as they are
few: what keeps a machine busy, or breaks a line, may have hit the agent as well."""
DOWN, UP = -1, 1
"""How the ends of an interval are rounded: outwards, or they would promise too much."""


@dataclass(frozen=True)
class Rate:
    """`hits` of `count`, as `value`, and the ends `low` and `high` of its interval: shares from 0 to 1.

    The interval is Wilson's score interval (Wilson 1927, J. Am. Stat. Assoc. 22:209-212), which keeps what it
    promises for few calls and for rates near 0 and 1 (Newcombe 1998, Stat. Med. 17:857-872, method 3).
    Of nothing the value is nan, and the interval is everything.
    """

    hits: int
    count: int
    certainty: float = CERTAINTY

    @property
    def value(self) -> float:
        return self.hits / self.count if self.count else math.nan

    @property
    def low(self) -> float:
        return max(0.0, min(self.value, self._interval[0])) if self.count else 0.0

    @property
    def high(self) -> float:
        return min(1.0, max(self.value, self._interval[1])) if self.count else 1.0

    @cached_property
    def _interval(self) -> tuple[float, float]:
        z = _normal(self.certainty)
        n, share = self.count, self.value
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return middle - half, middle + half

    def __str__(self) -> str:
        if not self.count:
            return NOT_MEASURED
        return f"{self.hits} of {self.count}: {share_text(self.value)} ({self.interval})"

    @property
    def interval(self) -> str:
        """The interval in words."""
        return f"{share_text(self.low, DOWN)} to {share_text(self.high, UP)}"


def count_for_rate(limit: float, certainty: float) -> int:
    """How many hits in a row it takes until the lower end of a `Rate` reaches `limit` (below 1)."""
    z = _normal(certainty)
    # Wilson's lower end at n of n is n / (n + z * z)
    return max(1, math.ceil(limit / (1 - limit) * z * z - 1e-9))


@dataclass(frozen=True)
class Quantile:
    """The length of time that `share` of all do not exceed: `value`, in seconds, between the ends `low` and `high`.

    value: inf if so many never came to an end that it was not reached; `at_least` is its lower bound then. nan if
    nothing was measured. low, high: -inf and inf where `count` is too small for that end (see `needed`), or the end
    was not reached.
    """

    share: float
    value: float
    low: float
    high: float
    at_least: float
    count: int
    certainty: float = CERTAINTY

    @property
    def needed(self) -> int:
        """How many values it takes for an upper end to exist."""
        return count_for_quantile(self.share, self.certainty)

    def __str__(self) -> str:
        if math.isnan(self.value):
            return NOT_MEASURED
        return f"{self.figure} ({self.interval})"

    @property
    def figure(self) -> str:
        """The value in words."""
        if math.isnan(self.value):
            return NOT_MEASURED
        if math.isinf(self.value):
            return f"not reached, at least {lower_bound(self.at_least)}"
        return duration(self.value)

    @property
    def interval(self) -> str:
        """The interval in words."""
        low = length_text(self.low, DOWN) if math.isfinite(self.low) else ""
        if math.isfinite(self.high):
            high = length_text(self.high, UP)
            return f"{low} to {high}" if low else f"at most {high}"
        why = (
            f"an upper end takes {self.needed} calls"
            if self.count < self.needed
            else "no upper end: the agent kept talking"
        )
        return f"at least {low}; {why}" if low else why


def count_for_quantile(share: float, certainty: float) -> int:
    """How many values it takes until the longest of them is an upper end for the quantile `share`."""
    return max(1, math.ceil(math.log(_tail(certainty)) / math.log(share)))


@dataclass(frozen=True)
class Latencies:
    """Lengths of time of one kind. One that is a lower bound (`at_least`) is longer than all that came to an end.

    not_measured: how many more there should have been.
    """

    values: tuple[Measured, ...]
    not_measured: int = 0

    @property
    def median(self) -> Quantile:
        return self.quantile(0.5)

    @property
    def p95(self) -> Quantile:
        return self.quantile(0.95)

    def quantile(self, share: float, certainty: float = CERTAINTY) -> Quantile:
        """The quantile `share` (between 0 and 1), with an interval that knows nothing of how the values are spread.

        The value is the sample quantile 2 of Hyndman & Fan 1996 (Am. Stat. 50:361-365). The ends are order
        statistics whose ranks come from the binomial distribution, with at most half of what is left of `certainty`
        beyond each (Hahn & Meeker 1991, Statistical Intervals, chapter 5).

        Uncertainty of the single values: an order statistic moves by no more than the values do, so the low end is
        taken from the values less their uncertainty, and the high end from the values plus theirs. A lower bound
        less its uncertainty counts for the low end, and inf for the value and the high end.
        """
        count = len(self.values)
        lower, upper = _ranks(count, share, certainty)
        earliest = sorted(one.value - one.uncertainty for one in self.values)
        latest = sorted(math.inf if one.at_least else one.value + one.uncertainty for one in self.values)
        return Quantile(
            share,
            value=_sample_quantile([math.inf if one.at_least else one.value for one in self.values], share),
            low=earliest[lower - 1] if lower >= 1 else -math.inf,
            high=latest[upper - 1] if upper <= count else math.inf,
            at_least=_sample_quantile([one.value for one in self.values], share),
            count=count,
            certainty=certainty,
        )


@dataclass(frozen=True)
class Statistics:
    """What came of all interruptions of a `Repeat`.

    attempts: interruptions that were tried. did_not_happen, unreliable: those of them that count for no figure,
    because there was nothing to interrupt, or its figures can't be trusted. doubt: why that is so of the first,
    in a sentence, or "".
    """

    attempts: int
    did_not_happen: int
    unreliable: int
    yield_rate: Rate
    """Share of the interruptions that happened in which the agent fell silent while it was watched."""
    stop_latency: Latencies
    response_latency: Latencies
    """Of the interruptions in which the agent stopped."""
    pass_rate: Rate
    """Share of the runs in which no check failed, errors left out."""
    doubt: str = ""

    @classmethod
    def of(cls, interruptions: Sequence[Interruption], pass_rate: Rate) -> Statistics:
        """The statistics of interruptions, in any order."""
        happened = [one for one in interruptions if one.outcome is not Outcome.DID_NOT_HAPPEN]
        trusted = [one for one in happened if _is_reliable(one.stop_latency)]
        stopped = [one for one in trusted if one.outcome is Outcome.INTERRUPTED]
        return cls(
            attempts=len(interruptions),
            did_not_happen=len(interruptions) - len(happened),
            unreliable=len(happened) - len(trusted),
            yield_rate=Rate(len(stopped), len(trusted)),
            stop_latency=_latencies(one.stop_latency for one in trusted),
            response_latency=_latencies(_reply(one.response_latency) for one in stopped),
            pass_rate=pass_rate,
            doubt=next((one.stop_latency.doubt for one in happened if one.stop_latency and one.stop_latency.doubt), ""),
        )

    def __str__(self) -> str:
        lines = [f"Yield rate {self.yield_rate}", f"Pass rate {self.pass_rate}"]
        for name, latencies in (("Stop", self.stop_latency), ("Response", self.response_latency)):
            lines.append(f"{name} latency: median {latencies.median}, 95th percentile {latencies.p95}")
        return "\n".join(lines)

    @property
    def can_be_made(self) -> bool:
        """Not too many interruptions had to be left out because their figures can't be trusted."""
        return self.unreliable <= TOLERATED_UNRELIABLE * (self.attempts - self.did_not_happen)


def share_text(share: float, rounding: int = 0) -> str:
    """A measured share to a tenth of a per cent: "90 %", "69.9 %". rounding: DOWN, UP, or 0 for the nearest."""
    return f"{_whole(share * 1000, rounding) / 10:g} %"


def length_text(seconds: float, rounding: int = 0) -> str:
    """A length as `duration` writes it. rounding: DOWN, UP, or 0 for the nearest."""
    steps = 1000 if abs(seconds) < 10 else 10
    return duration(_whole(seconds * steps, rounding) / steps)


def _latencies(measured: Iterable[Measured | None]) -> Latencies:
    every = list(measured)
    found = tuple(one for one in every if one is not None and one.reliable)
    return Latencies(found, len(every) - len(found))


def _is_reliable(measured: Measured | None) -> bool:
    return measured is not None and measured.reliable


def _reply(measured: Measured | None) -> Measured | None:
    """Who speaks before the caller has finished does not reply."""
    return None if measured is None or measured.value < -measured.uncertainty else measured


def _normal(certainty: float) -> float:
    return NormalDist().inv_cdf((1 + certainty) / 2)


def _sample_quantile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    if not ordered:
        return math.nan
    position = len(ordered) * share
    if abs(position - round(position)) > 1e-9:
        return ordered[math.ceil(position) - 1]
    rank = min(max(round(position), 1), len(ordered) - 1)
    return (ordered[rank - 1] + ordered[rank]) / 2


def _ranks(count: int, share: float, certainty: float) -> tuple[int, int]:
    """The ranks of both ends, from 1; 0 and `count` + 1 where there is none."""
    tail = _tail(certainty)
    lower, upper, below = 0, count + 1, 0.0
    for rank, probability in enumerate(_binomial(count, share), start=1):
        below += probability  # that fewer than `rank` values lie below the quantile
        if below <= tail:
            lower = rank
        if below >= 1 - tail:
            upper = rank
            break
    return lower, upper


def _tail(certainty: float) -> float:
    """What may lie beyond either end. A millionth more: floats would take what is just as much for too much."""
    return (1 - certainty) / 2 * (1 + 1e-6)


def _binomial(count: int, share: float) -> Iterable[float]:
    """The probabilities of 0, 1, ... `count` - 1 of `count`."""
    for hits in range(count):
        ways = math.lgamma(count + 1) - math.lgamma(hits + 1) - math.lgamma(count - hits + 1)
        yield math.exp(ways + hits * math.log(share) + (count - hits) * math.log1p(-share))


def _whole(value: float, rounding: int) -> int:
    if rounding == DOWN:
        return math.floor(value + 1e-6)
    return math.ceil(value - 1e-6) if rounding == UP else round(value)

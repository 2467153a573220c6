"""Rates and quantiles with their intervals, against published values, by hand, and by repeating chance."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from evidence_by_hand import kept_talking, missed, stopped
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.evidence.model import Measured
from RobotVoice.evidence.statistics import (
    Latencies,
    Rate,
    Statistics,
    count_for_quantile,
    count_for_rate,
    length_text,
    share_text,
)

SHARES = st.floats(0.01, 0.99)
CERTAINTIES = st.floats(0.05, 0.999)
MEASURED = st.builds(Measured, st.floats(0, 60), st.floats(0, 0.2), at_least=st.booleans())


def exactly(*seconds: float, never: int = 0, uncertainty: float = 0.0) -> Latencies:
    """Lengths, and `never` more that did not end within 5 s."""
    ended = [Measured(value, uncertainty) for value in seconds]
    return Latencies((*ended, *[Measured(5.0, uncertainty, at_least=True)] * never))


def counted_up(count: int) -> Latencies:
    return exactly(*map(float, range(1, count + 1)))


# -- rates


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits: int, count: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3."""
    rate = Rate(hits, count)
    assert rate.low == pytest.approx(low, abs=5e-5)
    assert rate.high == pytest.approx(high, abs=5e-5)


def test_a_rate_of_nothing_is_not_known_at_all() -> None:
    rate = Rate(0, 0)
    assert math.isnan(rate.value)
    assert (rate.low, rate.high, str(rate)) == (0.0, 1.0, "not measured")


@given(count=st.integers(1, 400), data=st.data(), certainty=CERTAINTIES)
def test_the_interval_of_a_rate_holds_its_value(count: int, data: st.DataObject, certainty: float) -> None:
    rate = Rate(data.draw(st.integers(0, count)), count, certainty)
    assert 0 <= rate.low <= rate.value <= rate.high <= 1


@given(count=st.integers(1, 200), data=st.data(), times=st.integers(2, 20))
def test_more_calls_narrow_the_interval(count: int, data: st.DataObject, times: int) -> None:
    few = Rate(data.draw(st.integers(0, count)), count)
    many = Rate(few.hits * times, count * times)
    assert many.high - many.low < few.high - few.low


@given(limit=st.floats(0.01, 0.995), certainty=CERTAINTIES)
def test_so_many_hits_in_a_row_reach_a_rate_and_no_fewer(limit: float, certainty: float) -> None:
    count = count_for_rate(limit, certainty)
    assert Rate(count, count, certainty).low >= limit - 1e-9
    assert count == 1 or Rate(count - 1, count - 1, certainty).low < limit


def test_wilson_holds_the_true_rate_about_as_often_as_it_says() -> None:
    """Exactly, over all that may come of 30 calls: on the average, as Wilson's interval is meant."""
    covered = []
    for true in (0.5, 0.7, 0.8, 0.9, 0.95, 0.98):
        chances = [math.comb(30, hits) * true**hits * (1 - true) ** (30 - hits) for hits in range(31)]
        covered.append(sum(p for hits, p in enumerate(chances) if Rate(hits, 30).low <= true <= Rate(hits, 30).high))
    assert sum(covered) / len(covered) == pytest.approx(0.95, abs=0.02)
    assert min(covered) > 0.88


# -- quantiles


def test_median_and_percentile_by_hand() -> None:
    """Of 20 fair coins at most 5 are heads with 2.07 %, at most 6 with 5.77 %: the 6th from either end. For 95 %, at
    most 16 of 20 with 1.59 %, at most 17 with 7.55 %, and all of them with 35.8 %: the 17th, and no upper end."""
    latencies = counted_up(20)
    assert (latencies.median.low, latencies.median.value, latencies.median.high) == (6, 10.5, 15)
    assert (latencies.p95.low, latencies.p95.value, latencies.p95.high) == (17, 19.5, math.inf)
    assert latencies.p95.needed == 72


def test_an_odd_number_has_a_middle() -> None:
    assert counted_up(7).median.value == 4


@pytest.mark.parametrize(("count", "exists"), [(5, False), (6, True)])
def test_a_median_takes_six_values(count: int, exists: bool) -> None:
    median = counted_up(count).median
    assert math.isfinite(median.low) == math.isfinite(median.high) == exists
    assert median.needed == 6


@pytest.mark.parametrize(("count", "exists"), [(71, False), (72, True)])
def test_the_upper_end_of_the_95th_percentile_takes_72_values(count: int, exists: bool) -> None:
    assert math.isfinite(counted_up(count).p95.high) == exists


def test_59_values_are_enough_for_less_certainty() -> None:
    """The number that tables of one-sided tolerance limits give: beyond each end of 90 % lie 5 %."""
    assert count_for_quantile(0.95, 0.90) == 59
    assert counted_up(59).quantile(0.95, 0.90).high == 59


@pytest.mark.parametrize(("count", "certainty"), [(2, 0.5), (4, 0.875)])
def test_a_tail_that_is_just_as_large_as_allowed_is_not_too_large(count: int, certainty: float) -> None:
    """Of 4 fair coins all are heads with 1/16, which is what 87.5 % leaves beyond either end."""
    median = exactly(*[0.2] * count).quantile(0.5, certainty)
    assert (median.low, median.high, median.needed) == (0.2, 0.2, count)


@pytest.mark.parametrize("certainty", [0.5, 0.75, 0.875, 0.9, 0.95, 0.99])
def test_an_upper_end_takes_as_many_values_as_are_said_to_be_needed(certainty: float) -> None:
    for share in (percent / 100 for percent in range(1, 100)):
        needed = count_for_quantile(share, certainty)
        assert math.isfinite(exactly(*[0.2] * needed).quantile(share, certainty).high), (share, needed)
        assert math.isinf(exactly(*[0.2] * (needed - 1)).quantile(share, certainty).high), (share, needed)


def test_what_never_stopped_is_longer_than_all_that_did() -> None:
    median = exactly(0.4, 0.5, 6.0, never=2).median
    assert median.value == 6.0


def test_a_median_exists_while_fewer_than_half_never_stopped() -> None:
    assert exactly(0.4, 0.5, 0.6, never=1).median.value == pytest.approx(0.55)
    half = exactly(0.4, 0.5, never=2).median
    assert half.value == math.inf
    assert half.at_least == pytest.approx(2.75)
    assert "not reached, at least 2.7 s" in str(half)


def test_the_upper_end_is_never_if_the_agent_kept_talking_too_often() -> None:
    median = exactly(*[0.4] * 8, never=3).median
    assert median.value == 0.4
    assert median.high == math.inf
    assert str(median) == "400 ms (at least 400 ms; no upper end: the agent kept talking)"


def test_few_values_say_how_many_it_takes() -> None:
    assert str(exactly(0.4, 0.5).median) == "450 ms (an upper end takes 6 calls)"


def test_the_uncertainty_of_the_values_moves_the_ends_outwards() -> None:
    sharp, blurred = exactly(*range(1, 21)).median, exactly(*range(1, 21), uncertainty=0.25).median
    assert (blurred.low, blurred.high) == (sharp.low - 0.25, sharp.high + 0.25)
    assert blurred.value == sharp.value


def test_a_single_uncertain_value_can_be_the_end() -> None:
    """The low end is that of the values moved down, whatever their order was."""
    values = tuple(Measured(value, 0.0) for value in (1.0, 2.0, 3.0, 4.0, 5.0))
    latencies = Latencies((*values, Measured(6.0, 5.5)))
    assert (latencies.median.low, latencies.median.high) == (0.5, 11.5)


def test_nothing_measured() -> None:
    nothing = Latencies(()).median
    assert math.isnan(nothing.value)
    assert (nothing.low, nothing.high, str(nothing)) == (-math.inf, math.inf, "not measured")


@given(values=st.lists(MEASURED, min_size=1, max_size=90), share=SHARES, certainty=CERTAINTIES)
def test_the_interval_of_a_quantile_holds_its_value(values: list[Measured], share: float, certainty: float) -> None:
    quantile = Latencies(tuple(values)).quantile(share, certainty)
    assert quantile.low <= quantile.value <= quantile.high
    assert quantile.at_least <= quantile.value


@given(values=st.lists(MEASURED, min_size=1, max_size=60), share=SHARES, data=st.data())
def test_more_certainty_widens_the_interval(values: list[Measured], share: float, data: st.DataObject) -> None:
    less = data.draw(CERTAINTIES)
    more = data.draw(st.floats(less, 0.9999))
    narrow, wide = (Latencies(tuple(values)).quantile(share, certainty) for certainty in (less, more))
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


@given(values=st.lists(MEASURED, min_size=1, max_size=40), share=SHARES, which=st.integers(0, 39))
def test_never_stopping_makes_nothing_better(values: list[Measured], share: float, which: int) -> None:
    worse = list(values)
    worse[which % len(values)] = replace(worse[which % len(values)], at_least=True)
    before, after = Latencies(tuple(values)).quantile(share), Latencies(tuple(worse)).quantile(share)
    assert (after.low, after.value, after.high) >= (before.low, before.value, before.high)
    assert after.high >= before.high


@pytest.mark.parametrize(("share", "count"), [(0.5, 10), (0.5, 25), (0.95, 80), (0.95, 200)])
def test_the_interval_of_a_quantile_holds_the_true_one_as_often_as_it_says(share: float, count: int) -> None:
    """Of a skewed distribution, as stop latencies are: -log(1 - share) is its quantile."""
    chance = random.Random(1998)
    covered = 0
    for _ in range(800):
        latencies = exactly(*(chance.expovariate(1.0) for _ in range(count)))
        quantile = latencies.quantile(share)
        covered += quantile.low <= -math.log(1 - share) <= quantile.high
    assert covered / 800 > 0.935


# -- all interruptions together


def test_statistics_of_interruptions() -> None:
    shaky = replace(stopped(), stop_latency=Measured(0.3, 0.2, doubt="The line broke."))
    found = Statistics.of([stopped(latency=0.4), stopped(latency=0.6), kept_talking(), missed(), shaky], Rate(3, 5))
    assert (found.attempts, found.did_not_happen, found.unreliable) == (5, 1, 1)
    assert found.doubt == "The line broke."
    assert (found.yield_rate.hits, found.yield_rate.count) == (2, 3)
    assert found.stop_latency.median.value == 0.6
    assert len(found.response_latency.values) == 2
    assert found.pass_rate.value == 0.6


def test_who_speaks_before_the_caller_has_finished_has_not_replied() -> None:
    early = replace(stopped(), response_latency=Measured(-0.4, 0.02))
    silent = replace(stopped(), response_latency=None)
    found = Statistics.of([stopped(), early, silent], Rate(3, 3)).response_latency
    assert [one.value for one in found.values] == [1.0]
    assert found.not_measured == 2


@pytest.mark.parametrize(("unreliable", "fine"), [(1, True), (2, False)])
def test_too_many_unreliable_interruptions_spoil_the_rest(unreliable: int, fine: bool) -> None:
    shaky = replace(stopped(), stop_latency=Measured(0.3, 0.2, doubt="The line broke."))
    found = Statistics.of([*[stopped()] * (6 - unreliable), *[shaky] * unreliable, missed()], Rate(7, 7))
    assert found.can_be_made == fine


# -- in words


def test_ends_are_rounded_outwards() -> None:
    assert str(Rate(17, 20)) == "17 of 20: 85 % (63.9 % to 94.8 %)"
    assert Rate(17, 20).low > 0.639
    assert length_text(0.8001, 1) == "801 ms"
    assert length_text(0.7999, -1) == "799 ms"
    assert length_text(12.345, 1) == "12.4 s"
    assert share_text(2 / 3) == "66.7 %"


def test_statistics_as_text_name_every_figure() -> None:
    text = str(Statistics.of([stopped()] * 6, Rate(6, 6)))
    assert text.splitlines() == [
        "Yield rate 6 of 6: 100 % (60.9 % to 100 %)",
        "Pass rate 6 of 6: 100 % (60.9 % to 100 %)",
        "Stop latency: median 412 ms (402 ms to 422 ms), "
        "95th percentile 412 ms (at least 402 ms; an upper end takes 72 calls)",
        "Response latency: median 1000 ms (980 ms to 1020 ms), "
        "95th percentile 1000 ms (at least 980 ms; an upper end takes 72 calls)",
    ]

"""Probabilities, ranges of times and seeds, as people write them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.caller.options import LARGEST_SEED, DelayRange, Probability, Seed
from RobotVoice.percentages import Percentage


@pytest.mark.parametrize(
    ("written", "share"),
    [("50 %", 0.5), ("12.5%", 0.125), ("0.5", 0.5), (0.25, 0.25), ("0", 0), (1, 1), ("100 %", 1), ("1 %", 0.01)],
)
def test_probabilities(written: object, share: float) -> None:
    assert Probability.convert(written) == Probability(share)


@given(st.floats(0, 1))
def test_a_probability_is_what_was_written(share: float) -> None:
    assert Probability.convert(repr(share)) == Probability(share)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1.5", "'1.5' is no probability: it has to be from 0 to 1, or from '0 %' to '100 %'"),
        ("-0.1", "it has to be from 0 to 1"),
        ("nan", "it has to be from 0 to 1"),
        (50, "it has to be from 0 to 1"),
        ("150 %", "more than 100 %"),
        ("-5 %", "not a percentage"),
        ("often", "'often' is not a probability: write it like '50 %' or '0.5'"),
        ("", "not a probability"),
    ],
)
def test_what_is_no_probability_is_told_why(written: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Probability.convert(written)


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("0.2 s to 2.5 s", (0.2, 2.5)),
        ("300ms to 1 min", (0.3, 60)),
        (" 1 s to 1 s ", (1, 1)),
        ("1.5 s", (1.5, 1.5)),
        ("0 s to 1 s", (0, 1)),
        (timedelta(seconds=2), (2, 2)),
    ],
)
def test_ranges(written: object, ends: tuple[float, float]) -> None:
    assert DelayRange.convert(written) == DelayRange(*ends)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2.5 s to 0.2 s", "runs backwards: write the shorter time first, like '0.2 s to 2.5 s'"),
        ("0.2 to 2.5 s", "'0.2' has no unit: write '0.2 ms' or '0.2 s'"),
        ("200", "'200' has no unit"),
        (2.5, "has no unit"),
        ("0.2 s to", "is no range of times: write it like '0.2 s to 2.5 s'"),
        ("1 s to 2 s to 3 s", "is no range of times"),
        ("", "is no range of times"),
        ("-1 s to 2 s", "is negative"),
        ("1 s to 2 days", "longer than an hour"),
        ("soon to later", "'soon' is not a length of time"),
        ("0.2 s - 2.5 s", "not a length of time"),
    ],
)
def test_what_is_no_range_is_told_why(written: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        DelayRange.convert(written)


@pytest.mark.parametrize(
    ("written", "number"), [("7", 7), (7, 7), ("0", 0), (" 42 ", 42), ("none", None), (None, None)]
)
def test_seeds(written: object, number: int | None) -> None:
    assert Seed.convert(written) == Seed(number)


@pytest.mark.parametrize("written", ["abc", "-1", "1.5", 1.5, "", "7 8", True, str(LARGEST_SEED + 1)])
def test_what_is_no_seed_is_told_why(written: object) -> None:
    with pytest.raises(ValueError, match=f"is no seed: it has to be a whole number from 0 to {LARGEST_SEED}"):
        Seed.convert(written)


@pytest.mark.parametrize(
    ("one", "text"),
    [(Probability(0.5), "50 %"), (DelayRange(0.2, 2.5), "0.2 s to 2.5 s"), (Seed(7), "7"), (Seed(None), "none")],
)
def test_each_is_shown_as_it_is_written(one: Any, text: str) -> None:
    assert str(one) == text
    assert type(one).convert(text) == type(one).convert(one) == one


def test_a_percentage_is_meant_as_one() -> None:
    assert Probability.convert("0.5 %").share == Percentage.convert("0.5 %").share

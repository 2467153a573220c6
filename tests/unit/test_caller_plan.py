"""What is left to chance: one seed, one caller, whatever is asked of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.caller.options import LARGEST_SEED, DelayRange
from RobotVoice.caller.plan import Plan, PlannedTurn, draw_plan, draw_seed

SEEDS = st.integers(0, LARGEST_SEED)
TURNS = st.integers(1, 60)
SHARES = st.floats(0, 1)
DELAYS = st.tuples(st.floats(0, 60), st.floats(0, 60)).map(lambda ends: DelayRange(min(ends), max(ends)))
SOME = DelayRange(0.2, 2.5)


def test_a_seed_means_the_same_on_every_machine_and_in_every_version() -> None:
    found = [(turn.after, turn.pick("abcd")) for turn in draw_plan(7, 5, 0.5, SOME).turns]
    assert found == [(0.945, "c"), (None, "b"), (None, "a"), (1.197, "a"), (None, "a")]


@given(SEEDS, TURNS, SHARES, DELAYS)
def test_the_same_seed_gives_the_same_plan(seed: int, turns: int, share: float, delays: DelayRange) -> None:
    plan = draw_plan(seed, turns, share, delays)
    assert plan == draw_plan(seed, turns, share, delays)
    assert plan.seed == seed
    assert [turn.number for turn in plan.turns] == list(range(1, turns + 1))


@given(SEEDS, TURNS, TURNS, SHARES)
def test_more_turns_go_on_where_fewer_end(seed: int, few: int, more: int, share: float) -> None:
    longer = draw_plan(seed, few + more, share, SOME)
    assert longer.turns[:few] == draw_plan(seed, few, share, SOME).turns


@given(SEEDS, TURNS, SHARES, SHARES)
def test_a_higher_probability_only_adds_interruptions(seed: int, turns: int, one: float, other: float) -> None:
    seldom, often = (draw_plan(seed, turns, share, SOME) for share in sorted((one, other)))
    assert seldom.interruptions <= often.interruptions
    for before, now in zip(seldom.turns, often.turns, strict=True):
        assert before.after in (None, now.after)
        assert before.chance == now.chance


@given(SEEDS, TURNS, DELAYS)
def test_delays_are_within_their_range(seed: int, turns: int, delays: DelayRange) -> None:
    for turn in draw_plan(seed, turns, 1.0, delays).turns:
        assert turn.after is not None
        assert delays.shortest - 0.001 <= turn.after <= delays.longest + 0.001


@given(SEEDS, TURNS)
def test_never_and_always(seed: int, turns: int) -> None:
    assert draw_plan(seed, turns, 0.0, SOME).interruptions == 0
    assert draw_plan(seed, turns, 1.0, SOME).interruptions == turns


def test_many_turns_have_about_as_many_interruptions_as_is_likely() -> None:
    """4 standard deviations of the binomial distribution; and delays all over the range."""
    plan = draw_plan(1, 10_000, 0.3, SOME)
    assert abs(plan.interruptions - 3000) < 4 * (10_000 * 0.3 * 0.7) ** 0.5
    delays = [turn.after for turn in plan.turns if turn.after is not None]
    assert min(delays) < 0.21
    assert max(delays) > 2.49
    assert sum(delays) / len(delays) == pytest.approx(1.35, abs=0.05)


@given(st.floats(0, 1, exclude_max=True), st.lists(st.text(), min_size=1))
def test_one_of_the_words_is_picked(chance: float, words: list[str]) -> None:
    assert PlannedTurn(1, 1.0, chance).pick(words) in words


def test_every_word_has_its_chance() -> None:
    picked = {turn.pick("abcd") for turn in draw_plan(7, 100, 0.5, SOME).turns}
    assert picked == set("abcd")


# --- a seed that nobody gave ---


@pytest.mark.parametrize(("turns", "share", "at_least"), [(5, 0.5, 1), (5, 0.5, 4), (3, 1.0, 3), (2, 0.0, 0)])
def test_a_seed_that_is_drawn_keeps_the_promise(turns: int, share: float, at_least: int) -> None:
    seed = draw_seed(turns, share, at_least)
    assert seed is not None
    assert draw_plan(seed, turns, share, SOME).interruptions >= at_least


def test_no_seed_keeps_a_promise_that_chance_does_not() -> None:
    assert draw_seed(5, 0.0001, 5) is None


def test_seeds_that_are_drawn_differ() -> None:
    assert len({draw_seed(5, 0.5, 1) for _ in range(20)}) > 1


def test_a_plan_counts_its_interruptions() -> None:
    assert Plan(1, (PlannedTurn(1, None, 0.1), PlannedTurn(2, 0.0, 0.1))).interruptions == 1

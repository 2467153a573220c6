"""The sentence above the heat map: deaf at first, or plain counts."""

from __future__ import annotations

import pytest
from swept_by_hand import BROKEN, MISSED, deaf_for, in_so, never, plan, swept

from RobotVoice.sweep.headline import certainty, headline, remarks
from RobotVoice.sweep.plan import Cell
from RobotVoice.sweep.result import CallResult, Sweep

OFFSETS = (0.0, 0.2, 0.4, 1.0, 2.0)


def test_an_agent_that_is_deaf_at_first() -> None:
    sweep = swept(plan(OFFSETS, ("Wait", "Stop"), repeats=2), deaf_for(0.4))
    assert headline(sweep) == (
        "The agent never stopped when interrupted in its first 400 ms (12 of 12 calls), and stopped within 800 ms in "
        "all later ones (8 of 8)."
    )
    assert certainty(sweep) == (
        "Each with 95 % certainty: it stops in at most 24.3 % of such early interruptions, and in time in at least "
        "67.5 % of the later ones."
    )


def test_deaf_at_first_and_not_always_in_time_later() -> None:
    def agent(cell: Cell) -> CallResult:
        return in_so(1.5, 2.0) if cell.offset == 2.0 else deaf_for(0.2)(cell)

    sentence = headline(swept(plan(OFFSETS), agent))
    assert "in its first 200 ms (2 of 2 calls), and stopped within 800 ms in 2 of 3 later ones." in sentence


def test_deaf_at_the_very_first_sound() -> None:
    sentence = headline(swept(plan(OFFSETS), deaf_for(0.0)))
    assert sentence.startswith("The agent never stopped when interrupted at its first sound (1 of 1 call), and")


@pytest.mark.parametrize("moment", [None, 0.9])
def test_offsets_that_are_no_moments_of_the_reply_are_not_called_so(moment: float | None) -> None:
    def agent(cell: Cell) -> CallResult:
        return never(moment) if (cell.offset or 0.0) < 1 else in_so(0.4, moment)

    assert "when interrupted with an offset of 400 ms or less (3 of 3 calls)" in headline(swept(plan(OFFSETS), agent))


def test_one_stop_among_the_first_offsets_is_no_deafness() -> None:
    sweep = swept(plan(OFFSETS, repeats=2), deaf_for(0.4))
    sweep.results[0] = in_so(0.5, 0.0)
    assert headline(sweep) == "The agent stopped within 800 ms in 5 of 10 calls: 5 never stopped."


def test_an_offset_where_nothing_was_judged_ends_the_deafness() -> None:
    sweep = swept(plan(OFFSETS), deaf_for(0.4))
    sweep.results[1] = BROKEN
    assert "at its first sound (1 of 1 call), and stopped within 800 ms in 2 of 3 later ones" in headline(sweep)


def test_deaf_at_every_offset_is_not_deaf_at_first() -> None:
    assert headline(swept(plan(OFFSETS), deaf_for(9))) == "The agent never stopped (5 of 5 calls)."


def test_deaf_at_first_and_unknown_later_is_not_deaf_at_first() -> None:
    sweep = swept(plan(OFFSETS), lambda cell: never(cell.offset) if (cell.offset or 0.0) < 1 else MISSED)
    assert headline(sweep) == "The agent never stopped (3 of 3 calls)."


def test_too_late_at_first_is_not_deaf() -> None:
    sweep = swept(plan(OFFSETS), lambda cell: in_so(1.0 if cell.offset == 0 else 0.4, cell.offset))
    assert headline(sweep) == "The agent stopped within 800 ms in 4 of 5 calls: 1 too late."
    assert certainty(sweep) == "With 95 % certainty it stops in time in 37.5 % to 96.4 % of such interruptions."


def test_plain_counts_without_offsets() -> None:
    assert headline(swept(plan((), ("Wait",)), lambda _: in_so(0.4))) == "The agent stopped within 800 ms in 1 call."
    two = swept(plan((), ("Wait", "Stop")), lambda _: in_so(0.4))
    assert headline(two) == "The agent stopped within 800 ms in all 2 calls."


def test_nothing_judged() -> None:
    sweep = swept(plan(), lambda _: MISSED)
    assert headline(sweep) == "No interruption could be judged."
    assert certainty(sweep) == ""


def test_a_sweep_that_was_broken_off_says_so() -> None:
    sweep = Sweep(plan(OFFSETS, repeats=2), [in_so(0.4, 0.0)])
    assert headline(sweep) == "Broken off after 1 of 10 calls. The agent stopped within 800 ms in 1 call."


def test_what_the_headline_leaves_out_is_told() -> None:
    sweep = Sweep(plan(OFFSETS), [in_so(0.4), MISSED, BROKEN, BROKEN, in_so(0.4)], earlier=2)
    assert list(remarks(sweep)) == [
        "2 of 5 calls were made in an earlier run.",
        "1 call did not apply: there was nothing to interrupt.",
        "2 calls could not be judged, which says nothing about the agent.",
    ]
    assert not list(remarks(swept(plan(), deaf_for(0))))

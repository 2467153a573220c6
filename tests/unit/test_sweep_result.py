"""How a call, a cell and a whole sweep stand to the limit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evidence_by_hand import kept_talking, missed, stopped
from swept_by_hand import BROKEN, DOUBTED, MISSED, deaf_for, in_so, never, plan, swept

from RobotVoice.errors import CannotCheck
from RobotVoice.evidence.model import Interruption, Outcome
from RobotVoice.evidence.repetition import Run, Verdict
from RobotVoice.sweep.headline import headline, remarks
from RobotVoice.sweep.plan import Cell
from RobotVoice.sweep.result import CallResult, CellResult, Standing, Sweep, stops_within, why_too_little

UNDECIDED = in_so(0.795, uncertainty=0.12)


def run(verdict: Verdict, *interruptions: Interruption, message: str = "") -> Run:
    return Run(1, verdict, message, interruptions)


def cell(*calls: CallResult, planned: int = 2) -> CellResult:
    return CellResult(Cell(0.4), calls, planned, 0.8)


@pytest.mark.parametrize(
    ("call", "standing"),
    [
        (in_so(0.79), Standing.IN_TIME),
        (in_so(0.795), Standing.NOT_JUDGED),
        (in_so(0.805), Standing.NOT_JUDGED),
        (in_so(0.811), Standing.TOO_LATE),
        (never(), Standing.NEVER),
        (never(watched=0.5), Standing.NOT_JUDGED),
        (never(watched=0.8), Standing.NEVER),
        (MISSED, Standing.DID_NOT_APPLY),
        (BROKEN, Standing.NOT_JUDGED),
        (DOUBTED, Standing.NOT_JUDGED),
        (CallResult(Outcome.INTERRUPTED), Standing.NOT_JUDGED),
    ],
)
def test_a_call_stands_to_the_limit(call: CallResult, standing: Standing) -> None:
    assert call.standing(0.8) is standing


def test_a_call_is_told_with_its_figure_its_moment_or_its_reason() -> None:
    assert in_so(0.412, 0.205).told(0.8) == "in time, 412 ms ± 10 ms, interrupted 205 ms after its first sound"
    assert in_so(0.9).told(0.8) == "too late, 900 ms ± 10 ms"
    assert UNDECIDED.told(0.8) == "not judged (795 ms ± 120 ms does not tell whether it was within 800 ms)"
    assert never().told(0.8) == "never stopped, at least 5.0 s"
    assert never(watched=0.5).told(0.8) == "not judged (the agent was watched for 500 ms only)"
    assert MISSED.told(0.8) == "did not apply (the agent had finished its reply 320 ms before)"
    assert BROKEN.told(0.8) == "not judged (error: The line broke)"
    assert DOUBTED.told(0.8) == "not judged (This machine was too busy)"


def test_the_last_interruption_of_a_run_counts() -> None:
    found = CallResult.of(run(Verdict.PASSED, kept_talking(), stopped(latency=0.3)))
    assert found.outcome is Outcome.INTERRUPTED
    assert found.latency == stopped(latency=0.3).stop_latency
    assert found.moment == pytest.approx(1.5)


def test_a_check_that_fails_in_the_run_is_a_result() -> None:
    assert CallResult.of(run(Verdict.FAILED, kept_talking())).standing(0.8) is Standing.NEVER


@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.UNRELIABLE])
def test_a_run_with_an_error_is_never_judged(verdict: Verdict) -> None:
    found = CallResult.of(run(verdict, stopped(), message="The line\nbroke."))
    assert found.standing(0.8) is Standing.NOT_JUDGED
    assert found.reason == f"{verdict.value}: The line broke."


def test_a_run_without_an_interruption_did_not_apply() -> None:
    silent = CallResult.of(run(Verdict.FAILED, message="The agent did not reply."))
    assert silent.standing(0.8) is Standing.DID_NOT_APPLY
    assert silent.reason == "there was no interruption. The agent did not reply."
    assert CallResult.of(run(Verdict.PASSED, missed())).standing(0.8) is Standing.DID_NOT_APPLY


@pytest.mark.parametrize(
    ("calls", "standing"),
    [
        ((), Standing.NOT_DONE),
        ((in_so(0.4), in_so(0.5)), Standing.IN_TIME),
        ((in_so(0.4), in_so(0.9)), Standing.SOMETIMES),
        ((in_so(0.4), never()), Standing.SOMETIMES),
        ((in_so(0.9), never()), Standing.TOO_LATE),
        ((never(), never()), Standing.NEVER),
        ((never(), MISSED), Standing.NEVER),
        ((BROKEN, MISSED), Standing.DID_NOT_APPLY),
        ((BROKEN,), Standing.NOT_JUDGED),
    ],
)
def test_a_cell_shows_what_is_known_of_it(calls: tuple[CallResult, ...], standing: Standing) -> None:
    assert cell(*calls).standing is standing


def test_only_judged_calls_count_for_the_rate_of_a_cell() -> None:
    found = cell(in_so(0.4), never(), MISSED, BROKEN, DOUBTED, planned=5)
    assert (found.rate.hits, found.rate.count) == (1, 2)
    assert len(found.latencies.values) == 2
    assert found.is_unknown


def test_the_calls_of_a_sweep_find_their_cells() -> None:
    sweep = Sweep(plan((0.0, 1.0), repeats=2), [in_so(0.1), in_so(0.2), in_so(0.3)])
    first, second = sweep.cells
    assert first.calls == (in_so(0.1), in_so(0.3))
    assert second.calls == (in_so(0.2),)
    assert not sweep.is_whole


def test_a_sweep_counts_every_call_once() -> None:
    results = [in_so(0.4), in_so(0.9), never(), MISSED, BROKEN, DOUBTED]
    sweep = Sweep(plan(range(6)), results)
    counts = (sweep.in_time, sweep.too_late, sweep.never, sweep.did_not_apply, sweep.not_judged)
    assert counts == (1, 1, 1, 1, 2)


def test_a_limit_holds_in_every_call_or_names_the_fields_where_not() -> None:
    sweep = swept(plan((0.0, 0.2, 1.0, 2.0), repeats=2), deaf_for(0.3))
    failed = stops_within(sweep, 0.8, 0.0)
    assert failed.passed is False
    assert failed.sentence == (
        "The agent did not stop within 800 ms in 4 of 8 calls: offset 0 s: 2 never stopped; offset 200 ms: 2 never "
        "stopped."
    )
    later = stops_within(sweep, 0.8, 0.4)
    assert later.passed is True
    assert later.sentence == "The agent stopped within 800 ms in all 4 calls from an offset of 400 ms on."


def test_a_check_has_a_limit_of_its_own() -> None:
    sweep = swept(plan(repeats=2), lambda _: in_so(0.6))
    assert stops_within(sweep, 0.8, 0.0).passed is True
    assert stops_within(sweep, 0.5, 0.0).passed is False


@pytest.mark.parametrize("unknown", [MISSED, BROKEN, DOUBTED, UNDECIDED, never(watched=0.5)])
def test_a_call_that_was_not_judged_is_never_a_pass(unknown: CallResult) -> None:
    sweep = Sweep(plan((0.0, 1.0)), [in_so(0.4), unknown])
    check = stops_within(sweep, 0.8, 0.0)
    assert check.passed is None
    assert "is not known of offset 1 s: 1 " in check.sentence


@pytest.mark.parametrize("latency", [0.795, 0.805])
def test_a_limit_within_the_uncertainty_is_neither_kept_nor_broken(latency: float) -> None:
    sweep = Sweep(plan((0.0,)), [in_so(latency, uncertainty=0.12)])
    check = stops_within(sweep, 0.8, 0.0)
    assert (check.passed, check.sentence) == (
        None,
        "Whether the agent stops within 800 ms is not known of offset 0 s: 1 not judged.",
    )
    assert headline(sweep) == "No interruption could be judged."
    assert list(remarks(sweep)) == ["1 call could not be judged, which says nothing about the agent."]
    assert "does not tell whether it was within 800 ms" in str(why_too_little(sweep))
    assert stops_within(sweep, 1.0, 0.0).passed is True
    assert stops_within(sweep, 0.5, 0.0).passed is False


def test_a_call_that_was_not_made_is_never_a_pass() -> None:
    check = stops_within(Sweep(plan((0.0, 1.0)), [in_so(0.4)]), 0.8, 0.0)
    assert (check.passed, check.sentence) == (
        None,
        "Whether the agent stops within 800 ms is not known of offset 1 s: 1 not done.",
    )


def test_a_sentence_does_not_name_a_hundred_fields() -> None:
    check = stops_within(swept(plan(range(100)), lambda _: never()), 0.8, 0.0)
    assert check.sentence.endswith("offset 2 s: 1 never stopped; and 97 more fields.")


def test_a_sweep_without_any_judged_call_says_nothing_and_names_the_first_reason() -> None:
    error = why_too_little(Sweep(plan((0.0, 1.0)), [MISSED, BROKEN]))
    assert isinstance(error, CannotCheck)
    assert "in 2 calls" in str(error)
    assert "The first: did not apply (the agent had finished its reply 320 ms before)." in str(error)
    assert why_too_little(Sweep(plan((0.0, 1.0)), [MISSED, never()])) is None


def test_a_moment_that_was_not_measured_is_not_known() -> None:
    assert CallResult.of(run(Verdict.PASSED, replace(stopped(), agent_onset=None))).moment is None

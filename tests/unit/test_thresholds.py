"""Limits held against many calls: what passes, what fails, and what can't be checked with so few."""

from __future__ import annotations

import pytest
from evidence_by_hand import missed, stopped
from hypothesis import given
from hypothesis import strategies as st
from robot.errors import ExecutionFailed, ExecutionFailures
from test_repetition import SHAKY
from test_statistics import exactly

from RobotVoice.call.mouth import Mouth
from RobotVoice.errors import CannotCheck, InvalidArgument, KeptTalking, UnreliableTiming
from RobotVoice.evidence.model import Check, Interruption
from RobotVoice.evidence.repetition import Repetition, Run, Verdict
from RobotVoice.evidence.statistics import Rate, count_for_rate
from RobotVoice.judge.thresholds import Kind, latency_within, rate_at_least, rate_at_most, why_too_little
from RobotVoice.keywords.runs import verdict_of


def rate(hits: int, count: int, limit: float, certainty: float | None = 0.95) -> Check:
    return rate_at_least(Rate(hits, count), f"The agent stopped in {hits} of {count} interruptions", limit, certainty)


def test_a_rate_is_held_by_its_lower_end() -> None:
    check = rate(50, 50, 0.9)
    assert check.passed is True
    assert check.sentence == (
        "The agent stopped in 50 of 50 interruptions (100 %); with 95 % certainty it is so in at least 92.8 % of all; "
        "it had to be at least 90 %."
    )


def test_a_rate_fails_although_its_value_is_fine() -> None:
    check = rate(47, 50, 0.9)
    assert check.passed is False
    assert (
        "(94 %); with 95 % certainty it is so in at least 83.7 % of all; it had to be at least 90 %." in check.sentence
    )


def test_a_rate_that_even_a_perfect_agent_could_not_reach_is_not_checked() -> None:
    check = rate(20, 20, 0.9)
    assert check.passed is None
    assert check.sentence == (
        "The agent stopped in 20 of 20 interruptions (100 %). That is too few to say with 95 % certainty that it is "
        "so in at least 90 % of all: it takes 35. Repeat more often, give a lower rate or a lower certainty=, or hold "
        "the bare figure against the limit with certainty=none."
    )


def test_a_rate_that_is_surely_too_low_fails_with_few_calls_too() -> None:
    assert rate(2, 10, 0.9).passed is False


def test_less_certainty_takes_fewer_calls() -> None:
    assert rate(25, 25, 0.9, 0.90).passed is True


def test_the_bare_rate() -> None:
    assert rate(9, 10, 0.9, None) == Check(
        "The agent stopped in 9 of 10 interruptions (90 %); it had to be at least 90 %.", True
    )
    assert rate(8, 10, 0.9, None).passed is False
    assert rate(10, 10, 1.0, None).passed is True


def test_a_rate_of_nothing_is_not_checked() -> None:
    assert rate(0, 0, 0.9).passed is None
    assert rate(0, 0, 0.9, None).passed is None


def test_a_latency_is_held_by_its_upper_end() -> None:
    latencies = exactly(*[0.4] * 18, 0.7, 0.7)
    check = latency_within(latencies, Kind.STOP, 0.8, 0.5, 0.95)
    assert check.passed is True
    assert check.sentence == (
        "With 95 % certainty the agent stops within 400 ms in 50 % of all interruptions; allowed 800 ms."
    )
    assert check.limit == 0.8


def test_a_latency_fails_although_its_median_is_fine() -> None:
    latencies = exactly(*[0.4] * 11, *[0.9] * 9)
    assert latencies.median.value == 0.4
    check = latency_within(latencies, Kind.STOP, 0.8, 0.5, 0.95)
    assert check.passed is False
    assert "within 900 ms in 50 % of all interruptions; allowed 800 ms." in check.sentence


def test_too_few_for_a_percentile() -> None:
    check = latency_within(exactly(*[0.4] * 20), Kind.STOP, 0.8, 0.95, 0.95)
    assert check.passed is None
    assert check.sentence.startswith(
        "20 measured interruptions are too few to say with 95 % certainty how soon the agent stops in 95 % of all: "
        "it takes 72. Repeat more often, give a lower share= or a lower certainty=, "
    )


def test_a_percentile_that_is_surely_too_long_fails_with_few_calls_too() -> None:
    check = latency_within(exactly(*[2.0] * 10), Kind.STOP, 0.8, 0.95, 0.95)
    assert check.passed is False
    assert check.sentence == (
        "With 95 % certainty it takes at least 2000 ms until the agent stops in 95 % of all interruptions; "
        "allowed 800 ms."
    )


def test_never_is_longer_than_every_limit() -> None:
    check = latency_within(exactly(*[0.4] * 8, never=3), Kind.STOP, 3600, 0.5, 0.95)
    assert check.passed is False
    assert check.sentence.startswith(
        "The agent kept talking in 3 of 11 interruptions, so no time can be named within which it stops, with 95 % "
        "certainty, in 50 % of all interruptions; allowed "
    )


def test_the_bare_latency() -> None:
    check = latency_within(exactly(0.4, 0.5, 0.6), Kind.REPLY, 0.5, 0.5, None)
    assert check == Check("In 50 % of 3 interruptions the agent replied within 500 ms; allowed 500 ms.", True)
    never = latency_within(exactly(0.4, never=2), Kind.STOP, 9, 0.5, None)
    assert never.passed is False
    assert never.sentence == (
        "The agent kept talking in 2 of 3 interruptions, so no time can be named within which it stopped in 50 % of "
        "them; allowed 9 s."
    )


@pytest.mark.parametrize("certainty", [0.95, None])
def test_no_latency_is_not_checked(certainty: float | None) -> None:
    for kind, said in ((Kind.REPLY, "the call goes on until the reply"), (Kind.STOP, "how soon the agent stopped")):
        check = latency_within(exactly(), kind, 9, 0.5, certainty)
        assert check.passed is None
        assert said in check.sentence


# -- whether the runs allow a statement at all


def repetition(*verdicts: Verdict, each: tuple[Interruption, ...] = (stopped(),)) -> Repetition:
    runs = [
        Run(number, verdict, "" if verdict is Verdict.PASSED else "The line broke.", each)
        for number, verdict in enumerate(verdicts, start=1)
    ]
    return Repetition("Scenario", len(verdicts), runs)


def test_no_error_is_swallowed() -> None:
    one_error = repetition(Verdict.PASSED, Verdict.FAILED, Verdict.ERROR)
    assert str(why_too_little(one_error, 0)) == (
        "1 of 3 runs ended with an error; allowed 0 (max_errors= sets how many). The first was run 3: The line broke."
    )
    assert why_too_little(one_error, 1) is None


def test_runs_without_an_interruption() -> None:
    error = why_too_little(repetition(Verdict.PASSED, Verdict.PASSED, each=()), 0)
    assert isinstance(error, CannotCheck)
    assert str(error).startswith("There was no interruption in 2 runs, so there is nothing to measure")


def test_interruptions_that_did_not_happen() -> None:
    error = why_too_little(repetition(Verdict.FAILED, each=(missed(),)), 0)
    assert "The only interruption did not happen, so there is nothing to measure. " in str(error)
    assert "the agent had finished its reply" in str(error)


def test_a_busy_machine() -> None:
    assert isinstance(why_too_little(repetition(Verdict.PASSED, each=(SHAKY, stopped())), 0), UnreliableTiming)


def most(hits: int, count: int, limit: float, certainty: float | None = 0.95) -> Check:
    return rate_at_most(Rate(hits, count), f"The agent stopped in {hits} of {count} interruptions", limit, certainty)


def test_a_rate_that_has_to_be_small_is_held_by_its_upper_end() -> None:
    assert most(0, 40, 0.1) == Check(
        "The agent stopped in 0 of 40 interruptions (0 %); with 95 % certainty it is so in at most 8.8 % of all; "
        "it had to be at most 10 %.",
        True,
    )
    assert most(2, 40, 0.1).passed is False
    assert most(2, 40, 0.1, None).passed is True
    assert most(5, 40, 0.1, None).passed is False
    assert most(9, 10, 0.1).passed is False
    assert most(0, 0, 0.1).passed is None


@given(st.floats(0.02, 0.98), st.floats(0.5, 0.99))
def test_the_count_that_is_said_to_be_needed_is_enough_and_not_too_many(limit: float, certainty: float) -> None:
    needed = count_for_rate(1 - limit, certainty)
    assert most(0, needed, limit, certainty).passed is True
    assert needed == 1 or most(0, needed - 1, limit, certainty).passed is None


def test_too_many_runs_whose_checks_were_not_reliable() -> None:
    runs = [Run(number, Verdict.PASSED, "", (stopped(),)) for number in range(1, 8)]
    doubted = [Run(number, Verdict.UNRELIABLE, "too busy", (stopped(),)) for number in (8, 9, 10)]
    assert why_too_little(Repetition("Call", 9, [*runs, *doubted[:1]]), 0) is None
    found = why_too_little(Repetition("Call", 10, [*runs, *doubted]), 0)
    assert isinstance(found, UnreliableTiming)
    assert str(found).startswith("The checks of 3 of 10 runs could not be made reliably")
    assert str(found).endswith("The first was run 8: too busy")


@pytest.mark.parametrize(
    ("raised", "verdict"),
    [
        ([KeptTalking("it went on")], Verdict.FAILED),
        ([AssertionError("a != b")], Verdict.FAILED),
        ([UnreliableTiming("too busy")], Verdict.UNRELIABLE),
        ([UnreliableTiming("too busy"), KeptTalking("it went on")], Verdict.FAILED),
        ([KeptTalking("it went on"), CannotCheck("no words")], Verdict.ERROR),
        ([InvalidArgument("a number without unit")], Verdict.BROKEN_OFF),
    ],
)
def test_whose_fault_a_run_is(raised: list[Exception], verdict: Verdict) -> None:
    assert verdict_of(_failure(raised)) is verdict


def test_what_breaks_inside_of_the_library_is_not_the_agents_fault() -> None:
    with pytest.raises(AssertionError) as broken:
        Mouth(8000)._speech(0.0)
    assert verdict_of(_failure([broken.value])) is Verdict.ERROR


def _failure(causes: list[Exception]) -> ExecutionFailed:
    """As Robot Framework raises it while it handles what the keywords raised."""
    errors = []
    for cause in causes:
        error = ExecutionFailed(str(cause))
        error.__context__ = cause
        errors.append(error)
    return ExecutionFailures(errors)

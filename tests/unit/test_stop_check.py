"""`Agent Should Have Stopped Within`: near to its limit, and where the agent was not watched for long enough."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evidence_by_hand import kept_talking, stopped
from hypothesis import given
from hypothesis import strategies as st
from test_kept_talking import Interrupted

from RobotVoice import RobotVoice
from RobotVoice.durations import Duration
from RobotVoice.errors import AgentFailure, CannotCheck, KeptTalking
from RobotVoice.evidence.model import Measured
from RobotVoice.keywords.checks import CheckKeywords


def refused(why: type[Exception], why_ended: str, limit: float) -> str:
    """What is said of an agent that talked on for 4.2 s, up to the end of the call at 20 s."""
    judged = Interrupted(replace(kept_talking(), watched_until=20.0))
    judged.why_ended = why_ended
    library = RobotVoice()
    library._calls.append(judged)
    with pytest.raises(why) as failure:
        CheckKeywords(library).agent_should_have_stopped_within(Duration(limit))
    return str(failure.value)


def check(latency: Measured, limit: float = 0.8) -> str:
    """What is said of an agent that stopped after that."""
    judged = Interrupted(replace(stopped(), stop_latency=latency))
    library = RobotVoice()
    library._calls.append(judged)
    CheckKeywords(library).agent_should_have_stopped_within(Duration(limit))
    return judged.checks[-1].sentence


@pytest.mark.parametrize(
    ("value", "uncertainty"), [(0.79, 0.01), (0.8, 0.0), (4.2 - 3.4, 0.0), (0.5, 0.3), (0.0, 0.01)]
)
def test_a_stop_passes_if_all_of_its_figure_is_within_the_limit(value: float, uncertainty: float) -> None:
    assert "; allowed 800 ms." in check(Measured(value, uncertainty))


@pytest.mark.parametrize(("value", "uncertainty"), [(0.801, 0.0), (0.812, 0.01), (1.5, 0.3)])
def test_a_stop_fails_if_all_of_its_figure_is_above_the_limit(value: float, uncertainty: float) -> None:
    with pytest.raises(AgentFailure, match="; allowed 800 ms"):
        check(Measured(value, uncertainty))


@pytest.mark.parametrize(
    ("value", "uncertainty"), [(0.795, 0.3), (0.805, 0.3), (0.8, 0.01), (0.791, 0.01), (0.809, 0.01)]
)
def test_a_stop_too_near_to_the_limit_is_neither(value: float, uncertainty: float) -> None:
    with pytest.raises(CannotCheck, match="can't be told"):
        check(Measured(value, uncertainty))


def test_a_stop_too_near_to_the_limit_says_what_to_do() -> None:
    with pytest.raises(CannotCheck) as error:
        check(Measured(0.7892, 0.0109))
    assert str(error.value) == (
        "The agent stopped 789 ms after the caller barged in; allowed 800 ms. That is 789 ms ± 11 ms, so anything from "
        "778 ms to 801 ms: whether the limit was kept can't be told. Set a limit outside of that, or repeat the "
        "scenario and check the interval: Repeat, then Repeated Stop Latency Should Be Within."
    )


LENGTHS = st.floats(-1, 20)
HALF_WIDTHS = st.floats(0, 2)


@given(LENGTHS, HALF_WIDTHS, LENGTHS)
def test_no_figure_passes_whose_true_value_may_break_the_limit(value: float, uncertainty: float, limit: float) -> None:
    told = Measured(value, uncertainty).is_within(limit)
    dust = 1e-6
    if told is True:
        assert value + uncertainty <= limit + dust
    elif told is False:
        assert value - uncertainty > limit - dust
    else:
        assert value - uncertainty - dust <= limit <= value + uncertainty + dust


@given(LENGTHS, HALF_WIDTHS, LENGTHS)
def test_a_wider_figure_never_tells_more(value: float, uncertainty: float, limit: float) -> None:
    narrow, wide = Measured(value, uncertainty).is_within(limit), Measured(value, uncertainty + 0.1).is_within(limit)
    assert wide in (narrow, None)


def test_who_was_not_watched_for_long_enough_can_be_watched_for_longer() -> None:
    said = refused(CannotCheck, "", 6.0)
    assert "so a limit of 6 s can't be checked. The library's import option watch=" in said


def test_of_a_call_that_ended_a_longer_watch_would_show_no_more() -> None:
    said = refused(CannotCheck, "The agent hung up.", 6.0)
    assert said.endswith("so a limit of 6 s can't be checked. Then the call ended: The agent hung up.")
    assert "watch=" not in said


def test_who_talked_on_for_longer_than_allowed_fails_however_the_call_ended() -> None:
    assert "it had to stop within 800 ms" in refused(KeptTalking, "The agent hung up.", 0.8)

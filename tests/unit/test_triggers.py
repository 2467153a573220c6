"""The moment at which the caller barges in: the plain one."""

from __future__ import annotations

import pytest

from RobotVoice.call.turns import Reply
from RobotVoice.interruption.triggers import Fire, Seen, TooLate, Trigger


def reply(onset: float, end: float, finished: bool = False) -> Reply:
    return Reply(onset, end, finished, ("a",))


def look(trigger: Trigger, replies: list[Reply], since: float, now: float) -> Fire | TooLate | None:
    return trigger.look(Seen(replies, since, now))


def test_in_words() -> None:
    assert str(Trigger()) == "at the agent's first audible speech"
    assert str(Trigger(1.5)) == "1500 ms after the agent became audible"


def test_waits_until_the_agent_is_audible() -> None:
    assert look(Trigger(), [], 0.0, 5.0) is None
    assert look(Trigger(), [reply(1.0, 2.0, True)], 3.0, 5.0) is None


def test_fires_at_the_first_audible_speech() -> None:
    assert look(Trigger(), [reply(1.0, 1.1)], 0.0, 1.1) == Fire(1.0)


@pytest.mark.parametrize(("now", "fires"), [(1.1, False), (2.49, False), (2.5, True), (2.6, True)])
def test_fires_so_long_after_the_first_speech(now: float, fires: bool) -> None:
    assert look(Trigger(1.5), [reply(1.0, now)], 0.0, now) == (Fire(1.0) if fires else None)


def test_counts_from_the_callers_turn_if_the_agent_was_talking_then() -> None:
    assert look(Trigger(1.0), [reply(1.0, 3.0)], 2.5, 3.0) is None
    assert look(Trigger(1.0), [reply(1.0, 3.5)], 2.5, 3.5) == Fire(1.0)


def test_in_a_pause_it_waits_for_the_next_word() -> None:
    pausing = Reply(1.0, 2.2, False, ("a",), audible=False)
    assert look(Trigger(1.5), [pausing], 0.0, 2.5) is None
    assert look(Trigger(1.5), [reply(1.0, 2.8)], 0.0, 2.8) == Fire(1.0)


def test_too_late_for_a_reply_that_is_over() -> None:
    answer = look(Trigger(), [reply(1.0, 2.0, True)], 0.0, 2.8)
    assert answer == TooLate("the agent had finished its reply 800 ms before")


def test_too_late_for_a_reply_that_was_shorter_than_the_wait() -> None:
    answer = look(Trigger(1.5), [reply(1.0, 2.0, True)], 0.0, 2.1)
    assert answer == TooLate("the agent had finished its reply after 1000 ms, before the 1500 ms of after= were over")


def test_a_reply_that_was_just_stopped_is_not_interrupted_again() -> None:
    """The detector hears the end of the first reply 60 ms later than the figures do."""
    old, fresh = reply(1.0, 2.06, True), reply(2.5, 2.6)
    assert look(Trigger(), [old], 2.0, 2.3) is None
    assert look(Trigger(), [old, fresh], 2.0, 2.6) == Fire(2.5)


def test_why_it_was_not_met_in_time() -> None:
    nothing, talking = Seen([], 0.0, 15.0), Seen([reply(1.0, 15.0)], 0.0, 15.0)
    assert Trigger().not_met(nothing, 15.0) == "the agent was not audible within 15 s"
    late = "its moment (20.0 s after the agent became audible) had not come within 35 s"
    assert Trigger(20.0).not_met(talking, 35.0) == late

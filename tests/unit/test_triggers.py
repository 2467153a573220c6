"""The moment at which the caller barges in."""

from __future__ import annotations

import pytest

from RobotVoice.call.turns import Reply
from RobotVoice.interruption.triggers import Fire, TooLate, Trigger


def reply(onset: float, end: float, finished: bool = False) -> Reply:
    return Reply(onset, end, finished, ("a",))


def test_in_words() -> None:
    assert str(Trigger()) == "at the agent's first audible speech"
    assert str(Trigger(1.5)) == "1500 ms after the agent became audible"


def test_waits_until_the_agent_is_audible() -> None:
    assert Trigger().look([], 0.0, 5.0) is None
    assert Trigger().look([reply(1.0, 2.0, True)], 3.0, 5.0) is None


def test_fires_at_the_first_audible_speech() -> None:
    assert Trigger().look([reply(1.0, 1.1)], 0.0, 1.1) == Fire(1.0)


@pytest.mark.parametrize(("now", "fires"), [(1.1, False), (2.49, False), (2.5, True), (2.6, True)])
def test_fires_so_long_after_the_first_speech(now: float, fires: bool) -> None:
    assert Trigger(1.5).look([reply(1.0, now)], 0.0, now) == (Fire(1.0) if fires else None)


def test_counts_from_the_callers_turn_if_the_agent_was_talking_then() -> None:
    assert Trigger(1.0).look([reply(1.0, 3.0)], 2.5, 3.0) is None
    assert Trigger(1.0).look([reply(1.0, 3.5)], 2.5, 3.5) == Fire(1.0)


def test_in_a_pause_it_waits_for_the_next_word() -> None:
    pausing = Reply(1.0, 2.2, False, ("a",), audible=False)
    assert Trigger(1.5).look([pausing], 0.0, 2.5) is None
    assert Trigger(1.5).look([reply(1.0, 2.8)], 0.0, 2.8) == Fire(1.0)


def test_too_late_for_a_reply_that_is_over() -> None:
    answer = Trigger().look([reply(1.0, 2.0, True)], 0.0, 2.8)
    assert answer == TooLate("the agent had finished its reply 800 ms before")


def test_too_late_for_a_reply_that_was_shorter_than_the_wait() -> None:
    answer = Trigger(1.5).look([reply(1.0, 2.0, True)], 0.0, 2.1)
    assert answer == TooLate("the agent had finished its reply after 1000 ms, before the 1500 ms of after= were over")


def test_a_reply_that_was_just_stopped_is_not_interrupted_again() -> None:
    """The detector hears the end of the first reply 60 ms later than the figures do."""
    old, fresh = reply(1.0, 2.06, True), reply(2.5, 2.6)
    assert Trigger().look([old], 2.0, 2.3) is None
    assert Trigger().look([old, fresh], 2.0, 2.6) == Fire(2.5)

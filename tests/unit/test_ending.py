"""The trigger that counts from the end of the reply backwards."""

from __future__ import annotations

import pytest
from seen_by_hand import seen

from RobotVoice.interruption.ending import BeforeEnd
from RobotVoice.interruption.triggers import Fire, TooLate

NOT_KNOWN = "the end of the agent's reply could not be known 500 ms before it came"


def test_in_words() -> None:
    assert str(BeforeEnd(rest=0.5)) == "500 ms before the end of the agent's reply"


@pytest.mark.parametrize(("now", "fires"), [(1.1, False), (4.49, False), (4.5, True), (4.7, True)])
def test_of_a_reply_that_was_sent_ahead_the_end_is_known(now: float, fires: bool) -> None:
    answer = BeforeEnd(rest=0.5).look(seen(now, (1.0, 5.0), ended=True, whole=1.2))
    assert answer == (Fire(1.0, 4.5) if fires else None)


def test_it_is_its_last_sound_that_counts() -> None:
    """The silence that is sent behind it is not heard."""
    assert BeforeEnd(rest=0.5).look(seen(4.5, (1.0, 3.0), (3.3, 5.0), ended=True, whole=1.2)) == Fire(1.0, 4.5)


def test_as_long_as_more_may_come_it_waits() -> None:
    assert BeforeEnd(rest=0.5).look(seen(4.9, (1.0, 5.0))) is None


def test_an_agent_that_sends_only_as_it_speaks() -> None:
    answer = BeforeEnd(rest=0.5).look(seen(5.0, (1.0, 5.0), ended=True, whole=4.98))
    assert answer == TooLate(f"{NOT_KNOWN}: it sends its words only as it speaks them")


def test_an_agent_that_is_too_little_ahead() -> None:
    answer = BeforeEnd(rest=0.5).look(seen(4.8, (1.0, 5.0), ended=True, whole=4.7))
    assert answer == TooLate(f"{NOT_KNOWN}: it sends its words so that the last of them came 300 ms before")


def test_a_protocol_that_does_not_tell() -> None:
    answer = BeforeEnd(rest=0.5).look(seen(5.8, (1.0, 5.0), pause=0.7))
    assert answer == TooLate(f"{NOT_KNOWN}: its protocol does not tell it before")


@pytest.mark.parametrize("whole", [0.9, 1.2])
def test_a_reply_that_is_shorter(whole: float) -> None:
    answer = BeforeEnd(rest=0.5).look(seen(1.3, (1.0, 1.4), ended=True, whole=whole))
    assert answer == TooLate("the agent's reply was only 400 ms long, shorter than the 500 ms of before_end=")


def test_a_reply_that_is_over() -> None:
    answer = BeforeEnd(rest=0.5).look(seen(5.3, (1.0, 5.0), ended=True, whole=1.2))
    assert answer == TooLate("the agent had finished its reply 300 ms before")


def test_why_it_was_not_met_in_time() -> None:
    assert BeforeEnd(rest=0.5).not_met(seen(15.0), 15.0) == "the agent was not audible within 15 s"

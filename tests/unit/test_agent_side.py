"""What the agent's own flush cuts off, and how much of it was heard by then."""

from __future__ import annotations

import pytest
from by_hand import RATE, vowel

from RobotVoice.adapters import events
from RobotVoice.adapters.base import Heard
from RobotVoice.call.agent_side import AgentSide
from RobotVoice.call.record import Record
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.line.conditions import CLEAN, Direction
from RobotVoice.line.way import Way

FLUSH = events.Flush("speech_started")
DONE = events.ReplyEnded("a")


def side() -> AgentSide:
    return AgentSide(RATE, 0.7, Way(CLEAN, next(iter(Direction)), RATE), Record(), UplinkTiming())


def speaking(seconds: float) -> AgentSide:
    """It sent so many seconds in one go, at 1 s."""
    agent = side()
    agent.take(events.ReplyStarted("a"), 1.0)
    agent.take(events.AgentAudio(vowel(seconds), "a", "item"), 1.0)
    return agent


def test_a_flush_of_what_was_sent_whole_tells_how_much_was_heard() -> None:
    agent = speaking(3.0)
    agent.take(DONE, 1.1)
    assert agent.flush(FLUSH, 2.5) == Heard("a", "item", 1.5)
    assert agent.flush(FLUSH, 2.6) is None, "nothing was left of it"


def test_a_flush_of_a_reply_that_is_still_coming_cuts_it_off_even_if_all_was_heard_so_far() -> None:
    assert speaking(1.0).flush(FLUSH, 2.05) == Heard("a", "item", 1.0)


def test_a_flush_after_the_end_of_a_reply_cuts_off_nothing() -> None:
    agent = speaking(1.0)
    agent.take(DONE, 1.1)
    assert agent.flush(FLUSH, 2.5) is None


def test_a_flush_before_anything_was_heard_cuts_off_nothing() -> None:
    assert side().flush(FLUSH, 1.0) is None


def test_what_goes_on_is_neither_a_reply_that_was_heard_whole_nor_the_silence_before_the_next() -> None:
    agent = speaking(1.0)
    heard = agent.heard_of_what_goes_on(1.4)
    assert heard is not None
    assert heard.played == pytest.approx(0.4, abs=0.001)
    agent.take(DONE, 1.5)
    assert agent.heard_of_what_goes_on(1.6) is not None, "what was sent is still being heard"
    assert agent.heard_of_what_goes_on(2.5) is None
    agent.take(events.ReplyStarted("b"), 2.6)
    assert agent.heard_of_what_goes_on(2.7) is None

"""What an agent sends before the call has begun is heard, dated and dropped as if it had come with the first frame."""

from __future__ import annotations

from math import inf

import pytest
from by_hand import RATE, vowel

from RobotVoice.adapters import events
from RobotVoice.call.agent_side import AgentSide
from RobotVoice.call.record import Record
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.interruption.ending import BeforeEnd
from RobotVoice.interruption.triggers import Fire, Seen
from RobotVoice.line.conditions import CLEAN, Direction
from RobotVoice.line.way import Way

GREETING = 3.2


def greeted(at: float) -> AgentSide:
    """An agent that greets `at` seconds after the line was opened, in one go, and then the call begins."""
    record = Record()
    side = AgentSide(RATE, 0.7, Way(CLEAN, next(iter(Direction)), RATE), record, UplinkTiming())
    side.take(events.ReplyStarted("a"), at)
    side.take(events.AgentAudio(vowel(GREETING), "a"), at)
    side.take(events.AgentWords("Hello, this is Acme", "a", final=False), at)
    side.take(events.AgentBelieves("Hello, this is Acme", "a"), at)
    side.take(events.ToolCalled("look_up", "{}", ""), at)
    side.take(events.ReplyEnded("a"), at)
    record.date_back()
    side.hear_anew()
    return side


@pytest.mark.parametrize("at", [0.1, 3.0, 9.0])
def test_the_end_of_a_greeting_is_known_however_early_it_came(at: float) -> None:
    side = greeted(at)
    before_end = BeforeEnd(0.0, None, rest=0.5)
    assert before_end.look(Seen(side.new_replies(2.6), 0.0, 2.6, sent_whole=side.sent_whole)) is None
    found = before_end.look(Seen(side.new_replies(2.8), 0.0, 2.8, sent_whole=side.sent_whole))
    assert isinstance(found, Fire)
    assert found.due == pytest.approx(GREETING - 0.5)


def test_everything_of_it_is_dated_to_the_first_frame() -> None:
    record = greeted(3.0)._record
    for kept in (record.signals, record.words, record.beliefs, record.tools, record.journal):
        assert [entry.time for entry in kept] == [0.0] * len(kept) != []


def test_words_of_a_greeting_that_is_cut_off_were_not_heard() -> None:
    side = greeted(3.0)
    side.flush(events.Flush("clear"), 1.0)
    (words,) = side.words_as_heard(side.replies(5.0)[0])
    assert words.at == inf


def test_words_of_a_greeting_are_heard_with_it() -> None:
    (words,) = greeted(3.0).words_as_heard(greeted(3.0).replies(5.0)[0])
    assert words.at == pytest.approx(GREETING)

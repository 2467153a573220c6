"""What was heard of the agent's own text: no word counts whose sound never came."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from by_hand import RATE, vowel

from RobotVoice.adapters import events
from RobotVoice.audio.frames import Clip, empty
from RobotVoice.call.agent_side import AgentSide
from RobotVoice.call.record import Record
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.conversation.transcript import Transcript
from RobotVoice.errors import MissingExtra
from RobotVoice.line.conditions import CLEAN, Direction
from RobotVoice.line.way import Way

LONG = "On Saturday we are here from ten until two, and on Sundays the office is closed."
NOW = 20.0


class Deaf:
    """An installation without speech to text."""

    fingerprint: dict[str, str] = {}

    def hear(self, clip: Clip) -> str:
        raise MissingExtra("speech to text is not installed")


def call(seconds: float, *more: events.AgentEvent, over: bool = False) -> Any:
    """The agent's text came whole, and so many seconds of its sound."""
    agent = AgentSide(RATE, 0.7, Way(CLEAN, next(iter(Direction)), RATE), Record(), UplinkTiming())
    agent.take(events.ReplyStarted("a"), 1.0)
    agent.take(events.AgentAudio(vowel(seconds), "a"), 1.0)
    for event in more:
        agent.take(event, 1.5)
    return SimpleNamespace(agent=agent, now=NOW, is_over=over, record=agent._record)


def heard_of(call: Any) -> str | None:
    listening = SimpleNamespace(agent=lambda start, end: Clip(empty(), RATE))
    transcript = Transcript(call, Deaf(), cast("Any", listening), list)
    (reply,) = call.agent.replies(NOW)
    return transcript.as_far_as_heard(reply)


SAID = events.AgentWords(LONG, "a", final=True)
DONE = events.ReplyEnded("a")


def test_a_reply_that_had_time_for_its_words_said_them() -> None:
    assert heard_of(call(6.0, SAID, DONE)) == LONG
    assert heard_of(call(6.0, SAID, DONE, over=True)) == LONG


def test_words_for_which_there_was_no_time_were_not_heard() -> None:
    assert heard_of(call(1.0, SAID, DONE)) is None


def test_nor_does_anybody_know_what_was_heard_of_a_reply_in_which_the_line_closed() -> None:
    assert heard_of(call(6.0, SAID, over=True)) is None


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([events.AgentWords("Let me ", "a"), events.AgentWords("see.", "a")], "Let me see."),
        ([events.AgentWords("Let", "a"), events.AgentWords("Let me see.", "a", final=True)], "Let me see."),
        (
            [
                events.AgentWords("Let me see.", "a", final=True, item="one"),
                events.AgentWords("It is ", "a", item="two"),
                events.AgentWords("nine.", "a", item="two"),
            ],
            "Let me see. It is nine.",
        ),
    ],
)
def test_each_part_of_a_reply_has_its_final_words_or_else_their_pieces(
    words: list[events.AgentWords], text: str
) -> None:
    assert heard_of(call(6.0, *words, DONE)) == text

"""What is told of a reply while it is played: nothing that was not heard."""

from __future__ import annotations

import numpy as np
import pytest

from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.demo.mouth import Speech
from RobotVoice.demo.progress import Fact, Progress
from RobotVoice.demo.utterance import joined

RATE = 8000


def loud(seconds: float) -> Clip:
    samples: Pcm = np.full(round(seconds * RATE), 8000, dtype=np.int16)
    return Clip(samples, RATE)


def speech(*, bursts: bool) -> Speech:
    """`one two` in the first second, `three four five` from 1.4 s to 2.9 s."""
    return Speech(joined([("one two", loud(1.0)), ("three four five", loud(1.5))]), bursts=bursts)


def named(facts: list[Fact]) -> list[tuple[str, float]]:
    return [(event, round(fields["at"], 4)) for event, fields in facts]


WHOLE = [("sentence_started", 5.0), ("sentence_ended", 6.0), ("sentence_started", 6.4), ("sentence_ended", 7.9)]


@pytest.mark.parametrize("bursts", [True, False])
def test_each_fact_is_told_once_with_the_moment_at_which_it_is_played(bursts: bool) -> None:
    reply, facts, now = speech(bursts=bursts), [], 5.0
    progress = Progress(reply)
    while not reply.all_sent:
        reply.next_piece(now)
        facts += [(now, *fact) for fact in progress.until(now)]
        now = max(now, reply.due())
    while now < 9.0:
        facts += [(now, *fact) for fact in progress.until(now)]
        now += 0.02
    assert named([(event, fields) for _, event, fields in facts]) == WHOLE
    assert all(0 <= told - fields["at"] <= 0.021 for told, _, fields in facts)
    assert [*progress.cut(9.0)] == []


def test_a_whole_sentence_has_all_its_words_and_their_moments() -> None:
    reply = speech(bursts=True)
    while not reply.all_sent:
        reply.next_piece(5.0)
    _, (_, ended), *_ = Progress(reply).until(7.0)
    assert ended["text"] == "one two"
    assert ended["whole"]
    assert ended["words"] == [("one", 5.0), ("two", 5.5)]


def test_what_was_sent_and_not_played_is_never_told() -> None:
    reply = speech(bursts=True)
    while not reply.all_sent:
        reply.next_piece(5.0)
    facts = [*Progress(reply).cut(6.95)]
    assert named(facts) == [*WHOLE[:3], ("sentence_ended", 6.95)]
    assert not facts[-1][1]["whole"]
    assert facts[-1][1]["text"] == "three four"


def test_a_cut_between_two_sentences_cuts_none() -> None:
    reply = speech(bursts=True)
    while not reply.all_sent:
        reply.next_piece(5.0)
    assert named([*Progress(reply).cut(6.2)]) == WHOLE[:2]

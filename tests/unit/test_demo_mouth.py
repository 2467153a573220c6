"""What of a reply was sent, and what of it was played at the other end."""

from __future__ import annotations

import math

import numpy as np
import pytest

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.demo.mouth import Speech
from RobotVoice.demo.utterance import joined

RATE = 8000
LOUD = np.full(RATE, 8000, dtype=np.int16)


def a_speech(text: str, samples: Pcm, *, bursts: bool = False) -> Speech:
    return Speech(joined([(text, Clip(samples, RATE))]), bursts=bursts)


def spoken_from(start: float, samples: Pcm, *, bursts: bool = False, until: float = 99.0) -> Speech:
    speech = a_speech("one two three four", samples, bursts=bursts)
    now = start
    while not speech.all_sent and now < until:
        speech.next_piece(now)
        now = max(now, speech.due())
    return speech


def test_frames_are_due_on_deadlines_whatever_was_late() -> None:
    speech = a_speech("hello", LOUD)
    speech.next_piece(5.0)
    assert speech.due() == pytest.approx(5.02)
    speech.next_piece(5.5)
    assert speech.due() == pytest.approx(5.04)


def test_the_last_sound_is_the_last_loud_sample() -> None:
    speech = spoken_from(5.0, np.concatenate([LOUD, frames.silence(0.3, RATE)]))
    assert speech.played_until == pytest.approx(6.3)
    assert speech.last_sound() == pytest.approx(6.0, abs=0.001)


def test_what_comes_after_the_stop_was_not_heard() -> None:
    speech = spoken_from(5.0, LOUD, until=5.5)
    speech.stop(5.49)
    assert speech.last_sound() == pytest.approx(5.49, abs=0.001)
    assert speech.played(9.0) == pytest.approx(0.49)


def test_a_burst_is_played_at_the_speed_of_speech() -> None:
    speech = spoken_from(5.0, LOUD, bursts=True)
    assert speech.sent == 1.0
    assert speech.last_sent == 5.0
    assert speech.played(5.4) == pytest.approx(0.4)
    assert speech.played(math.inf) == pytest.approx(1.0)
    speech.stop(5.4)
    assert speech.last_sound() == pytest.approx(5.4, abs=0.001)


def test_the_rest_is_what_was_not_played() -> None:
    speech = spoken_from(5.0, LOUD, bursts=True)
    speech.stop(5.5)
    rest = speech.rest(speech.played(9.0))
    assert rest.text == "three four"
    assert rest.seconds == pytest.approx(0.5)


@pytest.mark.parametrize("bursts", [True, False])
def test_each_word_is_sent_once_with_the_sound_that_begins_it(bursts: bool) -> None:
    speech = a_speech("one two three four five six seven", LOUD, bursts=bursts)
    sent: list[str] = []
    while not speech.all_sent:
        piece = speech.next_piece(5.0)
        sent += piece.words.split()
        assert speech.sent_words == speech.utterance.said(piece.until)
    assert " ".join(sent) == speech.text


def test_a_moment_of_the_speech_is_played_when_its_piece_is() -> None:
    speech = a_speech("hello", LOUD)
    speech.next_piece(5.0)
    speech.next_piece(5.5)  # the machine was busy: the line was silent in between
    assert speech.begins_at(0.01) == pytest.approx(5.01)
    assert speech.ends_at(0.02) == pytest.approx(5.02)
    assert speech.begins_at(0.02) == pytest.approx(5.5)
    assert speech.begins_at(0.04) is None
    assert speech.ends_at(0.04) == pytest.approx(5.52)

"""What of a reply was sent, and what of it was played at the other end."""

from __future__ import annotations

import numpy as np
import pytest

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.demo.mouth import Speech

RATE = 8000
LOUD = np.full(RATE, 8000, dtype=np.int16)


def spoken_from(start: float, samples: Pcm, *, bursts: bool = False, until: float = 99.0) -> Speech:
    speech = Speech("one two three four", Clip(samples, RATE), bursts=bursts)
    now = start
    while not speech.all_sent and now < until:
        speech.next_piece(now)
        now = max(now, speech.due())
    return speech


def test_frames_are_due_on_deadlines_whatever_was_late() -> None:
    speech = Speech("hello", Clip(LOUD, RATE), bursts=False)
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
    speech.stop(5.4)
    assert speech.last_sound() == pytest.approx(5.4, abs=0.001)


def test_the_rest_is_what_was_not_played() -> None:
    speech = spoken_from(5.0, LOUD, bursts=True)
    speech.stop(5.5)
    rest = speech.rest(5.5)
    assert rest.text == "three four"
    assert rest.clip.seconds == pytest.approx(0.5)


def test_words_come_with_the_sound() -> None:
    speech = Speech("one two three four", Clip(LOUD, RATE), bursts=False)
    assert [speech.words(at) for at in (0.0, 0.5, 1.0)] == ["", "one two", "one two three four"]

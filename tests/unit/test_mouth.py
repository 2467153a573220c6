"""The caller's mouth: 20 ms after 20 ms, speech or silence."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import RATE, noise, vowel
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.audio.frames import Clip, empty
from RobotVoice.call.mouth import Mouth, Utterance

FRAME = 160


def utterance(seconds: float, rate: int = RATE) -> Utterance:
    return Utterance("words", Clip(noise(seconds, rate=rate), rate))


def speak(mouth: Mouth, start: float, frames: int) -> None:
    for index in range(frames):
        assert len(mouth.next_frame(start + index * 0.02)) == FRAME


def test_silence_without_words() -> None:
    mouth = Mouth(RATE)
    speak(mouth, 0.0, 3)
    assert not mouth.track().any()
    assert len(mouth.track()) == 3 * FRAME
    assert len(Mouth(RATE).track()) == 0


def test_words_go_out_whole_and_are_timed() -> None:
    mouth, words = Mouth(RATE), utterance(0.07)
    speak(mouth, 0.0, 2)
    mouth.say(words)
    assert mouth.busy
    speak(mouth, 0.04, 6)
    assert not mouth.busy
    assert (words.start, words.end) == pytest.approx((0.04, 0.11))
    track = mouth.track()
    assert len(track) == 8 * FRAME
    assert (track[2 * FRAME : 2 * FRAME + 560] == words.clip.samples).all()
    assert not track[2 * FRAME + 560 :].any()


def test_words_of_whole_frames_end_with_their_last_one() -> None:
    mouth, words = Mouth(RATE), utterance(0.04)
    mouth.say(words)
    speak(mouth, 0.0, 2)
    assert not mouth.busy
    assert words.end == pytest.approx(0.04)


def test_the_start_is_when_the_frame_went_out_not_when_it_was_asked_for() -> None:
    mouth, words = Mouth(RATE), utterance(0.1)
    mouth.say(words)
    assert words.start is None
    mouth.next_frame(7.123)
    assert words.start == 7.123
    assert words.end is None


def test_words_at_another_rate_keep_their_length() -> None:
    mouth, words = Mouth(RATE), Utterance("words", Clip(vowel(0.5, 24000), 24000))
    mouth.say(words)
    speak(mouth, 0.0, 40)
    assert words.end == pytest.approx(0.5, abs=0.001)


def test_words_that_are_broken_off_end_where_they_were() -> None:
    mouth, first, second = Mouth(RATE), utterance(1.0), utterance(0.1)
    mouth.say(first)
    speak(mouth, 0.0, 5)
    mouth.say(second)
    speak(mouth, 0.1, 10)
    assert first.end == pytest.approx(0.1)
    assert (second.start, second.end) == pytest.approx((0.1, 0.2))
    assert (mouth.track()[5 * FRAME : 10 * FRAME] == second.clip.samples).all()


def test_words_that_were_replaced_before_they_began_were_never_said() -> None:
    mouth, first = Mouth(RATE), utterance(1.0)
    mouth.say(first)
    mouth.say(utterance(0.1))
    speak(mouth, 0.0, 10)
    assert (first.start, first.end) == (None, None)


def test_no_words_at_all_end_at_once() -> None:
    mouth, words = Mouth(RATE), Utterance("", Clip(empty(), RATE))
    mouth.say(words)
    speak(mouth, 0.0, 1)
    assert (words.start, words.end) == (0.0, 0.0)
    assert not mouth.busy


@given(st.lists(st.integers(1, 900), max_size=5))
def test_every_sample_is_sent_once_and_in_order(lengths: list[int]) -> None:
    mouth, said = Mouth(RATE), [Utterance("", Clip(noise(length / RATE), RATE)) for length in lengths]
    now = 0.0
    for words in said:
        mouth.say(words)
        while mouth.busy:
            mouth.next_frame(now)
            now += 0.02
    for words in said:
        assert words.start is not None
        start = round(words.start * RATE)
        assert (mouth.track()[start : start + len(words.clip.samples)] == words.clip.samples).all()
    assert len(mouth.track()) == round(now * RATE)
    assert np.count_nonzero(mouth.track()) == sum(np.count_nonzero(words.clip.samples) for words in said)

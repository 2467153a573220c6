"""The caller's mouth: 20 ms after 20 ms, speech or silence."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import RATE, noise, vowel
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.audio.frames import Clip, Pcm, empty
from RobotVoice.call.mouth import BROKE_OFF, Mouth, Utterance

FRAME = 160


def utterance(seconds: float, rate: int = RATE) -> Utterance:
    return Utterance("words", Clip(noise(seconds, rate=rate), rate))


def speak(mouth: Mouth, start: float, frames: int) -> Pcm:
    """What goes out in so many frames."""
    out = [mouth.next_frame(start + index * 0.02) for index in range(frames)]
    assert all(len(frame) == FRAME for frame in out)
    return np.concatenate(out)


def test_silence_without_words() -> None:
    mouth = Mouth(RATE)
    assert not speak(mouth, 0.0, 3).any()
    assert mouth.speaking is None


def test_words_go_out_whole_and_are_timed() -> None:
    mouth, words = Mouth(RATE), utterance(0.07)
    speak(mouth, 0.0, 2)
    mouth.say(words)
    assert mouth.busy
    assert mouth.speaking is words
    sent = speak(mouth, 0.04, 6)
    assert not mouth.busy
    assert (words.start, words.end) == pytest.approx((0.04, 0.11))
    assert (sent[:560] == words.clip.samples).all()
    assert not sent[560:].any()


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
    sent = speak(mouth, 0.1, 10)
    assert first.end == pytest.approx(0.1)
    assert (second.start, second.end) == pytest.approx((0.1, 0.2))
    assert (sent[: 5 * FRAME] == second.clip.samples).all()


def test_words_that_were_replaced_before_they_began_were_never_said() -> None:
    mouth, first = Mouth(RATE), utterance(1.0)
    mouth.say(first)
    mouth.say(utterance(0.1))
    speak(mouth, 0.0, 10)
    assert (first.start, first.end, first.broken_off) == (None, None, False)
    assert first.words == "words"


def test_who_breaks_off_is_silent_from_the_next_frame_on() -> None:
    mouth, words = Mouth(RATE), utterance(1.0)
    mouth.say(words)
    speak(mouth, 0.0, 5)
    mouth.break_off()
    assert not speak(mouth, 0.1, 5).any()
    assert (words.start, words.end) == pytest.approx((0.0, 0.1))
    assert words.broken_off
    assert not mouth.busy
    assert words.words == "(broke off)"


def test_who_is_silent_breaks_nothing_off() -> None:
    mouth, words = Mouth(RATE), utterance(0.1)
    mouth.say(words)
    speak(mouth, 0.0, 6)
    mouth.break_off()
    assert words.end == pytest.approx(0.1)
    assert not words.broken_off
    assert words.words == "words"


@pytest.mark.parametrize(
    ("text", "said", "words"),
    [
        ("Wait, I meant account support", 0.0, "(broke off)"),
        ("Wait, I meant account support", 0.3, "Wait, I (broke off)"),
        ("Wait, I meant account support", 0.43, "Wait, I (broke off)"),
        ("Wait, I meant account support", 0.45, "Wait, I meant (broke off)"),
        ("Wait, I meant account support", 0.98, "Wait, I meant account (broke off)"),
        ("I would like to [pause 1.2 s] pay", 0.95, "I would like to [pause 1.2 s] (broke off)"),
        ("[wait.wav]", 0.1, "[wait.wav] (broke off)"),
        ("", 0.5, "(broke off)"),
    ],
)
def test_only_the_words_that_were_said_are_told(text: str, said: float, words: str) -> None:
    line = Utterance(text, Clip(noise(2.0), RATE), 1.0, 1.0 + 2.0 * said, broken_off=True)
    assert line.words == words


@given(st.text(), st.floats(0.0, 1.0))
def test_nothing_is_told_that_does_not_stand_in_the_line(text: str, said: float) -> None:
    line = Utterance(text, Clip(noise(1.0), RATE), 0.0, said, broken_off=True)
    whole, told = " ".join(text.split()), line.words
    assert told.endswith(BROKE_OFF)
    assert whole.startswith(told.removesuffix(BROKE_OFF).strip()) or "[" in text


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
    frames = [empty()]
    for words in said:
        mouth.say(words)
        while mouth.busy:
            frames.append(mouth.next_frame(now))
            now += 0.02
    sent = np.concatenate(frames)
    for words in said:
        assert words.start is not None
        start = round(words.start * RATE)
        assert (sent[start : start + len(words.clip.samples)] == words.clip.samples).all()
    assert len(sent) == round(now * RATE)
    assert np.count_nonzero(sent) == sum(np.count_nonzero(words.clip.samples) for words in said)

"""Where the sentences and words of a reply are, on sentences of known length."""

from __future__ import annotations

import numpy as np
import pytest

from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.demo.script import all_replies
from RobotVoice.demo.utterance import BETWEEN_SENTENCES, Utterance, joined, sentences_of

RATE = 8000
LOUD = 8000


def loud(seconds: float) -> Clip:
    samples: Pcm = np.full(round(seconds * RATE), LOUD, dtype=np.int16)
    return Clip(samples, RATE)


def two_sentences() -> Utterance:
    """`one two` in the first second, `three four five` from 1.4 s to 2.9 s."""
    return joined([("one two", loud(1.0)), ("three four five", loud(1.5))])


def test_sentences_are_where_their_sound_is() -> None:
    reply = two_sentences()
    for sentence in reply.sentences:
        first, end = round(sentence.begins * RATE), round(sentence.ends * RATE)
        assert np.all(reply.clip.samples[first:end] == LOUD)
        assert not reply.clip.samples[end : end + 1].any()
    assert np.count_nonzero(reply.clip.samples) == 2.5 * RATE
    assert reply.clip.seconds == 2.5 + BETWEEN_SENTENCES
    assert [sentence.index for sentence in reply.sentences] == [0, 1]


def test_words_are_spread_evenly_over_their_sentence() -> None:
    assert [(word.text, round(word.begins, 6)) for word in two_sentences().words] == [
        ("one", 0.0),
        ("two", 0.5),
        ("three", 1.4),
        ("four", 1.9),
        ("five", 2.4),
    ]


@pytest.mark.parametrize(
    ("seconds", "said", "left", "sentence"),
    [
        (0.0, "", "one two three four five", 0),
        (0.5, "one", "two three four five", 0),
        (0.7, "one two", "three four five", 0),
        (1.2, "one two", "three four five", 1),
        (2.0, "one two three four", "five", 1),
        (2.9, "one two three four five", "", None),
    ],
)
def test_what_is_said_and_what_is_left_is_the_whole(seconds: float, said: str, left: str, sentence: int | None) -> None:
    reply = two_sentences()
    assert reply.said(seconds) == said
    rest = reply.after(seconds)
    assert rest.text == left
    assert rest.clip.seconds == pytest.approx(2.9 - seconds)
    at, first = reply.sentence_at(seconds), rest.sentence_at(0.0)
    assert (at and at.index) == (first and first.index) == sentence


def test_the_places_in_the_rest_are_those_of_its_own_sound() -> None:
    rest = two_sentences().after(0.7).after(0.5)
    (sentence,) = rest.sentences
    assert sentence.index == 1
    assert np.flatnonzero(rest.clip.samples)[0] == round(sentence.begins * RATE)
    assert sentence.ends == pytest.approx(rest.clip.seconds)
    assert [word.begins for word in rest.words] == pytest.approx([0.2, 0.7, 1.2])


def test_every_reply_is_put_together_from_its_sentences() -> None:
    for text in all_replies():
        assert " ".join(sentences_of(text)) == text
        assert all(sentence[-1] in ".?!" for sentence in sentences_of(text))
    assert sentences_of("Is it 4.50 dollars? Yes! Good") == ["Is it 4.50 dollars?", "Yes!", "Good"]

"""A reply as sound whose sentences have known places, to the sample. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip

BETWEEN_SENTENCES = 0.4
"""Seconds of silence, as a person on the phone makes them."""


@dataclass(frozen=True)
class Word:
    """begins: the place in its reply, in seconds; not heard, but spread (see `joined`)."""

    text: str
    begins: float


@dataclass(frozen=True)
class Sentence:
    """One sentence of a reply, or what is left of it.

    index: which of the whole reply's, from 0. begins, ends: of its sound, in seconds of the reply.
    """

    index: int
    words: tuple[Word, ...]
    begins: float
    ends: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def after(self, seconds: float) -> Sentence:
        """What is left of it when the reply begins `seconds` later: the words that have not begun by then."""
        return replace(
            self,
            words=tuple(replace(word, begins=word.begins - seconds) for word in self.words if word.begins >= seconds),
            begins=max(0.0, self.begins - seconds),
            ends=self.ends - seconds,
        )


@dataclass(frozen=True, eq=False)
class Utterance:
    """A reply, or what is left of one."""

    clip: Clip
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for sentence in self.sentences for word in sentence.words)

    def said(self, seconds: float) -> str:
        """The words that begin in the first `seconds` of it."""
        return " ".join(word.text for word in self.words if word.begins < seconds)

    def sentence_at(self, seconds: float) -> Sentence | None:
        """The sentence that is being said at `seconds`, or else the next one; None after the last."""
        return next((sentence for sentence in self.sentences if sentence.ends > seconds), None)

    def after(self, seconds: float) -> Utterance:
        """What is left of it after its first `seconds`."""
        samples = self.clip.samples[round(seconds * self.clip.rate) :]
        left = (sentence.after(seconds) for sentence in self.sentences if sentence.ends > seconds)
        return Utterance(Clip(samples, self.clip.rate), tuple(left))


def sentences_of(text: str) -> list[str]:
    """`text` at its full stops, question marks and exclamation marks."""
    return re.split(r"(?<=[.?!])\s+", text.strip())


def joined(spoken: Iterable[tuple[str, Clip]]) -> Utterance:
    """Sentences and their sound, one after the other with BETWEEN_SENTENCES in between.

    The voice does not tell when it says a word: the words of a sentence are spread evenly over its sound.
    """
    parts, sentences, position, rate = [frames.empty()], [], 0, 0
    for index, (text, clip) in enumerate(spoken):
        rate = clip.rate
        if index:
            pause = frames.silence(BETWEEN_SENTENCES, rate)
            parts.append(pause)
            position += len(pause)
        sentences.append(_placed(index, text, position / rate, clip.seconds))
        parts.append(clip.samples)
        position += len(clip.samples)
    return Utterance(Clip(np.concatenate(parts), rate), tuple(sentences))


def _placed(index: int, text: str, begins: float, seconds: float) -> Sentence:
    words = text.split()
    spread = tuple(Word(word, begins + seconds * place / len(words)) for place, word in enumerate(words))
    return Sentence(index, spread, begins, begins + seconds)

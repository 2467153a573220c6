"""What the caller hears of a reply, sentence by sentence, for the truth. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from RobotVoice.demo.mouth import Speech
from RobotVoice.demo.utterance import Sentence

Fact = tuple[str, dict[str, Any]]
"""The name of an event and its fields."""


class Progress:
    """Tells each fact once, and only when it has come true: what was sent in a burst may never be played.

    `sentence_started` and `sentence_ended` have index, text and `at`, the moment at which it is played. What was cut
    short has ended, too: with whole=False, and with the text that was begun. words: each with the moment at which it
    begins; the voice does not tell that, so the words of a sentence are spread evenly over its sound.
    """

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._next = 0
        self._begun = False

    def until(self, now: float) -> Iterator[Fact]:
        """What has been played by `now`."""
        for sentence in self._speech.utterance.sentences[self._next :]:
            if not self._begun:
                begin = self._speech.begins_at(sentence.begins)
                if begin is None or begin > now:
                    return
                self._begun = True
                yield "sentence_started", {"at": begin, "index": sentence.index, "text": sentence.text}
            end = self._speech.ends_at(sentence.ends)
            if end is None or end > now:
                return
            self._begun = False
            self._next += 1
            yield "sentence_ended", self._ended(sentence, end, whole=True)

    def cut(self, now: float) -> Iterator[Fact]:
        """What has been played by `now`, when nothing more will be."""
        yield from self.until(now)
        if self._begun:
            self._begun = False
            yield "sentence_ended", self._ended(self._speech.utterance.sentences[self._next], now, whole=False)

    def _ended(self, sentence: Sentence, end: float, *, whole: bool) -> dict[str, Any]:
        begun = [(word.text, self._speech.begins_at(word.begins)) for word in sentence.words]
        words = [(text, at) for text, at in begun if at is not None and at < end]
        text = " ".join(text for text, _ in words)
        return {"at": end, "index": sentence.index, "text": text, "whole": whole, "words": words}

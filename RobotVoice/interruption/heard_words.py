"""Triggers that go by the agent's words, as far as they have been heard. Pure.

A transcript may come long before its sound, or after it, and tells no times. So a word counts as heard when all audio
of its reply that had come before it has been played, and not before all letters so far could be said at `FASTEST`.
Words that only the final transcript has count from when that came, by the same rule.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from RobotVoice.call.turns import Reply
from RobotVoice.evidence.sentences import allowance, quoted
from RobotVoice.interruption.triggers import Fire, Seen, TooLate, Trigger, Words, from_next_word

FASTEST: Final = 20.0
"""Letters and digits a second, a bound of ours: some 280 words a minute at 4.3 letters each. Above 260 words a minute
conversation counts as faster than normal (Tauroza & Allison, "Speech rates in British English", Applied Linguistics 11,
1990)."""
MOST_WORDS_A_LETTER: Final = 3
"""Of a phrase: "3000" may be said as "three thousand", "p.m." as "p m"."""


@dataclass(frozen=True)
class HeardWord:
    """A word of the agent, and when (s) it counts as heard."""

    text: str
    at: float


def words_of(reply: Reply, pieces: Iterable[Words]) -> list[HeardWord]:
    """The words of a reply, in order, those included that are not heard yet; marks without a letter are no words."""
    found: list[HeardWord] = []
    letters = 0
    for text, at in _as_they_came(pieces):
        new = sum(map(str.isalnum, text))
        letters += new
        if new:
            found.append(HeardWord(text, max(at, reply.onset + letters / FASTEST)))
    return found


def _as_they_came(pieces: Iterable[Words]) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    final: list[str] = []
    goes_on = False
    for piece in pieces:
        words = piece.text.split()
        if piece.final:
            final += words
            words = final[len(found) :]
        elif goes_on and words and not piece.text[0].isspace():
            found[-1] = found[-1][0] + words.pop(0), piece.at
        found += [(word, piece.at) for word in words]
        goes_on = bool(found) and not piece.final and not piece.text[-1:].isspace()
    return found


@dataclass(frozen=True)
class _ByWords(Trigger, ABC):
    """At a moment that the heard words tell, or `after` seconds from there; in a pause it waits for the next word.

    In a reply that was going on when the caller spoke last, only words count that were heard since.
    """

    needs: ClassVar[str] = "streaming_transcripts"

    def look(self, seen: Seen) -> Fire | TooLate | None:
        reply = seen.reply
        if reply is None:
            return None
        heard = _heard(reply, seen)
        moment = self._moment(heard)
        if reply.finished:
            return TooLate(self._ended(heard)) if moment is None else self.ended(reply, reply.end - moment, seen.now)
        if moment is None or not reply.audible or seen.now < moment + self.after:
            return None
        return Fire(reply.onset, from_next_word(reply, moment + self.after))

    def not_met(self, seen: Seen, timeout: float) -> str:
        heard = _heard(seen.reply, seen) if seen.reply else []
        if not seen.reply or self._moment(heard) is not None:
            return super().not_met(seen, timeout)
        return self._waited(heard, timeout)

    @abstractmethod
    def _moment(self, heard: Sequence[HeardWord]) -> float | None: ...

    @abstractmethod
    def _ended(self, heard: Sequence[HeardWord]) -> str:
        """Why it is not met by a reply of which no more than `heard` was said."""

    @abstractmethod
    def _waited(self, heard: Sequence[HeardWord], timeout: float) -> str:
        """Why it was not met in the time that was given for it."""


def _heard(reply: Reply, seen: Seen) -> list[HeardWord]:
    return [word for word in words_of(reply, seen.words(reply)) if seen.since <= word.at <= seen.now]


@dataclass(frozen=True, kw_only=True)
class AfterWords(_ByWords):
    """When `count` words of the reply have been heard."""

    count: int

    def __str__(self) -> str:
        return self._after(f"{_words(self.count)} of the agent's reply")

    def _moment(self, heard: Sequence[HeardWord]) -> float | None:
        return heard[self.count - 1].at if len(heard) >= self.count else None

    def _ended(self, heard: Sequence[HeardWord]) -> str:
        ended = f"the agent's reply ended after {_words(len(heard))}"
        return f"{ended}, before the {_words(self.count)} of after_words= were heard"

    def _waited(self, heard: Sequence[HeardWord], timeout: float) -> str:
        few = f"the agent had said {_words(len(heard))} within {allowance(timeout)}"
        return f"{few}, fewer than the {self.count} of after_words="


@dataclass(frozen=True, kw_only=True)
class AfterPhrase(_ByWords):
    """When `phrase` has been heard, to its last word.

    is_in: whether a text holds it; a text is asked for again and again.
    """

    phrase: str
    is_in: Callable[[str], bool] = field(repr=False, compare=False)

    def __str__(self) -> str:
        return self._after(f"the agent said {quoted(self.phrase)}")

    def _moment(self, heard: Sequence[HeardWord]) -> float | None:
        texts = [word.text for word in heard]
        longest = MOST_WORDS_A_LETTER * len(self.phrase)  # no phrase is spread over more words
        return next(
            (word.at for end, word in enumerate(heard, 1) if self.is_in(" ".join(texts[max(0, end - longest) : end]))),
            None,
        )

    def _ended(self, heard: Sequence[HeardWord]) -> str:
        return f"the agent never said {quoted(self.phrase)}: its reply ended after {_words(len(heard))}"

    def _waited(self, heard: Sequence[HeardWord], timeout: float) -> str:
        return f"the agent never said {quoted(self.phrase)} within {allowance(timeout)}"


def _words(count: int) -> str:
    return "1 word" if count == 1 else f"{count} words"

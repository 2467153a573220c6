"""Which trigger the options of a test mean. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Final

from RobotVoice.durations import Duration
from RobotVoice.errors import InvalidArgument
from RobotVoice.interruption.ending import BeforeEnd
from RobotVoice.interruption.heard_words import AfterPhrase, AfterWords
from RobotVoice.interruption.silent_moments import InAPause, WhileThinking, WhileToolRuns
from RobotVoice.interruption.triggers import Trigger

NOT_GIVEN: Final = Duration(0)
"""This very object, and no other of 0 s: Robot Framework would not tell why it refuses a length of time or None."""


class When(Enum):
    """The moment at which the caller barges in.

    Speaking: the agent's first audible speech. Gap: a pause in its reply. Tool: the agent has called a tool and is
    silent. Thinking: the caller has said their last word, and the agent not its first.
    """

    SPEAKING = Trigger
    GAP = InAPause
    TOOL = WhileToolRuns
    THINKING = WhileThinking


def trigger(
    when: When,
    after: Duration,
    timeout: Duration,
    after_words: int | None,
    after_phrase: str | None,
    before_end: Duration,
    mentions: Callable[[str, str], bool],
) -> Trigger:
    """The trigger that these options of `Interrupt With` mean.

    mentions: whether a text holds a phrase. Raises InvalidArgument for options that exclude each other or mean nothing.
    """
    _require_one_moment(when, after_words, after_phrase, before_end)
    if not timeout.seconds:
        raise InvalidArgument("The argument timeout is 0 s; it has to be longer, such as 15 s.")
    wait = timeout.seconds
    if after_words is not None:
        if after_words < 1:
            raise InvalidArgument(f"The argument after_words is {after_words}; it has to be 1 or more.")
        return AfterWords(after.seconds, wait, count=after_words)
    if after_phrase is not None:
        mentions("", after_phrase)  # refuses a phrase without words
        return AfterPhrase(after.seconds, wait, phrase=after_phrase, is_in=_asked_again(mentions, after_phrase))
    if before_end is not NOT_GIVEN:
        return _before_end(before_end, after, wait)
    chosen: type[Trigger] = when.value
    return chosen(after.seconds, wait)


def _before_end(before_end: Duration, after: Duration, timeout: float) -> BeforeEnd:
    if not before_end.seconds:
        raise InvalidArgument("The argument before_end is 0 s; who waits for the end interrupts nothing.")
    if after.seconds:
        raise InvalidArgument(
            "The arguments after and before_end exclude each other: before_end alone says how long before the end of "
            "the reply the caller barges in."
        )
    return BeforeEnd(0.0, timeout, rest=before_end.seconds)


def _require_one_moment(when: When, after_words: int | None, after_phrase: str | None, before_end: Duration) -> None:
    given = {
        f"when={when.name.lower()}": when is not When.SPEAKING,
        "after_words": after_words is not None,
        "after_phrase": after_phrase is not None,
        "before_end": before_end is not NOT_GIVEN,
    }
    names = [name for name, is_given in given.items() if is_given]
    if len(names) > 1:
        raise InvalidArgument(
            f"The arguments {', '.join(names[:-1])} and {names[-1]} exclude each other: each names a moment of its own "
            "for the interruption. Give one of them."
        )


def _asked_again(mentions: Callable[[str, str], bool], phrase: str) -> Callable[[str], bool]:
    """Fifty times a second the same texts are asked about."""
    return lru_cache(maxsize=1024)(lambda text: mentions(text, phrase))

"""Where in its own words an agent broke off, and where it went on: what it said again, and what it left out. Pure.

Ears mishear, most of all a word that was cut in two. So places are found by several words in a row, and a difference
of a word or two tells nothing. Measured with the demo agent's voice, whisper's tiny.en and 110 replies cut anywhere:
where the agent went on at the very word, the ears put it 1 word off in 24 %, 2 or 3 words too far back in 3 %, and
never 2 words too far ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from RobotVoice.words.memory import MAY_BE_REPEATED, REPEATED
from RobotVoice.words.phrases import same_word, words

KNOWN: Final = MAY_BE_REPEATED
"""Words in a row by which a place in a text is known."""
MISHEARD: Final = 3
"""Words next to a break that may be anything, since they were cut in two or not understood."""
SLIP: Final = 1
"""Words by which the ears may be wrong about a place without anything having happened."""
TELLING: Final = 3
"""Words left out, or said again up to where the agent broke off, from which on it is no slip of the ears."""

_STOPS = tuple(".!?")


@dataclass(frozen=True)
class Wording:
    """What the words before and after a break tell.

    of_the_reply: whether those after it belong to the reply. again: those of them that had been heard already.
    left_out: those between that were never heard. Each is None if it can't be told.
    """

    of_the_reply: bool | None
    again: tuple[str, ...] | None
    left_out: tuple[str, ...] | None


NOTHING_TOLD: Final = Wording(None, None, None)


def compare(before: str, after: str, own: str | None) -> Wording:
    """`before` and `after` are what ears understood on either side of a break; `own` is what the agent was going to
    say, where it tells.
    """
    first, second = words(before), words(after)
    if len(second) < TELLING or len(first) < (TELLING if own is None else 1):
        return NOTHING_TOLD
    again = _said_again(first, second)
    if own is None:
        return Wording(True if again else None, again, None)
    return _placed(first, second, again, words(own))


def is_within_a_sentence(text: str, following: str) -> bool:
    """Whether two texts of the agent's own are parts of one sentence: no reply begins with a small letter."""
    return text.rstrip()[-1:] not in _STOPS and following.lstrip()[:1].islower()


def _placed(first: list[str], second: list[str], again: tuple[str, ...], own: list[str]) -> Wording:
    broke_off = _end(own, _spelt_as(own, first))
    went_on = None if broke_off is None else _place(own, _spelt_as(own, second), broke_off)
    if broke_off is None or went_on is None:
        left = 0 if broke_off is None else len(own) - broke_off  # some agents tell their words only as they say them
        is_strange = min(left, len(second)) >= KNOWN + MISHEARD
        return Wording(True if again else False if is_strange else None, again or None, None)
    behind = again or _told(own[went_on:broke_off], REPEATED)
    return Wording(True, behind, _told(own[broke_off:went_on], TELLING))


def _told(some: Sequence[str], telling: int) -> tuple[str, ...] | None:
    """These words if they are enough, none of them if they are a slip, None if it may be either."""
    return tuple(some) if len(some) >= telling else () if len(some) <= SLIP else None


def _said_again(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """The words at the end of `before` with which `after` begins."""
    for misheard in range(MISHEARD):
        for at in range(len(before) - TELLING + 1):
            run = _run(before[at:], after[misheard:])
            if run >= TELLING and at + run >= len(before) - MISHEARD + 1:
                return tuple(before[at:])
    return ()


def _end(text: Sequence[str], said: Sequence[str]) -> int | None:
    """After which word of `text` those that were `said` end."""
    place = _place(text[::-1], said[::-1], 0)
    return None if place is None else len(text) - place


def _place(text: Sequence[str], said: Sequence[str], near: int) -> int | None:
    """With which word of `text` those `said` begin: where the most agree in a row; of equals, nearest to `near`."""
    for misheard in range(min(MISHEARD, max(0, len(said) - KNOWN)) + 1):
        found = [(_run(text[at:], said[misheard:]), at - misheard) for at in range(len(text))]
        longest = max((run for run, _ in found), default=0)
        if longest >= min(KNOWN, len(said)):
            return min((max(0, at) for run, at in found if run == longest), key=lambda at: abs(at - near))
    return None


def _run(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, pair in pairs if not same_word(*pair)), min(len(one), len(other)))


def _spelt_as(text: Sequence[str], said: Sequence[str]) -> list[str]:
    """`said` with "voicemail" in two words where `text` has "voice mail"."""
    in_two = {one + other: (one, other) for one, other in pairwise(text)}
    return [part for word in said for part in (in_two.get(word, (word,)) if word not in text else (word,))]

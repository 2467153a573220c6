"""Two texts of one reply against each other: what was heard twice, and what the agent only believes it said. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from RobotVoice.words.phrases import same_word, words

REPEATED = 6
"""Words in a row that nobody says twice by chance."""
MAY_BE_REPEATED = 4
"""Words in a row from which on it may be no chance."""
MOST_FILLERS = 4
"""Words such as "as I was saying"."""
CUT_BY = 2
"""Words by which the place of a cut may differ: the one that was cut in two, and one that was not understood."""


def longest_run(one: str, other: str) -> list[str]:
    """The longest row of words that both texts have."""
    first, second = words(one), words(other)
    best: list[str] = []
    lengths = [0] * (len(second) + 1)
    for word in first:
        row = [0]
        for index, said in enumerate(second):
            row.append(lengths[index] + 1 if same_word(word, said) else 0)
            if row[-1] > len(best):
                best = second[index + 1 - row[-1] : index + 1]
        lengths = row
    return best


def goes_on(old: str, heard: str, reply: str) -> bool | None:
    """Whether `reply` goes on with the `old` reply, of which no more was `heard`; None if that can't be told.

    heard: "" if nothing of it was understood.

    It goes on from about where it was broken off, or from further ahead; after a few words of another kind ("As I was
    saying, ...") only from where it was broken off. Said again from its first word, it goes on once more than what was
    heard comes: what merely begins alike is a manner of speaking ("Let me tell you about your ...").
    """
    text, known, said = words(old), words(heard), words(reply)
    if not said or (not known and _run(text, said) >= MAY_BE_REPEATED):
        return None
    reached = min(_length_of_match(text, known), len(known))
    places = range(max(1, reached - CUT_BY), len(text))
    if _run(text, said) >= reached + REPEATED or any(_is_the_same(text[place:], said) for place in places):
        return True
    near = places[: 2 * CUT_BY + 1]
    fillers = range(1, min(MOST_FILLERS, len(said) - REPEATED) + 1)
    if any(_run(text[place:], said[skipped:]) >= REPEATED for place in near for skipped in fillers):
        return True
    return None if any(_run(text[place:], said) == len(said) for place in places) else False


def _is_the_same(text: Sequence[str], said: Sequence[str]) -> bool:
    run = _run(text, said)
    return run >= REPEATED or MAY_BE_REPEATED <= run == min(len(text), len(said))


def _run(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    differ = (index for index, (word, said) in enumerate(zip(one, other, strict=False)) if not same_word(word, said))
    return next(differ, min(len(one), len(other)))


def never_heard(believed: str, heard: str) -> list[str]:
    """The words at the end of `believed` that come after all that was `heard` of it."""
    held, known = words(believed), words(heard)
    return held[_length_of_match(held, known) :]


def _length_of_match(text: Sequence[str], beginning: Sequence[str]) -> int:
    """How many words of `text` are the best match of `beginning`; of equals, those nearest to its length."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - most suites ask for no memory

    ends = range(len(text) + 1)
    return min(ends, key=lambda end: (Levenshtein.distance(text[:end], beginning), abs(end - len(beginning))))

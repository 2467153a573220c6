"""Two texts of one reply against each other: what was heard twice, and what the agent only believes it said. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from RobotVoice.words.phrases import same_word, words

REPEATED = 6
"""Words in a row that nobody says twice by chance."""
MAY_BE_REPEATED = 4
"""Words in a row from which on it may be no chance."""
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


def goes_on(old: str, heard: str, reply: str) -> bool:
    """Whether `reply` begins with words of the `old` reply from where, of that, no more was `heard`.

    What begins further ahead in both is a manner of speaking ("Let me tell you about your ..."), and no old reply.
    """
    text, known = words(old), words(heard)
    beginning = words(reply)[:REPEATED]
    if len(beginning) < MAY_BE_REPEATED or len(known) <= CUT_BY:
        return False
    first = min(_length_of_match(text, known), len(known)) - CUT_BY
    places = range(max(1, first), len(text) - len(beginning) + 1)
    return any(text[place : place + len(beginning)] == beginning for place in places)


def never_heard(believed: str, heard: str) -> list[str]:
    """The words at the end of `believed` that come after all that was `heard` of it."""
    held, known = words(believed), words(heard)
    return held[_length_of_match(held, known) :]


def _length_of_match(text: Sequence[str], beginning: Sequence[str]) -> int:
    """How many words of `text` are the best match of `beginning`; of equals, those nearest to its length."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - most suites ask for no memory

    ends = range(len(text) + 1)
    return min(ends, key=lambda end: (Levenshtein.distance(text[:end], beginning), abs(end - len(beginning))))

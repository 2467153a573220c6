"""Is a phrase in what was said? Whole words, whatever their case, punctuation or spacing. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from RobotVoice.errors import InvalidArgument
from RobotVoice.words.contractions import denied_in_one_word, in_full
from RobotVoice.words.denials import Clause, denied_after, denied_before, is_negation
from RobotVoice.words.numbers import MINUS, POINT, as_written, coarsely, in_digits, is_number, may_go_on

SHORTEST_TOLERATED = 8
"""Letters. A phrase has to have so many for each letter that may be misheard: "willing" is not "billing"."""
SHORTEST_MISHEARD = 5
"""Letters. Shorter words differ from too many others by one letter."""
MAY_BE_DENIED = (
    'a "not" or a "minus" before them may deny them, or what comes after them takes them back, or a number beside them '
    "makes another one of theirs, or they were not heard to the letter"
)
"""Why `is_said` can't tell, of words."""
SHORTEST_ROW = 3
"""Digits. Spoken one by one, fewer may be two numbers as well."""
_SHORT_WORDS = "a ab an anti as at be by de dis do go he i in im is it me mis my no non of on or re so to un up us we"
_PREFIXES = frozenset(_SHORT_WORDS.split())
"""Before a word they may be words of their own: "in active use" is not "inactive"."""
_CLAUSE_END = re.compile(r"(?<=[^\d\s] )-(?= )|[.,;:!?\u2013\u2014]+(?=\s|$)|[;!?()\[\]]|\bbut\b|\n")
_ROW = re.compile(r"\b(?:\w+, ){2,}\w+\b")
"""Perhaps the digits of a number, spoken one by one."""
_APOSTROPHES = str.maketrans(dict.fromkeys("\u00b4`\u02bc\u2018\u2019\u2032", "'"))
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

_LATIN_ACCENTS = range(0x300, 0x370)
_WRITTEN_WITHOUT_SPACES = (
    range(0x0E00, 0x0F00),  # Thai, Lao
    range(0x1000, 0x10A0),  # Burmese
    range(0x1780, 0x1800),  # Khmer
    range(0x3040, 0x3100),  # Japanese
    range(0x3400, 0xA000),  # Chinese characters
)


@dataclass(frozen=True)
class Mention:
    """Where a phrase was found: the words as they were heard, and whether a "not" before them may deny them.

    taken_back: by what comes after them. unsure: other words or another number may have been meant: of a misheard
    letter, of "in active" for "inactive", of "minus" and of numbers beside it.
    """

    heard: str
    denied: bool
    taken_back: bool
    unsure: bool

    @property
    def uttered(self) -> bool:
        """Whether the phrase is said there, be it taken back or not."""
        return not (self.denied or self.unsure)

    @property
    def sure(self) -> bool:
        """Whether the phrase is said there, and holds."""
        return self.uttered and not self.taken_back


def mentions(text: str, phrase: str) -> bool:
    """Whether all words of `phrase` stand in `text`, one after the other."""
    return bool(find(text, phrase))


def is_said(text: str, phrase: str, misheard: bool = False, even_if_taken_back: bool = False) -> bool | None:
    """Whether `text` says what `phrase` does: the one rule of all checks. The others are the arguments of `find`.

    even_if_taken_back: what comes after it doesn't matter, as it should not be said at all.

    None if it can't be told: its words are there, and wherever they are they may be denied, or something else may be
    meant; or what is there may be another way to speak its numbers.
    """
    found = find(text, phrase, misheard)
    if any(mention.sure or (even_if_taken_back and mention.uttered) for mention in found):
        return True
    return None if found or _may_be_the_number(text, phrase) else False


def find(text: str, phrase: str, misheard: bool = False) -> list[Mention]:
    """Every place of `text` that has all words of `phrase`, one after the other, spoken or written in any way.

    misheard: `text` was written down by speech recognition, which may have got a letter of a long word wrong.
    Raises InvalidArgument for a phrase without words.
    """
    wanted = words(phrase)
    if not wanted:
        raise InvalidArgument(f"The phrase '{phrase}' holds no word that could be looked for.")
    said = _clauses(text)
    flat = [word for clause in said for word in clause.words]
    clauses = [number for number, clause in enumerate(said) for _ in clause.words]
    return [
        _mention(said, wanted, start, end)
        for start in range(len(flat))
        for end in range(start + 1, min(len(flat), start + len("".join(wanted))) + 1)
        if _same(flat[start:end], wanted, clauses[start:end], misheard)
    ]


def words(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, numbers in digits, without punctuation or accents.

    Where words are written without spaces, every character counts as one.
    """
    return [word for clause in _clauses(text) for word in clause.words]


def holds(said: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the words `wanted` stand in `said`, one after the other."""
    return any(said[index : index + len(wanted)] == wanted for index in range(len(said) - len(wanted) + 1))


def as_said(text: str, wanted: Sequence[str]) -> str:
    """The shortest piece of `text` that holds these `words`, as it stands there: to be quoted."""
    said = text.split()
    while len(said) > 1 and holds(words(" ".join(said[1:])), wanted):
        del said[0]
    while len(said) > 1 and holds(words(" ".join(said[:-1])), wanted):
        del said[-1]
    return " ".join(said)


def same_word(one: str, other: str, misheard: bool = True) -> bool:
    """Whether two words are one; with `misheard`, also if one letter of a long one is wrong."""
    return one == other or (misheard and _slip(one, other) == 1 and min(len(one), len(other)) >= SHORTEST_TOLERATED)


def sentence_with(text: str, phrase: str, misheard: bool = False) -> str:
    """The sentence of `text` that has `phrase`; the whole text if no single one has."""
    sentences = _SENTENCE_END.split(text.strip())
    return next((one for one in sentences if find(one, phrase, misheard)), text.strip())


def _mention(clauses: Sequence[Clause], wanted: Sequence[str], start: int, end: int) -> Mention:
    """Of the words from `start` to `end`, which are those that are wanted, or a slip away."""
    flat = [word for clause in clauses for word in clause.words]
    said = flat[start:end]
    slipped = "".join(said) != "".join(wanted)
    negative = start > 0 and flat[start - 1] == MINUS and is_number(flat[start])
    unsure = slipped or negative or _may_be_two_words(said, wanted) or _may_be_another_number(clauses, start, end)
    return Mention(" ".join(said), denied_before(clauses, start), denied_after(clauses, end), unsure)


def _may_be_two_words(said: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a prefix that is a word of its own was taken for a part of one, here or there."""
    sides = ((said, wanted), (wanted, said))
    return any(
        one[at - 1] in _PREFIXES and len(one[at]) > 1 and one[at].isalpha()
        for one, other in sides
        for at in _joined(one, other)
    )


def _may_be_another_number(clauses: Sequence[Clause], start: int, end: int) -> bool:
    """Whether numbers stand beside the words, before the next punctuation mark."""
    first = last = 0
    for clause in clauses:
        last = first + len(clause.words)
        if first <= start < last or first < end <= last:
            inside = max(start - first, 0), min(end, last) - first
            if may_go_on(clause.words, *inside):
                return True
        first = last
    return False


def _may_be_the_number(text: str, phrase: str) -> bool:
    """Whether what was said is one of the ways to speak the numbers of `phrase`."""
    if not any(map(is_number, words(phrase))):
        return False
    wanted = coarsely(words(phrase))
    rows = (coarsely(clause.words) for clause in [*_clauses(text), *_clauses(_ROW.sub(_without_commas, text))])
    return any(holds(row, wanted) for row in rows)


def _without_commas(found: re.Match[str]) -> str:
    return found[0].replace(",", " ")


def _same(said: Sequence[str], wanted: Sequence[str], clauses: Sequence[int], misheard: bool) -> bool:
    """clauses: the number of the one that each word of what was `said` stands in."""
    if "".join(said) == "".join(wanted):
        return list(said) == list(wanted) or _may_be_joined(said, wanted, clauses)
    if not misheard or len(said) != len(wanted):
        return False
    slips = [_slip(one, other) for one, other in zip(said, wanted, strict=True)]
    return sum(slips) <= len("".join(wanted)) // SHORTEST_TOLERATED and max(slips) <= 1


def _may_be_joined(said: Sequence[str], wanted: Sequence[str], clauses: Sequence[int]) -> bool:
    """Of the same letters: "voice mail" is "voicemail", but "plan three, five dollars" is not "plan 35 dollars".

    Numbers only where they are digits spoken one by one, written in groups as telephone numbers are, or two pairs of
    digits as years are spoken.
    """
    if any(clauses[at - 1] != clauses[at] for at in _joined(said, wanted)):
        return False
    numbers = [*_joined_numbers(said, wanted), *_joined_numbers(wanted, said)]
    lengths = [len(number) if number.isdigit() else 0 for number in numbers]
    one_by_one = all(length == 1 for length in lengths) and len(lengths) >= SHORTEST_ROW
    return one_by_one or lengths == [2, 2] or all(length >= SHORTEST_ROW for length in lengths)


def _joined_numbers(words: Sequence[str], other: Sequence[str]) -> list[str]:
    """Those of `words` that become one with a number beside them."""
    seams = [at for at in _joined(words, other) if words[at - 1][-1].isdigit() and words[at][0].isdigit()]
    return [words[index] for index in sorted({index for at in seams for index in (at - 1, at)})]


def _joined(words: Sequence[str], other: Sequence[str]) -> Iterator[int]:
    """The places in `words` at which one ends, but none does in `other`, which has the same letters."""
    ends = set(accumulate(map(len, other)))
    return (at for at, end in enumerate(accumulate(map(len, words)), 1) if end not in ends)


def _slip(said: str, wanted: str) -> int:
    """How many letters were misheard; more than anybody tolerates where no letter may be."""
    if said == wanted:
        return 0
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - most suites judge no phrases

    exact = any(is_number(word) or is_negation(word) or len(word) < SHORTEST_MISHEARD for word in (said, wanted))
    return 100 if exact or said[0] != wanted[0] else OSA.distance(said, wanted)


def _clauses(text: str) -> list[Clause]:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_APOSTROPHES))
    bare = "".join(character for character in plain if ord(character) not in _LATIN_ACCENTS)
    written = as_written(in_full(unicodedata.normalize("NFC", bare)))
    marks = list(_CLAUSE_END.finditer(written))
    edges = [0, *(mark.end() if mark[0] != "but" else mark.start() for mark in marks), len(written)]
    goes_on = [False, *(mark[0] in {",", "-"} for mark in marks)]
    parts = (written[start:end] for start, end in pairwise(edges))
    return [Clause(in_digits(denied_in_one_word(_split(part))), on) for part, on in zip(parts, goes_on, strict=True)]


def _split(text: str) -> list[str]:
    spaced = "".join(map(_spaced, text))
    return [word for word in (part.strip("'") for part in spaced.split()) if word.strip(POINT)]


def _spaced(character: str) -> str:
    if character == POINT:
        return character
    # of other scripts than Latin, marks are part of the letter: without them other words would do as well
    if character != "'" and unicodedata.category(character)[0] not in "LMN":
        return " "
    return f" {character} " if any(ord(character) in script for script in _WRITTEN_WITHOUT_SPACES) else character

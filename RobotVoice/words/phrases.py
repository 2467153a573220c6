"""Is a phrase in what was said? Whole words, whatever their case, punctuation or spacing. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from RobotVoice.errors import InvalidArgument
from RobotVoice.words.numbers import POINT, as_written, in_digits, is_number

SHORTEST_TOLERATED = 8
"""Letters. A phrase has to have so many for each letter that may be misheard: "willing" is not "billing"."""
SHORTEST_MISHEARD = 5
"""Letters. Shorter words differ from too many others by one letter."""
NEGATION_REACH = 6
"""Words between a "not" and what it may deny."""
NEGATIONS = frozenset(
    {"no", "not", "never", "none", "nothing", "neither", "nor", "cannot", "without", "unable", "instead", "rather"}
    | {"cant", "couldnt", "dont", "doesnt", "didnt", "wont", "wouldnt", "isnt", "arent", "wasnt", "werent"}
)
"""Besides every word in "n't"."""
_STOCK = re.compile(
    r"\b(no problem|no worries|no trouble|no doubt|not only|not just|not at all|why not|(?:do not|don't) worry)\b"
)
"""They deny nothing."""
_CLAUSE_END = re.compile(r"[.,;:!?\u2013\u2014]+(?=\s|$)|[;!?()\[\]]|\bbut\b|\n")
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
    """Where a phrase was found: the words as they were heard, and whether a "not" before them may deny them."""

    heard: str
    denied: bool


def mentions(text: str, phrase: str) -> bool:
    """Whether all words of `phrase` stand in `text`, one after the other."""
    return bool(find(text, phrase))


def find(text: str, phrase: str, misheard: bool = False) -> list[Mention]:
    """Every place of `text` that has all words of `phrase`, one after the other, spoken or written in any way.

    misheard: `text` was written down by speech recognition, which may have got a letter of a long word wrong.
    Raises InvalidArgument for a phrase without words.
    """
    wanted = words(phrase)
    if not wanted:
        raise InvalidArgument(f"The phrase '{phrase}' holds no word that could be looked for.")
    said = _clauses(text)
    flat = [word for clause in said for word in clause]
    return [
        Mention(" ".join(flat[start:end]), _is_denied(said, start))
        for start in range(len(flat))
        for end in range(start + 1, min(len(flat), start + len("".join(wanted))) + 1)
        if _same(flat[start:end], wanted, misheard)
    ]


def words(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, numbers in digits, without punctuation or accents.

    Where words are written without spaces, every character counts as one.
    """
    return [word for clause in _clauses(text) for word in clause]


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


def _same(said: Sequence[str], wanted: Sequence[str], misheard: bool) -> bool:
    if "".join(said) == "".join(wanted):  # "voice mail" is "voicemail"
        return True
    if not misheard or len(said) != len(wanted):
        return False
    slips = [_slip(one, other) for one, other in zip(said, wanted, strict=True)]
    return sum(slips) <= len("".join(wanted)) // SHORTEST_TOLERATED and max(slips) <= 1


def _slip(said: str, wanted: str) -> int:
    """How many letters were misheard; more than anybody tolerates where no letter may be."""
    if said == wanted:
        return 0
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - most suites judge no phrases

    exact = any(is_number(word) or _is_negation(word) or len(word) < SHORTEST_MISHEARD for word in (said, wanted))
    return 100 if exact or said[0] != wanted[0] else OSA.distance(said, wanted)


def _is_negation(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't")


def _is_denied(clauses: Sequence[Sequence[str]], start: int) -> bool:
    """Whether a "not" stands before word `start` in its clause."""
    for clause in clauses:
        if start < len(clause):
            before = _STOCK.sub("", " ".join(clause[:start])).split()[-NEGATION_REACH:]
            return any(map(_is_negation, before))
        start -= len(clause)
    return False


def _clauses(text: str) -> list[list[str]]:
    """The words between one punctuation mark and the next: neither a number nor a "not" reaches further."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    bare = "".join(character for character in plain if ord(character) not in _LATIN_ACCENTS)
    written = as_written(unicodedata.normalize("NFC", bare))
    edges = [0, *(found.end() if found[0] != "but" else found.start() for found in _CLAUSE_END.finditer(written))]
    parts = [written[start:end] for start, end in pairwise([*edges, len(written)])]
    return [in_digits(_split(part)) for part in parts]


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

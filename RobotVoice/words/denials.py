"""What may deny the words beside it: "I can't help with that", "that is not available". English. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

NEGATION_REACH = 15
"""Words between a "not" and what it may deny. One too many leaves a check open, one too few lets a refusal pass."""
DENIAL_REACH = 8
"""Words between a phrase and what may deny it afterwards: "A refund is something I really can't give you"."""
VERB_REACH = 4
"""Words between a verb and what it says: "support is at the moment closed"."""
NEGATIONS = frozenset(
    {"no", "not", "never", "none", "nothing", "nobody", "nowhere", "neither", "nor", "cannot", "without", "unable"}
    | {"instead", "rather", "hardly", "barely"}
)
"""Besides every word in "n't"."""
_REFUSALS = frozenset(
    {"wrong", "incorrect", "false", "untrue", "mistaken", "unavailable", "impossible", "invalid", "nope"}
    | {"denied", "closed", "refused", "rejected", "declined", "discontinued", "suspended", "excluded", "shut"}
)
"""What a verb may say of the words before it, besides a "not"."""
DENIALS = NEGATIONS | _REFUSALS
_REGRETS = frozenset({"unfortunately", "sadly", "sorry", "afraid", "regret", "apologize", "apologise"})
_AUXILIARIES = "is are was were be been being am has have had can could will would may might must should do does did"
_VERBS = frozenset(_AUXILIARIES.split()) | {"got", "gets", "get", "seems", "sounds", "remains", "stays"}
_POINTING = frozenset({"that", "this", "those", "these", "it", "they", "which"})
_SUBJECTS = frozenset({"i", "we", "you", "he", "she", "they", "it", "that", "this", "there"})
_JOINING = frozenset({"and", "or", "so", "then"})
_CONJUNCTIONS = (
    "if when while whenever unless because since as who where until till except though although even whether before "
    "after please"
)
_OTHER_CLAUSES = frozenset(_CONJUNCTIONS.split())
"""They begin what is said of something else: "support, if you can't log in"."""
_STOCK = re.compile(
    r"\b(no problem|(?:not|(?:is|was)n't) a problem|no worries|no trouble|no doubt|(?:not|(?:is|are|was|were)n't) "
    r"(?:only|just)|why not|don't worry|(?:at|for|with) no (?:extra |additional )?(?:cost|charge|fee)s?"
    r"|(?:won't|doesn't|shouldn't) (?:be|take) long)\b"
    r"|^not at all\b"
)
"""They deny nothing."""


@dataclass(frozen=True)
class Clause:
    """The words between one punctuation mark and the next, as far as a number reaches. goes_on: the mark before it is a
    mere comma, so that a "not" reaches on.
    """

    words: list[str]
    goes_on: bool


def is_negation(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't")


def denied_before(clauses: Sequence[Clause], start: int) -> bool:
    """Whether a "not" stands before word `start`, with no more than commas between."""
    before: list[str] = []
    for clause in clauses:
        if not clause.goes_on or set(before) == {"no"}:  # "No, support is here"
            before = []
        if start < len(clause.words):
            reach = _without_stock([*before, *clause.words[:start]])[-NEGATION_REACH:]
            return any(map(is_negation, reach))
        before += clause.words
        start -= len(clause.words)
    return False


def denied_after(clauses: Sequence[Clause], end: int) -> bool:
    """Whether what comes after the words before `end` may take them back."""
    rest = _after(clauses, end)
    if not rest:
        return False
    own, *later = rest
    if _says_no(own.words, DENIAL_REACH, adjacent=True):
        return True
    same, others = _sentence(later)
    return any(map(_takes_back, same)) or _is_regretted(same) or _begins_with_no(others)


def _after(clauses: Sequence[Clause], end: int) -> list[Clause]:
    for number, clause in enumerate(clauses):
        if end <= len(clause.words):
            return [Clause(clause.words[end:], clause.goes_on), *(one for one in clauses[number + 1 :] if one.words)]
        end -= len(clause.words)
    return []


def _sentence(clauses: Sequence[Clause]) -> tuple[list[Clause], list[Clause]]:
    """Those that go on with a sentence, a "but" included, and the others."""
    ends = (at for at, one in enumerate(clauses) if not one.goes_on and one.words[0] != "but")
    end = next(ends, len(clauses))
    return list(clauses[:end]), list(clauses[end:])


def _takes_back(clause: Clause) -> bool:
    """Of a later one in the same sentence: ", no, ...", ", however, is closed", "but we can't"."""
    first, *rest = clause.words
    if first == "but":
        return _says_no(rest, DENIAL_REACH)
    own_verb = first in _VERBS or first.endswith("n't") or first == "cannot"
    return clause.words == ["no"] or ((own_verb or first in _POINTING) and _says_no(clause.words, VERB_REACH))


def _begins_with_no(clauses: Sequence[Clause]) -> bool:
    """Of what follows the sentence: "No, they are not.", "That is wrong." or "Sorry, we can't."."""
    if not clauses:
        return False
    words = _without_stock(clauses[0].words)
    if words[:1] and (words[0] in _REFUSALS or words[0] in {"no", "not", "never"}):
        return True
    if words and words[0] in _POINTING and _says_no(words, VERB_REACH):
        return True
    goes_on, _ = _sentence(clauses[1:])
    return _is_regretted([clauses[0], *goes_on])


def _is_regretted(clauses: Sequence[Clause]) -> bool:
    """Of a sentence: "Unfortunately, that is not possible", "I'm sorry, no"."""
    words = [word for clause in clauses for word in clause.words]
    regret = next((at for at, word in enumerate(words) if word in _REGRETS), len(words))
    return any(map(is_negation, _without_stock(words[regret:])[: DENIAL_REACH + 1]))


def _says_no(words: Sequence[str], reach: int, adjacent: bool = False) -> bool:
    """Whether a verb denies, or says "wrong" or "closed". adjacent: the first word does without a verb."""
    words = _one_clause(_without_stock(words))[:reach]
    for index, word in enumerate(words):
        if word.endswith("n't") or word == "cannot":
            return True
        verbs = _VERBS.intersection(words[max(0, index - VERB_REACH) : index])
        if word in DENIALS and (verbs or (adjacent and not index)):
            return True
    return False


def _one_clause(words: Sequence[str]) -> Sequence[str]:
    """`words` as far as they are about the same: "and we don't close on Sundays" is about something else."""
    for index, (word, following) in enumerate(pairwise([*words, ""])):
        if word in _OTHER_CLAUSES or (word in _JOINING and following in _SUBJECTS):
            return words[:index]
    return words


def _without_stock(words: Sequence[str]) -> list[str]:
    return _STOCK.sub("", " ".join(words)).split()

"""Numbers as speech has them and as transcripts write them, made one: "forty two" and "42". English. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth"
)
_ROUND_ORDINALS = "twentieth thirtieth"
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}

_CARDINAL = {word: value for value, word in enumerate(_UNITS.split())}
_CARDINAL |= {word: 10 * value for value, word in enumerate(_TENS.split(), 2)}
_ORDINAL = {word: value for value, word in enumerate(_ORDINALS.split(), 1)}
_ORDINAL |= {word: 10 * value for value, word in enumerate(_ROUND_ORDINALS.split(), 2)}

_CURRENCIES = {"$": "dollars", "£": "pounds", "€": "euros"}
_PER_CENT = re.compile(r"\s*%|\bper cent\b")
_MINUS = re.compile(r"(?<![^\s(\[\"'])[-\u2212](?=[$£€]?\d)")
_MINUS_OF_A_PRICE = re.compile(r"([$£€])[-\u2212](?=\d)")
_PRICE = re.compile(r"([$£€])\s?(\d+(?:,\d{3})*(?:\.\d+)?)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_DECIMAL = re.compile(r"(\d+)\.(\d+)")
_GLUED = re.compile(r"(?<=\d)(?=(?:am|pm)\b)")
_HALF_OF_THE_DAY = re.compile(r"\b([ap])\.?\s?m\b\.?")
MINUS = "minus"
POINT = "\N{MIDDLE DOT}"
"""Stands for the decimal point, so that it is not taken for the end of a sentence."""


def as_written(text: str) -> str:
    """Prices, decimals, percentages, signs and times of day in one way of writing: "-$1,042.50" becomes "minus 1042·5
    dollars".
    """
    text = _PER_CENT.sub(" percent ", text)
    text = _MINUS.sub(f" {MINUS} ", _MINUS_OF_A_PRICE.sub(r"-\1", text))
    text = _PRICE.sub(lambda found: f"{found[2]} {_CURRENCIES[found[1]]}", text)
    text = _DECIMAL.sub(_decimal, _THOUSANDS.sub("", text))
    return _GLUED.sub(" ", _HALF_OF_THE_DAY.sub(r"\1m", text))


def in_digits(words: Sequence[str]) -> list[str]:
    """`words`, lower-case, with every spoken number in digits: "forty", "two", "dollars" become "42", "dollars"."""
    found: list[str] = []
    index = 0
    while index < len(words):
        number, length = _number(words[index:])
        found.append(words[index] if number is None else number)
        index += length
    return _with_cents(found)


def is_number(word: str) -> bool:
    """Whether it is one that `in_digits` has left."""
    return word[:1].isdigit()


def _decimal(found: re.Match[str]) -> str:
    fraction = found[2].rstrip("0")
    return f"{found[1]}{POINT}{fraction}" if fraction else found[1]


def _number(words: Sequence[str]) -> tuple[str | None, int]:
    """The number that `words` begin with, and how many of them it takes."""
    total, group, index = 0, -1, 0
    while index < len(words):
        word = words[index]
        if word in _CARDINAL and _fits(group, _CARDINAL[word]):
            group = max(group, 0) + _CARDINAL[word]
        elif word in _ORDINAL and _fits(group, _ORDINAL[word]):
            return _ordinal(total + max(group, 0) + _ORDINAL[word]), index + 1
        elif word == "a" and not index and words[1:2] and words[1] in _SCALES:
            group = 1
        elif word in _SCALES and group > 0:
            total, group = _scaled(total, group, _SCALES[word])
        elif word == "and" and group % 100 == 0 and _goes_on(words[index + 1 :]) and (group > 0 or total):
            pass
        else:
            break
        index += 1
    return (None, 1) if not index else (str(total + max(group, 0)), index)


def _fits(group: int, value: int) -> bool:
    """Whether a number may go on with `value`: "forty two" and "hundred five" do, "five two" are two numbers."""
    if group < 0:
        return True
    if value == 0:
        return False
    return group % 100 == 0 if value >= 10 else group % 10 == 0 and group % 100 != 10


def _scaled(total: int, group: int, scale: int) -> tuple[int, int]:
    return (total, group * scale) if scale == 100 else (total + group * scale, 0)


def _goes_on(words: Sequence[str]) -> bool:
    return bool(words) and (words[0] in _CARDINAL or words[0] in _ORDINAL)


def _ordinal(value: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{value}{'th' if 10 < value % 100 < 20 else endings.get(value % 10, 'th')}"


def _with_cents(words: Sequence[str]) -> list[str]:
    """ "42 dollars and 50 cents" as a price is written."""
    found = list(words)
    for index in range(len(found) - 2):
        amount, unit, *rest = found[index:]
        rest = rest[1:] if rest[:1] == ["and"] else rest
        if amount.isdigit() and unit in _CURRENCIES.values() and len(rest) > 1 and rest[1] in {"cents", "pence"}:
            cents = f"{int(rest[0]):02}".rstrip("0") if rest[0].isdigit() and int(rest[0]) < 100 else ""
            if cents:
                return [*found[:index], f"{amount}{POINT}{cents}", unit, *_with_cents(rest[2:])]
    return found

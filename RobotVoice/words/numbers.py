"""Numbers as speech has them and as transcripts write them, made one: "forty two" and "42". English. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

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
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
_YEAR = "january february march april may june july august september october november december"
_MONTHS = frozenset(_YEAR.split())

_CARDINAL = {word: value for value, word in enumerate(_UNITS.split())}
_CARDINAL |= {word: 10 * value for value, word in enumerate(_TENS.split(), 2)}
_ORDINAL = {word: value for value, word in enumerate(_ORDINALS.split(), 1)}
_ORDINAL |= {word: 10 * value for value, word in enumerate(_ROUND_ORDINALS.split(), 2)}

_CURRENCIES = {"$": "dollars", "£": "pounds", "€": "euros"}
_PLURALS = {"dollar": "dollars", "pound": "pounds", "euro": "euros", "cent": "cents", "bucks": "dollars"}
_PLURALS |= {"usd": "dollars", "gbp": "pounds", "eur": "euros"}
_CENTS = frozenset({"cents", "pence"})
_LETTERS = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion"}
_ZERO = frozenset({"oh", "o"})
_TIMES = {"double": 2, "triple": 3}
_NUMBER_GOES_ON = frozenset({"point", "dozen", "grand", *_SCALES})
_PER_CENT = re.compile(r"\s*%|\bper cent\b")
_MINUS = re.compile(r"(?<![^\s(\[\"'])[-\u2212](?=[$£€]?\d)")
_MINUS_OF_A_PRICE = re.compile(r"([$£€])[-\u2212](?=\d)")
_PRICE = re.compile(rf"([$£€])\s?(\d+(?:,\d{{3}})*(?:\.\d+)?)(?:({'|'.join(_LETTERS)})\b|\s?({'|'.join(_SCALES)})\b)?")
_PRICE_BEFORE_ITS_SIGN = re.compile(r"(?<=\d)\s?([$£€])(?!\s?\d)")
_THOUSANDS_IN_A_LETTER = re.compile(r"\b(\d+(?:\.\d+)?)k\b")
_TIME = r"\d{1,2}(?::\d{2})?(?: ?[ap]m)?"
_RANGE = re.compile(rf"(?<![\d.,:/$£€\u00b7-])({_TIME})[-\u2013]({_TIME})(?![\d:/\u00b7\u2013-])")
_SPELLED = re.compile(r"\b(?:[a-z0-9], ?){2,}[a-z0-9]\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_DECIMAL = re.compile(r"(\d+)\.(\d+)")
_GLUED = re.compile(r"(?<=\d)(?=(?:am|pm)\b)")
_HALF_OF_THE_DAY = re.compile(r"\b([ap])\.?\s?m\b\.?")
MINUS = "minus"
POINT = "\N{MIDDLE DOT}"
"""Stands for the decimal point, so that it is not taken for the end of a sentence."""


def as_written(text: str) -> str:
    """Prices, decimals, percentages, signs, times of day, ranges and what is spelled in one way of writing:
    "-$1,042.50" becomes "minus 1042·5 dollars", and "9-5" becomes "9 to 5".
    """
    text = _PER_CENT.sub(" percent ", text)
    text = _MINUS.sub(f" {MINUS} ", _MINUS_OF_A_PRICE.sub(r"-\1", text))
    text = _PRICE_BEFORE_ITS_SIGN.sub(lambda found: f" {_CURRENCIES[found[1]]} ", _PRICE.sub(_price, text))
    text = _THOUSANDS_IN_A_LETTER.sub(r"\1 thousand", text)
    text = _DECIMAL.sub(_decimal, _THOUSANDS.sub("", text))
    text = _GLUED.sub(" ", _HALF_OF_THE_DAY.sub(r"\1m", text))
    return _SPELLED.sub(_spelled, _RANGE.sub(r"\1 to \2", text))


def in_digits(words: Sequence[str]) -> list[str]:
    """`words`, lower-case, with every spoken number in digits: "forty", "two", "dollars" become "42", "dollars"."""
    words = _digit_by_digit(words)
    found: list[str] = []
    index = 0
    while index < len(words):
        number, length = _number(words[index:])
        if number is None and _is_amount(words[index]):
            number = words[index]
        if number is not None:
            number, more = _with_point_and_scale(number, words[index + length :])
            length += more
        found.append(words[index] if number is None else number)
        index += length
    return _with_dates(_with_cents(_with_plurals(found)))


def coarsely(words: Sequence[str]) -> list[str]:
    """What different ways to speak one number have in common, and some other numbers too: "42 50" and "42·5 dollars",
    "50 cents" and "0·5 dollars", "1st of june" and "june 1st", "20 0 4" and "2004".
    """
    joined: list[str] = []
    for word in _dates_alike(_prices_alike(words)):
        if word.isdecimal() and joined and joined[-1].isdecimal():
            joined[-1] += word
        else:
            joined.append(word)
    return [_without_ending(word) for word in joined]


def may_go_on(words: Sequence[str], start: int, end: int) -> bool:
    """Whether the number at an end of words[start:end] may be a part of a greater one, as in "9 to 5 30"."""
    before, after = words[:start], words[end:]
    first, last = words[start], words[end - 1]
    if _is_amount(first) and before and (_is_amount(before[-1]) or before[-1] == "point"):
        return True
    if is_number(first) and before[-1:] in (["past"], ["to"]) and before[-2:-1] in (["half"], ["quarter"]):
        return True
    price = last in _CURRENCIES.values() and end - start > 1 and _is_amount(words[end - 2])
    if not after or not (price or _is_amount(last)):
        return False
    half = list(after[:3]) == ["and", "a", "half"]
    return half or _is_amount(after[0]) or after[0] in _NUMBER_GOES_ON


def is_number(word: str) -> bool:
    """Whether it is one that `in_digits` has left."""
    return word[:1].isdigit()


def _is_amount(word: str) -> bool:
    return word.replace(POINT, "", 1).isdecimal()


def _price(found: re.Match[str]) -> str:
    sign, amount, letter, scale = found.groups()
    return f" {amount} {_LETTERS[letter] if letter else scale or ''} {_CURRENCIES[sign]}"


def _spelled(found: re.Match[str]) -> str:
    return found[0].replace(",", " ") if re.search("[a-z]", found[0]) else found[0]


def _decimal(found: re.Match[str]) -> str:
    fraction = found[2].rstrip("0")
    return f"{found[1]}{POINT}{fraction}" if fraction else found[1]


def _digit(word: str) -> str | None:
    if word in _ZERO:
        return "0"
    value = word if word.isdecimal() else str(_CARDINAL.get(word, ""))
    return value if len(value) == 1 else None


def _digit_by_digit(words: Sequence[str]) -> list[str]:
    """ "oh" and "double one" beside other digits, as in a telephone number."""
    found: list[str] = []
    index = 0
    while index < len(words):
        word, digit, second = words[index], *(_digit(one) for one in [*words[index + 1 : index + 3], "", ""][:2])
        beside_another = bool(second) or (bool(found) and (is_number(found[-1]) or found[-1] in _CARDINAL))
        if word in _TIMES and digit and beside_another:
            found += [digit] * _TIMES[word]
            index += 1
        else:
            found.append("0" if word in _ZERO and digit and beside_another else word)
        index += 1
    return found


def _with_point_and_scale(number: str, words: Sequence[str]) -> tuple[str, int]:
    """`number` with the "point five" and the "million" that `words` may begin with, and how many of them it takes."""
    if not _is_amount(number):
        return number, 0
    fraction, taken = _fraction(words) if number.isdecimal() else ("", 0)
    if fraction.strip("0"):
        number = f"{number}{POINT}{fraction.rstrip('0')}"
    while words[taken : taken + 1] and words[taken] in _SCALES:
        number = _times(number, _SCALES[words[taken]])
        taken += 1
    return number, taken


def _fraction(words: Sequence[str]) -> tuple[str, int]:
    if words[:1] != ["point"]:
        return "", 0
    digits = "".join(digit for digit in takewhile(bool, map(_digit, words[1:])) if digit)
    if digits:
        return digits, 1 + len(digits)
    number, length = _number(words[1:])
    number = words[1] if number is None and words[1:2] else number
    return (number, 1 + length) if number and number.isdecimal() else ("", 0)


def _times(number: str, scale: int) -> str:
    whole, _, fraction = number.partition(POINT)
    zeros = len(str(scale)) - 1
    more = fraction[zeros:].rstrip("0")
    digits = (whole + fraction[:zeros].ljust(zeros, "0")).lstrip("0") or "0"
    return f"{digits}{POINT}{more}" if more else digits


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


def _with_plurals(words: Sequence[str]) -> list[str]:
    pairs = pairwise(["", *words])
    return [_PLURALS.get(word, word) if is_number(before) else word for before, word in pairs]


def _with_dates(words: Sequence[str]) -> list[str]:
    """ "june 1" as it is spoken: "june 1st"."""
    pairs = pairwise(["", *words])
    return [_ordinal(int(word)) if before in _MONTHS and _is_day(word) else word for before, word in pairs]


def _is_day(word: str) -> bool:
    return word.isdecimal() and len(word) <= 2 and 0 < int(word) <= 31


def _prices_alike(words: Sequence[str]) -> list[str]:
    """Amounts and their cents as two numbers, without the currency."""
    found: list[str] = []
    for index, word in enumerate(words):
        before, after = words[index - 1] if index else "", words[index + 1 : index + 2]
        whole, _, cents = word.partition(POINT)
        if _is_amount(word) and 0 < len(cents) <= 2:
            found += [whole, cents.ljust(2, "0")]
        elif _is_amount(word) and len(word) <= 2 and after and after[0] in _CENTS:
            found += ["0", word.zfill(2)]
        elif not (_is_amount(before) and _is_unit_of_cents(word, before, after)):
            found.append(word)
    return found


def _is_unit_of_cents(word: str, amount: str, after: Sequence[str]) -> bool:
    if word in _CURRENCIES.values():
        return POINT in amount or any(one.isdecimal() and len(one) == 2 for one in after)
    return word in _CENTS


def _dates_alike(words: Sequence[str]) -> list[str]:
    """ "the 1st of june" and "june the 1st" as "june 1st"."""
    found: list[str] = []
    for word in words:
        if word in _MONTHS:
            day = found[:-1] if found[-1:] == ["of"] else found
            if day and _is_day(_without_ending(day[-1])):
                month_last = day[:-2] if day[-2:-1] == ["the"] else day[:-1]
                found = [*month_last, word, _ordinal(int(_without_ending(day[-1])))]
                continue
        elif is_number(word) and found[-1:] == ["the"] and found[-2:-1] and found[-2] in _MONTHS:
            found.pop()
        found.append(word)
    return found


def _without_ending(word: str) -> str:
    bare = word[:-2]
    return bare if bare.isdecimal() and word[-2:] in {"st", "nd", "rd", "th"} else word


def _with_cents(words: Sequence[str]) -> list[str]:
    """ "42 dollars and 50 cents" as a price is written."""
    found = list(words)
    for index in range(len(found) - 2):
        amount, unit, *rest = found[index:]
        rest = rest[1:] if rest[:1] == ["and"] else rest
        if amount.isdigit() and unit in _CURRENCIES.values() and len(rest) > 1 and rest[1] in _CENTS:
            cents = f"{int(rest[0]):02}".rstrip("0") if rest[0].isdigit() and int(rest[0]) < 100 else ""
            if cents:
                return [*found[:index], f"{amount}{POINT}{cents}", unit, *_with_cents(rest[2:])]
    return found

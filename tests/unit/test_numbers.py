"""Numbers as they are spoken and as they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.words.phrases import is_said, mentions, words

SAME = [
    ("forty two", "42"),
    ("forty-two dollars", "$42"),
    ("forty two dollars and fifty cents", "$42.50"),
    ("forty two dollars five cents", "42.05 dollars"),
    ("one thousand and forty two", "1,042"),
    ("two hundred and five", "205"),
    ("five hundred thousand", "500,000"),
    ("the twenty first of May", "the 21st of May"),
    ("the first", "the 1st"),
    ("nine to five", "9 to 5"),
    ("nine a.m. to five p.m.", "9am to 5 PM"),
    ("one two three four", "1 2 3 4"),
    ("zero", "0"),
    ("a hundred and forty two", "142"),
    ("a hundred people", "100 people"),
    ("between five and ten", "between 5 and 10"),
    ("fifty percent", "50%"),
    ("fifty per cent", "50 %"),
    ("minus five degrees", "-5 degrees"),
    ("minus five degrees", "\N{MINUS SIGN}5 degrees"),
    ("minus thirty five dollars", "-$35"),
    ("minus thirty five dollars", "$-35"),
]


@pytest.mark.parametrize(("spoken", "written"), SAME)
def test_spoken_and_written_are_one(spoken: str, written: str) -> None:
    assert words(spoken) == words(written)
    assert mentions(f"It is {spoken}.", written)
    assert mentions(f"It is {written}.", spoken)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("It is forty three dollars.", "$42"),
        ("It is $42.50.", "42"),
        ("It is $142.", "42"),
        ("It is forty two thousand.", "42"),
        ("We take twenty. Two are left.", "22"),
        ("the twenty second of May", "22"),
        ("a hundred and five people", "100"),
        ("It is a hundred and forty two dollars.", "$42"),
        ("thirteen", "30"),
        ("ten five", "15"),
        ("It costs 50 dollars.", "50%"),
        ("Your balance is $35.", "-$35"),
        ("one two", "12"),
    ],
)
def test_another_number_is_another_number(text: str, phrase: str) -> None:
    assert not mentions(text, phrase)


@pytest.mark.parametrize("text", ["Your balance is -$35.", "It is minus thirty five dollars."])
def test_what_a_minus_stands_before_can_not_be_told(text: str) -> None:
    assert is_said(text, "35 dollars") is None


@pytest.mark.parametrize("text", ["Plan three - 35 dollars.", "Call 555-35.", "It is minus the tax 35 dollars."])
def test_not_every_dash_is_a_minus(text: str) -> None:
    assert is_said(text, "35") is True


SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
UNITS = SMALL.split()
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spoken(number: int) -> str:
    if number < 20:
        return UNITS[number]
    if number < 100:
        return TENS[number // 10] + (f" {UNITS[number % 10]}" if number % 10 else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = f" and {spoken(number % size)}" if 0 < number % size < 100 else f" {spoken(number % size)}"
    return f"{spoken(number // size)} {name}" + (rest if number % size else "")


@given(st.integers(0, 999_999))
def test_every_number_is_understood(number: int) -> None:
    assert words(spoken(number)) == [str(number)]
    assert words(f"{number:,}") == [str(number)]

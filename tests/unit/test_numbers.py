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
    ("forty two euros", "42 €"),
    ("forty two point five dollars", "$42.50"),
    ("zero point two five", "0.25"),
    ("one dollar", "$1"),
    ("five bucks", "5 USD"),
    ("two million dollars", "$2 million"),
    ("two point five million dollars", "$2.5M"),
    ("five thousand dollars", "$5k"),
    ("five thousand", "5k"),
    ("three billion", "3000000000"),
    ("2 million", "2,000,000"),
    ("nine to five", "9-5"),
    ("nine a.m. to five p.m.", "9am\N{EN DASH}5pm"),
    ("June first", "June 1"),
    ("five double one", "5 1 1"),
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
        ("Three billion.", "3"),
        ("It costs four point two dollars.", "two dollars"),
        ("That is $2 million.", "$2"),
        ("It is $5k.", "$5"),
    ],
)
def test_another_number_is_another_number(text: str, phrase: str) -> None:
    assert not mentions(text, phrase)


@pytest.mark.parametrize("text", ["Your balance is -$35.", "It is minus thirty five dollars."])
def test_what_a_minus_stands_before_can_not_be_told(text: str) -> None:
    assert is_said(text, "35 dollars") is None


@pytest.mark.parametrize("text", ["Plan three - 35 dollars.", "Plan B-35.", "It is minus the tax 35 dollars."])
def test_not_every_dash_is_a_minus(text: str) -> None:
    assert is_said(text, "35") is True


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Call five five five, oh one two three.", "555-0123"),
        ("Call five five five oh one two three.", "555-0123"),
        ("Call 555 oh 1 2 3.", "555-0123"),
        ("Your number is five five five double one two three.", "555-1123"),
        ("Your code is A, B, C, 1, 2, 3.", "ABC123"),
        ("Your bill is US$42.", "$42"),
        ("It is June first, 2026.", "June 1"),
    ],
)
def test_digits_one_by_one_are_a_number(text: str, phrase: str) -> None:
    assert is_said(text, phrase) is True


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("We are open from nine to five thirty.", "nine to five"),
        ("It is forty-two dollars fifty.", "42 dollars"),
        ("Call 555-35.", "35"),
        ("It takes two and a half hours.", "two"),
        ("It is five dozen.", "5"),
        ("We open at half past nine.", "nine"),
    ],
)
def test_a_number_beside_a_number_leaves_it_open(text: str, phrase: str) -> None:
    assert is_said(text, phrase) is None


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("It is forty-two fifty.", "$42.50"),
        ("It is forty-two dollars fifty.", "$42.50"),
        ("You pay fifty cents.", "$0.50"),
        ("It was signed in twenty oh four.", "2004"),
        ("It leaves at nine oh five.", "9:05"),
        ("It is due June 1st.", "the first of June"),
        ("Call five, five, five, one, two, three, four.", "555-1234"),
        ("In June 20 people came.", "20 people"),
    ],
)
def test_another_way_to_speak_a_number_leaves_it_open(text: str, phrase: str) -> None:
    assert is_said(text, phrase) is None


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Plan three, five dollars a month.", "$35"),
        ("You have four, two of them open.", "42"),
        ("It is 42 euros.", "$42"),
        ("Oh, one more thing.", "01"),
        ("A double room.", "2"),
    ],
)
def test_what_is_surely_another_number(text: str, phrase: str) -> None:
    assert is_said(text, phrase) is False


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

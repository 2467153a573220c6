"""Ratios of levels, through Robot Framework's own conversion."""

from __future__ import annotations

import pytest
from robot.api import TypeInfo

from RobotVoice.decibels import Decibels

CONVERTERS = {Decibels: Decibels.convert}


def convert(written: object) -> Decibels:
    found: Decibels = TypeInfo.from_type_hint(Decibels).convert(written, custom_converters=CONVERTERS)
    return found


@pytest.mark.parametrize(
    ("written", "value"),
    [("10 dB", 10), ("-20 dB", -20), ("+3dB", 3), (" 2.5 db ", 2.5), ("−6 dB", -6), (Decibels(4), 4)],  # noqa: RUF001
)
def test_decibels(written: object, value: float) -> None:
    assert convert(written) == Decibels(value)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("10", "'10' has no unit: write '10 dB'."),
        (-20, "'-20' has no unit: write '-20 dB'."),
        ("10 %", "'10 %' is no number of decibels: write it like '10 dB' or '-20 dB'."),
        ("loud dB", "'loud dB' is no number of decibels: write it like '10 dB' or '-20 dB'."),
        ("", "'' is no number of decibels: write it like '10 dB' or '-20 dB'."),
    ],
)
def test_what_is_none_gets_a_sentence(written: object, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        convert(written)
    assert sentence in str(refused.value)


def test_as_text() -> None:
    assert str(Decibels(-20.0)) == "-20 dB"

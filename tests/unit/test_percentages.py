"""Shares as people write them, through Robot Framework's own conversion."""

from __future__ import annotations

import pytest
from robot.api import TypeInfo

from RobotVoice.percentages import Certainty, Percentage, percent

CONVERTERS = {Percentage: Percentage.convert, Certainty: Certainty.convert}


def refusal(kind: type, given: object) -> str:
    with pytest.raises(ValueError) as error:
        TypeInfo.from_type_hint(kind).convert(given, custom_converters=CONVERTERS)
    return str(error.value)


@pytest.mark.parametrize(
    ("written", "share"), [("90 %", 0.9), ("90%", 0.9), (" 97.5 % ", 0.975), ("0 %", 0), (".5 %", 0.005)]
)
def test_percentages(written: str, share: float) -> None:
    found = TypeInfo.from_type_hint(Percentage).convert(written, custom_converters=CONVERTERS)
    assert found.share == pytest.approx(share)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("90", "'90' has no per cent sign: write '90 %'."),
        ("0.9", "'0.9' has no per cent sign: write '90 %' or '0.9 %'."),
        (0.9, "'0.9' has no per cent sign: write '90 %' or '0.9 %'."),
        ("1", "'1' has no per cent sign: write '100 %' or '1 %'."),
        ("120 %", "'120 %' is more than 100 %."),
        ("-5 %", "'-5 %' is not a percentage: write it like '90 %'."),
        ("most", "'most' is not a percentage: write it like '90 %'."),
        ("", "'' is not a percentage: write it like '90 %'."),
    ],
)
def test_what_is_no_percentage_gets_a_sentence(written: object, sentence: str) -> None:
    assert sentence in refusal(Percentage, written)


@pytest.mark.parametrize(("written", "share"), [("95 %", 0.95), ("none", None), ("None", None)])
def test_certainty(written: str, share: float | None) -> None:
    found = TypeInfo.from_type_hint(Certainty).convert(written, custom_converters=CONVERTERS)
    assert found.share == share


@pytest.mark.parametrize("written", ["100 %", "0 %"])
def test_nothing_makes_certain(written: str) -> None:
    assert "no number of calls makes certain" in refusal(Certainty, written)


def test_as_text() -> None:
    assert (str(Percentage(0.975)), str(Certainty(0.95)), str(Certainty(None)), percent(0.07)) == (
        "97.5 %",
        "95 %",
        "none",
        "7 %",
    )

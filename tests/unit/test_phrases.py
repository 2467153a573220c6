"""Is a phrase in what was said?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.errors import InvalidArgument
from RobotVoice.judge.phrases import mentions, words


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Sure, account support!", "account support"),
        ("ACCOUNT\n  support", "Account Support"),
        ("account-support", "account support"),
        ("Don\N{RIGHT SINGLE QUOTATION MARK}t worry", "don't"),
        ("the café is open", "cafe"),
        ("the cafe is open", "CAFÉ"),
        ("it costs $42.50 a month", "42.50"),
        ("the word 'billing' in quotes", "billing"),
        ("STRASSE", "straße"),
        ("サポートにつなぎます", "サポート"),
        ("我想问账单的事", "账单"),
        ("मैं हिन्दी बोलता हूँ", "हिन्दी"),
        ("ฉันพูดไทย", "พูด"),
    ],
)
def test_mentioned(text: str, phrase: str) -> None:
    assert mentions(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("", "support"),
        ("supported", "support"),
        ("support for your account", "account support"),
        ("account and support", "account support"),
        ("1425", "42"),
        ("はし", "ばし"),
        ("का", "की"),
    ],
)
def test_not_mentioned(text: str, phrase: str) -> None:
    assert not mentions(text, phrase)


@pytest.mark.parametrize("phrase", ["", "  ", "?!", "'", "_"])
def test_a_phrase_without_words_can_not_be_looked_for(phrase: str) -> None:
    with pytest.raises(InvalidArgument, match="holds no word"):
        mentions("anything", phrase)


@given(st.text(), st.text(), st.text())
def test_what_was_said_is_found(before: str, phrase: str, after: str) -> None:
    if words(phrase):
        assert mentions(f"{before} . {phrase} . {after}", phrase)


@given(st.text())
def test_case_changes_nothing(text: str) -> None:
    assert words(text.casefold()) == words(text)

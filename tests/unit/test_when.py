"""Which trigger the options of a test mean."""

from __future__ import annotations

from typing import Any

import pytest

from RobotVoice.durations import Duration
from RobotVoice.errors import InvalidArgument
from RobotVoice.interruption.ending import BeforeEnd
from RobotVoice.interruption.heard_words import AfterPhrase, AfterWords
from RobotVoice.interruption.silent_moments import InAPause, WhileThinking, WhileToolRuns
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.interruption.when import NOT_GIVEN, When, trigger
from RobotVoice.words.phrases import mentions

NOTHING: dict[str, Any] = {
    "when": When.SPEAKING,
    "after": Duration(0),
    "timeout": Duration(15),
    "after_words": None,
    "after_phrase": None,
    "before_end": NOT_GIVEN,
    "mentions": mentions,
}


def chosen(**options: Any) -> Trigger:
    return trigger(**{**NOTHING, **options})


def test_each_option_has_its_trigger() -> None:
    assert chosen() == Trigger(0.0, 15.0)
    assert chosen(after=Duration(1.5), timeout=Duration(4)) == Trigger(1.5, 4.0)
    assert chosen(when=When.GAP, after=Duration(1.5)) == InAPause(1.5, 15.0)
    assert chosen(when=When.TOOL) == WhileToolRuns(0.0, 15.0)
    assert chosen(when=When.THINKING) == WhileThinking(0.0, 15.0)
    assert chosen(after_words=3, after=Duration(0.2)) == AfterWords(0.2, 15.0, count=3)
    assert chosen(before_end=Duration(0.5)) == BeforeEnd(0.0, 15.0, rest=0.5)
    assert chosen(when=When.SPEAKING, after_words=1) == AfterWords(0.0, 15.0, count=1)


def test_a_phrase_is_found_as_everywhere_else() -> None:
    found = chosen(after_phrase="forty two")
    assert isinstance(found, AfterPhrase)
    assert found.is_in("your bill is 42 dollars")
    assert not found.is_in("your bill is 43 dollars")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"after_words": 3, "after_phrase": "bill"}, "The arguments after_words and after_phrase exclude each other"),
        ({"when": When.GAP, "after_words": 3}, "The arguments when=gap and after_words exclude each other"),
        (
            {"when": When.TOOL, "after_phrase": "bill", "before_end": Duration(1)},
            "The arguments when=tool, after_phrase and before_end exclude each other",
        ),
        ({"before_end": Duration(1), "after": Duration(1)}, "The arguments after and before_end exclude each other"),
        ({"before_end": Duration(0)}, "The argument before_end is 0 s; who waits for the end interrupts nothing."),
        ({"after_words": 0}, "The argument after_words is 0; it has to be 1 or more."),
        ({"after_words": -3}, "The argument after_words is -3; it has to be 1 or more."),
        ({"after_phrase": ""}, "The phrase '' holds no word that could be looked for."),
        ({"after_phrase": "..."}, "The phrase '...' holds no word that could be looked for."),
        ({"timeout": Duration(0)}, "The argument timeout is 0 s; it has to be longer, such as 15 s."),
    ],
)
def test_what_means_nothing_gets_a_sentence(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        chosen(**options)
    assert str(refused.value).startswith(sentence)

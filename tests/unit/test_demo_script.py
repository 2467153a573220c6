"""The script: what the caller named last is what they get."""

from __future__ import annotations

import pytest

from RobotVoice.demo.script import NO_SUCH_KEY, NOT_UNDERSTOOD, TOPICS, all_replies, reply_to, reply_to_keys, topic_of
from RobotVoice.speech.voices import LONGEST_TEXT


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("Tell me about my billing.", "billing"),
        ("Tell me about my billing. Wait, I meant account support.", "support"),
        ("Wait, I'm in account support.", "support"),
        ("I need my password. No, tell me about my bill!", "billing"),
        ("Tell me about every product feature you offer", "features"),
        ("Sorry, what are your business hours?", "business hours"),
        ("SORRY WHAT ARE YOUR OPENING HOURS", "opening hours"),
        ("When are you open?", "business hours"),
        ("I want to cancel my contract", "cancel"),
        ("Can I talk to a human?", "human"),
    ],
)
def test_the_last_topic_wins(said: str, topic: str) -> None:
    found = topic_of(said)
    assert found is not None
    assert found.name == topic
    assert reply_to(said) == found.says


@pytest.mark.parametrize("said", ["", "Mm-hmm.", "I am happy today.", "Paying", "Billings gate"])
def test_what_names_no_topic_is_not_understood(said: str) -> None:
    assert reply_to(said) == NOT_UNDERSTOOD


@pytest.mark.parametrize(("keys", "said"), [("1", "one"), ("2#", "two"), ("*4", "four"), ("31", "three")])
def test_the_first_key_that_stands_for_something_decides(keys: str, said: str) -> None:
    topics = {"one": "billing", "two": "account support", "three": "product", "four": "business hours"}
    assert reply_to_keys(keys) == f"You pressed {said}. {reply_to(topics[said])}"


@pytest.mark.parametrize("keys", ["9", "#", "A*"])
def test_other_keys_stand_for_nothing(keys: str) -> None:
    assert reply_to_keys(keys) == NO_SUCH_KEY


def test_billing_and_support_do_not_mention_each_other() -> None:
    assert "support" not in reply_to("billing").lower()
    assert "account" not in reply_to("billing").lower()
    assert "bill" not in reply_to("account support").lower()


def test_replies_are_long_enough_to_interrupt_and_short_enough_to_speak() -> None:
    for text in all_replies():
        assert len(text) > 110, text
        assert text.count(".") + text.count("?") >= 2, text
        assert len(text) <= LONGEST_TEXT
    features = next(topic for topic in TOPICS if topic.name == "features")
    assert len(features.says) > 350

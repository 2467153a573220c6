"""What words tell of where an agent broke off and where it went on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.interruption.wording import NOTHING_TOLD, Wording, compare, is_within_a_sentence

OWN = (
    "We offer many features, so let me go through all of them. Every plan has unlimited calls to any number in the "
    "country. Every plan has voice mail, and it can send you your messages as text. Call forwarding sends your calls "
    "to any other phone while you are away."
)


def told(before: str, after: str, own: str | None = OWN) -> tuple[str | None, str | None]:
    found = compare(before, after, own)
    again, left_out = (None if some is None else " ".join(some) for some in (found.again, found.left_out))
    return again, left_out


BEFORE = "many features so let me go through all of them. Every plan has unlimited calls to any"


@pytest.mark.parametrize(
    "after",
    [
        "number in the country. Every plan has voice mail",
        "umber in the country. Every plan has voicemail",
        "any number in the country. Every plan",
        "in the country. Every plan has voice mail",
    ],
)
def test_going_on_within_a_word_of_where_it_broke_off_says_nothing_again_and_leaves_nothing_out(after: str) -> None:
    assert told(BEFORE, after) == ("", "")


def test_what_is_said_again() -> None:
    again = "every plan has unlimited calls to any"
    assert told(BEFORE, "Every plan has unlimited calls to any number in the country") == (again, "")
    assert told(BEFORE, "Every plan has unlimited calls to any number in the country", None) == (again, None)
    assert (
        told(BEFORE + " none", "Plan has unlimited calls to any number", None)[0]
        == "plan has unlimited calls to any none"
    )


def test_a_sentence_that_begins_like_the_one_before_says_nothing_again() -> None:
    whole = "Every plan has unlimited calls to any number in the country."
    assert told(whole, "Every plan has voice mail, and it can send you") == ("", "")
    assert told(whole, "Every plan has voice mail, and it can send you", None) == ("", None)


def test_what_is_left_out() -> None:
    assert told(BEFORE, "Every plan has voice mail, and it can send you") == ("", "number in the country")
    assert told(BEFORE, "voice mail, and it can send you") == ("", "number in the country every plan has")


def test_two_words_may_be_a_slip_of_the_ears() -> None:
    assert told(BEFORE, "the country. Every plan has voice mail") == ("", None)
    assert told(BEFORE + " number in", "calls to any number in the country")[0] == "calls to any number in"
    assert told(BEFORE + " number in", "number in the country every plan")[0] is None


def test_what_is_no_part_of_the_reply() -> None:
    found = compare(BEFORE, "I am sorry, I did not catch that at all, could you say it again", OWN)
    assert found == Wording(False, None, None)
    assert compare(BEFORE, "I am sorry I did", OWN) == Wording(None, None, None)


@pytest.mark.parametrize(("before", "after"), [("", "every plan has voice mail"), (BEFORE, ""), (BEFORE, "any number")])
def test_too_few_words_tell_nothing(before: str, after: str) -> None:
    assert compare(before, after, OWN) == NOTHING_TOLD
    assert compare("We offer", "We offer many features", None) == NOTHING_TOLD


def test_a_reply_without_a_word_of_its_own_tells_nothing() -> None:
    assert compare(BEFORE, "every plan has voice mail", "") == Wording(None, None, None)


def test_an_agent_that_tells_its_words_only_as_it_says_them_does_not_tell_what_would_have_followed() -> None:
    strange = "I am sorry, I did not catch that at all, could you say it again"
    assert compare(BEFORE, strange, BEFORE).of_the_reply is None


def test_two_texts_of_one_sentence() -> None:
    assert is_within_a_sentence("We offer many features, so", "let me go through all of them.")
    assert not is_within_a_sentence("We offer many features, so", "I am sorry.")
    assert not is_within_a_sentence("We offer many features.", "and more")


def test_of_two_places_that_are_alike_the_nearer_one_counts() -> None:
    own = "Call us any day for help. If you do not know what to say, call us any day for help, and we will tell you."
    assert told("If you do not know what to say", "call us any day for help", own) == ("", "")


def test_voicemail_is_voice_mail() -> None:
    assert told("calls to any number in the country", "Every plan has voicemail, and") == ("", "")
    assert told("Every plan has", "voicemail and it can send you your messages") == ("", "")


WORDS = [f"w{number:02}x" for number in range(40)]


@given(st.integers(4, 30), st.integers(-12, 8), st.integers(4, 8))
def test_any_break_is_found_where_it_is(cut: int, ahead: int, heard: int) -> None:
    """Every word is another, and all are understood."""
    start = max(0, cut + ahead)
    found = compare(" ".join(WORDS[:cut]), " ".join(WORDS[start : start + heard]), " ".join(WORDS))
    if start + heard > len(WORDS):
        return
    again, left_out = WORDS[start:cut], WORDS[cut:start]
    assert found.of_the_reply
    assert found.left_out in (tuple(left_out), None if len(left_out) == 2 else ())
    assert found.again in (tuple(again), None if len(again) == 2 else ())
    assert found.left_out == tuple(left_out) or len(left_out) <= 2
    assert found.again == tuple(again) or len(again) <= 2

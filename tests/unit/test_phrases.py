"""Is a phrase in what was said?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.errors import InvalidArgument
from RobotVoice.words.phrases import find, is_said, mentions, same_word, sentence_with, words


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
        ("leave a voice mail", "voicemail"),
        ("please login now", "log in"),
        ("the number is 555-1234", "5551234"),
        ("it's five five five, one two three four", "555-1234"),
        ("it is 5 5 5 1 2 3 4", "55 51 234"),
        ("an mp three player", "mp3"),
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
        ("for plan three, five dollars a month", "$35"),
        ("for plan three 5 dollars a month", "$35"),
        ("you have four, two of them open", "42"),
        ("we are open 9-5", "95"),
        ("on floor 4 200 people work", "4200 people"),
        ("take plan 5, 5, 5 is enough", "555"),
        ("it's in May. Be there", "maybe"),
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


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("I can help with account suport", "account support"),
        ("you can canceled it anytime", "cancelled"),
        ("our busyness hours are nine to five", "business hours"),
    ],
)
def test_a_misheard_letter_is_tolerated_only_where_speech_was_recognised(text: str, phrase: str) -> None:
    assert find(text, phrase, misheard=True)
    assert not find(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("I am willing to help", "billing"),
        ("we changed it", "charged"),
        ("you can't cancel it now", "you can cancel"),
        ("we open on Thursday morning", "open on Tuesday morning"),
        ("it is unavailable", "available"),
        ("it will increase", "decrease"),
        ("it is on account 4443", "on account 4442"),
        ("thirty dollars a month", "thirteen dollars a month"),
    ],
)
def test_no_tolerance_makes_another_word_of_it(text: str, phrase: str) -> None:
    assert not find(text, phrase, misheard=True)


def test_words_that_differ_by_a_letter() -> None:
    assert same_word("cancelled", "canceled")
    assert not same_word("cancelled", "canceled", misheard=False)
    assert not same_word("support", "suport")


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("I can't help you with account support", True),
        ("So this is not about support", True),
        ("Instead of support you may write to us", True),
        ("We have no team for support", True),
        ("That is not what I do, but support can help", False),
        ("No, support is here", False),
        ("no problem I can help with support", False),
        ("Not only support can help", False),
        ("Support can't help you", False),
        ("Nobody answered. Support is here", False),
        ("I'm sorry, but I can't help you with any questions about your account support", True),
        ("I can't help you with billing, account support, or refunds", True),
        ("No, I can't help you, not with support", True),
        ("No, no, support is here", False),
        ("Sorry, no, support is closed", True),
        ("We do not at all offer support", True),
        ("Not at all, I can help you with support", False),
        ("Not a problem, I can help you with support", False),
        ("dont worry, I can help you with support", False),
        ("I can\N{ACUTE ACCENT}t help you with support", True),
        ("I can`t help you with support", True),
        ("I can\N{MODIFIER LETTER APOSTROPHE}t help you with support", True),
        ("Nobody here can give you support", True),
        ("There is hardly any support", True),
        ("You shouldnt get support", True),
        ("We havent got any support", True),
        ("This agency hasnt got any support", True),
    ],
)
def test_a_not_before_a_phrase_may_deny_it(text: str, denied: bool) -> None:
    (mention,) = find(text, "support")
    assert mention.denied is denied


def test_what_is_denied_once_and_said_once_is_said() -> None:
    assert is_said("This is not support. Support is next door.", "support") is True
    assert is_said("This is not support.", "support") is None
    assert is_said("This is not support.", "billing") is False


def test_the_sentence_that_has_it() -> None:
    text = "Of course. Our hours are nine to five. Anything else?"
    assert sentence_with(text, "9 to 5") == "Our hours are nine to five."
    assert sentence_with(text, "course our") == text


def test_years_are_spoken_in_pairs() -> None:
    assert mentions("That was in nineteen ninety nine.", "1999")
    assert not mentions("You get plan thirty five, twenty dollars.", "3520")


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Account support is not available right now.", "account support"),
        ("Account support isn't available.", "account support"),
        ("Account support is something I can't help with.", "account support"),
        ("Account support is no longer offered.", "account support"),
        ("Account support, however, is closed.", "account support"),
        ("Account support - sorry - is closed.", "account support"),
        ("Account support and billing are not available.", "account support"),
        ("I know you want account support, but I can't do that.", "account support"),
        ("I can't help you; account support is closed.", "account support"),
        ("Nine to five? No, those are not our hours.", "nine to five"),
        ("Nine to five, no, ten to six.", "nine to five"),
        ("Nine to five, Monday to Friday. No, wait.", "nine to five"),
        ("Nine to five. That is wrong.", "nine to five"),
        ("Nine to five. Not any more.", "nine to five"),
        ("Forty-two dollars is wrong.", "42 dollars"),
        ("A refund was denied.", "refund"),
        ("A refund has been refused.", "refund"),
        ("Support can't help you.", "support"),
        ("Refund: denied.", "refund"),
        ("A refund? I'm sorry, no.", "refund"),
        ("You want a refund, unfortunately that is not possible.", "refund"),
        ("You asked about a refund. Unfortunately, that's not possible.", "refund"),
        ("You asked about a refund. I'm afraid I can't do that.", "refund"),
    ],
)
def test_what_comes_after_a_phrase_may_take_it_back(text: str, phrase: str) -> None:
    assert is_said(text, phrase) is None


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Account support is open nine to five, and we don't close on Sundays.", "account support"),
        ("Account support is open nine to five and we don't close on Sundays.", "nine to five"),
        ("I can help with account support, not billing.", "account support"),
        ("Sure, account support. No problem.", "account support"),
        ("Sure, account support. That's not a problem.", "account support"),
        ("We are open nine to five at no extra cost.", "nine to five"),
        ("Account support is open when the shop is closed.", "account support"),
        ("I'll get you to account support so you don't have to wait.", "account support"),
        ("Account support can help you. We are open nine to five. I can't tell you more.", "account support"),
        ("I am connecting you to account support please do not hang up.", "account support"),
        ("I can offer a refund. It won't take long.", "refund"),
        ("A refund is on its way. Sorry for the trouble.", "refund"),
        ("A refund is on its way. Is anything else wrong?", "refund"),
    ],
)
def test_not_every_denial_after_a_phrase_takes_it_back(text: str, phrase: str) -> None:
    assert is_said(text, phrase) is True


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("You cannot cancel.", "can't cancel"),
        ("You can not cancel.", "can't cancel"),
        ("You cant cancel.", "can not cancel"),
        ("I will connect you now.", "I'll connect you"),
        ("We\N{RIGHT SINGLE QUOTATION MARK}re open.", "we are open"),
        ("It does not work.", "it doesn't work"),
        ("They've gone, and it's late.", "they have gone, and it is late"),
    ],
)
def test_short_forms_are_the_long_ones(text: str, phrase: str) -> None:
    assert is_said(text, phrase) is True


def test_who_may_not_was_not_told_that_he_may() -> None:
    assert is_said("You can not cancel.", "you can") is False


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("We changed twice.", "charged twice"),
        ("I see Christine Miller here.", "Christina Miller"),
        ("our busyness hours are nine to five", "business hours"),
    ],
)
def test_what_is_a_letter_away_can_not_be_told(text: str, phrase: str) -> None:
    assert is_said(text, phrase, misheard=True) is None
    assert is_said(text, phrase) is False


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Your account is in active use.", "inactive"),
        ("Your account is inactive.", "in active"),
        ("I am un able to.", "unable"),
        ("There is a part.", "apart"),
    ],
)
def test_a_short_word_may_be_no_part_of_the_next(text: str, phrase: str) -> None:
    assert is_said(text, phrase) is None


@pytest.mark.parametrize(("text", "phrase"), [("Send an e-mail.", "email"), ("We have wi-fi.", "wifi")])
def test_parts_that_are_no_words_are_joined(text: str, phrase: str) -> None:
    assert is_said(text, phrase) is True

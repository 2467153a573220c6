"""Triggers that go by the agent's words: nothing counts that was not heard."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seen_by_hand import reply, seen

from RobotVoice.interruption.heard_words import FASTEST, AfterPhrase, AfterWords, words_of
from RobotVoice.interruption.triggers import Fire, Seen, TooLate, Words
from RobotVoice.words.phrases import mentions

SPOKEN = (Words("Your", 1.0), Words(" last bill", 1.3), Words(" was forty", 2.0), Words(" two dollars.", 2.6))
"""A word at a time, as it is spoken; nothing is faster than anybody speaks."""
TALKING = (1.0, 9.0)


def phrase(text: str, after: float = 0.0) -> AfterPhrase:
    return AfterPhrase(after, phrase=text, is_in=partial(mentions, phrase=text))


def heard(*pieces: Words, onset: float = 1.0) -> list[tuple[str, float]]:
    return [(word.text, word.at) for word in words_of(reply((onset, 99.0), now=50.0), pieces)]


# --- when a word counts as heard ---


def test_a_word_is_heard_when_the_audio_before_it_has_been_played() -> None:
    words = heard(Words("Your", 1.5), Words(" last", 2.0), Words(" bill", 2.5))
    assert words == [("Your", 1.5), ("last", 2.0), ("bill", 2.5)]


def test_a_transcript_that_runs_ahead_is_heard_no_faster_than_anybody_speaks() -> None:
    words = heard(Words("abcdefghij klmnopqrst", 0.0, final=True), onset=1.0)
    assert words == [("abcdefghij", 1.5), ("klmnopqrst", 2.0)]


def test_a_word_may_come_in_two_pieces() -> None:
    assert [text for text, _ in heard(Words("your bil", 5.0), Words("ling is", 6.0))] == ["your", "billing", "is"]
    assert heard(Words("your bil", 5.0), Words("ling is", 6.0))[1] == ("billing", 6.0)
    assert [text for text, _ in heard(Words("your ", 5.0), Words("bill", 6.0))] == ["your", "bill"]


def test_the_final_transcript_adds_what_the_pieces_lacked() -> None:
    words = heard(Words("Your last", 5.0), Words("Your last bill", 8.0, final=True))
    assert words == [("Your", 5.0), ("last", 5.0), ("bill", 8.0)]


def test_each_part_of_a_reply_may_have_a_final_transcript() -> None:
    words = heard(
        Words("One", 5.0), Words("One.", 6.0, final=True), Words("Two", 7.0), Words("Two. Three.", 8.0, final=True)
    )
    assert words == [("One", 5.0), ("Two", 7.0), ("Three.", 8.0)]


def test_marks_are_no_words() -> None:
    assert [text for text, _ in heard(Words("Yes - 42 ...", 5.0))] == ["Yes", "42"]


@given(st.lists(st.tuples(st.text(alphabet="ab ,.", max_size=8), st.floats(0, 20), st.booleans()), max_size=8))
def test_whatever_comes_no_word_is_heard_before_it_could_be_said(pieces: list[tuple[str, float, bool]]) -> None:
    came = [Words(text, at, final) for text, at, final in sorted(pieces, key=lambda piece: piece[1])]
    words = words_of(reply((1.0, 99.0), now=50.0), came)
    letters = 0
    for word in words:
        letters += sum(map(str.isalnum, word.text))
        assert word.at >= 1.0 + letters / FASTEST
        assert any(word.at >= piece.at for piece in came)


# --- after so many words ---


def test_in_words() -> None:
    assert str(AfterWords(count=5)) == "after 5 words of the agent's reply"
    assert str(AfterWords(0.3, count=1)) == "300 ms after 1 word of the agent's reply"
    assert str(phrase("billing")) == 'after the agent said "billing"'


@pytest.mark.parametrize(("now", "fires"), [(1.0, False), (1.99, False), (2.0, True), (2.02, True)])
def test_fires_when_so_many_words_have_been_heard(now: float, fires: bool) -> None:
    answer = AfterWords(count=4).look(seen(now, TALKING, words=SPOKEN))
    assert answer == (Fire(1.0, 2.0) if fires else None)


def test_counts_after_from_there() -> None:
    assert AfterWords(0.5, count=4).look(seen(2.49, TALKING, words=SPOKEN)) is None
    assert AfterWords(0.5, count=4).look(seen(2.5, TALKING, words=SPOKEN)) == Fire(1.0, 2.5)


def test_in_a_pause_it_waits_for_the_next_word_and_is_due_then() -> None:
    sounds = (1.0, 1.9), (2.3, 9.0)
    assert AfterWords(count=4).look(seen(2.1, *sounds, words=SPOKEN)) is None
    assert AfterWords(count=4).look(seen(2.3, *sounds, words=SPOKEN)) == Fire(1.0, 2.3)


def test_words_whose_audio_was_dropped_are_never_heard() -> None:
    words = (Words("Your last", 1.2), Words(" bill was", float("inf")))
    assert AfterWords(count=3).look(seen(8.0, TALKING, words=words)) is None


def test_words_from_before_the_callers_turn_do_not_count() -> None:
    assert AfterWords(count=2).look(seen(2.1, TALKING, words=SPOKEN, since=1.9)) == Fire(1.0, 2.0)
    assert AfterWords(count=3).look(seen(2.1, TALKING, words=SPOKEN, since=1.9)) is None


def test_a_reply_that_ended_before() -> None:
    answer = AfterWords(count=20).look(seen(3.0, (1.0, 2.9), ended=True, words=SPOKEN))
    reason = "the agent's reply ended after 7 words, before the 20 words of after_words= were heard"
    assert answer == TooLate(reason)


def test_what_was_not_heard_is_not_counted_in_the_reason() -> None:
    words = (*SPOKEN, Words(" It is due", 3.4), Words(" tomorrow", float("inf")))
    answer = AfterWords(count=20).look(seen(3.0, (1.0, 2.9), ended=True, words=words))
    assert isinstance(answer, TooLate)
    assert "after 7 words, before" in answer.reason


def test_a_reply_that_ended_before_after_was_over() -> None:
    answer = AfterWords(1.5, count=4).look(seen(3.0, (1.0, 2.9), ended=True, words=SPOKEN))
    assert answer == TooLate("the agent had finished its reply after 900 ms, before the 1500 ms of after= were over")


def test_why_there_were_too_few_words_in_time() -> None:
    few = AfterWords(count=20).not_met(seen(15.0, (1.0, 20.0), words=SPOKEN), 15.0)
    assert few == "the agent had said 7 words within 15 s, fewer than the 20 of after_words="
    assert AfterWords(count=20).not_met(seen(15.0), 15.0) == "the agent was not audible within 15 s"


# --- after a phrase ---


@pytest.mark.parametrize(("now", "fires"), [(2.0, False), (2.59, False), (2.6, True)])
@pytest.mark.parametrize("text", ["forty two dollars", "Forty-two dollars", "42 DOLLARS", "$42"])
def test_fires_when_the_last_word_of_the_phrase_has_been_heard(text: str, now: float, fires: bool) -> None:
    """It spans two pieces of the transcript."""
    assert phrase(text).look(seen(now, TALKING, words=SPOKEN)) == (Fire(1.0, 2.6) if fires else None)


def test_only_whole_words_count() -> None:
    assert phrase("bill").look(seen(3.0, TALKING, words=(Words("Your billing", 1.5),))) is None
    assert phrase("bill").look(seen(3.0, TALKING, words=(Words("Your bill is", 1.8),))) == Fire(1.0, 1.8)


def test_the_first_place_counts() -> None:
    words = (Words("one bill", 2.0), Words(" and one bill", 3.0))
    assert phrase("bill").look(seen(4.0, TALKING, words=words)) == Fire(1.0, 2.0)


def test_a_phrase_late_in_a_long_reply() -> None:
    words = tuple(Words(f" word{number}", 2.0 + number / 2) for number in range(60))
    assert phrase("word58 word59").look(seen(31.4, (1.0, 40.0), words=words)) is None
    assert phrase("word58 word59").look(seen(31.6, (1.0, 40.0), words=words)) == Fire(1.0, 31.5)


def test_a_phrase_that_was_never_said() -> None:
    over = phrase("support").look(seen(3.0, (1.0, 2.9), ended=True, words=SPOKEN))
    assert over == TooLate('the agent never said "support": its reply ended after 7 words')
    waiting: Seen = seen(15.0, (1.0, 20.0), words=SPOKEN)
    assert phrase("support").not_met(waiting, 15.0) == 'the agent never said "support" within 15 s'

"""Triggers that wait for the agent to be silent."""

from __future__ import annotations

import pytest
from seen_by_hand import seen

from RobotVoice.interruption.silent_moments import InAPause, WhileThinking, WhileToolRuns
from RobotVoice.interruption.triggers import Fire, TooLate

TWO_SENTENCES = (1.0, 3.0), (3.4, 5.0)

# --- in a pause ---


def test_in_words() -> None:
    assert str(InAPause()) == "in a pause of the agent's reply"
    assert str(InAPause(0.3)) == "300 ms after a pause of the agent"
    assert str(WhileToolRuns()) == "while a tool of the agent runs"
    assert str(WhileToolRuns(1.0)) == "1000 ms after the agent called a tool"
    assert str(WhileThinking()) == "200 ms after the caller's last word, before the agent's first"
    assert str(WhileThinking(1.0)) == "1000 ms after the caller's last word, before the agent's first"


@pytest.mark.parametrize(("now", "fires"), [(2.9, False), (3.19, False), (3.2, True), (3.3, True)])
def test_a_pause_whose_end_has_been_received_already(now: float, fires: bool) -> None:
    due = pytest.approx(3.2)
    answer = InAPause().look(seen(now, *TWO_SENTENCES))
    assert (isinstance(answer, Fire) and answer.due == due) is fires


def test_a_pause_begins_where_the_last_sound_has_faded() -> None:
    looked = seen(3.19, (1.0, 3.0))
    looked.replies[0].sounds[-1].tail = -0.012
    answer = InAPause().look(looked)
    assert isinstance(answer, Fire)
    assert answer.due == pytest.approx(3.188)


def test_an_unvoiced_consonant_is_no_silence() -> None:
    looked = seen(3.2, (1.0, 3.0))
    looked.replies[0].sounds[-1].tail = 0.12
    assert InAPause().look(looked) is None


def test_a_pause_that_may_be_an_end() -> None:
    assert InAPause().look(seen(3.1, (1.0, 3.0))) is None
    assert InAPause().look(seen(3.2, (1.0, 3.0))) == Fire(1.0, 3.2)


def test_the_short_silence_between_two_words_is_no_pause() -> None:
    assert InAPause().look(seen(3.3, (1.0, 3.0), (3.19, 5.0))) is None


def test_an_end_that_is_known_is_no_pause() -> None:
    answer = InAPause().look(seen(3.2, (1.0, 3.0), ended=True))
    assert answer == TooLate("the agent made no pause of 200 ms in its reply")


def test_an_end_that_was_told_while_the_rest_still_plays_comes_later() -> None:
    assert InAPause().look(seen(3.2, *TWO_SENTENCES, ended=True)) == Fire(1.0, 3.2)


def test_a_pause_that_was_over_when_the_keyword_began_is_not_waited_for() -> None:
    assert InAPause().look(seen(4.0, *TWO_SENTENCES, armed=3.9)) is None
    assert InAPause().look(seen(3.35, *TWO_SENTENCES, armed=3.3)) == Fire(1.0, 3.2)
    answer = InAPause().look(seen(5.2, *TWO_SENTENCES, armed=3.9, ended=True))
    assert answer == TooLate("the agent made no pause of 200 ms in its reply")


def test_a_pause_before_the_callers_turn_is_another_matter() -> None:
    assert InAPause().look(seen(4.0, *TWO_SENTENCES, since=3.5)) is None


def test_so_long_after_a_pause_whatever_the_agent_does_then() -> None:
    assert InAPause(0.5).look(seen(3.69, *TWO_SENTENCES)) is None
    assert InAPause(0.5).look(seen(3.7, *TWO_SENTENCES)) == Fire(1.0, 3.7)


def test_a_reply_that_ended_before_after_was_over() -> None:
    answer = InAPause(3.0).look(seen(5.1, *TWO_SENTENCES, ended=True))
    assert answer == TooLate("the agent had finished its reply after 1800 ms, before the 3000 ms of after= were over")


def test_why_there_was_no_pause_in_time() -> None:
    assert InAPause().not_met(seen(15.0, (1.0, 20.0)), 15.0) == "the agent made no pause of 200 ms within 15 s"
    assert InAPause().not_met(seen(15.0), 15.0) == "the agent was not audible within 15 s"


# --- while a tool runs ---


def test_waits_for_a_tool() -> None:
    assert WhileToolRuns().look(seen(2.0)) is None
    assert WhileToolRuns().look(seen(2.0, tools=[2.5])) is None


def test_fires_when_the_tool_is_called() -> None:
    assert WhileToolRuns().look(seen(2.0, tools=[2.0])) == Fire(None, 2.0)
    assert WhileToolRuns(0.5).look(seen(2.49, tools=[2.0])) is None
    assert WhileToolRuns(0.5).look(seen(2.5, tools=[2.0])) == Fire(None, 2.5)


def test_a_tool_from_before_the_callers_turn_does_not_count() -> None:
    assert WhileToolRuns().look(seen(3.0, tools=[2.0], since=2.5)) is None
    assert WhileToolRuns().look(seen(3.0, tools=[2.0, 2.8], since=2.5)) == Fire(None, 2.8)


@pytest.mark.parametrize("called", [1.5, 2.95, 3.1])
def test_a_call_while_the_agent_speaks_counts_from_where_it_has_fallen_silent(called: float) -> None:
    """Between two words of "let me look" is no silence."""
    sounds = (1.0, 2.0), (2.1, 3.0)
    assert WhileToolRuns().look(seen(2.05, *sounds, tools=[called])) is None
    assert WhileToolRuns().look(seen(3.19, *sounds, tools=[called])) is None
    assert WhileToolRuns().look(seen(3.2, *sounds, tools=[called])) == Fire(None, 3.2)


def test_speech_that_has_been_received_and_is_not_heard_yet_is_none() -> None:
    assert WhileToolRuns().look(seen(2.2, (1.0, 1.5), (3.0, 4.0), tools=[2.0])) == Fire(None, 2.0)


def test_an_agent_that_spoke_again_before() -> None:
    answer = WhileToolRuns(0.5).look(seen(2.4, (2.3, 4.0), tools=[2.0]))
    reason = "the agent spoke again 300 ms after it had called look_up_account"
    assert answer == TooLate(f"{reason}, before the 500 ms of after= were over")
    assert WhileToolRuns().look(seen(2.4, (2.3, 4.0), tools=[2.0])) == TooLate(reason)


def test_why_there_was_no_tool_in_time() -> None:
    assert WhileToolRuns().not_met(seen(15.0, (1.0, 3.0)), 15.0) == "no tool call of the agent came within 15 s"


# --- before the first word ---


@pytest.mark.parametrize(("now", "fires"), [(0.6, False), (0.69, False), (0.7, True), (0.9, True)])
def test_fires_when_it_is_no_longer_the_same_breath(now: float, fires: bool) -> None:
    assert WhileThinking().look(seen(now, caller_end=0.5)) == (Fire(None, 0.7) if fires else None)


def test_after_counts_from_the_callers_last_word() -> None:
    assert WhileThinking(1.0).look(seen(1.49, caller_end=0.5)) is None
    assert WhileThinking(1.0).look(seen(1.5, caller_end=0.5)) == Fire(None, 1.5)


def test_an_agent_that_spoke_first() -> None:
    answer = WhileThinking(1.0).look(seen(1.4, (1.3, 4.0), caller_end=0.5))
    assert answer == TooLate("the agent spoke 800 ms after the caller's last word, before the 1 s were over")
    late = WhileThinking(0.5).look(seen(1.4, (1.3, 4.0), caller_end=0.5))
    assert late == TooLate("the agent spoke 800 ms after the caller's last word")
    already = WhileThinking().look(seen(1.4, (0.2, 4.0), caller_end=0.5))
    assert already == TooLate("the agent was speaking already when the caller said their last word")


def test_a_reply_from_before_the_callers_turn_does_not_count() -> None:
    assert WhileThinking().look(seen(4.0, (1.0, 2.0), ended=True, since=2.5, caller_end=3.5)) == Fire(None, 3.7)


def test_a_caller_who_has_said_nothing() -> None:
    answer = WhileThinking().look(seen(4.0, caller_end=None))
    assert answer == TooLate("the caller had said nothing yet that the agent could think about")

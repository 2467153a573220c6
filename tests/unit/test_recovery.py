"""The verdict on one interruption without a model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from evidence_by_hand import kept_talking, missed
from recovery_by_hand import case_of, recovered, turns

from RobotVoice.errors import UnreliableTiming
from RobotVoice.evidence.model import Continuation, Interruption, Measured, Speaker, Turn
from RobotVoice.evidence.verdict import MEASUREMENT, Ruling, Verdict
from RobotVoice.judge.casefile import CaseFile, case_file
from RobotVoice.judge.recovery import Demands, verdicts


def judged(one: Interruption, **demands: Any) -> list[Verdict]:
    return verdicts(one, case_of(one), Demands(**demands))


def last(one: Interruption, source: str = "agent's transcript", **demands: Any) -> Verdict:
    return verdicts(one, case_of(one, source), Demands(**demands))[-1]


def test_a_recovery_is_measured_first() -> None:
    found = judged(recovered(), must_mention=["account support"], must_not_mention=["billing"])
    assert [verdict.criterion for verdict in found] == [
        "The agent stops",
        "The agent replies",
        'Mentions "account support"',
        'Does not mention "billing"',
    ]
    assert {verdict.ruling for verdict in found} == {Ruling.MET}
    assert [verdict.decided_by for verdict in found[:2]] == [MEASUREMENT] * 2
    assert found[0].reason == "The agent stopped 412 ms after the caller barged in."
    assert found[1].reason == "It replied 1000 ms after the caller's last word."
    assert (found[0].moment, found[2].moment) == (4.0, 6.5)
    assert found[2].quote == "Sure, account support."


def test_every_missing_and_every_unwanted_phrase_is_named() -> None:
    found = judged(recovered(), must_mention=["hours", "support"], must_not_mention=["account", "billing"])
    assert [verdict.reason for verdict in found if verdict.ruling is Ruling.NOT_MET] == [
        'After the interruption the agent had to mention "hours", but said: "Sure, account support."',
        'After the interruption the agent must not mention "account", but said: "Sure, account support."',
    ]


def test_one_of_several_phrases() -> None:
    assert last(recovered(), must_mention_any=["help desk", "support"]).ruling is Ruling.MET
    found = last(recovered(), must_mention_any=["help desk", "hotline"])
    assert found.ruling is Ruling.NOT_MET
    assert 'had to mention "help desk" or "hotline"' in found.reason


@pytest.mark.parametrize("interruption", [kept_talking(), missed()])
def test_without_an_interruption_there_is_no_recovery(interruption: Interruption) -> None:
    one = replace(interruption, after="support")
    fact, words = verdicts(one, case_file((), (one,)), Demands(must_mention=["support"]))
    assert fact.ruling is Ruling.NOT_MET
    assert "kept talking" in fact.reason or "did not happen" in fact.reason
    assert words.ruling is Ruling.CANNOT_TELL


def test_an_agent_that_stopped_and_said_nothing_did_not_recover() -> None:
    silent = replace(recovered(None), reply_onset=None, response_latency=None)
    found = judged(silent, must_not_mention=["billing"], replied_within=2.0)
    assert [verdict.ruling for verdict in found[1:]] == [Ruling.NOT_MET, Ruling.CANNOT_TELL, Ruling.CANNOT_TELL]
    assert "did not reply" in found[1].reason


def test_an_agent_that_hung_up_instead_is_said_to_have() -> None:
    silent = replace(recovered(None), reply_onset=None, response_latency=None)
    case = replace(case_of(silent), seconds=5.5, ended="The agent hung up.")
    found = verdicts(silent, case, Demands(must_mention=["support"], replied_within=2.0))
    assert [verdict.ruling for verdict in found[1:]] == [Ruling.NOT_MET, Ruling.CANNOT_TELL, Ruling.CANNOT_TELL]
    for verdict in found[1:]:
        assert verdict.reason.endswith(". The call ended 1500 ms after the barge-in: The agent hung up.")


def test_the_end_of_a_call_excuses_nobody_who_kept_talking() -> None:
    one = kept_talking()
    _, words = verdicts(one, case_file((), (one,), (), 9.0, "The agent hung up."), Demands(must_mention=["support"]))
    assert words.reason == "The agent was not interrupted, so there is no recovery to be judged."


def test_an_agent_that_goes_on_with_its_old_reply_did_not_recover() -> None:
    found = judged(replace(recovered("support"), resumed=True), must_mention=["support"])
    assert found[1].ruling is Ruling.NOT_MET
    assert "went on with its old reply" in found[1].reason


OWN_TEXT = "Let me tell you about your billing. Your last bill was forty two dollars, and it is due soon."


@pytest.mark.parametrize(
    ("reply", "ruling"),
    [
        ("Your last bill was $42, and it is due soon.", Ruling.NOT_MET),
        ("your billing. Your last bill was forty two dollars", Ruling.NOT_MET),
        ("and it is due soon", Ruling.NOT_MET),
        ("Let me tell you about your account.", Ruling.MET),
        ("Let me tell you about your billing, if you like.", Ruling.MET),
        ("Sure. Your last bill was forty two dollars", Ruling.NOT_MET),
        ("As I was saying, your last bill was forty two dollars and it is due", Ruling.NOT_MET),
        ("Your last bill was forty two dollars and it is do soon.", Ruling.NOT_MET),
        ("Let me tell you about your billing. Your last bill was forty two dollars", Ruling.NOT_MET),
        ("Is it due soon?", Ruling.MET),
        ("Due soon.", Ruling.MET),
    ],
)
def test_what_it_was_going_to_say_is_known_again(reply: str, ruling: Ruling) -> None:
    """Many protocols give what goes on another id, so that only the words tell."""
    one = recovered(reply)
    told = [replace(turn, own_text=OWN_TEXT) if turn.interrupted else turn for turn in turns(one)]
    found = verdicts(one, case_file(tuple(told), (one,)), Demands())[1]
    assert (found.criterion, found.ruling) == ("The agent replies", ruling)


def test_where_neither_sound_nor_words_tell_that_it_answered_only_a_demand_on_the_answer_passes() -> None:
    one = replace(recovered("Your last"), resumed=None)
    told = [replace(turn, own_text=OWN_TEXT) if turn.interrupted else turn for turn in turns(one)]
    case = case_file(tuple(told), (one,))
    assert verdicts(one, case, Demands())[1].ruling is Ruling.CANNOT_TELL
    assert verdicts(one, case, Demands(must_mention=["your last"]))[1].ruling is Ruling.MET
    known = replace(one, after="Sure, account support.")
    assert verdicts(known, case, Demands())[1].ruling is Ruling.MET


@pytest.mark.parametrize(
    ("reply", "ruling"),
    [
        ("Sure, account support.", Ruling.MET),
        ("Your last bill was forty two dollars", Ruling.NOT_MET),
        ("Let me tell you about your account", Ruling.CANNOT_TELL),
    ],
)
def test_an_old_reply_of_which_nothing_was_understood_is_known_again(reply: str, ruling: Ruling) -> None:
    one = replace(recovered(reply), resumed=None, before=None)
    told = [replace(turn, own_text=OWN_TEXT) if turn.interrupted else turn for turn in turns(one)]
    assert verdicts(one, case_file(tuple(told), (one,)), Demands())[1].ruling is ruling


def test_an_agent_that_was_found_to_go_on_did_not_recover() -> None:
    one = replace(recovered("support"), resumed=None, continuation=Continuation(went_on=True))
    assert judged(one, must_mention=["support"])[1].ruling is Ruling.NOT_MET


def in_two_parts(first: str, second: str, source: str = "agent's transcript", cut_off: bool = False) -> CaseFile:
    one = recovered(first)
    more = Turn(Speaker.AGENT, 10.0, 12.0, second, source, interrupted=cut_off)
    return case_file((*turns(one), more), (one,))


@pytest.mark.parametrize(
    ("demand", "ruling"),
    [
        ({"must_mention": ["nine to five"]}, Ruling.MET),
        ({"must_not_mention": ["forty two dollars"]}, Ruling.NOT_MET),
        ({"must_not_repeat": True}, Ruling.NOT_MET),
        ({"must_mention": ["support"]}, Ruling.NOT_MET),
    ],
)
def test_all_that_it_says_until_the_callers_next_turn_counts(demand: dict[str, Any], ruling: Ruling) -> None:
    answer = "We are open nine to five. Let me tell you about your billing: forty two dollars."
    case = in_two_parts("Sure, let me look that up.", answer)
    assert verdicts(case.interruptions[0], case, Demands(**demand))[-1].ruling is ruling


def test_what_it_had_no_time_to_say_is_left_open() -> None:
    case = in_two_parts("Sure.", "Let me see, our hours are", source="speech to text", cut_off=True)
    found = verdicts(case.interruptions[0], case, Demands(must_mention=["nine to five"]))[-1]
    assert found.ruling is Ruling.CANNOT_TELL
    assert "was cut off before it had mentioned" in found.reason


@pytest.mark.parametrize("after", [None, ""])
@pytest.mark.parametrize(
    "demands",
    [{"must_mention": ["a"]}, {"must_not_mention": ["a"]}, {"must_not_answer": ["a"]}, {"must_not_repeat": True}],
)
def test_unknown_words_pass_nothing(after: str | None, demands: dict[str, Any]) -> None:
    found = last(recovered(after), **demands)
    assert found.ruling is Ruling.CANNOT_TELL
    assert "is not known" in found.reason
    assert {verdict.ruling for verdict in judged(recovered(after))} == {Ruling.MET}


@pytest.mark.parametrize("interruption", [recovered(), kept_talking()])
def test_figures_that_can_not_be_trusted_are_no_recovery_and_no_fault(interruption: Interruption) -> None:
    starved = replace(interruption, stop_latency=Measured(0.4, 0.3, doubt="The line broke."))
    with pytest.raises(UnreliableTiming, match=r"^The line broke\. "):
        judged(starved, must_mention=["support"])


@pytest.mark.parametrize("demand", ["must_mention", "must_not_mention", "must_not_answer"])
def test_a_not_before_the_phrase_leaves_it_open(demand: str) -> None:
    found = judged(recovered("I can't help you with account support."), **{demand: ["account support"]})[-1]
    assert found.ruling is Ruling.CANNOT_TELL
    assert 'a "not" or a "minus" before them may deny them' in found.reason


def test_a_refusal_mentions_nothing() -> None:
    reply = "I'm sorry, but I can't help you with any questions about billing, your bill, or your account support."
    assert last(recovered(reply), must_mention=["support"]).ruling is Ruling.CANNOT_TELL
    assert last(recovered(reply), must_mention_any=["help desk", "support"]).ruling is Ruling.CANNOT_TELL


def test_of_several_phrases_one_that_is_said_plainly_is_enough() -> None:
    reply = "I can't help you with billing. I can help you with support."
    found = last(recovered(reply), must_mention_any=["billing", "support"])
    assert (found.ruling, found.quote) == (Ruling.MET, "I can help you with support.")


def test_a_phrase_that_is_also_said_plainly_is_mentioned() -> None:
    reply = "This is not support. But support is open now."
    assert last(recovered(reply), must_mention=["support"]).ruling is Ruling.MET
    assert last(recovered(reply), must_not_mention=["support"]).ruling is Ruling.NOT_MET


@pytest.mark.parametrize("demands", [{"must_mention": ["account support"]}, {"must_not_mention": ["account support"]}])
def test_a_slip_of_speech_recognition_leaves_it_open(demands: dict[str, Any]) -> None:
    slip = recovered("Sure, account suport.")
    found = last(slip, "speech to text", **demands)
    assert found.ruling is Ruling.CANNOT_TELL
    assert "they were not heard to the letter" in found.reason
    assert last(slip, **demands).ruling is not Ruling.CANNOT_TELL


def test_what_is_taken_back_is_not_mentioned() -> None:
    found = last(recovered("A refund was denied."), must_mention=["refund"])
    assert found.ruling is Ruling.CANNOT_TELL
    assert "what comes after them takes them back" in found.reason


# --- the old question ---


def test_an_old_answer_that_comes_late_is_found() -> None:
    one = recovered("Sure, account support.")
    late = Turn(Speaker.AGENT, 10.0, 12.0, "And your bill is $42.", "agent's transcript")
    found = verdicts(one, case_file((*turns(one), late), (one,)), Demands(must_not_answer=["forty two dollars"]))[-1]
    assert (found.ruling, found.moment, found.quote) == (Ruling.NOT_MET, 10.0, "And your bill is $42.")
    asked = Turn(Speaker.CALLER, 9.0, 9.9, "And my bill?", "caller's line")
    found = verdicts(
        one, case_file((*turns(one), asked, late), (one,)), Demands(must_not_answer=["forty two dollars"])
    )[-1]
    assert found.ruling is Ruling.MET


def test_where_nothing_is_known_to_have_been_said_nothing_was_left_out() -> None:
    """The caller spoke again before the reply: it belongs to these later words, and none is left to be judged."""
    one = recovered("Your last bill was forty two dollars.")
    again = Turn(Speaker.CALLER, 5.6, 6.1, "Please", "caller's line")
    case = case_file((*turns(one), again), (one,))
    assert case.recovery(one) == ()
    found = verdicts(one, case, Demands(must_not_answer=["forty two dollars"]))[-1]
    assert found.ruling is Ruling.CANNOT_TELL
    assert found.reason.startswith("Nothing is known to have been said")


@pytest.mark.parametrize("source", ["agent's transcript, of which the end was not heard"])
def test_an_old_answer_that_may_not_have_been_heard_is_left_open(source: str) -> None:
    one = recovered("Sure, account support.")
    cut = Turn(Speaker.AGENT, 10.0, 12.0, "And your bill is forty two dollars", source, 2.0, True)
    for phrase in ("your bill", "forty two dollars"):
        found = verdicts(one, case_file((*turns(one), cut), (one,)), Demands(must_not_answer=[phrase]))[-1]
        assert found.ruling is Ruling.CANNOT_TELL


# --- what was heard already, what the agent knows, how soon ---


@pytest.mark.parametrize(
    ("reply", "ruling"),
    [
        ("As I said, let me tell you about your billing.", Ruling.NOT_MET),
        ("Now let me tell you about support.", Ruling.CANNOT_TELL),
        ("Sure, account support.", Ruling.MET),
    ],
)
def test_repeating_what_was_heard(reply: str, ruling: Ruling) -> None:
    assert last(recovered(reply), must_not_repeat=True).ruling is ruling


def test_what_is_repeated_is_quoted_as_it_was_said() -> None:
    one = replace(recovered("So, as I said: Your last bill was forty-two dollars. And so on."), before=OWN_TEXT)
    found = last(one, must_not_repeat=True)
    assert found.ruling is Ruling.NOT_MET
    assert found.quote == "Your last bill was forty-two dollars. And"[: len(found.quote)]
    assert found.reason.endswith(f'before the interruption: "{found.quote}".')
    assert "forty-two dollars." in found.quote


@pytest.mark.parametrize(
    ("before", "ruling"),
    [("Our hours are", Ruling.CANNOT_TELL), ("Well, our hours are", Ruling.MET)],
)
def test_few_words_that_were_heard_can_not_tell_a_repetition(before: str, ruling: Ruling) -> None:
    one = replace(recovered("Our hours are nine to five."), before=before)
    found = last(one, must_not_repeat=True)
    assert found.ruling is ruling
    assert (f'no more was heard than "{before}"' in found.reason) is (ruling is Ruling.CANNOT_TELL)


def test_nothing_can_be_repeated_that_is_not_known() -> None:
    unknown = replace(recovered(), before=None)
    assert last(unknown, must_not_repeat=True).ruling is Ruling.CANNOT_TELL


@pytest.mark.parametrize(
    ("believed", "ruling"),
    [
        ("Let me tell you about your billing.", Ruling.MET),
        ("Let me tell you about your billing. Your last", Ruling.MET),
        ("Let me tell you about your billing. Your last bill was forty two dollars", Ruling.NOT_MET),
        ("Let me tell", Ruling.NOT_MET),
        (None, Ruling.CANNOT_TELL),
    ],
)
def test_an_agent_should_know_what_was_heard(believed: str | None, ruling: Ruling) -> None:
    one = recovered()
    found = verdicts(one, case_of(one, believed=believed), Demands(must_know_what_was_heard=True))[-1]
    assert found.ruling is ruling


@pytest.mark.parametrize(
    ("believed", "said"),
    [
        ("Let me tell you about your billing. Your last bill, Mr. O'Neil", 'said "Your last bill, Mr. O\'Neil", which'),
        ("Let me tell", 'heard "you about your billing", which'),
    ],
)
def test_what_is_not_known_is_quoted_as_it_was_said(believed: str, said: str) -> None:
    one = recovered()
    assert said in verdicts(one, case_of(one, believed=believed), Demands(must_know_what_was_heard=True))[-1].reason


def test_belief_can_not_be_held_against_what_nobody_knows() -> None:
    one = replace(recovered(), before=None)
    found = verdicts(one, case_of(one, believed="Let me"), Demands(must_know_what_was_heard=True))[-1]
    assert found.ruling is Ruling.CANNOT_TELL


@pytest.mark.parametrize(
    ("latency", "ruling"),
    [
        (Measured(1.0, 0.02), Ruling.MET),
        (Measured(2.1, 0.02), Ruling.NOT_MET),
        (Measured(1.995, 0.02), Ruling.CANNOT_TELL),
        (Measured(2.005, 0.02), Ruling.CANNOT_TELL),
        (Measured(-0.5, 0.02), Ruling.NOT_MET),
        (None, Ruling.CANNOT_TELL),
    ],
)
def test_how_soon_it_replies(latency: Measured | None, ruling: Ruling) -> None:
    assert last(replace(recovered(), response_latency=latency), replied_within=2.0).ruling is ruling


def test_a_reply_too_near_to_the_limit_says_what_to_do() -> None:
    found = last(replace(recovered(), response_latency=Measured(1.995, 0.02)), replied_within=2.0)
    assert found.reason == (
        "The agent began its reply 1995 ms after the caller's last word; allowed 2 s. That is 1995 ms ± 20 ms, so "
        "anything from 1975 ms to 2015 ms: whether the limit was kept can't be told. Set a limit outside of that, or "
        "repeat the scenario and check the interval: Repeat, then Repeated Response Latency Should Be Within."
    )


def test_how_soon_it_replies_on_a_busy_machine() -> None:
    with pytest.raises(UnreliableTiming, match=r"^The line broke\. "):
        judged(replace(recovered(), response_latency=Measured(1.0, 0.3, doubt="The line broke.")), replied_within=2.0)

"""The keyword: which interruptions it judges, what it raises, and what it puts into the report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evidence_by_hand import call, kept_talking
from floor_by_hand import floor
from hearing_by_hand import AGENT, CALLER, heard_by, part
from judge_by_hand import ChatServer, Reply, Request, chat_server, completion, failure, verdict, verdicts
from recovery_by_hand import recovered, turns
from test_report import Page

from RobotVoice import RobotVoice
from RobotVoice.audio.frames import Clip
from RobotVoice.durations import Duration
from RobotVoice.errors import AgentFailure, CannotCheck, InvalidArgument
from RobotVoice.evidence.model import CallEvidence, Health, Interruption, Measured, Speaker, Turn
from RobotVoice.evidence.report import render
from RobotVoice.evidence.verdict import Judgement, Ruling, Usage
from RobotVoice.interruption.floor import Floor
from RobotVoice.judgeable import Judgeable
from RobotVoice.keywords.judging import JudgingKeywords

HOURS = "Our business hours are nine to five."
CRITERION = "The agent gives its business hours"
MET = verdicts(verdict("met", "business hours are nine to five"))


class CallByHand(Judgeable):
    """A call whose facts are given."""

    def __init__(self, *interruptions: Interruption) -> None:
        super().__init__()
        self.found = list(interruptions)

    def begin_test(self) -> None:
        self.checks.clear()

    seconds = 30.0
    why_ended = ""

    def results(self) -> list[Interruption]:
        return self.found

    def interruptions(self) -> list[Interruption]:
        return self.found

    def reply_latency(self, patience: float) -> Measured | None:
        return None

    def last_words(self) -> str:
        return ""

    def turns(self) -> tuple[Turn, ...]:
        return tuple(turn for one in self.found if one.barge_in for turn in turns(one))

    def sound(self, speaker: Speaker, start: float, end: float) -> Clip:
        return part(CALLER if speaker is Speaker.CALLER else AGENT, start, end)

    def floor(self) -> Floor:
        return floor()

    def wait(self, seconds: float) -> bool:
        return False

    def health(self) -> Health:
        return Health()

    def problems(self) -> list[str]:
        return []

    def keep_recording(self, output_dir: Path, test: str) -> Path:
        return output_dir

    def evidence(self) -> CallEvidence:
        told = call(*self.found, turns=self.turns())
        return replace(told, checks=tuple(self.checks), seconds=self.seconds, ended=self.why_ended)


@pytest.fixture(autouse=True)
def no_judge_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "ROBOTVOICE_JUDGE",
        "ROBOTVOICE_JUDGE_URL",
        "ROBOTVOICE_JUDGE_KEY",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server(MET) as found:
        yield found


def keywords(judged: Judgeable, **options: Any) -> JudgingKeywords:
    library = RobotVoice(**options)
    library._calls.append(judged)
    return JudgingKeywords(library)


def judge(judged: Judgeable, *criteria: str, **demands: Any) -> Judgement:
    return keywords(judged).judge_recovery(*criteria, **demands)


# --- without a model ---


def test_a_pass_is_returned_and_shown() -> None:
    one = CallByHand(recovered(HOURS))
    found = judge(one, must_mention="9 to 5", must_not_mention=["billing"], replied_within=Duration(2.0))
    assert found.passed
    assert len(found.verdicts) == 5
    assert found.usage == Usage()
    (check,) = one.checks
    assert check.passed
    assert check.verdicts == found.verdicts
    assert check.sentence == f'The agent stopped 412 ms after the caller barged in. It then said: "{HOURS}"'


def test_a_failure_is_one_paragraph_with_every_demand_that_is_not_met() -> None:
    one = CallByHand(recovered(HOURS), kept_talking(barge_in=14.0))
    with pytest.raises(AgentFailure) as failed:
        judge(one, must_mention=["support", "nine"], must_not_mention="five")
    message = str(failed.value)
    assert "\n" not in message
    assert message.startswith('Interruption 1, "Wait, I meant account support": After')
    for told in ('had to mention "support"', 'must not mention "five"', "Interruption 2, ", "for at least 4.2 s"):
        assert told in message
    assert '"nine"' not in message
    assert [check.passed for check in one.checks] == [False, False]
    assert [check.interruption for check in one.checks] == [1, 2]


def test_an_agent_that_hung_up_instead_of_replying_fails_with_that_reason() -> None:
    one = CallByHand(replace(recovered(None), reply_onset=None, response_latency=None))
    one.seconds, one.why_ended = 6.0, "The agent hung up."
    with pytest.raises(AgentFailure) as failed:
        judge(one, must_mention="support")
    assert str(failed.value).endswith(". The call ended 2000 ms after the barge-in: The agent hung up.")


def test_what_can_not_be_told_is_an_error() -> None:
    one = CallByHand(recovered(None))
    with pytest.raises(CannotCheck, match="is not known"):
        judge(one, must_mention="support")
    assert one.checks[0].passed is None


def test_a_failure_comes_before_what_can_not_be_told() -> None:
    with pytest.raises(AgentFailure, match="kept talking"):
        judge(CallByHand(recovered(None), kept_talking()), must_mention="support")


def test_every_interruption_is_judged_once() -> None:
    one = CallByHand(recovered(HOURS))
    assert {verdict.interruption for verdict in judge(one).verdicts} == {1}
    with pytest.raises(CannotCheck, match="no interruption to judge"):
        judge(one)
    one.found.append(recovered(HOURS, 2, 14.0))
    assert {verdict.interruption for verdict in judge(one).verdicts} == {2}


def test_each_interruption_with_demands_of_its_own() -> None:
    one = CallByHand(recovered(HOURS), recovered("Account support.", 2, 14.0))
    assert judge(one, interruption=2, must_mention="support").verdicts[-1].interruption == 2
    assert judge(one, interruption=1, must_mention="nine to five").passed
    assert {verdict.interruption for verdict in judge(one).verdicts} == {2}
    for number in (0, 3):
        with pytest.raises(InvalidArgument, match="there are 2, counted from 1"):
            judge(one, interruption=number)


@pytest.mark.parametrize(
    ("demands", "said"),
    [
        ({"must_mention": " "}, "must_mention= is empty"),
        ({"must_mention_any": []}, "must_mention_any= is empty"),
        ({"must_not_mention": ""}, "must_not_mention= is empty"),
        ({"must_not_mention": ["billing", " "]}, "must_not_mention= is empty, or holds an empty phrase"),
        ({"must_not_answer": ""}, "must_not_answer= is empty"),
        ({"must_mention": "?"}, "holds no word"),
        ({"must_not_mention": None}, "must_not_mention= is None, perhaps of a variable that was not set"),
        ({"must_mention": None}, "must_mention= is None"),
        ({"must_mention_any": None}, "must_mention_any= is None"),
        ({"must_not_answer": None}, "must_not_answer= is None"),
        ({"votes": 2.5}, "votes=2.5: it has to be a whole number from 1 to 9"),
        ({"votes": 0}, "votes=0: it has to be a whole number from 1 to 9"),
    ],
)
def test_a_wrong_argument_is_named(demands: dict[str, Any], said: str) -> None:
    one = CallByHand(recovered(HOURS))
    with pytest.raises(InvalidArgument, match=said):
        judge(one, **demands)
    assert one.checks == []


@pytest.mark.parametrize("name", ["must_mention", "must_mention_any", "must_not_mention", "must_not_answer"])
@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("['bill', 'billing']", "that begins with '['"),
        ("('bill', 'billing')", "that begins with '('"),
        ("bill; billing", "with ';' in it"),
        ("bill | billing", "with '|' in it"),
    ],
)
def test_a_list_that_was_written_as_one_text_is_refused(name: str, text: str, sign: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        judge(CallByHand(recovered(HOURS)), **{name: text})
    assert str(refused.value) == (
        f"{name}= is one phrase {sign}; for several phrases give a list variable, {name}=${{LIST}}."
    )


@pytest.mark.parametrize("text", ["bill, billing", "bill,billing", "42, 43"])
@pytest.mark.parametrize("name", ["must_mention_any", "must_not_mention", "must_not_answer"])
def test_a_comma_is_refused_where_the_phrase_could_not_be_missed(name: str, text: str) -> None:
    with pytest.raises(InvalidArgument, match=f"^{name}= is one phrase with a comma in it; for several phrases give"):
        judge(CallByHand(recovered(HOURS)), **{name: text})


def test_a_comma_in_a_phrase_that_has_to_be_said_is_part_of_it() -> None:
    reply = "We open on Monday, nine o'clock, and it is $1,042."
    assert judge(CallByHand(recovered(reply)), must_mention="Monday, nine").passed
    assert judge(CallByHand(recovered(reply)), must_mention_any="$1,042", must_not_mention=["Tuesday, nine"]).passed
    with pytest.raises(AgentFailure, match='had to mention "nine, Monday"'):
        judge(CallByHand(recovered(reply)), must_mention="nine, Monday")


def test_plain_words_without_a_judge_are_an_error_that_says_how_to_get_one() -> None:
    one = CallByHand(recovered(HOURS))
    with pytest.raises(CannotCheck, match=r"no judge is configured.* judge=.*judge_url=.*ROBOTVOICE_JUDGE"):
        judge(one, CRITERION)
    assert one.unjudged()


# --- with a model ---


def test_plain_words_with_a_judge(server: ChatServer) -> None:
    one = CallByHand(recovered(HOURS), recovered(HOURS, 2, 14.0))
    found = keywords(one, judge="llama", judge_url=server.url).judge_recovery(CRITERION, votes=3)
    assert found.passed
    assert [verdict.votes for verdict in found.verdicts if verdict.decided_by == "llama"] == ["3 of 3"] * 2
    assert found.usage == Usage(6, 5400, 240)
    assert one.checks[0].note == f"Judged by llama at {server.url}: 3 requests, 2700 tokens in, 120 tokens out."


def test_without_criteria_no_model_is_asked(server: ChatServer) -> None:
    assert keywords(CallByHand(recovered(HOURS)), judge="llama", judge_url=server.url).judge_recovery().passed
    assert server.requests == []


@pytest.mark.parametrize(
    "criterion",
    [
        "The agent stops within one second of the interruption",
        "The agent stopped talking when the caller spoke",
        "The agent stops immediately.",
        "The agent answers within 2 seconds",
    ],
)
def test_what_is_measured_is_no_criterion_for_a_model(server: ChatServer, criterion: str) -> None:
    with pytest.raises(InvalidArgument, match="is about what is measured"):
        keywords(CallByHand(recovered(HOURS)), judge="llama", judge_url=server.url).judge_recovery(criterion)


def test_a_model_overrules_no_measurement(server: ChatServer) -> None:
    resumed = replace(recovered(HOURS), resumed=True)
    late = replace(recovered(HOURS, 2, 14.0), response_latency=Measured(4.0, 0.02))
    one = CallByHand(resumed, late)
    with pytest.raises(AgentFailure) as failed:
        keywords(one, judge="llama", judge_url=server.url).judge_recovery(
            "The agent did not go on with its old reply", replied_within=Duration(2.0)
        )
    assert "went on with its old reply" in str(failed.value)
    assert "allowed 2 s" in str(failed.value)
    assert len(server.requests) == 2


def test_a_criterion_that_is_not_met_is_named() -> None:
    no = verdicts(verdict("not met", "business hours are nine to five", reason="It says nothing of Sundays."))
    with chat_server(no) as server, pytest.raises(AgentFailure) as failed:
        keywords(CallByHand(recovered(HOURS)), judge="m", judge_url=server.url).judge_recovery("It tells of Sundays")
    assert str(failed.value) == 'The criterion "It tells of Sundays" is not met: It says nothing of Sundays.'


@pytest.mark.parametrize("answer", [failure(401), verdicts(verdict("cannot tell", "")), verdicts(verdict("met", ""))])
def test_a_judge_without_a_verdict_is_an_error(answer: Any) -> None:
    with chat_server(answer) as server, pytest.raises(CannotCheck, match=f'"{CRITERION}" could not be decided'):
        keywords(CallByHand(recovered(HOURS)), judge="m", judge_url=server.url).judge_recovery(CRITERION)


def test_an_empty_criterion_is_refused(server: ChatServer) -> None:
    with pytest.raises(InvalidArgument, match="is empty"):
        keywords(CallByHand(recovered(HOURS)), judge="m", judge_url=server.url).judge_recovery(" ")


# --- with a model that takes sound ---


def test_a_judge_that_hears_is_given_the_sound_of_each_interruption() -> None:
    one = CallByHand(recovered(HOURS), recovered(HOURS, 2, 14.0))
    answer = completion(json.dumps({"verdicts": [verdict("met", HOURS)]}), tokens_of_sound=150)
    with chat_server(answer) as server:
        model = {"judge": "gpt-audio", "judge_url": server.url, "judge_hears": True}
        found = keywords(one, **model).judge_recovery(CRITERION, votes=2)
    assert found.usage == Usage(4, 3600, 160, 600)
    for requests, barge_in in ((server.requests[:2], 4.0), (server.requests[2:], 14.0)):
        for request in requests:
            caller, agent = heard_by(request)
            assert np.array_equal(caller.samples, part(CALLER, barge_in - 2.0, barge_in + 4.7).samples)
            assert np.array_equal(agent.samples, part(AGENT, barge_in - 2.0, barge_in + 4.7).samples)
    said = (
        f"Judged by gpt-audio at {server.url}, which heard 6.7 s of the call: 2 requests, 1800 tokens in "
        "(300 of them sound), 80 tokens out."
    )
    assert [check.note for check in one.checks] == [said, said]
    assert said in Page(render(one.evidence(), "x.wav")).text


def test_nothing_is_heard_unless_it_is_asked_for(server: ChatServer) -> None:
    one = CallByHand(recovered(HOURS))
    keywords(one, judge="llama", judge_url=server.url).judge_recovery(CRITERION)
    assert isinstance(server.requests[0]["messages"][1]["content"], str)
    assert "heard" not in one.checks[0].note


def test_no_sound_is_sent_where_there_is_nothing_for_a_model_to_decide(server: ChatServer) -> None:
    one = CallByHand(recovered(HOURS), replace(recovered(None, 2, 14.0), reply_onset=None, response_latency=None))
    model = {"judge": "llama", "judge_url": server.url, "judge_hears": True}
    assert keywords(one, **model).judge_recovery(interruption=1).passed
    with pytest.raises(AgentFailure, match="did not reply"):
        keywords(one, **model).judge_recovery(CRITERION, interruption=2)
    assert server.requests == []


def test_a_model_that_takes_no_sound_is_an_error_and_is_not_asked_without_it() -> None:
    one = CallByHand(recovered(HOURS))

    def refuses_sound(request: Request) -> Reply:
        return MET if isinstance(request["messages"][1]["content"], str) else failure(400, "unsupported content[].type")

    with chat_server(refuses_sound) as server, pytest.raises(CannotCheck) as failed:
        keywords(one, judge="llama", judge_url=server.url, judge_hears=True).judge_recovery(CRITERION)
    message = str(failed.value)
    assert "unsupported content[].type" in message
    assert message.endswith(
        "With judge_hears=True the model 'llama' has to take sound, which most chat models do not: leave judge_hears "
        "out, or name a model that does."
    )
    assert all(heard_by(request) for request in server.requests)
    assert [check.passed for check in one.checks] == [None]


# --- the table ---


def test_the_report_has_a_row_a_criterion_and_a_button_for_each() -> None:
    one = CallByHand(recovered("<b>Support</b>, not hours."), kept_talking(barge_in=14.0))
    with pytest.raises(AgentFailure):
        judge(one, must_mention=["hours", "<i>"])
    html = render(one.evidence(), "x.wav")
    page = Page(html)
    for shown in ("✓ met", "✗ not met", "? cannot tell", "Verdict on the recovery", "measurement"):
        assert shown in page.text
    assert "<b>Support</b>" not in html
    assert [row.ruling for check in one.checks for row in check.verdicts] == [
        Ruling.MET,
        Ruling.MET,
        Ruling.CANNOT_TELL,
        Ruling.NOT_MET,
        Ruling.NOT_MET,
        Ruling.CANNOT_TELL,
        Ruling.CANNOT_TELL,
    ]
    starts = [button["data-start"] for button in page.all("button")]
    assert starts[-5:] == ["3.00", "5.50", "5.50", "5.50", "13.00"]
    assert page.text.index("Verdict on the recovery") < page.text.index("Transcript")


def test_without_a_recording_there_is_nothing_to_hear() -> None:
    one = CallByHand(recovered(HOURS))
    judge(one)
    page = Page(render(one.evidence(), None))
    assert "Verdict on the recovery" in page.text
    assert page.all("button") == []


def test_the_cost_is_shown(server: ChatServer) -> None:
    one = CallByHand(recovered(HOURS))
    keywords(one, judge="llama", judge_url=server.url).judge_recovery(CRITERION, votes=2)
    text = Page(render(one.evidence(), "x.wav")).text
    assert "2 requests, 1800 tokens in, 80 tokens out" in text
    assert "2 of 2 votes" in text


# --- arguments ---


def test_a_misspelt_argument_is_no_criterion() -> None:
    with pytest.raises(InvalidArgument, match="no argument 'must_mentoin'; did you mean 'must_mention'"):
        judge(CallByHand(recovered(HOURS)), "must_mentoin=support")


@pytest.mark.parametrize("name", ["must_not_repeat", "must_know_what_was_heard"])
def test_maybe_is_neither_yes_nor_no(name: str) -> None:
    with pytest.raises(InvalidArgument, match=f"The argument {name} is 'maybe'; it has to be True or False."):
        judge(CallByHand(recovered(HOURS)), **{name: "maybe"})

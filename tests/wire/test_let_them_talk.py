"""`Let Them Talk` on the wire, to a server that was written from the SDK's models, and in runs of Robot Framework."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from robot.api import ExecutionResult
from stand_ins.calls import ATTEMPTS, TOLERANCE, calling
from stand_ins.openai_stand_in import OpenAIStandIn
from stand_ins.server import WORDS, Plan, StandIn
from stand_ins.sound import clip

from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.audio.frames import Clip
from RobotVoice.caller.lines import Caller, ListCaller
from RobotVoice.caller.model import CallerModel, ModelCaller
from RobotVoice.caller.plan import Plan as CallersPlan
from RobotVoice.caller.plan import PlannedTurn
from RobotVoice.caller.talk import Talk, Talking, TalkTurn
from RobotVoice.conversation import Conversation
from RobotVoice.errors import CallEnded, RobotVoiceError
from RobotVoice.evidence.model import Mode, Outcome, Speaker

UNIT = Path(__file__).parents[1] / "unit"


def plan(*delays: float | None) -> CallersPlan:
    return CallersPlan(7, tuple(PlannedTurn(number, after, 0.0) for number, after in enumerate(delays, 1)))


def voice(text: str) -> Clip:
    return clip(0.6)


def talk(
    agent: Plan, planned: CallersPlan, caller: Caller
) -> tuple[Talk, Conversation, OpenAIStandIn, RobotVoiceError | None]:
    """The whole conversation, and the error that ended it."""
    error: RobotVoiceError | None = None
    with StandIn(OpenAIStandIn, agent) as server:
        with calling(OpenAIRealtime(url=server.url)) as call:
            conversation = Talking(call, caller, planned, voice, list[str]().append, Mode.VAD, 10.0)
            try:
                conversation.hold()
            except RobotVoiceError as raised:
                error = raised
            found = conversation.so_far()
        assert server.session.over.wait(5)
    assert server.session.wrong == []
    return found, call, server.session, error


def reliably(attempt: Callable[[], tuple[Talk, Conversation, OpenAIStandIn, Any]]) -> tuple[Talk, Conversation]:
    """A conversation in which this machine kept the time."""
    for _ in range(ATTEMPTS):
        found, call, _, error = attempt()
        if call.health().reliable:
            assert error is None, error
            return found, call
    pytest.fail(f"this machine was too busy {ATTEMPTS} times")


def test_each_turn_takes_its_course() -> None:
    """One is interrupted, one heard to its end, and one is over before the caller wants to interrupt."""
    found, call = reliably(lambda: talk(Plan(reply=6.0), plan(1.0, None, 3.0), ListCaller(["A", "B", "C"], ["Wait"])))
    assert found.turns == (TalkTurn(1, "A", "Wait", 1.0), TalkTurn(2, "B"), TalkTurn(3, "C", "Wait", 3.0))
    first, second = found.interruptions
    assert first.outcome is Outcome.INTERRUPTED
    assert first.barge_in is not None
    assert first.agent_onset is not None
    assert first.barge_in - first.agent_onset == pytest.approx(1.0, abs=TOLERANCE)
    assert second.outcome is Outcome.DID_NOT_HAPPEN
    assert (found.attempts, found.did_not_happen, found.yield_rate.hits, found.yield_rate.count) == (2, 1, 1, 1)
    said = [turn.text for turn in call.turns() if turn.speaker is Speaker.CALLER]
    assert said == ["A", "Wait", "B", "C", "Wait"]
    replies = [turn for turn in call.turns() if turn.speaker is Speaker.AGENT]
    assert len(replies) == 5, "what the agent says to an interruption is heard, too"


def test_an_agent_that_hangs_up_leaves_what_was_talked() -> None:
    found, call, _, error = talk(Plan(reply=6.0, hangs_up_after=2.0), plan(None, None), ListCaller(["A", "B"]))
    assert isinstance(error, CallEnded)
    assert str(error).startswith("In turn 1 of 2: ")
    assert found.turns == (TalkTurn(1, "A"),)
    assert [turn.speaker for turn in call.turns()] == [Speaker.CALLER, Speaker.AGENT]


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(UNIT))
    return importlib.import_module("judge_by_hand")


def test_a_model_is_told_what_was_heard_and_no_more(chat: Any) -> None:
    answer = chat.completion(json.dumps({"line": "And then?", "interruption": "Wait."}))
    with chat.chat_server(answer) as server:
        model = CallerModel("llama", server.url, "sk-0123456789abcdef")
        person = ModelCaller(model, "", "know it all", 2, 7)
        found, *_ = talk(Plan(reply=6.0), plan(1.0, None), person)
    assert found.turns == (TalkTurn(1, "And then?", "Wait.", 1.0), TalkTurn(2, "And then?"))
    first, second = (chat.document(request)["call"] for request in server.requests)
    assert first == []
    assert [line["who"] for line in second] == ["you", "agent", "you", "agent"]
    cut = second[1]
    assert cut["cut_off"] is True
    assert cut["heard"].endswith("…")
    assert WORDS.startswith(cut["heard"].removesuffix("…").strip())
    assert second[2]["heard"] == "Wait."


def test_a_model_that_fails_ends_the_conversation_with_its_sentence(chat: Any) -> None:
    good = chat.completion(json.dumps({"line": "And then?", "interruption": "Wait."}))
    with chat.chat_server(good, chat.failure(404, "no such model")) as server:
        person = ModelCaller(CallerModel("llama", server.url, "sk-0123456789abcdef"), "", "know it all", 2, 7)
        found, _, _, error = talk(Plan(reply=1.0), plan(None, None), person)
    assert str(error).startswith(f"In turn 2 of 2: The server {server.url} gave no words for the caller: ")
    assert found.turns == (TalkTurn(1, "And then?"),)


# --- in Robot Framework ---

WRONG = {
    "Let Them Talk": "Let Them Talk has nothing to say: give the caller lines, or persona= and goal=.",
    "Let Them Talk    lines=${{[]}}": "The argument lines has no lines, so the caller would have nothing to say.",
    "Let Them Talk    A    ${EMPTY}": "The argument said has an empty line, so the caller would have nothing to say.",
    "Let Them Talk    lines=Hello": "The argument lines is 'Hello', which is no text file that can be read",
    "Let Them Talk    A    lines=${{['B']}}": "Let Them Talk has lines of its own and lines= as well",
    "Let Them Talk    A    goal=B": "Let Them Talk has lines and a persona or goal: give the caller either of them.",
    "Let Them Talk    A    interruptions=${{[]}}": "The argument interruptions has no lines",
    "Let Them Talk    goal=B": "persona= and goal= make a caller of a chat model, and none is configured.",
    "Let Them Talk    A    interrupt_probability=1.5": "'1.5' is no probability: it has to be from 0 to 1",
    "Let Them Talk    A    interrupt_probability=150 %": "'150 %' is more than 100 %.",
    "Let Them Talk    A    turns=-1": "The argument turns is -1; it has to be a whole number from 1 to 500.",
    "Let Them Talk    A    turns=many": "Argument 'turns' got value 'many' that cannot be converted to integer.",
    "Let Them Talk    A    seed=lucky": "'lucky' is no seed: it has to be a whole number from 0 to",
    "Let Them Talk    A    delays=2 s to 1 s": "'2 s to 1 s' runs backwards: write the shorter time first",
    "Let Them Talk    A    delays=200": "'200' has no unit: write '200 ms' or '200 s'.",
    "Let Them Talk    A    timeout=30": "'30' has no unit",
    "Let Them Talk    A    turns=2    at_least=3": "The argument at_least is 3; with 2 turns and a probability of 50 %",
    "Let Them Talk    A    interrupt_probability=0    at_least=1": "it has to be 0.",
    "Let Them Talk    A    interupt_probability=1": "has no argument 'interupt_probability'; did you mean 'interrupt_",
    "Let Them Talk    A": "There is no call: use Start Call before this keyword.",
    "Let Them Talk    A    interrupt_probability=0.0001    at_least=5": "There is no call",
}


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What became of each line of WRONG."""
    folder = tmp_path_factory.mktemp("talk")
    tests = "".join(f"Test {number}\n    {line}\n" for number, line in enumerate(WRONG))
    suite = folder / "suite.robot"
    suite.write_text(f"*** Settings ***\nLibrary    RobotVoice    caller=none\n*** Test Cases ***\n{tests}")
    command = [sys.executable, "-m", "robot", "--outputdir", str(folder), str(suite)]
    subprocess.run(command, capture_output=True, timeout=120, check=False)
    result = ExecutionResult(folder / "output.xml")
    assert not any(test.passed for test in result.suite.tests)
    return {line: test.message for line, test in zip(WRONG, result.suite.tests, strict=True)}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_gets_a_sentence(messages: dict[str, str], line: str) -> None:
    assert WRONG[line] in messages[line]
    assert "Traceback" not in messages[line]

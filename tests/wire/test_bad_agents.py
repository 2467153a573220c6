"""Agents, options and people that do everything wrong, in real `robot` runs.

After each of them the message is one clear sentence, the call up to there stands in the log, and the next call is good.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import soundfile
from robot.api import ExecutionResult
from stand_ins.bad_agents import BadAgent, another_protocol, free_port, web_server
from stand_ins.calls import ATTEMPTS
from stand_ins.pcm_server import JSON_OPTIONS
from stand_ins.server import Plan, StandIn
from stand_ins.twilio_bot import TwilioBot

WIRE = Path(__file__).parent
WATCHER = """
import json, os, threading
from pathlib import Path
ROBOT_LISTENER_API_VERSION = 3
def close():
    mine = [task.read_text().split() for task in Path("/proc/self/task").glob("*/children")]
    left = {"threads": [t.name for t in threading.enumerate()], "children": sum(mine, [])}
    # a part of speech to text, which no call has anything to do with
    left["threads"] = [name for name in left["threads"] if name != "tqdm_monitor"]
    Path(os.environ["LEFT"]).write_text(json.dumps(left))
"""
OPTIONS = ("--pythonpath", ".", "--variablefile", "options.py", "--listener", "watcher.py")
SETTINGS = """*** Settings ***
Library    RobotVoice    watch=2 s
Library    Process
Test Teardown    End Call

*** Keywords ***
Call
    [Arguments]    ${url}
    Start Call    websocket    url=${url}    &{OPTIONS}

Kill
    [Arguments]    ${pid}
    Evaluate    os.kill(int($pid), 9)

*** Test Cases ***
"""
GOOD = """
    Call    ${GOOD}
    ${words} =    Agent Replies    timeout=10 s
    Should Be Equal    ${words}    Here is all about your billing
"""


@dataclass(frozen=True)
class Case:
    """A test that goes wrong, and what its message has to say.

    heard: there was a call to put on record. at_once: it went wrong right after the call was opened.
    """

    body: str
    message: str
    heard: bool = True
    at_once: bool = False
    status: str = "FAIL"
    warning: str = ""


CASES = {
    "unknown agent": Case(
        "Start Call    openai_realtim",
        r"There is no agent 'openai_realtim'; did you mean 'openai_realtime'\? There are: demo, openai_realtime, ",
        heard=False,
    ),
    "unknown option": Case(
        "Start Call    websocket    url=${GOOD}    rat=16000",
        r"The agent 'websocket' has no option 'rat'; did you mean 'rate'\? Its options: url, rate, ",
        heard=False,
    ),
    "keys after the end": Case(
        "Start Call    media_streams    url=${PHONE}\n"
        "Run Keyword And Expect Error    *out of tokens.    Agent Replies\n"
        "Press Keys    1",
        r"The agent's side closed the line with code 1011: out of tokens\.",
    ),
    "refused": Case(
        "Call    ws://127.0.0.1:${NOBODY}/agent",
        r"No connection to the agent at ws://127\.0\.0\.1:\d+/agent: it was refused\. Is it running",
        heard=False,
    ),
    "wrong path": Case("Call    ${NOWHERE}", r"refused the call with HTTP 404: there is no such path", heard=False),
    "web server": Case(
        "Call    ${WEB}",
        r"What answers at ws://127\.0\.0\.1:\d+/agent is a web server, but there is no websocket",
        heard=False,
    ),
    "another protocol": Case(
        "Call    ${SSH}", r"What answers at ws://127\.0\.0\.1:\d+/agent is not a websocket server", heard=False
    ),
    "closes in mid-reply": Case(
        "Call    ${BAD}closes\nAgent Replies", r"The agent's side closed the line with code 1011: out of tokens\."
    ),
    "breaks in mid-reply": Case(
        "Call    ${BAD}breaks\nAgent Replies", r"The line broke without a goodbye from the agent's side\."
    ),
    "no websocket frames": Case(
        "Call    ${BAD}no_frames\nAgent Replies", r"The agent's side broke the websocket protocol: \w.*\.$"
    ),
    "gigantic message": Case(
        "Call    ${BAD}gigantic\nUser Stays Silent    3 s", r"The agent sent a message of more than 64 MB"
    ),
    "killed": Case(
        "Call    ${MORTAL}\nUser Stays Silent    0.6 s\nKill    ${PID}\nAgent Replies",
        r"The line broke without a goodbye from the agent's side\.",
    ),
    "garbage": Case(
        "Call    ${BAD}garbage\nAgent Replies    timeout=0.6 s",
        r"said nothing within 0\.6 s\. The agent's side had a problem: The agent sent a binary message of 256 bytes",
        warning=r"binary message of 256 bytes",
    ),
    "wrong json": Case(
        "Call    ${BAD}wrong_json\nAgent Replies    timeout=0.6 s",
        r"said nothing within 0\.6 s\. .*field 'audio\.data' is a list; it must be text",
        warning=r"looks like JSON and is not",
    ),
    "half a sample": Case("Call    ${BAD}half_a_sample\nAgent Replies", "", status="PASS"),
    "huge junk": Case("Call    ${BAD}huge_junk\nAgent Replies", "", status="PASS"),
    "huge audio": Case(
        "Call    ${BAD}huge_audio\nAgent Replies    timeout=1 s",
        r"The agent did not finish its reply within 1 s: it has been talking for \d+ ms\.",
    ),
    "never speaks": Case(
        "Call    ${BAD}never_speaks\nAgent Replies    timeout=0.6 s", r"The agent said nothing within 0\.6 s\.$"
    ),
    "never stops": Case(
        "Call    ${BAD}never_stops\nAgent Replies Without Waiting\nUser Says    Wait    mode=vad",
        r'The agent kept talking for at least 2\.\d+ s after the caller said "Wait"',
    ),
    "no call": Case("Agent Replies", r"There is no call: use Start Call before this keyword\.", heard=False),
    "empty text": Case("Call    ${GOOD}\nUser Says    ${EMPTY}", r"The text '' has nothing to speak", at_once=True),
    "two calls": Case(
        "Call    ${GOOD}\nCall    ${GOOD}",
        r"A call to the agent 'websocket' is open already: use End Call before Start Call\.",
        at_once=True,
    ),
    "no file": Case(
        "Call    ${GOOD}\nUser Plays    nowhere.wav", r"There is no audio file 'nowhere\.wav'\.", at_once=True
    ),
    "empty file": Case(
        "Call    ${GOOD}\nUser Plays    ${HERE}/empty.wav", r"The audio file '.*empty\.wav' is empty", at_once=True
    ),
    "text file": Case("Call    ${GOOD}\nUser Plays    ${HERE}/text.wav", r"The file '.*text\.wav' ", at_once=True),
    "no unit": Case(
        "Call    ${GOOD}\nInterrupt With    Wait    after=500", r"'after'.*'500' has no unit", at_once=True
    ),
    "test timeout": Case(
        "[Timeout]    1.2 s\nCall    ${BAD}never_stops\nAgent Replies",
        r"Test timeout 1 second 200 milliseconds exceeded",
    ),
    "timeout before the interruption": Case(
        "[Timeout]    1.5 s\nCall    ${BAD}never_speaks\nInterrupt With    Wait",
        r"Test timeout 1 second 500 milliseconds exceeded",
    ),
    "timeout while the call is opened": Case(
        "[Timeout]    0.3 s\nStart Call    demo", r"Test timeout 300 milliseconds exceeded", heard=False
    ),
}


class Run:
    """A `robot` process and what it leaves."""

    def __init__(self, folder: Path, suite: str, variables: dict[str, str]) -> None:
        self._folder = folder
        (folder / "suite.robot").write_text(suite)
        (folder / "watcher.py").write_text(WATCHER)
        (folder / "options.py").write_text(f"OPTIONS = {JSON_OPTIONS!r}\n")
        given = [argument for name, value in variables.items() for argument in ("--variable", f"{name}:{value}")]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "robot", *OPTIONS, *given, "suite.robot"],
            cwd=folder,
            env={**os.environ, "LEFT": str(folder / "left.json")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self) -> None:
        try:
            self.console = self.process.communicate(timeout=180)[0]
        finally:
            self.process.kill()
        self.left = json.loads((self._folder / "left.json").read_text())
        self.result = ExecutionResult(self._folder / "output.xml")
        self.tests = {test.name: test for test in self.result.suite.tests}

    def messages(self, name: str) -> list[Any]:
        """What stands in the log under a test."""
        return list(_messages(self.tests[name]))

    def recording(self, name: str) -> Path:
        """The sound file that the log links under a test."""
        linked = [re.search(r'(?:src|href)="([^"]+\.wav)"', message.message) for message in self.messages(name)]
        found = [match.group(1) for match in linked if match]
        assert found, f"no recording under '{name}': {self.console}"
        return self._folder / found[0]


def _messages(item: Any) -> Iterator[Any]:
    for step in getattr(item, "body", ()):
        if step.type == step.MESSAGE:
            yield step
        yield from _messages(step)
    for name in ("setup", "teardown"):
        if getattr(item, f"has_{name}", False):
            yield from _messages(getattr(item, name))


def _suite() -> str:
    tests = SETTINGS
    for name, case in CASES.items():
        tests += f"{name}\n" + "".join(f"    {line}\n" for line in case.body.splitlines())
        tests += f"after {name}{GOOD}"
    return tests


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    for _ in range(ATTEMPTS):
        run = _run(tmp_path_factory.mktemp("bad"))
        if not any("can't be trusted" in test.message for test in run.tests.values()):
            return run
    pytest.fail(f"this machine was too busy {ATTEMPTS} times")


def _run(folder: Path) -> Run:
    (folder / "empty.wav").write_bytes(b"")
    (folder / "text.wav").write_text("This is no sound.")
    with ExitStack() as stack:
        agent = stack.enter_context(StandIn(BadAgent))
        phone = stack.enter_context(StandIn(TwilioBot, Plan(greeting=3.0, hangs_up_after=0.8)))
        mortal = subprocess.Popen(
            [sys.executable, "-m", "stand_ins.pcm_server"],
            cwd=WIRE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        stack.enter_context(mortal)
        stack.callback(mortal.kill)
        assert mortal.stdout is not None
        variables = {
            "BAD": agent.url,
            "GOOD": f"{agent.url}good",
            "NOWHERE": agent.url.replace("agent", "nowhere"),
            "NOBODY": str(free_port()),
            "PHONE": phone.url,
            "WEB": stack.enter_context(web_server()),
            "SSH": stack.enter_context(another_protocol()),
            "MORTAL": mortal.stdout.readline().strip(),
            "PID": str(mortal.pid),
            "HERE": str(folder),
        }
        run = Run(folder, _suite(), variables)
        run.wait()
    return run


@pytest.mark.parametrize("name", CASES)
def test_the_message_is_a_clear_sentence(run: Run, name: str) -> None:
    test, case = run.tests[name], CASES[name]
    assert test.status == case.status, test.message
    assert re.search(case.message, test.message), test.message
    assert "Traceback" not in test.message
    assert "\n" not in test.message


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.heard])
def test_the_call_up_to_there_stands_in_the_log(run: Run, name: str) -> None:
    recording = soundfile.info(run.recording(name))
    assert recording.channels == 2
    assert recording.duration > (0.0 if CASES[name].at_once else 0.5)
    assert any("<svg" in message.message for message in run.messages(name) if message.html)


@pytest.mark.parametrize("name", ["refused", "wrong path", "web server", "another protocol"])
def test_a_call_that_never_opened_says_so_in_the_log(run: Run, name: str) -> None:
    (report,) = [message.message for message in run.messages(name) if message.html]
    assert "The call with websocket never opened." in report
    _, journal = report.split("Journal of the line")
    assert re.search(rf"<td>ended</td>.*{CASES[name].message}", journal)
    assert ".wav" not in report


def test_an_interruption_whose_keyword_was_broken_off_gives_that_as_the_reason(run: Run) -> None:
    (report,) = [message.message for message in run.messages("timeout before the interruption") if message.html]
    assert "did not happen: the keyword was broken off before its moment had come." in report


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.warning])
def test_what_the_agent_did_wrong_is_a_warning(run: Run, name: str) -> None:
    warnings = [message.message for message in run.messages(name) if message.level == "WARN"]
    assert any(re.search(CASES[name].warning, warning) for warning in warnings), warnings


@pytest.mark.parametrize("name", CASES)
def test_the_next_call_is_good(run: Run, name: str) -> None:
    test = run.tests[f"after {name}"]
    assert test.passed, test.message
    assert soundfile.info(run.recording(test.name)).duration > 0.4


def test_nothing_is_left_behind(run: Run) -> None:
    assert run.left == {"threads": ["MainThread"], "children": []}
    errors = [error.message for error in run.result.errors if error.level == "ERROR"]
    assert errors == []


def test_ctrl_c_in_the_middle_of_a_reply(tmp_path: Path) -> None:
    suite = f"{SETTINGS}cut off\n    Call    ${{BAD}}never_stops\n    Agent Replies\nnever begun{GOOD}"
    with StandIn(BadAgent) as agent:
        run = Run(tmp_path, suite, {"BAD": agent.url, "GOOD": f"{agent.url}good"})
        limit = time.monotonic() + 60
        while not agent.sessions or not agent.session.streamed or agent.session.streamed[0].seconds < 0.8:
            assert time.monotonic() < limit
            time.sleep(0.02)
        run.process.send_signal(signal.SIGINT)
        run.wait()
    assert "Execution terminated by signal" in run.tests["cut off"].message
    assert run.tests["never begun"].status == "FAIL"
    assert soundfile.info(run.recording("cut off")).duration > 0.5
    assert run.left == {"threads": ["MainThread"], "children": []}

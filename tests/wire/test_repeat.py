"""`Repeat` in real runs of Robot Framework, with calls made by hand: what counts, what ends it, what is left behind."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from robot.api import ExecutionResult

UNIT = Path(__file__).parents[1] / "unit"

LIBRARY = """
import time
from dataclasses import replace
from evidence_by_hand import call, kept_talking, missed, stopped
from robot.api.deco import keyword
from robot.libraries.BuiltIn import BuiltIn
from RobotVoice.errors import AgentFailure, CannotCheck, NoReply
from RobotVoice.judgeable import Judgeable


class CallByHand(Judgeable):
    seconds, why_ended, path = 15.0, "", None

    def __init__(self, *interruptions):
        super().__init__()
        self.found = list(interruptions)

    def results(self): return self.found
    interruptions = results
    def begin_test(self): pass
    def reply_latency(self, patience): return None
    def last_words(self): return ""
    def turns(self): return ()
    def sound(self, speaker, start, end): raise NotImplementedError
    def floor(self): raise NotImplementedError
    def wait(self, seconds): return False
    def health(self): return call().health
    def problems(self): return ["The agent's side was odd."]
    def evidence(self): return replace(call(*self.found), recording=self.path)

    def keep_recording(self, output_dir, test):
        self.path = output_dir / f"{test}.wav"
        self.path.touch()
        return self.path


class ByHand:
    ROBOT_LIBRARY_SCOPE = "GLOBAL"

    def __init__(self):
        self.run = 0

    def start_over(self):
        self.run = 0

    @property
    def calls(self):
        return BuiltIn().get_library_instance("RobotVoice")._calls

    def begin(self, *interruptions):
        self.calls.append(CallByHand(*interruptions))

    def the_agent_stops(self, seconds: float = 0.4):
        self.begin(stopped(latency=seconds))

    def the_agent_never_stops(self):
        self.begin(kept_talking())
        raise AgentFailure("The agent kept talking.")

    def nothing_happens(self):
        self.begin(missed())

    def wrong_words(self):
        self.begin(stopped())
        raise NoReply("The agent did not reply.")

    def the_line_breaks_in_every_third_run(self):
        self.run += 1
        self.begin(stopped())
        if self.run % 3 == 0:
            raise CannotCheck("The line broke.")

    def one_more_interruption(self):
        self.calls[-1].found.append(stopped())

    def wait_a_minute_from_the_second_run_on(self):
        self.run += 1
        time.sleep(60 if self.run > 1 else 0)

    def calls_left(self):
        return len(self.calls)
"""

SUITE = """
*** Settings ***
Library    RobotVoice
Library    ByHand.py

*** Variables ***
${NUMBER}    0.5

*** Test Cases ***
Statistics
    ${found} =    Repeat    7 times    The Agent Stops    ${NUMBER}
    Should Be Equal    ${found.stop_latency.median.value}    ${0.5}
    Should Be Equal    ${found.yield_rate.value}    ${1.0}
    Should Be True    ${found.yield_rate.low} < 0.7
    ${left} =    Calls Left
    Should Be Equal    ${left}    ${0}
    Yield Rate Should Be At Least    60 %
    Repeated Stop Latency Should Be Within    800 ms    share=50 %
    Pass Rate Should Be At Least    60 %

A Wrong Agent Does Not End It
    ${found} =    Repeat    4    The Agent Never Stops
    Should Be Equal    ${found.yield_rate.value}    ${0.0}
    Should Be Equal    ${found.pass_rate.value}    ${0.0}
    Yield Rate Should Be At Least    50 %

Failed Checks Of Any Library Are The Agent's
    ${found} =    Repeat    2    With Robot's Own Check
    Should Be Equal    ${found.pass_rate.count}    ${2}

Errors Are Counted
    Repeat    3    The Line Breaks In Every Third Run

Errors Are Allowed
    ${one} =    Set Variable    1
    ${found} =    Repeat    3    The Line Breaks In Every Third Run    max_errors=${one}
    Should Be Equal    ${found.pass_rate.count}    ${2}
    Should Be Equal    ${found.yield_rate.count}    ${3}

Variables Are Replaced In Every Run
    VAR    @{seconds}    ${1.0}    ${2.0}    ${3.0}    scope=TEST
    ${found} =    Repeat    3    The Agent Stops    ${{ $seconds.pop() }}
    Should Be Equal    ${found.stop_latency.median.value}    ${2.0}

Named Arguments Reach The Keyword
    ${found} =    Repeat    2    The Agent Stops    seconds=0.7
    Should Be Equal    ${found.stop_latency.median.value}    ${0.7}

A Call That Was Open Before Goes On
    Nothing Happens
    ${found} =    Repeat    3    One More Interruption
    Should Be Equal    ${found.attempts}    ${3}
    ${left} =    Calls Left
    Should Be Equal    ${left}    ${1}

Template
    [Template]    Repeat
    2    The Agent Stops    0.3
    3 times    The Agent Stops    0.6

No Interruption
    Repeat    2    Log    Hello

Did Not Happen
    Repeat    2    Nothing Happens

Zero Times
    Repeat    0    The Agent Stops

Not A Number
    Repeat    abc    The Agent Stops

Not A Number Of Errors
    Repeat    2    The Agent Stops    max_errors=many

Unknown Keyword
    Repeat    2    No Such Keyword

Too Many Arguments
    Repeat    2    The Agent Stops    1    2    3

Repeat In Repeat
    Repeat    2    Repeat    2    The Agent Stops

Bare Rate
    Repeat    2    The Agent Stops
    Yield Rate Should Be At Least    0.9

Impossible Rate
    Repeat    2    The Agent Stops
    Yield Rate Should Be At Least    100 %

Impossible Share
    Repeat    2    The Agent Stops
    Repeated Stop Latency Should Be Within    800 ms    share=100 %

Too Few
    Repeat    2    The Agent Stops
    Repeated Stop Latency Should Be Within    800 ms

Nothing Repeated
    Yield Rate Should Be At Least    50 %

A Repeat That Failed Is Not Checked
    Repeat    6    The Agent Stops
    TRY
        Repeat    2    Log    Hello
    EXCEPT    There was no interruption*    type=GLOB
        Yield Rate Should Be At Least    50 %
    END

Timeout
    [Timeout]    3 s
    [Setup]    Start Over
    Repeat    5    Stops And Waits Longer And Longer

Skipped
    Repeat    5    Skip    Not today

*** Keywords ***
With Robot's Own Check
    The Agent Stops
    Should Be Equal    billing    support

Stops And Waits Longer And Longer
    The Agent Stops
    Wait A Minute From The Second Run On
"""

SUITE_SETUP = """
*** Settings ***
Library        RobotVoice
Library        ByHand.py
Suite Setup    Repeat    6 times    The Agent Stops

*** Test Cases ***
One
    Yield Rate Should Be At Least    60 %

Two
    Repeated Stop Latency Should Be Within    100 ms    share=50 %
"""

ENDLESS = """
*** Settings ***
Library    RobotVoice
Library    ByHand.py

*** Test Cases ***
Endless
    Repeat    9    Stops And Waits Longer And Longer

*** Keywords ***
Stops And Waits Longer And Longer
    The Agent Stops
    Wait A Minute From The Second Run On
"""

OTHER_SUITE = """
*** Settings ***
Library    RobotVoice

*** Test Cases ***
Three
    Yield Rate Should Be At Least    60 %
"""


def command(folder: Path, *more: str) -> list[str]:
    path = ["--pythonpath", str(UNIT), "--pythonpath", str(folder)]
    return [sys.executable, "-m", "robot", *path, "--outputdir", str(folder / "results"), *more]


def robot(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(folder, *more), capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ByHand.py").write_text(LIBRARY, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def tests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The tests of SUITE by name, after a run, and the "console"."""
    folder = tmp_path_factory.mktemp("repeat")
    (folder / "ByHand.py").write_text(LIBRARY, encoding="utf-8")
    (folder / "suite.robot").write_text(SUITE, encoding="utf-8")
    run = robot(folder, str(folder / "suite.robot"))
    assert "Output:" in run.stdout, run.stdout + run.stderr
    result = ExecutionResult(folder / "results" / "output.xml")
    return {test.name: test for test in result.suite.all_tests} | {"console": run.stdout + run.stderr}


def messages(item: Any) -> Iterator[str]:
    for one in item.body:
        if one.type == one.MESSAGE:
            yield one.message
        else:
            yield from messages(one)


def reports(test: Any) -> list[str]:
    """What stands directly under a test."""
    return [one.message for one in test.body if one.type == one.MESSAGE]


def failed(test: Any, sentence: str) -> bool:
    return bool(test.failed) and sentence in test.message


@pytest.mark.parametrize(
    "name",
    [
        "Statistics",
        "Failed Checks Of Any Library Are The Agent's",
        "Errors Are Allowed",
        "Variables Are Replaced In Every Run",
        "Named Arguments Reach The Keyword",
        "A Call That Was Open Before Goes On",
        "Template",
    ],
)
def test_passes(tests: dict[str, Any], name: str) -> None:
    assert tests[name].passed, tests[name].message


def test_one_report_stands_under_the_test_and_every_call_in_its_run(tests: dict[str, Any]) -> None:
    test = tests["Statistics"]
    (report,) = reports(test)
    assert report.count("rv-dot") == 7
    assert "✓ Passed" in report
    assert "allowed 800 ms" in report
    (repeat,) = [step for step in test.body if step.type == step.KEYWORD and step.name == "Repeat"]
    folded = [text for text in messages(repeat) if text.startswith("<details><summary>Run ")]
    assert len(folded) == 7
    assert "The agent stopped 500 ms after the caller barged in." in folded[0]
    assert "<audio" in folded[0]


def test_progress_is_on_the_console(tests: dict[str, Any]) -> None:
    assert "\nRun 1 of 7: The agent stopped 500 ms after the caller barged in.\nRun 2 of 7: " in tests["console"]


def test_problems_are_warned_of_once(tests: dict[str, Any]) -> None:
    assert tests["console"].count("Repeat The Agent Stops    ${NUMBER}: The agent's side was odd.") == 1


def test_a_wrong_agent_does_not_end_it_but_is_judged(tests: dict[str, Any]) -> None:
    test = tests["A Wrong Agent Does Not End It"]
    assert failed(test, "The agent stopped in 0 of 4 interruptions (0 %); with 95 % certainty it is so in at least 0 %")
    assert reports(test)[0].count("failed</b>: ") == 4


def test_errors_make_it_fail_after_all_runs(tests: dict[str, Any]) -> None:
    test = tests["Errors Are Counted"]
    assert failed(test, "1 of 3 runs ended with an error; allowed 0 (max_errors= sets how many). The first was run 3:")
    assert "? Not checked" in reports(test)[0]
    assert reports(test)[0].count("rv-dot") == 3


def test_every_line_of_a_template_has_its_own_report(tests: dict[str, Any]) -> None:
    first, second = reports(tests["Template"])
    assert first.count("rv-dot") == 2
    assert second.count("rv-dot") == 3


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "No Interruption",
            "There was no interruption in 2 runs, so there is nothing to measure: the keyword has to use",
        ),
        ("Did Not Happen", "None of 2 interruptions happened, so there is nothing to measure."),
        ("Zero Times", "The argument times is '0'; it has to be a whole number from 1, such as '20' or '20 times'."),
        ("Not A Number", "The argument times is 'abc'; it has to be a whole number from 1"),
        ("Not A Number Of Errors", "The argument max_errors= is 'many'; it has to be a whole number from 0."),
        ("Unknown Keyword", "No keyword with name 'No Such Keyword' found."),
        ("Too Many Arguments", "Keyword 'ByHand.The Agent Stops' expected 0 to 1 arguments, got 3."),
        ("Repeat In Repeat", "Repeat can't be used inside a keyword that Repeat runs"),
        ("Bare Rate", "'0.9' has no per cent sign: write '90 %' or '0.9 %'."),
        ("Impossible Rate", "No number of calls makes certain that it is always so"),
        ("Impossible Share", "The argument share is '100 %'; it has to be more than 0 % and less than 100 %."),
        ("Too Few", "2 measured interruptions are too few to say with 95 % certainty how soon the agent stops"),
        (
            "Nothing Repeated",
            "There is no Repeat, and no Let Them Talk, that came to its end, so there is nothing to check.",
        ),
        (
            "A Repeat That Failed Is Not Checked",
            "There is no Repeat, and no Let Them Talk, that came to its end, so there is nothing to check.",
        ),
    ],
)
def test_what_is_wrong_gets_a_sentence(tests: dict[str, Any], name: str, sentence: str) -> None:
    assert failed(tests[name], sentence)


@pytest.mark.parametrize("name", ["Unknown Keyword", "Too Many Arguments", "Repeat In Repeat"])
def test_a_mistake_in_the_suite_ends_it_at_once(tests: dict[str, Any], name: str) -> None:
    (repeat,) = [step for step in tests[name].body if step.type == step.KEYWORD]
    assert len([step for step in repeat.body if step.type == step.KEYWORD]) == 1


def test_a_timeout_reports_what_there_is(tests: dict[str, Any]) -> None:
    test = tests["Timeout"]
    assert failed(test, "Test timeout 3 seconds exceeded.")
    (report,) = reports(test)
    assert re.search(r"Broken off in run \d of 5\. The agent stopped in \d of \d interruption", report)
    assert test.elapsed_time.total_seconds() < 50


def test_a_skip_skips_the_test(tests: dict[str, Any]) -> None:
    assert tests["Skipped"].skipped


def test_what_a_suite_setup_repeats_is_there_for_its_tests_and_no_others(folder: Path) -> None:
    suites = folder / "suites"
    suites.mkdir()
    (suites / "1.robot").write_text(SUITE_SETUP, encoding="utf-8")
    (suites / "2.robot").write_text(OTHER_SUITE, encoding="utf-8")
    robot(folder, str(suites))
    result = ExecutionResult(folder / "results" / "output.xml")
    one, two, three = result.suite.all_tests
    assert one.passed, one.message
    assert "✓ Passed" in reports(one)[0]
    assert failed(two, "the agent stops within 410 ms in 50 % of all interruptions; allowed 100 ms.")
    assert "it had to be at least 60 %" in reports(one)[0]
    assert "it had to be at least 60 %" not in reports(two)[0]
    assert failed(three, "There is no Repeat, and no Let Them Talk, that came to its end")
    setup = [text for text in messages(result.suite.suites[0].setup) if "rv-distribution" in text]
    assert len(setup) == 1


def test_ctrl_c_reports_what_there_is(folder: Path) -> None:
    suite = folder / "suite.robot"
    suite.write_text(ENDLESS, encoding="utf-8")
    run = subprocess.Popen(command(folder, str(suite)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert run.stdout is not None
    told = next(line for line in run.stdout if "Run 1 of 9" in line)
    assert "The agent stopped" in told
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    (test,) = ExecutionResult(folder / "results" / "output.xml").suite.all_tests
    assert failed(test, "Execution terminated by signal")
    assert "Broken off in run 2 of 9. The agent stopped in " in reports(test)[0]


def test_a_dry_run_finds_a_misspelt_keyword(folder: Path) -> None:
    suite = folder / "suite.robot"
    suite.write_text(SUITE, encoding="utf-8")
    run = robot(folder, "--dryrun", "--test", "Unknown Keyword", str(suite))
    assert "No keyword with name 'No Such Keyword' found." in run.stdout

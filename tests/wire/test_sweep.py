"""`Sweep Interruptions` in real runs of Robot Framework, with calls made by hand."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from robot.api import ExecutionResult
from test_repeat import LIBRARY, command, failed, messages, reports, robot

SWEPT = """
import time
from dataclasses import replace
from ByHand import ByHand
from evidence_by_hand import kept_talking, missed, stopped
from robot.api.deco import keyword
from robot.utils import timestr_to_secs
from RobotVoice.errors import AgentFailure, CannotCheck


class Swept(ByHand):
    def __init__(self):
        super().__init__()
        self.given = []

    def start_over(self):
        self.__init__()

    def one_interruption(self, offset="0 s", phrase="Wait", deaf_for="0 s"):
        after = timestr_to_secs(offset)
        self.run += 1
        self.given.append((offset, phrase, str(self.library.line)))
        deaf = after < timestr_to_secs(deaf_for)
        found = replace(kept_talking(), agent_onset=9.0 - after) if deaf else stopped(latency=0.4)
        if not deaf:
            found = replace(found, agent_onset=found.barge_in - after)
        self.begin(replace(found, text=phrase))
        if deaf:
            raise AgentFailure("The agent kept talking.")

    @property
    def library(self):
        from robot.libraries.BuiltIn import BuiltIn
        return BuiltIn().get_library_instance("RobotVoice")

    def everything_that_was_given(self):
        return self.given

    def what_comes_of_it(self, phrase):
        self.begin({"stops": stopped(), "is over": missed()}.get(phrase, stopped(latency=1.2)))
        if phrase == "breaks":
            raise CannotCheck("The line broke.")

    def is_too_late(self, offset):
        self.begin(missed())

    def waits_from_the_third_call_on(self, offset):
        self.run += 1
        time.sleep(60 if self.run > 2 else 0)
        self.begin(stopped(latency=0.4))

    def takes_no_offset(self, after="1 s", text="Wait"):
        self.begin(stopped())
"""

SUITE = """
*** Settings ***
Library    RobotVoice
Library    Swept.py
Test Setup    Start Over

*** Variables ***
@{MOMENTS}    0 s    1 s
${DEAF}       500 ms

*** Test Cases ***
Deaf At First
    ${found} =    Sweep Interruptions    One Interruption    deaf_for=${DEAF}
    ...    offsets=0 s, 400 ms, 1 s    phrases=Wait; No, stop    repeats=2
    Should Be Equal    ${found.never}    ${8}
    Should Be Equal    ${found.in_time}    ${4}
    Should Be Equal    ${found.cells[2].offset}    ${1.0}
    ${left} =    Calls Left
    Should Be Equal    ${left}    ${0}
    Swept Interruptions Should Stop Within    800 ms    from_offset=1 s
    Swept Interruptions Should Stop Within    800 ms

The Keyword Gets What Is Swept
    VAR    ${text}    $5 & a=b \\\\ ; 100 %    scope=TEST
    VAR    @{texts}    ${text}    \\${EMPTY}
    Sweep Interruptions    One Interruption    phrases=${texts}
    ${given} =    Everything That Was Given
    Should Be Equal    ${given}    ${{ [('0 s', $text, 'clean'), ('0 s', '\\${EMPTY}', 'clean')] }}

Variables And Lists
    Sweep Interruptions    One Interruption    offsets=${MOMENTS}    repeats=${1}    limit=${0.5}s
    ${given} =    Everything That Was Given
    Should Be Equal    ${{ [one[0] for one in $given] }}    ${MOMENTS}

Noise Is Put On The Line
    Use Line    phone    noise=street    snr=3 dB
    Sweep Interruptions    One Interruption    noise=none, 20 dB, 10 dB    repeats=2
    ${given} =    Everything That Was Given
    VAR    @{noisy}    phone    phone, street noise at 20 dB SNR (seed 1)    phone, street noise at 10 dB SNR (seed 1)
    Should Be Equal    ${{ [one[2] for one in $given] }}    ${{ $noisy * 2 }}
    One Interruption
    Should Be Equal    ${given}[-1][2]    phone, street noise at 3 dB SNR (seed 1)

Noise Without A Line
    Sweep Interruptions    One Interruption    noise=10 dB
    ${given} =    Everything That Was Given
    Should Be Equal    ${given}[0][2]    babble noise at 10 dB SNR (seed 1)

What A Call Changes Of The Line Is Gone In The Next
    Sweep Interruptions    With A Worse Line    offsets=0 s, 1 s
    ${given} =    Everything That Was Given
    Should Be Equal    ${{ {one[2] for one in $given} }}    ${{ {'clean'} }}

Noise That The Keyword Takes Away
    Sweep Interruptions    With A Worse Line    offsets=0 s    noise=10 dB

What Can Come Of It
    ${found} =    Sweep Interruptions    What Comes Of It    phrases=stops; is over; breaks; takes its time
    Should Be Equal    ${{ ($found.in_time, $found.did_not_apply, $found.not_judged, $found.too_late) }}
    ...    ${{ (1, 1, 1, 1) }}
    Swept Interruptions Should Stop Within    2 s

Nothing Can Be Judged
    Sweep Interruptions    Is Too Late    offsets=0 s, 1 s

No Unit
    Sweep Interruptions    One Interruption    offsets=0, 400

Negative
    Sweep Interruptions    One Interruption    offsets=-1 s

Empty
    Sweep Interruptions    One Interruption    phrases=

Empty In Between
    Sweep Interruptions    One Interruption    phrases=Wait;; Stop

Empty List
    Sweep Interruptions    One Interruption    phrases=@{EMPTY}

Twice
    Sweep Interruptions    One Interruption    offsets=400 ms, 0.4 s

Option Twice
    Sweep Interruptions    One Interruption    offsets=1 s    offsets=2 s

Nothing Swept
    Sweep Interruptions    One Interruption

Misspelt
    Sweep Interruptions    One Interruption    offsets=1 s    repeat=2

Given By Hand And Swept
    Sweep Interruptions    One Interruption    offsets=1 s    offset=2 s

Too Many
    Sweep Interruptions    One Interruption    offsets=0 s, 1 s    repeats=3    max_calls=5

No Number
    Sweep Interruptions    One Interruption    offsets=0 s    repeats=some

No Limit
    Sweep Interruptions    One Interruption    offsets=0 s    limit=0 s

Bare Limit
    Sweep Interruptions    One Interruption    offsets=0 s    limit=800

Unknown Keyword
    Sweep Interruptions    No Such Keyword    offsets=0 s, 1 s

A Keyword Without These Arguments
    Sweep Interruptions    Takes No Offset    phrases=Stop

In A Repeat
    Repeat    2    Sweep Interruptions    One Interruption    offsets=0 s

Check Without A Sweep
    Swept Interruptions Should Stop Within    800 ms

Check Beyond The Sweep
    Sweep Interruptions    One Interruption    offsets=0 s, 1 s
    Swept Interruptions Should Stop Within    800 ms    from_offset=2 s

Timeout
    [Timeout]    4 s
    Sweep Interruptions    Waits From The Third Call On    offsets=0 s, 1 s, 2 s, 3 s

Timeout That Is Caught
    TRY
        Limited
    EXCEPT    Keyword timeout *    type=GLOB
        Swept Interruptions Should Stop Within    800 ms
    END

*** Keywords ***
With A Worse Line
    [Arguments]    ${offset}
    One Interruption    ${offset}
    Use Line    bad wifi

Limited
    [Timeout]    4 s
    Sweep Interruptions    Waits From The Third Call On    offsets=0 s, 1 s, 2 s, 3 s
"""

RESUMED = """
*** Settings ***
Library    RobotVoice    watch=${WATCH}
Library    Swept.py

*** Variables ***
${DEAF}     0 s
${LINE}     phone
${NOISE}    cafe
${WATCH}    5 s

*** Test Cases ***
Resumed
    Sweep Interruptions    Waits From The Third Call On    offsets=0 s, 1 s, 2 s, 3 s    resume=sweeps/one.json
    Swept Interruptions Should Stop Within    800 ms

Of A Value
    Sweep Interruptions    One Interruption    deaf_for=${DEAF}    offsets=0 s    resume=value.json

On A Line
    Use Line    ${LINE}    noise=${NOISE}
    Sweep Interruptions    With A Worse Line    offsets=0 s    resume=line.json

*** Keywords ***
With A Worse Line
    [Arguments]    ${offset}
    One Interruption    ${offset}
    Use Line    bad wifi
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return with_libraries(tmp_path)


def with_libraries(folder: Path) -> Path:
    (folder / "ByHand.py").write_text(LIBRARY, encoding="utf-8")
    (folder / "Swept.py").write_text(SWEPT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def tests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The tests of SUITE by name, after a run, and the "console"."""
    folder = with_libraries(tmp_path_factory.mktemp("sweep"))
    (folder / "suite.robot").write_text(SUITE, encoding="utf-8")
    run = robot(folder, str(folder / "suite.robot"))
    assert "Output:" in run.stdout, run.stdout + run.stderr
    result = ExecutionResult(folder / "results" / "output.xml")
    return {test.name: test for test in result.suite.all_tests} | {"console": run.stdout + run.stderr}


@pytest.mark.parametrize(
    "name",
    [
        "The Keyword Gets What Is Swept",
        "Variables And Lists",
        "Noise Is Put On The Line",
        "Noise Without A Line",
        "What A Call Changes Of The Line Is Gone In The Next",
    ],
)
def test_passes(tests: dict[str, Any], name: str) -> None:
    assert tests[name].passed, tests[name].message


def test_deaf_at_first_is_seen_at_a_glance(tests: dict[str, Any]) -> None:
    test = tests["Deaf At First"]
    assert failed(test, "The agent did not stop within 800 ms in 8 of 12 calls: offset 0 s, ")
    (report,) = reports(test)
    assert (
        "never stopped when interrupted in its first 400 ms (8 of 8 calls), and stopped within 800 ms in all" in report
    )
    assert report.count('data-standing="never stopped"') == 4
    assert report.count('data-standing="in time"') == 2
    assert "The agent stopped within 800 ms in all 4 calls from an offset of 1 s on." in report


def test_every_call_stands_under_the_keyword(tests: dict[str, Any]) -> None:
    (sweep,) = [step for step in tests["Deaf At First"].body if getattr(step, "name", "") == "Sweep Interruptions"]
    folded = [text for text in messages(sweep) if text.startswith("<details><summary>Run ")]
    assert len(folded) == 12
    assert "<audio" in folded[0]


def test_every_call_can_be_heard_from_the_map(tests: dict[str, Any]) -> None:
    (report,) = reports(tests["Deaf At First"])
    heard = re.findall(r'<audio controls preload="none" src="Deaf%20At%20First%20run%20(\d+)\.wav#t=', report)
    assert sorted(map(int, heard)) == list(range(1, 13))


def test_progress_is_on_the_console(tests: dict[str, Any]) -> None:
    assert "\n12 calls to make.\nCall 1 of 12: offset 0 s, " in tests["console"]
    assert 'Call 12 of 12: offset 1 s, "No, stop": in time, 400 ms ± 10 ms, interrupted 1000 ms' in tests["console"]
    assert "first sound; 0 left\n" in tests["console"]


def test_what_did_not_apply_or_broke_is_never_a_pass(tests: dict[str, Any]) -> None:
    test = tests["What Can Come Of It"]
    assert failed(test, "Whether the agent stops within 2 s is not known of ")
    assert '"is over": 1 did not apply; "breaks": 1 not judged' in test.message


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Nothing Can Be Judged", "No interruption could be judged in 2 calls, so there is nothing to say about"),
        ("Noise That The Keyword Takes Away", "With A Worse Line uses a line of its own, without that noise: put Use"),
        ("No Unit", "The argument offsets: '0' has no unit: write '0 ms' or '0 s'."),
        ("Negative", "The argument offsets: '-1 s' is negative"),
        ("Empty", "The argument phrases has an empty place"),
        ("Empty In Between", "The argument phrases has an empty place"),
        ("Empty List", "The argument phrases has an empty place"),
        ("Twice", "The argument offsets has 400 ms twice"),
        ("Option Twice", "Sweep Interruptions has offsets= twice."),
        ("Nothing Swept", "Sweep Interruptions has nothing to sweep: give it offsets=, phrases= or noise=."),
        ("Misspelt", "Sweep Interruptions has no argument 'repeat'; did you mean 'repeats'?"),
        ("Given By Hand And Swept", "Sweep Interruptions gives offset= to the keyword itself, from offsets=."),
        ("Too Many", "Sweep Interruptions would make 6 calls; allowed 5 (max_calls= sets how many)."),
        ("No Number", "The argument repeats is 'some'; it has to be a whole number from 1."),
        ("No Limit", "The argument limit is '0 s'; nobody stops in no time."),
        ("Bare Limit", "The argument limit: '800' has no unit: write '800 ms' or '800 s'."),
        ("Unknown Keyword", "No keyword with name 'No Such Keyword' found."),
        (
            "A Keyword Without These Arguments",
            "Keyword 'Swept.Takes No Offset' got unexpected named argument 'phrase'.",
        ),
        ("In A Repeat", "Sweep Interruptions can't be used inside a keyword that Repeat runs"),
        ("Check Without A Sweep", "There is no Sweep Interruptions that made a call, so there is nothing to check."),
        ("Check Beyond The Sweep", "but the latest offset of the sweep is 1 s, so the check could not fail."),
    ],
)
def test_what_is_wrong_gets_a_sentence(tests: dict[str, Any], name: str, sentence: str) -> None:
    assert failed(tests[name], sentence), tests[name].message


@pytest.mark.parametrize("name", ["Unknown Keyword", "A Keyword Without These Arguments", "Too Many", "Twice"])
def test_a_mistake_in_the_suite_makes_at_most_one_call(tests: dict[str, Any], name: str) -> None:
    (sweep,) = [step for step in tests[name].body if step.type == step.KEYWORD]
    assert len([step for step in sweep.body if step.type == step.KEYWORD]) <= 1


def test_a_timeout_draws_what_there_is(tests: dict[str, Any]) -> None:
    test = tests["Timeout"]
    assert failed(test, "Test timeout 4 seconds exceeded.")
    (report,) = reports(test)
    assert "Broken off after 2 of 4 calls. The agent stopped within 800 ms in all 2 calls." in report
    assert report.count('data-standing="not done"') == 2
    assert test.elapsed_time.total_seconds() < 50


def test_what_was_not_made_is_never_a_pass(tests: dict[str, Any]) -> None:
    sentence = "not known of offset 2 s: 1 not done; offset 3 s: 1 not done."
    assert failed(tests["Timeout That Is Caught"], sentence)


def resumed(folder: Path, name: str, *more: str) -> Any:
    (folder / "suite.robot").write_text(RESUMED, encoding="utf-8")
    run = robot(folder, "--test", name, *more, str(folder / "suite.robot"))
    (test,) = ExecutionResult(folder / "results" / "output.xml").suite.all_tests
    return test, run.stdout


def test_after_ctrl_c_a_sweep_goes_on_where_it_was(folder: Path) -> None:
    suite = folder / "suite.robot"
    suite.write_text(RESUMED, encoding="utf-8")
    run = subprocess.Popen(
        command(folder, "--test", "Resumed", str(suite)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert run.stdout is not None
    assert any("Call 2 of 4" in line for line in run.stdout)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    (test,) = ExecutionResult(folder / "results" / "output.xml").suite.all_tests
    assert failed(test, "Execution terminated by signal")
    (report,) = reports(test)
    assert "Broken off after 2 of 4 calls." in report
    kept = folder / "results" / "sweeps" / "one.json"
    assert len(json.loads(kept.read_text())["calls"]) == 2

    again, console = resumed(folder, "Resumed")
    assert again.passed, again.message
    assert "\n4 calls to make, 2 of them made in an earlier run.\nCall 3 of 4: offset 2 s: " in console
    assert "Call 1 of 4" not in console
    assert "2 of 4 calls were made in an earlier run." in reports(again)[0]
    assert reports(again)[0].count('preload="none" src="Resumed%20run%20') == 4
    assert len(json.loads(kept.read_text())["calls"]) == 4


def test_another_value_of_an_argument_is_another_sweep_and_stands_not_in_the_file(folder: Path) -> None:
    first, _ = resumed(folder, "Of A Value", "--variable", "DEAF:777 ms")
    kept = folder / "results" / "value.json"
    assert first.passed, first.message
    assert "777" not in kept.read_text()
    content = json.loads(kept.read_text())
    content["calls"] = []
    kept.write_text(json.dumps(content))
    other, _ = resumed(folder, "Of A Value", "--variable", "DEAF:0 s")
    assert failed(other, "is of another sweep: its keyword, what it sweeps, repeats, limit, the line ")
    same, _ = resumed(folder, "Of A Value", "--variable", "DEAF:777 ms")
    assert same.passed, same.message


@pytest.mark.parametrize("other", ["LINE:clean", "NOISE:street", "WATCH:2 s"])
def test_calls_of_another_line_are_of_another_sweep(folder: Path, other: str) -> None:
    first, _ = resumed(folder, "On A Line")
    assert first.passed, first.message
    kept = folder / "results" / "line.json"
    content = json.loads(kept.read_text())
    content["calls"] = []
    kept.write_text(json.dumps(content))
    refused, console = resumed(folder, "On A Line", "--variable", other)
    assert failed(refused, "the line that Use Line had set before, or the library's pause, watch or voice differ.")
    assert "Call 1" not in console
    # what its own keyword did to the line is not of the line before it
    same, _ = resumed(folder, "On A Line")
    assert same.passed, same.message


def test_a_damaged_file_is_refused_before_the_first_call(folder: Path) -> None:
    (folder / "results").mkdir()
    (folder / "results" / "value.json").write_text("{", encoding="utf-8")
    test, console = resumed(folder, "Of A Value")
    assert failed(test, "The argument resume: the file '")
    assert "is not that of a sweep, or damaged. Delete it, or name another one." in test.message
    assert "Call 1" not in console


def test_a_dry_run_finds_a_misspelt_keyword(folder: Path) -> None:
    suite = folder / "suite.robot"
    suite.write_text(SUITE, encoding="utf-8")
    run = robot(folder, "--dryrun", "--test", "Unknown Keyword", str(suite))
    assert "No keyword with name 'No Such Keyword' found." in run.stdout

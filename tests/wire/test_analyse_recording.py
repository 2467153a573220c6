"""The recording of a call tells what the call told; and the command line, on recordings of any length."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile
from stand_ins.calls import ATTEMPTS, calling
from stand_ins.sound import vowel
from test_demo_process import voice

from RobotVoice.adapters.demo import Demo
from RobotVoice.call.turns import NATURAL_PAUSE
from RobotVoice.conversation import Expected
from RobotVoice.demo.faults import Protocol
from RobotVoice.errors import UnreliableTiming
from RobotVoice.evidence.model import Interruption, Measured, Mode, Outcome, StoppedBy
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.recording.analysis import RecordingAnalysis
from RobotVoice.recording.call import RecordedCall
from RobotVoice.recording.listen import Channel

WATCH = 2.0
PATIENCE = 30.0
"""Seconds; the agent understands the caller by a model, which on a busy machine takes its time."""


@dataclass
class Twice:
    """The same call as it was judged while it went on, and as its recording tells it."""

    live: list[Interruption]
    reply: Measured
    recorded: RecordingAnalysis


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twice]:
    """A question; an interruption at which the demo agent stops; and a sound that it does not mind."""
    path = tmp_path_factory.mktemp("recording") / "call.wav"
    for _ in range(ATTEMPTS):
        with calling(Demo(protocol=Protocol.WEBSOCKET), watch=WATCH) as conversation, suppress(UnreliableTiming):
            conversation.say("billing", voice("Tell me about my billing"), None, Expected.STOP)
            reply = conversation.reply_latency(PATIENCE)
            conversation.expect_reply()
            wait = voice("Wait, I meant account support")
            conversation.interrupt("Wait", wait, Trigger(0.5), Mode.VAD, Expected.STOP)
            assert conversation.reply_latency(PATIENCE) is not None
            conversation.expect_reply()
            conversation.interrupt("Mm-hmm", voice("Mm-hmm"), Trigger(1.0), Mode.VAD, Expected.KEEP_TALKING)
            if conversation.health().reliable:
                break
    else:
        pytest.fail(f"This machine was too busy {ATTEMPTS} times: {conversation.health().sentence}")
    assert reply is not None
    conversation.save_recording(path)
    recorded = RecordedCall(path, Channel.LEFT, NATURAL_PAUSE, WATCH).found
    yield Twice(conversation.interruptions(), reply, recorded)


def test_same_interruptions_are_found(twice: Twice) -> None:
    outcomes = [Outcome.INTERRUPTED, Outcome.KEPT_TALKING]
    assert [one.outcome for one in twice.live] == outcomes
    assert [one.outcome for one in twice.recorded.interruptions] == outcomes
    assert [len(twice.recorded.serious), len(twice.recorded.brief)] == [1, 1]


@pytest.mark.parametrize("name", ["stop_latency", "overlap", "response_latency"])
def test_figures_agree_within_their_uncertainty(twice: Twice, name: str) -> None:
    for live, recorded in zip(twice.live, twice.recorded.interruptions, strict=True):
        one, other = getattr(live, name), getattr(recorded, name)
        assert (one is None) is (other is None)
        if one is not None:
            assert other.at_least is one.at_least
            assert other.value == pytest.approx(one.value, abs=one.uncertainty + other.uncertainty)


def test_reply_to_the_question_agrees(twice: Twice) -> None:
    first = twice.recorded.responses[0].latency
    assert first is not None
    assert first.value == pytest.approx(twice.reply.value, abs=twice.reply.uncertainty + first.uncertainty)


def test_only_the_call_knows_who_stopped_the_agent(twice: Twice) -> None:
    assert twice.live[0].stopped_by is StoppedBy.AGENT_VAD
    assert twice.recorded.interruptions[0].stopped_by is StoppedBy.UNKNOWN


# The command line


RATE = 8000


def minute() -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    """A question, an interruption at which the agent stops after 2 s, and one at which it does not."""
    sound = np.zeros((60 * RATE, 2), dtype=np.int16)
    for channel, start, end in ((0, 1, 3), (1, 4, 9), (0, 7, 10), (1, 11.5, 20), (0, 22, 23), (1, 24, 40), (0, 30, 32)):
        part = sound[round(start * RATE) : round(end * RATE), channel]
        part[:] = vowel(end - start, RATE, 140.0 + 50 * channel)[: len(part)]
    return sound


def analyse(*arguments: str, within: int | None = None) -> subprocess.CompletedProcess[str]:
    """within: bytes of memory that the process may have at most."""
    start = [sys.executable, "-m", "RobotVoice"]
    if within is not None:
        limited = (
            "import resource, runpy, sys; "
            f"resource.setrlimit(resource.RLIMIT_DATA, ({within}, {within})); "
            "runpy.run_module('RobotVoice', run_name='__main__', alter_sys=True)"
        )
        start = [sys.executable, "-c", limited]
    return subprocess.run([*start, "analyse", *arguments], capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("command") / "call.wav"
    soundfile.write(path, minute(), RATE)
    return path


def test_table_and_page(recording: Path, tmp_path: Path) -> None:
    run = analyse(str(recording), "--html", str(tmp_path / "deep" / "page.html"))
    assert (run.returncode, run.stderr) == (0, "")
    assert f"{recording} (1:00.0): 2 interruptions" in run.stdout
    assert "Twice the caller spoke over the agent for 1 s or longer: the agent stopped once" in run.stdout
    assert "data:audio/wav;base64," in (tmp_path / "deep" / "page.html").read_text(encoding="utf-8")


def test_json(recording: Path) -> None:
    run = analyse(str(recording), "--json", "--caller", "left")
    assert run.returncode == 0
    told = json.loads(run.stdout)
    assert [one["outcome"] for one in told["interruptions"]] == ["interrupted", "kept talking"]
    assert told["interruptions"][0]["stop_latency"]["value"] == pytest.approx(2.0, abs=0.01)


def test_samples_without_a_header_are_no_recording(tmp_path: Path) -> None:
    file = tmp_path / "call.raw"
    file.write_bytes(bytes(32000))
    run = analyse(str(file))
    assert run.returncode == 2
    assert "is not audio that can be read" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("gone.wav",), "There is no audio file 'gone.wav'."),
        ((__file__,), "is not audio that can be read; WAV, FLAC, OGG and MP3 files are."),
        (("/",), "'/' is a folder; an audio file is needed."),
        (("gone.wav", "--caller", "middle"), "invalid choice: 'middle'"),
        ((), "the following arguments are required: file"),
    ],
)
def test_bad_input_is_told_in_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    run = analyse(*arguments)
    assert run.returncode == 2
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""


def test_page_that_cannot_be_written(recording: Path, tmp_path: Path) -> None:
    run = analyse(str(recording), "--html", str(tmp_path))
    assert run.returncode == 2
    assert f"The page can't be written to '{tmp_path}'" in run.stderr


def test_three_hours_in_little_memory(tmp_path: Path) -> None:
    """Their samples alone are 330 MB, and 660 MB as the numbers they are read as."""
    path = tmp_path / "long.wav"
    one = minute()
    with soundfile.SoundFile(path, "w", RATE, 2, "PCM_16") as file:
        for _ in range(180):
            file.write(one)
    run = analyse(str(path), "--html", str(tmp_path / "page.html"), within=300_000_000)
    path.unlink()
    assert run.returncode == 0, run.stderr
    assert "(180:00.0): 360 interruptions" in run.stdout
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert len(page) < 500_000, "the timeline and the tables hold what a reader can take in"
    assert 'src="long.wav"' in page, "the sound is linked: it is too large for a page"


# In Robot Framework


SUITE = """
*** Settings ***
Library        RobotVoice
Suite Setup    Analyse Recording    {recording}

*** Test Cases ***
First
    Run Keyword And Expect Error    The agent kept talking*    Agent Should Have Stopped Within    800 ms

Second
    Agent Should Have Kept Talking

Of Its Own
    Analyse Recording    {other}
    Run Keyword And Expect Error    There was no interruption*    Agent Should Have Kept Talking
    Run Keyword And Expect Error    There is no call: use Start Call*    Save Recording    call.wav

After That
    Agent Should Have Kept Talking
"""


def test_recording_of_a_suite_setup_is_there_for_every_test(recording: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.wav"
    soundfile.write(other, minute()[: 6 * RATE], RATE)
    suite = tmp_path / "suite.robot"
    suite.write_text(SUITE.format(recording=recording, other=other), encoding="utf-8")
    command = [sys.executable, "-m", "robot", "--outputdir", str(tmp_path / "results"), str(suite)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout
    reports = [report for _, report in reports_of(tmp_path / "results" / "output.xml")]
    assert [report.count("rv-passed") for report in map(body, reports)] == [0, 1, 0, 0, 1]
    assert [report.count("✗ Failed") for report in reports] == [1, 0, 0, 0, 0]
    assert len(list((tmp_path / "results" / "calls").iterdir())) == 2, "each recording is copied once"


def reports_of(output: Path) -> list[tuple[str, str]]:
    """The reports of a run: the name of the test and the HTML."""
    tests = ElementTree.parse(output).iter("test")
    return [(test.get("name", ""), one.text or "") for test in tests for one in test.findall("msg[@html='true']")]


def body(report: str) -> str:
    return report.partition("</style>")[2]

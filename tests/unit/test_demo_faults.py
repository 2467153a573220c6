"""The options of the demo agent: what `to_arguments` writes, the command line reads."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from datetime import timedelta

import pytest

from RobotVoice.demo.__main__ import faults_of, main, parser
from RobotVoice.demo.faults import MEANING, Faults, duration
from RobotVoice.errors import InvalidArgument


@pytest.mark.parametrize(
    "faults",
    [
        Faults(),
        Faults(stops_after=timedelta(milliseconds=100), never_speaks=True),
        Faults(hangs_up_after=timedelta(seconds=1.5), bursts=True, greeting=True),
        Faults(never_stops=True, ignores_cancel=True, resumes=True, yields_to_backchannels=True),
        Faults(reply_delay=timedelta(seconds=2, microseconds=500)),
    ],
)
def test_arguments_come_back_as_they_went(faults: Faults) -> None:
    options = parser().parse_args(["--protocol", "websocket", *faults.to_arguments()])
    assert faults_of(options) == faults


def test_no_fault_needs_no_argument() -> None:
    assert Faults().to_arguments() == []


def test_the_names_of_the_keyword_options_work_too() -> None:
    options = parser().parse_args(["--protocol", "websocket", "--stops_after", "300 ms", "--never_speaks"])
    assert faults_of(options) == Faults(stops_after=timedelta(seconds=0.3), never_speaks=True)


def test_every_option_has_a_meaning() -> None:
    assert list(MEANING) == [option.name for option in fields(Faults)]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("300 ms", 0.3), ("300ms", 0.3), ("0.3", 0.3), ("1.5 s", 1.5), (".5", 0.5), ("2", 2.0)],
)
def test_durations(text: str, seconds: float) -> None:
    assert duration(text).total_seconds() == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "soon", "-1", "nan", "inf", "1 hour", "1e3", "800", "1.5.2"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(InvalidArgument, match=r"--stops-after is '.*write it like '300 ms'"):
        duration(text, "--stops-after")


def test_a_wrong_option_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--protocol", "websocket", "--stops-after", "soon"])
    assert exit_.value.code == 2
    assert "--stops-after is 'soon'" in capsys.readouterr().err


def test_the_options_are_light_to_import() -> None:
    program = (
        "import sys, RobotVoice; before = set(sys.modules); import RobotVoice.demo.faults;"
        "print([name for name in ('numpy', 'websockets', 'asyncio') if name in set(sys.modules) - before])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"

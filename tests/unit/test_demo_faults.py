"""The options of the demo agent: what `to_arguments` writes, the command line reads."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from RobotVoice.demo.__main__ import faults_of, main, parser
from RobotVoice.demo.faults import MEANING, Faults, Protocol, duration
from RobotVoice.errors import InvalidArgument


@pytest.mark.parametrize(
    "faults",
    [
        Faults(),
        Faults(stops_after=timedelta(milliseconds=100), never_speaks=True),
        Faults(hangs_up_after=timedelta(seconds=1.5), bursts=True, greeting=True),
        Faults(never_stops=True, ignores_cancel=True, resumes=True, yields_to_backchannels=True),
        Faults(reply_delay=timedelta(seconds=2, microseconds=500)),
        Faults(pauses_for=timedelta(seconds=1.2), restarts_sentence=True, deaf_for=timedelta(milliseconds=400)),
        Faults(pauses_for=timedelta(seconds=1.2), skips_words=True, waits_for_caller=timedelta(seconds=1.5)),
        Faults(stops_for_keys=True, reprompts_after=timedelta(seconds=5), calls_tool=timedelta(seconds=1.5)),
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


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"restarts_sentence": True}, "so they need 'pauses_for' as well, such as pauses_for=1.2 s."),
        ({"skips_words": True}, "so they need 'pauses_for' as well, such as pauses_for=1.2 s."),
        (
            {"pauses_for": SECOND, "restarts_sentence": True, "skips_words": True},
            "'restarts_sentence' and 'skips_words' exclude each other",
        ),
        ({"pauses_for": SECOND, "never_stops": True}, "'pauses_for' and 'never_stops' exclude each other"),
        (
            {"pauses_for": SECOND, "yields_to_backchannels": True},
            "'pauses_for' and 'yields_to_backchannels' exclude each other",
        ),
        ({"pauses_for": SECOND, "stops_after": timedelta(seconds=0.2)}, "'stops_after' to be longer than 0.2 s"),
        ({"never_speaks": True, "greeting": True}, "'never_speaks' and 'greeting' exclude each other"),
        ({"never_speaks": True, "reprompts_after": SECOND}, "'never_speaks' and 'reprompts_after' exclude each other"),
        ({"deaf_for": SECOND, "never_stops": True}, "'deaf_for' and 'never_stops' exclude each other"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=f"^The demo agent: .*{re.escape(sentence)}"):
        Faults(**options)


@pytest.mark.parametrize("protocol", Protocol)
def test_an_option_that_the_protocol_has_no_part_in_is_refused(protocol: Protocol) -> None:
    offered = {Protocol.OPENAI_REALTIME: Faults(calls_tool=SECOND), Protocol.MEDIA_STREAMS: Faults(stops_for_keys=True)}
    for served, faults in offered.items():
        if served is protocol:
            faults.require(protocol)
        else:
            with pytest.raises(InvalidArgument, match=f"needs protocol={served.value}; over {protocol.value} "):
                faults.require(protocol)


def test_what_the_command_line_can_not_do_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--protocol", "websocket", "--skips-words"]) == 2
    assert capsys.readouterr().err.startswith("The demo agent: 'restarts_sentence' and 'skips_words' say how")
    assert main(["--protocol", "websocket", "--calls-tool", "1 s"]) == 2
    assert "needs protocol=openai_realtime; over websocket" in capsys.readouterr().err


def test_the_options_are_light_to_import() -> None:
    program = (
        "import sys, RobotVoice; before = set(sys.modules); import RobotVoice.demo.faults;"
        "print([name for name in ('numpy', 'websockets', 'asyncio') if name in set(sys.modules) - before])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"

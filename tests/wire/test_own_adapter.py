"""An adapter from outside of the package, as a person writes one: tests/wire/own_adapter.py."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import soundfile
from own_adapter import Intercom
from stand_ins.calls import interrupt, near, reliably
from stand_ins.house import House
from stand_ins.server import WORDS, Plan, StandIn
from stand_ins.sound import clip

from RobotVoice.conversation import Expected
from RobotVoice.evidence.model import Mode, Outcome, StoppedBy

HERE = Path(__file__).parent
SUITE = """
*** Settings ***
Library    RobotVoice

*** Test Cases ***
Ring
    Start Call    {adapter}:Intercom    url={url}    door=3
    ${{can}} =    Get Agent Capabilities
    Should Be Equal    ${{can.cancel_signal}}    hush
    Press Keys    7#
    User Plays    {sound}
    Interrupt With    Wait, the other door    after=500 ms
    Agent Should Have Stopped Within    1 s

A Misspelt Option
    Start Call    {adapter}:Intercom    url={url}    dor=3
"""


def adapter(url: str) -> Intercom:
    return Intercom(url=url)


@pytest.mark.parametrize(
    ("mode", "who"), [(Mode.VAD, StoppedBy.AGENT_VAD), (Mode.CANCEL, StoppedBy.CANCEL)], ids=["vad", "cancel"]
)
def test_it_is_interrupted_in_both_modes(mode: Mode, who: StoppedBy) -> None:
    found = reliably(partial(interrupt, House, Plan(), adapter, mode))
    assert found.result.outcome is Outcome.INTERRUPTED
    assert found.result.stopped_by is who
    assert found.result.stop_latency is not None
    onset = found.agent.ear.onsets[1] if mode is Mode.VAD else found.agent.stops[0]
    assert found.result.stop_latency.value == near(found.agent.stops[0] - onset)
    assert found.reply == WORDS
    assert found.agent.kinds == ["d1", "a", *(["h", "a"] if mode is Mode.CANCEL else [])]


def test_it_kept_talking() -> None:
    run = partial(interrupt, House, Plan(yields=False), adapter, Mode.VAD, 1.0, Expected.KEEP_TALKING, False)
    assert reliably(run).result.outcome is Outcome.KEPT_TALKING


@pytest.mark.parametrize("nonsense", ["text", b"", b"?", b"a\x01", b"w\xff"])
def test_no_message_breaks_it(nonsense: str | bytes) -> None:
    assert len(list(adapter("ws://127.0.0.1:1").events(nonsense))) == 1


def test_a_suite_names_it_by_its_file(tmp_path: Path) -> None:
    with StandIn(House) as server:
        suite = tmp_path / "ring.robot"
        suite.write_text(SUITE.format(adapter=HERE / "own_adapter.py", url=server.url, sound=_sound(tmp_path)))
        robot = subprocess.run(
            [sys.executable, "-m", "robot", "--outputdir", str(tmp_path), str(suite)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        kinds = server.session.kinds
    assert "2 tests, 1 passed, 1 failed" in robot.stdout, robot.stdout
    assert "The agent 'intercom' has no option 'dor'; did you mean 'door'?" in robot.stdout
    assert [kind for kind in kinds if kind != "a"] == ["d3", "k7", "k#", "h"]


def _sound(folder: Path) -> Path:
    path = folder / "question.wav"
    spoken = clip(0.8)
    soundfile.write(path, spoken.samples, spoken.rate)
    return path

"""The report as people see it: a real run of Robot Framework, its log.html in a real browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from chromium import Page, chromium

from RobotVoice.audio.frames import Clip
from RobotVoice.evidence.files import recording_path, relative_link
from RobotVoice.evidence.model import (
    CallEvidence,
    Check,
    Interruption,
    Measured,
    Mode,
    Outcome,
    Speaker,
    Turn,
)
from RobotVoice.evidence.report import render

RATE = 16000
SECONDS = 8.0
EVIL = "<script>window.hacked=1</script><img src=nowhere onerror=window.hacked=1>"

LIBRARY = """
from pathlib import Path
from robot.api import logger

class Evidence:
    ROBOT_LIBRARY_SCOPE = "GLOBAL"
    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self, folder):
        self.ROBOT_LIBRARY_LISTENER = self
        self.folder = Path(folder)

    def end_test(self, data, result):
        logger.info((self.folder / f"{data.name}.html").read_text(encoding="utf-8"), html=True)

    def fail(self):
        raise AssertionError("The agent kept talking.")
"""

SUITE = """
*** Settings ***
Library    Evidence.py    {folder}

*** Test Cases ***
Linked
    Evidence.Fail

Embedded
    Evidence.Fail
"""


def evidence() -> CallEvidence:
    time = np.arange(round(SECONDS * RATE)) / RATE
    tone = 8000 * np.sin(2 * np.pi * 300 * time)
    caller = np.where((time > 3.0) & (time < 4.5), tone, 0).astype(np.int16)
    heard = np.where((time > 1.0) & (time < 3.412), tone, 0).astype(np.int16)
    one = Interruption(
        1,
        EVIL,
        "at the agent's first audible speech",
        Mode.VAD,
        Outcome.INTERRUPTED,
        "",
        barge_in=3.0,
        ear_stop=3.412,
        stop_latency=Measured(0.412, 0.01),
    )
    return CallEvidence(
        "demo",
        Clip(caller, RATE),
        Clip(heard, RATE),
        SECONDS,
        (Turn(Speaker.CALLER, 3.0, 4.5, EVIL),),
        (one, replace(one, number=2, barge_in=3.2)),
        (Check("The agent stopped 412 ms after the caller barged in; allowed 800 ms.", True, 1, 0.8),),
    )


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("a run with ü in its path")
    output = folder / "results"
    shown = evidence()
    recording = recording_path(output, "Caller interrupts & waits")
    stereo = np.stack([shown.caller.samples, shown.heard.samples], axis=1)
    soundfile.write(recording, stereo, RATE, subtype="PCM_16")
    link = relative_link(recording, output)
    (folder / "Linked.html").write_text(render(shown, link), encoding="utf-8")
    (folder / "Embedded.html").write_text(render(shown, None, recording.read_bytes()), encoding="utf-8")
    (folder / "Evidence.py").write_text(LIBRARY, encoding="utf-8")
    suite = folder / "suite.robot"
    suite.write_text(SUITE.format(folder=folder.as_posix()), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "robot", "--outputdir", str(output), str(suite)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 2, run.stdout + run.stderr  # both tests fail, so that the log opens them by itself
    return output / "log.html"


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with chromium() as page:
        page.resize(1200, 1000)
        yield page


@pytest.fixture
def page(tab: Page, log: Path) -> Page:
    """log.html as it opens by itself, with its two failed tests."""
    tab.errors.clear()
    tab.open(log.as_uri())
    tab.wait_for("document.querySelectorAll('.rv-report').length == 2")
    tab.wait_for("[...document.querySelectorAll('.rv-report audio')].every(a => a.duration > 0 || a.error)")
    return tab


def test_picture_is_drawn_without_errors(page: Page) -> None:
    boxes = page.evaluate(
        "[...document.querySelectorAll('.rv-timeline')].map(s => s.getBoundingClientRect())"
        ".map(b => [b.width, b.height])"
    )
    assert len(boxes) == 2
    assert all(width > 600 and height > 200 for width, height in boxes)
    waves = page.evaluate("[...document.querySelectorAll('.rv-wave')].map(w => w.getBBox().height)")
    assert min(waves[:2]) > 20
    assert page.errors == []


def test_nothing_reaches_beyond_the_width_of_the_report(page: Page) -> None:
    assert page.evaluate(
        "[...document.querySelectorAll('.rv-report')].every(r => [...r.querySelectorAll('table, text, audio')]"
        ".every(e => e.getBoundingClientRect().right <= r.getBoundingClientRect().right + 1))"
    )


def test_names_in_the_picture_do_not_lie_on_each_other(page: Page) -> None:
    """With the real widths of the letters, which the drawing can only estimate."""
    overlapping = page.evaluate(
        """(() => {
            const texts = [...document.querySelector('.rv-timeline').querySelectorAll('text')];
            const boxes = texts.map(t => [t.textContent, t.getBoundingClientRect()]);
            const hits = [];
            boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
                const w = Math.min(p.right, q.right) - Math.max(p.left, q.left);
                const h = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
                if (w > 1 && h > 4) hits.push([a, b]);
            }));
            return hits;
        })()"""
    )
    assert overlapping == []


def test_recording_can_be_heard(page: Page) -> None:
    sounds = page.evaluate(
        "[...document.querySelectorAll('.rv-report audio')].map(a => [a.duration, a.error && a.error.message])"
    )
    assert sounds == [[SECONDS, None], [SECONDS, None]]


def test_transcript_is_text(page: Page) -> None:
    assert EVIL in page.evaluate("document.querySelector('.rv-report').innerText")
    assert page.evaluate("typeof window.hacked") == "undefined"
    assert page.evaluate("document.querySelectorAll('.rv-report img, .rv-report script').length") == 0


def test_hear_it_plays_from_a_second_before_the_barge_in(page: Page) -> None:
    page.evaluate("document.querySelectorAll('.rv-report button')[1].click()")
    page.wait_for("document.querySelector('.rv-report audio').currentTime >= 2.2")
    played = page.evaluate(
        "(() => {const a = document.querySelector('.rv-report audio'); a.pause();"
        "return [a.currentTime, a.played.length ? a.played.start(0) : null]})()"
    )
    assert 2.2 <= played[0] < 4.0
    others = page.evaluate("document.querySelectorAll('.rv-report audio')[1].currentTime")
    assert others == 0  # a button moves the player of its own report only
    assert page.errors == []


def test_hear_it_does_not_throw_without_its_player(page: Page) -> None:
    page.evaluate("document.querySelector('.rv-report audio').remove()")
    page.evaluate("document.querySelector('.rv-report button').click()")
    assert page.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_themes(tab: Page, log: Path, scheme: str, tmp_path: Path) -> None:
    tab.emulate(scheme)
    tab.open(log.as_uri())
    tab.wait_for("document.querySelector('.rv-timeline')")
    text, ground = tab.evaluate(
        "[getComputedStyle(document.querySelector('.rv-timeline text')).fill,"
        "getComputedStyle(document.body).backgroundColor]"
    )
    assert abs(_brightness(text) - _brightness(ground)) > 150
    assert (_brightness(ground) > 128) == (scheme == "light")
    picture = tmp_path / f"{scheme}.png"
    tab.screenshot(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")


def _brightness(rgb: str) -> float:
    """Of a colour as browsers give it back: "rgb(1, 2, 3)"."""
    return sum(float(part) for part in rgb[4:-1].split(",")) / 3

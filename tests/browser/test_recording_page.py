"""The page that `python -m RobotVoice analyse --html` writes, in a real browser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from chromium import chromium

from RobotVoice.evidence import files
from RobotVoice.recording import report
from RobotVoice.recording.call import RecordedCall
from RobotVoice.recording.listen import Channel

RATE = 8000
BRIGHTNESS = (
    "getComputedStyle(document.body).{}.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)"
)


@pytest.fixture
def recording(tmp_path: Path) -> RecordedCall:
    time = np.arange(10 * RATE) / RATE
    low, high = (8000 * np.sin(2 * np.pi * frequency * time) for frequency in (300, 470))
    caller = np.where((time > 4) & (time < 6), high, 0)
    agent = np.where((time > 3) & (time < 4.4), low, 0)
    path = tmp_path / 'it\'s 100 % "ours" & <mine>.wav'
    soundfile.write(path, np.stack((caller, agent), axis=1).astype(np.int16), RATE)
    return RecordedCall(path, Channel.LEFT, 0.7, 5.0)


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_plays_and_can_be_read(
    recording: RecordedCall, tmp_path: Path, scheme: str, inside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not inside:
        monkeypatch.setattr(files, "LARGEST", 0)
    page_file = tmp_path / "pages" / "page.html"
    page_file.parent.mkdir()
    page_file.write_text(report.as_page(recording, page_file), encoding="utf-8")
    with chromium() as page:
        page.emulate(scheme)
        page.resize(1000, 800)
        page.open(page_file.as_uri())
        page.wait_for("document.querySelector('audio').readyState > 0")
        assert page.evaluate("document.querySelector('audio').duration") == pytest.approx(10.0, abs=0.01)
        assert page.evaluate("document.querySelector('audio').src.startsWith('data:')") is inside
        assert page.evaluate("document.title") == recording.found.file.name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        ink, paper = (page.evaluate(BRIGHTNESS.format(part)) for part in ("color", "backgroundColor"))
        assert abs(ink - paper) > 400
        assert (ink > paper) is (scheme == "dark")
        page.evaluate("document.querySelector('button').click()")
        page.wait_for("document.querySelector('audio').currentTime >= 3")
        assert page.errors == []

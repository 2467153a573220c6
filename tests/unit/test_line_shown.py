"""The line in the report: a sentence, and a band under the lanes, from when to when."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from evidence_by_hand import call, kept_talking, stopped

from RobotVoice.evidence.model import CallEvidence, LineInUse
from RobotVoice.evidence.report import render
from RobotVoice.evidence.timeline import draw

LEFT, RIGHT = 74.0, 888.0
SVG = "{http://www.w3.org/2000/svg}"
NOISY = LineInUse(3.0, 12.0, "phone, pink noise at 10 dB SNR (seed 7)")


def on(*lines: LineInUse) -> CallEvidence:
    return replace(call(stopped(), kept_talking()), lines=lines)


def panels(evidence: CallEvidence) -> list[ElementTree.Element]:
    return [group for group in ElementTree.fromstring(draw(evidence)) if group.tag == f"{SVG}g"]


def bands(panel: ElementTree.Element) -> list[ElementTree.Element]:
    return [element for element in panel.iter() if element.get("class") == "rv-line"]


def words(panel: ElementTree.Element) -> str:
    return " ".join("".join(text.itertext()) for text in panel.iter(f"{SVG}text"))


def test_the_band_lies_where_the_line_was_used() -> None:
    overview, *details = panels(on(NOISY))
    (band,) = bands(overview)
    left, width = float(band.attrib["x"]), float(band.attrib["width"])
    assert left == pytest.approx(LEFT + 3.0 / 15 * (RIGHT - LEFT), abs=0.1)
    assert left + width == pytest.approx(LEFT + 12.0 / 15 * (RIGHT - LEFT), abs=0.2)
    assert "phone, pink noise at 10 dB SNR (seed 7)" in words(overview)
    assert all(len(bands(panel)) == 1 for panel in details)


def test_the_band_touches_neither_lanes_nor_axis() -> None:
    for panel in panels(on(NOISY)):
        (band,) = bands(panel)
        top = float(band.attrib["y"])
        lanes = [float(r.attrib["y"]) + float(r.attrib["height"]) for r in panel.iter(f"{SVG}rect") if r is not band]
        ticks = [float(t.attrib["y"]) for t in panel.iter(f"{SVG}text") if t.get("class") == "rv-tick"]
        assert max(lanes) < top
        assert top + float(band.attrib["height"]) < min(ticks) - 10


def test_one_line_after_another() -> None:
    later = LineInUse(12.0, 15.0, "bad wifi")
    assert len(bands(panels(on(NOISY, later))[0])) == 2
    assert len(bands(panels(on(LineInUse(13.0, 15.0, "bad wifi")))[1])) == 0, "its view ends before"


def test_a_clean_line_has_no_band_and_no_sentence() -> None:
    clean = on()
    assert not any(bands(panel) for panel in panels(clean))
    assert "On the line" not in render(clean, "call.wav")


def test_the_report_says_it_in_a_sentence() -> None:
    whole = LineInUse(0.0, 15.0, "phone, pink noise at 10 dB SNR (seed 7)")
    assert "<p>On the line: phone, pink noise at 10 dB SNR (seed 7).</p>" in render(on(whole), "call.wav")
    assert "<p>On the line from 0:03.0 to 0:12.0: phone, pink" in render(on(NOISY), "call.wav")


def test_a_line_that_was_used_for_a_moment_is_told_by_its_length() -> None:
    brief = LineInUse(1.19, 1.23, "phone")
    assert "<p>On the line for 40 ms at 0:01.2: phone.</p>" in render(on(brief), "call.wav")


def test_the_name_of_a_file_is_escaped() -> None:
    named = LineInUse(0.0, 15.0, "<b>.wav noise at 10 dB SNR")
    assert "<b>.wav" not in render(on(named), "call.wav")

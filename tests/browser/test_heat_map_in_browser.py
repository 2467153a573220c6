"""The heat map in a real browser, which knows how wide its words turn out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Page, chromium
from test_distribution_in_browser import OVERLAPPING

from RobotVoice.evidence.model import Measured, Outcome
from RobotVoice.sweep import report
from RobotVoice.sweep.plan import Plan
from RobotVoice.sweep.result import CallResult, Sweep

OUTSIDE = """[...document.querySelectorAll('.rv-field')].flatMap(field => {
    const box = field.querySelector('rect').getBoundingClientRect();
    return [...field.querySelectorAll('text')].filter(text => {
        const words = text.getBoundingClientRect();
        return words.left < box.left || words.right > box.right || words.top < box.top || words.bottom > box.bottom;
    }).map(text => text.textContent);
})"""
"""Words that do not fit into their field."""
CROSSED = """(() => {
    const left = Math.min(...[...document.querySelectorAll('.rv-field rect')].map(r => r.getBoundingClientRect().left));
    const heads = [...document.querySelectorAll('svg > text[x="0"]')];
    return heads.filter(t => t.getBoundingClientRect().right > left).map(t => t.textContent);
})()"""
"""Heads of rows that reach into the fields."""
COLOURS = """[...document.querySelectorAll('.rv-field')].map(field => [
    field.dataset.standing, getComputedStyle(field.querySelector('rect')).stroke])"""

CALLS = (
    CallResult(Outcome.INTERRUPTED, Measured(0.412, 0.01), "", 1.0),
    CallResult(Outcome.INTERRUPTED, Measured(9.987, 0.01), "", 1.0),
    CallResult(Outcome.KEPT_TALKING, Measured(12.0, 0.01, at_least=True), "", 1.0),
    CallResult(Outcome.DID_NOT_HAPPEN, None, "the agent had finished its reply"),
    CallResult(None, None, "error: The line broke."),
)
LONG = "Sorry, I have one more question about my bill of last month, if you don't mind"


def sweep(offsets: int, phrases: tuple[str, ...], noises: tuple[str, ...], repeats: int, made: float) -> Sweep:
    swept = (tuple(map(float, range(offsets))), phrases, noises)
    plan = Plan("One Interruption", "", *swept, repeats, 0.8, line="", pause=0.6, watch=5.0, voice="offline")
    count = round(made * len(plan.calls))
    return Sweep(plan, [CALLS[(index * 7 + index // 5) % len(CALLS)] for index in range(count)])


MAPS = {
    "one field": sweep(1, (), (), 1, 1.0),
    "phrases": sweep(0, ("Wait", LONG), (), 12, 1.0),
    "everything": sweep(5, ("Wait", LONG), ("none", "-10 dB"), 1, 0.8),
    "repeated": sweep(5, ("Wait", LONG), ("none", "-10 dB"), 3, 0.8),
    "many": sweep(11, ("Wait",), (), 10, 1.0),
    "wide": sweep(20, ("Wait",), ("12.5 dB",), 2, 0.6),
}


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with chromium() as page:
        page.resize(1000, 700)
        yield page


def shown(tab: Page, folder: Path, name: str) -> None:
    page = folder / "page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body>{report.render(MAPS[name])}", encoding="utf-8")
    tab.errors.clear()
    tab.open(page.as_uri())


@pytest.mark.parametrize("name", MAPS)
def test_words_lie_in_their_fields_and_on_nothing_else(tab: Page, tmp_path: Path, name: str) -> None:
    shown(tab, tmp_path, name)
    assert tab.evaluate(OVERLAPPING) == []
    assert tab.evaluate(OUTSIDE) == []
    assert tab.evaluate(CROSSED) == []
    assert tab.evaluate("document.querySelector('svg').getBoundingClientRect().width") > 900
    assert tab.errors == []


def test_a_field_opens_its_own_calls_and_leaves_the_address_alone(tab: Page, tmp_path: Path) -> None:
    shown(tab, tmp_path, "repeated")
    opened = "[...document.querySelectorAll('.rv-fields details[open] > summary b')].map(one => one.textContent)"
    assert tab.evaluate(opened) == []
    click = "dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))"
    tab.evaluate(f"document.querySelectorAll('.rv-heat-map a')[6].{click}")
    assert tab.evaluate(opened) == [str(MAPS["repeated"].plan.cells[6])]
    assert tab.evaluate("document.querySelector('.rv-fields').open")
    assert tab.evaluate("location.hash") == ""
    assert tab.errors == []


def test_the_failures_of_the_agent_have_colours_of_their_own(tab: Page, tmp_path: Path) -> None:
    shown(tab, tmp_path, "everything")
    assert len(tab.evaluate(COLOURS)) == 20
    found = dict(map(tuple, tab.evaluate(COLOURS)))
    assert {"in time", "too late", "never stopped"} <= found.keys()
    assert len({found[one] for one in ("in time", "too late", "never stopped")}) == 3

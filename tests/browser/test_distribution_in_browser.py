"""The picture of many stops in a real browser, which knows how wide its words turn out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Page, chromium

from RobotVoice.evidence.distribution import Stop, draw
from RobotVoice.evidence.model import Measured
from RobotVoice.evidence.statistics import Latencies

OVERLAPPING = """(() => {
    const texts = [...document.querySelectorAll('svg text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    const hits = [];
    texts.forEach(([a, p], i) => texts.slice(i + 1).forEach(([b, q]) => {
        const w = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const h = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (w > 1 && h > 4) hits.push([a, b]);
    }));
    return hits;
})()"""
"""Words that lie on each other."""
CROSSED = """(() => {
    const lines = [...document.querySelectorAll('.rv-quantile, .rv-value, .rv-dot')];
    const left = Math.min(...lines.map(l => l.getBoundingClientRect().left));
    const names = [...document.querySelectorAll('svg > text')].filter(t => t.getAttribute('x') === '0');
    return names.filter(t => t.getBoundingClientRect().right > left).map(t => t.textContent);
})()"""
"""Words on the left that reach into the picture."""


def stops(*seconds: float, never: int = 0) -> tuple[Measured, ...]:
    return (*(Measured(value, 0.01) for value in seconds), *[Measured(5.0, 0.01, at_least=True)] * never)


PICTURES = {
    "few": (stops(0.4, 0.5), None),
    "at once": (stops(*[0.0] * 10, 0.6), 0.8),
    "all alike": (stops(*[0.4] * 30), 0.4),
    "never": (stops(*[0.02] * 4, 0.9, never=6), 0.8),
    "long": (stops(*[12.345] * 8, never=1), 3600.0),
}


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with chromium() as page:
        page.resize(1000, 700)
        yield page


@pytest.mark.parametrize("name", PICTURES)
def test_words_lie_on_nothing(tab: Page, tmp_path: Path, name: str) -> None:
    measured, limit = PICTURES[name]
    page = tmp_path / "page.html"
    svg = draw([Stop(f"Run {number}", one) for number, one in enumerate(measured)], Latencies(measured), limit)
    page.write_text(f"<!doctype html><meta charset=utf-8><body>{svg}", encoding="utf-8")
    tab.errors.clear()
    tab.open(page.as_uri())
    assert tab.evaluate(OVERLAPPING) == []
    assert tab.evaluate(CROSSED) == []
    assert tab.evaluate("document.querySelector('svg').getBoundingClientRect().width") > 900
    assert tab.errors == []

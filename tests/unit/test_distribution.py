"""The picture of many stops: a mark for each, and where it lies."""

from __future__ import annotations

from xml.etree import ElementTree

from test_statistics import exactly

from RobotVoice.evidence.distribution import Stop, draw
from RobotVoice.evidence.model import Measured
from RobotVoice.evidence.statistics import Latencies

SVG = "{http://www.w3.org/2000/svg}"


def picture(latencies: Latencies, limit: float | None = None, *more: Stop) -> ElementTree.Element:
    stops = [Stop(f"Run {number}", one) for number, one in enumerate(latencies.values, start=1)]
    return ElementTree.fromstring(draw([*stops, *more], latencies, limit))


def marks(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [one for one in svg.iter() if kind in (one.get("class") or "").split()]


def words(svg: ElementTree.Element) -> str:
    return " ".join(svg.itertext())


def test_a_mark_for_every_interruption() -> None:
    svg = picture(exactly(0.4, 0.5, 0.6, never=2))
    assert len(marks(svg, "rv-dot")) == 5
    assert len(marks(svg, "rv-stop")) == 3
    assert len(marks(svg, "rv-never")) == 2
    assert "Run 4: at least 5.0 s, never stopped" in words(svg)


def test_a_later_stop_lies_further_right_and_never_lies_behind_the_axis() -> None:
    svg = picture(exactly(0.4, 0.8, never=1))
    first, second = (float(mark.get("cx", "")) for mark in marks(svg, "rv-stop"))
    never = float(marks(svg, "rv-never")[0].get("d", "").removeprefix("M").split()[0])
    assert first < second < never
    assert "never stopped" in words(svg)


def test_equal_stops_lie_on_each_other_and_hide_nothing() -> None:
    dots = marks(picture(exactly(*[0.4] * 5)), "rv-stop")
    assert len({dot.get("cx") for dot in dots}) == 1
    assert len({dot.get("cy") for dot in dots}) == 5


def test_what_is_not_reliable_is_hollow() -> None:
    svg = picture(exactly(0.4), None, Stop("Run 9", Measured(0.5, 0.2, doubt="It stood still.")))
    (hollow,) = marks(svg, "rv-unreliable")
    assert hollow.get("fill") == "none"
    assert "Run 9: 500 ms ± 200 ms, not reliable" in words(svg)
    assert "2 in all, 1 not reliable" in words(svg)


def test_the_limit_is_a_line_even_beyond_all_stops() -> None:
    svg = picture(exactly(0.4, 0.5), 2.0)
    (line,) = marks(svg, "rv-limit")
    x = float(line.get("d", "").removeprefix("M").split()[0])
    assert max(float(mark.get("cx", "")) for mark in marks(svg, "rv-stop")) < x < 888
    assert "allowed 2 s" in words(svg)
    assert not marks(picture(exactly(0.4)), "rv-limit")


def test_brackets_say_what_is_not_known() -> None:
    svg = picture(exactly(*[0.4] * 6, *[0.5] * 6))
    assert len(marks(svg, "rv-quantile")) == 2
    assert "Median: 450 ms" in words(svg)
    assert "an upper end takes 72 calls" in words(svg)


def test_many_calls_do_not_grow_beyond_reason() -> None:
    tall = picture(exactly(*[0.4] * 500)).get("viewBox", "").split()[3]
    assert float(tall) < 2200
    spread = picture(exactly(*(0.3 + number / 1000 for number in range(500)))).get("viewBox", "").split()[3]
    assert float(spread) < 200


def test_without_any_reliable_stop_there_are_marks_and_no_figures() -> None:
    svg = picture(Latencies(()), None, Stop("Run 1", Measured(0.4, 0.2, doubt="It stood still.")))
    assert len(marks(svg, "rv-dot")) == 1
    assert not marks(svg, "rv-quantile")
    assert words(svg).startswith("No stop was measured.")


def test_it_is_named_for_those_who_do_not_see_it() -> None:
    svg = picture(exactly(0.4))
    assert svg.get("role") == "img"
    title = svg.find(f"{SVG}title")
    assert title is not None
    assert svg.get("aria-labelledby") == title.get("id")

"""The picture of a sweep: a field for every cell, told by more than its colour."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from swept_by_hand import BROKEN, MISSED, deaf_for, in_so, never, plan, swept
from test_report import Page

from RobotVoice.evidence.heat_map import draw
from RobotVoice.evidence.model import Check
from RobotVoice.sweep import report
from RobotVoice.sweep.result import CallResult, Sweep

EVIL = "</text><script>window.hacked=1</script>&\"'"


def fields(svg: ElementTree.Element) -> list[ElementTree.Element]:
    return [one for one in svg.iter() if one.get("class") == "rv-field"]


def words(element: ElementTree.Element) -> str:
    return " | ".join(element.itertext())


def test_a_field_for_every_cell_in_its_row_and_column() -> None:
    svg = ElementTree.fromstring(draw(swept(plan((0.0, 0.2, 1.0), ("Wait", "Stop")), deaf_for(0.2))))
    assert [one.get("data-standing") for one in fields(svg)] == ["never stopped", "never stopped", "in time"] * 2
    boxes = [next(one for one in field if one.tag.endswith("rect")) for field in fields(svg)]
    places = [(float(box.get("x", "")), float(box.get("y", ""))) for box in boxes]
    assert [x for x, _ in places[:3]] == [x for x, _ in places[3:]] == sorted({x for x, _ in places})
    assert {y for _, y in places[:3]} != {y for _, y in places[3:]}
    for offset in ("0 s", "200 ms", "1 s"):
        assert offset in words(svg)


@pytest.mark.parametrize(
    ("calls", "symbol", "text"),
    [
        ((in_so(0.4), in_so(0.6)), "✓", "2/2 in time | 500 ms"),
        ((in_so(0.4), never()), "±", "1/2 in time | 1 never stopped"),
        ((in_so(1.0), in_so(1.2)), "»", "0/2 in time | 1100 ms"),
        ((never(), never()), "✗", "0/2 in time | never stopped"),
        ((MISSED, MISSED), "\N{EN DASH}", "did not apply"),
        ((BROKEN, BROKEN), "?", "not judged"),
        ((in_so(0.795), in_so(0.805)), "?", "not judged"),
        ((in_so(0.4), in_so(0.795)), "✓ ?", "1/1 in time | 400 ms, 1 unknown"),
        ((in_so(0.4), MISSED), "✓ ?", "1/1 in time | 400 ms, 1 unknown"),
        ((in_so(0.4),), "✓ ?", "1/1 in time | 400 ms, 1 unknown"),
        ((), "…", "not done"),
    ],
)
def test_a_field_says_it_by_a_symbol_and_in_words(calls: tuple[CallResult, ...], symbol: str, text: str) -> None:
    svg = ElementTree.fromstring(draw(Sweep(plan((0.4,), repeats=2), list(calls))))
    (field,) = fields(svg)
    assert f"| {symbol} | {text}" in words(field)


def test_the_hatchings_tell_the_agents_failures_apart_without_colours() -> None:
    sweep = Sweep(plan((0.0, 0.2, 1.0), repeats=2), [in_so(0.4), in_so(0.9), never(), never(), in_so(0.9), never()])
    svg = ElementTree.fromstring(draw(sweep))
    assert [field.get("data-standing") for field in fields(svg)] == ["not always in time", "too late", "never stopped"]
    hatchings = [next(part.get("d") for part in one if part.tag.endswith("path")) for one in _patterns(svg)]
    assert len(set(hatchings)) == 3


def _patterns(svg: ElementTree.Element) -> list[ElementTree.Element]:
    return [one for one in svg.iter() if one.tag.endswith("pattern")]


def test_who_points_at_a_field_is_told_of_every_call() -> None:
    svg = ElementTree.fromstring(draw(Sweep(plan((0.4,), repeats=3), [in_so(0.4, 0.41), MISSED])))
    (field,) = fields(svg)
    assert words(field).startswith(
        "offset 400 ms: 1. in time, 400 ms ± 10 ms, interrupted 410 ms after its first sound; 2. did not apply (the "
        "agent had finished its reply 320 ms before); 1 not done"
    )


def test_the_legend_has_what_is_seen_and_nothing_else() -> None:
    text = words(ElementTree.fromstring(draw(swept(plan(), deaf_for(0.2)))))
    assert "never stopped" in text
    assert "did not apply" not in text


def test_a_question_mark_behind_a_symbol_is_explained_where_there_is_one() -> None:
    explained = "A question mark behind a symbol: not every call of this field could be judged."
    assert explained in Page(report.render(Sweep(plan((0.4,), repeats=2), [in_so(0.4), MISSED]))).text
    assert explained not in Page(report.render(Sweep(plan((0.4,), repeats=2), [MISSED, MISSED]))).text


def test_what_the_caller_says_is_text() -> None:
    sweep = swept(plan((0.0,), (EVIL,)), lambda _: CallResult(None, None, EVIL))
    svg = ElementTree.fromstring(draw(sweep))
    assert not [one for one in svg.iter() if one.tag.endswith("script")]
    html = report.render(sweep)
    assert not Page(html).all("script")
    assert "window.hacked" in Page(html).text


def test_it_is_named_for_those_who_do_not_see_it() -> None:
    svg = ElementTree.fromstring(draw(swept(plan(), deaf_for(0.2))))
    title = next(one for one in svg if one.tag.endswith("title"))
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == title.get("id")
    assert title.text == "What came of 3 calls, by the offset and the wording of the interruption."


def test_two_maps_of_a_page_do_not_share_their_patterns() -> None:
    sweep = swept(plan(), deaf_for(0.2))
    first, second = ({one.get("id") for one in _patterns(ElementTree.fromstring(draw(sweep)))} for _ in range(2))
    assert not first & second


def test_the_report_begins_with_the_check_then_the_headline_then_the_map() -> None:
    sweep = swept(plan(), deaf_for(0.2))
    assert Page(report.render(sweep)).text.index("never stopped when interrupted in its first 200 ms") > 0
    sweep.checks.append(Check("The agent had to stop.", False))
    text = Page(report.render(sweep)).text
    assert text.index("✗ Failed") < text.index("The agent had to stop.") < text.index("in its first 200 ms")
    assert text.index("in its first 200 ms") < text.index("Offset of the interruption")


def test_every_cell_and_every_call_is_a_row() -> None:
    sweep = Sweep(plan((0.0, 1.0), repeats=2), [in_so(0.4), MISSED, never()])
    page = Page(report.render(sweep))
    assert len(page.all("tr")) == (1 + 2) + (1 + 2) + (1 + 1)
    assert "not reached, at least 2.7 s" in page.text
    assert "1 of 2: 50 % (9.4 % to 90.6 %)" in page.text


def test_every_field_leads_to_its_own_calls() -> None:
    page = Page(report.render(Sweep(plan((0.0, 0.2, 1.0), repeats=2), [in_so(0.4), MISSED])))
    lists = [one.get("id") for one in page.all("details") if one.get("id")]
    assert len(lists) == 2, "the third has no call yet"
    links = [one for one in page.all("a") if "onclick" in one]
    assert [link.get("href") for link in links] == [f"#{one}" for one in lists]
    assert all(f"getElementById('{one}')" in str(link.get("onclick")) for link, one in zip(links, lists, strict=True))


def test_every_call_can_be_heard_from_before_the_barge_in(tmp_path: Path) -> None:
    recording = tmp_path / "calls" / 'a "call" #1.wav'
    recording.parent.mkdir()
    recording.touch()
    calls = [replace(in_so(0.4), recording=recording, barge_in=4.25), replace(never(), recording=recording)]
    gone = replace(never(), recording=tmp_path / "gone.wav")
    page = Page(report.render(Sweep(plan((0.0,), repeats=3), [*calls, gone]), tmp_path))
    link = "calls/a%20%22call%22%20%231.wav"
    assert [one.get("src") for one in page.all("audio")] == [f"{link}#t=3.25", f"{link}#t=0.00"]
    assert {one.get("preload") for one in page.all("audio")} == {"none"}
    assert "not recorded" in page.text


def test_the_calls_of_a_field_have_the_numbers_that_they_had_in_the_log() -> None:
    sweep = Sweep(plan((0.0, 1.0), repeats=2), [in_so(0.1), in_so(0.2), in_so(0.3), in_so(0.4)])
    calls = report.render(sweep).partition("Every call")[2]
    assert re.findall(r"<tr><td>(\d)</td>.*?(\d+ ms ± 10 ms)", calls) == [
        ("1", "100 ms ± 10 ms"),
        ("3", "300 ms ± 10 ms"),
        ("2", "200 ms ± 10 ms"),
        ("4", "400 ms ± 10 ms"),
    ]


def test_both_lines_of_a_field_are_explained() -> None:
    text = Page(report.render(swept(plan(), deaf_for(0.2)))).text
    assert (
        "In each field: how many of its calls stopped within 800 ms, of those that could be judged; below, the median "
        "time from the barge-in to silence, or how many never stopped. Choose a field for its calls and their sound."
    ) in text
    assert "In each field" not in Page(report.render(Sweep(plan()))).text


def test_a_report_is_one_line_and_metadata_are_figures() -> None:
    sweep = swept(plan(), deaf_for(0.2))
    assert "\n" not in report.render(sweep)
    assert report.metadata(sweep) == {"Stopped in time": "1 of 3: 33.3 % (6.1 % to 79.3 %)"}

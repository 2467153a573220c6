from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from evidence_by_hand import call, empty_call, kept_talking, missed, stopped, stopped_by_keys

from RobotVoice.evidence.model import CallEvidence, Health, Interruption, Speaker, Turn
from RobotVoice.evidence.timeline import draw, escaped, place

SVG = "{http://www.w3.org/2000/svg}"
LEFT, RIGHT = 74.0, 888.0


def parsed(evidence: CallEvidence) -> ElementTree.Element:
    return ElementTree.fromstring(draw(evidence))


def by_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def words(root: ElementTree.Element) -> str:
    return " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


def number(element: ElementTree.Element, attribute: str) -> float:
    return float(element.attrib[attribute])


def panels(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [group for group in root if group.tag == f"{SVG}g"]


def axis_of(panel: ElementTree.Element) -> tuple[float, float]:
    """Units per second and the place of second zero, from the ticks of a panel."""
    first, *_, last = by_class(panel, "rv-tick")
    times = number(first, "data-time"), number(last, "data-time")
    scale = (number(last, "x") - number(first, "x")) / (times[1] - times[0])
    return scale, number(first, "x") - scale * times[0]


def test_overview_puts_the_moment_of_an_interruption_where_its_time_is() -> None:
    overview = panels(parsed(call(stopped(), kept_talking())))[0]
    lines = by_class(overview, "rv-moment")
    assert [number(line, "x1") for line in lines] == pytest.approx(
        [LEFT + 4.0 / 15 * (RIGHT - LEFT), LEFT + 9.0 / 15 * (RIGHT - LEFT)], abs=0.06
    )


@pytest.mark.parametrize(
    ("kind", "time"),
    [
        ("rv-cancel", 3.995),
        ("rv-barge-in", 4.0),
        ("rv-wire-stop", 4.392),
        ("rv-ear-stop", 4.412),
        ("rv-reply", 6.5),
    ],
)
def test_each_mark_of_the_enlarged_view_agrees_with_its_axis(kind: str, time: float) -> None:
    view = panels(parsed(call(stopped(), kept_talking())))[1]
    scale, zero = axis_of(view)
    (line,) = by_class(view, kind)
    assert number(line, "x1") == pytest.approx(zero + time * scale, abs=0.2)
    assert number(line, "data-time") == time


def test_overlap_is_hatched_from_the_barge_in_to_the_ear_stop() -> None:
    root = parsed(call(stopped(), kept_talking()))
    view = panels(root)[1]
    scale, zero = axis_of(view)
    (overlap,) = by_class(view, "rv-overlap")
    assert number(overlap, "x") == pytest.approx(zero + 4.0 * scale, abs=0.2)
    assert number(overlap, "width") == pytest.approx(0.412 * scale, abs=0.3)
    pattern = re.fullmatch(r"url\(#(.+)\)", overlap.attrib["fill"])
    assert pattern
    assert pattern[1] in {element.get("id") for element in root.iter(f"{SVG}pattern")}


def test_the_bracket_says_how_long_it_took() -> None:
    assert "412 ms to stop" in words(parsed(call(stopped())))
    assert "1000 ms to reply" in words(parsed(call(stopped())))


def test_who_kept_talking_gets_a_lower_bound_and_an_arrow() -> None:
    root = parsed(call(kept_talking(number=1)))
    assert "kept talking, at least 4.2 s" in words(root)
    (bracket,) = by_class(root, "rv-bracket")
    assert bracket.attrib["d"].endswith("l8 5l-8 5")
    assert not by_class(root, "rv-ear-stop")


def test_keys_are_marked_where_they_were_pressed() -> None:
    keys = Turn(Speaker.CALLER, 4.0, 4.0, "[keys 1#]", "caller's keys")
    root = parsed(call(stopped_by_keys(), turns=(keys,)))
    assert "caller presses keys 1#, 4.00 s" in words(root)
    assert "pressed 1#" in words(root)
    (line,) = by_class(root, "rv-barge-in")
    assert number(line, "data-time") == 4.0


def test_who_gives_way_is_marked_where_they_broke_off() -> None:
    root = parsed(call(replace(kept_talking(number=1), gave_way_after=1.5)))
    assert "caller gives way, 10.50 s" in words(root)
    assert not by_class(parsed(call(kept_talking(number=1))), "rv-gives-way")


def test_an_interruption_that_did_not_happen_is_marked_where_the_caller_said_it() -> None:
    turn = Turn(Speaker.CALLER, 7.0, 8.0, "Hello?")
    root = parsed(call(missed(), turns=(turn,)))
    (line,) = by_class(root, "rv-did-not-happen")
    assert number(line, "data-time") == 7.0
    assert "did not happen: the agent had finished its reply 320 ms before" in words(root)
    assert not by_class(root, "rv-overlap")


def test_an_interruption_without_a_trace_is_named_below_the_picture() -> None:
    evidence = call(missed())
    assert place(evidence.interruptions[0], evidence.turns) is None
    assert '3: The interruption "Hello?" did not happen' in words(parsed(evidence))


@pytest.mark.parametrize(
    "evidence",
    [
        empty_call(),
        call(),
        call(missed(), seconds=0.0),
        call(stopped(barge_in=0.0), seconds=2.0),
        call(replace(stopped(), stop_latency=None, wire_stop=None, cancel_sent=None, reply_onset=None)),
        call(replace(kept_talking(), watched_until=None, stop_latency=None)),
        replace(call(stopped()), caller=empty_call().caller, heard=empty_call().heard),
    ],
    ids=["empty", "no interruption", "missed in 0 s", "at 0 s", "no figures", "no watch", "no recording"],
)
def test_whatever_is_missing_there_is_a_picture(evidence: CallEvidence) -> None:
    root = parsed(evidence)
    assert root.get("role") == "img"
    assert "nan" not in ElementTree.tostring(root, "unicode").lower()
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert (width, height > 50) == (900, True)


def test_wave_is_drawn_where_there_is_sound_and_only_there() -> None:
    overview = panels(parsed(call()))[0]
    (wave,) = by_class(overview, "rv-agent")
    bars = [float(x) for x in re.findall(r"M([\d.]+) [\d.]+v", wave.attrib["d"])]
    seconds = [(x - LEFT) / (RIGHT - LEFT) * 15 for x in bars]
    assert seconds
    assert all(2.45 < s < 4.45 or 6.45 < s < 14.55 for s in seconds)
    assert min(seconds) == pytest.approx(2.5, abs=0.05)
    assert max(seconds) == pytest.approx(14.5, abs=0.05)


def test_what_was_said_is_text_and_never_markup() -> None:
    evil = '<script>alert("x")</script> & \x00\x1b[31m\u202eabc\ud800'
    evidence = call(replace(stopped(), text=evil), turns=(Turn(Speaker.CALLER, 4.0, 5.5, evil),))
    svg = draw(evidence)
    assert "<script" not in svg
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ud800]", svg)
    ElementTree.fromstring(svg)
    titles = [title.text for title in ElementTree.fromstring(svg).iter(f"{SVG}title")]
    assert 'Caller: <script>alert("x")</script> & [31mabc' in titles


def test_long_words_are_cut_and_kept_whole_in_the_title() -> None:
    long = "please " * 80
    root = parsed(call(turns=(Turn(Speaker.AGENT, 2.5, 4.0, long), Turn(Speaker.AGENT, 6.5, 9.0, "Yes"))))
    (text,) = [t for t in root.iter(f"{SVG}text") if t.findtext(f"{SVG}title") == f"Agent: {long.strip()}"]
    title = text.find(f"{SVG}title")
    assert title is not None
    shown = title.tail or ""
    assert shown.endswith("…")
    assert len(shown) * 5.7 < (6.5 - 2.5) / 15 * (RIGHT - LEFT)


def test_ids_are_unique_across_pictures_and_every_reference_is_met() -> None:
    evidence = call(stopped())
    first, second = draw(evidence), draw(evidence)
    ids = [re.findall(r' id="([^"]+)"', svg) for svg in (first, second)]
    assert len(set(ids[0])) == len(ids[0]) > 0
    assert not set(ids[0]) & set(ids[1])
    labels = parsed(evidence)
    names = {element.get("id") for element in labels.iter()}
    assert set(labels.attrib["aria-labelledby"].split()) <= names


@pytest.mark.parametrize("apart", [0.002, 0.01, 0.05, 0.3, 1.0])
def test_names_of_marks_never_lie_on_each_other(apart: float) -> None:
    one = replace(stopped(), wire_stop=4.412 - apart, reply_onset=4.412 + apart, cancel_sent=4.0 - apart)
    view = panels(parsed(call(one, kept_talking())))[1]
    flags = [
        (number(t, "x"), number(t, "y"), number(t, "x") + 5.7 * len(t.text))
        for t in view.iter(f"{SVG}text")
        if t.text and re.search(r", \d+\.\d\d s$", t.text)
    ]
    assert len(flags) == 5
    for index, (left, y, right) in enumerate(flags):
        for other_left, other_y, other_right in flags[index + 1 :]:
            assert abs(y - other_y) >= 12 or right <= other_left or other_right <= left


def test_marks_and_their_names_lie_inside_the_picture() -> None:
    for one in (stopped(), replace(stopped(), reply_onset=30.0), kept_talking(), stopped(barge_in=14.9)):
        for text in parsed(call(one, missed())).iter(f"{SVG}text"):
            if text.text and text.get("text-anchor") is None and text.get("class") is None:
                assert number(text, "x") + 5.2 * len(text.text) < 900


def test_a_short_call_needs_no_overview() -> None:
    assert len(panels(parsed(call(stopped(), seconds=7.0)))) == 1
    assert len(panels(parsed(call(stopped(), seconds=15.0)))) == 2


def test_a_minute_with_many_interruptions_stays_small() -> None:
    many = [stopped(number=n, barge_in=2.0 + 5 * n) for n in range(1, 12)]
    evidence = call(*many, kept_talking(number=12, barge_in=58), seconds=66.0)
    noisy = replace(evidence, caller=evidence.heard)
    svg = draw(noisy)
    assert len(svg) < 60_000
    assert "4 more interruptions are in the table only" in svg
    assert "kept talking" in svg  # what went wrong is shown, though it came last


def test_timing_that_is_not_reliable_is_struck_through() -> None:
    one = stopped()
    assert one.stop_latency
    shaky = replace(one, stop_latency=replace(one.stop_latency, doubt="It stood still."))
    assert 'text-decoration="line-through"' in draw(call(shaky))
    busy = replace(call(one), health=Health(reliable=False))
    assert 'text-decoration="line-through"' in draw(busy)
    assert 'text-decoration="line-through"' not in draw(call(one))


def test_no_colour_of_text_is_fixed() -> None:
    root = parsed(call(stopped(), kept_talking(), missed()))
    fixed = [t for t in root.iter(f"{SVG}text") if t.get("fill") not in (None, "currentColor")]
    assert all((t.text or "").isdigit() for t in fixed)  # the numbers on their coloured badges
    assert root.get("fill") == "currentColor"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\nb", "a b"), ('<"&', "&lt;&quot;&amp;"), ("a\x07b", "ab"), ("👩\u200d💻", "👩\u200d💻")],
)
def test_escaped(text: str, expected: str) -> None:
    assert escaped(text) == expected


def test_place_prefers_the_barge_in() -> None:
    one: Interruption = stopped()
    assert place(one, ()) == 4.0
    assert place(replace(one, barge_in=None), ()) == 3.995
    assert place(replace(one, barge_in=None, cancel_sent=None), ()) == 4.412

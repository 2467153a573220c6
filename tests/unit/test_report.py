from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from evidence_by_hand import call, empty_call, kept_talking, missed, stopped, stopped_by_keys

from RobotVoice.evidence.model import Check, Health, Interruption, LineEvent, Mode, Speaker, Turn
from RobotVoice.evidence.report import headline, metadata, render
from RobotVoice.evidence.sentences import outcome_sentence

VOID = {"br", "img", "input", "meta", "link"}
BUSY = Health(frames=750, late_p99=0.031, over_20ms=0.12, reliable=False, sentence="12 % of the frames were late.")


class Page(HTMLParser):
    """The elements and the text of a report; it fails where tags are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] != ["style"]:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


FAILED = Check("The agent stopped 912 ms after the caller barged in; allowed 800 ms.", False, 1, 0.8)
PASSED = Check("The agent stopped 412 ms after the caller barged in; allowed 800 ms.", True, 1, 0.8)
UNKNOWN = Check("The recovery could not be judged: there is no transcript.", None, 1)


def test_a_failed_check_is_the_headline() -> None:
    evidence = replace(call(stopped()), checks=(PASSED, UNKNOWN, FAILED))
    assert headline(evidence) == (FAILED.sentence, False)
    page = Page(render(evidence, "x.wav"))
    assert page.text.index(FAILED.sentence) < page.text.index(PASSED.sentence)


def test_what_could_not_be_checked_comes_before_what_passed() -> None:
    assert headline(replace(call(stopped()), checks=(PASSED, UNKNOWN))) == (UNKNOWN.sentence, None)


def test_without_a_check_the_outcome_is_the_headline() -> None:
    assert headline(call(stopped(), kept_talking()))[0].startswith("The agent kept talking for at least 4.2 s")
    assert headline(call(stopped()))[0] == "The agent stopped 412 ms after the caller barged in."
    assert "nobody was interrupted" in headline(call())[0]


def test_the_order_is_sentence_figure_picture_sound_tables() -> None:
    html = render(replace(call(stopped()), checks=(PASSED,)), "calls/x.wav")
    parts = ("rv-headline", "rv-figures", "<svg", "<audio", "Transcript", "Figures")
    body = html.split("</style>")[1]
    places = [body.index(part) for part in parts]
    assert places == sorted(places)


def test_figures_carry_their_uncertainty_or_say_why_not() -> None:
    text = Page(render(call(stopped(), kept_talking(), missed()), None)).text
    for figure in ("412 ms ± 10 ms", "392 ms ± 4 ms", "at least 4.2 s", "not measured", "1500 ms ± 10 ms"):
        assert figure in text


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (replace(kept_talking(), gave_way_after=1.5), "the caller gave way after 1500 ms"),
        (replace(kept_talking(), times_said=3), "said 3 times"),
        (stopped_by_keys(), "the caller pressed keys of the telephone; stopped by: the agent itself, for the keys"),
    ],
    ids=["gave way", "said again", "keys"],
)
def test_what_the_caller_did_is_told(one: Interruption, told: str) -> None:
    assert told in Page(render(call(one), None)).text
    assert told not in Page(render(call(stopped()), None)).text


def test_who_had_to_keep_talking_is_not_red() -> None:
    one = kept_talking()
    red = 'class="rv-number rv-failed"'
    held, broken = Check("It talked on.", True, one.number), Check("It had to stop.", False, one.number)
    assert red not in render(replace(call(one), checks=(held,)), None)
    assert red in render(replace(call(one), checks=(held, broken)), None)
    assert red in render(replace(call(one), checks=(Check("It replied.", True),)), None)


def test_a_machine_that_was_too_busy_strikes_the_figure_through() -> None:
    html = render(replace(call(stopped()), health=BUSY), None)
    assert re.search(r"<s>412 <small>ms</small></s>", html)
    assert "12 % of the frames were late." in html
    assert "<s" in html.split("<caption>Figures")[1]
    assert "<s>" not in render(call(stopped()), None)


def test_player_starts_a_second_before_the_barge_in() -> None:
    page = Page(render(call(stopped(barge_in=3.1)), "calls/a%20b.wav"))
    (audio,) = page.all("audio")
    assert audio["src"] == "calls/a%20b.wav"
    assert audio["preload"] == "metadata"
    assert "controls" in audio
    (button,) = page.all("button")
    assert "currentTime=2.10" in str(button["onclick"])
    assert "Hear it, from 0:02.1" in page.text


def test_player_never_starts_before_the_call() -> None:
    (button,) = Page(render(call(stopped(barge_in=0.4)), "x.wav")).all("button")
    assert button["data-start"] == "0.00"


def test_several_interruptions_have_a_button_each() -> None:
    page = Page(render(call(stopped(), kept_talking(), missed()), "x.wav"))
    assert [b["data-start"] for b in page.all("button")] == ["3.00", "8.00"]  # the third left no trace


def test_without_a_recording_there_is_no_player() -> None:
    page = Page(render(call(stopped()), None))
    assert not page.all("audio")
    assert not page.all("button")
    assert "not recorded" in page.text


def test_embedded_recording() -> None:
    (audio,) = Page(render(call(stopped()), "x.wav", embed=b"RIFFdata")).all("audio")
    assert audio["src"] == "data:audio/wav;base64," + base64.b64encode(b"RIFFdata").decode()


def test_whatever_people_said_is_text() -> None:
    evil = '</td></tr></table><script>window.hacked=1</script><img src=x onerror="window.hacked=1">"\'\x00'
    evidence = replace(
        call(
            replace(stopped(), text=evil, trigger=evil),
            replace(missed(), text=evil, reason=evil),
            turns=(Turn(Speaker.AGENT, 1.0, 2.0, evil, evil),),
        ),
        agent=evil,
        ended=evil,
        checks=(Check(evil, False, 1), Check(evil, True)),
        events=(LineEvent(1.0, evil, evil),),
        health=replace(BUSY, sentence=evil),
    )
    page = Page(render(evidence, '"><script>'))
    assert not page.all("script")
    assert not page.all("img")
    assert "window.hacked=1" in page.text
    assert "\x00" not in page.text


def test_transcript_says_what_was_heard_and_what_was_dropped() -> None:
    text = Page(render(call(stopped()), None)).text
    for piece in ("Your bill is forty two", "cut off by the caller", "agent's transcript", "3.4 s", "0:02.5"):
        assert piece in text


def test_words_that_nobody_knows() -> None:
    assert "not known" in render(call(turns=(Turn(Speaker.AGENT, 1, 2, None),)), None)


def test_transcript_says_what_the_agent_believes_that_it_said() -> None:
    evidence = call(stopped())
    turns = tuple(replace(turn, believed="Your bill is <b>") for turn in evidence.turns[-1:])
    text = Page(render(replace(evidence, turns=turns), None)).text
    assert "The agent believes that it said: Your bill is <b>" in text


def test_journal_and_health_are_folded_away() -> None:
    html = render(replace(call(), events=(LineEvent(4.0, "cancel sent", "response.cancel"),), health=BUSY), None)
    folded = html.split("<details>")[1]
    assert "response.cancel" in folded
    assert "12.0%" in folded
    assert "ran dry in the middle of a sound: never" in folded


def test_gaps_in_the_agents_words_are_told() -> None:
    torn = Health(frames=750, underruns=2, underrun=0.25, reliable=False, sentence="Its words were torn apart.")
    html = render(replace(call(), health=torn), None)
    assert "ran dry in the middle of a sound: 250 ms in 2 gaps" in html
    assert "The figures are not to be trusted.</b> Its words were torn apart." in html


def test_a_call_that_never_opened_says_why_and_has_no_picture() -> None:
    page = Page(render(replace(empty_call(), ended="It was refused."), None))
    assert "The call with demo never opened." in page.text
    assert "It was refused." in page.text
    assert not page.all("svg")
    assert "recorded" not in page.text


def test_a_report_has_no_line_breaks_and_only_its_own_classes() -> None:
    html = render(call(stopped(), kept_talking(), missed()), "x.wav")
    assert "\n" not in html
    names = {name for classes in re.findall(r'class="([^"]+)"', html) for name in classes.split()}
    assert all(name.startswith("rv-") for name in names)


@pytest.mark.parametrize("selector", re.findall(r"([^{}]+)\{", render(call(), None).split("</style>")[0]))
def test_style_touches_nothing_outside(selector: str) -> None:
    selectors = selector.rpartition("<style>")[2].split(",")
    assert all(part.startswith((".rv-", "@media")) for part in selectors)


def test_metadata_of_one_interruption() -> None:
    assert metadata(call(stopped())) == {
        "Stop latency": "412 ms ± 10 ms",
        "Response latency": "1000 ms ± 20 ms",
    }


def test_metadata_of_several() -> None:
    assert metadata(call(stopped(), kept_talking(), missed())) == {
        "Stop latency 1": "412 ms ± 10 ms",
        "Response latency 1": "1000 ms ± 20 ms",
        "Stop latency 2": "at least 4.2 s",
        "Stop latency 3": "none, the interruption did not happen",
    }


def test_metadata_of_a_busy_machine() -> None:
    shown = metadata(replace(call(stopped()), health=BUSY))
    assert shown["Stop latency"] == "412 ms ± 10 ms (not reliable)"
    assert metadata(call()) == {}


def test_what_the_agent_did_after_the_stop_and_what_is_not_known_of_it() -> None:
    plain = render(call(stopped()), None)
    told = render(call(replace(stopped(), resumed=True, note="the agent may have come to its own end")), None)
    for words in ("then it went on with its old reply", "the agent may have come to its own end"):
        assert words in told
        assert words not in plain


def test_pressed_keys_are_no_words_in_quotation_marks() -> None:
    turn = Turn(Speaker.CALLER, 4.0, 4.0, "[keys 1#]", "caller's keys")
    missed_keys = replace(missed(), text="[keys 1#]", mode=Mode.KEYS)
    evidence = replace(call(stopped_by_keys(), missed_keys), turns=(turn,))
    page = Page(render(evidence, "x.wav"))
    assert page.text.count("pressed 1#") >= 5, "two figures, the transcript and two rows of the table"
    assert "0:04.0Callerpressed 1#" in page.text
    assert '"[keys' not in page.text
    assert outcome_sentence(missed_keys).startswith("The interruption (pressed 1#) did not happen: ")

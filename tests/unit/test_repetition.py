"""What log.html shows of a Repeat."""

from __future__ import annotations

from dataclasses import replace

from evidence_by_hand import kept_talking, missed, stopped
from test_report import Page

from RobotVoice.evidence.model import Check, Interruption, Measured
from RobotVoice.evidence.repetition import Repetition, Run, Verdict, folded, headline, metadata, render

SHAKY = replace(stopped(), stop_latency=Measured(0.3, 0.2, doubt="It stood still."))
EVIL = "<script>window.hacked=1</script>"


def repetition(*runs: tuple[Verdict, str, tuple[Interruption, ...]], times: int = 0) -> Repetition:
    found = [Run(number, *run) for number, run in enumerate(runs, start=1)]
    return Repetition("Caller Changes Their Mind    Wait", times or len(found), found)


def passed(*interruptions: Interruption) -> tuple[Verdict, str, tuple[Interruption, ...]]:
    return Verdict.PASSED, "", interruptions or (stopped(),)


FAILED = Verdict.FAILED, "The agent kept talking.", (kept_talking(),)


def test_the_headline_is_what_the_runs_say_together() -> None:
    assert headline(repetition(passed(), passed(), passed(), FAILED)) == (
        "The agent stopped in 3 of 4 interruptions (75 %), half of the time within 412 ms."
    )
    assert headline(repetition(FAILED)) == "The agent stopped in 0 of 1 interruption (0 %)."
    assert headline(repetition(passed(missed()))) == "No interruption was measured in 1 run."


def test_a_headline_says_that_the_repetition_was_broken_off() -> None:
    broken = repetition(passed(), (Verdict.BROKEN_OFF, "Test timeout 1 minute exceeded.", ()), times=20)
    assert headline(broken).startswith("Broken off in run 2 of 20. The agent stopped in 1 of 1 interruption")


def test_a_check_is_the_headline_with_its_verdict() -> None:
    found = repetition(passed())
    found.checks.append(Check("It had to be at least 90 %.", False))
    page = Page(render(found))
    assert page.text.index("✗ Failed") < page.text.index("It had to be") < page.text.index("The agent stopped in 1")


def test_runs_are_told_apart_by_their_end() -> None:
    found = repetition(passed(), FAILED, (Verdict.ERROR, "The line broke.", ()), (Verdict.BROKEN_OFF, "Timeout.", ()))
    assert (found.statistics.pass_rate.hits, found.statistics.pass_rate.count) == (1, 2)
    text = Page(render(found)).text
    assert "1 of 4 runs ended with an error." in text
    assert "2 of 4 runs had no interruption." in text
    assert "error: The line broke." in text


def test_what_counts_for_no_figure_is_shown() -> None:
    found = repetition(passed(), passed(), passed(missed()), passed(SHAKY))
    text = Page(render(found)).text
    assert "1 of 4 interruptions did not happen, and count for no figure." in text
    assert "1 of 3 interruptions can't be trusted, and count for no figure. It stood still." in text
    assert "The figures are not to be trusted" in text
    assert "300 ms ± 200 ms, not reliable" in text


def test_stops_without_a_reply_are_told() -> None:
    silent = replace(stopped(), response_latency=None)
    assert "1 of 3 stops, by the reply" in Page(render(repetition(passed(), passed(silent), passed(silent)))).text


def test_several_interruptions_of_a_run_are_warned_of() -> None:
    assert "hang together" in Page(render(repetition(passed(stopped(), stopped())))).text
    assert "hang together" not in Page(render(repetition(passed(), passed()))).text


def test_every_interruption_is_a_dot_and_a_row() -> None:
    page = Page(render(repetition(passed(), passed(stopped(), kept_talking()), passed(missed()), passed(SHAKY))))
    dots = [one for _, one in page.elements if "rv-dot" in str(one.get("class"))]
    assert len(dots) == 4
    rows = page.all("tr")
    assert len(rows) == 1 + 6 + 1 + 5


def test_the_limit_of_a_check_is_drawn() -> None:
    found = repetition(passed())
    found.checks.append(Check("…", True, limit=0.8))
    assert "allowed 800 ms" in Page(render(found)).text


def test_words_are_text() -> None:
    found = Repetition(EVIL, 1, [Run(1, Verdict.ERROR, EVIL, (missed(text=EVIL),))])
    for html in (render(found), folded(found.runs[0], "")):
        page = Page(html)
        assert not page.all("script")
        assert EVIL in page.text


def test_a_folded_run_begins_with_its_sentence() -> None:
    html = folded(Run(3, *passed()), "<p>the call</p>")
    page = Page(html)
    assert page.text.startswith("Run 3: The agent stopped 412 ms after the caller barged in.")
    assert page.elements[0][0] == "details"
    assert Page(folded(Run(4, Verdict.PASSED, "", ()), "")).text == "Run 4: There was no interruption."


def test_metadata_are_figures() -> None:
    assert metadata(repetition(*[passed()] * 6).statistics) == {
        "Yield rate": "6 of 6: 100 % (60.9 % to 100 %)",
        "Stop latency, median": "412 ms (402 ms to 422 ms)",
        "Stop latency, 95th percentile": "412 ms (at least 402 ms; an upper end takes 72 calls)",
    }


def test_a_report_is_one_line() -> None:
    assert "\n" not in render(repetition(passed(), FAILED))

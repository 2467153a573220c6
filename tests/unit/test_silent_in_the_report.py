"""How the report tells of an agent that was silent when the caller barged in."""

from __future__ import annotations

from dataclasses import replace

from evidence_by_hand import call, kept_talking, stopped

from RobotVoice.evidence.model import Health, Interruption, Measured
from RobotVoice.evidence.report import render
from RobotVoice.evidence.sentences import outcome_sentence, stop_sentence
from RobotVoice.evidence.timeline.layout import Lanes, Scale
from RobotVoice.evidence.timeline.lengths import brackets, overlap
from RobotVoice.interruption.outcome import IN_A_PAUSE

SCALE, LANES = Scale(0.0, 10.0, 0.0, 1000.0), Lanes(20.0, 80.0)


def in_a_pause() -> Interruption:
    nothing = Measured(0.0, 0.01)
    one = stopped(barge_in=4.0)
    return replace(one, was_silent=True, note=IN_A_PAUSE, ear_stop=4.0, stop_latency=nothing, overlap=nothing)


def begun_late() -> Interruption:
    """It began 900 ms after the barge-in at 4 s, and stopped 300 ms later."""
    return replace(stopped(barge_in=4.0, latency=1.2), agent_onset=4.9)


def talked_over_late() -> Interruption:
    """It began 1 s after the barge-in at 9 s, and talked on."""
    return replace(kept_talking(barge_in=9.0), agent_onset=10.0)


def test_in_sentences() -> None:
    silent = "The agent was silent when the caller barged in: it was in a pause, and did not go on"
    assert stop_sentence(in_a_pause(), 0.8) == f"{silent}; allowed 800 ms."
    late = "The agent began to speak 900 ms after the caller barged in, and stopped 1200 ms after the barge-in"
    assert stop_sentence(begun_late(), 0.8) == f"{late}; allowed 800 ms."
    over = 'The agent began to speak 1000 ms after the caller said "Sorry, what are your business hours?"'
    assert outcome_sentence(talked_over_late()) == f"{over}, and talked on for at least 3.2 s."


def test_nothing_is_hatched_where_nothing_was_heard_at_once() -> None:
    assert overlap(in_a_pause(), SCALE, LANES, "x") == ""
    assert 'x="490" ' in overlap(begun_late(), SCALE, LANES, "x")
    assert 'x="400" ' in overlap(stopped(barge_in=4.0), SCALE, LANES, "x")


def test_the_bracket_says_what_it_measures() -> None:
    (silent, *_) = brackets(in_a_pause(), SCALE, 50.0, Health())
    assert "stayed silent" in silent
    assert "0 ms" not in silent
    (over, *_) = brackets(talked_over_late(), Scale(0.0, 20.0, 0.0, 1000.0), 50.0, Health())
    assert "kept talking, at least 3.2 s" in over
    assert over.startswith('<path class="rv-bracket" d="M500 ')


def test_the_page_tells_it() -> None:
    page = render(call(in_a_pause()), None)
    assert "it was silent, and stayed so" in page
    assert "the agent stayed silent" in page
    assert "≥ 3.2" in render(call(talked_over_late()), None)

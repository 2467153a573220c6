"""What a visit to an agent means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from by_hand import track
from evidence_by_hand import call

from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.doctor import report
from RobotVoice.doctor.findings import Diagnosis, Visit, diagnose
from RobotVoice.errors import CallError
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import Health, LineEvent, Measured

HEARD = Visit(
    agent="media_streams",
    capabilities=MediaStreams.capabilities,
    opened_in=0.412,
    said="Hello?",
    evidence=replace(call(), heard=track(3.0, (1.0, 2.5)), health=Health(frames=150, late_p99=0.003)),
    spoken=(Span(1.0, 2.5),),
    replied=True,
    response_latency=Measured(0.8, 0.01),
)


def sentence(found: Diagnosis, what: str, works: bool | None) -> str:
    (one,) = (finding for finding in found.findings if finding.what == what)
    assert one.works is works
    return one.sentence


def test_all_is_well() -> None:
    found = diagnose(HEARD)
    assert found.well
    assert "within 412 ms" in sentence(found, "connection", True)
    assert sentence(found, "audio from the agent", True) == "The agent was audible for 1.5 s, at -20 dBFS."
    assert "800 ms ± 10 ms" in sentence(found, "time to reply", True)
    assert "at most 3 ms late" in sentence(found, "this machine", True)


def test_a_line_that_did_not_open_is_all_there_is_to_say() -> None:
    found = diagnose(Visit("twilio", MediaStreams.capabilities, refusal="The key was refused."))
    assert len(found.findings) == 1
    with pytest.raises(CallError, match=r"^The agent 'twilio' can't be tested from here: The key was refused\.$"):
        found.require()


def test_what_the_agent_understood_is_the_best_proof() -> None:
    assert HEARD.evidence is not None
    events = (LineEvent(1.0, "agent understood", "Hello"),)
    found = diagnose(replace(HEARD, replied=False, evidence=replace(HEARD.evidence, events=events)))
    assert 'understood "Hello" of the caller\'s "Hello?"' in sentence(found, "audio to the agent", True)


def test_a_quiet_agent_is_hard_to_follow() -> None:
    assert HEARD.evidence is not None
    quiet = replace(HEARD.evidence, heard=track(3.0, (1.0, 2.5), level=-45.0))
    found = diagnose(replace(HEARD, evidence=quiet))
    assert "at -45 dBFS: turn its voice up" in sentence(found, "audio from the agent", False)


def test_no_audio_and_silence_are_two_things() -> None:
    silent = replace(HEARD, spoken=(), replied=False, response_latency=None)
    none = sentence(diagnose(silent), "audio from the agent", False)
    assert none.startswith("No audio came from the agent in ")
    assert "Its own log has to tell why" in none
    mute = sentence(diagnose(replace(silent, received=4.2)), "audio from the agent", False)
    assert mute.startswith("4.2 s of audio came from the agent, and nothing in it was audible: does its voice work")
    assert "(pcmu/8000)" in mute


def test_slow_is_no_failure_but_told() -> None:
    found = diagnose(replace(HEARD, response_latency=Measured(3.2, 0.01)))
    assert "slow for a call" in sentence(found, "time to reply", None)
    assert found.well


def test_a_busy_machine_and_the_agents_own_reports_fail() -> None:
    assert HEARD.evidence is not None
    busy = replace(HEARD.evidence, health=Health(frames=9, reliable=False, sentence="It stood still."))
    found = diagnose(replace(HEARD, evidence=busy, problems=("Quota exceeded.",)))
    assert "It stood still." in sentence(found, "this machine", False)
    assert sentence(found, "the agent's own reports", False) == "Quota exceeded."
    assert not found.well


def test_the_table_holds_every_finding_and_nothing_as_markup() -> None:
    found = diagnose(replace(HEARD, problems=("<script>",)))
    html, text = report.as_html(found), report.as_text(found)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    for finding in found.findings:
        assert finding.sentence in text
    assert "FAILS the agent's own reports  <script>" in text

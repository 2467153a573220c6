"""Examinations of agents that work, and of some that don't."""

from __future__ import annotations

import pytest
from stand_ins.calls import NoEars
from stand_ins.openai_stand_in import OpenAIStandIn
from stand_ins.pcm_server import RawServer
from stand_ins.server import Plan, StandIn
from stand_ins.sound import clip

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.doctor.findings import Diagnosis, Finding
from RobotVoice.doctor.visit import examine
from RobotVoice.errors import CallError

ATTEMPTS = 3


def diagnosed(agent: Adapter) -> Diagnosis:
    """By a machine that keeps time, or says that it does not."""
    for _ in range(ATTEMPTS):
        found = examine(agent, clip(0.6), NoEars())
        if finding(found, "connection").works is False or finding(found, "this machine").works:
            return found
    pytest.fail(f"this machine was too busy {ATTEMPTS} times")


def finding(found: Diagnosis, what: str) -> Finding:
    return next(one for one in found.findings if one.what == what)


def test_an_agent_that_works() -> None:
    with StandIn(OpenAIStandIn, Plan(reply=1.5)) as server:
        found = diagnosed(OpenAIRealtime(url=server.url))
    assert found.well
    found.require()
    assert found.sentence == "The agent 'openai_realtime' can be tested from here."
    assert "spoke after the caller's words" in finding(found, "audio to the agent").sentence
    assert "audible for 1.5 s" in finding(found, "audio from the agent").sentence
    assert "Here is all about your billing" in finding(found, "the agent's words").sentence
    assert "ms after the caller's words" in finding(found, "time to reply").sentence


def test_an_agent_that_greets_is_heard_out_first() -> None:
    with StandIn(OpenAIStandIn, Plan(greeting=2.0)) as server:
        found = diagnosed(OpenAIRealtime(url=server.url))
        assert len(server.session.streamed) == 2
    assert found.well


def test_an_agent_that_never_answers() -> None:
    with StandIn(RawServer, Plan(greeting=1.5, starts_after=10_000)) as server:
        found = diagnosed(WebSocket(url=server.url, rate=16000))
    assert finding(found, "connection").works
    deaf = finding(found, "audio to the agent")
    assert deaf.works is False
    assert "(pcm16/16000)" in deaf.sentence
    assert finding(found, "audio from the agent").works
    with pytest.raises(CallError, match="can't be tested from here: The agent did not reply"):
        found.require()


def test_an_agent_that_sends_nothing() -> None:
    with StandIn(RawServer, Plan(starts_after=10_000)) as server:
        found = diagnosed(WebSocket(url=server.url, rate=16000))
    assert finding(found, "audio from the agent").works is False
    assert finding(found, "time to reply").works is None


def test_an_agent_that_hangs_up() -> None:
    with StandIn(OpenAIStandIn, Plan(hangs_up_after=0.5)) as server:
        found = diagnosed(OpenAIRealtime(url=server.url))
    assert not found.well
    assert "out of tokens" in finding(found, "the end").sentence


def test_nobody_there() -> None:
    found = diagnosed(WebSocket(url="ws://127.0.0.1:9/ws"))
    assert [one.what for one in found.findings] == ["connection"]
    assert "it was refused. Is it running" in found.sentence


def test_a_wrong_path() -> None:
    with StandIn(RawServer) as server:
        found = diagnosed(WebSocket(url=server.url.replace("agent", "nowhere")))
    assert "HTTP 404" in found.sentence

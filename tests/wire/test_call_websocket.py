"""Whole calls to somebody's own websocket: raw samples, and JSON that options describe."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from stand_ins.bad_agents import BadAgent
from stand_ins.calls import calling, interrupt, near, reliably
from stand_ins.pcm_server import JSON_OPTIONS, JsonServer, RawServer
from stand_ins.server import WORDS, Plan, StandIn
from stand_ins.sound import clip

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.conversation import Expected
from RobotVoice.errors import CallEnded
from RobotVoice.evidence import measure
from RobotVoice.evidence.model import Mode, Outcome, StoppedBy

OPTIONS: dict[str, Any] = JSON_OPTIONS
HUNG_UP = r"The agent hung up\. That was at 0:\d\d\.\d of the call"


def raw(url: str) -> Adapter:
    return WebSocket(url=url, rate=16000)


def json(url: str) -> Adapter:
    return WebSocket(url=url, **OPTIONS)


def test_raw_samples_go_both_ways() -> None:
    with StandIn(RawServer, Plan(reply=1.0)) as server:
        with calling(raw(server.url)) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            assert conversation.hear_reply(10.0) is None
        agent = server.session
        assert agent.over.wait(5)
    assert agent.wrong == []
    assert agent.kinds == ["audio"]
    assert abs(agent.ear.missing) <= 2
    assert sum(span.seconds for span in measure.sounds(conversation.evidence().heard)) == near(1.0)


@pytest.mark.parametrize("path", ["farewell", "farewell_without_a_code"])
def test_a_farewell_that_was_heard_whole_is_a_reply(path: str) -> None:
    with StandIn(BadAgent) as server, calling(json(server.url + path)) as conversation:
        assert conversation.hear_reply(10.0) == "Here it is"
        with pytest.raises(CallEnded, match=rf"^{HUNG_UP}, before this keyword began\.$"):
            conversation.hear_reply(1.0)


def test_an_agent_that_cuts_itself_off_has_not_replied() -> None:
    hung_up = pytest.raises(CallEnded, match=rf"^{HUNG_UP}, ")
    with StandIn(BadAgent) as server, calling(json(server.url + "cuts_itself_off")) as conversation, hung_up:
        conversation.hear_reply(10.0)


def test_an_agent_without_signals_stops_by_falling_silent() -> None:
    call = reliably(partial(interrupt, RawServer, Plan(), raw, None))
    agent, result = call.agent, call.result
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stopped_by is StoppedBy.UNKNOWN
    assert result.stop_latency is not None
    said = agent.streamed[0]
    onset, ear_stop = agent.ear.onsets[1], said.began + said.seconds
    assert result.stop_latency.value == near(ear_stop - onset), "what was on its way is heard to its end"
    assert result.ear_stop == near(ear_stop - agent.ear.first)
    assert result.wire_stop == near(said.last - agent.ear.first)


@pytest.mark.parametrize(
    ("plan", "mode", "stopped_by"),
    [
        (Plan(), Mode.CANCEL, StoppedBy.CANCEL),
        (Plan(), Mode.VAD, StoppedBy.AGENT_VAD),
        (Plan(reply=15.0, burst=True), Mode.CANCEL, StoppedBy.CANCEL),
    ],
    ids=["cancel", "vad", "burst"],
)
def test_json_by_options(plan: Plan, mode: Mode, stopped_by: StoppedBy) -> None:
    call = reliably(partial(interrupt, JsonServer, plan, json, mode, 2.2 if plan.burst else 1.0))
    agent, result = call.agent, call.result
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stopped_by is stopped_by
    assert result.stop_latency is not None
    assert result.stop_latency.value == near(agent.stops[0] - agent.ear.onsets[1])
    assert result.ear_stop == near(agent.stops[0] - agent.ear.first)
    assert call.reply == WORDS
    sent = ["hello", "audio"]
    assert agent.kinds == (sent if mode is Mode.VAD else [*sent, "cancel", "audio"])

"""Examinations of agents that work, and of some that don't."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from stand_ins.calls import NoEars
from stand_ins.openai_stand_in import OpenAIStandIn
from stand_ins.pcm_server import RawServer
from stand_ins.server import Plan, StandIn
from stand_ins.sound import clip
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.deepgram import Deepgram
from RobotVoice.adapters.gemini_live import GeminiLive
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.secrets import Key
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.frames import Pcm
from RobotVoice.doctor.findings import Diagnosis, Finding
from RobotVoice.doctor.visit import examine
from RobotVoice.errors import CallError

ATTEMPTS = 3


def error_event(code: str, message: str) -> str:
    """An error as OpenAI sends it."""
    return json.dumps({"type": "error", "error": {"type": "invalid_request_error", "code": code, "message": message}})


def deepgrams_error(code: str, description: str) -> str:
    return json.dumps({"type": "Error", "code": code, "description": description})


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
    assert "No audio came from the agent" in found.sentence
    assert finding(found, "time to reply").works is None


class Mute(RawServer):
    """Answers, and its voice has failed."""

    async def _play(self, samples: Pcm) -> None:
        await super()._play(np.zeros_like(samples))


def test_an_agent_whose_voice_is_silent() -> None:
    with StandIn(Mute, Plan(reply=2.0)) as server:
        found = diagnosed(WebSocket(url=server.url, rate=16000))
    assert finding(found, "audio from the agent").works is False
    assert "2.0 s of audio came from the agent, and nothing in it was audible" in found.sentence


def test_an_agent_that_hangs_up() -> None:
    with StandIn(OpenAIStandIn, Plan(hangs_up_after=0.5)) as server:
        found = diagnosed(OpenAIRealtime(url=server.url))
    assert not found.well
    assert "out of tokens" in finding(found, "the end").sentence


def test_nobody_there() -> None:
    found = diagnosed(WebSocket(url="ws://127.0.0.1:9/ws"))
    assert [one.what for one in found.findings] == ["connection"]
    assert "it was refused. Is it running" in found.sentence


KEY = "sk-proj-0123456789-quite-secret"
Answer = Callable[[ServerConnection, Request], Response]


def refuses(status: int, message: str) -> Answer:
    """At the handshake, as services do that know at once."""
    return lambda socket, _: socket.respond(status, json.dumps({"error": {"message": f"{message} ({KEY})"}}))


@contextmanager
def service(answer: Answer | None = None, says: str = "", closes: str = "") -> Iterator[str]:
    """A hosted service that takes no call; where it is."""

    def take(socket: ServerConnection) -> None:
        if says:
            socket.send(says)
        socket.close(1008, closes)

    with serve(take, "127.0.0.1", 0, process_request=answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/v1"
        server.shutdown()
        thread.join(5)


@pytest.mark.parametrize(
    ("status", "message", "told"),
    [
        (401, "Incorrect API key provided", "the key was refused. It has to be whole"),
        (401, "Please make your request to eu.api.openai.com", "of the account and the region that this address"),
        (403, "Country, region, or territory not supported", "not offered from here or in this region"),
        (404, "The model gpt-unreal does not exist", "there is no such path, model or agent at that address"),
        (429, "You exceeded your current quota", "the account has run out of quota"),
    ],
)
@pytest.mark.parametrize("agent", [OpenAIRealtime, Deepgram, GeminiLive])
def test_a_service_that_refuses_the_call(agent: Callable[..., Adapter], status: int, message: str, told: str) -> None:
    with service(refuses(status, message)) as url:
        found = diagnosed(agent(url=url, api_key=Key(KEY)))
    assert [one.what for one in found.findings] == ["connection"]
    assert told in found.sentence
    assert f'It says: "{message} (<secret>)"' in found.sentence


@pytest.mark.parametrize(
    ("agent", "says", "closes", "told"),
    [
        (OpenAIRealtime, error_event("model_not_found", "No model gpt-unreal."), "", "model_not_found: No model gpt"),
        (OpenAIRealtime, error_event("insufficient_quota", "No credits."), "", "insufficient_quota: No credits."),
        (GeminiLive, "", "User location is not supported for the API use.", "User location is not supported"),
        (Deepgram, deepgrams_error("INVALID_SETTINGS", "No such model."), "", "INVALID_SETTINGS: No such model."),
    ],
)
def test_a_service_that_ends_the_call_at_once(agent: Callable[..., Adapter], says: str, closes: str, told: str) -> None:
    with service(says=says, closes=closes) as url:
        found = diagnosed(agent(url=url))
    assert [(one.what, one.works) for one in found.findings] == [("connection", False)]
    assert told in found.sentence


def test_a_wrong_path() -> None:
    with StandIn(RawServer) as server:
        found = diagnosed(WebSocket(url=server.url.replace("agent", "nowhere")))
    assert "HTTP 404" in found.sentence

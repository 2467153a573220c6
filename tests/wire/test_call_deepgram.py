"""Whole calls to a Deepgram agent that was written from the SDK's types, and that SDK's own client towards it."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from deepgram import AsyncDeepgramClient
from deepgram.agent.v1 import types as sdk
from deepgram.environment import DeepgramClientEnvironment
from stand_ins.calls import calling, interrupt, near, reliably
from stand_ins.deepgram_stand_in import DeepgramStandIn
from stand_ins.server import WORDS, Plan, StandIn
from stand_ins.sound import clip, vowel

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.deepgram import Deepgram
from RobotVoice.adapters.secrets import Fields
from RobotVoice.adapters.tools import Tools
from RobotVoice.conversation import Expected
from RobotVoice.evidence.model import Mode, Outcome, Speaker, StoppedBy

BURST = Plan(reply=15.0, burst=True)
BURST_SENT = 2.2
"""Seconds after which all of it has come, and its end has been told."""


def adapter(url: str) -> Adapter:
    return Deepgram(url=url)


@pytest.mark.parametrize("plan", [pytest.param(Plan(), id="paced"), pytest.param(BURST, id="burst")])
def test_an_interruption_is_measured_as_the_server_knows_it(plan: Plan) -> None:
    after = BURST_SENT if plan.burst else 1.0
    found = reliably(partial(interrupt, DeepgramStandIn, plan, adapter, Mode.VAD, after))
    agent, result = found.agent, found.result
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stopped_by is StoppedBy.AGENT_VAD
    assert result.stop_latency is not None
    assert result.stop_latency.value == near(agent.stops[0] - agent.ear.onsets[1])
    assert found.reply == WORDS
    assert agent.kinds == ["Settings", "audio"]
    assert abs(agent.ear.missing) <= 2
    cut = next(turn for turn in found.evidence.turns if turn.speaker is Speaker.AGENT)
    assert cut.interrupted
    assert cut.text == WORDS
    assert cut.dropped == pytest.approx(12.4 if plan.burst else 0.0, abs=0.3)


def test_an_agent_that_does_not_yield_kept_talking() -> None:
    plan = Plan(reply=6.0, yields=False)
    run = partial(interrupt, DeepgramStandIn, plan, adapter, Mode.VAD, 1.0, Expected.KEEP_TALKING, False)
    assert reliably(run).result.outcome is Outcome.KEPT_TALKING


def test_options_reach_the_service_and_a_tool_is_answered() -> None:
    tools = Tools.convert({"get_bill": {"answer": "42 dollars", "description": "The bill."}})
    with StandIn(DeepgramStandIn, Plan(reply=1.0, tool="get_bill")) as server:
        agent = Deepgram(
            url=server.url,
            listen="flux-general-en",
            language="en",
            think="anthropic/claude-4-5-haiku-latest",
            instructions="Be brief.",
            speak="aura-2-thalia-en",
            greeting="Hello!",
            tools=tools,
            settings=Fields({"agent": {"think": {"provider": {"temperature": 0.5}}}, "tags": ["test"]}),
        )
        with calling(agent) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            assert conversation.hear_reply(10.0) == WORDS
            evidence = conversation.evidence()
        session = server.session
        assert session.over.wait(5)
    assert session.wrong == []
    assert session.settings["tags"] == ["test"]
    assert session.settings["agent"] == {
        "listen": {
            "provider": {"type": "deepgram", "version": "v2", "model": "flux-general-en", "language_hints": ["en"]}
        },
        "think": {
            "provider": {"type": "anthropic", "model": "claude-4-5-haiku-latest", "temperature": 0.5},
            "prompt": "Be brief.",
            "functions": [
                {"name": "get_bill", "description": "The bill.", "parameters": {"type": "object", "properties": {}}}
            ],
        },
        "speak": {"provider": {"type": "deepgram", "version": "v1", "model": "aura-2-thalia-en"}},
        "greeting": "Hello!",
    }
    assert session.responses == [
        {"type": "FunctionCallResponse", "id": "call-1", "name": "get_bill", "content": "42 dollars"}
    ]
    (used,) = (event for event in evidence.events if event.kind == "tool called")
    assert used.detail == 'get_bill({"month": "May"}) -> 42 dollars'


def test_the_sdks_own_client_takes_the_stand_in_for_the_service() -> None:
    """Else the stand-in would only prove that both were written by the same people."""

    async def talk(url: str) -> list[object]:
        place = url.rstrip("/")
        environment = DeepgramClientEnvironment(base=place, production=place, agent=place, agent_rest=place)
        client = AsyncDeepgramClient(api_key="not-a-real-key", environment=environment)
        audio = {"encoding": "linear16", "sample_rate": 24000}
        wanted = {
            "audio": {"input": audio, "output": {**audio, "container": "none"}},
            "agent": {"think": {"provider": {"type": "open_ai", "model": "gpt-4o-mini"}}},
        }
        heard: list[object] = []
        async with client.agent.v1.connect() as agent:
            await agent.send_settings(sdk.AgentV1Settings.model_validate(wanted))
            while not heard or not isinstance(heard[-1], sdk.AgentV1SettingsApplied):
                heard.append(await agent.recv())
            for frame in (*vowel(0.6, 24000).reshape(-1, 480), *[vowel(0.02, 24000) * 0] * 40):
                await agent.send_media(frame.tobytes())
            while not isinstance(heard[-1], sdk.AgentV1AgentAudioDone):
                heard.append(await agent.recv())
        return heard

    with StandIn(DeepgramStandIn, Plan(reply=0.5)) as server:
        heard = asyncio.run(asyncio.wait_for(talk(server.url), 20))
        assert server.session.over.wait(5)
        assert server.session.wrong == []
    assert [type(message) for message in heard if not isinstance(message, bytes)] == [
        sdk.AgentV1Welcome,
        sdk.AgentV1SettingsApplied,
        sdk.AgentV1UserStartedSpeaking,
        sdk.AgentV1ConversationText,
        sdk.AgentV1ConversationText,
        sdk.AgentV1ConversationText,
        sdk.AgentV1AgentAudioDone,
    ]
    assert len(b"".join(message for message in heard if isinstance(message, bytes))) == 24000

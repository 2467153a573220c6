"""Whole calls to a Gemini Live that was written from google-genai's types, and that SDK's own client towards it."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from google import genai
from google.genai import types
from stand_ins.calls import calling, interrupt, near, reliably
from stand_ins.gemini_stand_in import GeminiStandIn
from stand_ins.server import WORDS, Plan, StandIn
from stand_ins.sound import clip, vowel
from websockets.asyncio.client import connect

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.gemini_live import GeminiLive
from RobotVoice.adapters.secrets import Fields
from RobotVoice.adapters.tools import Tools
from RobotVoice.conversation import Expected
from RobotVoice.evidence.model import Mode, Outcome, Speaker, StoppedBy

BURST = Plan(reply=15.0, burst=True)
BURST_SENT = 2.2


def adapter(url: str) -> Adapter:
    return GeminiLive(url=url)


@pytest.mark.parametrize("plan", [pytest.param(Plan(), id="paced"), pytest.param(BURST, id="burst")])
def test_an_interruption_is_measured_as_the_server_knows_it(plan: Plan) -> None:
    after = BURST_SENT if plan.burst else 1.0
    found = reliably(partial(interrupt, GeminiStandIn, plan, adapter, Mode.VAD, after))
    agent, result = found.agent, found.result
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stopped_by is StoppedBy.AGENT_VAD
    assert result.stop_latency is not None
    assert result.stop_latency.value == near(agent.stops[0] - agent.ear.onsets[1])
    assert found.reply == WORDS
    assert agent.kinds == ["setup", "realtimeInput"]
    assert abs(agent.ear.missing) <= 2
    cut = next(turn for turn in found.evidence.turns if turn.speaker is Speaker.AGENT)
    assert cut.interrupted
    assert cut.dropped == pytest.approx(12.4 if plan.burst else 0.0, abs=0.3)


def test_an_agent_that_is_told_not_to_yield_kept_talking() -> None:
    def stubborn(url: str) -> Adapter:
        return GeminiLive(url=url, interruptible=False)

    run = partial(interrupt, GeminiStandIn, Plan(reply=6.0), stubborn, Mode.VAD, 1.0, Expected.KEEP_TALKING, False)
    found = reliably(run)
    assert found.result.outcome is Outcome.KEPT_TALKING


def test_options_reach_the_service_and_a_tool_is_answered() -> None:
    tools = Tools.convert({"get_bill": {"answer": "42 dollars", "description": "The bill."}})
    setup = {"generationConfig": {"temperature": 0}}
    with StandIn(GeminiStandIn, Plan(reply=1.0, tool="get_bill")) as server:
        agent = GeminiLive(
            url=server.url,
            model="m",
            voice="Puck",
            language="en-US",
            instructions="Be brief.",
            tools=tools,
            setup=Fields(setup),
        )
        with calling(agent) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            assert conversation.hear_reply(10.0) == WORDS
            evidence = conversation.evidence()
        session = server.session
        assert session.over.wait(5)
    assert session.wrong == []
    assert session.setup["model"] == "models/m"
    assert session.setup["generationConfig"] == {
        "responseModalities": ["AUDIO"],
        "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Puck"}}, "languageCode": "en-US"},
        "temperature": 0,
    }
    assert session.setup["systemInstruction"] == {"parts": [{"text": "Be brief."}]}
    assert session.answers == [{"id": "call-1", "name": "get_bill", "response": {"output": "42 dollars"}}]
    (used,) = (event for event in evidence.events if event.kind == "tool called")
    assert used.detail == 'get_bill({"month": "May"}) -> 42 dollars'


def test_the_sdks_own_client_takes_the_stand_in_for_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the stand-in would only prove that both were written by the same people."""

    def without_tls(uri: str, additional_headers: dict[str, str], **tls: object) -> connect:
        return connect(uri.replace("wss://", "ws://"), additional_headers=additional_headers)

    monkeypatch.setattr("google.genai.live.ws_connect", without_tls)

    async def talk(url: str) -> list[types.LiveServerMessage]:
        options = types.HttpOptions(base_url=url.replace("ws://", "http://").rstrip("/"))
        client = genai.Client(api_key="not-a-real-key", http_options=options)
        config = types.LiveConnectConfig(
            response_modalities=[types.Modality.AUDIO],
            realtime_input_config=types.RealtimeInputConfig(
                activity_handling=types.ActivityHandling.START_OF_ACTIVITY_INTERRUPTS
            ),
        )
        async with client.aio.live.connect(model="m", config=config) as session:
            for frame in (*vowel(0.6, 16000).reshape(-1, 320), *[vowel(0.02, 16000) * 0] * 40):
                blob = types.Blob(data=frame.tobytes(), mime_type="audio/pcm;rate=16000")
                await session.send_realtime_input(audio=blob)
            return [message async for message in session.receive()]

    with StandIn(GeminiStandIn, Plan(reply=0.5)) as server:
        messages = asyncio.run(talk(server.url))
        assert server.session.over.wait(5)
        assert server.session.wrong == []
    audio = b"".join(message.data or b"" for message in messages)
    assert len(audio) == 24000
    assert messages[-1].server_content is not None
    assert messages[-1].server_content.turn_complete

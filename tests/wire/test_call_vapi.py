"""Whole calls to a Vapi that was written from its SDK's types, and that SDK's own client towards it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
from functools import partial

import pytest
import vapi
from stand_ins.bad_agents import free_port
from stand_ins.calls import Interrupted, calling, interrupt, near, reliably
from stand_ins.server import WORDS, Plan, StandIn
from stand_ins.sound import clip
from stand_ins.vapi_stand_in import ASSISTANT, KEY, VapiStandIn
from stand_ins.vapi_stand_in import Vapi as Service

from RobotVoice.adapters import rest
from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.secrets import Fields, Key
from RobotVoice.adapters.vapi import MESSAGES, Vapi
from RobotVoice.audio.formats import Encoding
from RobotVoice.conversation import Expected
from RobotVoice.errors import ConnectionFailed, InvalidArgument
from RobotVoice.evidence import measure
from RobotVoice.evidence.model import Mode, Outcome, Speaker, StoppedBy
from RobotVoice.interruption.heard_words import AfterWords

BURST = Plan(reply=15.0, burst=True)
BURST_SENT = 2.2


def joining(url: str) -> Adapter:
    return Vapi(url=url)


def ordering(service: Service, key: str = KEY) -> Vapi:
    return Vapi(assistant=ASSISTANT, api_key=Key(key), api_url=service.api_url)


def _after_two_words() -> Interrupted[VapiStandIn]:
    with StandIn(VapiStandIn, Plan()) as server, calling(Vapi(url=server.url)) as conversation:
        conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
        conversation.interrupt("Wait", clip(0.8), AfterWords(count=2), Mode.VAD, Expected.STOP)
        result = conversation.interruptions()[0]
        return Interrupted(server.session, result, conversation.evidence())


def test_the_caller_interrupts_after_words_that_the_assistant_has_spoken() -> None:
    found = reliably(_after_two_words)
    agent = found.agent
    assert found.result.outcome is Outcome.INTERRUPTED
    cut = next(turn for turn in found.evidence.turns if turn.speaker is Speaker.AGENT)
    assert cut.own_text == "Here is all", "the transcript of what was spoken, and no word twice"
    spoken = agent.spoken[0]
    assert 0.0 < agent.ear.onsets[1] - spoken[1] < 0.5
    assert len(spoken) < len(WORDS.split())


@pytest.mark.parametrize("plan", [pytest.param(Plan(), id="paced"), pytest.param(BURST, id="burst")])
def test_an_interruption_is_measured_as_the_server_knows_it(plan: Plan) -> None:
    after = BURST_SENT if plan.burst else 1.0
    found = reliably(partial(interrupt, VapiStandIn, plan, joining, Mode.VAD, after))
    agent, result = found.agent, found.result
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stopped_by is StoppedBy.AGENT_VAD
    assert result.stop_latency is not None
    assert result.stop_latency.value == near(agent.stops[0] - agent.ear.onsets[1])
    assert found.reply == WORDS
    assert agent.kinds == ["audio", "end-call"]
    assert abs(agent.ear.missing) <= 2
    cut = next(turn for turn in found.evidence.turns if turn.speaker is Speaker.AGENT)
    assert cut.interrupted
    assert cut.own_text == "Here is all"
    assert cut.dropped == pytest.approx(12.4 if plan.burst else 0.0, abs=0.3)


def test_an_agent_that_does_not_yield_kept_talking() -> None:
    plan = Plan(reply=6.0, yields=False)
    run = partial(interrupt, VapiStandIn, plan, joining, Mode.VAD, 1.0, Expected.KEEP_TALKING, False)
    assert reliably(run).result.outcome is Outcome.KEPT_TALKING


def test_a_call_is_created_with_its_options_and_a_tool_that_was_used_is_told() -> None:
    with Service(Plan(reply=1.0, tool="get_bill")) as service:
        agent = Vapi(
            assistant=ASSISTANT,
            api_key=Key(KEY),
            api_url=service.api_url,
            first_message="Hello.",
            variables=Fields({"name": "Ada"}),
            overrides=Fields({"voice": {"provider": "11labs", "voiceId": "v"}}),
        )
        with calling(agent) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            assert conversation.hear_reply(10.0) == WORDS
            evidence = conversation.evidence()
        assert service.session.over.wait(5)
        assert service.session.wrong == service.wrong == []
        (created,) = service.created
    assert created["assistantId"] == ASSISTANT
    assert created["assistantOverrides"] == {
        "clientMessages": list(MESSAGES),
        "firstMessage": "Hello.",
        "variableValues": {"name": "Ada"},
        "voice": {"provider": "11labs", "voiceId": "v"},
    }
    (used,) = (event for event in evidence.events if event.kind == "tool called")
    assert used.detail == 'get_bill({"month": "May"})'
    assert KEY not in repr(evidence)


@pytest.mark.parametrize(("audio", "rate"), [(Encoding.PCM16, 24000), (Encoding.PCMU, 8000)])
def test_the_other_formats(audio: Encoding, rate: int) -> None:
    with Service(Plan(reply=1.0)) as service:
        agent = Vapi(squad="squad-1", api_key=Key(KEY), api_url=service.api_url, audio=audio, rate=rate)
        with calling(agent) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            assert conversation.hear_reply(10.0) == WORDS
            evidence = conversation.evidence()
        assert service.session.over.wait(5)
        assert service.session.wrong == service.wrong == []
        assert service.session.rate == rate
        assert service.created[0]["squadId"] == "squad-1"
    assert sum(span.seconds for span in measure.sounds(evidence.heard)) == pytest.approx(1.0, abs=0.1)


def refusal(service: Service, key: str = KEY) -> str:
    with pytest.raises(ConnectionFailed) as refused:
        asyncio.run(ordering(service, key).prepare())
    assert service.lines.sessions == []
    return str(refused.value)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            400,
            {"message": ["assistantId must be a UUID"]},
            'options of this call. It says: "assistantId must be a UUID"',
        ),
        (402, {"message": "Wallet Balance is -0.03."}, 'run out of credits. It says: "Wallet Balance is -0.03."'),
        (403, None, "HTTP 403: the key may not do this."),
        (404, {"error": {"message": "Not Found"}}, 'no such assistant. It says: "Not Found"'),
        (
            429,
            {"error": "Over Concurrency Limit"},
            'the account\'s limit is reached. It says: "Over Concurrency Limit"',
        ),
        (503, {"message": 5}, "the service itself has a problem, try again later."),
        (418, {"message": f"No tea for {KEY}."}, 'does not say why. It says: "No tea for <secret>."'),
        (500, {"message": "x" * 195 + KEY}, "xxx<secr..."),
    ],
)
def test_a_refusal_is_a_sentence_to_act_on(status: int, body: object, said: str) -> None:
    with Service() as service:
        service.refusal = (status, b"" if body is None else json.dumps(body).encode())
        sentence = refusal(service)
        assert f"{service.api_url}/call refused the call with HTTP {status}: " in sentence
    assert said in sentence
    assert KEY[:12] not in sentence


def test_a_key_that_is_not_the_private_one() -> None:
    with Service() as service:
        sentence = refusal(service, "another-key-0123456789")
    assert "the private key of the organisation" in sentence
    assert "Invalid Key. Hot tip" in sentence
    assert "another-key" not in sentence


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"<html>", "sent no JSON object"),
        (b"[" * 100_000, "sent no JSON object"),
        (b"[]", "sent no JSON object"),
        (b"{}", "can't be joined. The agent sent a message whose field 'transport' is missing"),
        (b'{"transport": {}}', "'websocketCallUrl' is missing"),
        (
            b'{"transport": {"websocketCallUrl": "ws://a", "audioFormat": {"format": "mulaw", "sampleRate": 8000}}}',
            '"mulaw" at 8000 Hz, and not pcm16/16000 as asked for.',
        ),
    ],
)
def test_an_answer_that_is_no_call(answer: bytes, said: str) -> None:
    with Service() as service:
        service.answer = answer
        assert said in refusal(service)


def test_the_key_does_not_follow_a_redirection() -> None:
    with Service() as service, Service() as elsewhere:
        service.refusal, service.location = (302, b""), f"{elsewhere.api_url}/call"
        assert "HTTP 302" in refusal(service)
        assert elsewhere.created == []


def test_a_key_that_can_not_be_one_is_not_repeated() -> None:
    agent = Vapi(assistant=ASSISTANT, api_key=Key(f"{KEY}\n{KEY}"), api_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(InvalidArgument, match="holds characters that no key has") as refused:
        asyncio.run(agent.prepare())
    assert refused.value.__cause__ is None


def test_nobody_answers() -> None:
    with pytest.raises(ConnectionFailed, match="the connection was refused"):
        agent = Vapi(assistant=ASSISTANT, api_key=Key(KEY), api_url=f"http://127.0.0.1:{free_port()}")
        asyncio.run(agent.prepare())


def test_a_service_that_never_ends_its_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "TIMEOUT", 0.5)
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        with contextlib.suppress(OSError), listening.accept()[0] as service:
            service.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not over.wait(0.05):
                service.sendall(b" ")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        dripping = threading.Thread(target=drip, args=[listening])
        dripping.start()
        api = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            with pytest.raises(ConnectionFailed) as given_up:
                asyncio.run(Vapi(assistant=ASSISTANT, api_key=Key(KEY), api_url=api).prepare())
        finally:
            over.set()
            dripping.join()
    assert str(given_up.value) == f"No answer from {api}/call: it took longer than 0.5 s."


def test_the_sdks_own_client_takes_the_stand_in_for_the_service() -> None:
    """Else the stand-in would only prove that both were written by the same people."""
    with Service() as service:
        client = vapi.Vapi(base_url=service.api_url, token=KEY)
        call = client.calls.create(assistant_id=ASSISTANT, transport={"provider": "vapi.websocket"})
        assert service.wrong == []
    assert isinstance(call, vapi.Call)
    assert call.assistant_id == ASSISTANT
    assert call.transport is not None
    assert str(getattr(call.transport, "websocketCallUrl", "")).startswith("ws://127.0.0.1:")

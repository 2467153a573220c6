"""Whole calls to an ElevenLabs agent that takes what the SDK's types take, and that SDK's own client towards it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from elevenlabs import ElevenLabs as Client
from elevenlabs.conversational_ai.conversation import AudioInterface, Conversation
from stand_ins.calls import Interrupted, calling, interrupt, near, reliably
from stand_ins.elevenlabs_stand_in import BELIEVED, INITIATION, ElevenLabsStandIn, NumberedByChunk, late_audio
from stand_ins.server import WORDS, Plan, StandIn
from stand_ins.sound import clip, vowel

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.elevenlabs import ElevenLabs
from RobotVoice.adapters.secrets import Fields, Key, Texts
from RobotVoice.adapters.tools import Tools
from RobotVoice.conversation import Expected
from RobotVoice.errors import ConnectionFailed
from RobotVoice.evidence.model import Mode, Outcome, Speaker, StoppedBy
from RobotVoice.interruption.heard_words import AfterWords

KEY = "xi-very-secret-0123456789"
SIGNATURE = "cvtkn_very-secret-0123456789"
BURST = Plan(reply=15.0, burst=True)
BURST_SENT = 2.2
"""Seconds after which all of it has come."""
LATE = Plan(late=0.5)


def adapter(url: str) -> Adapter:
    return ElevenLabs(url=url, agent_id="agent-1")


@pytest.mark.parametrize(
    ("session", "plan"),
    [
        pytest.param(ElevenLabsStandIn, Plan(), id="paced"),
        pytest.param(ElevenLabsStandIn, BURST, id="burst"),
        pytest.param(ElevenLabsStandIn, LATE, id="late"),
        pytest.param(NumberedByChunk, LATE, id="late, numbered by chunk"),
    ],
)
def test_an_interruption_is_measured_as_the_server_knows_it(session: type[ElevenLabsStandIn], plan: Plan) -> None:
    after = BURST_SENT if plan.burst else 1.0
    found = reliably(partial(interrupt, session, plan, adapter, Mode.VAD, after))
    agent, result = found.agent, found.result
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stopped_by is StoppedBy.AGENT_VAD
    assert result.stop_latency is not None
    assert result.stop_latency.value == near(agent.stops[0] - agent.ear.onsets[1])
    assert found.reply == WORDS
    assert agent.kinds == [INITIATION, "user_audio_chunk"]
    assert agent.pongs == [7]
    assert abs(agent.ear.missing) <= 2
    assert late_audio(0.02).tobytes() not in found.evidence.heard.samples.tobytes()
    cut, again = (turn for turn in found.evidence.turns if turn.speaker is Speaker.AGENT)
    assert (cut.interrupted, cut.text, cut.believed) == (True, WORDS, BELIEVED)
    assert cut.dropped == pytest.approx(12.4 if plan.burst else plan.late, abs=0.3)
    assert (again.text, again.believed) == (WORDS, None)


def _after_two_words() -> Interrupted[ElevenLabsStandIn]:
    with StandIn(ElevenLabsStandIn, Plan()) as server, calling(adapter(server.url)) as conversation:
        conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
        conversation.interrupt("Wait", clip(0.8), AfterWords(count=2), Mode.VAD, Expected.STOP)
        result = conversation.interruptions()[0]
        return Interrupted(server.session, result, conversation.evidence())


def test_the_caller_interrupts_after_words_that_were_heard() -> None:
    found = reliably(_after_two_words)
    agent = found.agent
    assert found.result.outcome is Outcome.INTERRUPTED
    # a word that is spread over two pieces of audio counts from its first part on, as with every protocol
    assert 0.0 < agent.ear.onsets[1] - agent.spoken[0][len("Here i") - 1] < 0.5
    cut = next(turn for turn in found.evidence.turns if turn.speaker is Speaker.AGENT)
    assert cut.own_text == WORDS


def test_an_agent_that_does_not_yield_kept_talking() -> None:
    plan = Plan(reply=6.0, yields=False)
    run = partial(interrupt, ElevenLabsStandIn, plan, adapter, Mode.VAD, 1.0, Expected.KEEP_TALKING, False)
    assert reliably(run).result.outcome is Outcome.KEPT_TALKING


def test_options_reach_the_service_and_a_tool_is_answered() -> None:
    with StandIn(ElevenLabsStandIn, Plan(reply=1.0, tool="get_bill")) as server:
        agent = ElevenLabs(
            url=server.url,
            agent_id="agent-1",
            voice="voice-1",
            language="en",
            instructions="Be brief.",
            first_message="",
            dynamic_variables=Fields({"name": "Ada", "visits": 3}),
            tools=Tools.convert({"get_bill": "42 dollars"}),
            initiation=Fields({"conversation_config_override": {"tts": {"speed": 1.1}}, "user_id": "caller-1"}),
            query=Texts({"environment": "staging"}),
        )
        with calling(agent) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            assert conversation.hear_reply(10.0) == WORDS
            evidence = conversation.evidence()
        session = server.session
        assert session.over.wait(5)
    assert session.wrong == []
    assert parse_qs(urlsplit(session.path).query) == {"agent_id": ["agent-1"], "environment": ["staging"]}
    assert session.initiation == {
        "type": INITIATION,
        "conversation_config_override": {
            "agent": {"prompt": {"prompt": "Be brief."}, "first_message": "", "language": "en"},
            "tts": {"voice_id": "voice-1", "speed": 1.1},
        },
        "dynamic_variables": {"name": "Ada", "visits": 3},
        "user_id": "caller-1",
    }
    assert session.results == [
        {"type": "client_tool_result", "tool_call_id": "call-1", "result": "42 dollars", "is_error": False}
    ]
    (used,) = (event for event in evidence.events if event.kind == "tool called")
    assert used.detail == 'get_bill({"month": "May"}) -> 42 dollars'


def test_an_agent_set_to_another_audio_format_names_the_option() -> None:
    with StandIn(ElevenLabsStandIn, Plan()) as server:
        agent = ElevenLabs(url=server.url, agent_id="agent-1", agent_output_audio_format="pcm_44100")
        wanted = r"refused the call\. .* the option agent_output_audio_format=pcm_16000"
        with pytest.raises(ConnectionFailed, match=wanted), calling(agent):
            pass


# -- private agents


@contextmanager
def signing(address: Callable[[str], str], refusal: int = 0) -> Iterator[str]:
    """The service's REST API: it gives `address` of an agent's id to whoever has the key. Yields where it is."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            assert place.path == "/agent/get-signed-url"
            agent = parse_qs(place.query)["agent_id"][0]
            refused = refusal or (0 if self.headers["xi-api-key"] == KEY else 401)
            detail = {"status": "invalid_api_key", "message": f"Invalid API key {self.headers['xi-api-key']}."}
            body = json.dumps({"detail": detail} if refused else {"signed_url": address(agent)}).encode()
            self.send_response(refused or 200)
            self.send_header("Location", "/agent/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}/agent/"
    finally:
        server.shutdown()
        server.server_close()


def test_a_private_agent_is_called_at_the_address_that_is_signed_for_it() -> None:
    with StandIn(ElevenLabsStandIn, Plan(greeting=0.6)) as server:

        def address(agent: str) -> str:
            return f"{server.url}?agent_id={agent}&conversation_signature={SIGNATURE}"

        with signing(address) as place:
            agent = ElevenLabs(url=f"ws://{place}", agent_id="agent-1", api_key=Key(KEY))
            with calling(agent) as conversation:
                assert conversation.hear_reply(10.0) == WORDS
        assert server.session.path.endswith(f"?agent_id=agent-1&conversation_signature={SIGNATURE}")


@pytest.mark.parametrize(
    ("key", "refusal", "said"),
    [
        ("another-key-0123456789", 0, 'this address belongs to (option url=). It says: "Invalid API key <secret>."'),
        (KEY, 404, "HTTP 404: there is no such agent"),
        (KEY, 302, "HTTP 302"),
    ],
)
def test_a_refusal_to_sign_says_why_and_no_key(key: str, refusal: int, said: str) -> None:
    with signing(str, refusal) as place:
        agent = ElevenLabs(url=f"ws://{place}", agent_id="agent-1", api_key=Key(key))
        with pytest.raises(ConnectionFailed) as refused:
            asyncio.run(agent.prepare())
    assert said in str(refused.value)
    assert key[:10] not in str(refused.value)


def test_an_answer_without_an_address_is_told() -> None:
    with signing(lambda agent: "http://127.0.0.1/") as place:
        agent = ElevenLabs(url=f"ws://{place}", agent_id="agent-1", api_key=Key(KEY))
        with pytest.raises(ConnectionFailed, match="its answer holds none"):
            asyncio.run(agent.prepare())


# -- the stand-in


class Caller(AudioInterface):
    """One question, in real time; it notes what it is played."""

    def __init__(self) -> None:
        self.heard = b""
        self.interruptions = 0
        self._over = threading.Event()

    def start(self, input_callback: Callable[[bytes], None]) -> None:
        threading.Thread(target=self._speak, args=(input_callback,), daemon=True).start()

    def _speak(self, send: Callable[[bytes], None]) -> None:
        question = [*vowel(0.6, 16000).reshape(-1, 320), *[vowel(0.02, 16000) * 0] * 60]
        for frame in (*question, *question):
            if self._over.wait(0.02):
                return
            send(frame.tobytes())

    def stop(self) -> None:
        self._over.set()

    def output(self, audio: bytes) -> None:
        self.heard += audio

    def interrupt(self) -> None:
        self.interruptions += 1


def test_the_sdks_own_client_takes_the_stand_in_for_the_service() -> None:
    """Else the stand-in would only prove that both were written by the same people."""
    caller, said = Caller(), list[str]()
    with StandIn(ElevenLabsStandIn, Plan(reply=5.0, late=0.5)) as server:
        client = Client(api_key="not-a-real-key", base_url=server.url.replace("ws://", "http://"))
        conversation = Conversation(
            client,
            "agent-1",
            requires_auth=False,
            audio_interface=caller,
            callback_agent_response=lambda text: said.append(f"agent: {text}"),
            callback_agent_response_correction=lambda old, new: said.append(f"{old} -> {new}"),
            callback_user_transcript=lambda text: said.append(f"caller: {text}"),
        )
        conversation.start_session()  # type: ignore[no-untyped-call]
        try:
            give_up = time.monotonic() + 20
            while len(said) < 5 and time.monotonic() < give_up:
                time.sleep(0.05)
        finally:
            conversation.end_session()  # type: ignore[no-untyped-call]
            conversation.wait_for_session_end()
        session = server.session
        assert session.over.wait(5)
    assert session.wrong == []
    assert session.pongs == [7]
    transcript = [f"caller: {session.QUESTION}", f"agent: {WORDS}"]
    assert said == [*transcript, f"{WORDS} -> {BELIEVED}", *transcript]
    assert caller.interruptions == 1
    # it drops what comes late of a reply that was cut off, and so must we
    assert late_audio(0.02).tobytes() not in caller.heard

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from google.genai import types
from hypothesis import given, settings
from nonsense import messages

from RobotVoice.adapters.base import Message
from RobotVoice.adapters.events import (
    AgentAudio,
    AgentEvent,
    AgentWords,
    CallerWords,
    Flush,
    Interrupter,
    Noted,
    Problem,
    Ready,
    ReplyEnded,
    ReplyStarted,
    ReplyStatus,
    ToolCalled,
    ToSend,
)
from RobotVoice.adapters.gemini_live import GeminiLive
from RobotVoice.adapters.secrets import Fields, Key
from RobotVoice.adapters.tools import Tools
from RobotVoice.audio import frames
from RobotVoice.errors import InvalidArgument

URL = "ws://127.0.0.1:8765/ws"
KEY = "AIza-very-secret-0123456789"
FRAME = np.arange(480, dtype=np.int16)
PCM = base64.b64encode(frames.to_bytes(FRAME)).decode()
BLOB = {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": PCM}}
CUT = ReplyEnded("turn 1", ReplyStatus.CANCELLED, Interrupter.AGENT_VAD)


def adapter(**options: Any) -> GeminiLive:
    return GeminiLive(**{"url": URL, **options})


def translated(gemini: GeminiLive, **message: Any) -> list[AgentEvent]:
    text = json.dumps(message)
    types.LiveServerMessage.model_validate_json(text)
    return list(gemini.events(text.encode()))


def content(gemini: GeminiLive, **fields: Any) -> list[AgentEvent]:
    return translated(gemini, serverContent=fields)


def speaking() -> GeminiLive:
    gemini = adapter()
    started, audio = content(gemini, modelTurn={"parts": [BLOB]})
    assert started == ReplyStarted("turn 1")
    assert isinstance(audio, AgentAudio)
    assert (audio.reply, list(audio.samples)) == ("turn 1", list(FRAME))
    return gemini


def test_the_setup_message_is_one_that_the_sdk_knows() -> None:
    tools = Tools.convert({"get_bill": {"answer": "42", "description": "The bill."}})
    gemini = adapter(model="m", voice="Puck", language="en-US", instructions="Be brief.", tools=tools)
    (message,) = gemini.opening()
    setup = json.loads(message)["setup"]
    handling = types.RealtimeInputConfig.model_validate(setup.pop("realtimeInputConfig"))
    assert handling.activity_handling is types.ActivityHandling.START_OF_ACTIVITY_INTERRUPTS
    parsed = types.LiveClientSetup.model_validate(setup)
    assert parsed.model == "models/m"
    assert parsed.output_audio_transcription is not None
    (tool,) = setup["tools"]
    assert types.Tool.model_validate(tool).function_declarations[0].name == "get_bill"  # type: ignore[index]


def test_further_fields_of_the_setup_join_the_others() -> None:
    (message,) = adapter(
        voice="Puck", setup=Fields({"generationConfig": {"temperature": 0}, "proactivity": {}})
    ).opening()
    setup = json.loads(message)["setup"]
    assert setup["generationConfig"]["temperature"] == 0
    assert setup["generationConfig"]["responseModalities"] == ["AUDIO"]
    assert setup["proactivity"] == {}


def test_audio_to_the_service() -> None:
    (message,) = adapter().audio(FRAME[:320])
    parsed = types.LiveClientMessage.model_validate_json(message)
    assert parsed.realtime_input is not None
    assert parsed.realtime_input.audio is not None
    assert parsed.realtime_input.audio.data == frames.to_bytes(FRAME[:320])


def test_a_whole_turn() -> None:
    gemini = speaking()
    assert content(gemini, outputTranscription={"text": "Your bill"}) == [AgentWords("Your bill", "turn 1")]
    assert content(gemini, generationComplete=True) == [ReplyEnded("turn 1")]
    assert content(gemini, turnComplete=True) == []
    assert content(gemini, modelTurn={"parts": [BLOB]})[0] == ReplyStarted("turn 2")


def test_words_that_come_after_the_turn_they_were_cut_off_with_are_no_part_of_the_next() -> None:
    gemini = speaking()
    content(gemini, interrupted=True)
    content(gemini, turnComplete=True)
    assert content(gemini, outputTranscription={"text": "cancel it"}) == [AgentWords("cancel it", "turn 1")]
    content(gemini, modelTurn={"parts": [BLOB]})
    assert content(gemini, outputTranscription={"text": "Goodbye"}) == [AgentWords("Goodbye", "turn 2")]


def test_words_of_the_next_turn_may_come_before_its_sound() -> None:
    gemini = speaking()
    content(gemini, interrupted=True)
    content(gemini, turnComplete=True)
    for _ in range(25):
        gemini.audio(FRAME)
    assert content(gemini, outputTranscription={"text": "Goodbye"}) == [AgentWords("Goodbye", "turn 2")]


def test_an_interruption_while_it_generates() -> None:
    gemini = speaking()
    assert content(gemini, interrupted=True) == [Flush("serverContent.interrupted"), CUT]
    (late,) = content(gemini, modelTurn={"parts": [BLOB]})
    assert isinstance(late, AgentAudio)
    assert (late.stale, late.reply) == (False, "")
    assert content(gemini, turnComplete=True) == []
    assert content(gemini, modelTurn={"parts": [BLOB]})[0] == ReplyStarted("turn 2")


def test_an_interruption_of_what_was_generated_already() -> None:
    gemini = speaking()
    assert content(gemini, generationComplete=True) == [ReplyEnded("turn 1")]
    assert content(gemini, interrupted=True) == [Flush("serverContent.interrupted")]


def test_an_interruption_before_the_first_sound_makes_nothing_stale() -> None:
    gemini = adapter()
    assert content(gemini, interrupted=True) == [Flush("serverContent.interrupted")]
    _, audio = content(gemini, modelTurn={"parts": [BLOB]})
    assert isinstance(audio, AgentAudio)
    assert not audio.stale


def test_a_tool_is_answered() -> None:
    gemini = adapter(tools=Tools.convert({"get_bill": "42 dollars"}))
    call = {"functionCalls": [{"id": "7", "name": "get_bill", "args": {"month": "May"}}]}
    called, answer = translated(gemini, toolCall=call)
    assert called == ToolCalled("get_bill", '{"month": "May"}', "42 dollars")
    assert isinstance(answer, ToSend)
    parsed = types.LiveClientMessage.model_validate_json(answer.message)
    assert parsed.tool_response is not None
    (response,) = parsed.tool_response.function_responses or []
    assert (response.id, response.name, response.response) == ("7", "get_bill", {"output": "42 dollars"})


def test_the_rest() -> None:
    gemini = adapter()
    assert translated(gemini, setupComplete={}) == [Ready()]
    assert content(gemini, inputTranscription={"text": "Wait"}) == [CallerWords("Wait")]
    assert translated(gemini, usageMetadata={"totalTokenCount": 5}) == [Noted("usageMetadata")]
    assert translated(gemini, goAway={"timeLeft": "10s"}) == [Problem("The service will close the line in 10s.")]
    (thought,) = content(gemini, modelTurn={"parts": [{"text": "Hm.", "thought": True}]})
    assert isinstance(thought, Noted)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (b"\xff\x00", "2 bytes that is not JSON"),
        ("hello", "not JSON: 'hello'"),
        ('{"serverContent": 5}', "'serverContent' is 5"),
        ('{"serverContent": {"modelTurn": {"parts": [5]}}}', "'parts' is a list; it must be a list of objects"),
        (
            json.dumps({"serverContent": {"modelTurn": {"parts": [{"inlineData": {"mimeType": "audio/pcm"}}]}}}),
            "'data'",
        ),
        (
            '{"serverContent": {"modelTurn": {"parts": [{"inlineData": {"mimeType": "audio/pcm;rate=8000"}}]}}}',
            "'audio/pcm;rate=8000'; it must be at 24000 Hz",
        ),
        ('{"toolCall": {"functionCalls": [{"id": "1"}]}}', "'name' is missing"),
    ],
)
def test_nonsense_is_named(message: Message, said: str) -> None:
    (problem,) = adapter().events(message)
    assert isinstance(problem, Problem)
    assert said in problem.sentence
    assert not problem.fatal


def test_what_comes_before_a_malformed_part_counts() -> None:
    message = {"serverContent": {"modelTurn": {"parts": [BLOB, {"inlineData": 5}]}}}
    kinds = [type(event) for event in adapter().events(json.dumps(message))]
    assert kinds == [ReplyStarted, AgentAudio, Problem]


def test_google_wants_a_key_and_gets_its_own_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InvalidArgument, match="GOOGLE_API_KEY or GEMINI_API_KEY"):
        GeminiLive()
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    assert GeminiLive().endpoint().headers == {"x-goog-api-key": KEY}
    assert KEY not in GeminiLive().endpoint().url
    assert not adapter().endpoint().headers


def test_a_key_that_the_service_quotes_is_not_repeated() -> None:
    gemini = adapter(api_key=Key(KEY))
    messages: list[Message] = [
        KEY,
        json.dumps({KEY: 1}),
        json.dumps({"goAway": {"timeLeft": KEY}}),
        ("x" * 190 + KEY).encode(),
    ]
    assert KEY[:10] not in repr([list(gemini.events(message)) for message in messages])


REAL: list[dict[str, Any]] = [
    {"setupComplete": {}},
    {"serverContent": {"modelTurn": {"parts": [BLOB]}, "turnComplete": True}},
    {"serverContent": {"interrupted": True, "outputTranscription": {"text": "a"}}},
    {"toolCall": {"functionCalls": [{"id": "7", "name": "a", "args": {}}]}},
    {"goAway": {"timeLeft": "1s"}},
]


@settings(max_examples=500)
@given(messages(REAL))
def test_no_message_raises(message: Message) -> None:
    for event in adapter().events(message):
        assert not isinstance(event, Problem) or event.sentence.encode()

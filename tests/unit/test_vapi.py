from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from nonsense import messages
from seen_by_hand import reply
from vapi.types import ClientInboundMessage, ClientMessageAssistantSpeech

from RobotVoice.adapters.base import Message
from RobotVoice.adapters.events import (
    AgentAudio,
    AgentEvent,
    AgentWords,
    CallerWords,
    Flush,
    HungUp,
    Interrupter,
    Noted,
    Problem,
    ReplyEnded,
    ReplyStarted,
    ReplyStatus,
    ToolCalled,
)
from RobotVoice.adapters.options import build
from RobotVoice.adapters.secrets import Key
from RobotVoice.adapters.vapi import Vapi
from RobotVoice.audio import frames
from RobotVoice.audio.formats import Encoding
from RobotVoice.errors import InvalidArgument
from RobotVoice.interruption.heard_words import words_of
from RobotVoice.interruption.triggers import Words

URL = "ws://127.0.0.1:8765/call/transport"
API = "http://127.0.0.1:8765"
KEY = "5f2c9a7e-very-secret-0123456789"
FRAME = np.arange(320, dtype=np.int16)
SPEECH = '{"type": "assistant.speechStarted", "text": "a b", "timing": '
CUT = ReplyEnded("turn 1", ReplyStatus.CANCELLED, Interrupter.AGENT_VAD)


def adapter(**options: Any) -> Vapi:
    return Vapi(**{"url": URL, **options})


def told(vapi: Vapi, kind: str, **fields: object) -> list[AgentEvent]:
    return list(vapi.events(json.dumps({"type": kind, **fields})))


def spoke(vapi: Vapi, status: str, role: str = "assistant") -> list[AgentEvent]:
    return told(vapi, "speech-update", role=role, status=status)


def transcript(vapi: Vapi, words: str, role: str = "assistant", kind: str = "final") -> list[AgentEvent]:
    return told(vapi, "transcript", role=role, transcriptType=kind, transcript=words)


def audio(vapi: Vapi) -> AgentAudio:
    (event,) = vapi.events(frames.to_bytes(FRAME))
    assert isinstance(event, AgentAudio)
    assert list(event.samples) == list(FRAME)
    assert not event.stale
    return event


def speaking() -> Vapi:
    vapi = adapter()
    assert audio(vapi).reply == ""
    assert spoke(vapi, "started") == [ReplyStarted("turn 1")]
    assert audio(vapi).reply == "turn 1"
    return vapi


def test_a_whole_reply() -> None:
    vapi = speaking()
    assert transcript(vapi, "Sure.") == [AgentWords("Sure.", "turn 1", final=True)]
    assert spoke(vapi, "started") == []
    assert spoke(vapi, "stopped") == [ReplyEnded("turn 1")]
    assert spoke(vapi, "stopped") == []
    assert audio(vapi).reply == ""
    assert transcript(vapi, "Your bill is due.") == [AgentWords("Your bill is due.", "turn 1", final=True)]
    assert spoke(vapi, "started") == [ReplyStarted("turn 2")]


TEXT = "Sure. Your bill is due."


def speech(vapi: Vapi, timing: dict[str, Any] | None, whole: str = TEXT, **fields: object) -> list[AgentEvent]:
    message = {"type": "assistant.speechStarted", "text": whole, "source": "model", "timing": timing, **fields}
    assert not ClientMessageAssistantSpeech.model_validate(message).model_extra
    return list(vapi.events(json.dumps(message)))


def progress(spoken: float) -> dict[str, Any]:
    return {"type": "word-progress", "wordsSpoken": spoken, "totalWords": 0}


def aligned(*words: str) -> dict[str, Any]:
    times = [0.0] * len(words)
    return {"type": "word-alignment", "words": words, "wordsStartTimesMs": times, "wordsEndTimesMs": times}


NOTED = Noted("assistant.speechStarted")


def test_only_the_words_that_have_been_spoken_are_told() -> None:
    vapi = speaking()
    assert speech(vapi, progress(0), turn=0) == [NOTED]
    assert speech(vapi, progress(2), turn=0) == [AgentWords("Sure. Your", "turn 1")]
    assert speech(vapi, progress(2), turn=0) == [NOTED]
    assert speech(vapi, progress(4), turn=0) == [AgentWords(" bill is", "turn 1")]
    assert transcript(vapi, "Sure. Your bill is") == [AgentWords("Sure. Your bill is", "turn 1", final=True)]
    spoke(vapi, "stopped")
    assert speech(vapi, progress(5), turn=0) == [NOTED]
    spoke(vapi, "started")
    assert speech(vapi, progress(1), "And now", turn=1) == [AgentWords("And", "turn 2")]


def test_the_words_of_a_voice_that_aligns_them() -> None:
    vapi = speaking()
    assert speech(vapi, aligned("Sure.", " ", "Your")) == [AgentWords("Sure. Your", "turn 1")]
    assert speech(vapi, aligned(" ", "bill", " ")) == [AgentWords(" bill ", "turn 1")]
    assert speech(vapi, aligned("is due.", " and more than there is")) == [AgentWords("is due.", "turn 1")]
    spoke(vapi, "stopped")
    spoke(vapi, "started")
    assert speech(vapi, aligned("And"), "And now") == [AgentWords("And", "turn 2")]


def test_of_a_voice_that_does_not_tell_how_far_it_is_no_word_counts_as_spoken() -> None:
    assert speech(speaking(), None) == [NOTED]
    unknown = {"type": "assistant.speechStarted", "text": TEXT, "timing": {"type": "unheard-of"}}
    assert list(speaking().events(json.dumps(unknown))) == [NOTED]


def test_each_word_counts_once() -> None:
    """What was told while it was spoken is told again by the transcript."""
    vapi = speaking()
    events = [*speech(vapi, progress(3)), *transcript(vapi, "Sure."), *speech(vapi, progress(5))]
    events += transcript(vapi, "Your bill is due.")
    pieces = [Words(event.text, 0.0, event.final) for event in events if isinstance(event, AgentWords)]
    assert [word.text for word in words_of(reply((0.0, 9.0), now=10.0), pieces)] == TEXT.split()


def test_a_transcript_that_says_in_its_type_that_it_is_final() -> None:
    vapi = speaking()
    message = {"type": 'transcript[transcriptType="final"]', "role": "assistant", "transcript": "Sure."}
    assert list(vapi.events(json.dumps(message))) == [AgentWords("Sure.", "turn 1", final=True)]


def test_an_interruption_whose_words_come_late() -> None:
    vapi = speaking()
    assert told(vapi, "user-interrupted", turnId="a") == [Flush("user-interrupted"), CUT]
    assert spoke(vapi, "stopped") == []
    assert transcript(vapi, "Your bill") == [AgentWords("Your bill", "turn 1", final=True)]
    assert audio(vapi).reply == ""


def test_an_interruption_that_is_told_after_the_end() -> None:
    vapi = speaking()
    assert spoke(vapi, "stopped") == [ReplyEnded("turn 1")]
    assert told(vapi, "user-interrupted") == [Flush("user-interrupted")]


def test_words_before_any_reply_belong_to_none() -> None:
    assert transcript(adapter(), "Hello.") == [AgentWords("Hello.", "", final=True)]


def test_tools_are_told_of_and_left_to_the_assistants_server() -> None:
    calls = [
        {"id": "1", "type": "function", "function": {"name": "get_bill", "arguments": '{"month": "May"}'}},
        {"id": "2", "type": "function", "function": {"name": "hang_up", "arguments": {"why": "done"}}},
        {"id": "3", "type": "function", "function": {"name": "wait"}},
    ]
    assert told(adapter(), "tool-calls", toolCallList=calls) == [
        ToolCalled("get_bill", '{"month": "May"}'),
        ToolCalled("hang_up", '{"why": "done"}'),
        ToolCalled("wait"),
    ]


def test_the_end_of_a_call_and_its_faults() -> None:
    assert told(adapter(), "status-update", status="in-progress") == [Noted("status-update: in-progress")]
    ended = told(adapter(), "status-update", status="ended", endedReason="customer-ended-call")
    assert ended == [HungUp("customer-ended-call")]
    assert told(adapter(), "status-update", status="ended") == [HungUp()]
    reason = "pipeline-error-eleven-labs-voice-not-found"
    (fault,) = told(adapter(), "status-update", status="ended", endedReason=reason)
    assert isinstance(fault, Problem)
    assert fault.fatal
    assert reason in fault.sentence


def test_the_rest() -> None:
    vapi = adapter()
    assert transcript(vapi, "Wait", "user") == [CallerWords("Wait")]
    assert transcript(vapi, "Wa", "user", "partial") == [Noted("transcript: partial, user")]
    assert spoke(vapi, "started", "user") == [Noted("speech-update: user started")]
    assert told(vapi, "voice-input", input="Hi") == [Noted("voice-input")]
    (hang,) = told(vapi, "hang")
    assert isinstance(hang, Noted)
    wrapped = {"message": {"type": "speech-update", "role": "assistant", "status": "started"}}
    assert list(vapi.events(json.dumps(wrapped))) == [ReplyStarted("turn 1")]


def test_what_goes_to_the_service() -> None:
    vapi = adapter()
    assert list(vapi.audio(FRAME)) == [frames.to_bytes(FRAME)]
    (goodbye,) = vapi.closing()
    assert ClientInboundMessage.model_validate({"message": json.loads(goodbye)}).message.type == "end-call"
    mu_law = adapter(audio=Encoding.PCMU)
    assert (mu_law.sends.rate, mu_law.receives.rate) == (8000, 8000)
    assert [len(message) for message in mu_law.audio(FRAME[:160])] == [160]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("hello", "not JSON: 'hello'"),
        ('{"type": 5}', "'type' is 5"),
        ('{"type": "speech-update", "role": "assistant"}', "'status' is missing"),
        ('{"type": "transcript", "role": "user", "transcriptType": "final"}', "'transcript' is missing"),
        ('{"type": "tool-calls", "toolCallList": 5}', "'toolCallList' is 5"),
        ('{"type": "tool-calls", "toolCallList": [{"function": {}}]}', "'name' is missing"),
        ('{"type": "status-update"}', "'status' is missing"),
        ('{"type": "assistant.speechStarted"}', "'text' is missing"),
        (f'{SPEECH}{{"type": "word-progress", "wordsSpoken": Infinity}}}}', "'wordsSpoken' is Infinity"),
        (f'{SPEECH}{{"type": "word-progress", "wordsSpoken": true}}}}', "'wordsSpoken' is true"),
        (f'{SPEECH}{{"type": "word-alignment", "words": [5]}}}}', "'words' is a list"),
        (b"\x01", "half a sample is left over"),
    ],
)
def test_nonsense_is_named(message: Message, said: str) -> None:
    (problem,) = adapter().events(message)
    assert isinstance(problem, Problem)
    assert said in problem.sentence
    assert not problem.fatal


def test_what_comes_before_a_malformed_part_counts() -> None:
    calls = [{"function": {"name": "a"}}, {"function": 5}]
    assert [type(event) for event in told(adapter(), "tool-calls", toolCallList=calls)] == [ToolCalled, Problem]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "one of the options 'assistant'"),
        ({"assistant": "a", "squad": "b"}, "one of the options 'assistant'"),
        ({"url": URL, "assistant": "a"}, "one of the options 'assistant'"),
        ({"url": URL, "first_message": "Hi"}, "a call that exists already"),
        ({"url": URL, "overrides": {"voice": {}}}, "a call that exists already"),
        ({"url": "https://api.vapi.ai/call"}, "must be a websocket address"),
        ({"url": URL, "audio": "pcma"}, "must be pcm16 with 16000 or 24000, or pcmu with 8000"),
        ({"url": URL, "audio": "pcmu", "rate": "16000"}, "are pcmu and 16000"),
        ({"assistant": "a", "api_url": "http://example.com"}, "begins with https://"),
        ({"assistant": "a", "api_url": "https://u:p@example.com"}, "begins with https://"),
        ({"assistant": "a", "api_url": "https://example.com:x"}, "begins with https://"),
        ({"assistant": "a", "api_url": API, "variables": {"at": b"x"}}, "a value is text, a number"),
    ],
)
def test_options_that_can_not_be_meant(options: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        build(Vapi, options)


def test_vapi_wants_a_key_and_gets_its_own_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAPI_API_KEY", raising=False)
    with pytest.raises(InvalidArgument, match="VAPI_API_KEY"):
        Vapi(assistant="a")
    monkeypatch.setenv("VAPI_API_KEY", KEY)
    assert Vapi(assistant="a")._key.value == KEY
    assert not Vapi(assistant="a", api_url=API)._key
    assert not adapter().endpoint().headers


def test_a_key_that_the_service_quotes_is_not_repeated() -> None:
    vapi = adapter(api_key=Key(KEY))
    messages = [KEY, json.dumps({"type": KEY}), json.dumps({"type": "transcript", "role": KEY})]
    messages.append(json.dumps({"type": "x" * 190 + KEY}))
    assert KEY[:10] not in repr([list(vapi.events(message)) for message in messages])
    assert KEY not in repr(vars(vapi))


REAL: list[dict[str, Any]] = [
    {"type": "user-interrupted", "turnId": "a"},
    {"type": "speech-update", "role": "assistant", "status": "started", "turn": 0},
    {"type": "transcript", "role": "assistant", "transcriptType": "final", "transcript": "a"},
    {
        "type": "assistant.speechStarted",
        "text": "a b",
        "turn": 0,
        "timing": {"type": "word-progress", "wordsSpoken": 1},
    },
    {"type": "assistant.speechStarted", "text": "a b", "timing": {"type": "word-alignment", "words": ["a", " "]}},
    {"type": "tool-calls", "toolCallList": [{"id": "1", "function": {"name": "a", "arguments": "{}"}}]},
    {"type": "status-update", "status": "ended", "endedReason": "silence-timed-out"},
    {"message": {"type": "hang"}},
]


@settings(max_examples=500)
@given(messages(REAL))
def test_no_message_raises(message: Message) -> None:
    for event in adapter().events(message):
        assert not isinstance(event, Problem) or event.sentence.encode()

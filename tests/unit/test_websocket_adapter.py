from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from RobotVoice.adapters.base import Message
from RobotVoice.adapters.events import (
    AgentAudio,
    AgentEvent,
    AgentWords,
    CancelAcknowledged,
    Flush,
    Noted,
    Problem,
    Ready,
    ReplyEnded,
    ToSend,
)
from RobotVoice.adapters.options import build
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio import frames
from RobotVoice.audio.formats import Encoding
from RobotVoice.errors import InvalidArgument, UnsupportedCapability

URL = "ws://127.0.0.1:8765/ws"
FRAME = np.arange(480, dtype=np.int16)
BASE64 = base64.b64encode(frames.to_bytes(FRAME)).decode()


def adapter(**options: Any) -> WebSocket:
    return WebSocket(url=URL, **options)


def translated(websocket: WebSocket, message: object) -> list[AgentEvent]:
    return list(websocket.events(message if isinstance(message, str | bytes) else json.dumps(message)))


def samples_of(event: AgentEvent) -> list[int]:
    assert isinstance(event, AgentAudio)
    return list(event.samples)


def test_raw_audio_both_ways() -> None:
    websocket = adapter()
    (message,) = websocket.audio(FRAME)
    assert message == frames.to_bytes(FRAME)
    assert samples_of(translated(websocket, message)[0]) == list(FRAME)


def test_audio_in_json_both_ways() -> None:
    websocket = adapter(audio_field="media.payload")
    (message,) = websocket.audio(FRAME)
    assert json.loads(message) == {"media": {"payload": BASE64}}
    assert samples_of(translated(websocket, message)[0]) == list(FRAME)


def test_our_audio_may_be_built_in_another_way() -> None:
    websocket = adapter(audio_field="audio_event.audio_base_64", audio_message='{"type": "user", "chunk": "{audio}"}')
    (message,) = websocket.audio(FRAME)
    assert json.loads(message) == {"type": "user", "chunk": BASE64}
    (event,) = translated(websocket, {"audio_event": {"audio_base_64": BASE64, "event_id": 1}})
    assert samples_of(event) == list(FRAME)


@pytest.mark.parametrize("encoding", [Encoding.PCMU, Encoding.PCMA])
def test_g711(encoding: Encoding) -> None:
    websocket = adapter(encoding=encoding, rate=8000)
    (message,) = websocket.audio(FRAME[:160])
    assert len(message) == 160
    assert len(samples_of(translated(websocket, message)[0])) == 160


def test_the_agent_may_send_another_format_than_it_takes() -> None:
    websocket = adapter(rate=16000, agent_rate=24000)
    assert (str(websocket.sends), str(websocket.receives)) == ("pcm16/16000", "pcm16/24000")
    websocket = adapter(rate=16000, agent_rate=8000, agent_encoding=Encoding.PCMU)
    assert (str(websocket.sends), str(websocket.receives)) == ("pcm16/16000", "pcmu/8000")
    with pytest.raises(InvalidArgument, match=r"'agent_rate' .* give agent_rate=8000"):
        adapter(agent_encoding=Encoding.PCMU)


def test_a_ping_is_answered() -> None:
    websocket = adapter(ping_message='{"type": "ping"}', pong_message='{"type": "pong"}')
    assert translated(websocket, {"type": "ping", "id": 5}) == [ToSend('{"type": "pong"}')]
    for options in ({"ping_message": "ping"}, {"pong_message": "pong"}):
        with pytest.raises(InvalidArgument, match="together, or neither"):
            adapter(**options)


def test_an_agent_that_has_to_be_ready_first() -> None:
    websocket = adapter(ready_message='{"type": "ready"}')
    assert websocket.waits_until_ready
    assert translated(websocket, {"type": "ready"}) == [Ready()]
    assert not adapter().waits_until_ready


def test_keys_and_a_goodbye() -> None:
    websocket = adapter(key_message='{"dtmf": "{key}"}', goodbye="bye")
    assert list(websocket.press("#")) == ['{"dtmf": "#"}']
    assert websocket.capabilities.dtmf
    assert list(websocket.closing()) == ["bye"]
    with pytest.raises(UnsupportedCapability):
        adapter().press("1")
    with pytest.raises(InvalidArgument, match=r"'key_message' .* must have \{key\} in it"):
        adapter(key_message='{"dtmf": 1}')


def test_headers_are_sent_and_not_told() -> None:
    websocket = build(WebSocket, {"url": URL, "headers": {"Authorization": "Token token-0123456789"}})
    assert websocket.endpoint().headers == {"Authorization": "Token token-0123456789"}
    assert "0123456789" not in repr(list(websocket.events('{"wrong": "Token token-0123456789"}')))


def test_signals_are_by_option() -> None:
    websocket = adapter(
        hello='{"hello": 1}',
        flush_message='{"type": "clear", "data": {"all": true}}',
        cancel_message='{"type": "stop"}',
        cancelled_message="STOPPED",
        reply_end_message='{"done": 1}',
        transcript_field="text",
    )
    assert list(websocket.opening()) == ['{"hello": 1}']
    assert list(websocket.cancel(None)) == ['{"type": "stop"}']
    (flush,) = translated(websocket, {"type": "clear", "data": {"all": True, "x": 1}, "id": 7})
    assert isinstance(flush, Flush)
    assert "clear" in flush.signal
    assert translated(websocket, "STOPPED\n") == [CancelAcknowledged("STOPPED")]
    assert translated(websocket, {"done": 1, "text": "Bye."}) == [
        AgentWords("Bye.", final=True),
        ReplyEnded(),
    ]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "clear"},
        {"type": "clear", "data": {}},
        {"type": "clear", "data": {"all": False}},
        {"type": "clear", "data": {"all": 1}},
        {"type": "other", "data": {"all": True}},
        "clear",
        "null",
        [],
    ],
)
def test_what_does_not_match_is_noted(message: object) -> None:
    websocket = adapter(flush_message='{"type": "clear", "data": {"all": true}}')
    (event,) = translated(websocket, message)
    assert isinstance(event, Noted)


def test_all_that_a_message_means_in_order() -> None:
    websocket = adapter(audio_field="audio", flush_message='{"new": true}', reply_end_message='{"last": true}')
    kinds = [type(event) for event in translated(websocket, {"audio": BASE64, "new": True, "last": True})]
    assert kinds == [Flush, AgentAudio, ReplyEnded]


def test_capabilities_are_what_the_options_give() -> None:
    plain = adapter(native_vad=False)
    assert not plain.capabilities.interruption
    assert not plain.capabilities.native_vad
    assert not plain.capabilities.streaming_transcripts
    assert list(map(str, plain.capabilities.input_formats)) == ["pcm16/24000"]
    with pytest.raises(UnsupportedCapability):
        plain.cancel(None)
    described = adapter(cancel_message="stop", transcript_field="text", rate=16000)
    assert described.capabilities.interruption
    assert described.capabilities.native_vad
    assert described.capabilities.streaming_transcripts
    assert list(map(str, described.capabilities.output_formats)) == ["pcm16/16000"]
    assert not WebSocket.capabilities.interruption


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rate": 7950}, "7950"),
        ({"rate": 48050}, "48050"),
        ({"rate": 11025}, "11025; it must be 8000 to 48000 Hz and a multiple of 50"),
        ({"encoding": Encoding.PCMU}, "give rate=8000"),
        ({"audio_field": "a..b"}, "'audio_field' .* 'a..b'"),
        ({"audio_message": '{"a": 1}'}, "'audio_message'"),
        ({"audio_message": '{"a": {audio}}'}, "'audio_message'"),
        ({"flush_message": '{"a": '}, "'flush_message'"),
        ({"cancelled_message": "{a}"}, "'cancelled_message'"),
        ({"reply_end_message": "[1"}, "'reply_end_message'"),
    ],
)
def test_options_are_checked(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        adapter(**options)


def test_messages_may_end_in_the_middle_of_a_sample_and_that_is_told_once() -> None:
    agent, data = adapter(), frames.to_bytes(FRAME)
    events = [event for start in range(0, len(data), 321) for event in translated(agent, data[start : start + 321])]
    told = [event for event in events if isinstance(event, Noted)]
    assert [sample for event in events if event not in told for sample in samples_of(event)] == list(FRAME)
    joined = "pcm16/24000 audio ends in the middle of a sample; it was joined with what came next"
    assert told == [Noted(joined)]


def test_half_a_sample_is_no_part_of_what_comes_much_later() -> None:
    agent = adapter()
    translated(agent, b"x")
    for _ in range(26):
        agent.audio(FRAME)
    (audio,) = translated(agent, frames.to_bytes(FRAME))
    assert samples_of(audio) == list(FRAME)


def test_half_a_sample_before_a_flush_is_no_part_of_what_comes_after_it() -> None:
    agent = adapter(flush_message="flush")
    translated(agent, b"x")
    translated(agent, "flush")
    (audio,) = translated(agent, frames.to_bytes(FRAME))
    assert samples_of(audio) == list(FRAME)


def test_what_is_wrong_in_one_field_takes_nothing_from_the_others() -> None:
    agent = adapter(audio_field="audio", transcript_field="text", flush_message='{"flush": true}')
    payload = base64.b64encode(frames.to_bytes(FRAME)).decode()
    flush, audio, problem = translated(agent, {"audio": payload, "text": {"said": "Hi"}, "flush": True})
    assert isinstance(flush, Flush)
    assert samples_of(audio) == list(FRAME)
    assert isinstance(problem, Problem)
    assert "'text' is an object" in problem.sentence


def test_only_the_agents_transcripts_are_its_words() -> None:
    agent = adapter(transcript_field="text", transcript_message='{"type": "agent"}')
    assert translated(agent, {"type": "agent", "text": "Hi"}) == [AgentWords("Hi", final=True)]
    (other,) = translated(agent, {"type": "caller", "text": "Hello"})
    assert isinstance(other, Noted)


def test_a_transcript_message_without_a_field_says_so() -> None:
    with pytest.raises(InvalidArgument, match="needs transcript_field"):
        adapter(transcript_message='{"type": "agent"}')


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (b"\0\0", "binary message of 2 bytes; by the option 'audio_field' its audio is in 'a.b'"),
        ('{"a": ', "looks like JSON"),
        ({"a": {"b": 5}}, "'a.b' is 5; it must be text"),
        ({"a": {"b": {}}}, "'a.b' is an object"),
        ({"a": {"b": "é"}}, "not base64"),
        ({"words": [1]}, "'words' is a list"),
    ],
)
def test_nonsense_is_named(message: object, said: str) -> None:
    (problem,) = translated(adapter(audio_field="a.b", transcript_field="words"), message)
    assert isinstance(problem, Problem)
    assert said in problem.sentence
    assert not problem.fatal


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["a", "b", "words"]), inner),
)
RAW = adapter()
DESCRIBED = adapter(
    audio_field="a.b", transcript_field="words", flush_message='{"a": {"c": [1]}}', reply_end_message="end"
)


@settings(max_examples=500)
@given(
    st.sampled_from([RAW, DESCRIBED]),
    st.text() | st.binary() | JSON.map(json.dumps) | st.fixed_dictionaries({"a": JSON}).map(json.dumps),
)
def test_no_message_raises(websocket: WebSocket, message: Message) -> None:
    for event in websocket.events(message):
        assert not isinstance(event, Problem) or event.sentence.encode()


@pytest.mark.parametrize("depth", [900, 5_000, 100_000])
def test_deep_nesting_does_not_raise(depth: int) -> None:
    for value in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        assert list(DESCRIBED.events(value))
        assert list(DESCRIBED.events(f'{{"words": {value}}}'))

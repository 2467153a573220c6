from __future__ import annotations

import base64
import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nonsense import JSON

from RobotVoice.adapters.base import Message
from RobotVoice.adapters.events import AgentAudio, AgentEvent, Flush, Mark, Noted, Problem
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.secrets import Texts
from RobotVoice.audio import frames
from RobotVoice.errors import InvalidArgument, UnsupportedCapability

URL = "ws://127.0.0.1:8765/ws"
FRAME = np.arange(160, dtype=np.int16) * 100


def adapter(**parameters: str) -> MediaStreams:
    return MediaStreams(url=URL, parameters=Texts(parameters))


def sent(messages: Any) -> list[Any]:
    return [json.loads(message) for message in messages]


def stream_of(streams: MediaStreams) -> str:
    return str(sent(streams.opening())[1]["streamSid"])


def translated(streams: MediaStreams, message: object) -> list[AgentEvent]:
    return list(streams.events(json.dumps(message)))


def test_opening_is_twilios() -> None:
    connected, start = sent(adapter(caller="+15551234").opening())
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    sids = {name: start["start"].pop(name) for name in ("streamSid", "accountSid", "callSid")}
    assert start == {
        "event": "start",
        "sequenceNumber": "1",
        "streamSid": sids["streamSid"],
        "start": {
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"caller": "+15551234"},
        },
    }
    for name, kind in {"streamSid": "MZ", "accountSid": "AC", "callSid": "CA"}.items():
        assert re.fullmatch(kind + "[0-9a-f]{32}", sids[name])


def test_sids_are_a_calls_own() -> None:
    assert stream_of(adapter()) != stream_of(adapter())


def test_media_keys_marks_and_the_end_are_numbered_through() -> None:
    streams = adapter()
    stream = stream_of(streams)
    messages = sent(
        [
            *streams.audio(FRAME),
            *streams.audio(FRAME),
            *streams.press("#"),
            *streams.mark_played("m1"),
            *streams.audio(FRAME),
            *streams.closing(),
        ]
    )
    assert [message["sequenceNumber"] for message in messages] == ["2", "3", "4", "5", "6", "7"]
    assert {message["streamSid"] for message in messages} == {stream}
    media = [message["media"] for message in messages if message["event"] == "media"]
    assert [(m["track"], m["chunk"], m["timestamp"]) for m in media] == [
        ("inbound", "1", "0"),
        ("inbound", "2", "20"),
        ("inbound", "3", "40"),
    ]
    assert len(base64.b64decode(media[0]["payload"])) == 160
    assert messages[2]["dtmf"] == {"track": "inbound_track", "digit": "#"}
    assert messages[3]["mark"] == {"name": "m1"}
    assert set(messages[5]["stop"]) == {"accountSid", "callSid"}


def test_audio_comes_back_as_it_was_said() -> None:
    streams = adapter()
    payload = sent(streams.audio(FRAME))[0]["media"]["payload"]
    (event,) = translated(streams, {"event": "media", "streamSid": stream_of(streams), "media": {"payload": payload}})
    assert isinstance(event, AgentAudio)
    assert np.max(np.abs(event.samples.astype(int) - FRAME)) < 600


def test_mark_and_clear() -> None:
    streams = adapter()
    stream = stream_of(streams)
    assert translated(streams, {"event": "clear", "streamSid": stream}) == [Flush("clear")]
    mark = {"event": "mark", "streamSid": stream, "mark": {"name": "m1"}}
    assert translated(streams, mark) == [Mark("m1")]


@pytest.mark.parametrize("message", [{"event": "warp"}, {"type": "log", "data": 1}, {}, {"event": 5}])
def test_messages_of_the_bots_own_are_noted(message: object) -> None:
    (event,) = translated(adapter(), message)
    assert isinstance(event, Noted)


@pytest.mark.parametrize("event", ["media", "mark", "clear"])
def test_another_stream_is_a_problem(event: str) -> None:
    (problem,) = translated(adapter(), {"event": event, "streamSid": "MZother"})
    assert isinstance(problem, Problem)
    assert "'MZother'" in problem.sentence
    assert not problem.fatal


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"event": "clear"}, "'streamSid' is missing"),
        ({"event": "media", "media": 5}, "'media' is 5"),
        ({"event": "media", "media": {}}, "'payload' is missing"),
        ({"event": "media", "media": {"payload": ["x"]}}, "'payload' is a list"),
        ({"event": "media", "media": {"payload": "***"}}, "not base64: '***'"),
        ({"event": "mark", "mark": {"name": None}}, "'name' is missing"),
    ],
)
def test_nonsense_is_named(message: dict[str, Any], said: str) -> None:
    streams = adapter()
    if message["event"] != "clear":
        message = {**message, "streamSid": stream_of(streams)}
    (problem,) = translated(streams, message)
    assert isinstance(problem, Problem)
    assert said in problem.sentence
    assert not problem.fatal


def test_capabilities_are_kept() -> None:
    streams = adapter()
    with pytest.raises(UnsupportedCapability):
        streams.cancel(None)
    assert not streams.capabilities.interruption
    assert streams.capabilities.dtmf
    assert streams.capabilities.native_vad
    with pytest.raises(InvalidArgument, match="'x' is not a key"):
        streams.press("x")


@pytest.mark.parametrize("url", ["", "http://host", "127.0.0.1:5", "ws://", "ws://host:port"])
def test_url_is_checked(url: str) -> None:
    with pytest.raises(InvalidArgument, match="'url'"):
        MediaStreams(url=url)


STREAMS = adapter()
FIELDS = st.fixed_dictionaries(
    {"event": st.sampled_from(["media", "mark", "clear"])},
    optional={
        "streamSid": st.just(stream_of(STREAMS)) | JSON,
        "media": st.fixed_dictionaries({"payload": JSON}) | JSON,
        "mark": st.fixed_dictionaries({"name": JSON}) | JSON,
    },
)


@settings(max_examples=500)
@given(st.text() | st.binary() | JSON.map(json.dumps) | FIELDS.map(json.dumps))
def test_no_message_raises(message: Message) -> None:
    for event in STREAMS.events(message):
        assert not isinstance(event, Problem) or event.sentence.encode()


def test_deep_nesting_does_not_raise() -> None:
    (event,) = STREAMS.events("[" * 100_000)
    assert isinstance(event, Problem)


def test_silence_is_silence_on_the_wire() -> None:
    payload = sent(STREAMS.audio(frames.silence(0.02, 8000)))[0]["media"]["payload"]
    assert set(base64.b64decode(payload)) == {0xFF}

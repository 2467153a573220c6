from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nonsense import JSON

from RobotVoice.adapters.base import Message
from RobotVoice.adapters.events import AgentAudio, AgentEvent, HungUp, KeysPressed, Noted, Problem, Ready
from RobotVoice.adapters.options import build
from RobotVoice.adapters.secrets import Key
from RobotVoice.adapters.twilio import Twilio
from RobotVoice.audio import frames
from RobotVoice.errors import InvalidArgument, MissingExtra

SID = "AC" + "5e" * 16
TOKEN = "7a0c" * 8
STREAM = "MZ" + "18" * 16
OPTIONS: dict[str, Any] = {
    "number": "+15550100",
    "public_url": "https://voice.example",
    "account_sid": SID,
    "auth_token": TOKEN,
}
START = {
    "event": "start",
    "sequenceNumber": "1",
    "streamSid": STREAM,
    "start": {
        "accountSid": SID,
        "streamSid": STREAM,
        "callSid": "CA" + "0" * 32,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {},
    },
}
FRAME = np.arange(160, dtype=np.int16) * 100


def adapter(**options: Any) -> Twilio:
    built = build(Twilio, {**OPTIONS, **options})
    assert isinstance(built, Twilio)
    return built


def started() -> Twilio:
    twilio = adapter()
    assert translated(twilio, START) == [Ready()]
    return twilio


def translated(twilio: Twilio, message: object) -> list[AgentEvent]:
    return list(twilio.events(json.dumps(message)))


def from_twilio(event: str, **content: Any) -> dict[str, Any]:
    return {"event": event, "sequenceNumber": "2", "streamSid": STREAM, event: content}


def test_the_app_sends_what_twilio_documents_and_no_more() -> None:
    twilio = started()
    (media,) = (json.loads(message) for message in twilio.audio(FRAME))
    payload = media["media"].pop("payload")
    assert media == {"event": "media", "streamSid": STREAM, "media": {}}
    assert len(base64.b64decode(payload)) == 160
    assert [json.loads(message) for message in twilio.cancel(None)] == [{"event": "clear", "streamSid": STREAM}]
    assert list(twilio.closing()) == []
    assert list(twilio.opening()) == []


def test_the_agents_audio_keys_and_hang_up() -> None:
    twilio = started()
    payload = json.loads(next(iter(twilio.audio(FRAME))))["media"]["payload"]
    media = from_twilio("media", track="inbound", chunk="1", timestamp="5", payload=payload)
    (audio,) = translated(twilio, media)
    assert isinstance(audio, AgentAudio)
    assert np.max(np.abs(audio.samples.astype(int) - FRAME)) < 600
    assert translated(twilio, from_twilio("dtmf", track="inbound_track", digit="1")) == [KeysPressed("1")]
    assert translated(twilio, from_twilio("mark", name="m")) == [Noted("mark")]
    assert translated(twilio, from_twilio("stop", accountSid=SID, callSid="CA0")) == [HungUp()]


def test_the_session_is_ready_when_the_stream_has_its_name() -> None:
    twilio = adapter()
    connected = {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    assert translated(twilio, connected) == [Noted("connected")]
    assert translated(twilio, START) == [Ready()]
    (problem,) = translated(twilio, START)
    assert isinstance(problem, Problem)
    assert twilio.waits_until_ready


def test_another_format_ends_the_call() -> None:
    start = json.loads(json.dumps(START).replace("audio/x-mulaw", "audio/opus"))
    (problem,) = translated(adapter(), start)
    assert isinstance(problem, Problem)
    assert problem.fatal


@pytest.mark.parametrize("event", ["media", "dtmf", "stop"])
def test_another_stream_is_a_problem(event: str) -> None:
    (problem,) = translated(started(), {"event": event, "streamSid": "MZother"})
    assert problem == Problem(f"Twilio sent '{event}' for the stream 'MZother'; ours is '{STREAM}'.")


EVENTS = st.sampled_from(["connected", "start", "media", "dtmf", "mark", "stop", "clear"])
FIELDS = st.fixed_dictionaries(
    {"event": EVENTS | JSON},
    optional={
        "streamSid": st.just(STREAM) | JSON,
        "start": st.fixed_dictionaries({}, optional={"mediaFormat": JSON, "streamSid": JSON}) | JSON,
        "media": st.fixed_dictionaries({"payload": JSON}) | JSON,
        "dtmf": st.fixed_dictionaries({"digit": JSON}) | JSON,
    },
)


@settings(max_examples=500)
@given(st.text() | st.binary() | JSON.map(json.dumps) | FIELDS.map(json.dumps))
def test_no_message_raises(message: Message) -> None:
    for twilio in (adapter(), started()):
        for event in twilio.events(message):
            assert not isinstance(event, Problem) or event.sentence.encode()


def test_deep_nesting_does_not_raise() -> None:
    deep = '{"a":' * 900 + "1" + "}" * 900
    for message in ("[" * 100_000, f'{{"event": "start", "streamSid": "x", "start": {{"mediaFormat": {deep}}}}}'):
        (event,) = adapter().events(message)
        assert isinstance(event, Problem)


def test_silence_is_silence_on_the_wire() -> None:
    (message,) = started().audio(frames.silence(0.02, 8000))
    assert set(base64.b64decode(json.loads(message)["media"]["payload"])) == {0xFF}


# -- options


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"number": "5550100"}, "'number' of the agent 'twilio' is '5550100'; it must be a phone number in the"),
        ({"to": "0049 30 1234"}, "'to' of the agent 'twilio' is '0049 30 1234'"),
        ({"to": "+1 555 call now"}, "'to' of the agent 'twilio'"),
        ({"public_url": "http://voice.example"}, "'public_url' .* must be the public address of a tunnel"),
        ({"public_url": "https://voice.example/hooks"}, "without a path"),
        ({"public_url": "https://"}, "'public_url'"),
        ({"public_url": "https://voice.example:port"}, "'public_url'"),
        ({"port": "0"}, "'port' .* from 1 to 65535"),
        ({"answer_within": "500"}, "'500' has no unit"),
        ({"answer_within": "11 min"}, "'answer_within' .* is '660 s'; it must be from 1 s to 10 min"),
        ({"account_sid": "SK" + "0" * 32}, "'account_sid' .* has to begin with AC"),
        ({"api_url": "http://example.com"}, "'api_url' .* since a key is sent there"),
    ],
)
def test_an_option_that_can_not_be_right_is_named(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        adapter(**options)


@pytest.mark.parametrize("option", ["number", "public_url"])
def test_an_option_that_is_needed_is_named(option: str) -> None:
    with pytest.raises(InvalidArgument, match=f"needs the option '{option}'"):
        build(Twilio, {name: value for name, value in OPTIONS.items() if name != option})


@pytest.mark.parametrize("option", ["account_sid", "auth_token"])
def test_credentials_come_from_the_environment(option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {name: value for name, value in OPTIONS.items() if name != option}
    monkeypatch.delenv(f"TWILIO_{option.upper()}", raising=False)
    with pytest.raises(InvalidArgument, match=f"TWILIO_{option.upper()}"):
        build(Twilio, given)
    monkeypatch.setenv(f"TWILIO_{option.upper()}", "AC" + "7" * 32)
    built = build(Twilio, given)
    assert isinstance(built, Twilio)
    assert getattr(built._plan, option).value == "AC" + "7" * 32


def test_credentials_of_the_environment_go_to_twilio_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", SID)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    given = {name: OPTIONS[name] for name in ("number", "public_url")}
    build(Twilio, given)
    build(Twilio, {**given, "api_url": "https://api.dublin.ie1.twilio.com"})
    for elsewhere in ("https://api.example.com", "https://api.nottwilio.com", "http://127.0.0.1:1"):
        with pytest.raises(InvalidArgument, match="Another api_url gets only what is given"):
            build(Twilio, {**given, "api_url": elsewhere})


def test_numbers_are_read_as_people_write_them() -> None:
    plan = adapter(to="+1 (555) 010-0199", public_url="https://voice.example/")._plan
    assert (plan.to, plan.public_url, plan.host) == ("+15550100199", "https://voice.example", "voice.example")
    assert adapter(to="sip:agent@example.com")._plan.to == "sip:agent@example.com"


def test_credentials_do_not_show() -> None:
    twilio = adapter()
    shown = repr(vars(twilio)) + repr(twilio._plan)
    assert SID not in shown
    assert TOKEN not in shown
    assert isinstance(twilio._plan.auth_token, Key)


def test_a_long_wait_is_not_broken_off_by_the_keyword() -> None:
    assert adapter(answer_within="5 min").opens_within > 300 + 10


def test_without_the_extra_the_command_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("call", "account", "door"):
        monkeypatch.delitem(sys.modules, f"RobotVoice.adapters.telephone.{module}", raising=False)
    for name in ("twilio.base.exceptions", "twilio.request_validator"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r'pip install "robotframework-robotvoice\[twilio\]"'):
        asyncio.run(adapter().prepare())


def test_the_package_is_loaded_only_for_a_call() -> None:
    code = "import sys, RobotVoice.adapters.twilio; print([m for m in ('twilio', 'requests') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"

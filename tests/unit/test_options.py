from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from RobotVoice.adapters.base import Adapter, Endpoint, Message
from RobotVoice.adapters.events import AgentEvent
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.openai_realtime import OpenAIRealtime, TurnDetection
from RobotVoice.adapters.options import build
from RobotVoice.adapters.secrets import Key
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.formats import Encoding
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import InvalidArgument

URL = "ws://127.0.0.1:1/ws"
KEY = "sk-proj-very-secret-0123456789"


class Slow(Adapter):
    name = "slow"

    def __init__(self, after: timedelta = timedelta(0), token: int = 0, **others: str) -> None:
        self.after = after
        self.others = others

    def endpoint(self) -> Endpoint:
        return Endpoint(URL)

    def audio(self, frame: Pcm) -> Iterable[Message]:
        return ()

    def events(self, message: Message) -> Iterable[AgentEvent]:
        return ()


class Bare(Slow):
    name = "bare"

    def __init__(self) -> None:
        super().__init__()


class SecretLike:
    """What Robot Framework's Secret is from 7.4 on."""

    value = KEY

    def __str__(self) -> str:
        return "<secret>"


def refusal(adapter: type[Adapter], **options: object) -> str:
    with pytest.raises(InvalidArgument) as caught:
        build(adapter, options)
    return str(caught.value)


def test_text_becomes_what_the_hints_say() -> None:
    adapter = build(WebSocket, {"url": URL, "rate": "8000", "encoding": "pcmu", "native_vad": "no"})
    assert (adapter.sends.encoding, adapter.sends.rate) == (Encoding.PCMU, 8000)
    assert not adapter.capabilities.native_vad


def test_values_that_are_right_already_stay() -> None:
    adapter = build(WebSocket, {"url": URL, "rate": 16000, "encoding": Encoding.PCM16, "native_vad": True})
    assert adapter.sends.rate == 16000


def test_enum_and_mapping() -> None:
    realtime = build(OpenAIRealtime, {"url": URL, "turn_detection": "semantic vad"})
    assert realtime._turn_detection is TurnDetection.SEMANTIC_VAD
    streams = build(MediaStreams, {"url": URL, "parameters": "{'caller': 5}"})
    assert streams._parameters == {"caller": "5"}


def test_unknown_option_lists_those_there_are() -> None:
    sentence = refusal(MediaStreams, ulr=URL)
    assert sentence == (
        "The agent 'media_streams' has no option 'ulr'; did you mean 'url'? Its options: url, parameters."
    )
    assert "Its options: none." in refusal(Bare, anything="1")


def test_missing_option() -> None:
    assert refusal(WebSocket) == "The agent 'websocket' needs the option 'url' (url=...)."


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("rate", "fast", ["'rate'", "'fast'", "integer"]),
        ("encoding", "mp3", ["'encoding'", "'mp3'", "pcm16, pcmu, pcma"]),
        ("native_vad", "maybe", ["'native_vad'", "'maybe'", "yes or no"]),
        ("rate", "8001", ["'rate'", "8001", "multiple of 50"]),
    ],
)
def test_bad_value_names_option_value_and_what_is_allowed(option: str, value: str, said: list[str]) -> None:
    sentence = refusal(WebSocket, url=URL, **{option: value})
    assert all(words in sentence for words in ["websocket", *said]), sentence


def test_a_bare_number_is_no_time() -> None:
    sentence = refusal(Slow, after="500")
    assert "'after'" in sentence
    assert "write '500 ms' or '500 s'" in sentence
    assert build(Slow, {"after": "500 ms"}).after == timedelta(milliseconds=500)


def test_an_adapter_may_take_any_option() -> None:
    assert build(Slow, {"colour": "red"}).others == {"colour": "red"}


@pytest.mark.parametrize("given", [KEY, f" {KEY}\n", SecretLike(), Key(KEY)])
def test_keys_are_read_and_not_shown(given: object) -> None:
    adapter = build(OpenAIRealtime, {"url": URL, "api_key": given})
    assert adapter.endpoint().headers == {"Authorization": f"Bearer {KEY}"}
    shown = f"{adapter!r} {adapter.endpoint()!r} {vars(adapter)!r} {Key.convert(given)!s}"
    assert KEY not in shown


def test_what_is_no_key_is_told_what_one_is() -> None:
    for wrong in (5, "two\nlines"):
        sentence = refusal(OpenAIRealtime, url=URL, api_key=wrong)
        assert sentence.endswith("Option 'api_key' must be a Secret variable or text, on one line and in plain ASCII.")


def test_a_real_secret_of_robot_framework() -> None:
    types = pytest.importorskip("robot.api.types", reason="Secret is there from Robot Framework 7.4 on")
    adapter = build(OpenAIRealtime, {"url": URL, "api_key": types.Secret(KEY)})
    assert adapter.endpoint().headers == {"Authorization": f"Bearer {KEY}"}


@pytest.mark.parametrize(
    ("adapter", "options"),
    [
        (OpenAIRealtime, {"url": URL, "api_key": f"{KEY}\nX-Other: 1"}),
        (OpenAIRealtime, {"url": URL, "api_key": f"{KEY}é"}),
        (OpenAIRealtime, {"url": URL, "apikey": KEY}),
        (OpenAIRealtime, {"url": f"https://me:{KEY}@host/?token={KEY}"}),
        (Slow, {"token": KEY}),
    ],
)
def test_errors_do_not_quote_keys(adapter: type[Adapter], options: dict[str, Any]) -> None:
    assert KEY not in refusal(adapter, **options)

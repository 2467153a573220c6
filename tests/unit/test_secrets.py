"""Options that may hold secrets: what is sent has them, and nothing that is shown does."""

from __future__ import annotations

import json

import pytest

from RobotVoice.adapters.base import Adapter, Endpoint
from RobotVoice.adapters.deepgram import Deepgram
from RobotVoice.adapters.elevenlabs import ElevenLabs
from RobotVoice.adapters.events import Problem
from RobotVoice.adapters.gemini_live import GeminiLive
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.options import build
from RobotVoice.adapters.secrets import Fields, Headers, Key, Texts, hiding
from RobotVoice.errors import InvalidArgument

URL = "ws://127.0.0.1:1/ws"
SECRET = "pin-4711-of-the-caller"


class SecretLike:
    """What Robot Framework's Secret is from 7.4 on."""

    value = SECRET

    def __str__(self) -> str:
        return "<secret>"


def test_a_secret_at_any_depth_is_sent_and_not_shown() -> None:
    fields = Fields.convert({"a": {"b": [1, {"c": SecretLike()}]}, "d": None, "e": True})
    assert fields.plain() == {"a": {"b": [1, {"c": SECRET}]}, "d": None, "e": True}
    assert SECRET not in repr(fields)
    assert hiding(fields.secrets)(f"Who is {SECRET}?") == "Who is <secret>?"


@pytest.mark.parametrize("text", ['{"a": true}', "{'a': True}"])
def test_a_table_may_be_json_or_as_python_writes_it(text: str) -> None:
    assert Fields.convert(text).plain() == {"a": True}


def test_texts_are_flat() -> None:
    assert Texts.convert({"caller": 5, "pin": SecretLike()}).plain() == {"caller": "5", "pin": SECRET}


@pytest.mark.parametrize("value", ["text", "[1]", 5, {"a": object()}, {"a": {"b": b"x"}}])
def test_what_is_no_table_of_values_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"Fields must be|A value must be"):
        Fields.convert(value)


@pytest.mark.parametrize("value", [{"a": {}}, {"a": [1]}, {"a": None}])
def test_texts_hold_no_tables(value: object) -> None:
    with pytest.raises(ValueError, match="text, a number or a Secret"):
        Texts.convert(value)


KEY = "q3Jk/9s+Zx0Lm4Tt8u+Vw=="


@pytest.mark.parametrize("quoted", [KEY, "q3Jk\\/9s\\u002BZx0Lm4Tt8u\\u002BVw==", "q3Jk%2F9s%2BZx0Lm4Tt8u%2BVw%3D%3D"])
@pytest.mark.parametrize("given", [KEY, f"Bearer {KEY}"])
def test_a_key_is_hidden_however_a_server_writes_it(given: str, quoted: str) -> None:
    agent = OpenAIRealtime(url=URL, headers=Headers({"Authorization": Key(given)}))
    message = f'{{"type": "error", "error": {{"message": "Bad key {quoted} here"}}}}'
    (problem,) = agent.events(message)
    assert isinstance(problem, Problem)
    assert "Bad key <secret> here" in problem.sentence


def test_the_line_hides_what_no_header_holds() -> None:
    agent = build(GeminiLive, {"url": URL, "setup": {"labels": {"customer": SecretLike()}}})
    endpoint = agent.endpoint()
    assert isinstance(endpoint, Endpoint)
    assert endpoint.hide(f"Invalid value: {SECRET}") == "Invalid value: <secret>"
    assert SECRET not in repr(endpoint)


WITH_A_SECRET: list[tuple[type[Adapter], dict[str, object]]] = [
    (Deepgram, {"settings": {"agent": {"think": {"endpoint": {"headers": {"authorization": SecretLike()}}}}}}),
    (ElevenLabs, {"agent_id": "a", "dynamic_variables": {"pin": SecretLike()}}),
    (ElevenLabs, {"agent_id": "a", "initiation": {"user_id": SecretLike()}}),
    (GeminiLive, {"setup": {"x": [SecretLike()]}}),
    (MediaStreams, {"parameters": {"pin": SecretLike()}}),
    (OpenAIRealtime, {"session": {"prompt": {"id": "pmpt_123", "variables": {"pin": SecretLike()}}}}),
]


@pytest.mark.parametrize(("adapter", "options"), WITH_A_SECRET)
def test_a_secret_reaches_the_agent_and_what_it_quotes_of_it_is_hidden(
    adapter: type[Adapter], options: dict[str, object]
) -> None:
    agent = build(adapter, {"url": URL, **options})
    assert any(SECRET in str(message) for message in agent.opening())
    quoted = {"type": f"what is {SECRET}", "event": f"what is {SECRET}", f"what is {SECRET}": 1}
    told = str(list(agent.events(json.dumps(quoted))))
    assert "<secret>" in told
    assert SECRET not in told


def test_a_secret_in_a_query_is_hidden() -> None:
    agent = build(OpenAIRealtime, {"url": URL, "query": {"token": SecretLike()}})
    assert f"token={SECRET}" in str(getattr(agent.endpoint(), "url", ""))
    told = str(list(agent.events(json.dumps({"type": f"what is {SECRET}"}))))
    assert SECRET not in told


@pytest.mark.parametrize(
    ("adapter", "options", "said"),
    [
        (Deepgram, {"settings": SECRET}, "Option 'settings' must be a dictionary"),
        (GeminiLive, {"setup": {SECRET: object()}}, "Option 'setup' must be a dictionary"),
        (MediaStreams, {"parameters": {"a": [SECRET]}}, "Option 'parameters' must be a dictionary"),
    ],
)
def test_a_refusal_does_not_quote_it(adapter: type[Adapter], options: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidArgument, match=said) as refused:
        build(adapter, {"url": URL, **options})
    assert SECRET not in str(refused.value)

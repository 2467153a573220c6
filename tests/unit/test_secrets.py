"""Options that may hold secrets: what is sent has them, and nothing that is shown does."""

from __future__ import annotations

import json

import pytest

from RobotVoice.adapters.base import Adapter, Endpoint
from RobotVoice.adapters.deepgram import Deepgram
from RobotVoice.adapters.elevenlabs import ElevenLabs
from RobotVoice.adapters.events import CallerWords, Problem, Ready, ToSend
from RobotVoice.adapters.gemini_live import GeminiLive
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.options import build
from RobotVoice.adapters.pipecat import Pipecat
from RobotVoice.adapters.secrets import Fields, Given, Headers, Key, Text, Texts, hiding
from RobotVoice.adapters.vapi import Vapi
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.errors import InvalidArgument

URL = "ws://127.0.0.1:1/ws"
SECRET = "pin-4711-of-the-caller"


class SecretLike:
    """What Robot Framework's Secret is from 7.4 on."""

    def __init__(self, value: str = SECRET) -> None:
        self.value = value

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


AT_AN_ADDRESS: list[tuple[type[Adapter], dict[str, object]]] = [
    (Deepgram, {}),
    (ElevenLabs, {"agent_id": "a"}),
    (GeminiLive, {}),
    (MediaStreams, {}),
    (OpenAIRealtime, {}),
    (Pipecat, {}),
    (Vapi, {}),
    (WebSocket, {"ready_message": "hello"}),
]


def told_of(agent: Adapter, quoted: str) -> str:
    """What an adapter tells of messages that quote something, and what the line would."""
    endpoint = agent.endpoint()
    assert isinstance(endpoint, Endpoint)
    parts = {"type": f"about {quoted}", "event": f"about {quoted}", f"about {quoted}": 1}
    messages = [json.dumps(parts), f"about {quoted}", json.dumps({"type": "error", "message": f"about {quoted}"})]
    told = [repr(list(agent.events(message))) for message in messages]
    return "".join([*told, endpoint.hide(f"about {quoted}"), repr(agent.capabilities), agent.no_session])


@pytest.mark.parametrize("secret", [False, True], ids=["text", "Secret"])
@pytest.mark.parametrize(("adapter", "options"), AT_AN_ADDRESS)
def test_a_key_in_the_address_is_hidden_wherever_the_agent_quotes_it(
    adapter: type[Adapter], options: dict[str, object], secret: bool
) -> None:
    url = f"{URL}?token={SECRET}&x=a1b2c3d4e5f6g7"
    agent = build(adapter, {"url": SecretLike(url) if secret else url, **options})
    assert f"token={SECRET}" in getattr(agent.endpoint(), "url", "")
    told = told_of(agent, f"{SECRET}, a1b2c3d4e5f6g7")
    assert "about <secret>" in told
    assert SECRET not in told
    assert "a1b2c3d4e5f6g7" not in told


def test_a_mere_word_in_the_address_is_no_key() -> None:
    agent = build(OpenAIRealtime, {"url": f"{URL}?intent=transcription&model=gpt-realtime-2.1"})
    kind = "conversation.item.input_audio_transcription.completed"
    assert list(agent.events(json.dumps({"type": kind, "transcript": "of gpt-realtime-2.1"}))) == [
        CallerWords("of gpt-realtime-2.1")
    ]


def test_a_secret_address_is_not_shown_where_it_is_none() -> None:
    with pytest.raises(InvalidArgument, match="'url' of the agent 'websocket' is '<secret>'"):
        build(WebSocket, {"url": SecretLike(f"http://h/{SECRET}")})


OURS = ("hello", "goodbye", "pong_message", "cancel_message", "key_message")


@pytest.mark.parametrize("option", OURS)
@pytest.mark.parametrize("message", ['{"type": "go", "auth": {"n": "%s"}, "at": "{key}"}', "go %s {key}"])
def test_our_own_messages_may_be_secret(option: str, message: str) -> None:
    message %= SECRET
    options: dict[str, object] = {"url": URL, option: SecretLike(message)}
    if option == "pong_message":
        options["ping_message"] = "ping"
    agent = build(WebSocket, options)
    pongs = [event.message for event in agent.events("ping") if isinstance(event, ToSend)]
    sent = [*agent.opening(), *agent.closing(), *pongs]
    sent += agent.cancel(None) if option == "cancel_message" else []
    sent += agent.press("5") if option == "key_message" else []
    assert sent == [message.replace("{key}", "5") if option == "key_message" else message]
    told = told_of(agent, message)
    assert "<secret>" in told
    assert SECRET not in told
    if message.startswith("{"):
        assert SECRET not in told_of(agent, SECRET)


def test_a_key_in_a_message_that_is_no_secret_variable_is_hidden_by_the_name_of_its_field() -> None:
    agent = build(WebSocket, {"url": URL, "hello": json.dumps({"type": "session.started", "api_key": SECRET})})
    told = told_of(agent, f"session.started {SECRET}")
    assert SECRET not in told
    assert "session.started" in told


def test_a_secret_message_without_its_place_is_not_shown() -> None:
    with pytest.raises(InvalidArgument, match="'key_message' of the agent 'websocket' is '<secret>'"):
        build(WebSocket, {"url": URL, "key_message": SecretLike(f"press {SECRET}")})


def test_a_message_to_look_for_is_found_although_a_secret_is_in_it() -> None:
    hello = json.dumps({"session": "session-12345678"})
    options = {"url": URL, "hello": SecretLike(hello), "ready_message": '{"ready": "session-12345678"}'}
    agent = build(WebSocket, options)
    assert list(agent.events('{"ready": "session-12345678"}')) == [Ready()]
    assert "session-12345678" not in agent.no_session


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("4711", "Your pin 4711, pin=4711.", "Your pin <secret>, pin=<secret>."),
        ("4711", "14711 a4711 4711b x/4711/x", "14711 a4711 4711b x/4711/x"),
        ("Bearer x-42", "no x-42 here", "no <secret> here"),
        ("swordfish", "A swordfish!", "A <secret>!"),
        ("audio", "audio", "audio"),
        ("a1", "a1", "a1"),
    ],
)
def test_a_short_secret_is_hidden_where_it_stands_by_itself(secret: str, text: str, shown: str) -> None:
    assert hiding(Fields.convert({"pin": SecretLike(secret)}).secrets)(text) == shown
    assert hiding(Key.convert(SecretLike(secret)).secrets)(text) == shown
    assert hiding(Headers.convert({"pin": SecretLike(secret)}).secrets)(text) == shown
    assert hiding(Key.convert(secret).secrets)(text) == text, "nobody said that it is one"


def test_a_secret_text_does_not_show_itself() -> None:
    assert repr(Text(SECRET)) == "Text(<secret>)"
    assert hiding([Given("4711")])("4711") == "<secret>"

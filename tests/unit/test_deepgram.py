from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from deepgram.agent.v1 import types as sdk
from hypothesis import given, settings
from hypothesis import strategies as st
from nonsense import messages
from pydantic import BaseModel

from RobotVoice.adapters.base import Message
from RobotVoice.adapters.deepgram import RATES, Deepgram
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
from RobotVoice.adapters.options import build
from RobotVoice.adapters.secrets import Fields, Key
from RobotVoice.adapters.tools import Tools
from RobotVoice.audio import frames
from RobotVoice.audio.formats import Encoding
from RobotVoice.errors import InvalidArgument

URL = "ws://127.0.0.1:8765/v1/agent/converse"
KEY = "dg-very-secret-0123456789"
FRAME = np.arange(480, dtype=np.int16)
PCM = frames.to_bytes(FRAME)
CUT = ReplyEnded("response 1", ReplyStatus.CANCELLED, Interrupter.AGENT_VAD)
FLUSH = Flush("UserStartedSpeaking")
LINEAR = {"encoding": "linear16", "sample_rate": 24000}


def adapter(**options: Any) -> Deepgram:
    return Deepgram(**{"url": URL, **options})


def opening(**options: Any) -> dict[str, Any]:
    """What is sent first, after the SDK's own type has passed it without adding or losing anything."""
    (message,) = adapter(**options).opening()
    told: dict[str, Any] = json.loads(message)
    assert sdk.AgentV1Settings.model_validate(told).model_dump(exclude_unset=True) == told
    return told


def translated(agent: Deepgram, *messages: BaseModel | bytes) -> list[AgentEvent]:
    """All that these mean, in order."""
    sent = [message if isinstance(message, bytes) else message.model_dump_json() for message in messages]
    return [event for message in sent for event in agent.events(message)]


def said(role: str, words: str) -> BaseModel:
    return sdk.AgentV1ConversationText.model_validate({"role": role, "content": words})


def function_call(name: str, client_side: bool = True) -> BaseModel:
    call = {"id": "7", "name": name, "arguments": '{"month": "May"}', "client_side": client_side}
    return sdk.AgentV1FunctionCallRequest.model_validate({"functions": [call]})


def test_opening_leaves_what_was_not_asked_for_to_the_service() -> None:
    assert opening() == {
        "type": "Settings",
        "audio": {"input": LINEAR, "output": {**LINEAR, "container": "none"}},
        "agent": {
            "listen": {"provider": {"type": "deepgram", "version": "v1", "model": "nova-3"}},
            "think": {"provider": {"type": "open_ai", "model": "gpt-4o-mini"}},
        },
    }


def test_opening_with_every_option() -> None:
    told = opening(
        listen="flux-general-multi",
        language="de",
        think="groq/openai/gpt-oss-20b",
        instructions="Be brief.",
        speak="flux-kit-en",
        greeting="Hello!",
        tools=Tools.convert(
            {"get_bill": {"answer": "42", "description": "The bill.", "parameters": {"type": "object"}}}
        ),
        settings=Fields({"agent": {"speak": {"provider": {"speed": 1.2}}}, "mip_opt_out": True}),
    )
    assert told["mip_opt_out"] is True
    assert told["agent"] == {
        "listen": {
            "provider": {"type": "deepgram", "version": "v2", "model": "flux-general-multi", "language_hints": ["de"]}
        },
        "think": {
            "provider": {"type": "groq", "model": "openai/gpt-oss-20b"},
            "prompt": "Be brief.",
            "functions": [{"name": "get_bill", "description": "The bill.", "parameters": {"type": "object"}}],
        },
        "speak": {"provider": {"type": "deepgram", "version": "v2", "model": "flux-kit-en", "speed": 1.2}},
        "greeting": "Hello!",
    }


def test_the_callers_language_for_nova() -> None:
    provider = opening(language="de")["agent"]["listen"]["provider"]
    assert provider == {"type": "deepgram", "version": "v1", "model": "nova-3", "language": "de"}


def test_a_stored_agent_says_all_by_itself() -> None:
    assert opening(agent_id="3f0c", tools=Tools.convert({"get_bill": "42"}))["agent"] == "3f0c"
    with pytest.raises(InvalidArgument, match="'greeting' together with 'agent_id'"):
        adapter(agent_id="3f0c", greeting="Hello!")


@pytest.mark.parametrize(
    ("audio", "rate", "encoding"),
    [
        *((Encoding.PCM16, rate, "linear16") for rate in RATES[Encoding.PCM16]),
        (Encoding.PCMU, 8000, "mulaw"),
        (Encoding.PCMA, 8000, "alaw"),
    ],
)
def test_the_formats(audio: Encoding, rate: int, encoding: str) -> None:
    told = opening(audio=audio, rate=rate)["audio"]
    assert told["input"] == {"encoding": encoding, "sample_rate": rate}
    assert told["output"] == {"encoding": encoding, "sample_rate": rate, "container": "none"}
    agent = adapter(audio=audio, rate=rate)
    (data,) = agent.audio(frames.silence(0.02, rate))
    assert len(data) == rate // 50 * agent.sends.sample_bytes
    assert isinstance(data, bytes)
    _, heard = agent.events(data)
    assert isinstance(heard, AgentAudio)
    assert len(heard.samples) == rate // 50


def test_the_usual_rate_of_an_encoding() -> None:
    assert [str(adapter(audio=audio).sends) for audio in Encoding] == ["pcm16/24000", "pcmu/8000", "pcma/8000"]
    with pytest.raises(InvalidArgument, match="'rate' of the agent 'deepgram' is 16000; for pcmu it must be 8000"):
        adapter(audio=Encoding.PCMU, rate=16000)


@pytest.mark.parametrize("think", ["gpt-4o-mini", "openai/gpt-4o-mini", "anthropic/"])
def test_who_reasons_has_to_be_named(think: str) -> None:
    with pytest.raises(InvalidArgument, match=f"'think' of the agent 'deepgram' is '{think}'.*open_ai/gpt-4o-mini"):
        adapter(think=think)


def test_options_as_they_stand_in_a_test_suite() -> None:
    options = {"url": URL, "audio": "pcmu", "rate": "8000", "settings": '{"tags": ["a"]}', "tools": '{"get_bill": 42}'}
    (message,) = build(Deepgram, options).opening()
    told = json.loads(message)
    assert (told["tags"], told["audio"]["input"]) == (["a"], {"encoding": "mulaw", "sample_rate": 8000})
    assert told["agent"]["think"]["functions"][0]["name"] == "get_bill"


def test_ready_once_the_settings_are_applied() -> None:
    agent, applied = adapter(), sdk.AgentV1SettingsApplied()
    assert translated(agent, sdk.AgentV1Welcome(request_id="r")) == [Noted("Welcome")]
    assert translated(agent, applied) == [Ready()]
    assert translated(agent, applied) == [Noted("SettingsApplied")]


def test_a_reply_from_its_words_to_its_end() -> None:
    agent = adapter()
    first, second = said("assistant", "Your bill is high."), said("assistant", "It is 42 dollars.")
    assert translated(agent, first) == [AgentWords("Your bill is high. ", "response 1")]
    started, audio = translated(agent, PCM)
    assert started == ReplyStarted("response 1")
    assert isinstance(audio, AgentAudio)
    assert (audio.reply, list(audio.samples)) == ("response 1", list(FRAME))
    (more,) = translated(agent, PCM)
    assert isinstance(more, AgentAudio)
    assert translated(agent, second) == [AgentWords("It is 42 dollars. ", "response 1")]
    assert translated(agent, sdk.AgentV1AgentAudioDone()) == [ReplyEnded("response 1")]
    assert translated(agent, PCM)[0] == ReplyStarted("response 2")


def test_an_interruption() -> None:
    agent = adapter()
    translated(agent, said("assistant", "All about your billing"), PCM)
    assert translated(agent, sdk.AgentV1UserStartedSpeaking()) == [FLUSH, CUT]
    assert translated(agent, sdk.AgentV1AgentAudioDone()) == [Noted("AgentAudioDone")]
    assert translated(agent, said("user", "Wait")) == [CallerWords("Wait")]
    assert translated(agent, said("assistant", "Yes?"), PCM)[:2] == [
        AgentWords("Yes? ", "response 2"),
        ReplyStarted("response 2"),
    ]


def test_an_agent_that_goes_on_after_it_gave_way_is_heard() -> None:
    """Its protocol does not tell old audio from new: until something does, nobody calls it another reply."""
    agent = adapter()
    translated(agent, PCM, sdk.AgentV1UserStartedSpeaking())
    (audio,) = translated(agent, PCM)
    assert isinstance(audio, AgentAudio)
    assert (audio.stale, audio.reply) == (False, "")
    assert translated(agent, said("assistant", "It is 42 dollars.")) == [AgentWords("It is 42 dollars. ", "")]
    translated(agent, said("user", "Wait"))
    assert translated(agent, said("assistant", "Yes?")) == [AgentWords("Yes? ", "response 2")]
    assert translated(agent, PCM)[0] == ReplyStarted("response 2")


def test_the_end_of_what_it_went_on_with_is_told() -> None:
    agent = adapter()
    translated(agent, PCM, sdk.AgentV1UserStartedSpeaking(), PCM)
    assert translated(agent, sdk.AgentV1AgentAudioDone()) == [ReplyEnded("")]
    assert translated(agent, PCM)[0] == ReplyStarted("response 3")


def test_an_agent_that_says_that_it_begins_has_begun_another_reply() -> None:
    agent = adapter()
    translated(agent, PCM, sdk.AgentV1UserStartedSpeaking())
    begins = {"type": "AgentStartedSpeaking", "total_latency": 0.5, "tts_latency": 0.2, "ttt_latency": 0.3}
    assert list(agent.events(json.dumps(begins))) == [Noted("AgentStartedSpeaking")]
    assert translated(agent, PCM)[0] == ReplyStarted("response 2")


def test_a_caller_who_speaks_into_silence_ends_no_reply() -> None:
    agent = adapter()
    assert translated(agent, sdk.AgentV1UserStartedSpeaking()) == [FLUSH]
    translated(agent, PCM, sdk.AgentV1AgentAudioDone())
    assert translated(agent, sdk.AgentV1UserStartedSpeaking()) == [FLUSH]
    assert translated(agent, PCM)[0] == ReplyStarted("response 2")


def test_words_that_were_never_heard_are_not_those_of_the_next_reply() -> None:
    agent = adapter()
    translated(agent, said("assistant", "All about..."), sdk.AgentV1UserStartedSpeaking(), said("user", "Wait"))
    assert translated(agent, said("assistant", "Yes?")) == [AgentWords("Yes? ", "response 2")]


def test_half_a_sample_and_none() -> None:
    _, audio, problem = translated(adapter(), PCM[:3])
    assert isinstance(audio, AgentAudio)
    assert isinstance(problem, Problem)
    assert translated(adapter(), b"") == []


def test_a_function_is_answered() -> None:
    agent = adapter(tools=Tools.convert({"get_bill": "42 dollars"}))
    called, answer = translated(agent, function_call("get_bill"))
    assert called == ToolCalled("get_bill", '{"month": "May"}', "42 dollars")
    assert isinstance(answer, ToSend)
    told = json.loads(answer.message)
    assert told == {"type": "FunctionCallResponse", "id": "7", "name": "get_bill", "content": "42 dollars"}
    assert sdk.AgentV1SendFunctionCallResponse.model_validate(told).model_dump() == told


def test_a_function_that_the_test_lacks_is_a_problem_and_gets_an_answer() -> None:
    called, problem, answer = translated(adapter(), function_call("get_plan"))
    assert called == ToolCalled("get_plan", '{"month": "May"}')
    assert isinstance(problem, Problem)
    assert isinstance(answer, ToSend)
    assert "There is no such tool." in str(answer.message)


def test_a_function_of_the_agents_own_side_gets_no_answer_of_ours() -> None:
    assert translated(adapter(), function_call("get_bill", client_side=False)) == [
        ToolCalled("get_bill", '{"month": "May"}')
    ]


def test_errors_end_the_call_and_warnings_do_not() -> None:
    error = sdk.AgentV1Error(code="INVALID_SETTINGS", description="Error parsing client message.")
    warning = sdk.AgentV1Warning(code="PROMPT_TOO_LONG", description="It was truncated.")
    assert translated(adapter(), error, warning) == [
        Problem("The agent reports an error: INVALID_SETTINGS: Error parsing client message.", fatal=True),
        Problem("The agent warns: PROMPT_TOO_LONG: It was truncated."),
    ]
    assert list(adapter().events('{"type": "Error", "code": 5}')) == [
        Problem("The agent reports an error: no reason was given.", fatal=True)
    ]


def test_the_rest_is_noted() -> None:
    started = sdk.AgentV1AgentStartedSpeaking(total_latency=0.5, tts_latency=0.2, ttt_latency=0.3)
    assert translated(adapter(), started) == [Noted("AgentStartedSpeaking")]
    assert list(adapter().events('{"type": "History", "role": "user", "content": "a"}')) == [Noted("History")]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("hello", "not JSON: 'hello'"),
        ("[1]", "not an object: '[1]'"),
        ("{}", "'type' is missing"),
        ('{"type": "ConversationText", "role": "user"}', "'content' is missing"),
        ('{"type": "ConversationText", "content": "a"}', "'role' is missing"),
        ('{"type": "FunctionCallRequest", "functions": [5]}', "'functions' is a list; it must be a list of objects"),
        ('{"type": "FunctionCallRequest", "functions": [{"arguments": ""}]}', "'name' is missing"),
    ],
)
def test_nonsense_is_named(message: str, told: str) -> None:
    (problem,) = adapter().events(message)
    assert isinstance(problem, Problem)
    assert told in problem.sentence
    assert not problem.fatal


def test_a_call_without_an_id_is_told_of_nevertheless() -> None:
    called, missing, problem = adapter().events('{"type": "FunctionCallRequest", "functions": [{"name": "a"}]}')
    assert called == ToolCalled("a")
    assert isinstance(missing, Problem)
    assert isinstance(problem, Problem)
    assert "'id' is missing" in problem.sentence


def test_deepgram_wants_a_key_and_gets_its_own_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPGRAM_API_KEY", raising=False)
    with pytest.raises(InvalidArgument, match="DEEPGRAM_API_KEY"):
        Deepgram()
    monkeypatch.setenv("DEEPGRAM_API_KEY", KEY)
    assert Deepgram().endpoint().headers == {"Authorization": f"Token {KEY}"}
    for elsewhere in (URL, "wss://deepgram.com.example/v1"):
        assert not adapter(url=elsewhere).endpoint().headers
    assert KEY not in repr(Deepgram().endpoint())


def test_a_key_that_the_service_quotes_is_not_repeated() -> None:
    agent = adapter(api_key=Key(KEY))
    messages = [
        KEY,
        "x" * 190 + KEY,
        json.dumps({"type": KEY}),
        sdk.AgentV1Error(code="UNAUTHORIZED", description=KEY).model_dump_json(),
        said("user", KEY).model_dump_json(),
    ]
    assert KEY[:10] not in repr([list(agent.events(message)) for message in messages])


REAL: list[dict[str, Any]] = [
    json.loads(message.model_dump_json())
    for message in (
        sdk.AgentV1Welcome(request_id="r"),
        sdk.AgentV1SettingsApplied(),
        said("user", "a"),
        said("assistant", "a"),
        sdk.AgentV1UserStartedSpeaking(),
        sdk.AgentV1AgentAudioDone(),
        function_call("get_bill"),
        sdk.AgentV1Error(code="a", description="b"),
        sdk.AgentV1Warning(code="a", description="b"),
    )
]


@settings(max_examples=500)
@given(st.lists(messages(REAL) | st.sampled_from(REAL).map(json.dumps)))
def test_no_message_raises(messages: list[Message]) -> None:
    agent = adapter(tools=Tools.convert({"get_bill": "42 dollars"}))
    for message in messages:
        for event in agent.events(message):
            assert not isinstance(event, Problem) or event.sentence.encode()

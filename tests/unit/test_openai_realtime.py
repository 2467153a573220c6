from __future__ import annotations

import base64
import inspect
import json
import subprocess
import sys
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from hypothesis import given, settings
from nonsense import messages
from openai.types import realtime as sdk
from openai.types.beta import realtime as beta
from openai.types.realtime import realtime_response_status as sdk_status
from openai.types.realtime import realtime_session_create_request
from pydantic import BaseModel, TypeAdapter

from RobotVoice.adapters.base import Heard, Message
from RobotVoice.adapters.events import (
    AgentAudio,
    AgentEvent,
    AgentWords,
    CallerWords,
    CancelAcknowledged,
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
from RobotVoice.adapters.openai_realtime import DEFAULT_MODEL, OpenAIRealtime, TurnDetection
from RobotVoice.adapters.options import build
from RobotVoice.adapters.secrets import Fields, Key, Texts
from RobotVoice.adapters.tools import Tools
from RobotVoice.adapters.wire import merged
from RobotVoice.audio import frames
from RobotVoice.audio.formats import Encoding
from RobotVoice.errors import InvalidArgument

URL = "ws://127.0.0.1:8765/v1/realtime"
KEY = "sk-proj-very-secret-0123456789"
FRAME = np.arange(480, dtype=np.int16)
PCM = base64.b64encode(frames.to_bytes(FRAME)).decode()
PART: dict[str, Any] = {"event_id": "e", "item_id": "item_1", "response_id": "resp_1", "content_index": 0}
SPOKEN = {**PART, "output_index": 0}
CLIENT_EVENT: TypeAdapter[Any] = TypeAdapter(sdk.RealtimeClientEvent)


def adapter(**options: Any) -> OpenAIRealtime:
    return OpenAIRealtime(**{"url": URL, **options})


def valid(messages: Any) -> list[dict[str, Any]]:
    """What was sent, after the SDK's own types have passed it without adding or losing anything."""
    events = [json.loads(message) for message in messages]
    for event in events:
        parsed = CLIENT_EVENT.validate_python(event)
        assert parsed.to_dict(mode="json") == event
        assert not parsed.model_extra
    return events


def translated(realtime: OpenAIRealtime, message: BaseModel | dict[str, Any]) -> list[AgentEvent]:
    text = message.model_dump_json() if isinstance(message, BaseModel) else json.dumps(message)
    return list(realtime.events(text))


def updated() -> sdk.SessionUpdatedEvent:
    session = sdk.RealtimeSessionCreateRequest(type="realtime")
    return sdk.SessionUpdatedEvent(event_id="e", session=session, type="session.updated")


def ready() -> OpenAIRealtime:
    realtime = adapter(api_key=Key(KEY))
    assert translated(realtime, updated()) == [Ready()]
    return realtime


def done(status: Any, reason: Any = None, error: Any = None) -> sdk.ResponseDoneEvent:
    details = sdk_status.RealtimeResponseStatus(type=status, reason=reason, error=error)
    response = sdk.RealtimeResponse(id="resp_1", status=status, status_details=details)
    return sdk.ResponseDoneEvent(event_id="e", response=response, type="response.done")


def failure(message: str, code: str | None = None) -> sdk.RealtimeErrorEvent:
    error = sdk.RealtimeError(message=message, type="invalid_request_error", code=code)
    return sdk.RealtimeErrorEvent(event_id="e", error=error, type="error")


def test_opening_leaves_what_was_not_asked_for_to_the_server() -> None:
    (update,) = valid(adapter().opening())
    pcm = {"type": "audio/pcm", "rate": 24000}
    assert update == {
        "type": "session.update",
        "session": {
            "type": "realtime",
            "output_modalities": ["audio"],
            "audio": {
                "input": {"format": pcm, "turn_detection": {"type": "server_vad"}},
                "output": {"format": pcm},
            },
        },
    }


def test_opening_with_every_option() -> None:
    (update,) = valid(
        adapter(
            voice="marin",
            instructions="Be brief.",
            turn_detection=TurnDetection.SEMANTIC_VAD,
            transcription="gpt-4o-mini-transcribe",
        ).opening()
    )
    session = update["session"]
    assert session["instructions"] == "Be brief."
    assert session["audio"]["output"]["voice"] == "marin"
    assert session["audio"]["input"]["turn_detection"] == {"type": "semantic_vad"}
    assert session["audio"]["input"]["transcription"] == {"model": "gpt-4o-mini-transcribe"}


SESSIONS: list[dict[str, Any]] = [
    {"audio": {"input": {"turn_detection": {"type": "semantic_vad", "eagerness": "low"}}}},
    {"audio": {"input": {"turn_detection": {"threshold": 0.8, "interrupt_response": False}}}},
    {"audio": {"input": {"noise_reduction": {"type": "near_field"}}, "output": {"speed": 1.2}}},
    {"prompt": {"id": "pmpt_123", "variables": {"city": "Paris"}}, "reasoning": {"effort": "low"}},
    {"max_output_tokens": 200, "tool_choice": "none", "tracing": "auto"},
]


@pytest.mark.parametrize("session", SESSIONS)
def test_further_fields_of_the_session_join_what_the_other_options_say(session: dict[str, Any]) -> None:
    (usual,) = valid(adapter(voice="marin").opening())
    (update,) = valid(adapter(voice="marin", session=Fields(session)).opening())
    sdk.RealtimeSessionCreateRequest.model_validate(update["session"], extra="forbid")
    assert update["session"] == merged(usual["session"], session)
    assert update["session"]["audio"]["output"]["voice"] == "marin"
    assert update["session"]["audio"]["input"]["format"] == {"type": "audio/pcm", "rate": 24000}


def test_a_session_as_it_stands_in_a_test_suite() -> None:
    given = '{"audio": {"input": {"turn_detection": {"threshold": 0.8}}}}'
    (update,) = valid(build(OpenAIRealtime, {"url": URL, "session": given}).opening())
    assert update["session"]["audio"]["input"]["turn_detection"] == {"type": "server_vad", "threshold": 0.8}


def test_the_usual_model_is_one_that_the_sdk_names_and_none_that_is_shut_down_soon() -> None:
    source = inspect.getsource(realtime_session_create_request)
    field = source.partition("    model: Union[")[2].partition("output_modalities")[0]
    named, _, deprecated = field.partition("Deprecated values:")
    assert f'"{DEFAULT_MODEL}"' in named
    assert deprecated
    assert f'"{DEFAULT_MODEL}"' not in deprecated


@pytest.mark.parametrize(("audio", "name"), [(Encoding.PCMU, "audio/pcmu"), (Encoding.PCMA, "audio/pcma")])
def test_g711_as_on_a_telephone(audio: Encoding, name: str) -> None:
    realtime = adapter(audio=audio)
    (update,) = valid(realtime.opening())
    assert update["session"]["audio"]["input"]["format"] == {"type": name}
    assert update["session"]["audio"]["output"]["format"] == {"type": name}
    assert str(realtime.sends) == str(realtime.receives) == f"{audio.value}/8000"
    (append,) = valid(realtime.audio(FRAME[:160]))
    assert len(base64.b64decode(append["audio"])) == 160


TOOL = {"answer": "42 dollars", "description": "The bill of a month.", "parameters": {"type": "object"}}


def function_call(name: str) -> sdk.ResponseFunctionCallArgumentsDoneEvent:
    return sdk.ResponseFunctionCallArgumentsDoneEvent(
        arguments='{"month":"May"}',
        call_id="call_1",
        event_id="e",
        item_id="item_1",
        name=name,
        output_index=0,
        response_id="resp_1",
        type="response.function_call_arguments.done",
    )


def used(
    realtime: OpenAIRealtime, name: str, status: Literal["completed", "incomplete"] = "completed"
) -> list[AgentEvent]:
    """All that is told when the agent calls a tool, and of its item."""
    item = sdk.RealtimeConversationItemFunctionCall(
        arguments='{"month":"May"}', call_id="call_1", name=name, type="function_call", status=status
    )
    item_done = sdk.ResponseOutputItemDoneEvent(
        event_id="e", item=item, output_index=0, response_id="resp_1", type="response.output_item.done"
    )
    return [*translated(realtime, function_call(name)), *translated(realtime, item_done)]


def test_the_agent_is_told_of_its_tools() -> None:
    (update,) = valid(adapter(tools=Tools.convert({"get_bill": TOOL})).opening())
    assert update["session"]["tools"] == [
        {
            "type": "function",
            "name": "get_bill",
            "description": "The bill of a month.",
            "parameters": {"type": "object"},
        }
    ]


def test_a_tool_is_answered_and_the_agent_asked_to_go_on() -> None:
    realtime = adapter(tools=Tools.convert({"get_bill": TOOL}))
    called, answer = used(realtime, "get_bill")
    assert called == ToolCalled("get_bill", '{"month":"May"}', "42 dollars")
    assert isinstance(answer, ToSend)
    assert valid([answer.message]) == [
        {
            "type": "conversation.item.create",
            "item": {"type": "function_call_output", "call_id": "call_1", "output": "42 dollars"},
        }
    ]
    ended, go_on = translated(realtime, done("completed"))  # asked earlier, the server would refuse
    assert ended == ReplyEnded("resp_1")
    assert isinstance(go_on, ToSend)
    assert valid([go_on.message]) == [{"type": "response.create"}]
    assert translated(realtime, done("completed")) == [ReplyEnded("resp_1")]


def test_an_agent_that_was_interrupted_during_a_tool_is_not_asked_to_go_on() -> None:
    realtime = adapter(tools=Tools.convert({"get_bill": TOOL}))
    used(realtime, "get_bill")
    assert len(translated(realtime, done("cancelled", "turn_detected"))) == 1
    assert len(translated(realtime, done("completed"))) == 1


def test_a_call_of_a_tool_that_was_broken_off_is_not_made() -> None:
    realtime = adapter(tools=Tools.convert({"get_bill": TOOL}))
    assert used(realtime, "get_bill", "incomplete") == [Noted("a call of the tool get_bill was broken off")]
    assert translated(realtime, done("completed")) == [ReplyEnded("resp_1")]


def test_nor_is_one_of_a_response_that_failed_without_telling_of_its_items() -> None:
    realtime = adapter(tools=Tools.convert({"get_bill": TOOL}))
    assert translated(realtime, function_call("get_bill")) == []
    noted, ended, problem = translated(realtime, done("incomplete", "max_output_tokens"))
    assert noted == Noted("a call of the tool get_bill was broken off")
    assert isinstance(ended, ReplyEnded)
    assert isinstance(problem, Problem)
    assert translated(realtime, done("completed")) == [ReplyEnded("resp_1")]


def test_a_server_that_does_not_tell_of_items_is_answered_when_the_response_is_done() -> None:
    realtime = adapter(tools=Tools.convert({"get_bill": TOOL}))
    assert translated(realtime, function_call("get_bill")) == []
    called, answer, ended, go_on = translated(realtime, done("completed"))
    assert isinstance(called, ToolCalled)
    assert isinstance(answer, ToSend)
    assert isinstance(ended, ReplyEnded)
    assert isinstance(go_on, ToSend)


def test_after_a_response_that_failed_nobody_is_asked_to_go_on() -> None:
    realtime = adapter(tools=Tools.convert({"get_bill": TOOL}))
    used(realtime, "get_bill")
    translated(realtime, done("incomplete", "max_output_tokens"))
    assert translated(realtime, done("completed")) == [ReplyEnded("resp_1")]


def test_a_tool_that_the_test_lacks_is_a_problem_and_gets_an_answer() -> None:
    called, problem, answer = used(adapter(), "get_plan")
    assert called == ToolCalled("get_plan", '{"month":"May"}')
    assert isinstance(problem, Problem)
    assert isinstance(answer, ToSend)
    assert "There is no such tool." in str(answer.message)


def test_audio() -> None:
    (append,) = valid(adapter().audio(FRAME))
    assert append == {"type": "input_audio_buffer.append", "audio": PCM}


@pytest.mark.parametrize(
    "heard", [None, Heard("resp_1", "item_1", 0.0), Heard("resp_1", "", 1.0), Heard("resp_1", "item_1", -0.1)]
)
def test_cancel_when_nothing_was_heard(heard: Heard | None) -> None:
    assert valid(adapter().cancel(heard)) == [{"type": "response.cancel"}]


def test_cancel_truncates_what_was_heard_and_never_beyond_it() -> None:
    realtime = ready()
    translated(realtime, done("completed"))  # a burst: all was sent before it was heard
    assert valid(realtime.cancel(Heard("resp_1", "item_1", 1.2349))) == [
        {"type": "response.cancel"},
        {
            "type": "conversation.item.truncate",
            "item_id": "item_1",
            "content_index": 0,
            "audio_end_ms": 1234,
        },
    ]


def test_a_header_that_says_who_calls_is_instead_of_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    given = {"headers": {"Authorization": "Bearer of-somebody-else"}}
    endpoint = build(OpenAIRealtime, given).endpoint()
    assert endpoint.headers == {"Authorization": "Bearer of-somebody-else"}


CUT = sdk.ConversationItemTruncatedEvent(
    audio_end_ms=1234, content_index=0, event_id="e", item_id="item_1", type="conversation.item.truncated"
)


def test_what_its_own_vad_cut_off_is_truncated_and_that_confirms_no_cancel() -> None:
    realtime = ready()
    (truncate,) = valid(realtime.flushed(Heard("resp_1", "item_1", 1.2349)))
    assert (truncate["type"], truncate["item_id"]) == ("conversation.item.truncate", "item_1")
    assert truncate["audio_end_ms"] == 1234
    assert translated(realtime, CUT) == [Noted("conversation.item.truncated")]
    assert valid(realtime.cancel(Heard("resp_1", "item_1", 1.3))) == [{"type": "response.cancel"}]


def test_items_of_which_nothing_was_heard_are_taken_out_of_its_memory() -> None:
    realtime = ready()
    for item, response in (("item_1", "resp_1"), ("item_2", "resp_1"), ("item_3", "resp_1"), ("item_4", "resp_2")):
        spoken = {**SPOKEN, "item_id": item, "response_id": response}
        translated(realtime, sdk.ResponseAudioDeltaEvent(**spoken, delta=PCM, type="response.output_audio.delta"))
    truncate, *deleted = valid(realtime.flushed(Heard("resp_1", "item_2", 0.5)))
    assert truncate["item_id"] == "item_2"
    assert deleted == [{"type": "conversation.item.delete", "item_id": "item_3"}]


def test_an_item_is_truncated_once() -> None:
    realtime = ready()
    assert len(valid(realtime.cancel(Heard("resp_1", "item_1", 1.2349)))) == 2
    assert valid(realtime.flushed(Heard("resp_1", "item_1", 1.3))) == []
    assert translated(realtime, CUT) == [CancelAcknowledged("conversation.item.truncated", "item_1")]


@pytest.mark.parametrize("heard", [Heard("resp_1", "item_1", 0.0), Heard("resp_1", "", 1.0)])
def test_nothing_is_truncated_of_which_nothing_was_heard(heard: Heard) -> None:
    assert valid(ready().flushed(heard)) == []


def test_ready_is_told_once() -> None:
    assert translated(ready(), updated()) == [Noted("session.updated")]


def test_audio_of_the_agent() -> None:
    delta = sdk.ResponseAudioDeltaEvent(**SPOKEN, delta=PCM, type="response.output_audio.delta")
    (event,) = translated(ready(), delta)
    assert isinstance(event, AgentAudio)
    assert (event.reply, event.item) == ("resp_1", "item_1")
    assert list(event.samples) == list(FRAME)


def test_what_a_server_says_by_the_names_of_the_beta_is_heard_too() -> None:
    """So do servers that are compatible with OpenAI's, but not of today."""
    realtime = ready()
    (audio,) = translated(realtime, beta.ResponseAudioDeltaEvent(**SPOKEN, delta=PCM, type="response.audio.delta"))
    assert isinstance(audio, AgentAudio)
    assert list(audio.samples) == list(FRAME)
    part = beta.ResponseAudioTranscriptDeltaEvent(**SPOKEN, delta="Your", type="response.audio_transcript.delta")
    assert translated(realtime, part) == [AgentWords("Your", "resp_1", item="item_1")]
    whole = beta.ResponseAudioTranscriptDoneEvent(**SPOKEN, transcript="Your.", type="response.audio_transcript.done")
    assert translated(realtime, whole) == [AgentWords("Your.", "resp_1", final=True, item="item_1")]


@pytest.mark.parametrize(
    ("message", "events"),
    [
        (
            sdk.ResponseCreatedEvent(event_id="e", response=sdk.RealtimeResponse(id="resp_1"), type="response.created"),
            [ReplyStarted("resp_1")],
        ),
        (
            sdk.ResponseAudioTranscriptDeltaEvent(
                **SPOKEN, delta="Your", type="response.output_audio_transcript.delta"
            ),
            [AgentWords("Your", "resp_1", item="item_1")],
        ),
        (
            sdk.ResponseAudioTranscriptDoneEvent(
                **SPOKEN, transcript="Your bill.", type="response.output_audio_transcript.done"
            ),
            [AgentWords("Your bill.", "resp_1", final=True, item="item_1")],
        ),
        (
            sdk.InputAudioBufferSpeechStartedEvent(
                audio_start_ms=5, event_id="e", item_id="i", type="input_audio_buffer.speech_started"
            ),
            [Flush("speech_started")],
        ),
        (
            sdk.ConversationItemTruncatedEvent(
                audio_end_ms=1,
                content_index=0,
                event_id="e",
                item_id="item_1",
                type="conversation.item.truncated",
            ),
            [CancelAcknowledged("conversation.item.truncated", "item_1")],
        ),
        (
            sdk.ConversationItemInputAudioTranscriptionCompletedEvent.construct(
                content_index=0,
                event_id="e",
                item_id="i",
                transcript="Wait",
                type="conversation.item.input_audio_transcription.completed",
            ),
            [CallerWords("Wait")],
        ),
        (done("completed"), [ReplyEnded("resp_1")]),
        (
            done("cancelled", "turn_detected"),
            [ReplyEnded("resp_1", ReplyStatus.CANCELLED, Interrupter.AGENT_VAD)],
        ),
        (
            done("cancelled", "client_cancelled"),
            [ReplyEnded("resp_1", ReplyStatus.CANCELLED, Interrupter.CANCEL)],
        ),
        (done("cancelled"), [ReplyEnded("resp_1", ReplyStatus.CANCELLED)]),
        (
            sdk.InputAudioBufferSpeechStoppedEvent(
                audio_end_ms=5, event_id="e", item_id="i", type="input_audio_buffer.speech_stopped"
            ),
            [Noted("input_audio_buffer.speech_stopped")],
        ),
        (
            failure("Cancellation failed: no active response found", "response_cancel_not_active"),
            [Noted("error: response_cancel_not_active: Cancellation failed: no active response found")],
        ),
    ],
    ids=lambda value: getattr(value, "type", ""),
)
def test_what_the_sdks_events_mean(message: BaseModel, events: list[AgentEvent]) -> None:
    assert translated(ready(), message) == events


def test_a_failed_reply_says_why() -> None:
    error = sdk_status.Error(code="rate_limit_exceeded", message="Slow down.")
    ended, problem = translated(ready(), done("failed", error=error))
    assert ended == ReplyEnded("resp_1", ReplyStatus.FAILED)
    assert isinstance(problem, Problem)
    assert "'failed': rate_limit_exceeded: Slow down." in problem.sentence
    ended, problem = translated(ready(), done("incomplete", "content_filter"))
    assert ended == ReplyEnded("resp_1", ReplyStatus.FAILED)
    assert isinstance(problem, Problem)
    assert "'incomplete': content_filter" in problem.sentence


def test_a_truncation_that_changes_nothing_is_noted() -> None:
    (event,) = translated(ready(), failure("Audio content of 3700ms is already shorter than 3760ms"))
    assert isinstance(event, Noted)


def test_an_error_is_fatal_until_the_session_is_set_up() -> None:
    wrong = failure("The model does not exist.", "invalid_model")
    (early,) = translated(adapter(), wrong)
    (late,) = translated(ready(), wrong)
    assert early == Problem("The agent reports an error: invalid_model: The model does not exist.", fatal=True)
    assert late == Problem("The agent reports an error: invalid_model: The model does not exist.")


@pytest.mark.parametrize("error", [None, "broken", 5, {}, {"message": 5}])
def test_an_error_without_details_is_one_nevertheless(error: object) -> None:
    (problem,) = translated(adapter(), {"type": "error", "error": error})
    assert isinstance(problem, Problem)
    assert problem.fatal


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (b"\x00\x01", "binary message of 2 bytes"),
        ("hello", "not JSON: 'hello'"),
        ("[1]", "not an object: '[1]'"),
        ("{}", "'type' is missing"),
        ('{"type": 5}', "'type' is 5"),
        (json.dumps({**SPOKEN, "type": "response.output_audio.delta", "delta": 7}), "'delta' is 7"),
        (json.dumps({**SPOKEN, "type": "response.output_audio.delta", "delta": "*"}), "not base64: '*'"),
        (
            json.dumps({"type": "response.output_audio.delta", "delta": PCM, "item_id": "i"}),
            "'response_id' is missing",
        ),
        ('{"type": "response.created", "response": "r"}', "'response' is \"r\""),
        ('{"type": "response.done", "response": {"id": [1]}}', "'id' is a list"),
        ('{"type": "conversation.item.truncated"}', "'item_id' is missing"),
    ],
)
def test_nonsense_is_named(message: Message, said: str) -> None:
    (problem,) = ready().events(message)
    assert isinstance(problem, Problem)
    assert said in problem.sentence
    assert not problem.fatal


@pytest.mark.parametrize(
    "message",
    [
        r'{"type": "response.output_audio_transcript.delta", "response_id": "r", "delta": "a\ud800"}',
        r'{"type": "\ud800"}',
        r'{"type": ["\ud800"]}',
        r'{"type": "error", "error": "\ud800"}',
        r'{"type": "response.created", "response": "\ud800"}',
        '"\ud800',
    ],
)
def test_half_a_character_does_not_reach_a_log(message: str) -> None:
    for event in ready().events(message):
        text = event.text if isinstance(event, AgentWords) else repr(event)
        assert text.encode()


def test_half_a_sample() -> None:
    delta = base64.b64encode(b"\0\0\0").decode()
    audio, problem = translated(ready(), {**SPOKEN, "type": "response.output_audio.delta", "delta": delta})
    assert isinstance(audio, AgentAudio)
    assert len(audio.samples) == 1
    assert isinstance(problem, Problem)
    assert "half a sample" in problem.sentence


def test_model_joins_the_query() -> None:
    endpoint = adapter(url="ws://h/v1/realtime?deployment=a&model=old", model="gpt realtime").endpoint()
    assert parse_qs(urlsplit(endpoint.url).query) == {"deployment": ["a"], "model": ["gpt realtime"]}
    assert adapter(model="").endpoint().url == URL


def test_a_model_in_the_address_or_the_query_is_not_replaced_by_the_usual_one() -> None:
    for agent in (
        adapter(url="ws://h/v1?model=mine&debug="),
        adapter(url="ws://h/v1?debug=", query=Texts({"model": "mine"})),
    ):
        query = parse_qs(urlsplit(agent.endpoint().url).query, keep_blank_values=True)
        assert query == {"model": ["mine"], "debug": [""]}
    assert parse_qs(urlsplit(adapter(url="ws://h/v1").endpoint().url).query) == {"model": [DEFAULT_MODEL]}


def test_openai_wants_a_key_and_says_how_to_give_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(InvalidArgument, match=r"OPENAI_API_KEY, or give the option api_key=\$\{KEY\}"):
        OpenAIRealtime()
    with pytest.raises(InvalidArgument, match=r"eu\.api\.openai\.com"):
        OpenAIRealtime(url="wss://eu.api.openai.com/v1/realtime")


def test_the_key_of_the_environment_is_openais_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert OpenAIRealtime().endpoint().headers == {"Authorization": f"Bearer {KEY}"}
    for elsewhere in (URL, "wss://api.openai.com.evil.example/v1", "wss://evilapi.openai.com.example/"):
        assert not adapter(url=elsewhere).endpoint().headers
    assert adapter(api_key=Key("other")).endpoint().headers == {"Authorization": "Bearer other"}


@pytest.mark.parametrize("host", ["r.openai.azure.com", "r.cognitiveservices.azure.com", "r.services.ai.azure.com"])
def test_azure_has_a_key_of_its_own(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"wss://{host}/openai/v1/realtime"
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("AZURE_OPENAI_API_KEY", raising=False)
    with pytest.raises(InvalidArgument, match="AZURE_OPENAI_API_KEY"):
        OpenAIRealtime(url=url)
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "azure-key-0123456789")
    endpoint = OpenAIRealtime(url=url, model="my-deployment", query=Texts({"api-version": "preview"})).endpoint()
    assert endpoint.headers == {"api-key": "azure-key-0123456789"}
    assert parse_qs(urlsplit(endpoint.url).query) == {"api-version": ["preview"], "model": ["my-deployment"]}


def test_headers_of_the_handshake_are_kept_secret() -> None:
    realtime = build(OpenAIRealtime, {"url": URL, "headers": '{"X-Token": "token-0123456789"}'})
    assert realtime.endpoint().headers == {"X-Token": "token-0123456789"}
    told = repr([list(realtime.events('{"type": "token-0123456789"}')), realtime.endpoint()])
    assert "token-0123" not in told
    with pytest.raises(InvalidArgument, match="Option 'headers' must be a dictionary") as refused:
        build(OpenAIRealtime, {"url": URL, "headers": "X-Token: token-0123456789"})
    assert "token-0123" not in str(refused.value)


def test_a_key_that_the_server_quotes_is_not_repeated() -> None:
    realtime = adapter(api_key=Key(KEY))
    messages = [
        failure(f"Incorrect API key provided: {KEY}.", "invalid_api_key").model_dump_json(),
        failure(KEY, "response_cancel_not_active").model_dump_json(),
        done("failed", error=sdk_status.Error(message=KEY)).model_dump_json(),
        json.dumps({"type": KEY}),
        json.dumps({"type": "error", "error": KEY}),
        json.dumps({"type": "error", "error": {"message": "x" * 190 + KEY}}),
        json.dumps({"type": "response.done", "response": {"status": KEY}}),
        json.dumps({"type": "response.created", "response": KEY}),
        KEY,
        "x" * 190 + KEY,
    ]
    told = repr([list(realtime.events(message)) for message in messages])
    assert KEY[:10] not in told


def test_the_adapter_does_not_load_the_sdk() -> None:
    code = "import sys, RobotVoice.adapters.openai_realtime; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


REAL = [
    {**SPOKEN, "type": "response.output_audio.delta", "delta": PCM},
    {**SPOKEN, "type": "response.output_audio_transcript.delta", "delta": "a"},
    {**SPOKEN, "type": "response.output_audio_transcript.done", "transcript": "a"},
    json.loads(done("failed", "turn_detected").model_dump_json()),
    json.loads(failure("a", "b").model_dump_json()),
    json.loads(updated().model_dump_json()),
    json.loads(function_call("get_bill").model_dump_json()),
    {"type": "response.created", "response": {"id": "r"}},
    {"type": "conversation.item.truncated", "item_id": "i"},
    {"type": "conversation.item.input_audio_transcription.completed", "transcript": "a"},
]


@settings(max_examples=500)
@given(messages(REAL))
def test_no_message_raises(message: Message) -> None:
    for event in adapter().events(message):
        assert not isinstance(event, Problem) or event.sentence.encode()


@pytest.mark.parametrize("depth", [900, 5_000, 100_000])
def test_deep_nesting_does_not_raise(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    for message in (nested, f'{{"type": "error", "error": {nested}}}', f'{{"type": {nested}}}'):
        (event,) = adapter().events(message)
        assert isinstance(event, Problem)

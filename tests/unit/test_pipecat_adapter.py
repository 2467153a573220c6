from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nonsense import mutated
from pipecat.frames.protobufs import frames_pb2
from pipecat.processors.frameworks.rtvi import models as rtvi
from pydantic import BaseModel

from RobotVoice.adapters.base import Message
from RobotVoice.adapters.events import (
    AgentAudio,
    AgentBelieves,
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
from RobotVoice.adapters.pipecat import Pipecat
from RobotVoice.adapters.secrets import Headers, Key
from RobotVoice.adapters.tools import Tools
from RobotVoice.errors import InvalidArgument, UnsupportedCapability

URL = "ws://127.0.0.1:7860/ws"
SAMPLES = np.arange(960, dtype=np.int16)
SECRET = "pk-very-secret-0123456789"


def adapter(**options: Any) -> Pipecat:
    return Pipecat(**{"url": URL, **options})


def frame(**content: Any) -> bytes:
    encoded: bytes = frames_pb2.Frame(**content).SerializeToString()  # type: ignore[attr-defined]
    return encoded


def audio(rate: int = 24000, channels: int = 1) -> bytes:
    return frame(audio={"audio": SAMPLES.tobytes(), "sample_rate": rate, "num_channels": channels})


INTERRUPTION = frame(interruption={})


def message(content: BaseModel | dict[str, Any]) -> bytes:
    """As Pipecat's RTVIProcessor sends it."""
    data = content.model_dump(exclude_none=True) if isinstance(content, BaseModel) else content
    return frame(message={"data": json.dumps(data)})


def output(segment: int, spoken: str, rest: str = "") -> rtvi.BotOutputMessage:
    progress = rtvi.SpokenProgressData(accumulated_text=spoken, remaining_text=rest)
    status: Any = "new" if not spoken else "in-progress" if rest else "completed"
    return rtvi.BotOutputMessage(
        data=rtvi.BotOutputMessageData(
            text=f"{spoken}{rest}",
            output_type="sentence",
            segment_id=segment,
            will_be_spoken=True,
            spoken_status=status,
            spoken_progress=progress,
        )
    )


def told(bot: Pipecat, *messages: Message | BaseModel) -> list[AgentEvent]:
    """What these messages mean, one after the other; of the audio only whose it is."""
    events: list[AgentEvent] = []
    for content in messages:
        events += bot.events(message(content) if isinstance(content, BaseModel) else content)
    return events


def without_samples(events: list[AgentEvent]) -> list[object]:
    return [event.reply if isinstance(event, AgentAudio) else event for event in events]


def sent(messages: Any) -> list[Any]:
    """What was sent: RTVI as Pipecat reads it, other frames by their name."""
    frames = [frames_pb2.Frame.FromString(encoded) for encoded in messages]  # type: ignore[attr-defined]
    return [
        rtvi.Message.model_validate_json(found.message.data) if found.HasField("message") else found.WhichOneof("frame")
        for found in frames
    ]


# -- to the bot


def test_the_client_says_that_it_is_ready() -> None:
    (ready,) = sent(adapter().opening())
    assert ready.type == "client-ready"
    assert rtvi.ClientReadyData.model_validate(ready.data).version == "2.2.0"
    assert adapter().waits_until_ready


def test_audio_says_its_rate() -> None:
    (encoded,) = adapter(rate=8000).audio(SAMPLES)
    said = frames_pb2.Frame.FromString(encoded).audio  # type: ignore[attr-defined]
    assert (said.audio, said.sample_rate, said.num_channels) == (SAMPLES.tobytes(), 8000, 1)


def test_keys_cancel_and_goodbye() -> None:
    bot = adapter()
    (key,) = sent(bot.press("#"))
    assert key.type == "dtmf"
    assert rtvi.DTMFInputData.model_validate(key.data).buttons == ["#"]
    with pytest.raises(InvalidArgument, match="'A' is not a key that Pipecat takes"):
        bot.press("A")
    assert sent(bot.cancel(None)) == ["interruption"]
    assert [goodbye.type for goodbye in sent(bot.closing())] == ["disconnect-bot"]


def test_without_rtvi_there_is_only_audio_and_the_interruption() -> None:
    bot = adapter(rtvi=False)
    assert list(bot.opening()) == list(bot.closing()) == []
    assert not bot.waits_until_ready
    assert not bot.capabilities.dtmf
    assert not bot.capabilities.streaming_transcripts
    with pytest.raises(UnsupportedCapability):
        bot.press("1")
    spoken = told(bot, audio(), message(rtvi.BotStoppedSpeakingMessage()), INTERRUPTION)
    assert without_samples(spoken) == ["", Flush("interruption")], "the call numbers its replies"


@pytest.mark.parametrize("option", ["rate", "agent_rate"])
def test_a_rate_that_there_is_not(option: str) -> None:
    with pytest.raises(InvalidArgument, match=f"option '{option}' of the agent 'pipecat' is 11025; it must be one of"):
        adapter(**{option: 11025})


# -- from the bot


def test_ready() -> None:
    new = rtvi.BotReady(id="1", data=rtvi.BotReadyData(version=rtvi.PROTOCOL_VERSION))
    assert told(adapter(), new) == [Ready()]
    old = rtvi.BotReady(id="1", data=rtvi.BotReadyData(version="1.2.0"))
    (problem,) = told(adapter(), old)
    assert isinstance(problem, Problem)
    assert problem.fatal
    assert "RTVI 1.2.0, and RobotVoice needs 2.0 or newer (Pipecat 1.4). With rtvi=no" in problem.sentence


STARTED, STOPPED = rtvi.BotStartedSpeakingMessage(), rtvi.BotStoppedSpeakingMessage()


@pytest.mark.parametrize("beginning", [(audio(), STARTED), (STARTED, audio())], ids=["audio first", "message first"])
def test_a_reply_begins_once_and_has_an_end(beginning: tuple[Any, ...]) -> None:
    bot = adapter()
    whole = without_samples(told(bot, *beginning, audio(), STOPPED, audio()))
    assert [event for event in whole if event != "bot reply 1"] == [
        ReplyStarted("bot reply 1"),
        ReplyEnded("bot reply 1"),
        ReplyStarted("bot reply 2"),
        "bot reply 2",
    ]
    assert whole.count("bot reply 1") == 2


def test_the_samples_arrive_unchanged() -> None:
    *_, heard = told(adapter(), audio())
    assert isinstance(heard, AgentAudio)
    assert list(heard.samples) == list(SAMPLES)


def test_words_are_told_as_they_are_spoken() -> None:
    first = [output(7, "Let me", " see."), output(7, "", "Let me see."), output(7, "Let me see.")]
    events = told(adapter(), audio(), *first, output(9, "", "Done."), output(9, "Done."))
    words = [event for event in events if isinstance(event, AgentWords)]
    assert {event.reply for event in words} == {"bot reply 1"}
    assert " ".join("".join(event.text for event in words).split()) == "Let me see. Done."
    assert [event.text for event in words] == [" Let me", " see.", " Done."]


def test_words_of_a_reply_that_is_just_over_or_about_to_begin() -> None:
    bot = adapter()
    told(bot, audio(), output(1, "", "Hello."))
    assert told(bot, STOPPED, output(1, "Hello.")) == [ReplyEnded("bot reply 1"), AgentWords(" Hello.", "bot reply 1")]
    assert told(bot, output(2, "And")) == [AgentWords(" And", "bot reply 2")]


def test_the_bot_gives_way_to_the_callers_voice() -> None:
    bot = adapter()
    told(bot, audio(), output(1, "Let me", " see."))
    assert told(bot, INTERRUPTION, rtvi.UserStartedSpeakingMessage(), rtvi.BotInterruptedMessage(), STOPPED) == [
        Flush("interruption"),
        AgentBelieves("Let me", "bot reply 1"),
        ReplyEnded("bot reply 1", ReplyStatus.CANCELLED, Interrupter.AGENT_VAD),
        Noted("user-started-speaking"),
        Noted("bot-interrupted"),
        Noted("bot-stopped-speaking"),
    ]
    late = told(bot, output(1, "Let me see."))
    assert late == [AgentBelieves("Let me see.", "bot reply 1")], "it was on its way"


def test_a_bot_that_has_spoken_no_sentence_to_its_end_believes_it_said_nothing() -> None:
    bot = adapter()
    told(bot, audio(), output(1, "", "Let me see."))
    assert AgentBelieves("", "bot reply 1") in told(bot, INTERRUPTION)
    untold = adapter()
    assert not [e for e in told(untold, audio(), INTERRUPTION) if isinstance(e, AgentBelieves)], "it tells no words"


def test_the_bot_confirms_our_cancel_once() -> None:
    bot = adapter()
    told(bot, audio())
    list(bot.cancel(None))
    assert told(bot, INTERRUPTION) == [
        CancelAcknowledged("interruption"),
        ReplyEnded("bot reply 1", ReplyStatus.CANCELLED, Interrupter.CANCEL),
    ]
    assert told(bot, INTERRUPTION) == [Flush("interruption")], "that was the caller's voice"


def test_a_cancel_that_the_bot_ignored_is_not_confirmed_by_the_next_turn() -> None:
    bot = adapter()
    told(bot, audio())
    list(bot.cancel(None))
    assert told(bot, rtvi.BotInterruptedMessage(), audio())[0] == Noted("bot-interrupted"), "it speaks on"
    assert told(bot, STOPPED) == [ReplyEnded("bot reply 1")]
    assert told(bot, INTERRUPTION) == [Flush("interruption")]


def test_the_caller_is_understood_once() -> None:
    said: dict[str, Any] = {"text": "Wait", "timestamp": "2026-01-01T00:00:00Z", "final": True, "user_id": "u"}
    newer = rtvi.UserInputMessage(data=rtvi.UserInputMessageData(**said, input_type="transcription"))
    older = rtvi.UserTranscriptionMessage(data=rtvi.UserTranscriptionMessageData(**said))
    interim = rtvi.UserTranscriptionMessage(
        data=rtvi.UserTranscriptionMessageData(**{**said, "text": "Wa", "final": False})
    )
    assert told(adapter(), interim, newer, older) == [CallerWords("Wait")]
    assert told(adapter(), older) == [CallerWords("Wait")]


def test_a_tool_that_the_client_has_to_run() -> None:
    asked = {"function_name": "get_bill", "tool_call_id": "call_1", "args": {"month": "May"}}
    running = {"function_name": "get_bill", "tool_call_id": "call_1", "arguments": {"month": "May"}}
    bot = adapter(tools=Tools.convert({"get_bill": "42 dollars"}))
    began = message({"label": "rtvi-ai", "type": "llm-function-call-in-progress", "data": running})
    called, answer = told(bot, began, message({"label": "rtvi-ai", "type": "llm-function-call", "data": asked}))
    assert called == ToolCalled("get_bill", '{"month":"May"}', "42 dollars")
    assert isinstance(answer, ToSend)
    (result,) = sent([answer.message])
    assert result.type == "llm-function-call-result"
    parsed = rtvi.LLMFunctionCallResultData.model_validate(result.data)
    assert (parsed.tool_call_id, parsed.arguments, parsed.result) == ("call_1", {"month": "May"}, "42 dollars")


def test_a_tool_that_nobody_answers_for() -> None:
    asked = {"function_name": "get_bill", "tool_call_id": "call_1", "args": {}}
    called, problem, answer = told(adapter(), message({"label": "rtvi-ai", "type": "llm-function-call", "data": asked}))
    assert called == ToolCalled("get_bill", "{}")
    assert isinstance(problem, Problem)
    assert "'get_bill', which the option 'tools' does not have" in problem.sentence
    assert isinstance(answer, ToSend)


def test_a_tool_of_the_bots_own() -> None:
    data = rtvi.LLMFunctionCallInProgressMessageData(
        tool_call_id="call_1", function_name="look_up", arguments={"number": 7}
    )
    named = rtvi.LLMFunctionCallInProgressMessage(data=data)
    assert told(adapter(), named) == [ToolCalled("look_up", '{"number":7}')]
    hidden = rtvi.LLMFunctionCallInProgressMessageData(tool_call_id="call_1")
    (noted,) = told(adapter(), rtvi.LLMFunctionCallInProgressMessage(data=hidden))
    assert isinstance(noted, Noted)


def test_errors() -> None:
    assert told(adapter(), rtvi.Error(data=rtvi.ErrorData(error="no voice", fatal=False))) == [
        Problem("The bot reports an error: no voice")
    ]
    assert told(adapter(), rtvi.Error(data=rtvi.ErrorData(error="no voice", fatal=True))) == [
        Problem("The bot reports an error: no voice", fatal=True)
    ]
    refused = rtvi.ErrorResponse(id="1", data=rtvi.ErrorResponseData(error="Unsupported type dtmf"))
    assert told(adapter(), refused) == [Problem("The bot refused a message: Unsupported type dtmf")]


@pytest.mark.parametrize(
    ("rate", "channels", "said"),
    [
        (16000, 1, "sends audio at 16000 Hz, not at 24000 Hz: give agent_rate=16000 to Start Call."),
        (24000, 2, "sends 2 channels of audio; RobotVoice takes one (audio_out_channels=1)."),
    ],
)
def test_audio_that_would_sound_wrong_ends_the_call(rate: int, channels: int, said: str) -> None:
    (problem,) = told(adapter(), audio(rate, channels))
    assert isinstance(problem, Problem)
    assert problem.fatal
    assert said in problem.sentence


@pytest.mark.parametrize(
    ("nonsense", "said"),
    [
        ("hello", "sent text, and Pipecat's frames are binary: 'hello'"),
        (b"hello", "5 bytes that is no frame of Pipecat"),
        (frame(message={"data": "{"}), "not JSON: '{'"),
        (message({"label": "rtvi-ai"}), "'type' is missing"),
        (message({"label": "rtvi-ai", "type": "bot-ready", "data": []}), "'data' is a list"),
        (message({"label": "rtvi-ai", "type": "bot-ready"}), "'version' is missing"),
        (message({"label": "rtvi-ai", "type": "bot-output", "data": {"spoken_progress": {"a": 1}}}), "'segment_id'"),
        (frame(audio={"audio": b"123", "sample_rate": 24000, "num_channels": 1}), "half a sample is left over"),
    ],
)
def test_nonsense_is_named(nonsense: Message, said: str) -> None:
    *_, problem = told(adapter(), nonsense)
    assert isinstance(problem, Problem)
    assert said in problem.sentence
    assert not problem.fatal


def test_other_messages_are_noted_and_repetitions_are_not() -> None:
    assert told(adapter(), rtvi.BotLLMStartedMessage()) == [Noted("bot-llm-started")]
    assert told(adapter(), message({"label": "my-app", "type": "x"})) == [Noted("a message that is not RTVI")]
    assert told(adapter(), frame(text={"text": "hi"})) == [Noted("a frame that tells a caller nothing")]
    assert told(adapter(), rtvi.BotTTSTextMessage(data=rtvi.TextMessageData(text="Let"))) == []


def test_a_key_that_the_bot_quotes_is_not_repeated() -> None:
    bot = adapter(headers=Headers({"Authorization": Key(f"Bearer {SECRET}")}))
    assert bot.endpoint().headers == {"Authorization": f"Bearer {SECRET}"}
    quoted = f"Bearer {SECRET}"
    events = told(
        bot,
        rtvi.Error(data=rtvi.ErrorData(error=quoted, fatal=False)),
        message({"label": "rtvi-ai", "type": quoted}),
        frame(message={"data": quoted}),
        quoted,
    )
    assert len(events) == 4
    assert SECRET not in repr((events, bot.endpoint()))


def test_the_adapter_does_not_load_pipecat() -> None:
    code = (
        "import sys, RobotVoice.adapters.pipecat; sys.exit({'pipecat', 'google.protobuf'} & set(sys.modules) != set())"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


SAID = {"text": "a", "timestamp": "t", "final": True}
REAL: list[dict[str, Any]] = [
    json.loads(real.model_dump_json(exclude_none=True))
    for real in (
        output(1, "Let", " me"),
        output(1, "Let me"),
        STARTED,
        STOPPED,
        rtvi.BotReady(id="1", data=rtvi.BotReadyData(version="2.2.0")),
        rtvi.Error(data=rtvi.ErrorData(error="no", fatal=True)),
    )
] + [
    {"label": "rtvi-ai", "type": "user-transcription", "data": SAID},
    {"label": "rtvi-ai", "type": "llm-function-call", "data": {"function_name": "a", "tool_call_id": "b", "args": {}}},
    {"label": "rtvi-ai", "type": "llm-function-call-in-progress", "data": {"function_name": "a", "arguments": {}}},
]


@settings(max_examples=500)
@given(
    st.lists(st.text() | st.binary() | mutated(REAL).map(message) | st.sampled_from([audio(), INTERRUPTION])),
    st.booleans(),
)
def test_nothing_that_a_bot_sends_raises(messages: list[Message], rtvi_on: bool) -> None:
    bot = adapter(rtvi=rtvi_on)
    for content in messages:
        for event in bot.events(content):
            assert repr(event).encode()


def test_arguments_that_are_nested_without_end_do_not_raise() -> None:
    depth = sys.getrecursionlimit()
    for levels in range(depth // 2, depth):
        arguments = f'{{"a": {"[" * levels}{"]" * levels}}}'
        data = f'{{"function_name": "a", "tool_call_id": "b", "args": {arguments}}}'
        asked = f'{{"label": "rtvi-ai", "type": "llm-function-call", "data": {data}}}'
        assert list(adapter().events(frame(message={"data": asked})))

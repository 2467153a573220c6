from __future__ import annotations

import asyncio
import base64
import json
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest
from elevenlabs.conversational_ai.conversation import BaseConversation
from elevenlabs.types import ConversationInitiationClientDataRequestInput as Initiation
from hypothesis import given, settings
from hypothesis import strategies as st
from nonsense import messages

from RobotVoice.adapters.base import Message
from RobotVoice.adapters.elevenlabs import FORMATS, ElevenLabs
from RobotVoice.adapters.events import (
    AgentAudio,
    AgentBelieves,
    AgentEvent,
    AgentWords,
    CallerWords,
    Flush,
    Interrupter,
    KeysPressed,
    Noted,
    Problem,
    Ready,
    ReplyEnded,
    ReplyStatus,
    ToolCalled,
    ToSend,
)
from RobotVoice.adapters.options import build
from RobotVoice.adapters.secrets import Fields, Key, Texts
from RobotVoice.adapters.tools import Tools
from RobotVoice.audio import frames
from RobotVoice.errors import InvalidArgument

URL = "ws://127.0.0.1:8765/agent"
KEY = "xi-very-secret-0123456789"
FRAME = np.arange(320, dtype=np.int16)
PCM = base64.b64encode(frames.to_bytes(FRAME)).decode()
CUT = ReplyEnded("response 1", ReplyStatus.CANCELLED, Interrupter.AGENT_VAD)
METADATA = {
    "conversation_id": "conversation-1",
    "agent_output_audio_format": "pcm_16000",
    "user_input_audio_format": "pcm_16000",
}


def adapter(**options: Any) -> ElevenLabs:
    return ElevenLabs(**{"url": URL, "agent_id": "agent-1", **options})


def translated(agent: ElevenLabs, kind: str, place: str = "", /, **content: Any) -> list[AgentEvent]:
    return list(agent.events(json.dumps({"type": kind, place or f"{kind}_event": content})))


def heard(agent: ElevenLabs, number: int) -> AgentAudio:
    (event,) = translated(agent, "audio", audio_base_64=PCM, event_id=number)
    assert isinstance(event, AgentAudio)
    return event


def said(agent: ElevenLabs, words: str, number: int | None = None) -> list[AgentEvent]:
    numbered: dict[str, Any] = {} if number is None else {"event_id": number}
    return [*translated(agent, "agent_response", agent_response=words, **numbered), *agent._tell_whole()]


def aligned(agent: ElevenLabs, text: str, number: int = 1) -> list[AgentEvent]:
    """20 ms of audio whose characters are spread evenly over it."""
    times = [round(20 * index / len(text), 3) for index in range(len(text))]
    alignment = {
        "chars": list(text),
        "char_start_times_ms": times,
        "char_durations_ms": [20 / len(text)] * len(text),
    }
    return translated(agent, "audio", audio_base_64=PCM, event_id=number, alignment=alignment)


def in_short(events: list[AgentEvent]) -> list[object]:
    """Audio as the number of its samples."""
    return [len(event.samples) if isinstance(event, AgentAudio) else event for event in events]


def interrupted(agent: ElevenLabs, number: int) -> list[AgentEvent]:
    return translated(agent, "interruption", event_id=number)


def corrected(agent: ElevenLabs, old: str, new: str) -> list[AgentEvent]:
    return translated(
        agent, "agent_response_correction", original_agent_response=old, corrected_agent_response=new, event_id=1
    )


def understood(agent: ElevenLabs, words: str, number: int) -> list[AgentEvent]:
    return translated(agent, "user_transcript", "user_transcription_event", user_transcript=words, event_id=number)


def test_opening_leaves_what_was_not_asked_for_to_the_agent() -> None:
    assert [json.loads(message) for message in adapter().opening()] == [{"type": "conversation_initiation_client_data"}]


def test_opening_with_every_option() -> None:
    (opening,) = adapter(
        voice="voice-1",
        language="en",
        instructions="Be brief.",
        first_message="Hi!",
        dynamic_variables=Fields({"name": "Ada"}),
        initiation=Fields({"conversation_config_override": {"agent": {"prompt": {"llm": "gpt-4o"}}}}),
    ).opening()
    told = json.loads(opening)
    assert told.pop("type") == "conversation_initiation_client_data"
    parsed = Initiation.model_validate(told)
    assert parsed.model_dump(exclude_none=True) == told
    assert told == {
        "conversation_config_override": {
            "agent": {"prompt": {"prompt": "Be brief.", "llm": "gpt-4o"}, "first_message": "Hi!", "language": "en"},
            "tts": {"voice_id": "voice-1"},
        },
        "dynamic_variables": {"name": "Ada"},
    }


def test_an_empty_first_message_lets_the_caller_begin() -> None:
    (opening,) = adapter(first_message="").opening()
    assert json.loads(opening)["conversation_config_override"] == {"agent": {"first_message": ""}}


def test_audio_of_the_caller() -> None:
    (message,) = adapter().audio(FRAME)
    assert json.loads(message) == {"user_audio_chunk": PCM}


@pytest.mark.parametrize("name", FORMATS)
def test_the_formats_are_the_agents_own(name: Any) -> None:
    agent = adapter(user_input_audio_format=name, agent_output_audio_format=name)
    assert agent.sends == agent.receives == FORMATS[name]
    assert str(agent.sends).endswith(name.partition("_")[2])
    metadata = {**METADATA, "agent_output_audio_format": name, "user_input_audio_format": name}
    assert translated(agent, "conversation_initiation_metadata", **metadata) == [Ready()]
    (message,) = agent.audio(frames.silence(0.02, agent.sends.rate))
    assert len(base64.b64decode(json.loads(message)["user_audio_chunk"])) % agent.sends.sample_bytes == 0


@pytest.mark.parametrize("option", ["agent_output_audio_format", "user_input_audio_format"])
def test_another_format_than_the_agents_own_is_fatal_and_names_the_option(option: str) -> None:
    metadata = {**METADATA, option: "ulaw_8000"}
    (problem,) = translated(adapter(), "conversation_initiation_metadata", **metadata)
    assert isinstance(problem, Problem)
    assert problem.fatal
    assert f"The agent's {option} is 'ulaw_8000', and the call's 'pcm_16000'." in problem.sentence
    assert f"the option {option}=ulaw_8000" in problem.sentence


def test_a_format_that_nobody_has_is_refused() -> None:
    with pytest.raises(InvalidArgument, match=r"agent_output_audio_format.*pcm_8000.*ulaw_8000"):
        build(ElevenLabs, {"agent_id": "a", "url": URL, "agent_output_audio_format": "mp3"})


def test_ready_is_told_once() -> None:
    agent = adapter()
    assert translated(agent, "conversation_initiation_metadata", **METADATA) == [Ready()]
    assert translated(agent, "conversation_initiation_metadata", **METADATA) == [
        Noted("conversation_initiation_metadata")
    ]


def test_a_reply_and_the_next_one_carry_one_name_each() -> None:
    agent = adapter()
    assert said(agent, "Hello!", 1) == [AgentWords("Hello!", "response 1", final=True)]
    first = heard(agent, 1)
    assert (first.reply, first.stale) == ("response 1", False)
    assert list(first.samples) == list(FRAME)
    assert understood(agent, "My bill?", 2) == [CallerWords("My bill?")]
    assert heard(agent, 2).reply == "response 2"
    assert said(agent, "It is high.", 2) == [AgentWords("It is high.", "response 2", final=True)]
    assert heard(agent, 2).reply == "response 2"


def test_words_come_right_after_their_sound_and_the_whole_text_after_all_of_them() -> None:
    agent = adapter()
    whole = "It is your bill."
    assert translated(agent, "agent_response", agent_response=whole, event_id=1) == []
    first = aligned(agent, "It is yo")
    assert in_short(first) == [
        80,
        AgentWords("It", "response 1"),
        120,
        AgentWords(" is", "response 1"),
        120,
        AgentWords(" yo", "response 1"),
    ]
    assert in_short(aligned(agent, "ur bill.")) == [
        80,
        AgentWords("ur", "response 1"),
        240,
        AgentWords(" bill.", "response 1"),
        AgentWords(whole, "response 1", final=True),
    ]
    spoken = [event.samples for event in first if isinstance(event, AgentAudio)]
    assert np.concatenate(spoken).tolist() == FRAME.tolist()


def test_the_whole_text_of_a_reply_that_is_cut_off_is_told_then() -> None:
    agent = adapter()
    translated(agent, "agent_response", agent_response="It is your bill.", event_id=1)
    aligned(agent, "It is")
    whole = AgentWords("It is your bill.", "response 1", final=True)
    assert interrupted(agent, 1) == [Flush("interruption"), whole, CUT]
    assert in_short(aligned(agent, " your", 1)) == [320], "what is stale has no words that count"


def test_no_word_is_told_again_once_the_whole_text_is() -> None:
    agent = adapter()
    translated(agent, "agent_response", agent_response="It is.", event_id=1)
    whole = AgentWords("It is.", "response 1", final=True)
    assert in_short(translated(agent, "audio", audio_base_64=PCM, event_id=1)) == [whole, 320]
    assert sum(event for event in in_short(aligned(agent, "It is.")) if isinstance(event, int)) == 320
    assert not any(isinstance(event, AgentWords) for event in aligned(agent, "It is."))


@pytest.mark.parametrize(
    "alignment",
    [
        {"chars": "ab", "char_start_times_ms": [0, 1], "char_durations_ms": [1, 1]},
        {"chars": ["a"], "char_start_times_ms": [0, 1], "char_durations_ms": [1, 1]},
        {"chars": ["a"], "char_start_times_ms": [None], "char_durations_ms": [1]},
        {"chars": ["a"], "char_start_times_ms": [0]},
        5,
    ],
)
def test_a_malformed_alignment_is_named(alignment: object) -> None:
    events = translated(adapter(), "audio", audio_base_64=PCM, event_id=1, alignment=alignment)
    problem = events.pop()
    assert isinstance(problem, Problem)
    assert "alignment" in problem.sentence
    assert in_short(events) == [320]


def test_words_before_and_after_a_tool_are_two_replies() -> None:
    agent = adapter()
    said(agent, "Let me look.", 1)
    assert heard(agent, 1).reply == "response 1"
    said(agent, "It is 42 dollars.", 1)
    assert heard(agent, 1).reply == "response 2"


@pytest.mark.parametrize("numbers", [(5, 5, 5, 6), (5, 9, 7, 10), (5, 6, 6, 7)], ids=["reply", "chunk", "next"])
def test_an_interruption(numbers: tuple[int, int, int, int]) -> None:
    """However the service numbers: by reply or by chunk, and the interruption itself as the last or as one more."""
    first, cut, late, following = numbers
    agent = adapter()
    said(agent, "All about your billing", 5)
    heard(agent, first)
    assert interrupted(agent, cut) == [Flush("interruption"), CUT]
    stale = heard(agent, late)
    assert (stale.reply, stale.stale) == ("response 1", True)
    assert corrected(agent, "All about your billing", "All about...") == [AgentBelieves("All about...", "response 1")]
    understood(agent, "Wait", following)
    assert said(agent, "Yes?", following) == [AgentWords("Yes?", "response 2", final=True)]
    fresh = heard(agent, following)
    assert (fresh.reply, fresh.stale) == ("response 2", False)


def test_a_reply_to_what_interrupted_may_have_the_interruptions_own_number() -> None:
    agent = adapter()
    heard(agent, 5)
    interrupted(agent, 87)
    assert said(agent, "I see a cat.", 87) == [AgentWords("I see a cat.", "response 2", final=True)]
    fresh = heard(agent, 87)
    assert (fresh.reply, fresh.stale) == ("response 2", False)
    assert heard(agent, 86).stale


def test_words_that_come_late_belong_to_what_was_cut_off() -> None:
    agent = adapter()
    heard(agent, 5)
    interrupted(agent, 5)
    assert said(agent, "All about your billing", 5) == [AgentWords("All about your billing", "response 1", final=True)]
    assert corrected(agent, " All about your billing ", "All") == [AgentBelieves("All", "response 1")]


def test_a_correction_of_words_that_nobody_heard_of_is_about_what_was_cut_off() -> None:
    agent = adapter()
    heard(agent, 5)
    interrupted(agent, 5)
    heard(agent, 6)
    assert corrected(agent, "...", "All") == [AgentBelieves("All", "response 1")]
    assert corrected(adapter(), "...", "All") == [AgentBelieves("All", "response 1")]


def test_an_interruption_of_silence_ends_no_reply() -> None:
    agent = adapter()
    said(agent, "Hello!")
    heard(agent, 1)
    understood(agent, "Hi", 2)
    assert interrupted(agent, 2) == [Flush("interruption")]
    assert corrected(agent, "...", "Hell") == [AgentBelieves("Hell", "response 1")]


def test_a_correction_that_comes_late_is_about_the_reply_with_its_words() -> None:
    agent = adapter()
    for number, words in ((1, "First."), (2, "Second.")):
        said(agent, words, number)
        heard(agent, number)
        interrupted(agent, number)
    assert corrected(agent, "First.", "Fir") == [AgentBelieves("Fir", "response 1")]
    assert corrected(agent, "Second.", "Sec") == [AgentBelieves("Sec", "response 2")]


def test_an_interruption_without_a_number_flushes_nevertheless() -> None:
    agent = adapter()
    heard(agent, 1)
    flush, cut, problem = translated(agent, "interruption", reason="user")
    assert (flush, cut) == (Flush("interruption"), CUT)
    assert isinstance(problem, Problem)
    assert not heard(agent, 1).stale


def test_a_ping_is_answered_with_its_number() -> None:
    (answer,) = translated(adapter(), "ping", event_id=12, ping_ms=50)
    assert isinstance(answer, ToSend)
    assert json.loads(answer.message) == {"type": "pong", "event_id": 12}


@pytest.mark.parametrize(("name", "failed"), [("get_bill", False), ("get_plan", True)])
def test_a_client_tool_gets_a_result(name: str, failed: bool) -> None:
    agent = adapter(tools=Tools.convert({"get_bill": "42 dollars"}))
    call = {"tool_name": name, "tool_call_id": "7", "parameters": {"month": "May"}, "event_id": 3}
    called, *problems, answer = translated(agent, "client_tool_call", "client_tool_call", **call)
    assert called == ToolCalled(name, '{"month": "May"}', "" if failed else "42 dollars")
    assert [type(problem) for problem in problems] == [Problem] * failed
    assert isinstance(answer, ToSend)
    assert json.loads(answer.message) == {
        "type": "client_tool_result",
        "tool_call_id": "7",
        "result": "There is no such tool." if failed else "42 dollars",
        "is_error": failed,
    }


def test_tools_of_the_agents_own_side_are_told_once() -> None:
    tool = {"tool_name": "end_call", "tool_call_id": "7", "is_error": False}
    own = translated(adapter(), "agent_tool_response", "agent_tool_response", **tool, tool_type="system")
    assert own == [ToolCalled("end_call")]
    ours = translated(adapter(), "agent_tool_response", "agent_tool_response", **tool, tool_type="client")
    assert ours == [Noted("agent_tool_response")]


def test_keys_that_the_agent_presses() -> None:
    assert translated(adapter(), "dtmf_request", dtmf_tones="12#") == [KeysPressed("12#")]
    assert list(adapter().events('{"type": "dtmf_request", "digits": "3"}')) == [KeysPressed("3")]
    assert translated(adapter(), "dtmf_request", tones=[1]) == [Noted("dtmf_request")]


def test_an_error_says_why_and_what_to_do() -> None:
    (problem,) = translated(
        adapter(), "error", "error_event", code=1008, error_type="override_error", message="Voice is locked."
    )
    assert problem == Problem(
        "The agent reports an error: override_error: Voice is locked. "
        "Allow the override in the agent's security settings, or leave the option out.",
        fatal=True,
    )


def test_an_error_of_the_client_is_fatal_until_the_call_is_set_up() -> None:
    agent = adapter()
    assert translated(agent, "client_error", "x") == [
        Problem("The agent reports an error: no reason was given.", fatal=True)
    ]
    translated(agent, "conversation_initiation_metadata", **METADATA)
    assert translated(agent, "client_error", "error_event", message="Late.") == [
        Problem("The agent reports an error: Late.")
    ]


def test_the_rest_is_noted() -> None:
    for kind in ("vad_score", "tentative_user_transcript", "agent_response_complete", "mcp_tool_call"):
        assert translated(adapter(), kind) == [Noted(kind)]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (b"\x00\x01", "binary message of 2 bytes"),
        ("hello", "not JSON: 'hello'"),
        ("{}", "'type' is missing"),
        ('{"type": "audio"}', "'audio_event' is missing"),
        ('{"type": "audio", "audio_event": {"audio_base_64": "*", "event_id": 1}}', "not base64: '*'"),
        ('{"type": "audio", "audio_event": {"audio_base_64": "", "event_id": true}}', "'event_id' is true"),
        ('{"type": "audio", "audio_event": {"audio_base_64": "", "event_id": [1]}}', "'event_id' is a list"),
        ('{"type": "ping", "ping_event": {}}', "'event_id' is null; it must be a whole number"),
        ('{"type": "agent_response", "agent_response_event": {"agent_response": 5}}', "'agent_response' is 5"),
        ('{"type": "client_tool_call", "client_tool_call": {"tool_name": "a"}}', "'tool_call_id' is missing"),
        ('{"type": "error", "error_event": 5}', "'error_event' is 5"),
    ],
)
def test_nonsense_is_named(message: Message, told: str) -> None:
    problems = [event for event in adapter().events(message) if isinstance(event, Problem)]
    assert told in problems[-1].sentence
    assert not problems[-1].fatal


def test_where_the_agent_is() -> None:
    assert adapter().endpoint().url == f"{URL}?agent_id=agent-1"
    assert adapter(query=Texts({"branch_id": "b"})).endpoint().url == f"{URL}?branch_id=b&agent_id=agent-1"
    signed = f"wss://h/x?agent_id=a&conversation_signature={KEY}"
    assert ElevenLabs(signed_url=Key(signed)).endpoint().url == signed
    assert not adapter(api_key=Key(KEY)).endpoint().headers


def test_a_key_goes_over_no_open_line() -> None:
    agent = adapter(url="ws://agents.example/", api_key=Key(KEY))
    with pytest.raises(InvalidArgument, match="must begin with wss://: a key is sent there"):
        asyncio.run(agent.prepare())


def test_options_as_they_stand_in_a_test_suite() -> None:
    options = {"agent_id": "a", "url": URL, "first_message": "", "dynamic_variables": '{"name": "Ada"}'}
    (opening,) = build(ElevenLabs, {**options, "initiation": "{'user_id': 'u'}"}).opening()
    assert json.loads(opening) == {
        "type": "conversation_initiation_client_data",
        "conversation_config_override": {"agent": {"first_message": ""}},
        "dynamic_variables": {"name": "Ada"},
        "user_id": "u",
    }


@pytest.mark.parametrize("options", [{}, {"agent_id": "a", "signed_url": Key("wss://h/x")}])
def test_an_agent_is_named_in_one_way(options: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"'agent_id', .* or 'signed_url' instead"):
        ElevenLabs(**options)


def test_a_signed_url_that_is_none_is_not_shown() -> None:
    with pytest.raises(
        InvalidArgument, match="'signed_url' of the agent 'elevenlabs' must begin with wss://"
    ) as refused:
        ElevenLabs(signed_url=Key(f"https://h/x?token={KEY}"))
    assert KEY[:6] not in str(refused.value)


def test_the_key_of_the_environment_is_for_the_service_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELEVENLABS_API_KEY", KEY)
    assert ElevenLabs(agent_id="a")._key.value == KEY
    assert ElevenLabs(agent_id="a", url="wss://api.eu.residency.elevenlabs.io/v1/convai/conversation")._key
    assert not ElevenLabs(agent_id="a", url="wss://elevenlabs.io.example/")._key
    monkeypatch.delenv("ELEVENLABS_API_KEY")
    assert not ElevenLabs(agent_id="a")._key  # a public agent needs none


@pytest.mark.parametrize(
    "options", [{"api_key": Key(KEY)}, {"agent_id": "", "signed_url": Key(f"wss://h/x?agent_id=a&token={KEY}")}]
)
def test_a_secret_that_the_service_quotes_is_not_repeated(options: Any) -> None:
    agent = adapter(**options)
    messages = [
        KEY,
        "x" * 190 + KEY,
        json.dumps({"type": KEY}),
        json.dumps({"type": "error", "error_event": {"message": KEY}}),
        json.dumps({"type": "agent_response", "agent_response_event": {"agent_response": KEY}}),
    ]
    assert KEY[:10] not in repr([list(agent.events(message)) for message in messages])


STEP = st.tuples(st.sampled_from(["audio", "interruption"]), st.integers(0, 3))


@settings(max_examples=300)
@given(st.lists(STEP))
def test_what_is_stale_is_what_the_sdks_own_client_drops(steps: list[tuple[str, int]]) -> None:
    theirs = BaseConversation.__new__(BaseConversation)
    theirs._last_interrupt_id = 0
    player = MagicMock(callback_audio_alignment=None)
    ours, played, number = adapter(), 0, 1
    for kind, further in steps:
        number += further
        content: dict[str, Any] = {"event_id": number, **({"audio_base_64": PCM} if kind == "audio" else {})}
        theirs._handle_message_core(  # type: ignore[no-untyped-call]
            {"type": kind, f"{kind}_event": content}, player
        )
        events = translated(ours, kind, **content)
        played += sum(isinstance(event, AgentAudio) and not event.stale for event in events)
    assert played == player.handle_audio_output.call_count


CALL = {"tool_name": "get_bill", "tool_call_id": "7", "parameters": {"a": [1]}, "event_id": 3}
REAL: list[dict[str, Any]] = [
    {"type": "conversation_initiation_metadata", "conversation_initiation_metadata_event": METADATA},
    {"type": "audio", "audio_event": {"audio_base_64": PCM, "event_id": 3}},
    {
        "type": "audio",
        "audio_event": {
            "audio_base_64": PCM,
            "event_id": 3,
            "alignment": {"chars": ["a", " "], "char_start_times_ms": [0, 5], "char_durations_ms": [5, 5]},
        },
    },
    {"type": "agent_response", "agent_response_event": {"agent_response": "a", "event_id": 3}},
    {
        "type": "agent_response_correction",
        "agent_response_correction_event": {"original_agent_response": "a", "corrected_agent_response": "b"},
    },
    {"type": "interruption", "interruption_event": {"event_id": 3}},
    {"type": "user_transcript", "user_transcription_event": {"user_transcript": "a"}},
    {"type": "ping", "ping_event": {"event_id": 3}},
    {"type": "client_tool_call", "client_tool_call": CALL},
    {"type": "agent_tool_response", "agent_tool_response": {"tool_name": "a", "tool_type": "system"}},
    {"type": "dtmf_request", "dtmf_request": {"dtmf_tones": "1"}},
    {"type": "error", "error_event": {"error_type": "override_error", "message": "a"}},
]


@settings(max_examples=500)
@given(st.lists(messages(REAL) | st.sampled_from(REAL).map(json.dumps)))
def test_no_message_raises(messages: list[Message]) -> None:
    agent = adapter(tools=Tools.convert({"get_bill": "42 dollars"}))
    for message in messages:
        for event in agent.events(message):
            assert not isinstance(event, Problem) or event.sentence.encode()


@pytest.mark.parametrize("depth", [900, 5_000, 100_000])
def test_deep_nesting_does_not_raise(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    call = f'{{"type": "client_tool_call", "client_tool_call": {{"tool_name": "a", "parameters": {{"a": {nested}}}}}}}'
    for message in (nested, call, f'{{"type": {nested}}}', f'{{"type": "error", "error_event": {nested}}}'):
        assert any(isinstance(event, Problem) for event in adapter().events(message))

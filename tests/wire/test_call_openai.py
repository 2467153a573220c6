"""Whole calls to an OpenAI Realtime server that was written from the SDK's models."""

from __future__ import annotations

from functools import partial

import pytest
from stand_ins.calls import Interrupted, calling, interrupt, near, reliably
from stand_ins.openai_stand_in import OpenAIStandIn
from stand_ins.server import WORDS, Plan, StandIn
from stand_ins.sound import clip

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.tools import Tools
from RobotVoice.audio.formats import Encoding
from RobotVoice.audio.frames import level
from RobotVoice.conversation import Expected
from RobotVoice.evidence import measure
from RobotVoice.evidence.model import Mode, Outcome, Speaker, StoppedBy

BURST = Plan(reply=15.0, burst=True)
BURST_SENT = 2.2
"""Seconds after which a burst of 15 s is over, with `response.done(completed)`."""
AUDIO = "input_audio_buffer.append"


def adapter(url: str) -> Adapter:
    return OpenAIRealtime(url=url)


def call(
    plan: Plan, mode: Mode, after: float = 1.0, expected: Expected = Expected.STOP, answered: bool = True
) -> Interrupted[OpenAIStandIn]:
    return reliably(partial(interrupt, OpenAIStandIn, plan, adapter, mode, after, expected, answered))


def test_a_reply_is_heard_whole_and_timed() -> None:
    for _ in range(3):
        with StandIn(OpenAIStandIn, Plan(reply=1.0)) as server:
            with calling(adapter(server.url)) as conversation:
                conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
                assert conversation.hear_reply(10.0) == WORDS
                latency = conversation.reply_latency(5.0)
                conversation.stay_silent(0.5)
            agent = server.session
            assert agent.over.wait(5)
        assert agent.wrong == []
        assert agent.kinds == ["session.update", AUDIO]
        assert latency is not None
        if latency.reliable:
            break
    assert abs(agent.ear.missing) <= 2, "speech and silence are one line without a break"
    assert latency is not None
    assert latency.value == near(agent.streamed[0].began - (agent.ear.offsets[0] + 0.02))
    evidence = conversation.evidence()
    assert [turn.speaker for turn in evidence.turns] == [Speaker.CALLER, Speaker.AGENT]
    assert sum(span.seconds for span in measure.sounds(evidence.heard)) == near(1.0)


@pytest.mark.parametrize(
    ("plan", "mode", "stopped_by"),
    [
        pytest.param(Plan(), Mode.CANCEL, StoppedBy.CANCEL, id="cancel"),
        pytest.param(Plan(), Mode.VAD, StoppedBy.AGENT_VAD, id="vad"),
        pytest.param(Plan(starts_after=25), Mode.VAD, StoppedBy.AGENT_VAD, id="a slow vad"),
        pytest.param(Plan(late=0.5), Mode.CANCEL, StoppedBy.CANCEL, id="cancel, audio after response.done"),
        pytest.param(Plan(late=0.5), Mode.VAD, StoppedBy.AGENT_VAD, id="vad, audio after response.done"),
        pytest.param(BURST, Mode.CANCEL, StoppedBy.CANCEL, id="cancel of what was sent whole"),
        pytest.param(BURST, Mode.VAD, StoppedBy.AGENT_VAD, id="vad over what was sent whole"),
    ],
)
def test_an_interruption_is_measured_as_the_server_knows_it(plan: Plan, mode: Mode, stopped_by: StoppedBy) -> None:
    call_ = call(plan, mode, BURST_SENT if plan.burst else 1.0)
    agent, result = call_.agent, call_.result
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stopped_by is stopped_by
    assert result.stop_latency is not None
    assert result.wire_stop_latency is not None
    onset, stop = agent.ear.onsets[1], agent.stops[0]
    assert result.stop_latency.value == near(stop - onset)
    assert result.wire_stop_latency.value == near(stop - onset)
    assert result.ear_stop == near(stop - agent.ear.first)
    assert call_.reply == WORDS
    assert result.reply_onset == near(agent.streamed[1].began - agent.ear.first)
    assert abs(agent.ear.missing) <= 2
    _heard_nothing_of_what_was_dropped(call_, plan)
    _said_only_what_its_mode_says(call_, mode)
    if plan.burst:
        _was_over_before_the_caller_barged_in(call_)


def _was_over_before_the_caller_barged_in(call_: Interrupted[OpenAIStandIn]) -> None:
    assert call_.agent.done[0] < call_.agent.ear.onsets[1]
    assert call_.agent.streamed[0].seconds == pytest.approx(15.0)
    heard = measure.sounds(call_.evidence.heard)[0].seconds
    assert heard < BURST_SENT + 1.0, "15 s were received and some 2.4 s heard"


def _heard_nothing_of_what_was_dropped(call_: Interrupted[OpenAIStandIn], plan: Plan) -> None:
    result, heard = call_.result, call_.evidence.heard
    assert result.ear_stop is not None
    assert result.reply_onset is not None
    between = heard.samples[
        round((result.ear_stop + 0.01) * heard.rate) : round((result.reply_onset - 0.01) * heard.rate)
    ]
    assert level(between) < -90
    sent = call_.agent.streamed[0].seconds + plan.late
    cut = next(turn for turn in call_.evidence.turns if turn.speaker is Speaker.AGENT)
    assert cut.interrupted
    spoken = result.ear_stop - (call_.agent.streamed[0].began - call_.agent.ear.first)
    assert cut.dropped == pytest.approx(sent - spoken, abs=0.1)


def _said_only_what_its_mode_says(call_: Interrupted[OpenAIStandIn], mode: Mode) -> None:
    agent = call_.agent
    if mode is Mode.VAD:
        assert agent.kinds == ["session.update", AUDIO, "conversation.item.truncate", AUDIO]
        assert agent.errors == []
        assert len(agent.truncated_at) == 1
        assert call_.result.ear_stop is not None
        heard = call_.result.ear_stop - (agent.streamed[0].began - agent.ear.first)
        assert agent.truncated_at[0] / 1000 == near(heard)
        return
    assert agent.errors == (["response_cancel_not_active"] if agent.done[0] < agent.ear.onsets[1] else [])
    assert agent.kinds == ["session.update", AUDIO, "response.cancel", "conversation.item.truncate", AUDIO]
    assert len(agent.truncated_at) == 1
    assert call_.result.barge_in is not None
    heard = call_.result.barge_in - (agent.streamed[0].began - agent.ear.first)
    assert agent.truncated_at[0] / 1000 == near(heard)


@pytest.mark.parametrize("audio", [Encoding.PCMU, Encoding.PCMA])
@pytest.mark.parametrize("mode", [Mode.CANCEL, Mode.VAD])
def test_a_telephone_line_is_interrupted_as_well(audio: Encoding, mode: Mode) -> None:
    def on_the_phone(url: str) -> Adapter:
        return OpenAIRealtime(url=url, audio=audio)

    found = reliably(partial(interrupt, OpenAIStandIn, Plan(), on_the_phone, mode))
    assert found.result.outcome is Outcome.INTERRUPTED
    assert found.result.stop_latency is not None
    assert found.result.stop_latency.value == near(found.agent.stops[0] - found.agent.ear.onsets[1])
    assert found.evidence.heard.rate == 8000


def test_a_tool_is_answered_from_the_table_and_stands_in_the_journal() -> None:
    tools = Tools.convert({"get_bill": "42 dollars"})
    with StandIn(OpenAIStandIn, Plan(reply=1.0, tool="get_bill")) as server:
        with calling(OpenAIRealtime(url=server.url, tools=tools)) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            assert conversation.hear_reply(10.0) == WORDS
            evidence = conversation.evidence()
        agent = server.session
        assert agent.over.wait(5)
    assert agent.wrong == []
    assert agent.answers == ["42 dollars"]
    (used,) = (event for event in evidence.events if event.kind == "tool called")
    assert used.detail == 'get_bill({"month":"May"}) -> 42 dollars'
    assert used.time < next(turn.start for turn in evidence.turns if turn.speaker is Speaker.AGENT)


@pytest.mark.parametrize("mode", [Mode.CANCEL, Mode.VAD])
def test_an_agent_that_does_not_yield_kept_talking(mode: Mode) -> None:
    plan = Plan(reply=6.0, yields=False, ignores_cancel=True)
    found = call(plan, mode, expected=Expected.KEEP_TALKING, answered=False)
    assert found.result.outcome is Outcome.KEPT_TALKING
    assert found.result.stop_latency is not None
    assert found.result.stop_latency.at_least
    assert found.result.stop_latency.value == near(2.0)
    assert found.result.stopped_by is None

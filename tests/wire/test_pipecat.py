"""Whole calls to a real Pipecat bot, through its protobuf serializer and through its Twilio serializer.

It hears with its own Silero, decides with its own turn strategies, and speaks through its own transport.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import pytest
from pipecat_bot import process
from pipecat_bot.plan import Plan
from pipecat_bot.process import Bot, Call
from pipecat_bot.script import LONG_ANSWER, SHORT_ANSWER, TOOL, TOOL_ARGUMENTS, UNDERSTOOD
from stand_ins.calls import ATTEMPTS, calling, near
from stand_ins.pipecat_stand_in import OldBot
from stand_ins.server import StandIn
from test_demo_process import voice

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.pipecat import Pipecat
from RobotVoice.adapters.tools import Tools
from RobotVoice.conversation import Conversation, Expected
from RobotVoice.errors import CallEnded, ConnectionFailed, UnreliableTiming
from RobotVoice.evidence import measure
from RobotVoice.evidence.model import CallEvidence, Interruption, Mode, Outcome, StoppedBy
from RobotVoice.interruption.triggers import Trigger

ANSWER, NEXT_ANSWER = " ".join(LONG_ANSWER), " ".join(SHORT_ANSWER)
THE_CALLERS_VOICE, OUR_FRAME = "LLMUserAggregator", "FastAPIWebsocketInputTransport"
"""The parts of Pipecat that decide on an interruption."""
TOO_FEW_WORDS = Plan(yields="to three words", understands=f"{UNDERSTOOD[0]}|Mm-hmm.")


def protobuf(url: str) -> Adapter:
    return Pipecat(url=url)


def without_rtvi(url: str) -> Adapter:
    return Pipecat(url=url, rtvi=False)


def telephone(url: str) -> Adapter:
    return MediaStreams(url=url)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    with process.running(tmp_path_factory.mktemp("bot")) as bot:
        yield bot


def ask(conversation: Conversation) -> None:
    """Both sides' first turn begins."""
    conversation.say(UNDERSTOOD[0], voice(UNDERSTOOD[0]), None, Expected.STOP)


@dataclass
class Interrupted:
    """A call with one interruption, and what both sides know of it."""

    call: Call
    result: Interruption
    evidence: CallEvidence
    reply: str | None

    @property
    def signals(self) -> list[tuple[str, str]]:
        """What the bot's side told from the barge-in on."""
        assert self.result.barge_in is not None
        told = [event for event in self.evidence.events if event.time >= self.result.barge_in]
        return [(event.kind, event.detail) for event in told if event.kind in ("agent's signal", "cancel acknowledged")]


def interrupt(bot: Bot, plan: Plan, adapter: Callable[[str], Adapter], mode: Mode, expected: Expected) -> Interrupted:
    call = bot.call(plan)
    with calling(adapter(call.url)) as conversation:
        ask(conversation)
        conversation.expect_reply()
        conversation.interrupt(UNDERSTOOD[1], voice(UNDERSTOOD[1]), Trigger(1.0), mode, expected)
        reply = conversation.hear_reply(15.0) if expected is Expected.STOP else None
    return Interrupted(call, conversation.interruptions()[0], conversation.evidence(), reply)


def reliably(attempt: Callable[[], Interrupted]) -> Interrupted:
    for _ in range(ATTEMPTS):
        with suppress(UnreliableTiming):
            found = attempt()
            if found.evidence.health.reliable:
                return found
    pytest.fail(f"this machine was too busy {ATTEMPTS} times")


@pytest.mark.parametrize(
    ("plan", "adapter", "mode", "signal"),
    [
        pytest.param(Plan(), protobuf, Mode.CANCEL, "interruption", id="protobuf, cancel"),
        pytest.param(Plan(), protobuf, Mode.VAD, "interruption", id="protobuf, vad"),
        pytest.param(Plan(tells_words=False), protobuf, Mode.VAD, "interruption", id="protobuf, a voice without words"),
        pytest.param(Plan(rtvi=False), without_rtvi, Mode.CANCEL, "interruption", id="without rtvi, cancel"),
        pytest.param(Plan(rtvi=False), without_rtvi, Mode.VAD, "interruption", id="without rtvi, vad"),
        pytest.param(Plan(serializer="twilio"), telephone, Mode.VAD, "clear", id="media_streams, vad"),
    ],
)
def test_an_interruption_is_measured_as_the_bot_knows_it(
    bot: Bot, plan: Plan, adapter: Callable[[str], Adapter], mode: Mode, signal: str
) -> None:
    found = reliably(partial(interrupt, bot, plan, adapter, mode, Expected.STOP))
    result, call = found.result, found.call
    assert result.outcome is Outcome.INTERRUPTED
    _names_who_stopped_it(found, mode, signal)
    began = call.truth("received", kind="interruption")[0]["t"] if mode is Mode.CANCEL else _caller_onset(call)
    stopped = next(line["t"] for line in call.truth("sent", kind=signal) if line["t"] > began)
    assert result.stop_latency is not None
    assert result.wire_stop_latency is not None
    assert result.stop_latency.value == near(stopped - began)
    assert result.wire_stop_latency.value == near(stopped - began)
    if plan.rtvi and adapter is protobuf:
        assert found.reply == NEXT_ANSWER
        assert _belief(found) == _in_the_bots_memory(call)


def _caller_onset(call: Call) -> float:
    onset: float = call.truth("caller spoke")[1]["onset"]
    return onset


def _names_who_stopped_it(found: Interrupted, mode: Mode, signal: str) -> None:
    decided = found.call.truth("interruption")
    if mode is Mode.CANCEL:
        assert found.result.stopped_by is StoppedBy.CANCEL
        assert found.signals[0] == ("cancel acknowledged", signal)
        assert OUR_FRAME in [line["by"] for line in decided]
        assert found.call.received().count("interruption") == 1
    else:
        assert found.result.stopped_by is StoppedBy.AGENT_VAD
        assert found.signals == [("agent's signal", signal)]
        assert decided[-1]["by"] == THE_CALLERS_VOICE
        assert decided[-1]["t"] >= found.call.truth("vad started")[-1]["t"] > _caller_onset(found.call)
        assert "interruption" not in found.call.received()


def _belief(found: Interrupted) -> str:
    return [event.detail for event in found.evidence.events if event.kind == "agent believes it said"][-1]


def _in_the_bots_memory(call: Call) -> str:
    answers = [message["content"] for message in call.over()["context"] if message["role"] == "assistant"]
    *cut_off, answered = answers
    assert answered == NEXT_ANSWER
    return str(cut_off[0]) if cut_off else ""


@pytest.mark.parametrize(
    ("plan", "adapter", "mode"),
    [
        pytest.param(Plan(yields="to cancel"), protobuf, Mode.VAD, id="protobuf, interruptions off"),
        pytest.param(Plan(yields="never"), protobuf, Mode.CANCEL, id="protobuf, its user muted"),
        pytest.param(Plan(serializer="twilio", yields="to cancel"), telephone, Mode.VAD, id="media_streams"),
        pytest.param(TOO_FEW_WORDS, protobuf, Mode.VAD, id="protobuf, too few words"),
    ],
)
def test_a_bot_that_does_not_yield_kept_talking(
    bot: Bot, plan: Plan, adapter: Callable[[str], Adapter], mode: Mode
) -> None:
    found = reliably(partial(interrupt, bot, plan, adapter, mode, Expected.KEEP_TALKING))
    assert found.result.outcome is Outcome.KEPT_TALKING
    assert found.result.stop_latency is not None
    assert found.result.stop_latency.at_least
    assert found.result.stop_latency.value == near(2.0)
    assert found.result.stopped_by is None
    assert found.signals == []
    if mode is Mode.VAD:
        assert found.call.truth("vad started")[-1]["t"] > _caller_onset(found.call), "it did hear the caller"
    else:
        assert found.call.truth("sent", kind="bot-interrupted"), "RTVI tells even of what a muted bot ignores"


def test_a_reply_is_heard_whole_with_its_words(bot: Bot) -> None:
    call = bot.call(Plan(uses_a_tool=True))
    tools = Tools.convert({TOOL: "42 dollars"})
    with calling(Pipecat(url=call.url, tools=tools)) as conversation:
        ask(conversation)
        assert conversation.hear_reply(20.0) == ANSWER
        conversation.press("1#")
        conversation.stay_silent(0.5)
    evidence, over = conversation.evidence(), call.over()
    assert [turn.text for turn in evidence.turns] == [UNDERSTOOD[0], ANSWER, "[keys 1#]"]
    assert ("agent understood", UNDERSTOOD[0]) in [(event.kind, event.detail) for event in evidence.events]
    seconds = sum(voice(sentence).seconds for sentence in LONG_ANSWER)
    assert evidence.turns[1].end - evidence.turns[1].start == pytest.approx(seconds, abs=0.2)
    assert len(call.truth("key")) == 2
    assert over["context"][2] == {"role": "tool", "content": '"42 dollars"', "tool_call_id": "call_1"}
    (tool,) = conversation._call.record.tools
    assert (tool.name, json.loads(tool.arguments), tool.answer) == (TOOL, TOOL_ARGUMENTS, "42 dollars")
    assert conversation.problems() == []
    assert call.received() == [
        *("client-ready", "audio", "llm-function-call-result", "audio", "dtmf", "audio", "disconnect-bot")
    ]


def test_nothing_of_the_call_is_lost_when_the_bot_hangs_up(bot: Bot) -> None:
    call = bot.call(Plan(hangs_up_after=1.5))
    with calling(protobuf(call.url)) as conversation:
        ask(conversation)
        with pytest.raises(CallEnded, match=r"^The agent hung up\. That was at .* of the call, while the caller "):
            conversation.hear_reply(10.0)
        evidence = conversation.evidence()
    assert measure.sounds(evidence.heard)[-1].end == pytest.approx(evidence.seconds, abs=0.3)
    assert len(evidence.caller.samples) / evidence.caller.rate == pytest.approx(evidence.seconds, abs=0.1)
    assert evidence.turns[-1].end - evidence.turns[-1].start > 1.0


def test_a_wrong_rate_ends_the_call_with_the_right_one(bot: Bot) -> None:
    with calling(Pipecat(url=bot.call(Plan()).url, agent_rate=16000)) as conversation:
        ask(conversation)
        with pytest.raises(CallEnded, match=r"sends audio at 24000 Hz, not at 16000 Hz: give agent_rate=24000 to"):
            conversation.hear_reply(10.0)


# -- what a real bot does not do


def test_a_bot_that_is_too_old_is_refused_with_a_way_out() -> None:
    too_old = pytest.raises(ConnectionFailed, match=r"speaks RTVI 1\.2\.0, .*With rtvi=no it is called without")
    with StandIn(OldBot) as server, too_old, calling(protobuf(server.url)):
        pass

"""Keys of the telephone as an interruption: as messages, as tones, and to agents that do not care for them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pipecat_bot import process as pipecat_bot
from pipecat_bot.plan import Plan as BotPlan
from pipecat_bot.script import UNDERSTOOD
from stand_ins.calls import ATTEMPTS, calling, near
from stand_ins.openai_stand_in import OpenAIStandIn
from stand_ins.server import Plan, StandIn
from stand_ins.sound import clip
from stand_ins.twilio_bot import TwilioBot
from stand_ins.twilio_network import Network
from test_call_twilio import adapter as phone
from test_demo_process import Event, voice

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.demo import Demo
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.pipecat import Pipecat
from RobotVoice.audio import dtmf
from RobotVoice.conversation import Expected
from RobotVoice.demo.faults import Protocol
from RobotVoice.errors import InvalidArgument, UnreliableTiming, UnsupportedCapability
from RobotVoice.evidence.model import CallEvidence, Interruption, Mode, Outcome, StoppedBy

QUESTION = "Tell me about my billing"


class HeedsKeys(TwilioBot):
    """It falls silent for keys, and only for them; a second after the # it answers."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.pressed_at: list[float] = []

    async def _dtmf(self, dtmf: dict[str, Any]) -> None:
        await super()._dtmf(dtmf)
        self.pressed_at.append(time.monotonic())
        if self.is_speaking:
            await self.hush()
            self.stopped()
            await self._say("clear")
        if self.keys.endswith("#"):
            asyncio.get_running_loop().call_later(1.0, self.reply)

    async def caller_started(self) -> None:
        pass


BOTH_WAYS = 0.15
"""Seconds that a busy machine may take to hand a key to a process and its answer back: the bot's clock has neither."""


@dataclass
class Pressed:
    """A call that keys interrupted."""

    result: Interruption
    evidence: CallEvidence
    reply: str | None

    def journal(self, kind: str) -> list[str]:
        return [event.detail for event in self.evidence.events if event.kind == kind]


def press(
    adapter: Adapter, keys: str, after: float = 1.0, expected: Expected = Expected.STOP, spoken: bool = False
) -> Pressed:
    with calling(adapter) as conversation:
        question = voice(UNDERSTOOD[0]) if spoken else clip(0.6)
        conversation.say(QUESTION, question, None, Expected.STOP)
        conversation.expect_reply()
        conversation.press(keys, after, expected)
        reply = conversation.hear_reply(30.0) if expected is Expected.STOP else None
    return Pressed(conversation.interruptions()[0], conversation.evidence(), reply)


def reliably(attempt: Callable[[], Pressed]) -> Pressed:
    """A call in which this machine kept the time."""
    for _ in range(ATTEMPTS):
        with suppress(UnreliableTiming):
            found = attempt()
            if found.evidence.health.reliable:
                return found
    pytest.fail(f"this machine was too busy {ATTEMPTS} times")


def test_a_key_stops_a_bot_that_heeds_keys() -> None:
    bots: list[HeedsKeys] = []

    def attempt() -> Pressed:
        with StandIn(HeedsKeys, Plan()) as server:
            pressed = press(MediaStreams(url=server.url), "1#")
            bots.append(server.session)
            assert server.session.over.wait(5)
        return pressed

    call = reliably(attempt)
    bot, result = bots[-1], call.result
    assert (bot.wrong, bot.keys) == ([], "1#")
    assert (result.outcome, result.mode, result.stopped_by) == (Outcome.INTERRUPTED, Mode.KEYS, StoppedBy.AGENT_KEYS)
    assert result.barge_in == near(bot.pressed_at[0] - bot.ear.first)
    assert result.stop_latency is not None
    assert result.stop_latency.value == near(bot.stops[0] - bot.pressed_at[0])
    assert result.overlap is None
    assert result.reaction is not None
    assert result.reaction.value == near(0.0)
    assert [turn.text for turn in call.evidence.turns if turn.source == "caller's keys"] == ["[keys 1#]"]
    assert call.journal("key pressed") == ["1", "#"]
    assert len(bot.ear.onsets) == 1, "nobody heard anything of it"


def test_a_bot_that_does_not_heed_keys_kept_talking() -> None:
    with StandIn(TwilioBot, Plan(reply=8.0)) as server:
        result = press(MediaStreams(url=server.url), "1", expected=Expected.KEEP_TALKING).result
    assert (result.outcome, result.mode) == (Outcome.KEPT_TALKING, Mode.KEYS)
    assert result.stop_latency is not None
    assert result.stop_latency.at_least


def test_keys_after_the_reply_interrupt_nothing_and_are_pressed_all_the_same_if_anything_will_do() -> None:
    with StandIn(HeedsKeys, Plan(reply=0.5)) as server:
        result = press(MediaStreams(url=server.url), "1", after=3.0, expected=Expected.ANYTHING).result
        assert server.session.over.wait(5)
        assert server.session.keys == "1"
    assert result.outcome is Outcome.DID_NOT_HAPPEN
    assert "after= were over" in result.reason


def test_tones_interrupt_over_the_telephone() -> None:
    agents = []

    def attempt() -> Pressed:
        with Network(Plan(starts_after=3)) as network:
            pressed = press(phone(network), "1234#")
            agents.append(network.agent)
            assert network.agent.over.wait(5)
        assert network.wrong == []
        return pressed

    call = reliably(attempt)
    agent, result = agents[-1], call.result
    assert agent.wrong == []
    assert agent.keys == "1234#"
    assert (result.outcome, result.mode, result.stopped_by) == (Outcome.INTERRUPTED, Mode.KEYS, StoppedBy.UNKNOWN)
    assert result.stop_latency is not None
    assert result.stop_latency.value == near(agent.stops[0] - agent.loud_at[1])
    assert result.caller_end is not None
    assert result.barge_in is not None
    assert result.caller_end - result.barge_in == near(5 * dtmf.PRESSED + 4 * dtmf.RELEASED)
    assert result.overlap is not None
    assert [turn.text for turn in call.evidence.turns][2] == "[keys 1234#]"


def test_the_demo_agent_stops_for_keys_and_knows_when(tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl"

    def attempt() -> Pressed:
        agent = Demo(protocol=Protocol.MEDIA_STREAMS, stops_for_keys=True, truth=str(truth))
        return press(agent, "2", spoken=True)

    call = reliably(attempt)
    events: list[Event] = _read(truth)
    pressed, stopped = (next(e["t"] for e in events if e["event"] == name) for name in ("key_pressed", "stopped"))
    result = call.result
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stop_latency is not None
    assert result.stop_latency.value == near(stopped - pressed)
    assert call.reply is None or "support" in call.reply


def _read(truth: Path) -> list[Event]:
    return [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]


# -- a real bot


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pipecat_bot.Bot]:
    with pipecat_bot.running(tmp_path_factory.mktemp("bot")) as running:
        yield running


PROTOCOLS: list[tuple[str, Callable[[str], Adapter]]] = [
    ("protobuf", lambda url: Pipecat(url=url)),
    ("twilio", lambda url: MediaStreams(url=url)),
]


@pytest.mark.parametrize(("serializer", "adapter"), PROTOCOLS, ids=["rtvi", "media_streams"])
def test_keys_interrupt_a_pipecat_bot_that_takes_them(
    bot: pipecat_bot.Bot, serializer: Any, adapter: Callable[[str], Adapter]
) -> None:
    calls: list[pipecat_bot.Call] = []

    def attempt() -> Pressed:
        calls.append(bot.call(BotPlan(serializer=serializer, takes_keys=True)))
        return press(adapter(calls[-1].url), "1#", spoken=True)

    result = reliably(attempt).result
    assert (result.outcome, result.stopped_by) == (Outcome.INTERRUPTED, StoppedBy.AGENT_KEYS)
    key = calls[-1].truth("key")[0]["t"]
    decided = next(one for one in calls[-1].truth("interruption") if one["t"] >= key)
    assert decided["by"] == "DTMFAggregator"
    assert result.wire_stop_latency is not None
    assert result.wire_stop_latency.value == pytest.approx(decided["t"] - key, abs=BOTH_WAYS)


def test_a_pipecat_bot_without_a_part_for_keys_talks_on(bot: pipecat_bot.Bot) -> None:
    call = bot.call(BotPlan())
    result = press(Pipecat(url=call.url), "1#", expected=Expected.KEEP_TALKING, spoken=True).result
    assert result.outcome is Outcome.KEPT_TALKING
    assert len(call.truth("key")) == 2, "it did get them"


# -- what can't be


def test_no_keys_where_there_are_none() -> None:
    refused = pytest.raises(UnsupportedCapability, match=r"has no keys \(DTMF\)")
    with StandIn(OpenAIStandIn, Plan(greeting=2.0)) as server, calling(OpenAIRealtime(url=server.url)) as conversation:
        conversation.expect_reply()
        with refused:
            conversation.press("1")


def test_a_time_without_an_interruption_says_nothing() -> None:
    refused = pytest.raises(InvalidArgument, match=r"The argument after= .* Agent Replies Without Waiting")
    with StandIn(TwilioBot) as server:
        with calling(MediaStreams(url=server.url)) as conversation, refused:
            conversation.press("1", 1.0)
        assert server.session.over.wait(5)
        assert server.session.keys == ""


def test_a_key_that_the_agent_does_not_know_is_refused_before_anything_happens(bot: pipecat_bot.Bot) -> None:
    with calling(Pipecat(url=bot.call(BotPlan()).url)) as conversation:
        conversation.expect_reply()
        with pytest.raises(InvalidArgument, match=r"The agent 'pipecat' takes no key 'A'; it has: 0 1 .* #\."):
            conversation.press("1A")
        assert conversation.results() == []

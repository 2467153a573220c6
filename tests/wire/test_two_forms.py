"""Both forms of an interruption are one: on the wire, in the journal, in what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields
from itertools import pairwise
from json import loads
from pathlib import Path
from typing import Any

import pytest
from own_adapter import Intercom
from pipecat_bot import process as pipecat_bot
from pipecat_bot.plan import Plan as BotPlan
from stand_ins.calls import calling
from stand_ins.deepgram_stand_in import DeepgramStandIn
from stand_ins.elevenlabs_stand_in import ElevenLabsStandIn
from stand_ins.gemini_stand_in import GeminiStandIn
from stand_ins.house import House
from stand_ins.openai_stand_in import OpenAIStandIn
from stand_ins.pcm_server import JSON_OPTIONS, JsonServer, RawServer
from stand_ins.server import Plan, Session, StandIn
from stand_ins.sound import clip
from stand_ins.twilio_bot import TwilioBot
from stand_ins.twilio_network import Network
from stand_ins.vapi_stand_in import VapiStandIn
from test_call_twilio import adapter as phone
from test_demo_process import running, voice

from RobotVoice.adapters.base import Adapter, Heard, Message
from RobotVoice.adapters.deepgram import Deepgram
from RobotVoice.adapters.demo import Demo
from RobotVoice.adapters.elevenlabs import ElevenLabs
from RobotVoice.adapters.gemini_live import GeminiLive
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.pipecat import Pipecat
from RobotVoice.adapters.vapi import Vapi
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.conversation import Conversation, Expected
from RobotVoice.evidence.model import Continuation, Interruption, Measured, Mode, Outcome
from RobotVoice.interruption.triggers import Trigger

OPTIONS: dict[str, Any] = JSON_OPTIONS
AHEAD = Plan(reply=3.0, ahead=0.5)
"""Of an agent in real time, milliseconds of its sender would decide whether a flush finds anything left to drop."""
EMPTIES_THE_BUFFER = {"agent's signal", "cancel acknowledged", "reply cancelled"}
Form = Callable[[Conversation, Mode | None, Clip], object]


def unrolled(conversation: Conversation, mode: Mode | None, change: Clip) -> None:
    """Agent Replies Without Waiting, User Says."""
    conversation.expect_reply()
    conversation.say("Wait", change, mode, Expected.ANYTHING)


def sugar(conversation: Conversation, mode: Mode | None, change: Clip) -> None:
    """Interrupt With."""
    conversation.expect_reply()
    conversation.interrupt("Wait", change, Trigger(0.0), mode, Expected.ANYTHING)


@dataclass
class Left:
    """What a call left behind, without its times."""

    wire: list[str]
    journal: list[str]
    outcome: dict[str, object]


def call(form: Form, session: type[Session], adapter: Callable[[str], Adapter], mode: Mode | None) -> Left:
    with StandIn(session, AHEAD) as server:
        with calling(adapter(server.url)) as conversation:
            conversation.stay_silent(0.5)  # some agents tell at once that they are there, and no form decides when
            conversation.say("Tell me about my billing", clip(0.4), None, Expected.STOP)
            form(conversation, mode, clip(1.5))
            conversation.hear_reply(10.0)
        agent = server.session
        assert agent.over.wait(5)
    assert agent.wrong == []
    return _left(agent.kinds, conversation)


def _left(wire: list[str], conversation: Conversation) -> Left:
    # that the line was late is the machine's doing, not the form's
    journal = [event.kind for event in conversation.evidence().events if event.kind != "underrun"]
    (result,) = conversation.interruptions()
    assert result.outcome is Outcome.INTERRUPTED
    return Left(wire, journal, _without_times(result))


def _without_times(result: Interruption | Continuation) -> dict[str, object]:
    return {field.name: _timeless(getattr(result, field.name)) for field in fields(result)}


def _timeless(value: object) -> object:
    if isinstance(value, Continuation):
        return _without_times(value)
    return "a time" if isinstance(value, float | Measured) else value


def openai(url: str) -> Adapter:
    return OpenAIRealtime(url=url)


def json(url: str) -> Adapter:
    return WebSocket(url=url, **OPTIONS)


CASES: dict[str, tuple[type[Session], Callable[[str], Adapter], Mode | None]] = {
    "openai_realtime": (OpenAIStandIn, openai, None),
    "openai_realtime cancel": (OpenAIStandIn, openai, Mode.CANCEL),
    "openai_realtime vad": (OpenAIStandIn, openai, Mode.VAD),
    "gemini_live": (GeminiStandIn, lambda url: GeminiLive(url=url), Mode.VAD),
    "elevenlabs": (ElevenLabsStandIn, lambda url: ElevenLabs(url=url, agent_id="agent-1"), Mode.VAD),
    "deepgram": (DeepgramStandIn, lambda url: Deepgram(url=url), Mode.VAD),
    "vapi": (VapiStandIn, lambda url: Vapi(url=url), Mode.VAD),
    "media_streams vad": (TwilioBot, lambda url: MediaStreams(url=url), Mode.VAD),
    "websocket raw vad": (RawServer, lambda url: WebSocket(url=url, rate=16000), Mode.VAD),
    "websocket json cancel": (JsonServer, json, Mode.CANCEL),
    "websocket json vad": (JsonServer, json, Mode.VAD),
    "own cancel": (House, lambda url: Intercom(url=url), Mode.CANCEL),
    "own vad": (House, lambda url: Intercom(url=url), Mode.VAD),
}


@pytest.fixture(scope="module")
def calls() -> Iterator[dict[tuple[str, Form], Future[Left]]]:
    """All calls, several at a time: no figure is compared here."""
    with ThreadPoolExecutor(4) as pool:
        yield {
            (name, form): pool.submit(call, form, *case) for name, case in CASES.items() for form in (unrolled, sugar)
        }


@pytest.mark.parametrize("name", CASES)
def test_both_forms_are_one(name: str, calls: dict[tuple[str, Form], Future[Left]]) -> None:
    one, other = calls[name, unrolled].result(), calls[name, sugar].result()
    assert one.wire == other.wire
    assert one.journal == other.journal
    assert one.outcome == other.outcome
    assert ("cancel sent" in one.journal) is (CASES[name][2] is not Mode.VAD)
    assert ("dropped" in one.journal) is (CASES[name][0] is not RawServer)


MODES = (None, Mode.VAD)


@pytest.mark.parametrize("mode", MODES)
def test_both_forms_are_one_over_the_telephone(mode: Mode | None) -> None:
    one, other = (call_by_phone(form, mode) for form in (unrolled, sugar))
    assert one.wire == other.wire == (["media", "clear", "media"] if mode is None else ["media"])
    assert one.journal == other.journal
    assert one.outcome == other.outcome


def call_by_phone(form: Form, mode: Mode | None) -> Left:
    with Network(Plan(reply=3.0)) as network:
        with calling(phone(network)) as conversation:
            conversation.say("Tell me about my billing", clip(0.4), None, Expected.STOP)
            form(conversation, mode, clip(1.5))
            conversation.hear_reply(10.0)
        assert network.agent.over.wait(5)
        assert (network.agent.wrong, network.wrong) == ([], [])
    return _left(network.agent.kinds, conversation)


class WatchedDemo(Demo):
    """Notes what goes over the wire: the embedded agent does not tell."""

    def __init__(self, url: str) -> None:
        super().__init__(url=url)
        self.kinds: list[str] = []

    def opening(self) -> Iterable[Message]:
        return self._note(super().opening())

    def audio(self, frame: Pcm) -> Iterable[Message]:
        return self._note(super().audio(frame))

    def cancel(self, heard: Heard | None) -> Iterable[Message]:
        return self._note(super().cancel(heard))

    def closing(self) -> Iterable[Message]:
        return self._note(super().closing())

    def _note(self, messages: Iterable[Message]) -> list[Message]:
        sent = list(messages)
        kinds = [str(loads(message)["type"]) for message in sent]
        self.kinds += [kind for kind in kinds if self.kinds[-1:] != [kind]]
        return sent


def test_both_forms_are_one_to_the_demo_agent(tmp_path: Path) -> None:
    async def all_at_once() -> list[Left]:
        async with running("openai_realtime", tmp_path) as demo:
            calls = [asyncio.to_thread(call_demo, form, demo.url, mode) for mode in MODES for form in (unrolled, sugar)]
            return await asyncio.gather(*calls)

    by_default, the_same, by_voice, again = asyncio.run(all_at_once())
    for one, other in ((by_default, the_same), (by_voice, again)):
        assert one.wire == other.wire
        assert _in_real_time(one.journal) == _in_real_time(other.journal)
        assert one.outcome == other.outcome
    assert "response.cancel" in by_default.wire
    assert "response.cancel" not in by_voice.wire


def call_demo(form: Form, url: str, mode: Mode | None) -> Left:
    adapter = WatchedDemo(url)
    with calling(adapter) as conversation:
        conversation.say("Tell me about my billing", voice("Tell me about my billing"), None, Expected.STOP)
        form(conversation, mode, voice("Wait, I meant account support"))
        conversation.hear_reply(30.0)
    return _left(adapter.kinds, conversation)


def _in_real_time(kinds: list[str]) -> list[str]:
    """The journal of an agent that is never ahead of the caller's ear.

    Milliseconds decide whether a flush finds anything left to drop, and nothing else may drop. How many words a
    message holds is the demo agent's own affair: runs of one kind count as one.
    """
    assert {before for before, kind in pairwise(kinds) if kind == "dropped"} <= EMPTIES_THE_BUFFER
    lasting = [kind for kind in kinds if kind != "dropped"]
    return [kind for index, kind in enumerate(lasting) if lasting[index - 1 : index] != [kind]]


BOT_CALLS: list[tuple[BotPlan, Callable[[str], Adapter], Mode | None]] = [
    (BotPlan(), lambda url: Pipecat(url=url), None),
    (BotPlan(), lambda url: Pipecat(url=url), Mode.VAD),
    (BotPlan(serializer="twilio"), lambda url: MediaStreams(url=url), Mode.VAD),
]

TOLD_BY_THE_BOT = {"message", "agent's signal", "agent understood", "agent believes it said", "reply completed"}


def test_both_forms_are_one_to_a_real_pipecat_bot(tmp_path: Path) -> None:
    with pipecat_bot.running(tmp_path) as bot, ThreadPoolExecutor(3) as pool:
        calls = [
            pool.submit(call_bot, form, bot.call(plan), adapter, mode)
            for plan, adapter, mode in BOT_CALLS
            for form in (unrolled, sugar)
        ]
        left = [call.result() for call in calls]
    for one, other in zip(left[::2], left[1::2], strict=True):
        assert one.wire == other.wire
        assert _decided_by_the_form(one.journal) == _decided_by_the_form(other.journal)
        assert one.outcome == other.outcome
    assert ["interruption" in one.wire for one in left[::2]] == [True, False, False]


def call_bot(form: Form, call: pipecat_bot.Call, adapter: Callable[[str], Adapter], mode: Mode | None) -> Left:
    with calling(adapter(call.url)) as conversation:
        conversation.say("Tell me about my billing", voice("Tell me about my billing"), None, Expected.STOP)
        form(conversation, mode, voice("Wait, I meant account support"))
        conversation.hear_reply(30.0)
    call.over()
    left = _left(call.received(), conversation)
    # a word more or less that the bot had said is a matter of milliseconds
    return Left(left.wire, left.journal, {**left.outcome, "before": None})


def _decided_by_the_form(kinds: list[str]) -> list[str]:
    """The journal without what a bot tells of its inner life: its messages overtake each other on a busy machine."""
    return [kind for kind in _in_real_time(kinds) if kind not in TOLD_BY_THE_BOT]

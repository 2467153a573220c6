"""Both forms of an interruption are one: on the wire, in the journal, in what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from json import loads
from pathlib import Path
from typing import Any

import pytest
from stand_ins.calls import calling
from stand_ins.openai_stand_in import OpenAIStandIn
from stand_ins.pcm_server import JSON_OPTIONS, JsonServer, RawServer
from stand_ins.server import Plan, Session, StandIn
from stand_ins.sound import clip
from stand_ins.twilio_bot import TwilioBot
from test_demo_process import running, voice

from RobotVoice.adapters.base import Adapter, Heard, Message
from RobotVoice.adapters.demo import Demo
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.conversation import Conversation, Expected
from RobotVoice.evidence.model import Interruption, Measured, Mode
from RobotVoice.interruption.triggers import Trigger

OPTIONS: dict[str, Any] = JSON_OPTIONS
Form = Callable[[Conversation, Mode | None, Clip], object]


def unrolled(conversation: Conversation, mode: Mode | None, change: Clip) -> None:
    """Agent Replies Without Waiting, User Says."""
    conversation.expect_reply()
    conversation.say("Wait", change, mode, Expected.STOP)


def sugar(conversation: Conversation, mode: Mode | None, change: Clip) -> None:
    """Interrupt With."""
    conversation.expect_reply()
    conversation.interrupt("Wait", change, Trigger(0.0), mode, Expected.STOP)


@dataclass
class Left:
    """What a call left behind, without its times."""

    wire: list[str]
    journal: list[str]
    outcome: dict[str, object]


def call(form: Form, session: type[Session], adapter: Callable[[str], Adapter], mode: Mode | None) -> Left:
    with StandIn(session, Plan(reply=3.0)) as server:
        with calling(adapter(server.url)) as conversation:
            conversation.say("Tell me about my billing", clip(0.4), None, Expected.STOP)
            form(conversation, mode, clip(1.0))
            conversation.hear_reply(10.0)
        agent = server.session
        assert agent.over.wait(5)
    assert agent.wrong == []
    return _left(agent.kinds, conversation)


def _left(wire: list[str], conversation: Conversation) -> Left:
    # whether a flush finds anything left to drop is decided by milliseconds of the sender, not by the form
    journal = [event.kind for event in conversation.evidence().events if event.kind != "dropped"]
    return Left(wire, journal, _without_times(conversation.interruptions()[0]))


def _without_times(result: Interruption) -> dict[str, object]:
    fields = {name: getattr(result, name) for name in asdict(result)}
    return {name: "a time" if isinstance(value, float | Measured) else value for name, value in fields.items()}


def openai(url: str) -> Adapter:
    return OpenAIRealtime(url=url)


def json(url: str) -> Adapter:
    return WebSocket(url=url, **OPTIONS)


CASES: dict[str, tuple[type[Session], Callable[[str], Adapter], Mode | None]] = {
    "openai_realtime": (OpenAIStandIn, openai, None),
    "openai_realtime cancel": (OpenAIStandIn, openai, Mode.CANCEL),
    "openai_realtime vad": (OpenAIStandIn, openai, Mode.VAD),
    "media_streams vad": (TwilioBot, lambda url: MediaStreams(url=url), Mode.VAD),
    "websocket raw vad": (RawServer, lambda url: WebSocket(url=url, rate=16000), Mode.VAD),
    "websocket json cancel": (JsonServer, json, Mode.CANCEL),
    "websocket json vad": (JsonServer, json, Mode.VAD),
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


MODES = (None, Mode.VAD)


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
        assert _collapsed(one.journal) == _collapsed(other.journal)
        assert one.outcome == other.outcome
    assert "response.cancel" in by_default.wire
    assert "response.cancel" not in by_voice.wire


def call_demo(form: Form, url: str, mode: Mode | None) -> Left:
    adapter = WatchedDemo(url)
    with calling(adapter) as conversation:
        conversation.say("Tell me about my billing", voice("Tell me about my billing"), None, Expected.STOP)
        form(conversation, mode, voice("Wait, I meant account support"))
        assert conversation.reply_latency(20.0) is not None
    return _left(adapter.kinds, conversation)


def _collapsed(kinds: list[str]) -> list[str]:
    """Runs of one kind as one: how many words a message holds is the demo agent's own affair."""
    return [kind for index, kind in enumerate(kinds) if kinds[index - 1 : index] != [kind]]

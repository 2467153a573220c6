"""The demo agent over a plain websocket. Times are the agent's own truth, and the audio's own length."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from test_demo_process import PATIENCE, Caller, Demo, at_once, run, running, until
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.demo import script
from RobotVoice.demo.faults import Faults

BARGE_IN = "Wait, I meant account support"


class Call:
    """One call: who speaks, and what came from the agent."""

    def __init__(self, demo: Demo, socket: ClientConnection, rate: int = 24000) -> None:
        self.demo, self.socket = demo, socket
        self.caller = Caller(rate, self.send)
        self.audio = frames.empty()
        self.messages: list[str] = []

    async def send(self, frame: Pcm) -> None:
        await self.socket.send(frames.to_bytes(frame))

    async def receive(self) -> None:
        async for message in self.socket:
            if isinstance(message, bytes):
                self.audio = np.concatenate((self.audio, frames.from_bytes(message)))
            else:
                self.messages.append(json.loads(message)["type"])

    async def got(self, message: str) -> None:
        await until(lambda: message in self.messages)


@asynccontextmanager
async def calling(folder: Path, faults: Faults = Faults(), query: str = "") -> AsyncIterator[Call]:  # noqa: B008
    async with running("websocket", folder, faults) as demo, connect(demo.url + query) as socket:
        call = Call(demo, socket)
        async with at_once(call.receive(), call.caller.talk()):
            yield call


def sound(seconds: float) -> Clip:
    """A knock on the table, as long as you like."""
    return Clip(frames.from_float(np.random.default_rng(1).normal(scale=0.1, size=round(24000 * seconds))), 24000)


def test_a_caller_changes_their_mind(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with calling(tmp_path) as call:
            call.caller.say("Tell me about my billing")
            await call.demo.wrote("reply_started")
            await asyncio.sleep(0.5)
            call.caller.say(sound(0.25))  # too short to be an interruption
            await asyncio.sleep(0.8)
            assert call.messages == []
            call.caller.say(BARGE_IN)
            stopped = await call.demo.wrote("stopped")
            await call.got("flush")
            assert len(call.audio) / 24000 == pytest.approx(stopped["played"], abs=0.1)
            second = await call.demo.wrote("reply_started", 2)
            assert call.messages == ["flush"]
        heard = [event["text"].lower() for event in call.demo.truth("caller_heard")]
        assert "billing" in heard[0]
        assert "support" in heard[1]
        assert second["text"] == script.reply_to("support")
        onset = [event for event in call.demo.truth("caller_onset") if event["speaking"]][-1]
        assert stopped["last_sound"] - onset["at"] >= 0.45
        assert stopped["last_sound"] <= call.demo.truth("decided_to_stop")[0]["t"]
        assert call.demo.truth("decided_to_stop")[0]["why"] == "vad"

    run(scenario())


def test_a_burst_is_stopped_by_the_flush_and_resumed(tmp_path: Path) -> None:
    async def scenario() -> None:
        faults = Faults(bursts=True, resumes=True, stops_after=timedelta(seconds=0.2), greeting=True)
        async with calling(tmp_path, faults) as call:
            greeting = await call.demo.wrote("reply_started")
            await call.got("reply_end")
            assert len(call.audio) / 24000 == pytest.approx(greeting["seconds"], abs=0.001)
            assert call.demo.truth("reply_finished") == []
            call.caller.say(BARGE_IN)
            stopped = await call.demo.wrote("stopped")
            assert stopped["played"] < greeting["seconds"] - 1
            flushed = await call.demo.wrote("flushed")
            assert flushed["unplayed"] == pytest.approx(greeting["seconds"] - stopped["played"], abs=0.01)
            await call.got("flush")
            resumed = await call.demo.wrote("reply_started", 2)
        assert resumed["resumed"]
        assert resumed["seconds"] == pytest.approx(flushed["unplayed"], abs=0.01)
        assert script.GREETING.endswith(resumed["text"])

    run(scenario())


@contextmanager
def kept_talking(call: Call) -> Iterator[None]:
    before = len(call.audio)
    yield
    assert len(call.audio) > before
    assert call.demo.truth("stopped") == []
    assert call.messages == []


def test_who_never_stops_goes_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        faults = Faults(never_stops=True, greeting=True)
        async with calling(tmp_path, faults) as call:
            await call.demo.wrote("reply_started")
            with kept_talking(call):
                await call.socket.send('{"type": "cancel"}')
                assert (await call.demo.wrote("cancel_received"))["ignored"]
                call.caller.say(BARGE_IN)
                await asyncio.sleep(1.5)
        assert call.demo.truth("caller_onset") == []

    run(scenario())


def test_a_cancel_stops_and_is_acknowledged_each_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with calling(tmp_path, Faults(greeting=True)) as call:
            await call.demo.wrote("reply_started")
            await asyncio.sleep(0.5)
            for times in (1, 2):
                await call.socket.send('{"type": "cancel"}')
                await call.demo.wrote("cancel_received", times)
            await asyncio.sleep(0.2)
            assert call.messages == ["cancelled", "cancelled"]
            length = len(call.audio)
            await asyncio.sleep(0.3)
            assert len(call.audio) == length
        (stopped,) = call.demo.truth("stopped")
        assert stopped["played"] == pytest.approx(length / 24000, abs=0.1)
        assert call.demo.truth("decided_to_stop")[0]["why"] == "cancel"

    run(scenario())


def test_who_yields_to_backchannels_stops_for_a_knock(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with calling(tmp_path, Faults(yields_to_backchannels=True, greeting=True)) as call:
            await call.demo.wrote("reply_started")
            await asyncio.sleep(0.3)
            call.caller.say(sound(0.3))
            await call.got("flush")
        (onset,) = call.demo.truth("caller_onset")
        (decided,) = call.demo.truth("decided_to_stop")
        assert decided["t"] - onset["at"] >= 0.18  # counted in the caller's audio, which may come early

    run(scenario())


def test_it_hangs_up_in_mid_reply(tmp_path: Path) -> None:
    async def scenario() -> None:
        faults = Faults(hangs_up_after=timedelta(seconds=1), greeting=True)
        async with running("websocket", tmp_path, faults) as demo, connect(demo.url) as socket:
            call = Call(demo, socket)
            await asyncio.wait_for(call.receive(), PATIENCE)
            with pytest.raises(ConnectionClosed):
                await socket.send(b"")
            hung_up = await demo.wrote("hung_up")
            assert hung_up["spoken"] == pytest.approx(1, abs=0.5)
            assert len(call.audio) / 24000 == pytest.approx(hung_up["spoken"], abs=0.1)
            assert call.messages == []

    run(scenario())


def test_audio_in_json_at_another_rate_and_wrong_messages(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running("websocket", tmp_path, Faults(never_speaks=True)) as demo:
            with pytest.raises(InvalidStatus) as refused:
                await connect(demo.url + "?rate=11025")
            assert b"The rate is '11025'; it has to be one of" in refused.value.response.body
            async with connect(demo.url + "?rate=8000&json=1") as socket:

                async def send(frame: Pcm) -> None:
                    audio = base64.b64encode(frames.to_bytes(frame)).decode()
                    await socket.send(json.dumps({"type": "audio", "audio": audio}))

                for wrong in ('{"type": "audio"}', "no json", b"\0", "[]"):
                    await socket.send(wrong)
                await socket.send('{"type": "unheard of"}')
                caller = Caller(8000, send)
                async with at_once(caller.talk()):
                    caller.say("What are your business hours?")
                    withheld = await demo.wrote("reply_withheld")
            assert withheld["text"] == script.reply_to("business hours")
            assert len(demo.truth("protocol_error")) == 4
            assert len(demo.truth("unknown_message")) == 1

    run(scenario())

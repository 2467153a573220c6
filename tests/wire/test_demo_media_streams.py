"""The demo agent as the app behind a Twilio number; the test is Twilio."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_demo_process import Caller, Demo, at_once, run, running, until
from websockets.asyncio.client import ClientConnection, connect

from RobotVoice.audio import frames, g711
from RobotVoice.audio.frames import Pcm
from RobotVoice.demo import script
from RobotVoice.demo.faults import Faults

STREAM = "MZ0123456789abcdef"


class Twilio:
    """Sends what Twilio sends, and echoes each mark at once, as if it had been played."""

    def __init__(self, demo: Demo, socket: ClientConnection) -> None:
        self.demo, self.socket = demo, socket
        self.caller = Caller(8000, self.send)
        self.audio = frames.empty()
        self.signals: list[str] = []
        self._sequence = 0

    async def open(self) -> None:
        await self._say("connected", protocol="Call", version="1.0.0")
        media = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
        start = {"streamSid": STREAM, "accountSid": "AC0", "callSid": "CA0", "tracks": ["inbound"]}
        await self._say("start", start={**start, "mediaFormat": media, "customParameters": {}})

    async def send(self, frame: Pcm) -> None:
        payload = base64.b64encode(g711.encode_ulaw(frame)).decode()
        media = {"track": "inbound", "timestamp": str(self._sequence * 20), "payload": payload}
        await self._say("media", media={**media, "chunk": str(self._sequence)})

    async def receive(self) -> None:
        async for message in self.socket:
            said = json.loads(message)
            assert said["streamSid"] == STREAM
            if said["event"] == "media":
                assert set(said) == {"event", "streamSid", "media"}
                heard = g711.decode_ulaw(base64.b64decode(said["media"]["payload"], validate=True))
                self.audio = np.concatenate((self.audio, heard))
            else:
                self.signals.append(said["event"])
            if said["event"] == "mark":
                await self._say("mark", mark=said["mark"])

    async def _say(self, event: str, **fields: Any) -> None:
        self._sequence += 1
        said = {"event": event, "sequenceNumber": str(self._sequence), "streamSid": STREAM, **fields}
        await self.socket.send(json.dumps(said))


def test_an_interruption_and_keys(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running("media_streams", tmp_path) as demo, connect(demo.url) as socket:
            call = Twilio(demo, socket)
            await call.open()
            async with at_once(call.receive(), call.caller.talk()):
                call.caller.say("Tell me about every product feature you offer")
                await demo.wrote("reply_started")
                await asyncio.sleep(1)
                await socket.send(json.dumps({"event": "dtmf", "streamSid": STREAM, "dtmf": {"digit": "1"}}))
                call.caller.say("Sorry, what are your business hours?")
                stopped = await demo.wrote("stopped")
                await until(lambda: call.signals == ["clear"])
                assert len(call.audio) / 8000 == pytest.approx(stopped["played"], abs=0.1)
                assert frames.level(call.audio) > -40
                second = await demo.wrote("reply_started", 2)
            await socket.send(json.dumps({"event": "stop", "streamSid": STREAM, "stop": {}}))
            await demo.wrote("session_ended")
        assert second["text"] == script.reply_to("business hours")
        assert demo.truth("key_pressed")[0]["key"] == "1"
        onset = demo.truth("caller_onset")[1]
        assert stopped["last_sound"] - onset["at"] >= 0.45
        assert demo.truth("protocol_error") == []

    run(scenario())


def test_a_key_stops_it_and_is_answered(tmp_path: Path) -> None:
    async def scenario() -> None:
        faults = Faults(stops_for_keys=True, greeting=True)
        async with running("media_streams", tmp_path, faults) as demo, connect(demo.url) as socket:
            call = Twilio(demo, socket)
            await call.open()
            async with at_once(call.receive(), call.caller.talk()):
                await demo.wrote("sentence_started")
                await asyncio.sleep(1)  # it has said something, and not only sent it
                for key in "2#":
                    await socket.send(json.dumps({"event": "dtmf", "streamSid": STREAM, "dtmf": {"digit": key}}))
                stopped = await demo.wrote("stopped")
                await until(lambda: call.signals == ["clear"])
                reply = await demo.wrote("reply_started", 2)
            pressed = demo.truth("key_pressed")
        assert [(event["key"], event["speaking"]) for event in pressed] == [("2", True), ("#", False)]
        decided = demo.truth("decided_to_stop")[0]
        assert decided["why"] == "key"
        assert stopped["last_sound"] <= decided["t"]
        assert reply["text"] == script.reply_to_keys("2")

    run(scenario())


def test_a_mark_follows_each_reply_and_its_echo_is_noted(tmp_path: Path) -> None:
    async def scenario() -> None:
        faults = Faults(bursts=True, greeting=True)
        async with running("media_streams", tmp_path, faults) as demo, connect(demo.url) as socket:
            call = Twilio(demo, socket)
            await asyncio.sleep(0.2)
            assert demo.truth("reply_started") == []
            await call.open()
            async with at_once(call.receive()):
                assert (await demo.wrote("mark_received"))["name"] == "reply-1"
            assert len(call.audio) / 8000 == pytest.approx(demo.truth("reply_started")[0]["seconds"], abs=0.001)

    run(scenario())


def test_a_message_that_twilio_would_not_send_is_noted(tmp_path: Path) -> None:
    payload = base64.b64encode(b"\xff" * 160).decode()
    wrong: list[Any] = [
        {"event": "media", "media": {"payload": payload}},
        {"event": "media", "media": {"payload": payload, "timestamp": "soon"}},
        {"event": "media", "media": {"timestamp": "20"}},
        {"event": "media", "media": {"payload": "%", "timestamp": "20"}},
        {"event": "media", "media": {"payload": payload, "timestamp": "20", "track": "outbound"}},
        {"media": {}},
        [],
        {"event": "start", "start": {}},
    ]

    async def scenario() -> None:
        async with running("media_streams", tmp_path) as demo, connect(demo.url) as socket:
            call = Twilio(demo, socket)
            await socket.send(json.dumps({"event": "media", "media": {"payload": payload, "timestamp": "0"}}))
            await call.open()
            for message in wrong:
                await socket.send(json.dumps(message))
            await socket.send('{"event": "weather"}')
            await demo.wrote("unknown_message")
            assert len(demo.truth("protocol_error")) == len(wrong) + 1
            assert "timestamp" in demo.truth("protocol_error")[1]["sentence"]
            await call.send(frames.silence(0.02, 8000))
            await socket.send('{"event": "stop"}')
            await demo.wrote("session_ended")
            assert len(demo.truth("protocol_error")) == len(wrong) + 1

    run(scenario())

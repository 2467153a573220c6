"""Twilio's side of a media stream, and the agent with a telephone behind it: every message from the app is checked."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import secrets
import time
from collections import deque
from itertools import count
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from RobotVoice.audio import g711
from RobotVoice.audio.frames import Pcm
from stand_ins.server import Plan, Session, Streamed
from stand_ins.sound import LOUD, vowel

FRAME = 160
"""Samples, and bytes of mu-law, in 20 ms."""
SILENCE = np.zeros(FRAME, dtype=np.int16)
FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
FIELDS = {"media": {"event", "streamSid", "media"}, "clear": {"event", "streamSid"}}
"""What the app may send; `mark` is not needed for anything that it does."""
ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
KEYPAD = ["123A", "456B", "789C", "*0#D"]


class PhoneAgent(Session):
    """Twilio plays what the app sends at 1x, 50 frames a second go the other way, and the agent listens and speaks."""

    rate = 8000
    audio_kind = "media"
    socket: ClientConnection  # type: ignore[assignment]  # Twilio connects to the app

    def __init__(self, socket: ClientConnection, plan: Plan, account: str, call: str) -> None:
        super().__init__(socket, plan)  # type: ignore[arg-type]  # as above
        self.keys = ""
        self.frames = 0
        self.first = self.last = 0.0
        self.loud_at: list[float] = []
        self.clears: list[float] = []
        self.hung_up = False
        self.stream_sid = "MZ" + secrets.token_hex(16)
        self._account, self._call = account, call
        self._numbers = count(1)
        self._chunks = count(1)
        self._buffer = b""
        self._speech: deque[Pcm] = deque()
        self._line: asyncio.Task[None] | None = None
        self._last_payload = b""
        self._pressed = ""

    async def begin(self) -> None:
        await self.socket.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        start = {
            "accountSid": self._account,
            "streamSid": self.stream_sid,
            "callSid": self._call,
            "tracks": ["inbound"],
            "mediaFormat": FORMAT,
            "customParameters": {},
        }
        await self.say("start", start)
        self._line = asyncio.get_running_loop().create_task(self._speak_both_ways())
        if self.plan.greeting:
            self.reply(self.plan.greeting)

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            if self._line:
                self._line.cancel()

    async def end(self) -> None:
        """The call is over: Twilio says so and closes the stream."""
        if self.hung_up:
            return
        self.hung_up = True
        if self._line:
            self._line.cancel()
        await self.say("stop", {"accountSid": self._account, "callSid": self._call})
        await self.socket.close()

    async def say(self, event: str, content: dict[str, Any]) -> None:
        """One message as Twilio writes them; none once the app has closed the stream."""
        message = {"event": event, "sequenceNumber": str(next(self._numbers)), "streamSid": self.stream_sid}
        with contextlib.suppress(ConnectionClosed):
            await self.socket.send(json.dumps({**message, event: content}))

    async def press(self, key: str) -> None:
        """The agent presses a key of its telephone."""
        await self.say("dtmf", {"track": "inbound_track", "digit": key})

    # -- from the app

    async def take(self, message: str | bytes) -> None:
        if not isinstance(message, str):
            self.wrong.append("a binary message")
            return
        said = json.loads(message)
        event = said["event"]
        self.came(event)
        if set(said) != FIELDS.get(event):
            self.wrong.append(f"{event} has the fields {sorted(said)}")
        if said.get("streamSid") != self.stream_sid:
            self.wrong.append(f"{event} is for the stream {said.get('streamSid')!r}")
        if event == "clear":
            self._buffer = b""
            self.clears.append(time.monotonic())
        elif event == "media":
            self._media(said["media"])

    def _media(self, media: dict[str, Any]) -> None:
        if set(media) != {"payload"}:
            self.wrong.append(f"media has the fields {sorted(media)}")
        payload = base64.b64decode(media["payload"], validate=True)
        if len(payload) != FRAME:
            self.wrong.append(f"a frame has {len(payload)} bytes")
        now = time.monotonic()
        self.first, self.last, self.frames = self.first or now, now, self.frames + 1
        if self._is_loud(payload) and not self._is_loud(self._last_payload):
            self.loud_at.append(now)
        self._last_payload = payload
        self._listen_for_keys(g711.decode_ulaw(payload))
        self._buffer += payload

    @property
    def missing(self) -> float:
        """Frames that a line without a break would have brought besides those that came."""
        return (self.last - self.first) * 50 + 1 - self.frames

    @staticmethod
    def _is_loud(payload: bytes) -> bool:
        return bool(payload) and float(np.abs(g711.decode_ulaw(payload)).max()) > LOUD

    # -- the telephone

    async def _speak_both_ways(self) -> None:
        begin = time.monotonic()
        for number in count():
            await asyncio.sleep(max(0.0, begin + number * 0.02 - time.monotonic()))
            played, self._buffer = self._buffer[:FRAME], self._buffer[FRAME:]
            heard = g711.decode_ulaw(played) if played else SILENCE
            await self.hear(heard)
            frame = self._speech.popleft() if self._speech else SILENCE
            media = {
                "track": "inbound",
                "chunk": str(next(self._chunks)),
                "timestamp": str(number * 20),
                "payload": base64.b64encode(g711.encode_ulaw(frame)).decode(),
            }
            await self.say("media", media)

    def _listen_for_keys(self, heard: Pcm) -> None:
        """Each key once, however long it is held. As it came: a buffer that runs dry in a tone would make two of it."""
        key = _key_in(heard)
        if key and key != self._pressed:
            self.keys += key
        self._pressed = key

    async def caller_started(self) -> None:
        if self.plan.yields and self.is_speaking:
            await self.hush()
            self._speech.clear()
            self.stopped()

    async def speak(self, seconds: float) -> None:
        sound = vowel(seconds, self.rate)
        now = time.monotonic()
        reply = Streamed(now, now)
        self.streamed.append(reply)
        self._speech.extend(sound[start : start + FRAME] for start in range(0, len(sound) - FRAME + 1, FRAME))
        while self._speech:
            await asyncio.sleep(0.01)
            if self.plan.hangs_up_after and time.monotonic() - now > self.plan.hangs_up_after:
                reply.cut_off = time.monotonic()
                await self.end()
                return
            reply.last = time.monotonic()
        reply.seconds = seconds


def _key_in(heard: Pcm) -> str:
    """The key whose two tones hold nearly all of the frame's energy; "" if none do."""
    energy = float(np.square(heard.astype(float)).sum())
    if energy < FRAME * LOUD**2:
        return ""
    row, column = (max(tones, key=lambda tone: _power(heard, tone)) for tones in (ROWS, COLUMNS))
    powers = _power(heard, row), _power(heard, column)
    if min(powers) < 0.3 * energy:
        return ""
    return KEYPAD[ROWS.index(row)][COLUMNS.index(column)]


def _power(heard: Pcm, tone: int) -> float:
    """How much of the frame's energy is at `tone` Hz."""
    turns = np.exp(-2j * np.pi * tone * np.arange(len(heard)) / 8000)
    return float(2 * abs(np.dot(heard.astype(float), turns)) ** 2 / len(heard))

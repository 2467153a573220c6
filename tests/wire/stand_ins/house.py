"""The other end of the intercom in own_adapter.py."""

from __future__ import annotations

from own_adapter import PCM

from RobotVoice.audio.frames import Pcm
from stand_ins.server import WORDS, Session


class House(Session):
    """The intercom's other end, from its protocol."""

    rate = PCM.rate
    audio_kind = "a"

    async def take(self, message: str | bytes) -> None:
        assert isinstance(message, bytes)
        self.came(message[:1].decode() if message[:1] in (b"a", b"h") else message.decode())
        if message[:1] == b"a":
            await self.hear(PCM.decode(message[1:]))
        if message[:1] == b"h" and self.is_speaking:
            await self._fall_silent(b"y")

    async def caller_started(self) -> None:
        if self.is_speaking and self.plan.yields:
            await self._fall_silent(b"x")

    async def _fall_silent(self, word: bytes) -> None:
        await self.hush()
        await self.socket.send(word)
        self.stopped()

    async def speak(self, seconds: float) -> None:
        await self.socket.send(b"b")
        await self.socket.send(b"w" + WORDS.encode())
        await self.stream(seconds, self._send)
        await self.socket.send(b"e")

    async def _send(self, samples: Pcm) -> None:
        await self.socket.send(b"a" + PCM.encode(samples))

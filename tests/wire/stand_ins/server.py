"""What all stand-ins share: a websocket server in a thread of its own, a caller's turn, a paced reply."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, TypeVar

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from RobotVoice.audio.frames import Pcm
from stand_ins.sound import Ear, vowel

WORDS = "Here is all about your billing"
SHORT_REPLY = 0.5
"""Seconds of every reply but the first."""


@dataclass
class Streamed:
    """A reply as it was sent: the moments of its first and its last message, how much audio it was, and the hang-up."""

    began: float
    last: float
    seconds: float = 0.0
    cut_off: float = 0.0

    @property
    def audible(self) -> float:
        """Seconds of a reply that a hang-up cut off: what is sent ahead of them is not heard any more."""
        return self.cut_off - self.began


@dataclass(frozen=True)
class Plan:
    """How the agent behaves; lengths in seconds.

    reply: its first reply. greeting: what it says unasked. chunk: audio in one message. ahead: how far it sends
    ahead of real time. burst: ten times faster than real time. yields: it lets itself be interrupted.
    starts_after: loud frames that it needs to notice. late: audio of a cancelled reply that it still sends.
    ignores_cancel: it hears nothing of it. hangs_up_after: seconds of its reply after which it closes the line.
    tool: one that it uses before it replies.
    """

    reply: float = 6.0
    greeting: float = 0.0
    chunk: float = 0.04
    ahead: float = 0.04
    burst: bool = False
    yields: bool = True
    starts_after: int = 10
    late: float = 0.0
    ignores_cancel: bool = False
    hangs_up_after: float = 0.0
    tool: str = ""


class Session(ABC):
    """One call, from the agent's side."""

    rate = 24000
    audio_kind = "audio"

    def __init__(self, socket: ServerConnection, plan: Plan) -> None:
        self.socket, self.plan = socket, plan
        self.ear = Ear(plan.starts_after)
        self.kinds: list[str] = []
        self.wrong: list[str] = []
        self.stops: list[float] = []
        self.streamed: list[Streamed] = []
        self.over = threading.Event()
        self._replies = 0
        self._speaking: asyncio.Task[None] | None = None

    async def run(self) -> None:
        try:
            await self.begin()
            async for message in self.socket:
                await self.take(message)
        except ConnectionClosed:
            pass
        except Exception as error:
            self.wrong.append(f"{type(error).__name__}: {error}")
            raise
        finally:
            if self._speaking:
                self._speaking.cancel()
            self.over.set()

    def came(self, kind: str) -> None:
        """Note what the caller's side sent; a run of audio counts once."""
        if kind != self.audio_kind or self.kinds[-1:] != [kind]:
            self.kinds.append(kind)

    async def hear(self, samples: Pcm) -> None:
        """A frame of the caller."""
        match self.ear.hear(samples):
            case "started":
                await self.caller_started()
            case "stopped":
                await self.caller_stopped()

    async def begin(self) -> None:  # noqa: B027 - most wait for the caller
        """What the agent does first."""

    @abstractmethod
    async def take(self, message: str | bytes) -> None:
        """A message from the caller's side."""

    @abstractmethod
    async def caller_started(self) -> None:
        """The caller has begun to speak."""

    async def caller_stopped(self) -> None:
        """The caller has said what it had to."""
        if not self.is_speaking:
            self.reply()

    @abstractmethod
    async def speak(self, seconds: float) -> None:
        """Say a reply of so many seconds, whole."""

    @property
    def is_speaking(self) -> bool:
        return self._speaking is not None and not self._speaking.done()

    def reply(self, seconds: float = 0.0) -> None:
        """Begin to speak."""
        self._replies += 1
        seconds = seconds or (self.plan.reply if self._replies == 1 else SHORT_REPLY)
        self._speaking = asyncio.get_running_loop().create_task(self._speak(seconds))

    async def _speak(self, seconds: float) -> None:
        with contextlib.suppress(ConnectionClosed):
            await self.speak(seconds)

    async def hush(self) -> None:
        """Stop speaking; nothing is sent any more once this returns."""
        if self._speaking and not self._speaking.done():
            self._speaking.cancel()
            await asyncio.gather(self._speaking, return_exceptions=True)

    def stopped(self) -> None:
        """Now is the moment at which the agent made itself silent."""
        self.stops.append(time.monotonic())

    async def stream(self, seconds: float, send: Callable[[Pcm], Awaitable[None]]) -> None:
        """Send a vowel in chunks, ahead of real time or in a burst."""
        sound = vowel(seconds, self.rate)
        length = round(self.plan.chunk * self.rate)
        begin = time.monotonic()
        reply = Streamed(begin, begin)
        self.streamed.append(reply)
        for index, start in enumerate(range(0, len(sound), length)):
            due = begin + index * self.plan.chunk * (0.1 if self.plan.burst else 1.0) - self.plan.ahead
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if self.plan.hangs_up_after and index * self.plan.chunk >= self.plan.hangs_up_after:
                reply.cut_off = time.monotonic()
                await self.socket.close(1011, "out of tokens")
                return
            await send(sound[start : start + length])
            reply.last, reply.seconds = time.monotonic(), reply.seconds + len(sound[start : start + length]) / self.rate
            reply.began = reply.began if index else reply.last  # a busy machine may take its time to send it


def _only_agents(socket: ServerConnection, request: Request) -> Response | None:
    return None if request.path.startswith("/agent") else socket.respond(404, "There is nobody.")


S = TypeVar("S", bound=Session)


class StandIn(Generic[S]):
    """Listens on a free port of the loopback for as long as its `with` lasts."""

    def __init__(self, session: type[S], plan: Plan = Plan()) -> None:
        self.sessions: list[S] = []
        self.url = ""
        self._session, self._plan = session, plan
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._called = threading.Event()
        self._done = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)

    @property
    def session(self) -> S:
        """The last call. A caller may know that it is connected a moment before its agent does."""
        assert self._called.wait(5), "Nobody has called."
        return self.sessions[-1]

    async def _serve(self) -> None:
        options: dict[str, Any] = {"max_size": None, "compression": None, "close_timeout": 1}
        async with serve(self._talk, "127.0.0.1", 0, process_request=_only_agents, **options) as server:
            self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/agent/"
            self._listening.set()
            await self._done.wait()

    async def _talk(self, socket: ServerConnection) -> None:
        session = self._session(socket, self._plan)
        self.sessions.append(session)
        self._called.set()
        await session.run()

    def __enter__(self) -> StandIn[S]:
        self._thread.start()
        assert self._listening.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(10)
        assert not self._thread.is_alive()
        self._loop.close()

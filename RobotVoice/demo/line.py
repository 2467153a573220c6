"""The agent's end of a connection: one queue for all that is sent, and the tasks that live as long as it does."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from typing import Any, Protocol

from websockets.exceptions import ConnectionClosed

from RobotVoice.demo.protocols.base import Message


class Note(Protocol):
    """Writes an event of this session into the truth."""

    def __call__(self, event: str, **fields: Any) -> None: ...


class Socket(Protocol):
    """What a session needs of a websocket."""

    async def send(self, message: Message) -> None: ...
    async def close(self) -> None: ...


class Line:
    """Sends in order, whoever sends: so a reply that was stopped can't be followed by a piece of it."""

    def __init__(self, socket: Socket, note: Note) -> None:
        self._socket, self._note = socket, note
        self._outbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._outbox.put_nowait(message)

    def hang_up(self) -> None:
        """Close the connection when all that was sent before is out."""
        self._outbox.put_nowait(None)

    async def pump(self) -> None:
        """Send until the agent hangs up."""
        with suppress(ConnectionClosed):  # then the other pump sees it too
            while (message := await self._outbox.get()) is not None:
                await self._socket.send(message)
        await self._socket.close()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do `work` beside everything else; what goes wrong in it is written down and ends the connection."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def end(self) -> None:
        """Give up what is not done."""
        for task in self._tasks:
            task.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or task.exception() is None:
            return
        self._note("failed", error=repr(task.exception()))
        self.hang_up()

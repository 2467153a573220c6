"""The connection to an agent: its line, what goes out on it, and the tasks that serve it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from RobotVoice.adapters.base import Adapter, Message
from RobotVoice.call.line import Line
from RobotVoice.call.waiting import TIMEOUTS

SETUP_TIMEOUT = 10.0
"""Seconds for the socket and again for the protocol's handshake."""
GOODBYE_TIMEOUT = 2.0
"""Seconds for the protocol's last messages and the end of the socket."""
SEND_TIMEOUT = 5.0
"""An agent that does not read for so long (s) has broken the call."""
_DEAF = f"The agent has not read from the line for {SEND_TIMEOUT:g} s."


class Connection:
    """From the first message to the last. broke: is told, in a sentence, why the call can't go on."""

    def __init__(self, adapter: Adapter, broke: Callable[[str], None]) -> None:
        self._adapter = adapter
        self._broke = broke
        self._line: Line | None = None
        self._closing = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> Line:
        """Prepare the agent and open the socket to it."""
        await self._adapter.prepare()
        self._line = await Line.open(self._adapter.endpoint(), SETUP_TIMEOUT)
        return self._line

    def serve(self, pump: Awaitable[None]) -> None:
        """Run `pump` until the connection is closed."""
        self._tasks.append(asyncio.create_task(self._guard(pump)))

    async def send(self, messages: Iterable[Message]) -> None:
        """Put messages on the line, if there is one."""
        if not self._line:
            return
        # a timer costs a third of what a task with a timeout does, 50 times a second
        stuck = asyncio.get_running_loop().call_later(SEND_TIMEOUT, self._broke, _DEAF)
        try:
            for message in messages:
                await self._line.send(message)
        finally:
            stuck.cancel()

    async def close(self) -> None:
        """Safe at any time and more than once, and over when it returns."""
        async with self._closing:  # an opening that was broken off closes it as well
            await self._hang_up()

    async def _guard(self, pump: Awaitable[None]) -> None:
        """A pump that breaks ends the call with its reason instead of leaving it deaf or dumb."""
        try:
            await pump
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._broke(f"The call broke: {type(error).__name__}: {error}.")

    async def _hang_up(self) -> None:
        tasks, self._tasks = self._tasks, []
        line, self._line = self._line, None
        for task in tasks:
            task.cancel()
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
            if line:
                await self._goodbye(line)
        finally:
            await self._adapter.release()

    async def _goodbye(self, line: Line) -> None:
        try:
            await asyncio.wait_for(self._say_goodbye(line), GOODBYE_TIMEOUT)
        except TIMEOUTS:
            pass
        finally:
            line.abort()  # to an agent that does not read even a goodbye would be kept for ever

    async def _say_goodbye(self, line: Line) -> None:
        for message in self._adapter.closing():
            await line.send(message)
        await line.close()

"""An agent in a process of its own, seen from within: it prints its address, then a report of every call."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.calibration.process import Report


def say(report: Report) -> None:
    """Print a report for the parent."""
    print(json.dumps(report), flush=True)


async def serve_calls(talk: Callable[[ServerConnection, Report], Awaitable[None]]) -> None:
    """Serve until the standard input ends. `talk` fills in the report of its call while it goes on."""

    async def answer(line: ServerConnection) -> None:
        report: Report = {}
        with suppress(ConnectionClosed):  # hanging up is how a call ends
            await talk(line, report)
        say(report)

    try:
        server = await serve(answer, "127.0.0.1", 0, compression=None, close_timeout=1)
    except OSError as error:
        sys.exit(f"It can't listen on a port of this machine: {error.strerror or error}.")
    async with server:
        host, port = next(iter(server.sockets)).getsockname()[:2]
        say({"listening": f"ws://{host}:{port}"})
        await _end_of_input()


async def _end_of_input() -> None:
    """The parent holds the other end of the pipe: however it dies, the input ends."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def read() -> None:
        # not sys.stdin: a thread that waits in there holds a lock which the interpreter needs to exit
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=read, name="parent", daemon=True).start()
    await ended.wait()


async def every_frame(start: float) -> AsyncIterator[float]:
    """The time, every 20 ms from `start` on, on absolute deadlines."""
    deadline = start
    while True:
        await asyncio.sleep(max(0.0, deadline - time.monotonic()))
        yield time.monotonic()
        deadline += FRAME_SECONDS

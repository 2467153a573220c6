"""An agent in a process of its own, seen from within: it prints its address, then a report of every call."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.calibration.process import Report
from RobotVoice.parent import end_of_input


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
        await end_of_input().wait()


async def every_frame(start: float) -> AsyncIterator[float]:
    """The time, every 20 ms from `start` on, on absolute deadlines."""
    deadline = start
    while True:
        await asyncio.sleep(max(0.0, deadline - time.monotonic()))
        yield time.monotonic()
        deadline += FRAME_SECONDS

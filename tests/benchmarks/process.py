"""A server in a process of its own, seen from both sides: it prints its address, then a report of every call."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from RobotVoice.audio.frames import FRAME_SECONDS

ROOT = Path(__file__).parents[2]
Report = dict[str, Any]


class Process:
    """`python -m module arguments`; it lives until its standard input ends, so at most as long as we do."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-m", module, *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def report(self) -> Report:
        """The next line that it prints; waits for it."""
        assert self._process.stdout is not None
        report: Report = json.loads(self._process.stdout.readline())
        return report

    def __enter__(self) -> Process:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


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

    async with serve(answer, "127.0.0.1", 0, compression=None, close_timeout=1) as server:
        host, port = next(iter(server.sockets)).getsockname()[:2]
        say({"listening": f"ws://{host}:{port}/"})
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def every_frame(start: float) -> AsyncIterator[float]:
    """The time, every 20 ms from `start` on, on absolute deadlines."""
    deadline = start
    while True:
        await asyncio.sleep(max(0.0, deadline - time.monotonic()))
        yield time.monotonic()
        deadline += FRAME_SECONDS

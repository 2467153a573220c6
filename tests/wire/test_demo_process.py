"""The demo agent as a process: how it starts and ends. Also the helpers of the other tests of the demo."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.demo.faults import Faults
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.voices import CachedVoice, OfflineVoice, spoken

PATIENCE = 60.0
"""A wait that is longer has failed. It is no claim about the agent: the machine may be busy."""

Event = dict[str, Any]


class Demo:
    """A running demo agent and its truth."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, truth: Path) -> None:
        self.process, self.url, self._truth = process, url, truth

    def truth(self, event: str = "") -> list[Event]:
        """What it wrote so far, of one kind if `event` is given."""
        lines = [json.loads(line) for line in self._truth.read_text().splitlines(keepends=True) if line[-1:] == "\n"]
        return [line for line in lines if event in ("", line["event"])]

    async def wrote(self, event: str, count: int = 1) -> Event:
        """The `count`-th event of its kind, once it has happened."""
        await until(lambda: len(self.truth(event)) >= count, lambda: f"no {event}: {self.truth()}")
        return self.truth(event)[count - 1]


async def until(happened: Callable[[], bool], otherwise: Callable[[], str] = str) -> None:
    """Look every few milliseconds whether it has happened."""
    limit = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < limit, otherwise()
        await asyncio.sleep(0.02)


def run(scenario: Coroutine[Any, Any, None]) -> None:
    """A whole test, with a limit."""
    asyncio.run(asyncio.wait_for(scenario, 3 * PATIENCE))


@asynccontextmanager
async def running(protocol: str, folder: Path, faults: Faults = Faults()) -> AsyncIterator[Demo]:  # noqa: B008
    """A demo agent that has loaded its models; its process ends by itself, with its input."""
    truth = folder / "truth.jsonl"
    arguments = ("--protocol", protocol, "--truth", str(truth), *faults.to_arguments())
    async with started(*arguments) as process:
        assert process.stdin is not None
        demo = Demo(process, await address(process), truth)
        await demo.wrote("warmed_up")
        yield demo
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
        assert demo.truth("failed") == []


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process; whatever fails, it is not left behind."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "RobotVoice.demo", *arguments, stdin=pipe, stdout=pipe
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
    return str(json.loads(line)["listening"])


class Caller:
    """Somebody on the line: a frame every 20 ms, of speech or of silence."""

    def __init__(self, rate: int, send: Callable[[Pcm], Awaitable[None]]) -> None:
        self.rate = rate
        self._send = send
        self._rest = frames.empty()

    def say(self, words: str | Clip) -> None:
        clip = voice(words) if isinstance(words, str) else words
        self._rest = np.concatenate((self._rest, clip.at_rate(self.rate).samples))

    async def talk(self) -> None:
        length = frames.frame_length(self.rate)
        begin, index = time.monotonic(), 0
        while True:
            await asyncio.sleep(max(0.0, begin + index * frames.FRAME_SECONDS - time.monotonic()))
            frame, self._rest = self._rest[:length], self._rest[length:]
            await self._send(np.concatenate((frame, np.zeros(length - len(frame), dtype=np.int16))))
            index += 1


@cache
def voice(words: str) -> Clip:
    """The caller's voice."""
    return spoken(CachedVoice(OfflineVoice(), SpeechCache()).speak(words))


@asynccontextmanager
async def at_once(*pumps: Awaitable[None]) -> AsyncIterator[None]:
    """Run the pumps while the body runs; a pump that failed fails the test at once."""
    body = asyncio.current_task()
    assert body is not None

    def check(pump: asyncio.Future[None]) -> None:
        if not pump.cancelled() and pump.exception() is not None:
            body.cancel()

    tasks = [asyncio.ensure_future(pump) for pump in pumps]
    for task in tasks:
        task.add_done_callback(check)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result


def test_it_says_where_it_listens_and_ends_with_its_input() -> None:
    async def scenario() -> None:
        async with started("--protocol", "openai_realtime") as process:
            url = await address(process)
            assert url.startswith("ws://127.0.0.1:")
            assert url.endswith("/v1/realtime")
            assert process.stdin is not None
            process.stdin.close()
            assert await asyncio.wait_for(process.wait(), PATIENCE) == 0

    run(scenario())


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to handle")
def test_it_ends_cleanly_when_told_to() -> None:
    async def scenario() -> None:
        async with started("--protocol", "websocket") as process:
            await address(process)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), PATIENCE) == 0

    run(scenario())


def test_a_port_in_use_is_one_sentence() -> None:
    async def scenario() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            arguments = ["-m", "RobotVoice.demo", "--protocol", "websocket", "--port", str(port)]
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, stdin=pipe, stdout=pipe, stderr=pipe
            )
            out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode == 2
        assert out == b""
        (sentence,) = err.decode().splitlines()
        assert sentence.startswith(f"The demo agent can't listen on 127.0.0.1:{port}: ")

    run(scenario())

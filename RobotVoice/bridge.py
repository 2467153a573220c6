"""The one place where Robot Framework's thread meets the event loop.

Keywords are synchronous: Robot runs them in its main thread, can time them out and can be interrupted.
The call lives in a loop of its own thread and goes on between keywords.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from RobotVoice.errors import KeywordTimeout

T = TypeVar("T")

SLICE = 0.1
"""Seconds of one wait. On Windows a timeout reaches the main thread only between two waits."""
SWITCH = 0.001
"""Seconds after which a busy Robot thread lets the loop in. With Python's 5 ms, frames were 15 ms late (measured)."""
DRAIN = 3.0
"""Seconds that cancelled tasks and the loop get to end."""


class Bridge:
    """An event loop in a thread of its own; both start with the first call of `run`."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._pending: concurrent.futures.Future[Any] | None = None

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float) -> T:
        """Run `coroutine` in the loop and wait for its result, at most `timeout` seconds.

        Whatever takes this thread away (Robot's timeout, Ctrl-C) cancels the coroutine.
        """
        if threading.current_thread() is self._thread:
            coroutine.close()
            raise RuntimeError("the bridge can't be crossed from the loop's own thread")
        future = asyncio.run_coroutine_threadsafe(coroutine, self._running())
        self._pending = future
        try:
            return self._wait(future, timeout)
        except BaseException:
            future.cancel()
            raise

    def reset(self) -> None:
        """Cancel what a keyword left behind that was broken off between submitting and waiting."""
        if self._pending is not None and not self._pending.done():
            self._pending.cancel()
        self._pending = None

    def close(self) -> None:
        """End the loop and its thread; the next `run` starts new ones."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        # a coroutine that blocks the loop holds up its end, not ours
        thread.join(DRAIN)
        self._loop = self._thread = self._pending = None

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            sys.setswitchinterval(min(SWITCH, sys.getswitchinterval()))
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_serve, args=(self._loop,), name="RobotVoice", daemon=True)
            self._thread.start()
        return self._loop

    def _wait(self, future: concurrent.futures.Future[T], timeout: float) -> T:
        slices = max(1, round(timeout / SLICE))
        for _ in range(slices):
            # not `result(timeout)`: it can't tell the slice's end from a TimeoutError of the coroutine
            if concurrent.futures.wait([future], SLICE).done:
                return future.result()
        raise KeywordTimeout(f"The keyword was still waiting after {timeout:g} s and was given up.")


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(_cancel_others())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


async def _cancel_others() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=DRAIN - 1)

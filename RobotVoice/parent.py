"""The process that started this one: it holds the other end of our standard input."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress


def end_of_input() -> asyncio.Event:
    """Set when the standard input ends: however the parent dies, it does. Never set if there is no such input."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def read() -> None:
        with suppress(OSError, ValueError):  # an input that can't be read has ended
            # Not sys.stdin: a thread that waits in there holds a lock which the interpreter needs to exit.
            while os.read(sys.stdin.fileno(), 4096):
                pass
        with suppress(RuntimeError):  # the loop is closed: we have left already
            loop.call_soon_threadsafe(ended.set)

    if sys.stdin is not None:
        threading.Thread(target=read, name="parent", daemon=True).start()
    return ended

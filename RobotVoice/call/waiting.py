"""Who waits for something to come true in a call, and what ends the wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from RobotVoice.errors import CallEnded, KeywordTimeout

TIMEOUTS = (TimeoutError, asyncio.TimeoutError)
"""One class from Python 3.11 on."""
_NO_REASON = "The call has ended."


class Waiting:
    """The conditions that somebody waits for; whoever changes the call has to `look` at them."""

    def __init__(self) -> None:
        self._why_over: str | None = None
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    async def until(self, condition: Callable[[], bool], timeout: float, sentence: str = "") -> None:
        """Wait until `condition` holds.

        Raises KeywordTimeout with `sentence` after `timeout` seconds, CallEnded if the call ends first.
        """
        if condition():
            return
        self.require_a_call()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (condition, done)
        self._waiting.append(entry)
        try:
            await asyncio.wait_for(done, timeout)
        except TIMEOUTS:
            raise KeywordTimeout(sentence) from None
        finally:
            self._waiting.remove(entry)

    def require_a_call(self) -> None:
        """CallEnded, with its reason, once the call is over."""
        if self._why_over is not None:
            raise CallEnded(self._why_over)

    def look(self) -> None:
        """Something has changed."""
        for condition, done in list(self._waiting):
            if done.done():
                continue
            if condition():
                done.set_result(None)
            elif self._why_over is not None:
                done.set_exception(CallEnded(self._why_over))

    def end(self, why: str) -> None:
        """The call is over: what has not come true by now never will. why: a sentence, or ""."""
        self._why_over = why or _NO_REASON
        self.look()

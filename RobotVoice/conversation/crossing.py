"""Robot's thread waits for what the call does in its own, and learns whole what ended a call in the meantime."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from RobotVoice.bridge import Bridge
from RobotVoice.call.call import Call
from RobotVoice.errors import CallEnded
from RobotVoice.evidence.sentences import timestamp

T = TypeVar("T")

MARGIN = 10.0
"""Seconds that the bridge waits longer than the call itself would."""


class Crossing:
    """The bridge to one call."""

    def __init__(self, bridge: Bridge, call: Call) -> None:
        self._bridge = bridge
        self._call = call

    def run(self, coroutine: Coroutine[Any, Any, T], seconds: float, doing: Callable[[], str] | str) -> T:
        """What comes of `coroutine`, which takes `seconds` at most by its own account.

        doing: what goes on meanwhile, as "the caller was silent"; for CallEnded, which tells when and why as well. It
        is asked for when the call has ended, if it depends on how far things have come.
        """
        was_over = self._call.is_over
        try:
            return self._bridge.run(coroutine, seconds + MARGIN)
        except CallEnded as ended:
            meanwhile = f"while {doing if isinstance(doing, str) else doing()}"
            when = "before this keyword began" if was_over else meanwhile
            raise CallEnded(f"{ended} That was at {timestamp(self._call.now)} of the call, {when}.") from None

    def wait(self, seconds: float) -> bool:
        """Let the call go on while the caller says nothing; False if it is over."""
        with contextlib.suppress(CallEnded):
            self.run(self._call.stay_silent(seconds), seconds, "the caller was silent")
        return not self._call.is_over

"""An agent in a process of its own, seen from ours: it prints its address, then a report of every call."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, NoReturn

from RobotVoice.errors import CallEnded, ConnectionFailed, KeywordTimeout

PATIENCE = 60.0
"""Seconds that a report may take: a busy machine needs some to start a Python process."""
STOP_TIMEOUT = 10.0
GRACE = 1.0
"""Seconds between the end of a line and the end of the process that held it."""
SLICE = 0.1
"""Seconds of one wait. On Windows a timeout and Ctrl-C reach the main thread only between two waits."""
_END = ""

Report = dict[str, Any]


class Process:
    """`python -m module arguments`; it lives until its standard input ends, so at most as long as we do.

    Raises ConnectionFailed if it can't be started.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        self._module = module
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        try:
            self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
            self._process = subprocess.Popen(
                (sys.executable, "-m", module, *arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                encoding="utf-8",
            )
        except OSError as error:
            raise ConnectionFailed(f"The process {module} can't be started: {error.strerror or error}.") from error
        threading.Thread(target=self._read, name="reports", daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put(_END)

    def report(self) -> Report:
        """The next line that it prints; waits for it. CallEnded, with the reason, if there will be none."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            with suppress(queue.Empty):
                return self._parsed(self._lines.get(timeout=SLICE))
        raise KeywordTimeout(f"The process {self._module} did not report within {PATIENCE:g} s.")

    def _parsed(self, line: str) -> Report:
        if line == _END:
            self._lines.put(_END)  # who asks again gets the same answer
            self._ended()
        return dict(json.loads(line))

    def require_alive(self) -> None:
        """CallEnded, with the reason, if the process has ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE)
            self._ended()

    def _ended(self) -> NoReturn:
        code = self._process.wait(STOP_TIMEOUT)
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        reason = lines[-1] if lines else f"it gave no reason, and its exit code is {code}."
        raise CallEnded(f"The process {self._module} ended by itself: {reason}")

    def __enter__(self) -> Process:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_TIMEOUT)
        finally:
            self._process.kill()
            self._process.wait()
            self._complaints.close()

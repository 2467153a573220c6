"""A tool's runner in a process of its own, seen from ours: a job goes in, an answer comes out, or a reason why not."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from .environments import Missing
from .results import Answer, answer_of

ROOT = Path(__file__).parents[3]
STARTING = 120.0
"""Seconds: langwatch-scenario imports for 10 to 20."""
WORKING = 40.0
"""Seconds of the longest call, and much more."""
ENDING = 10.0
GIVES_UP = 3
"""Jobs in a row without an answer."""


class Runner:
    """Answers jobs. One that does not answer in time is started anew; after GIVES_UP of them it answers no more."""

    def __init__(self, python: Path, module: str, folder: Path) -> None:
        self._command = (str(python), "-m", f"{__package__}.runners.{module}")
        self._folder = folder
        self._log = (folder / f"{module}.log").open("w", encoding="utf-8")
        self._failures = 0
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            encoding="utf-8",
            # what a tool leaves behind must not be left in the repository
            cwd=self._folder,
            env=_environment(),
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_read, args=(self._process.stdout, self._lines), daemon=True).start()
        try:
            about = json.loads(self._line(STARTING))
        except (TimeoutError, EOFError) as error:
            self._end()
            raise Missing(f"its runner {error}; {self._last_words()}") from None
        self.version, self.python = str(about["version"]), str(about["python"])

    def answer(self, **job: Any) -> Answer:
        if self._failures >= GIVES_UP:
            return Answer(error=f"given up after {GIVES_UP} jobs in a row without an answer")
        assert self._process.stdin is not None
        try:
            print(json.dumps(job), file=self._process.stdin, flush=True)
            answer = answer_of(self._line(WORKING))
        except (TimeoutError, EOFError, BrokenPipeError, ValueError) as error:
            return self._failed(str(error))
        self._failures = 0
        return answer

    def _failed(self, reason: str) -> Answer:
        self._failures += 1
        self._end()
        if self._failures < GIVES_UP:
            with suppress(Missing):
                self._start()
        return Answer(error=reason)

    def _line(self, seconds: float) -> str:
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError(f"gave no answer within {seconds:g} s") from None
        if not line:
            raise EOFError("ended by itself")
        return line

    def _last_words(self) -> str:
        lines = Path(self._log.name).read_text(encoding="utf-8").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def _end(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(ENDING)
        finally:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        self._end()
        self._log.close()


def _environment() -> dict[str, str]:
    """Ours, without the keys that would make a tool report its runs to a service."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LANGWATCH_")}
    # LiteLLM, which langwatch-scenario imports, else asks the network for prices and waits for the answer
    return kept | {"PYTHONPATH": str(ROOT), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def _read(pipe: IO[str], lines: queue.SimpleQueue[str]) -> None:
    for line in pipe:
        lines.put(line)
    lines.put("")

"""The bot as a process of its own, from the side of the tests."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from pipecat_bot.plan import Plan

START_TIMEOUT = 120.0
"""Seconds: to import Pipecat takes 1 to 2, and more on a busy machine that does it for the first time."""
PATIENCE = 20.0
"""Seconds; a wait that is longer has failed."""

HUNG_UP_MEANWHILE = re.compile(
    r"exception (while closing the websocket:"
    r"|(sending|receiving) data: "
    r"(WebSocketDisconnect|(RuntimeError \()?(Cannot call|WebSocket is not connected|Unexpected ASGI message)))"
)
"""What Pipecat calls an error although it is none: it had something to send to a caller who was just gone, or hung up
on one, which says nothing of what it was sent."""


class Call:
    """One call of the bot's, and its truth of it."""

    def __init__(self, bot: str, folder: Path, name: str, plan: Plan) -> None:
        self.url = f"{bot}/{name}?{plan.to_query()}"
        self._truth = folder / f"{name}.jsonl"

    def truth(self, event: str, **fields: object) -> list[dict[str, Any]]:
        """All that the bot noted of one kind, as far as the fields are these."""
        lines = [json.loads(line) for line in self._truth.read_text(encoding="utf-8").splitlines(keepends=True)]
        return [line for line in lines if {"event": event, **fields}.items() <= line.items()]

    def received(self) -> list[str]:
        """The kinds of what came, a run of one kind as one."""
        kinds = [line["kind"] for line in self.truth("received")]
        return [kind for index, kind in enumerate(kinds) if kinds[index - 1 : index] != [kind]]

    def over(self) -> dict[str, Any]:
        """What the bot has to say at the end of the call, once it has come."""
        limit = time.monotonic() + PATIENCE
        while not (over := self.truth("over")):
            assert time.monotonic() < limit, "the bot has not noticed the end of the call"
            time.sleep(0.05)
        return over[0]


class Bot:
    """The running bot. It takes several calls at a time."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        self._numbers = count(1)

    def call(self, plan: Plan) -> Call:
        return Call(self._url, self._folder, f"call-{next(self._numbers)}", plan)


@contextmanager
def running(folder: Path) -> Iterator[Bot]:
    """A bot that has to start, to end, and to find nothing wrong with what it is sent."""
    log = folder / "log.txt"
    with log.open("w") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipecat_bot", str(folder)],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        )
    with process:
        try:
            yield Bot(_address(process, log), folder)
        except BaseException:
            process.kill()
            raise
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
    errors = [line for line in log.read_text(encoding="utf-8").splitlines() if "ERROR" in line]
    wrong = [line for line in errors if not HUNG_UP_MEANWHILE.search(line)]
    assert not wrong, "\n".join(["The Pipecat bot found something wrong:", *wrong])


def _address(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    patience = Timer(START_TIMEOUT, process.kill)
    patience.start()
    line = process.stdout.readline()  # empty once the process has ended
    patience.cancel()
    if line:
        return str(json.loads(line)["listening"])
    said = log.read_text(encoding="utf-8").strip().splitlines() or ["it gave no reason"]
    pytest.fail(f'The Pipecat bot did not start: {said[-1]}. It needs Python 3.11 and pip install ".[offline,test]".')

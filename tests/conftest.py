"""How the tests are run, and what several of them are given.

Robot suites mostly wait for voices: they run beside the other tests, and are looked at last.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from openai_by_hand import StandIn

ACCEPTANCE = Path(__file__).parent / "acceptance"
TOO_BUSY = ("This machine was too busy", "can't be trusted")
TRIES = 3
AT_ONCE = 2
"""A suite takes some 40 % of a core (measured): two cores have room for two, and for the tests beside them."""
LONGEST = 1200
"""Seconds of one suite."""

Run = subprocess.CompletedProcess[str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the order otherwise."""
    items.sort(key=_is_acceptance)


@pytest.fixture(scope="session", autouse=True)
def run_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Run]]:
    """Waits for the run of a suite, which began with the first test."""
    wanted = [item.callspec.params["suite"] for item in request.session.items if _is_acceptance(item)]  # type: ignore[attr-defined]
    folder = tmp_path_factory.mktemp("acceptance") if wanted else Path()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = {suite: pool.submit(_run, suite, folder / suite.stem) for suite in wanted}
        try:
            yield lambda suite: runs[suite].result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A server that speaks OpenAI's protocol; nothing in the environment points to another."""
    from openai_by_hand import serving  # noqa: PLC0415 - found once the tests beside it are collected

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with serving() as stand_in:
        yield stand_in


def _is_acceptance(item: pytest.Item) -> bool:
    return item.path.is_relative_to(ACCEPTANCE)


def _run(suite: Path, folder: Path) -> Run:
    """A run whose only failures say that the machine was too busy to measure has judged nothing: it is repeated."""
    for attempt in range(1, TRIES + 1):
        command = [sys.executable, "-m", "robot", "--outputdir", str(folder / f"run{attempt}"), str(suite)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
        if run.returncode == 0 or not any(words in run.stdout for words in TOO_BUSY):
            break
    return run

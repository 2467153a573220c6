"""In which order the tests are run, and what several of them are given.

Calls mostly wait for voices, so several run side by side: Robot suites first, as the longest, then what else is on the
wire. What only computes comes last, so that no call has to keep time beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from openai_by_hand import StandIn

TESTS = Path(__file__).parent
FOLDERS = ["acceptance", "wire", "browser", "unit"]

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the order otherwise."""
    items.sort(key=lambda item: FOLDERS.index(item.path.relative_to(TESTS).parts[0]))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Whoever is free takes the next part of the tests."""
    return _FilesAndSuites(config, log)


class _FilesAndSuites(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """A file's tests share what it sets up, and stay together; Robot suites share nothing."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        return nodeid if file.startswith("tests/acceptance/") else file


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A server that speaks OpenAI's protocol; nothing in the environment points to another."""
    from openai_by_hand import serving  # noqa: PLC0415 - found once the tests beside it are collected

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with serving() as stand_in:
        yield stand_in

"""What several unit tests are given."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai_by_hand import StandIn, serving


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A server that speaks OpenAI's protocol; nothing in the environment points to another."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with serving() as stand_in:
        yield stand_in

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from RobotVoice.adapters import matrix
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.errors import InvalidArgument, UnknownAgent, UnsupportedCapability

OWN = """
from __future__ import annotations
from dataclasses import dataclass
from RobotVoice.adapters.base import Adapter, Endpoint

@dataclass
class Settings:
    port: int = 1

class Mine(Adapter):
    name = "mine"
    def endpoint(self): return Endpoint(f"ws://127.0.0.1:{Settings().port}")
    def audio(self, frame): return ()
    def events(self, message): return ()

class Half(Adapter):
    name = "half"
    def endpoint(self): return Endpoint("")

class Nameless(Mine):
    pass

number = 5
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "own_agents.py"
    path.write_text(OWN)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "own_agents", raising=False)
    return path


def test_every_row_has_its_own_name() -> None:
    names = [adapter.name for adapter in matrix.rows()]
    assert {"demo", "openai_realtime", "media_streams", "websocket"} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["openai_realtime", "OpenAI Realtime", "openai-realtime", " OPENAIREALTIME "])
def test_a_name_is_found_however_it_is_written(name: str) -> None:
    assert matrix.find(name) is OpenAIRealtime


def test_unknown_agent_lists_those_there_are() -> None:
    with pytest.raises(UnknownAgent) as caught:
        matrix.find("media stream")
    sentence = str(caught.value)
    assert "'media stream'; did you mean 'media_streams'?" in sentence
    assert all(adapter.name in sentence for adapter in matrix.rows())


def test_a_persons_own_adapter(own: Path) -> None:
    assert matrix.find("own_agents.Mine").name == "mine"
    assert matrix.find(f"{own}:Mine").name == "mine"


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("own_agents.Yours", UnknownAgent, "'Yours' is not there"),
        ("own_agents.number", UnknownAgent, "'number' is not a subclass"),
        ("own_agents.Settings", UnknownAgent, "'Settings' is not a subclass"),
        ("own_agents.Half", InvalidArgument, "'Half' lacks audio, events"),
        ("no_such_package.Mine", UnknownAgent, "No module named"),
        ("no/such/file.py:Mine", UnknownAgent, "no file 'no/such/file.py'"),
        ("", UnknownAgent, "no agent ''"),
        ("...", UnknownAgent, "no agent '...'"),
        ("ws://127.0.0.1:5/x", UnknownAgent, "no agent"),
    ],
)
@pytest.mark.usefixtures("own")
def test_an_own_adapter_that_can_not_be_used(name: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        matrix.find(name)


def test_a_file_that_breaks(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text("1 / 0")
    with pytest.raises(UnknownAgent, match="ZeroDivisionError"):
        matrix.find(f"{path}:Mine")


def row(name: str) -> dict[str, str]:
    head, *body = matrix.as_table()
    return next(dict(zip(head, cells, strict=True)) for cells in body if cells[0] == name)


def test_table_says_what_the_capabilities_say() -> None:
    assert row("media_streams")["cancel"] == "no"
    assert row("media_streams")["voice activity detection"] == "clear"
    assert row("media_streams")["keys"] == "yes"
    assert row("media_streams")["audio in"] == "pcmu/8000"
    assert row("openai_realtime")["cancel"] == "response.cancel + conversation.item.truncate"
    assert row("openai_realtime")["streaming transcripts"] == "yes"
    assert row("websocket")["cancel"] == "by option"
    assert row("websocket")["keys"] == "by option"
    assert len(matrix.as_table()) == len(matrix.rows()) + 1


def test_text_and_markdown_hold_every_cell() -> None:
    lines = matrix.as_text().splitlines()
    assert len(lines) == len(matrix.rows()) + 2
    markdown = matrix.as_markdown().splitlines()
    assert markdown[1] == "|" + " --- |" * len(matrix.HEADER)
    for cells, line, marked in zip(matrix.as_table()[1:], lines[2:], markdown[2:], strict=True):
        assert all(cell in line and cell in marked for cell in cells)


def test_html_is_well_formed_escaped_and_has_no_colour_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MediaStreams, "summary", "<script>alert('x')</script> & |more|")
    html = matrix.as_html()
    assert "<script" not in html
    table = ET.fromstring(html)
    assert [list(tr.itertext()) for tr in table.iter("tr")] == matrix.as_table()
    assert not re.search(r"(color|background):(?!inherit|none)|:#|rgb", html)
    assert "currentColor" in html
    assert "\\|more\\|" in matrix.as_markdown()


def test_lacks_names_agent_capability_and_who_has_it() -> None:
    error = matrix.lacks(MediaStreams(url="ws://h"), "interruption")
    assert isinstance(error, UnsupportedCapability)
    for words in (
        "'media_streams'",
        "cancel signal",
        "'interruption'",
        "openai_realtime",
        "websocket (by option)",
    ):
        assert words in str(error)
    # who described a websocket without a cancel learns that an option gives it one
    assert "websocket (by option)" in str(matrix.lacks(WebSocket, "interruption"))

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from RobotVoice.evidence.files import recording_path, relative_link


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Caller Changes Their Mind", "Caller-Changes-Their-Mind"),
        ("Größe & naïve façade", "Groe-naive-facade"),
        ("../../etc/passwd", "etc-passwd"),
        ("日本語", "call"),
        ("", "call"),
        ('a<b>:"|?*\x00', "a-b"),
        ("x" * 200, "x" * 60),
    ],
)
def test_names_are_safe_everywhere(tmp_path: Path, name: str, slug: str) -> None:
    path = recording_path(tmp_path, name)
    assert path.parent == tmp_path / "calls"
    assert path.parent.is_dir()
    assert re.fullmatch(rf"{slug}-[0-9a-f]{{8}}\.wav", path.name)


def test_names_never_repeat(tmp_path: Path) -> None:
    assert len({recording_path(tmp_path, "same") for _ in range(200)}) == 200


def test_a_recording_that_exists_is_never_named_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fixed:
        def __init__(self, hex_digits: str) -> None:
            self.hex = hex_digits

    ids = iter([Fixed("a" * 32), Fixed("a" * 32), Fixed("b" * 32)])
    monkeypatch.setattr("RobotVoice.evidence.files.uuid4", lambda: next(ids))
    first = recording_path(tmp_path, "same")
    first.write_bytes(b"evidence")
    assert recording_path(tmp_path, "same").name == "same-bbbbbbbb.wav"
    assert first.read_bytes() == b"evidence"


def test_link_is_relative_and_percent_encoded(tmp_path: Path) -> None:
    path = tmp_path / "calls" / 'my "call" #1 ü 100%.wav'
    link = relative_link(path, tmp_path)
    assert link.startswith("calls/")
    assert not re.search(r"[^A-Za-z0-9%/._~-]", link)
    assert unquote(link) == 'calls/my "call" #1 ü 100%.wav'


def test_link_to_a_file_elsewhere(tmp_path: Path) -> None:
    assert relative_link(tmp_path / "a" / "x.wav", tmp_path / "b") == "../a/x.wav"

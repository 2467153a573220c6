"""The cache gives back what it was given, or nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from RobotVoice.audio.frames import Clip
from RobotVoice.speech.cache import SpeechCache, default_folder, digest

KEY = {"voice": "test", "version": "1", "text": "Hello, wörld"}
CLIP = Clip(np.random.default_rng(1).integers(-32768, 32767, 24000).astype(np.int16), 24000)


@pytest.fixture
def cache(tmp_path: Path) -> SpeechCache:
    return SpeechCache(tmp_path / "cache")


def only_file(cache: SpeechCache) -> Path:
    assert cache.folder is not None
    (file,) = cache.folder.iterdir()
    return file


def test_a_kept_clip_is_found_again_by_another_process(cache: SpeechCache) -> None:
    cache.keep_clip(KEY, CLIP)
    found = SpeechCache(cache.folder).find_clip(dict(reversed(KEY.items())))
    assert found is not None
    assert found.rate == 24000
    assert np.array_equal(found.samples, CLIP.samples)


def test_a_kept_text_is_found_again(cache: SpeechCache) -> None:
    cache.keep_text(KEY, 'He said "café" 😀')
    assert cache.find_text(KEY) == 'He said "café" 😀'
    cache.keep_text(KEY, "")
    assert cache.find_text(KEY) == ""


@pytest.mark.parametrize("change", [{"version": "2"}, {"text": "hello, wörld"}, {"pitch": "0.85"}])
def test_another_fingerprint_finds_nothing(cache: SpeechCache, change: dict[str, str]) -> None:
    cache.keep_clip(KEY, CLIP)
    cache.keep_text(KEY, "words")
    assert cache.find_clip(KEY | change) is None
    assert cache.find_text(KEY | change) is None


def flip_a_byte(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0x10]) + data[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        flip_a_byte,
        lambda data: data[: len(data) // 2],
        lambda data: data[:30],
        lambda data: b"",
        lambda data: b"rubbish" * 100,
        lambda data: b"[]",
        lambda data: b'{"text": 5}',
        lambda data: b"\xff\xfe\x00",
    ],
)
def test_a_damaged_file_is_as_none_and_is_made_again(cache: SpeechCache, damage: Callable[[bytes], bytes]) -> None:
    cache.keep_clip(KEY, CLIP)
    file = only_file(cache)
    file.write_bytes(damage(file.read_bytes()))
    assert cache.find_clip(KEY) is None
    cache.keep_clip(KEY, CLIP)
    assert cache.find_clip(KEY) is not None


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"5", b"{}", b'{"text": 5}', b"\xff\xfe"])
def test_a_damaged_text_is_as_none(cache: SpeechCache, data: bytes) -> None:
    cache.keep_text(KEY, "words")
    only_file(cache).write_bytes(data)
    assert cache.find_text(KEY) is None


def test_a_sound_under_the_wrong_rate_is_another_sound() -> None:
    assert digest(CLIP) == digest(Clip(CLIP.samples.copy(), 24000))
    assert digest(CLIP) != digest(Clip(CLIP.samples, 8000))


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = SpeechCache(tmp_path / "file" / "cache")
    cache.keep_clip(KEY, CLIP)
    cache.keep_text(KEY, "words")
    assert cache.find_clip(KEY) is None
    assert cache.find_text(KEY) is None


def test_many_writers_of_one_clip_leave_one_whole_file(cache: SpeechCache) -> None:
    def keep_and_find(_: int) -> bool:
        cache.keep_clip(KEY, CLIP)
        return cache.find_clip(KEY) is not None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(keep_and_find, range(40)))
    assert only_file(cache).suffix == ".flac"


def test_the_folder_is_the_environments_if_it_names_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ROBOTVOICE_CACHE", str(tmp_path))
    assert SpeechCache().folder == tmp_path
    assert SpeechCache(tmp_path / "own").folder == tmp_path / "own"


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {}, ".cache/robotvoice"),
        ("linux", {"XDG_CACHE_HOME": "/xdg"}, "/xdg/robotvoice"),
        ("darwin", {}, "Library/Caches/robotvoice"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/robotvoice/cache"),
        ("win32", {}, "AppData/Local/robotvoice/cache"),
    ],
)
def test_the_folder_is_the_platforms_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, environment: dict[str, str], folder: str
) -> None:
    for name in ("ROBOTVOICE_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert default_folder() == tmp_path / folder


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("ROBOTVOICE_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    cache = SpeechCache()
    assert cache.folder is None
    cache.keep_clip(KEY, CLIP)
    assert cache.find_clip(KEY) is None
    assert cache.find_text(KEY) is None

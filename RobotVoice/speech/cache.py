"""A disk cache of what voices said and ears heard, shared by every process of the user.

Nothing depends on it: a damaged file is made again, and where nothing can be written, nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import soundfile

from RobotVoice.audio.files import decode_audio, write_atomically
from RobotVoice.audio.frames import Clip, to_bytes

_log = logging.getLogger(__name__)

Fingerprint = Mapping[str, str]
"""Everything that determines a result, by name."""


class SpeechCache:
    """Clips and texts in `folder`, each found again by the fingerprint it was kept under."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()

    def find_clip(self, fingerprint: Fingerprint) -> Clip | None:
        """The clip kept under `fingerprint`, if there is one and it is undamaged."""
        data = self._read(_name(fingerprint, "flac"))
        return None if data is None else _decode(data)

    def keep_clip(self, fingerprint: Fingerprint, clip: Clip) -> None:
        self._write(_name(fingerprint, "flac"), _encode(clip))

    def find_text(self, fingerprint: Fingerprint) -> str | None:
        """The text kept under `fingerprint`, if there is one and it is undamaged."""
        data = self._read(_name(fingerprint, "json"))
        return None if data is None else _parse(data)

    def keep_text(self, fingerprint: Fingerprint, text: str) -> None:
        self._write(_name(fingerprint, "json"), json.dumps({"text": text}).encode())

    def _read(self, name: str) -> bytes | None:
        if self.folder is None:
            return None
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None

    def _write(self, name: str, data: bytes) -> None:
        if self.folder is None:
            return
        try:
            write_atomically(self.folder / name, data)
        except OSError as error:
            _log.debug("Nothing can be kept in %s: %s", self.folder, error)


def default_folder() -> Path | None:
    """`ROBOTVOICE_CACHE`, else the user's cache folder; None for a user who has no home."""
    chosen = os.environ.get("ROBOTVOICE_CACHE")
    if chosen:
        return Path(chosen)
    try:
        return _user_cache()
    except RuntimeError:
        return None


def digest(clip: Clip) -> str:
    """A name for exactly this sound."""
    return hashlib.sha256(f"{clip.rate}:".encode() + to_bytes(clip.samples)).hexdigest()


def _user_cache() -> Path:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "robotvoice" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "robotvoice"
    xdg = os.environ.get("XDG_CACHE_HOME")
    return (Path(xdg) if xdg else Path.home() / ".cache") / "robotvoice"


def _name(fingerprint: Fingerprint, extension: str) -> str:
    canonical = json.dumps(dict(fingerprint), sort_keys=True)
    return f"{hashlib.sha256(canonical.encode()).hexdigest()}.{extension}"


def _encode(clip: Clip) -> bytes:
    buffer = BytesIO()
    # FLAC and not WAV, of which a damaged half would be read without a word.
    soundfile.write(buffer, clip.samples, clip.rate, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()


def _decode(data: bytes) -> Clip | None:
    try:
        return decode_audio(data)
    except soundfile.SoundFileError:
        return None


def _parse(data: bytes) -> str | None:
    try:
        text = json.loads(data)["text"]
    except (ValueError, KeyError, TypeError):
        return None
    return text if isinstance(text, str) else None

"""Where a call's recording goes, and how log.html points to it."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

FOLDER = "calls"
LARGEST = 100_000_000
"""Bytes. A recording beyond this is not copied, and not put into a page: a quarter of an hour of 24 kHz stereo."""

_LONGEST_SLUG = 60


def recording_path(output_dir: Path, test_name: str, suffix: str = ".wav") -> Path:
    """A new file name for the recording of a test, in a folder that exists.

    Unique in each run: a rerun into the same folder must not replace what an older log.html plays.
    """
    folder = output_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        path = folder / f"{_slug(test_name)}-{uuid4().hex[:8]}{suffix}"
        if not path.exists():
            return path


def relative_link(path: Path, output_dir: Path) -> str:
    """The URL of `path` as seen from a log.html in `output_dir`."""
    try:
        relative = os.path.relpath(path.resolve(), output_dir.resolve())
    except ValueError:  # another drive of Windows: no relative way leads there
        return path.resolve().as_uri()
    return quote(Path(relative).as_posix())


def embedded(path: Path) -> bytes | None:
    """The recording to be put into a page; None if it is so large that a browser would choke on the page."""
    return path.read_bytes() if path.stat().st_size <= LARGEST else None


def _slug(name: str) -> str:
    """`name` in ASCII letters, digits and hyphens: safe in every file system, zip file and URL."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", plain)
    return words[:_LONGEST_SLUG].strip("-") or "call"

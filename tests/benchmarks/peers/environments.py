"""An environment for each peer, made from its package: nothing of it is ever a dependency of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

INSTALLATION = 900.0
"""Seconds that an installation may take: langwatch-scenario brings some 130 packages."""
NEWEST = 14
"""Minor version of the newest Python that is looked for."""


class Missing(Exception):
    """A peer can't be had on this machine; the reason is one line."""


@dataclass(frozen=True)
class Package:
    """A peer's package, pinned. minor: of the oldest Python 3 that it runs on."""

    name: str
    version: str
    minor: int

    @property
    def requirement(self) -> str:
        return f"{self.name}=={self.version}"


def interpreter(package: Package, folder: Path, log: TextIO) -> Path:
    """The Python of the environment of `package` in `folder`, which is made if it is not there yet."""
    place = folder / package.requirement
    executable = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    complete = place / "complete"
    if not complete.exists():
        shutil.rmtree(place, ignore_errors=True)
        _run((str(_python(package)), "-m", "venv", str(place)), log)
        _run((str(executable), "-m", "pip", "install", "--disable-pip-version-check", package.requirement), log)
        complete.touch()
    return executable


def _python(package: Package) -> Path:
    """A Python that is new enough, ours if it is."""
    for candidate in _candidates(package.minor):
        version = _minor_of(candidate)
        if version is not None and version >= package.minor:
            return candidate
    raise Missing(f"it needs Python 3.{package.minor} or newer, and there is none on this machine")


def _candidates(minor: int) -> Iterator[Path]:
    yield Path(sys.executable)
    for wanted in range(minor, NEWEST + 1):
        if found := shutil.which(f"python3.{wanted}"):
            yield Path(found)
        # pyenv's own commands on the path refuse a version that is not the chosen one
        versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
        yield from sorted(versions.glob(f"3.{wanted}.*/bin/python"))


def _minor_of(python: Path) -> int | None:
    """None if it does not run."""
    question = (str(python), "-c", "import sys; print(sys.version_info[1])")
    answer = subprocess.run(question, capture_output=True, encoding="utf-8", check=False)
    return int(answer.stdout) if answer.returncode == 0 else None


def _run(command: tuple[str, ...], log: TextIO) -> None:
    """Missing, with the last thing it said, if it fails."""
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=INSTALLATION,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Missing(f"its installation took longer than {INSTALLATION:g} s") from None
    log.write(done.stdout)
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.startswith("ERROR")] or done.stdout.splitlines()
        raise Missing(f"it could not be installed: {lines[-1] if lines else f'exit code {done.returncode}'}")

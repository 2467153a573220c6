"""Every suite of acceptance/ in a Robot run of its own, as a person would start it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SUITES = sorted((Path(__file__).parents[2] / "acceptance").glob("*.robot"))


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.stem)
def test_suite_passes(suite: Path, run_of: Callable[[Path], subprocess.CompletedProcess[str]]) -> None:
    run = run_of(suite)
    assert run.returncode == 0, run.stdout + run.stderr

"""The ready-made behaviours: what somebody's own suite gets who uses them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RESOURCES = sorted((Path(__file__).parents[2] / "resources").glob("*.resource"))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda path: path.stem)
def test_a_suite_keeps_the_options_of_its_own_import(resource: Path, tmp_path: Path) -> None:
    """Robot Framework takes the first import of a library, with a mere warning that it takes no other."""
    suite = tmp_path / "own.robot"
    suite.write_text(
        f"*** Settings ***\nResource    {resource.as_posix()}\nLibrary    RobotVoice    watch=8 s\n\n"
        "*** Test Cases ***\nIs It Mine\n    End Call\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "robot", "--dryrun", "--output", "NONE", "--log", "NONE", "--report", "NONE"]
    run = subprocess.run([*command, str(suite)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "WARN" not in run.stderr + run.stdout

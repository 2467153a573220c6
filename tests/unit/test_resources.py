"""The ready-made behaviours: what somebody's own suite gets who uses them."""

from __future__ import annotations

from pathlib import Path

import pytest
from robot import run

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
    told = tmp_path / "told.txt"
    with told.open("w", encoding="utf-8") as console:
        code = run(suite, dryrun=True, output=None, log=None, report=None, stdout=console, stderr=console)
    assert code == 0
    assert "WARN" not in told.read_text(encoding="utf-8")

"""Without the packages of the extra `offline`, whoever needs them says which command installs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from robot.api import ExecutionResult

from RobotVoice.speech.offline import PACKAGES

SUITE = """*** Settings ***
Library    RobotVoice

*** Test Cases ***
No Agent
    Start Call    demo
"""


def sentence(missing: str) -> str:
    return (
        f"The demo agent needs packages that are not installed (No module named '{missing}'). "
        'This installs them: pip install "robotframework-robotvoice[offline]"'
    )


def run(folder: Path, missing: str, code: str) -> subprocess.CompletedProcess[str]:
    blocked = f"import sys; sys.modules[{missing!r}] = None; {code}"
    command = [sys.executable, "-c", blocked]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_start_call_fails_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "suite.robot").write_text(SUITE)
    run(tmp_path, "hibari", "import robot; robot.run_cli(['suite.robot'])")
    (test,) = ExecutionResult(tmp_path / "output.xml").suite.tests
    assert test.message == sentence("hibari")


@pytest.mark.parametrize("package", PACKAGES)
def test_the_agents_command_line_does_not_begin_to_listen(tmp_path: Path, package: str) -> None:
    code = "from RobotVoice.demo.__main__ import main; sys.exit(main(['--protocol', 'websocket']))"
    ended = run(tmp_path, package, code)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"{sentence(package)}\n"

"""What the address of a model's server holds besides the server is in no file of a run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from judge_by_hand import chat_server, verdict, verdicts

from RobotVoice.errors import InvalidArgument
from RobotVoice.openai_server import OpenAIServer

ASKING = """
from RobotVoice.judge.model import ModelJudge


def ask():
    ModelJudge("llama", open("address.txt").read(), "sk-0123456789").complete([{"role": "user", "content": "Well?"}], 7)
"""
SUITE = """
*** Settings ***
Library    Asking.py

*** Test Cases ***
Ask
    Ask
"""


@pytest.mark.parametrize("level", ["INFO", "TRACE"])
def test_a_run_keeps_no_credentials_of_an_address(level: str, tmp_path: Path) -> None:
    with chat_server(verdicts(verdict("met", "x"))) as server:
        (tmp_path / "address.txt").write_text(server.url.replace("http://", "http://its-user:its-password@"))
        (tmp_path / "Asking.py").write_text(ASKING)
        (tmp_path / "suite.robot").write_text(SUITE)
        command = [sys.executable, "-m", "robot", "--loglevel", level, "suite.robot"]
        robot = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False)
    assert "1 test, 1 passed" in robot.stdout, robot.stdout
    assert len(server.requests) == 1
    written = [path.read_text(encoding="utf-8") for path in (tmp_path / "output.xml", tmp_path / "log.html")]
    for secret in ("its-user", "its-password"):
        assert all(secret not in text for text in [*written, robot.stdout, robot.stderr])


def test_an_address_with_a_query_is_refused_without_showing_it() -> None:
    with pytest.raises(InvalidArgument, match=r"The base_url https://host/v1 has a query.*: leave it out") as refused:
        OpenAIServer("https://its-user:its-password@host/v1?key=its-key", "sk-0123456789")
    assert "its-" not in str(refused.value)

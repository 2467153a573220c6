"""What the README shows is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from RobotVoice.adapters import matrix
from RobotVoice.adapters.options import build
from RobotVoice.evidence.model import Measured
from RobotVoice.evidence.statistics import Latencies, Rate
from RobotVoice.judge.thresholds import Kind, latency_within, rate_at_least

TOP = Path(__file__).parents[2]
README = (TOP / "README.md").read_text(encoding="utf-8")


def between(start: str, end: str) -> str:
    return README.partition(f"<!-- {start} -->")[2].partition(f"<!-- {end} -->")[0].strip()


def test_the_matrix_is_the_generated_one() -> None:
    assert between("matrix", "end of matrix") == matrix.as_markdown().strip()


def test_the_first_suite_is_the_one_that_the_first_command_runs() -> None:
    shown = next(
        block for block in re.findall(r"```robotframework\n(.*?)```", README, re.DOTALL) if "Settings" in block
    )
    suite = (TOP / "acceptance" / "first_call.robot").read_text(encoding="utf-8")
    steps = [line for line in suite.splitlines() if not line.lstrip().startswith(("Documentation", "[Documentation]"))]
    assert [line for line in shown.splitlines() if line] == [line for line in steps if line]


def test_every_agent_has_a_line_that_its_adapter_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("OPENAI_API_KEY", "GOOGLE_API_KEY", "ELEVENLABS_API_KEY", "DEEPGRAM_API_KEY", "VAPI_API_KEY"):
        monkeypatch.setenv(key, "sk-0123456789abcdef")
        assert f"`{key}`" in README or f"# {key}" in README
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC0123456789")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "0123456789abcdef")
    lines = [re.split(r" {2,}", line.partition("    #")[0].strip()) for line in README.splitlines()]
    calls = [
        (agent, options)
        for keyword, agent, *options in (line for line in lines if len(line) > 1)
        if keyword == "Start Call"
    ]
    assert {agent for agent, _ in calls} == {row.name for row in matrix.rows()}
    for agent, options in calls:
        build(matrix.find(agent), dict(option.split("=", 1) for option in options))


def test_so_many_repeats_are_enough_for_the_checks_that_are_shown() -> None:
    repeats, median = (
        int(re.findall(pattern, README)[0]) for pattern in (r"`Repeat    (\d+)", r"median and takes (\d+)")
    )
    perfect = int(re.findall(r"The first takes (\d+) runs", README)[0])
    misses, of = map(int, re.findall(r"forgives\s+(\d+) misses in (\d+)", README)[0])
    assert f"p95 and takes {repeats};" in README

    def rate(hits: int, count: int) -> bool | None:
        return rate_at_least(Rate(hits, count), "The agent stopped", 0.9, 0.95).passed

    def latency(count: int, share: float) -> bool | None:
        return latency_within(Latencies((Measured(0.4, 0.01),) * count), Kind.STOP, 0.8, share, 0.95).passed

    assert (rate(perfect, perfect), rate(perfect - 1, perfect - 1)) == (True, None)
    assert (rate(of - misses, of), rate(of - misses - 1, of)) == (True, False)
    assert (latency(repeats, 0.95), latency(repeats - 1, 0.95)) == (True, None)
    assert (latency(median, 0.5), latency(median - 1, 0.5)) == (True, None)


def test_two_lines_set_everything_up() -> None:
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv ")]
    assert len(lines) == 2
    assert "acceptance/first_call.robot" in lines[0]
    assert lines[1].endswith(".venv/bin/pytest")


def test_the_picture_exists() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert pictures
    assert all((TOP / picture).is_file() for picture in pictures)

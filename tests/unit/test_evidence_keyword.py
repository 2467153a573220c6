"""A red test has no green report."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from RobotVoice import RobotVoice
from RobotVoice.errors import CannotCheck
from RobotVoice.evidence.model import Check
from RobotVoice.keywords import evidence


class Shown:
    """A call whose report is not drawn, but whose checks are seen."""

    def __init__(self, *checks: Check) -> None:
        self.checks = list(checks)

    def problems(self) -> list[str]:
        return []


@pytest.fixture(autouse=True)
def _no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "draw_evidence", lambda *_: (None, ""))
    monkeypatch.setattr("robot.api.logger.info", lambda *_, **__: None)


def logged(call: Any, failed: bool, message: str = "There is nothing to check.\nMore of it.") -> list[Check]:
    result = SimpleNamespace(failed=failed, message=message)
    evidence.log_evidence(call, "A test", result, Path(), False)
    return list(call.checks)


def test_a_failure_that_was_no_check_of_the_call_stands_before_what_passed() -> None:
    passed = Check("It stopped.", True)
    assert logged(Shown(passed), True) == [passed, Check("The test failed: There is nothing to check.", None)]


def test_of_several_failures_the_first_is_told() -> None:
    message = "Several failures occurred:\n\n1) There is nothing to check.\n\n2) The agent hung up."
    told = logged(Shown(Check("It stopped.", True)), True, message)[-1]
    assert told == Check("The test failed: 1) There is nothing to check.", None)


@pytest.mark.parametrize("checks", [[], [Check("It did not stop.", False)], [Check("Not known.", None)]])
def test_a_failure_that_is_told_already_is_not_told_twice(checks: list[Check]) -> None:
    assert logged(Shown(*checks), True) == checks


def test_a_green_test_is_left_alone() -> None:
    assert logged(Shown(Check("It stopped.", True)), False) == [Check("It stopped.", True)]


def test_a_check_that_can_not_be_made_stands_in_the_report_once(monkeypatch: pytest.MonkeyPatch) -> None:
    library, call = RobotVoice(), Shown()
    monkeypatch.setattr(library, "_calls", [call])
    library.keywords["get_transcript"] = _no_words
    for _ in range(2):
        with pytest.raises(CannotCheck):
            library.run_keyword("get_transcript", [])
    assert call.checks == [Check("There is no transcript.", None)]


def test_a_check_of_nothing_leaves_no_report() -> None:
    library = RobotVoice()
    library.keywords["get_transcript"] = _no_words
    with pytest.raises(CannotCheck):
        library.run_keyword("get_transcript", [])
    assert library.calls() == []


def _no_words() -> None:
    raise CannotCheck("There is no transcript.")

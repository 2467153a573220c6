"""What the caller is going to say, read from the test before it runs."""

from __future__ import annotations

from robot.api import TestSuite as Suite

from RobotVoice.keywords.upcoming import lines_of_caller


def lines(*body: str) -> list[str]:
    suite = Suite.from_string("\n".join(["*** Test Cases ***", "A Test", *(f"    {line}" for line in body)]))
    return list(lines_of_caller(suite.tests[0]))


def test_both_forms_in_order() -> None:
    found = lines("Start Call    demo", "User Says    Hello", "Interrupt With    Stop    after=1 s", "Agent Replies")
    assert found == ["Hello", "Stop"]


def test_names_are_compared_as_robot_framework_does() -> None:
    assert lines("user_says    A", "USERSAYS    B", "RobotVoice.Interrupt With    C", "User Says So    D") == [
        "A",
        "B",
        "C",
    ]


def test_named_arguments() -> None:
    assert lines("User Says    text=Hello", "Interrupt With    after=1 s    text=Stop") == ["Hello", "Stop"]


def test_what_holds_a_variable_is_not_known_yet() -> None:
    assert lines("User Says    ${words}", "User Says    text=Hello ${name}", "User Says") == []


def test_blocks_are_looked_into() -> None:
    found = lines(
        "IF    True",
        "    User Says    A",
        "ELSE",
        "    FOR    ${i}    IN    1    2",
        "        User Says    B",
        "    END",
        "END",
        "TRY",
        "    User Says    C",
        "EXCEPT",
        "    User Says    D",
        "END",
    )
    assert found == ["A", "B", "C", "D"]


def test_what_is_no_test_has_no_lines() -> None:
    assert list(lines_of_caller(object())) == []

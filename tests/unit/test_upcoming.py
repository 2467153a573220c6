"""What the caller is going to say, read from the test before it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from robot.api import TestSuite as Suite

from RobotVoice.keywords.upcoming import lines_of_caller
from RobotVoice.sounds import pack


def lines(*body: str, keywords: str = "", resource: str = "", **variables: object) -> list[str]:
    test = "\n".join(["*** Test Cases ***", "A Test", *(f"    {line}" for line in body)])
    suite = Suite.from_string(f"*** Keywords ***\n{keywords}\n{test}")
    imported = Suite.from_string(f"*** Keywords ***\n{resource}").resource
    return list(lines_of_caller(suite.tests[0], [imported], variables))


# --- the test itself ---


def test_both_forms_in_order() -> None:
    found = lines("Start Call    demo", "User Says    Hello", "Interrupt With    Stop    after=1 s", "Agent Replies")
    assert found == ["Hello", "Stop"]


def test_names_are_compared_as_robot_framework_does() -> None:
    assert lines("user_says    A", "USERSAYS    B", "RobotVoice.Interrupt With    C", "User Says So    D") == [
        "A",
        "B",
        "C",
    ]


def test_words_of_a_listener_and_of_those_who_talk_in_a_sound() -> None:
    found = lines(
        "User Backchannels    mm-hmm    after=2 s",
        "User Makes Sound    Side Talk",
        "User Makes Sound    after=1 s    sound=television",
        "User Makes Sound    cough",
        "User Makes Sound    own.wav",
        "User Says    I want ... [pause 1.2 s] tea",
    )
    said = [*pack.find("side talk").lines, *pack.find("television").lines]
    assert found == ["mm-hmm", *said, "I want ... [pause 1.2 s] tea"]
    assert said


def test_the_words_of_a_sentence_before_a_keyword() -> None:
    assert lines("When User Says    A", "and RobotVoice.Interrupt With    B", "Andy User Says    C") == ["A", "B"]


def test_named_arguments() -> None:
    assert lines("User Says    text=Hello", "Interrupt With    after=1 s    text=Stop") == ["Hello", "Stop"]


def test_all_lines_of_a_conversation() -> None:
    talk = "Let Them Talk    A    turns=4    ${b}    @{more}    seed=7    persona=Joe    C"
    assert lines(talk, b="B", more="D") == ["A", "B", "C"]


def test_variables_that_have_their_value_already() -> None:
    found = lines("User Says    ${Question}, ${my name}!", QUESTION="Who am I", my_name="Joe")
    assert found == ["Who am I, Joe!"]


@pytest.mark.parametrize(
    "text", ["${words}", "text=Hello ${words}", "", "${{1}}", "%{HOME}", "@{known}", "${known.upper()}", "a\\nb"]
)
def test_what_only_the_run_can_tell_is_left_out(text: str) -> None:
    assert lines(f"User Says    {text}", known="a") == []


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


def test_setup_and_teardown() -> None:
    assert lines("[Setup]    User Says    A", "[Teardown]    User Says    C", "User Says    B") == ["A", "B", "C"]


def test_a_keyword_that_another_one_runs() -> None:
    found = lines(
        "Run Keyword And Expect Error    *    Interrupt With    A    mode=vad",
        "Run Keywords    User Says    B    AND    Agent Replies    AND    User Says    C",
    )
    assert found == ["A", "B", "C"]


def test_what_is_no_test_has_no_lines() -> None:
    assert list(lines_of_caller(object())) == []


# --- user keywords ---

ASKS = """Caller Asks
    [Arguments]    ${question}    ${and then}=${question} please    ${other}=Never mind
    User Says    ${question}
    Interrupt With    ${and then}
    Agent Replies
    User Says    ${other}
"""


@pytest.mark.parametrize("place", ["keywords", "resource"])
def test_user_keywords_say_their_arguments(place: str) -> None:
    assert lines("Caller Asks    A    B", **{place: ASKS}) == ["A", "B", "Never mind"]
    assert lines("caller_asks    A    other=${C}", C="D", **{place: ASKS}) == ["A", "D"]
    assert lines("Caller Asks    ${unknown}    B", **{place: ASKS}) == ["B", "Never mind"]
    assert lines("Run Keywords    Caller Asks    A    B    AND    Log", **{place: ASKS}) == ["A", "B", "Never mind"]


def test_an_argument_hides_a_variable_of_the_same_name() -> None:
    assert lines("Caller Asks    ${unknown}    B", keywords=ASKS, question="A", other="C") == ["B", "Never mind"]


def test_a_template_is_a_keyword_with_each_row() -> None:
    assert lines("[Template]    Caller Asks", "A    B", "C    D    E", keywords=ASKS) == [
        *("A", "B", "Never mind"),
        *("C", "D", "E"),
    ]


def test_embedded_arguments() -> None:
    keyword = "Caller Wants ${thing} And ${other}\n    User Says    ${thing}\n    Interrupt With    No, ${other}\n"
    assert lines("When caller wants tea and milk", resource=keyword) == ["tea", "No, milk"]


def test_keywords_in_keywords() -> None:
    outer = "Outer\n    [Arguments]    ${text}\n    Inner    ${text}!\n    Inner    ${text}!\n"
    inner = "Inner\n    [Arguments]    ${it}\n    [Teardown]    User Says    Bye\n    User Says    ${it}\n"
    assert lines("Outer    Hi", "my.Outer    Ho", keywords=outer, resource=inner) == ["Hi!", "Bye", "Ho!", "Bye"]


def test_a_keyword_of_the_suite_hides_one_of_a_resource_file() -> None:
    assert lines("Say It", keywords="Say It\n    User Says    A\n", resource="Say It\n    User Says    B\n") == ["A"]


def test_a_keyword_that_runs_itself_comes_to_an_end() -> None:
    assert lines("Again", keywords="Again\n    User Says    A\n    Again\n") == ["A"]
    growing = "Again\n    [Arguments]    ${text}\n    User Says    ${text}\n    Again    ${text}a\n"
    assert lines("Again    a", keywords=growing) == ["a" * count for count in range(1, 21)]
    many = "".join(f"Step {n}\n    Step {n + 1}    ${{1}}\n    Step {n + 1}    ${{2}}\n" for n in range(60))
    assert lines("Step 0", keywords=many) == []


# --- in a run ---

SUITE = """*** Settings ***
Resource    behaviours.resource

*** Variables ***
${NAME}     Joe

*** Test Cases ***
A Test
    Do As ${1}
    ${library} =    Get Library Instance    RobotVoice
    Should Be Equal    ${library._upcoming}    ${{["I am Joe", "Bye"]}}
"""
RESOURCE = """*** Settings ***
Library    RobotVoice

*** Keywords ***
Do As ${number}
    IF    ${number} > 1
        User Says    I am ${NAME}
        Caller Leaves
    END

Caller Leaves
    User Says    ${BYE}

*** Variables ***
${BYE}    Bye
"""


def test_robot_framework_tells_of_resource_files_and_variables(tmp_path: Path) -> None:
    (tmp_path / "behaviours.resource").write_text(RESOURCE)
    (tmp_path / "suite.robot").write_text(SUITE)
    suite = Suite.from_file_system(tmp_path / "suite.robot")
    result = suite.run(output=str(tmp_path / "output.xml"), console="none")
    assert result.suite.tests[0].passed, result.suite.tests[0].message

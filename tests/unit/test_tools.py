"""What the agent's tools answer in a test."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.adapters.events import Problem, ToolCalled
from RobotVoice.adapters.tools import UNKNOWN, Tools


def test_a_table_of_answers() -> None:
    tools = Tools.convert({"get_bill": "42 dollars", "get_plan": {"name": "basic", "lines": 2}, "is_open": True})
    assert tools.use("get_bill", '{"month":"May"}') == (
        "42 dollars",
        [ToolCalled("get_bill", '{"month":"May"}', "42 dollars")],
    )
    assert tools.use("get_plan", "{}")[0] == '{"name": "basic", "lines": 2}'
    assert tools.use("is_open", "{}")[0] == "true"


def test_a_table_as_json_with_a_description_for_the_agent() -> None:
    schema = {"type": "object", "properties": {"month": {"type": "string"}}}
    text = '{"get_bill": {"answer": "42", "description": "The bill.", "parameters": %s}}'
    (tool,) = Tools.convert(text % str(schema).replace("'", '"')).all()
    assert (tool.name, tool.answer, tool.description, tool.parameters) == ("get_bill", "42", "The bill.", schema)


def test_a_tool_that_the_table_lacks_is_a_problem() -> None:
    answer, (called, problem) = Tools.convert({"get_bill": "42"}).use("get_plan", "{}")
    assert answer == UNKNOWN
    assert called == ToolCalled("get_plan", "{}")
    assert isinstance(problem, Problem)
    assert problem.sentence == "The agent used the tool 'get_plan', which the option 'tools' does not have: get_bill."
    assert not problem.fatal


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("get_bill", "must be a table"),
        ("[1]", "must be a table"),
        (7, "must be a table"),
        ({"t": {"answer": "a", "parametres": {}}}, "unknown 'parametres'"),
        ({"t": {"answer": "a", "parameters": "month"}}, "must be a JSON schema"),
        ({"t": object()}, "The answer of the tool 't'"),
    ],
)
def test_a_table_that_is_none_is_refused(value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Tools.convert(value)


@given(st.text(), st.text())
def test_nothing_that_an_agent_sends_raises(name: str, arguments: str) -> None:
    answer, told = Tools.convert({"a": "b"}).use(name, arguments)
    assert isinstance(told[0], ToolCalled)
    assert answer == ("b" if name == "a" else UNKNOWN)

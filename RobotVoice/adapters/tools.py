"""Tools that an agent may use during a test, and what they answer: the option `tools` of `Start Call`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from RobotVoice.adapters.events import Problem, ToolCalled
from RobotVoice.adapters.wire import Json, quote

UNKNOWN = "There is no such tool."
"""What the agent is told of a tool that the test's table does not have."""
NO_PARAMETERS: Json = {"type": "object", "properties": {}}
_SHAPE = (
    'The option \'tools\' must be a table of names and answers, such as {"get_bill": "42 dollars"}, or, for an agent '
    'that has to be told of them, {"get_bill": {"answer": "42 dollars", "description": "...", "parameters": {...}}}.'
)


@dataclass(frozen=True)
class Tool:
    """One tool. parameters: their JSON schema. answer: what it returns, as text."""

    name: str
    answer: str
    description: str = ""
    parameters: Json = field(default_factory=lambda: NO_PARAMETERS)


class Tools:
    """The table of a call."""

    def __init__(self, tools: tuple[Tool, ...] = ()) -> None:
        self._by_name = {tool.name: tool for tool in tools}

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def all(self) -> tuple[Tool, ...]:
        return tuple(self._by_name.values())

    def use(self, name: str, arguments: str) -> tuple[str, list[ToolCalled | Problem]]:
        """What the agent gets as the answer, and what is told of it."""
        tool = self._by_name.get(name)
        if tool is not None:
            return tool.answer, [ToolCalled(quote(name), quote(arguments), quote(tool.answer))]
        known = ", ".join(self._by_name) or "none"
        problem = Problem(f"The agent used the tool '{quote(name)}', which the option 'tools' does not have: {known}.")
        return UNKNOWN, [ToolCalled(quote(name), quote(arguments)), problem]

    @classmethod
    def convert(cls, value: object) -> Tools:
        """A table, or its JSON. A description with the key `answer` tells the agent more of a tool than its name."""
        if isinstance(value, Tools):
            return value
        table = _read(value) if isinstance(value, str) else value
        if not isinstance(table, Mapping):
            raise _refused()
        return cls(tuple(_tool(str(name), described) for name, described in table.items()))


NO_TOOLS = Tools()


def _refused(why: str = "") -> ValueError:
    return ValueError(why + _SHAPE)


def _read(text: str) -> object:
    try:
        return json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        raise _refused() from None


def _tool(name: str, described: object) -> Tool:
    if not (isinstance(described, Mapping) and "answer" in described):
        return Tool(name, _text(name, described))
    if unknown := set(described) - {"answer", "description", "parameters"}:
        raise _refused(f"The tool '{name}' has an unknown '{min(map(str, unknown))}'. ")
    parameters = described.get("parameters", NO_PARAMETERS)
    if not isinstance(parameters, Mapping):
        raise _refused(f"The parameters of the tool '{name}' must be a JSON schema. ")
    description = str(described.get("description", ""))
    return Tool(name, _text(name, described["answer"]), description, dict(parameters))


def _text(name: str, answer: object) -> str:
    if isinstance(answer, str):
        return answer
    try:
        return json.dumps(dict(answer) if isinstance(answer, Mapping) else answer)
    except (TypeError, ValueError):
        raise ValueError(f"The answer of the tool '{name}' in the option 'tools' can't be written as JSON.") from None

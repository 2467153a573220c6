"""Events of the OpenAI Realtime API: reading those of the client, and the objects in those of the server."""

from __future__ import annotations

import json
from typing import Any

from RobotVoice.demo.protocols.base import Message

Fields = dict[str, Any]


class Invalid(Exception):
    """What the client sent is refused: the fields of the `error` event."""

    def __init__(self, message: str, code: str, param: str | None = None) -> None:
        super().__init__(message)
        self.error = {"type": "invalid_request_error", "code": code, "message": message, "param": param}


def parsed(message: Message) -> Fields:
    """An event of the client; raises Invalid."""
    if isinstance(message, bytes):
        raise Invalid("Events are text messages.", "invalid_json")
    try:
        said = json.loads(message)
    except ValueError as error:
        raise Invalid(f"Could not parse the event as JSON: {error}", "invalid_json") from None
    if not isinstance(said, dict):
        raise Invalid("An event is a JSON object.", "invalid_json")
    return said


def field(said: Fields, name: str, kind: type, param: str | None = None) -> Any:
    """A required field; raises Invalid. param: what it is called in the whole event, if that is longer."""
    if name not in said:
        raise Invalid(f"Missing required parameter: '{param or name}'.", "missing_required_parameter", param or name)
    value = said[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        wanted = {"str": "a string", "int": "an integer", "dict": "an object", "list": "an array"}[kind.__name__]
        raise Invalid(f"Invalid type for '{param or name}': expected {wanted}.", "invalid_type", param or name)
    return value


def message_item(item: str, role: str, status: str, content: list[Fields]) -> Fields:
    """What the caller or the agent said."""
    return {
        "id": item,
        "object": "realtime.item",
        "type": "message",
        "status": status,
        "role": role,
        "content": content,
    }


def call_item(item: str, call: str, tool: str, arguments: str, status: str) -> Fields:
    """The agent's call of a tool."""
    return {
        "id": item,
        "object": "realtime.item",
        "type": "function_call",
        "status": status,
        "name": tool,
        "call_id": call,
        "arguments": arguments,
    }


def response(name: str, status: str, reason: str | None, output: list[Fields], spoken: Fields) -> Fields:
    """reason: why it ended before its end. spoken: the session's settings of the agent's audio."""
    return {
        "object": "realtime.response",
        "id": name,
        "status": status,
        "status_details": {"type": status, "reason": reason} if reason else None,
        "output": output,
        "conversation_id": "conv_1",
        "output_modalities": ["audio"],
        "max_output_tokens": "inf",
        "audio": {"output": {"format": spoken["format"], "voice": spoken.get("voice")}},
        "usage": None,
        "metadata": None,
    }

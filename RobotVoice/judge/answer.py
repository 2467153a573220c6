"""What a judge model answered, as far as it can be used. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from RobotVoice.evidence.verdict import Ruling, Usage
from RobotVoice.judge.casefile import Line
from RobotVoice.judge.phrases import words

SHORTEST_QUOTE = 3
"""Words. Fewer may stand anywhere; a line that has no more is quoted whole."""
LONGEST_REASON = 400
"""Characters."""
_TO_THE_JUDGE = re.compile(r"\b(judge|judges|evaluator|grader|criterion|criteria|verdict)\b", re.IGNORECASE)


class Found(BaseModel):
    """A verdict as the model gave it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    criterion: int
    quote: str
    reason: str
    verdict: Literal["met", "not met", "cannot tell"]

    @property
    def ruling(self) -> Ruling:
        return Ruling(self.verdict)


class Answer(BaseModel):
    """All verdicts of one answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    verdicts: list[Found]


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    finish_reason: str | None = None
    message: _Message


class _Tokens(BaseModel):
    prompt_tokens: int
    completion_tokens: int


class _Completion(BaseModel):
    choices: list[_Choice]
    usage: _Tokens | None = None


class Unusable(Exception):
    """Nothing of the answer can be used; the message says why, as a clause: "it answered with no JSON"."""


def verdicts_in(body: str) -> list[Found]:
    """The verdicts in the body of a server's answer; Unusable if there are none that could be trusted."""
    choice = _first_choice(body)
    if choice.message.refusal:
        raise Unusable(f"it refused: {choice.message.refusal[:LONGEST_REASON]}")
    if choice.finish_reason not in (None, "stop"):
        raise Unusable(f"its answer was broken off ({choice.finish_reason[:40]})")
    content = choice.message.content or ""
    # servers that know no structured output like to put the JSON into a frame of words
    try:
        return Answer.model_validate_json(content[content.find("{") : content.rfind("}") + 1]).verdicts
    except ValidationError:
        raise Unusable("its answer was not the JSON that it was asked for") from None


def usage_in(body: str) -> Usage:
    """What the request cost; unknown where the server does not tell."""
    try:
        tokens = _Completion.model_validate_json(body).usage
    except ValidationError:
        tokens = None
    return Usage(1, tokens.prompt_tokens, tokens.completion_tokens) if tokens else Usage(1, None, None)


def quoted_line(quote: str, lines: Sequence[Line]) -> Line | None:
    """The line that holds `quote`, word for word; None if none does that was surely heard.

    A quote that speaks to a judge proves nothing about the agent's answer.
    """
    wanted = words(quote)
    if not wanted or _TO_THE_JUDGE.search(quote):
        return None
    return next((line for line in lines if line.certain and _holds(words(line.text or ""), wanted)), None)


def _holds(said: Sequence[str], wanted: Sequence[str]) -> bool:
    if len(wanted) < min(SHORTEST_QUOTE, len(said)):
        return False
    return any(said[index : index + len(wanted)] == wanted for index in range(len(said) - len(wanted) + 1))


def _first_choice(body: str) -> _Choice:
    try:
        choices = _Completion.model_validate_json(body).choices
    except ValidationError:
        choices = []
    if not choices:
        raise Unusable("it did not answer as a chat model does")
    return choices[0]

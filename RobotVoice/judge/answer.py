"""What a judge model answered, as far as it can be used. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from RobotVoice.chat_model import Unusable, json_in
from RobotVoice.evidence.verdict import Ruling
from RobotVoice.judge.casefile import Line
from RobotVoice.words.phrases import as_said, holds, words

SHORTEST_QUOTE = 3
"""Words. Fewer may stand anywhere; a line that has no more is quoted whole."""
_TO_THE_JUDGE = re.compile(r"\b(judges?|evaluators?|graders?|criterion|criteria|verdicts?)\b", re.IGNORECASE)


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


def verdicts_in(body: str) -> list[Found]:
    """The verdicts in the body of a server's answer; Unusable if there are none that could be trusted."""
    try:
        return Answer.model_validate_json(json_in(body)).verdicts
    except ValidationError:
        raise Unusable("its answer was not the JSON that it was asked for") from None


def quoted_line(quote: str, lines: Sequence[Line]) -> tuple[Line, str] | None:
    """The line that holds `quote`, word for word, and these words as they stand in it.

    None if no line does that was surely heard. A quote that speaks to a judge proves nothing about the agent's answer.
    """
    wanted = words(quote)
    if not wanted or _TO_THE_JUDGE.search(quote):
        return None
    heard = ((line, line.text or "") for line in lines if line.certain)
    return next(((line, as_said(text, wanted)) for line, text in heard if _is_from(words(text), wanted)), None)


def _is_from(said: Sequence[str], wanted: Sequence[str]) -> bool:
    return len(wanted) >= min(SHORTEST_QUOTE, len(said)) and holds(said, wanted)

"""What a judge model answered, as far as it can be used. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from RobotVoice.chat_model import Unusable, json_in
from RobotVoice.evidence.verdict import Ruling
from RobotVoice.judge.casefile import Line
from RobotVoice.words.phrases import as_said, holds, is_said, words

SHORTEST_QUOTE = 3
"""Words. Fewer may stand anywhere; a line that has no more is quoted whole."""
_JUDGE = re.compile(r"\b(judges?|evaluators?|graders?|criterion|criteria|verdicts?|tests?)\b", re.IGNORECASE)
_ORDER = re.compile(
    r"\b(ignore|disregard|forget|instructions?|mark|grade|score|rate|pass(es|ed)?|met|answer|verdicts?)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"\b(mark|count|treat|consider|rate|score)\b.{0,40}\b(met|pass|passed|true|successful)\b"
    r"|\b(ignore|disregard|forget)\b.{0,40}\b(instructions?|prompt|rules|above|before)\b",
    re.IGNORECASE,
)
"""What a line says to a judge, and to no caller."""


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

    None if no line does that was surely heard. A line that speaks to a judge proves nothing about the agent's answer,
    whichever of its words are quoted.
    """
    wanted = words(quote)
    if not wanted:
        return None
    heard = [(line, line.text or "") for line in lines if line.certain]
    found = next(((line, text) for line, text in heard if _is_from(words(text), wanted)), None)
    if found is None or _speaks_to_a_judge(found[1]):
        return None
    return found[0], as_said(found[1], wanted)


def leaves_out_a_denial(quote: str, line: Line) -> bool:
    """Whether the words stand behind a "not" that was not quoted: "I can not give you our business hours"."""
    in_line, alone = (is_said(text, quote, even_if_taken_back=True) for text in (line.text or "", quote))
    return in_line is None and alone is True


def _speaks_to_a_judge(text: str) -> bool:
    return bool(_VERDICT.search(text) or (_JUDGE.search(text) and _ORDER.search(text)))


def _is_from(said: Sequence[str], wanted: Sequence[str]) -> bool:
    return len(wanted) >= min(SHORTEST_QUOTE, len(said)) and holds(said, wanted)

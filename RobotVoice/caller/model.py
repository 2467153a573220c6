"""A caller with a persona and a goal: a chat model finds its words, after what it has heard of the call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from RobotVoice.caller import prompt
from RobotVoice.caller.lines import HeardSoFar, Words
from RobotVoice.caller.plan import PlannedTurn
from RobotVoice.caller.prompt import LONGEST_LINE
from RobotVoice.chat_model import ChatModel, Unusable, json_in, usage_in
from RobotVoice.errors import CannotCheck
from RobotVoice.evidence.model import Speaker
from RobotVoice.evidence.verdict import Usage
from RobotVoice.judge.casefile import Line

ASKED = 3
"""Times that a model is asked for the words of one turn."""
_STAGE_DIRECTION = re.compile(r"\[[^][]*]|\([^()]*\)")
"""What models write although it is not wanted, and what nobody says: "[laughs]", "(sighs)"."""
_UNSPEAKABLE = re.compile(r"[\[\](){}<>*_#|\\]")
"""Markup, which a voice would read out."""


class Answer(BaseModel):
    """What the model says."""

    model_config = ConfigDict(extra="forbid", strict=True)

    line: str
    interruption: str


class CallerModel(ChatModel):
    """A chat model that plays the caller; the arguments are those of `ChatModel`."""

    def __init__(
        self, model: str, base_url: str | None = None, api_key: str | None = None, timeout: float = 20.0
    ) -> None:
        super().__init__(model, base_url, api_key, timeout, wanted="words for the caller", form=Answer)


class ModelCaller:
    """A person whom `model` plays, in a conversation of `turns` turns.

    interruptions: what it interrupts with; without any, the model's own words.
    """

    def __init__(
        self, model: CallerModel, persona: str, goal: str, turns: int, seed: int, interruptions: Sequence[str] = ()
    ) -> None:
        self._usage = Usage()
        self._model = model
        self._persona = persona
        self._goal = goal
        self._turns = turns
        self._seed = seed
        self._interruptions = interruptions

    @property
    def cost(self) -> str:
        return f"The caller's words are by {self._model.name} at {self._model.address}: {self._usage}."

    def known(self) -> Iterable[str]:
        return self._interruptions

    def words(self, turn: PlannedTurn, heard: HeardSoFar) -> Words:
        """Raises CannotCheck if the model gives none that can be said, and as `ChatModel.complete` does."""
        call = heard()
        self._require_words(call)
        why = ""
        for attempt in range(ASKED):
            asked = prompt.messages(self._persona, self._goal, turn.number, self._turns, call, why)
            body = self._model.complete(asked, self._seed + (turn.number - 1) * ASKED + attempt)
            self._usage += usage_in(body)
            try:
                found = words_in(body)
            except Unusable as reason:
                why = str(reason)
                continue
            return Words(found.line, turn.pick(self._interruptions)) if self._interruptions else found
        raise CannotCheck(f"The model {self._model.name} gave no words that the caller could say: {why}.")

    def _require_words(self, call: Sequence[Line]) -> None:
        """A caller who understands nothing does not talk with the agent, but to itself."""
        said = [line for line in call if line.speaker is Speaker.AGENT]
        if said and not any(line.text for line in said):
            raise CannotCheck(
                f"There is no transcript of what the agent said, so the model {self._model.name} can't know what the "
                'caller heard. Speech to text comes with: pip install "robotframework-robotvoice[offline]".'
            )


def words_in(body: str) -> Words:
    """The words in the body of a server's answer; Unusable if they can't be said aloud."""
    try:
        answer = Answer.model_validate_json(json_in(body))
    except ValidationError:
        raise Unusable("it was not the JSON that was asked for") from None
    return Words(_speakable("line", answer.line), _speakable("interruption", answer.interruption))


def _speakable(name: str, text: str) -> str:
    said = " ".join(_STAGE_DIRECTION.sub(" ", text).split()).strip("\"'“” ")
    if not any(character.isalnum() for character in said):
        raise Unusable(f'its "{name}" was empty')
    if len(said) > LONGEST_LINE:
        raise Unusable(f'its "{name}" was longer than {LONGEST_LINE} characters')
    if _UNSPEAKABLE.search(said):
        raise Unusable(f'its "{name}" held symbols that nobody can say')
    return said

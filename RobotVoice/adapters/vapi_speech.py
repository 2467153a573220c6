"""Vapi's `assistant.speechStarted`: which words of its turn the assistant has spoken by now."""

from __future__ import annotations

import math
import re

from RobotVoice.adapters.wire import Json, Malformed, child, shown, text


class Spoken:
    """Each message has the whole text of the turn, and how far the voice is in it if the voice tells that."""

    def __init__(self) -> None:
        self._turn: object = None
        self._end = 0
        self._told = 0

    def more(self, message: Json, reply: str) -> str:
        """What has been spoken since the last message of this turn; `reply` is the turn where none is named."""
        whole, timing = text(message, "text"), child(message, "timing", optional=True)
        turn = message.get("turn")
        if (turn if turn is not None else reply) != self._turn:
            self._turn, self._end, self._told = turn if turn is not None else reply, 0, 0
        self._end = max(self._end, min(len(whole), self._reached(whole, timing)))
        new, self._told = whole[self._told : self._end], self._end
        return new

    def _reached(self, whole: str, timing: Json) -> int:
        """Where in the text its voice is. Of one that does not tell, nothing is known but that it has begun."""
        match text(timing, "type", ""):
            case "word-progress":
                return _end_of_word(whole, timing.get("wordsSpoken"))
            case "word-alignment":
                # each message has the words that are being played, with the spaces between them
                return self._end + sum(map(len, _words(timing.get("words"))))
            case _:
                return 0


def _end_of_word(whole: str, number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
        raise Malformed(f"The agent sent a message whose field 'wordsSpoken' is {shown(number)}; it must be a number.")
    ends = [word.end() for word in re.finditer(r"\S+", whole)][: max(0, int(number))]
    return ends[-1] if ends else 0


def _words(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise Malformed(f"The agent sent a message whose field 'words' is {shown(value)}; it must be a list of texts.")
    return value

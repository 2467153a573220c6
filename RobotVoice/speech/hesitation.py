"""A caller who hesitates: a text with pauses in it, and its sound."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip
from RobotVoice.durations import length_of_time
from RobotVoice.errors import InvalidArgument
from RobotVoice.speech.voices import Voice

PAUSE = 0.7
"""Seconds of three dots. Most pauses within speech last 0.2 to 1 s, and longer ones occur only where people speak
without a script (Campione and Veronis, "A large-scale multilingual study of silent pause duration", Speech Prosody
2002)."""
LONGEST = 30.0
"""Seconds of one pause: who is silent for longer has said two things."""

_MARK = re.compile(r"(\[[^][]*]|\.{3,}|\N{HORIZONTAL ELLIPSIS})")
_PAUSE = re.compile(r"\[\s*pause\b\s*(?P<time>[^]]*?)\s*]", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """Words, and the silence (s) after them."""

    text: str
    pause: float = 0.0


def parts_of(text: str) -> list[Part]:
    """The parts of `text` that are spoken without a pause, in order; the last one has no silence after it.

    `[pause 1.2 s]` is silence of exactly that length. Three dots are `PAUSE`, but nothing beside a pause in brackets,
    and only punctuation at the beginning or end of the text. Raises InvalidArgument for anything else in brackets, and
    for a pause in brackets that has no words before or after it.
    """
    pieces = _MARK.split(text)
    before: list[str] = []
    spoken: list[tuple[str, list[str]]] = []
    for words, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        _require_no_bracket(text, words)
        if any(character.isalnum() for character in words):
            spoken.append((words.strip(), []))
        (spoken[-1][1] if spoken else before).append(mark)
    if _exact(text, before) or (spoken and _exact(text, spoken[-1][1])):
        raise InvalidArgument(
            f"The text '{text}' begins or ends with a pause, which has to stand between words. "
            "User Stays Silent makes a caller wait before or after their words."
        )
    if len(spoken) < 2:
        return [Part(text)]
    going_on = [Part(_trailing_off(words), _silence(text, marks)) for words, marks in spoken[:-1]]
    return [*going_on, Part(spoken[-1][0])]


def speak(voice: Voice, text: str) -> Clip:
    """`text` with its pauses: what `voice` says of each part, and true silence between."""
    parts = parts_of(text)
    clips = [voice.speak(part.text) for part in parts]
    rate = clips[0].rate
    sounds = [
        (clip.at_rate(rate).samples, frames.silence(part.pause, rate)) for clip, part in zip(clips, parts, strict=True)
    ]
    return Clip(np.concatenate([samples for both in sounds for samples in both]), rate)


def _trailing_off(words: str) -> str:
    """As voices are told that a sentence is not over."""
    return f"{words}..." if words[-1].isalnum() else words


def _silence(text: str, marks: Iterable[str]) -> float:
    return _exact(text, marks) or PAUSE * sum(1 for mark in marks if mark)


def _exact(text: str, marks: Iterable[str]) -> float:
    """The pauses in brackets, in seconds."""
    return sum(_seconds(text, mark) for mark in marks if mark.startswith("["))


def _seconds(text: str, mark: str) -> float:
    found = _PAUSE.fullmatch(mark)
    if found is None:
        raise InvalidArgument(
            f"The text '{text}' has {mark} in it: what stands in brackets is not said, and has to be a pause, such as "
            "[pause 1.2 s]. User Makes Sound makes other sounds."
        )
    if not found["time"]:
        raise InvalidArgument(f"The text '{text}' does not say how long {mark} is: write it like [pause 1.2 s].")
    try:
        seconds = length_of_time(found["time"], timedelta(seconds=LONGEST)).total_seconds()
    except ValueError as error:
        raise InvalidArgument(f"The text '{text}' has {mark} in it: {error}") from None
    if not seconds:
        raise InvalidArgument(f"The text '{text}' has {mark} in it: a pause has to be longer than 0 s.")
    return seconds


def _require_no_bracket(text: str, words: str) -> None:
    if "[" in words or "]" in words:
        raise InvalidArgument(
            f"The text '{text}' has a bracket without its other half: write a pause like [pause 1.2 s]."
        )

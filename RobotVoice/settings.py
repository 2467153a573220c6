"""The import options of the library, checked when they are given and used when they are needed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from RobotVoice.adapters.base import Adapter
from RobotVoice.durations import length_of_time
from RobotVoice.errors import RobotVoiceError
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.ears import CachedEars, Ears, OfflineEars, OpenAIEars
from RobotVoice.speech.voices import CachedVoice, OfflineVoice, OpenAIVoice, Voice

VOICES: dict[str, Callable[[], Voice]] = {"offline": OfflineVoice, "openai": OpenAIVoice}
EARS: dict[str, Callable[[], Ears]] = {"offline": OfflineEars, "openai": OpenAIEars}
RECORDINGS = ("link", "embed")


@dataclass
class Settings:
    """pause and watch are in seconds; the rest is as in the library's documentation."""

    voice_name: str
    ears_name: str
    pause: float
    watch: float
    embeds_recordings: bool

    @classmethod
    def of(cls, voice: str, ears: str, pause: str | timedelta, watch: str | timedelta, recordings: str) -> Settings:
        """Raises ValueError with a sentence: Robot Framework shows it as the reason of a failed import."""
        return cls(
            _choice("voice", voice, VOICES),
            _choice("ears", ears, EARS),
            _seconds("pause", pause),
            _seconds("watch", watch),
            _choice("recordings", recordings, RECORDINGS) == "embed",
        )

    @cached_property
    def voice(self) -> Voice:
        return CachedVoice(VOICES[self.voice_name](), SpeechCache())

    @cached_property
    def ears(self) -> Ears:
        return CachedEars(self._model, SpeechCache())

    @cached_property
    def _model(self) -> Ears:
        return EARS[self.ears_name]()

    def warm_up(self, adapter: Adapter, lines: Iterable[str]) -> None:
        """Load and synthesise before the line is open what a running call should not wait for.

        What fails here fails again, with its sentence, in the keyword that needs it.
        """
        for line in lines:
            with contextlib.suppress(RobotVoiceError):
                self.voice.speak(line)
        if isinstance(self._model, OfflineEars) and not adapter.capabilities.streaming_transcripts:
            with contextlib.suppress(RobotVoiceError):
                self._model.warm_up()


def _choice(name: str, value: str, choices: Iterable[str]) -> str:
    wanted = str(value).strip().lower()
    if wanted not in choices:
        raise ValueError(f"The import option {name} is '{value}'; it has to be one of: {', '.join(choices)}.")
    return wanted


def _seconds(name: str, value: str | timedelta) -> float:
    try:
        seconds = length_of_time(value).total_seconds()
    except ValueError as error:
        raise ValueError(f"The import option {name}: {error}") from None
    if seconds <= 0:
        raise ValueError(f"The import option {name} is '{value}'; it has to be longer than nothing.")
    return seconds

"""The import options of the library, checked when they are given and used when they are needed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.keys import is_at
from RobotVoice.adapters.options import NO_KEY, Key
from RobotVoice.durations import length_of_time
from RobotVoice.errors import RobotVoiceError
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.ears import CachedEars, Ears, OfflineEars, OpenAIEars
from RobotVoice.speech.voices import CachedVoice, OfflineVoice, OpenAIVoice, Voice

if TYPE_CHECKING:
    from RobotVoice.judge.model import ModelJudge

VOICES: dict[str, Callable[[], Voice]] = {"offline": OfflineVoice, "openai": OpenAIVoice}
EARS: dict[str, Callable[[], Ears]] = {"offline": OfflineEars, "openai": OpenAIEars}
RECORDINGS = ("link", "embed")
NO_JUDGE = "none"
NOT_NEEDED = "no-key-needed"
"""What a server is sent that nobody gave a key for: OPENAI_API_KEY is OpenAI's business only."""


@dataclass(frozen=True)
class JudgeSettings:
    """The judge model, its server and its key; "" is left to the environment. timeout: seconds of one request."""

    model: str = ""
    url: str = ""
    key: Key = NO_KEY
    timeout: float = 60.0

    @classmethod
    def of(cls, model: str, url: str, key: object, timeout: str | timedelta) -> JudgeSettings:
        """Raises ValueError as `Settings.of` does."""
        if url and urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("The import option judge_url is no address: it has to begin with http:// or https://.")
        try:
            hidden = Key.convert(key)
        except ValueError as error:
            raise ValueError(f"The import option judge_key: {error}") from None
        return cls(model.strip(), url.strip(), hidden, _seconds("judge_timeout", timeout))

    def connect(self) -> ModelJudge | None:
        """The judge; None if none is configured. Raises InvalidArgument for an address that can't be one."""
        from RobotVoice.judge.model import ModelJudge  # noqa: PLC0415 - loads pydantic

        model = self.model or os.environ.get("ROBOTVOICE_JUDGE", "")
        if model.lower() in {"", NO_JUDGE}:
            return None
        url = self.url or os.environ.get("ROBOTVOICE_JUDGE_URL", "")
        key = self.key.value or os.environ.get("ROBOTVOICE_JUDGE_KEY", "")
        if not key and url and not is_at(url, ["api.openai.com"]):
            key = NOT_NEEDED
        return ModelJudge(model, url or None, key or None, self.timeout)


@dataclass
class Settings:
    """pause and watch are in seconds; the rest is as in the library's documentation."""

    voice_name: str
    ears_name: str
    pause: float
    watch: float
    embeds_recordings: bool
    judge_settings: JudgeSettings = JudgeSettings()

    @classmethod
    def of(
        cls,
        voice: str,
        ears: str,
        pause: str | timedelta,
        watch: str | timedelta,
        recordings: str,
        judge: JudgeSettings = JudgeSettings(),
    ) -> Settings:
        """Raises ValueError with a sentence: Robot Framework shows it as the reason of a failed import."""
        return cls(
            _choice("voice", voice, VOICES),
            _choice("ears", ears, EARS),
            _seconds("pause", pause),
            _seconds("watch", watch),
            _choice("recordings", recordings, RECORDINGS) == "embed",
            judge,
        )

    @cached_property
    def voice(self) -> Voice:
        return CachedVoice(VOICES[self.voice_name](), SpeechCache())

    @cached_property
    def ears(self) -> Ears:
        return CachedEars(self._model, SpeechCache())

    @property
    def judge(self) -> ModelJudge | None:
        """The judge, as the environment names it at this moment."""
        return self.judge_settings.connect()

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

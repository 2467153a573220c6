"""The import options of the library, checked when they are given and used when they are needed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, TypeVar
from urllib.parse import urlsplit

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.keys import is_at
from RobotVoice.adapters.secrets import NO_KEY, Key
from RobotVoice.durations import length_of_time
from RobotVoice.errors import RobotVoiceError
from RobotVoice.speech import hesitation
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.ears import CachedEars, Ears, OfflineEars, OpenAIEars
from RobotVoice.speech.voices import CachedVoice, OfflineVoice, OpenAIVoice, Voice

if TYPE_CHECKING:
    from RobotVoice.caller.model import CallerModel
    from RobotVoice.judge.model import ModelJudge

M = TypeVar("M", bound="ModelSettings")

VOICES: dict[str, Callable[[], Voice]] = {"offline": OfflineVoice, "openai": OpenAIVoice}
EARS: dict[str, Callable[[], Ears]] = {"offline": OfflineEars, "openai": OpenAIEars}
RECORDINGS = ("link", "embed")
NO_MODEL = "none"
NOT_NEEDED = "no-key-needed"
"""What a server is sent that nobody gave a key for: OPENAI_API_KEY is OpenAI's business only."""


@dataclass(frozen=True)
class ModelSettings:
    """A chat model, its server and its key; "" is left to the environment. timeout: seconds of one request."""

    role: ClassVar[str]
    """What the model is for: it begins the names of its import options and of its environment variables."""

    model: str = ""
    url: str = ""
    key: Key = NO_KEY
    timeout: float = 60.0

    @classmethod
    def of(cls: type[M], model: str, url: str, key: object, timeout: str | timedelta) -> M:
        """Raises ValueError as `Settings.of` does."""
        if url and urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError(
                f"The import option {cls.role}_url is no address: it has to begin with http:// or https://."
            )
        try:
            hidden = Key.convert(key)
        except ValueError as error:
            raise ValueError(f"The import option {cls.role}_key: {error}") from None
        return cls(model.strip(), url.strip(), hidden, _seconds(f"{cls.role}_timeout", timeout))

    def configured(self) -> tuple[str, str | None, str | None, float] | None:
        """Model, address, key and timeout, as the environment completes them; None if no model is named."""
        model = self.model or self._environment("")
        if model.lower() in {"", NO_MODEL}:
            return None
        url = self.url or self._environment("_URL")
        key = self.key.value or self._environment("_KEY")
        if not key and url and not is_at(url, ["api.openai.com"]):
            key = NOT_NEEDED
        return model, url or None, key or None, self.timeout

    def _environment(self, what: str) -> str:
        return os.environ.get(f"ROBOTVOICE_{self.role.upper()}{what}", "")


@dataclass(frozen=True)
class JudgeSettings(ModelSettings):
    """The judge model. hears: whether it is given the sound of the call, too."""

    role = "judge"

    hears: bool = False

    def hearing(self, hears: object) -> JudgeSettings:
        """The same with the import option judge_hears. Raises ValueError as `Settings.of` does."""
        if isinstance(hears, bool):
            return replace(self, hears=hears)
        raise ValueError(f"The import option judge_hears is '{hears}'; it has to be True or False.")

    def connect(self) -> ModelJudge | None:
        """The judge; None if none is configured. Raises InvalidArgument for an address that can't be one."""
        from RobotVoice.judge.model import ModelJudge  # noqa: PLC0415 - loads pydantic

        found = self.configured()
        return ModelJudge(*found) if found else None


@dataclass(frozen=True)
class CallerSettings(ModelSettings):
    """The model that plays the caller."""

    role = "caller"

    def connect(self) -> CallerModel | None:
        """The model; None if none is configured. Raises InvalidArgument for an address that can't be one."""
        from RobotVoice.caller.model import CallerModel  # noqa: PLC0415 - loads pydantic

        found = self.configured()
        return CallerModel(*found) if found else None


@dataclass
class Settings:
    """pause and watch are in seconds; the rest is as in the library's documentation."""

    voice_name: str
    ears_name: str
    pause: float
    watch: float
    embeds_recordings: bool
    judge_settings: JudgeSettings = JudgeSettings()
    caller_settings: CallerSettings = CallerSettings()

    @classmethod
    def of(
        cls,
        voice: str,
        ears: str,
        pause: str | timedelta,
        watch: str | timedelta,
        recordings: str,
        judge: JudgeSettings = JudgeSettings(),
        caller: CallerSettings = CallerSettings(),
    ) -> Settings:
        """Raises ValueError with a sentence: Robot Framework shows it as the reason of a failed import."""
        return cls(
            _choice("voice", voice, VOICES),
            _choice("ears", ears, EARS),
            _seconds("pause", pause),
            _seconds("watch", watch),
            _choice("recordings", recordings, RECORDINGS) == "embed",
            judge,
            caller,
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

    @property
    def caller_model(self) -> CallerModel | None:
        """The model that plays the caller, as the environment names it at this moment."""
        return self.caller_settings.connect()

    @cached_property
    def _model(self) -> Ears:
        return EARS[self.ears_name]()

    def warm_up(self, adapter: Adapter, lines: Iterable[str]) -> None:
        """Load and synthesise before the line is open what a running call should not wait for.

        What fails here fails again, with its sentence, in the keyword that needs it.
        """
        for line in lines:
            with contextlib.suppress(RobotVoiceError):
                hesitation.speak(self.voice, line)
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

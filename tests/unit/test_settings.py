"""The import options: checked when they are given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from RobotVoice.adapters.matrix import find
from RobotVoice.audio.frames import Clip, silence
from RobotVoice.errors import MissingExtra
from RobotVoice.settings import EARS, VOICES, Settings
from RobotVoice.speech.ears import CachedEars
from RobotVoice.speech.voices import CachedVoice


def settings(**changed: Any) -> Settings:
    given = {"voice": "offline", "ears": "offline", "pause": "0.7 s", "watch": "5 s", "recordings": "link"}
    return Settings.of(**{**given, **changed})


def test_what_was_given() -> None:
    found = settings(voice=" OpenAI ", pause="500 ms", watch=timedelta(seconds=8), recordings="EMBED")
    assert (found.voice_name, found.ears_name) == ("openai", "offline")
    assert (found.pause, found.watch) == (0.5, 8.0)
    assert found.embeds_recordings
    assert not settings().embeds_recordings


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("voice", "robot", "offline, openai"),
        ("ears", "", "offline, openai"),
        ("recordings", "yes", "link, embed"),
        ("pause", "500", "no unit"),
        ("watch", "soon", "not a length of time"),
        ("pause", "0 s", "longer than nothing"),
        ("watch", timedelta(seconds=-5), "longer than nothing"),
    ],
)
def test_a_wrong_option_is_named_with_what_is_allowed(option: str, value: object, allowed: str) -> None:
    with pytest.raises(ValueError, match=allowed) as refused:
        settings(**{option: value})
    assert f"option {option}" in str(refused.value)


def test_voice_and_ears_are_made_once_and_when_needed() -> None:
    found = settings()
    assert isinstance(found.voice, CachedVoice)
    assert isinstance(found.ears, CachedEars)
    assert found.voice is found.voice


class Mumbler:
    """A voice that can't say everything, and ears that are not installed."""

    fingerprint = {"voice": "mumbler"}

    def __init__(self) -> None:
        self.said: list[str] = []

    def speak(self, text: str) -> Clip:
        self.said.append(text)
        if text == "?":
            raise MissingExtra("not installed")
        return Clip(silence(0.1, 8000), 8000)


def test_what_fails_while_warming_up_is_left_to_the_keyword_that_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    mumbler, found = Mumbler(), settings(ears="openai")
    monkeypatch.setitem(found.__dict__, "voice", mumbler)
    adapter = find("websocket")
    found.warm_up(adapter, ["?", "Hello"])  # type: ignore[arg-type]
    assert mumbler.said == ["?", "Hello"]


@pytest.mark.parametrize("choices", [VOICES, EARS])
def test_every_choice_can_be_made_without_a_key_or_a_model(choices: dict[str, Any]) -> None:
    for make in choices.values():
        assert make().fingerprint

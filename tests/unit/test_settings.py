"""The import options: checked when they are given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from RobotVoice import RobotVoice
from RobotVoice.adapters.matrix import find
from RobotVoice.audio.frames import Clip, silence
from RobotVoice.errors import MissingExtra
from RobotVoice.settings import EARS, NOT_NEEDED, VOICES, CallerSettings, JudgeSettings, Settings
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


# --- the judge ---


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (
        "ROBOTVOICE_JUDGE",
        "ROBOTVOICE_JUDGE_URL",
        "ROBOTVOICE_JUDGE_KEY",
        "ROBOTVOICE_CALLER",
        "ROBOTVOICE_CALLER_URL",
        "ROBOTVOICE_CALLER_KEY",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
    ):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def judge_settings(model: str = "", url: str = "", key: object = "", timeout: str = "60 s") -> JudgeSettings:
    return JudgeSettings.of(model, url, key, timeout)


def test_without_a_model_there_is_no_judge(environment: pytest.MonkeyPatch) -> None:
    assert settings().judge is None
    assert judge_settings("none").connect() is None
    environment.setenv("ROBOTVOICE_JUDGE", "llama")
    assert judge_settings("none").connect() is None


def test_a_judge_from_the_options_or_the_environment(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ROBOTVOICE_JUDGE", "llama")
    environment.setenv("ROBOTVOICE_JUDGE_URL", "http://localhost:1/v1")
    found = settings(judge=judge_settings()).judge
    assert found is not None
    assert (found.name, found.address) == ("llama", "http://localhost:1/v1")
    other = judge_settings("gpt", "https://localhost:2/v1").connect()
    assert other is not None
    assert (other.name, other.address) == ("gpt", "https://localhost:2/v1")


def test_the_key_of_openai_goes_to_no_other_server(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("OPENAI_API_KEY", "sk-of-openai-and-nobody-else")
    keys = {
        "http://localhost:1/v1": NOT_NEEDED,
        "https://api.openai.com/v1": "sk-of-openai-and-nobody-else",
        "https://api.openai.com.evil.example/v1": NOT_NEEDED,
        "": "sk-of-openai-and-nobody-else",
    }
    for url, key in keys.items():
        judge = judge_settings("gpt", url).connect()
        assert judge is not None
        assert judge._server._api_key == key
    environment.setenv("ROBOTVOICE_JUDGE_KEY", "sk-of-the-judge")
    judge = judge_settings("gpt", "http://localhost:1/v1").connect()
    assert judge is not None
    assert judge._server._api_key == "sk-of-the-judge"


def test_the_key_of_a_judge_does_not_show() -> None:
    assert "sk-secret" not in repr(settings(judge=judge_settings("gpt", key="sk-secret-0123456789")))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "localhost:11434"}, "option judge_url is no address"),
        ({"key": 5}, "option judge_key: A key must be a Secret"),
        ({"timeout": "60"}, "option judge_timeout: '60' has no unit"),
    ],
)
def test_a_wrong_option_of_the_judge_is_named(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        judge_settings(**given)


@pytest.mark.parametrize("given", ["maybe", "", 1, None])
def test_whether_the_judge_hears_is_yes_or_no(given: object) -> None:
    with pytest.raises(ValueError, match=f"option judge_hears is '{given}'; it has to be True or False"):
        judge_settings().hearing(given)


def test_the_judge_hears_on_request_only() -> None:
    assert not RobotVoice().settings.judge_settings.hears
    assert RobotVoice(judge_hears=True).settings.judge_settings.hears


# --- the model that plays the caller ---


def test_without_a_model_nobody_plays_the_caller(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ROBOTVOICE_JUDGE", "llama")
    assert settings().caller_model is None
    environment.setenv("ROBOTVOICE_CALLER", "none")
    assert settings().caller_model is None


def test_the_caller_has_options_and_an_environment_of_its_own(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ROBOTVOICE_CALLER", "llama")
    environment.setenv("ROBOTVOICE_CALLER_URL", "http://localhost:1/v1")
    environment.setenv("ROBOTVOICE_CALLER_KEY", "sk-of-the-caller")
    environment.setenv("OPENAI_API_KEY", "sk-of-openai-and-nobody-else")
    found = settings().caller_model
    assert found is not None
    assert (found.name, found.address, found._server._api_key) == ("llama", "http://localhost:1/v1", "sk-of-the-caller")
    environment.delenv("ROBOTVOICE_CALLER_KEY")
    other = settings(caller=CallerSettings.of("gpt", "http://localhost:2/v1", "", "5 s")).caller_model
    assert other is not None
    assert (other.name, other.address, other._server._api_key) == ("gpt", "http://localhost:2/v1", NOT_NEEDED)
    assert other._timeout == 5.0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("gpt", "localhost", "", "20 s"), "option caller_url is no address"),
        (("gpt", "", 5, "20 s"), "option caller_key: A key must be a Secret"),
        (("gpt", "", "", "20"), "option caller_timeout: '20' has no unit"),
    ],
)
def test_a_wrong_option_of_the_caller_is_named(given: tuple[Any, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        CallerSettings.of(*given)

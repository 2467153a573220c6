"""`Use Line`: what it makes of its arguments, for how long it counts, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from RobotVoice import RobotVoice
from RobotVoice.decibels import Decibels
from RobotVoice.durations import Duration
from RobotVoice.errors import InvalidArgument
from RobotVoice.keywords.lines import LineKeywords
from RobotVoice.line.conditions import CLEAN, Conditions, Direction
from RobotVoice.line.named import LINES
from RobotVoice.percentages import Percentage


def used(*given: object, **options: object) -> Conditions:
    """What the keyword chooses."""
    chosen: list[Conditions] = []
    library = SimpleNamespace(use_line=chosen.append)
    LineKeywords(library).use_line(*given, **options)  # type: ignore[arg-type]
    return chosen[0]


@pytest.mark.parametrize("name", ["bad wifi", "Bad WiFi", "bad_wifi", " bad-wifi "])
def test_a_line_by_its_name(name: str) -> None:
    assert used(name) == LINES["bad wifi"]


def test_without_a_name_the_options_stand_alone() -> None:
    line = used(loss=Percentage(0.05), jitter=Duration(0.06), level=Decibels(-10), direction=Direction.UP, seed=7)
    assert line == Conditions(loss=0.05, jitter=0.06, level=-10, direction=Direction.UP, seed=7)


def test_options_refine_a_line() -> None:
    line = used("mobile", loss=Percentage(0.0), noise="Babble", snr=Decibels(5), echo=Decibels(-20))
    assert (line.codec, line.loss, line.wander) == (LINES["mobile"].codec, 0.0, 3.0)
    assert line.noise is not None
    assert (line.noise.name, line.snr, line.echo, line.echo_delay) == ("babble", 5, -20, 0.1)


def test_a_file_as_noise(tmp_path: Path) -> None:
    file = tmp_path / "station.wav"
    soundfile.write(file, np.random.default_rng(1).normal(0, 0.1, (22050, 2)), 22050)
    noise = used(noise=str(file)).noise
    assert noise is not None
    assert noise.sound is not None
    assert (noise.name, noise.sound.rate, len(noise.sound.samples)) == ("station.wav", 22050, 22050)


@pytest.mark.parametrize(
    ("line", "options", "sentence"),
    [
        ("fone", {}, "There is no line 'fone'; did you mean 'phone'? There are: clean, phone, mobile, bad wifi."),
        ("", {}, "There is no line ''. There are: clean, phone, mobile, bad wifi."),
        (
            "clean",
            {"noise": "bable"},
            "There is no noise 'bable'; did you mean 'babble'? There are: white, pink, hum, babble, street, cafe; or "
            "name a sound file of your own.",
        ),
        ("clean", {"noise": "away.wav"}, "There is no audio file 'away.wav'."),
        ("clean", {"snr": Decibels(10)}, "The argument snr says more about noise: give noise as well."),
        ("phone", {"echo_delay": Duration(0.1)}, "The argument echo_delay says more about echo: give echo as well."),
        ("clean", {"echo": Decibels(3)}, "The argument echo is '3 dB'; it has to be from -60 dB to 0 dB."),
        (
            "clean",
            {"noise": "pink", "snr": Decibels(-30)},
            "The argument snr is '-30 dB'; it has to be from -10 dB to 60 dB.",
        ),
        ("clean", {"level": Decibels(40)}, "The argument level is '40 dB'; it has to be from -40 dB to 20 dB."),
        ("clean", {"jitter": Duration(5)}, "The argument jitter is '5 s'; it has to be from 0 ms to 0.5 s."),
        (
            "clean",
            {"echo": Decibels(-20), "echo_delay": Duration(0.005)},
            "The argument echo_delay is '0.005 s'; it has to be from 20 ms to 2 s.",
        ),
        (
            "phone",
            {"loss": Percentage(1.0)},
            "The argument loss is '100 %', so nothing would be heard; it has to be less.",
        ),
        ("phone", {"seed": -1}, "The argument seed is -1; it has to be a whole number from 0 on."),
    ],
)
def test_what_is_refused_gets_a_sentence(line: str, options: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        used(line, **options)
    assert str(refused.value) == sentence


def test_noise_only_for_the_caller_is_refused() -> None:
    with pytest.raises(InvalidArgument, match=r"but noise is in the caller's room and only the agent hears it"):
        used(noise="pink", direction=Direction.DOWN)


@pytest.mark.parametrize(
    ("seconds", "loudness", "sentence"),
    [(0.2, 0.1, r"is 200 ms long; .* 0\.5 s at least\."), (1.0, 0.0, r"holds only silence\.")],
)
def test_a_file_that_is_no_noise(tmp_path: Path, seconds: float, loudness: float, sentence: str) -> None:
    file = tmp_path / "mine.wav"
    soundfile.write(file, np.full(round(8000 * seconds), loudness), 8000)
    with pytest.raises(InvalidArgument, match=sentence):
        used(noise=str(file))


# --- how long it counts ---


def suite(name: str) -> SimpleNamespace:
    return SimpleNamespace(id=name)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> RobotVoice:
    monkeypatch.setattr("RobotVoice.lines_of_caller", lambda *_: ())
    monkeypatch.setattr("RobotVoice._variables", dict)
    return RobotVoice()


def test_in_a_test_it_counts_to_its_end_and_in_a_suite_setup_for_all_of_it(library: RobotVoice) -> None:
    phone, mobile = LINES["phone"], LINES["mobile"]
    library.start_suite(suite("s1"), None)
    library.use_line(phone)
    library.start_suite(suite("s1-s1"), None)
    library.start_test(suite("t1"), None)
    assert library.line == phone
    library.use_line(mobile)
    assert library.line == mobile
    library.end_test(suite("t1"), None)
    assert library.line == phone
    library.end_suite(suite("s1-s1"), None)
    library.end_suite(suite("s1"), None)
    assert library.line == CLEAN


def test_a_suite_whose_begin_was_not_told_takes_nothing_away(library: RobotVoice) -> None:
    library.end_suite(suite("s1"), None)
    assert library.line == CLEAN

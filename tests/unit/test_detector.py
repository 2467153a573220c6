"""The live answer to: where in the heard track is speech?"""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import noise, vowel

from RobotVoice.audio.frames import Pcm, resample, silence
from RobotVoice.call.detector import SpeechDetector, Voiced
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.voices import CachedVoice, OfflineVoice

RATES = [8000, 11025, 16000, 22050, 24000, 44100, 48000]


def hear(detector: SpeechDetector, start: float, samples: Pcm, reply: str = "a", chunk: float = 0.02) -> None:
    """Audio that arrives in pieces of `chunk` seconds."""
    position, length = round(start * detector.rate), round(chunk * detector.rate)
    for index in range(0, len(samples), length):
        detector.hear(position + index, samples[index : index + length], reply)


def speech(detector: SpeechDetector) -> list[Voiced]:
    return [stretch for stretch in detector.stretches if stretch.is_speech]


@pytest.mark.parametrize("rate", RATES)
def test_a_vowel_is_speech_at_every_rate(rate: int) -> None:
    detector = SpeechDetector(rate)
    hear(
        detector,
        0.0,
        np.concatenate((silence(0.5, rate), resample(vowel(1.0, 16000), 16000, rate), silence(0.5, rate))),
    )
    found = speech(detector)
    assert found[0].start == pytest.approx(0.5, abs=0.05)
    assert found[-1].end == pytest.approx(1.5, abs=0.05)


def test_a_voice_is_speech_and_its_place_is_the_calls_clock() -> None:
    clip = CachedVoice(OfflineVoice(), SpeechCache()).speak("Let me tell you about your billing.")
    detector = SpeechDetector(clip.rate)
    hear(detector, 3.0, clip.samples)
    found = speech(detector)
    assert found[0].start == pytest.approx(3.0, abs=0.15)
    assert found[-1].end == pytest.approx(3.0 + clip.seconds, abs=0.3)


@pytest.mark.parametrize("rate", [8000, 24000])
def test_silence_and_quiet_sound_are_no_speech(rate: int) -> None:
    detector = SpeechDetector(rate)
    hear(detector, 0.0, silence(1.0, rate))
    hear(detector, 1.0, (vowel(1.0, rate) // 200).astype(np.int16))
    hear(detector, 2.0, noise(1.0, -62, rate))
    assert speech(detector) == []


@pytest.mark.parametrize("seconds", [0.302, 0.311, 0.319])
def test_where_the_last_audible_sample_is(seconds: float) -> None:
    """A sound does not end where a frame does."""
    detector = SpeechDetector(8000)
    hear(detector, 1.0, np.concatenate((vowel(seconds, 8000), silence(0.5, 8000))))
    last = speech(detector)[-1]
    assert last.end == pytest.approx(1.32)
    assert last.end + last.tail == pytest.approx(1.0 + seconds, abs=0.003)
    detector.cut(1.2)
    assert speech(detector)[-1].tail == 0.0


def test_a_consonant_without_voice_is_heard_to_its_end() -> None:
    """Such as the "t" of "that": a closure, and a burst."""
    detector = SpeechDetector(8000)
    burst = np.concatenate((silence(0.08, 8000), noise(0.03, -40), silence(0.5, 8000)))
    hear(detector, 1.0, np.concatenate((vowel(0.4, 8000), burst)))
    (last,) = speech(detector)
    assert last.end == pytest.approx(1.4)
    assert last.end + last.tail == pytest.approx(1.51, abs=0.003)


def test_noise_that_goes_on_is_no_consonant() -> None:
    detector = SpeechDetector(8000)
    hear(detector, 1.0, np.concatenate((vowel(0.4, 8000), noise(2.0, -45))))
    last = speech(detector)[-1]
    assert last.tail <= 0.2 + 0.02


def test_one_frame_is_a_click() -> None:
    assert not Voiced(1.0, 1.02, "a").is_speech
    assert Voiced(1.0, 1.04, "a", 2).is_speech


@pytest.mark.parametrize("chunk", [0.007, 0.02, 0.033, 1.0])
def test_the_size_of_the_messages_changes_nothing(chunk: float) -> None:
    one, other = SpeechDetector(8000), SpeechDetector(8000)
    hear(one, 0.0, vowel(1.0), chunk=0.02)
    hear(other, 0.0, vowel(1.0), chunk=chunk)
    assert one.stretches == other.stretches


def test_a_gap_between_messages_is_a_gap_between_stretches() -> None:
    detector = SpeechDetector(8000)
    hear(detector, 0.0, vowel(0.5))
    hear(detector, 1.0, vowel(0.5))
    assert [round(stretch.start) for stretch in speech(detector)] == [0, 1]


def test_another_reply_is_another_stretch() -> None:
    detector = SpeechDetector(8000)
    hear(detector, 0.0, vowel(0.5), "a")
    hear(detector, 0.5, vowel(0.5), "b")
    assert [stretch.reply for stretch in speech(detector)] == ["a", "b"]


def test_what_was_dropped_was_not_heard() -> None:
    detector = SpeechDetector(8000)
    hear(detector, 0.0, vowel(1.0))
    hear(detector, 1.2, vowel(1.0))
    detector.cut(0.5)
    assert [stretch.end for stretch in detector.stretches] == [0.5]


def test_what_was_heard_stays_when_later_audio_is_dropped() -> None:
    detector = SpeechDetector(8000)
    hear(detector, 0.0, vowel(1.0))
    before = list(detector.stretches)
    detector.cut(2.0)
    assert detector.stretches == before


def test_speech_of_which_a_blink_was_heard_is_no_speech() -> None:
    detector = SpeechDetector(8000)
    hear(detector, 0.0, vowel(1.0))
    detector.cut(detector.stretches[0].start + 0.015)
    assert speech(detector) == []


def test_what_a_trigger_may_have_acted_on_stays_speech() -> None:
    detector = SpeechDetector(8000)
    hear(detector, 0.0, vowel(1.0))
    detector.cut(detector.stretches[0].start + 0.03)
    assert len(speech(detector)) == 1


def test_after_a_cut_new_audio_is_heard_at_its_place() -> None:
    detector = SpeechDetector(8000)
    hear(detector, 0.0, vowel(2.0))
    detector.cut(0.5)
    hear(detector, 0.7, vowel(0.5), "b")
    assert speech(detector)[-1].reply == "b"
    assert speech(detector)[-1].start == pytest.approx(0.7, abs=0.05)

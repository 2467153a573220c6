"""The agent's hearing, fed with hand-made sound: it has to find the sound where it was put."""

from __future__ import annotations

import numpy as np
import pytest

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Pcm
from RobotVoice.demo.hearing import RATES, Heard, Hearing, SpeechEnded, SpeechOnset, StillSpeaking

START = 100.0


def buzz(seconds: float, rate: int) -> Pcm:
    """A voice to the detector: harmonics of 140 Hz around a formant, loud from the first sample."""
    time = np.arange(round(seconds * rate)) / rate
    sound = sum((1.0 / (1 + abs(140 * k - 700) / 300)) * np.cos(2 * np.pi * 140 * k * time) for k in range(1, 24))
    return frames.from_float(0.3 * sound / np.max(np.abs(sound)))


def noise(seconds: float, rate: int) -> Pcm:
    return frames.from_float(np.random.default_rng(1).normal(scale=0.1, size=round(seconds * rate)))


def line(rate: int, *parts: Pcm) -> Pcm:
    return np.concatenate([frames.silence(0.5, rate), *parts, frames.silence(1.0, rate)])


def listen(hearing: Hearing, samples: Pcm, step: float = 0.02) -> list[Heard]:
    size = round(step * hearing.rate)
    pieces = [samples[at : at + size] for at in range(0, len(samples), size)]
    return [
        heard
        for index, piece in enumerate(pieces)
        for heard in hearing.feed(piece, START + index * size / hearing.rate)
    ]


@pytest.mark.parametrize("rate", RATES)
def test_onset_and_end_are_where_the_sound_is(rate: int) -> None:
    heard = listen(Hearing(rate), line(rate, frames.silence(0.007, rate), buzz(0.8, rate)))

    onset, ended = heard[0], heard[-1]
    assert isinstance(onset, SpeechOnset)
    assert isinstance(ended, SpeechEnded)
    assert onset.at == pytest.approx(START + 0.507, abs=0.002)
    assert onset.position == pytest.approx(0.507, abs=0.002)
    assert ended.at == pytest.approx(START + 1.307, abs=0.005)
    assert [type(event) for event in heard].count(SpeechOnset) == 1
    assert [type(event) for event in heard].count(SpeechEnded) == 1


def test_still_speaking_counts_from_the_first_loud_sample() -> None:
    heard = listen(Hearing(24000), line(24000, buzz(0.8, 24000)))
    lengths = [event.seconds for event in heard if isinstance(event, StillSpeaking)]
    assert lengths == sorted(lengths)
    assert 0.04 <= lengths[0] <= 0.1
    assert lengths[-1] == pytest.approx(0.78, abs=0.021)


def test_a_pause_between_words_ends_nothing() -> None:
    rate = 16000
    heard = listen(Hearing(rate), line(rate, buzz(0.4, rate), frames.silence(0.4, rate), buzz(0.4, rate)))
    assert [type(event) for event in heard if not isinstance(event, StillSpeaking)] == [
        SpeechOnset,
        SpeechEnded,
    ]


def test_two_utterances_are_two() -> None:
    rate = 16000
    heard = listen(Hearing(rate), line(rate, buzz(0.4, rate), frames.silence(1.0, rate), buzz(0.4, rate)))
    assert [type(event) for event in heard].count(SpeechEnded) == 2


def test_a_short_end_silence_is_heeded() -> None:
    rate = 16000
    hearing = Hearing(rate, end_silence=0.2)
    heard = listen(hearing, line(rate, buzz(0.4, rate), frames.silence(0.4, rate), buzz(0.4, rate)))
    assert [type(event) for event in heard].count(SpeechEnded) == 2


def test_a_click_is_no_speech() -> None:
    rate = 16000
    assert listen(Hearing(rate), line(rate, noise(0.03, rate))) == []


def test_silence_and_line_noise_are_no_speech() -> None:
    hiss = frames.from_float(np.random.default_rng(1).normal(scale=0.001, size=32000))
    assert listen(Hearing(16000), hiss) == []


def test_any_sound_hears_a_quiet_knock_that_no_voice_made() -> None:
    hearing = Hearing(16000, any_sound=True)
    heard = listen(hearing, line(16000, noise(0.3, 16000)))
    assert isinstance(heard[0], SpeechOnset)
    assert heard[0].position == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize("step", [0.01, 0.033, 0.1, 1.0])
def test_packets_of_any_length_tell_the_same(step: float) -> None:
    samples = line(24000, buzz(0.8, 24000))
    expected = listen(Hearing(24000), samples)[0]
    assert isinstance(expected, SpeechOnset)
    onset = listen(Hearing(24000), samples, step)[0]
    assert isinstance(onset, SpeechOnset)
    assert onset.at == pytest.approx(expected.at)


def test_late_packets_do_not_lengthen_speech() -> None:
    hearing, sound = Hearing(16000), line(16000, buzz(0.3, 16000))
    heard = [*hearing.feed(sound[:9600], START), *hearing.feed(sound[9600:], START + 5.0)]
    lengths = [event.seconds for event in heard if isinstance(event, StillSpeaking)]
    assert max(lengths) < 0.31


def test_the_clip_holds_the_whole_utterance() -> None:
    sound = buzz(0.8, 24000)
    ended = listen(Hearing(24000), line(24000, sound))[-1]
    assert isinstance(ended, SpeechEnded)
    assert np.array_equal(np.trim_zeros(ended.clip.samples), np.trim_zeros(sound))


def test_finish_ends_speech_at_once_and_only_speech() -> None:
    hearing = Hearing(16000)
    assert hearing.finish() is None
    listen(hearing, np.concatenate([frames.silence(0.5, 16000), buzz(0.4, 16000)]))
    ended = hearing.finish()
    assert ended is not None
    assert ended.position == pytest.approx(0.9, abs=0.005)
    assert hearing.finish() is None

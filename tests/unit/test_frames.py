"""Samples, levels and resampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, Pcm


def tone(hertz: float, seconds: float, rate: int, amplitude: float = 0.5) -> Pcm:
    return frames.from_float(amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate))


@pytest.mark.parametrize(("rate", "length"), [(8000, 160), (16000, 320), (24000, 480), (44100, 882)])
def test_a_frame_is_20_ms(rate: int, length: int) -> None:
    assert frames.frame_length(rate) == length
    assert len(frames.silence(0.02, rate)) == length


def test_levels() -> None:
    assert frames.level(np.full(100, -32768, dtype=np.int16)) == 0.0
    assert frames.level(tone(1000, 1, 8000, amplitude=1.0)) == pytest.approx(-3.01, abs=0.01)
    assert frames.level(frames.silence(1, 8000)) == frames.SILENCE_DBFS
    assert frames.level(frames.empty()) == frames.SILENCE_DBFS


@given(st.lists(st.integers(-32768, 32767)))
def test_bytes_round_trip(values: list[int]) -> None:
    samples = np.array(values, dtype=np.int16)
    assert frames.from_bytes(frames.to_bytes(samples)).tolist() == values


def test_bytes_are_little_endian_and_half_a_sample_is_cut_off() -> None:
    assert frames.to_bytes(np.array([1, -2], dtype=np.int16)) == b"\x01\x00\xfe\xff"
    assert frames.from_bytes(b"\x01\x00\xfe").tolist() == [1]
    assert frames.from_bytes(b"\x01").tolist() == []


def test_samples_from_bytes_are_writable() -> None:
    samples = frames.from_bytes(b"\x01\x00")
    samples[0] = 5
    assert samples.tolist() == [5]


def test_loud_floats_are_clipped_not_wrapped() -> None:
    assert frames.from_float(np.array([-2.0, -1.0, 0.0, 1.0, 2.0])).tolist() == [
        -32767,
        -32767,
        0,
        32767,
        32767,
    ]


def test_resampling_keeps_the_length_in_seconds_and_the_moment_of_a_sound() -> None:
    samples = np.concatenate([frames.silence(0.5, 24000), tone(440, 0.5, 24000)])
    clip = Clip(samples, 24000).at_rate(8000)
    assert clip.rate == 8000
    assert clip.seconds == pytest.approx(1.0, abs=1 / 8000)
    loud = np.flatnonzero(np.abs(clip.samples.astype(np.int32)) > 3000)
    assert loud[0] / 8000 == pytest.approx(0.5, abs=0.002)


def test_resampling_removes_what_the_lower_rate_can_not_hold() -> None:
    assert frames.level(frames.resample(tone(6000, 1, 24000), 24000, 8000)) < -50


def test_the_same_rate_is_left_alone() -> None:
    clip = Clip(tone(440, 0.1, 8000), 8000)
    assert clip.at_rate(8000) is clip
    assert len(frames.resample(frames.empty(), 8000, 24000)) == 0

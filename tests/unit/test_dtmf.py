from __future__ import annotations

import numpy as np
import pytest

from RobotVoice.audio import dtmf
from RobotVoice.audio.g711 import decode_ulaw, encode_ulaw

Q23 = {
    "1": (697, 1209), "2": (697, 1336), "3": (697, 1477), "A": (697, 1633),
    "4": (770, 1209), "5": (770, 1336), "6": (770, 1477), "B": (770, 1633),
    "7": (852, 1209), "8": (852, 1336), "9": (852, 1477), "C": (852, 1633),
    "*": (941, 1209), "0": (941, 1336), "#": (941, 1477), "D": (941, 1633),
}  # fmt: skip


@pytest.mark.parametrize("key", Q23)
@pytest.mark.parametrize("rate", [8000, 16000, 24000])
def test_a_key_is_its_two_tones_of_equal_loudness(key: str, rate: int) -> None:
    clip = dtmf.tones(key, rate)
    pressed = clip.samples[: rate // 10]
    spectrum = np.abs(np.fft.rfft(pressed, rate))  # one bin a hertz
    loudest = sorted(range(len(spectrum)), key=lambda hertz: -spectrum[hertz])[:2]
    assert all(abs(found - wanted) <= 3 for found, wanted in zip(sorted(loudest), Q23[key], strict=True))
    assert np.ptp(spectrum[list(Q23[key])]) < 0.05 * spectrum.max()
    assert not clip.samples[rate // 10 :].any()


def test_keys_follow_one_another_and_begin_at_once() -> None:
    clip = dtmf.tones("1#1", 8000)
    assert clip.seconds == pytest.approx(0.5)
    loud = [bool(np.abs(clip.samples[start : start + 400]).max()) for start in range(0, len(clip.samples), 400)]
    assert loud == [True, True, False, False, True, True, False, False, True, True]
    assert np.abs(clip.samples[:20]).max() > 1000


def test_no_tone_is_clipped_on_the_telephone() -> None:
    samples = dtmf.tones("D", 8000).samples
    assert np.abs(samples).max() < 0.65 * 32767
    heard = decode_ulaw(encode_ulaw(samples)).astype(int)
    assert np.abs(heard - samples).max() < 1000

"""Recordings made anywhere: an offset and a low level change no figure, and what only leaks makes no voice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from by_hand import noise

from RobotVoice.audio.stereo import StereoFile
from RobotVoice.evidence.model import Outcome
from RobotVoice.recording.call import RecordedCall
from RobotVoice.recording.listen import Channel

RATE = 16000
CALLER, AGENT = ((1.0, 2.5), (6.0, 8.0)), ((3.5, 6.6), (9.5, 11.0))
"""The caller asks, and speaks over the answer, which stops 600 ms later; then the agent replies to that."""


def side(spans: tuple[tuple[float, float], ...], dbfs: float = -20.0, offset: float = 0.0, seed: int = 1) -> np.ndarray:
    track = np.zeros(12 * RATE)
    for start, end in spans:
        sound = noise(end - start, rate=RATE, seed=seed).astype(float)
        track[round(start * RATE) :][: len(sound)] = sound * 10 ** (dbfs / 20) / np.sqrt(np.mean(sound**2))
    return track + offset


def write(path: Path, left: np.ndarray, right: np.ndarray) -> Path:
    soundfile.write(path, np.column_stack((left, right)), RATE, subtype="PCM_24")
    return path


def found(path: Path) -> tuple[Outcome, float, float]:
    (one,) = RecordedCall(path, Channel.LEFT, 0.7, 5.0).results()
    assert one.stop_latency is not None
    assert one.response_latency is not None
    return one.outcome, one.stop_latency.value, one.response_latency.value


@pytest.mark.parametrize("dbfs", [-20.0, -36.0, -40.0, -46.0])
@pytest.mark.parametrize("other", [None, -20.0])
def test_a_quiet_recording_tells_the_same(dbfs: float, other: float | None, tmp_path: Path) -> None:
    left = side(CALLER, dbfs if other is None else other)
    outcome, stop, response = found(write(tmp_path / "call.wav", left, side(AGENT, dbfs, seed=2)))
    assert outcome is Outcome.INTERRUPTED
    assert [stop, response] == pytest.approx([0.6, 1.5], abs=0.02)


@pytest.mark.parametrize("offsets", [(0.0, 0.1), (0.1, 0.0), (0.09, 0.09), (-0.2, 0.3)])
def test_an_offset_tells_nothing(offsets: tuple[float, float], tmp_path: Path) -> None:
    left, right = side(CALLER, -28.0, offsets[0]), side(AGENT, -28.0, offsets[1], seed=2)
    outcome, stop, response = found(write(tmp_path / "call.wav", left, right))
    assert outcome is Outcome.INTERRUPTED
    assert [stop, response] == pytest.approx([0.6, 1.5], abs=0.02)


@pytest.mark.parametrize("echo", [-20.0, -30.0, -40.0])
def test_what_leaks_from_the_other_side_is_not_turned_up_to_a_voice(echo: float, tmp_path: Path) -> None:
    left = side(CALLER)
    call = RecordedCall(
        write(tmp_path / "call.wav", left, np.roll(left, RATE // 25) * 10 ** (echo / 20)), Channel.LEFT, 0.7, 5.0
    )
    assert {turn.speaker.value for turn in call.found.turns} == {"caller"}


@pytest.mark.parametrize("dbfs", [-40.0, -50.0, -60.0])
def test_steady_noise_is_left_as_it_is(dbfs: float, tmp_path: Path) -> None:
    hiss = np.random.default_rng(3).standard_normal(12 * RATE) * 10 ** (dbfs / 20)
    path = write(tmp_path / "call.wav", side(CALLER), hiss)
    (blocks,) = StereoFile(path).blocks()
    assert np.std(blocks[1]) == pytest.approx(32768 * 10 ** (dbfs / 20), rel=0.05)

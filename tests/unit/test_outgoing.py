"""From the caller's mouth through the line to the wire: what was sent, what of it was the voice, and when it began."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import RATE, noise

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip
from RobotVoice.call.mouth import Mouth, Utterance
from RobotVoice.call.outgoing import Outgoing
from RobotVoice.line.conditions import CLEAN, Conditions, Noise
from RobotVoice.line.uplink import Uplink

FRAME = 160
NOTHING = frames.empty()


def side(line: Conditions = CLEAN) -> tuple[Mouth, Outgoing, Uplink]:
    mouth = Mouth(RATE)
    return mouth, Outgoing(mouth), Uplink(line, RATE, RATE)


def words(seconds: float = 0.2) -> Utterance:
    return Utterance("words", Clip(noise(seconds), RATE))


def pump(outgoing: Outgoing, uplink: Uplink, first: int, count: int) -> None:
    for index in range(first, first + count):
        outgoing.next_frame(index * 0.02, uplink, NOTHING)


def first_sound(track: frames.Pcm) -> float:
    return float(np.flatnonzero(track)[0]) / RATE


def test_on_a_clean_line_voice_and_wire_are_one() -> None:
    mouth, outgoing, uplink = side()
    said = words(0.07)
    pump(outgoing, uplink, 0, 2)
    mouth.say(said)
    pump(outgoing, uplink, 2, 5)
    assert np.array_equal(outgoing.voice(), outgoing.sent())
    assert np.array_equal(outgoing.voice()[2 * FRAME : 2 * FRAME + 560], said.clip.samples)
    assert (said.start, said.end) == pytest.approx((0.04, 0.11))


def test_a_track_from_any_sample_on() -> None:
    mouth, outgoing, uplink = side()
    mouth.say(words())
    pump(outgoing, uplink, 0, 10)
    whole = outgoing.sent()
    assert all(np.array_equal(outgoing.sent(start), whole[start:]) for start in (0, 1, FRAME, 500, 10 * FRAME, 9999))


def test_jitter_moves_the_words_and_their_times_alike() -> None:
    mouth, outgoing, uplink = side(Conditions(jitter=0.06))
    said = words()
    pump(outgoing, uplink, 0, 5)
    mouth.say(said)
    pump(outgoing, uplink, 5, 20)
    assert said.start == pytest.approx(0.16)
    assert first_sound(outgoing.voice()) == pytest.approx(0.16, abs=0.001)
    assert said.end == pytest.approx(0.36)


@pytest.mark.parametrize("seed", range(1, 13))
def test_words_begin_with_the_first_sound_that_the_line_does_not_lose(seed: int) -> None:
    mouth, outgoing, uplink = side(Conditions(loss=0.5, burst=4.0, seed=seed))
    said = words(1.0)
    pump(outgoing, uplink, 0, 5)
    mouth.say(said)
    pump(outgoing, uplink, 5, 60)
    assert said.start is not None
    assert not outgoing.lost_all_of(said)
    assert said.start == pytest.approx(first_sound(outgoing.sent()), abs=0.001)
    assert said.said_for == pytest.approx(1.1 - said.start), "what was lost at its beginning was not said"


def test_of_words_that_the_line_loses_nothing_is_heard() -> None:
    mouth, outgoing, uplink = side(Conditions(loss=1.0))
    said, other = words(), words()
    mouth.say(said)
    pump(outgoing, uplink, 0, 20)
    assert said.end is not None
    assert outgoing.lost_all_of(said)
    assert not outgoing.lost_all_of(other)
    assert not outgoing.sent().any()


def test_noise_is_on_the_wire_and_not_in_the_voice() -> None:
    mouth, outgoing, uplink = side(Conditions(noise=Noise("white"), snr=10.0))
    said = words()
    pump(outgoing, uplink, 0, 5)
    mouth.say(said)
    pump(outgoing, uplink, 5, 20)
    assert outgoing.sent()[: 5 * FRAME].any()
    assert not outgoing.voice()[: 5 * FRAME].any()
    assert np.array_equal(outgoing.voice()[5 * FRAME : 15 * FRAME], said.clip.samples)


def test_another_line_from_one_frame_to_the_next() -> None:
    _, outgoing, noisy = side(Conditions(noise=Noise("white"), snr=10.0))
    clean = Uplink(CLEAN, RATE, RATE)
    pump(outgoing, clean, 0, 3)
    pump(outgoing, noisy, 3, 3)
    pump(outgoing, clean, 6, 3)
    by_frame = [bool(frame.any()) for frame in outgoing.sent().reshape(-1, FRAME)]
    assert by_frame == [False] * 3 + [True] * 3 + [False] * 3

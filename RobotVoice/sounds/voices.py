"""Sounds that are voices: words that do not mean the agent, and some that do."""

from __future__ import annotations

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.sounds.waves import RATE, Chance, Wave, band, even, in_a_room


def words(_: Chance, said: Wave) -> Wave:
    """As the caller says them to the agent."""
    return said


def side_talk(chance: Chance, said: Wave) -> Wave:
    """The caller with their head turned away: duller, and more of the room."""
    return in_a_room(band(said, 80, 1500, order=1), chance, share=0.35)


def television(chance: Chance, *said: Wave) -> Wave:
    """Newsreaders, in turns and without a break, out of a small loudspeaker at the other end of the room.

    A voice that is played slower, or faster, is another speaker.
    """
    speeds = (0.86, 1.1)
    readers = [even(_played(sentence, speeds[number % 2])) for number, sentence in enumerate(said)]
    return in_a_room(band(np.concatenate(readers), 250, 4500), chance, share=0.55)


def _played(wave: Wave, speed: float) -> Wave:
    loudest = np.max(np.abs(wave))
    samples = frames.resample(frames.from_float(wave / loudest), round(RATE * speed), RATE)
    return samples.astype(np.float64) / 32767

"""The room that the caller stands in: what their microphone picks up besides their voice."""

from __future__ import annotations

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import FRAME_SECONDS, Pcm
from RobotVoice.line import noises
from RobotVoice.line.conditions import Conditions
from RobotVoice.line.filters import Sound

AROUND = FRAME_SECONDS
"""Seconds before and after a frame that the resampler is given; so no echo may come back sooner."""


class Room:
    """Noise, and the agent's voice out of a loudspeaker; either may be missing.

    rate: of the caller's side. heard_rate: of what the caller hears.
    """

    def __init__(self, conditions: Conditions, rate: int, heard_rate: int) -> None:
        self._noise = noises.loop(conditions, rate)
        self._echo = None if conditions.echo is None else Echo(conditions, rate, heard_rate)

    @property
    def is_silent(self) -> bool:
        return self._noise is None and self._echo is None

    @property
    def echoes(self) -> bool:
        """What the caller hears makes a difference."""
        return self._echo is not None

    def next(self, count: int, heard: Pcm) -> Sound:
        """What the microphone picks up during the next frame of `count` samples, in which the caller hears `heard`."""
        sound = np.zeros(count) if self._noise is None else self._noise.next(count)
        return sound if self._echo is None else sound + self._echo.next(count, heard)


class Echo:
    """What was heard a while ago, quieter."""

    def __init__(self, conditions: Conditions, rate: int, heard_rate: int) -> None:
        assert conditions.echo is not None
        self._gain = 10 ** (conditions.echo / 20)
        self._rate, self._heard_rate = rate, heard_rate
        self._delay, self._around = round(conditions.echo_delay * heard_rate), round(AROUND * heard_rate)
        self._heard = np.zeros(frames.frame_length(heard_rate) + self._delay + self._around, dtype=np.int16)

    def next(self, count: int, heard: Pcm) -> Sound:
        """The echo in a frame of `count` samples; `heard` is what the caller hears during that frame."""
        self._heard = np.concatenate((self._heard, heard))[-len(self._heard) :]
        end = len(self._heard) - self._delay + self._around
        window = self._heard[end - len(heard) - 2 * self._around : end]
        first = round(AROUND * self._rate)
        echo = np.zeros(count)
        part = frames.resample(window, self._heard_rate, self._rate)[first : first + count]
        echo[: len(part)] = part * self._gain
        return echo

"""The caller's side of the line: frame by frame, from their mouth and their room to the agent."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Pcm
from RobotVoice.line.codecs import as_pcm
from RobotVoice.line.conditions import Conditions, Direction
from RobotVoice.line.room import Room
from RobotVoice.line.way import Way


class Sent(NamedTuple):
    """What goes on the wire in place of a frame. voice: what of it is the caller's voice, as it left their mouth.

    arrives: whether the frame that went in will go on the wire, `Uplink.delay` later.
    """

    samples: Pcm
    voice: Pcm
    arrives: bool


class Uplink:
    """A frame in, a frame out. heard_rate: of what the caller hears, which may come back as an echo."""

    def __init__(self, conditions: Conditions, rate: int, heard_rate: int) -> None:
        self._room = Room(conditions, rate, heard_rate)
        self._way = Way(conditions, Direction.UP, rate)
        silence = np.zeros(frames.frame_length(rate), dtype=np.int16)
        self._buffer = deque([(silence, silence)] * self._way.buffered)

    @property
    def delay(self) -> float:
        """Seconds from the mouth to the wire."""
        return self._way.delay

    @property
    def echoes(self) -> bool:
        """What the caller hears makes a difference."""
        return self._room.echoes

    def carry(self, voice: Pcm, heard: Pcm) -> Sent:
        """The next frame that leaves the mouth; `heard` is what the caller hears meanwhile, if that `echoes`."""
        picked_up = voice
        if not self._room.is_silent:
            picked_up = as_pcm(voice + self._room.next(len(voice), heard))
        carried = self._way.carry(picked_up)
        arrives = not carried.lost
        self._buffer.append((carried.samples, voice if arrives else np.zeros_like(voice)))
        return Sent(*self._buffer.popleft(), arrives)

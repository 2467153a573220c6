"""A stereo file of any length, read in blocks: hours of sound are never in memory at once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from RobotVoice.audio import files
from RobotVoice.audio.correction import Correction, Listener, corrections
from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.errors import InvalidArgument

BLOCK = 1 << 18
"""Samples of each channel that are read at once: some seconds, some megabytes."""
LOWEST_RATE = 4000
"""Samples in a second. Below this words can't be told from noise, and no telephone goes there."""


class StereoFile:
    """A file with two channels: its rate in Hz, and its sound. InvalidArgument if it is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._opened() as sound:
            self.rate = int(sound.samplerate)
            channels = int(sound.channels)
        if channels != 2:
            raise InvalidArgument(
                f"The recording '{path}' has {channels} channel{'s' if channels > 1 else ''}; two are needed: the "
                "caller alone in one and the agent alone in the other, so that each can be heard by itself."
            )
        if self.rate < LOWEST_RATE:
            raise InvalidArgument(
                f"The recording '{path}' has {self.rate} samples in a second; speech needs {LOWEST_RATE} at least."
            )

    def blocks(self) -> Iterator[tuple[Pcm, Pcm]]:
        """The left and the right channel, a piece at a time, without an offset and at the level of a voice."""
        left, right = self._corrections
        for one, other in self._as_recorded():
            yield left.applied(one), right.applied(other)

    def gain(self, channel: int) -> float:
        """dB by which one channel (0: left, 1: right) is louder here than in the file."""
        return 20 * math.log10(self._corrections[channel].gain)

    @cached_property
    def _corrections(self) -> tuple[Correction, Correction]:
        left, right = Listener(self.rate), Listener(self.rate)
        for one, other in self._as_recorded():
            left.hear(one)
            right.hear(other)
        return corrections(left, right)

    def _as_recorded(self) -> Iterator[tuple[Pcm, Pcm]]:
        with self._opened() as sound:
            while len(samples := sound.read(BLOCK, dtype="float32", always_2d=True)):
                pcm = files.as_pcm(samples)
                yield np.ascontiguousarray(pcm[:, 0]), np.ascontiguousarray(pcm[:, 1])

    def part(self, channel: int, start: float, end: float) -> Clip:
        """One channel (0: left, 1: right) from `start` to `end` in seconds, as `blocks` has it."""
        first, last = max(0, round(start * self.rate)), round(end * self.rate)
        with self._opened() as sound:
            sound.seek(min(first, sound.frames))
            samples = sound.read(max(0, last - first), dtype="float32", always_2d=True)
        return Clip(self._corrections[channel].applied(files.as_pcm(samples[:, channel])), self.rate)

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        files.require_file(self.path)
        try:
            found = soundfile.SoundFile(str(self.path))
        # TypeError: of a file that is named .raw, libsndfile wants to be told what is in it
        except (soundfile.SoundFileError, OSError, TypeError) as error:
            raise files.no_audio(self.path) from error
        try:
            with found as sound:
                yield sound
        except (soundfile.SoundFileError, OSError) as error:
            raise files.no_audio(self.path) from error

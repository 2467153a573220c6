"""The caller's mouth: the next 20 ms of the uplink, speech or silence. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, Pcm


@dataclass(eq=False)
class Utterance:
    """Something that the caller says: its words and its sound, which starts with speech, not with silence.

    start and end are the moments, on the call's clock, at which its first and last sample were on the wire;
    None while that has not happened.
    """

    text: str
    clip: Clip
    start: float | None = None
    end: float | None = None


class Mouth:
    """What the caller still has to say, and the track of what was sent."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._track: list[Pcm] = []
        self._speaking: Utterance | None = None
        self._rest = frames.empty()
        self._sent_until = 0.0
        self._silence = frames.silence(frames.FRAME_SECONDS, rate)

    @property
    def busy(self) -> bool:
        return self._speaking is not None

    def say(self, utterance: Utterance) -> None:
        """Begin with the next frame; what was being said before is broken off."""
        if self._speaking and self._speaking.start is not None:
            self._speaking.end = self._sent_until
        self._speaking, self._rest = utterance, utterance.clip.at_rate(self.rate).samples

    def next_frame(self, now: float) -> Pcm:
        """The frame that goes on the wire at `now`."""
        frame = self._speech(now) if self._speaking else self._silence
        self._track.append(frame)
        self._sent_until = now + frames.FRAME_SECONDS
        return frame

    def track(self, start: int = 0) -> Pcm:
        """What was sent so far, from sample `start` of the call on, sample-aligned to the call's clock."""
        first, inside = divmod(start, len(self._silence))
        return np.concatenate([frames.empty(), *self._track[first:]])[inside:]

    def _speech(self, now: float) -> Pcm:
        assert self._speaking is not None
        length = len(self._silence)
        frame, self._rest = self._rest[:length], self._rest[length:]
        if self._speaking.start is None:
            self._speaking.start = now
        if len(self._rest):
            return frame
        self._speaking.end = now + len(frame) / self.rate
        self._speaking = None
        return np.concatenate((frame, self._silence[len(frame) :]))

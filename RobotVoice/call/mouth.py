"""The caller's mouth: the next 20 ms of the uplink, speech or silence. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, Pcm

BROKE_OFF = "(broke off)"
"""Stands after the words of a line that was not said to its end."""
_WORDS = re.compile(r"\[[^]]*]|\S+")


@dataclass(eq=False)
class Utterance:
    """Something that the caller says: its words and its sound, which starts with speech, not with silence.

    start and end are the moments, on the call's clock, at which its first and last sample were on the wire;
    None while that has not happened. keys: those that are pressed instead, where the line has messages for them; then
    there is no sound. broken_off: its end came in the middle. sent: seconds of its sound that have left the mouth.
    lost: those at its beginning that the line lost.
    """

    text: str
    clip: Clip
    start: float | None = None
    end: float | None = None
    keys: str = ""
    broken_off: bool = False
    sent: float = 0.0
    lost: float = 0.0

    @property
    def said_for(self) -> float:
        """Seconds of its samples from `start` on, whole frames of them: no clock that ticks too late counts."""
        return round(self.sent - self.lost, 9)

    @property
    def words(self) -> str:
        """The text as far as it was said.

        Where each word lies in the sound is not known: of a line that was broken off they are those whose letters fit
        into the share of it that was said.
        """
        if not self.broken_off or self.start is None or self.end is None:
            return self.text
        words = _WORDS.findall(self.text)
        if len(words) == 1 and words[0].startswith("["):
            return f"{words[0]} {BROKE_OFF}"  # the name of a sound has no beginning that would say less
        said = (self.end - self.start) / self.clip.seconds * sum(map(len, words))
        whole = [word for word, until in zip(words, accumulate(map(len, words)), strict=True) if until <= said]
        return " ".join([*whole, BROKE_OFF])


class Mouth:
    """What the caller still has to say."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._speaking: Utterance | None = None
        self._rest = frames.empty()
        self._length = 0
        self._sent_until = 0.0
        self._silence = frames.silence(frames.FRAME_SECONDS, rate)

    @property
    def busy(self) -> bool:
        return self._speaking is not None

    @property
    def speaking(self) -> Utterance | None:
        """What is being said."""
        return self._speaking

    def say(self, utterance: Utterance) -> None:
        """Begin with the next frame; what was being said before is broken off."""
        self.break_off()
        self._speaking, self._rest = utterance, utterance.clip.at_rate(self.rate).samples
        self._length = len(self._rest)

    def break_off(self) -> None:
        """Be silent from the next frame on, whatever is being said."""
        said, self._speaking = self._speaking, None
        if said is not None and said.start is not None:
            said.end, said.broken_off = self._sent_until, True

    def next_frame(self, now: float) -> Pcm:
        """The frame that goes on the wire at `now`."""
        frame = self._speech(now) if self._speaking else self._silence
        self._sent_until = now + frames.FRAME_SECONDS
        return frame

    def _speech(self, now: float) -> Pcm:
        assert self._speaking is not None
        length = len(self._silence)
        frame, self._rest = self._rest[:length], self._rest[length:]
        if self._speaking.start is None:
            self._speaking.start = now
        self._speaking.sent = (self._length - len(self._rest)) / self.rate
        if len(self._rest):
            return frame
        self._speaking.end = now + len(frame) / self.rate
        self._speaking = None
        return np.concatenate((frame, self._silence[len(frame) :]))

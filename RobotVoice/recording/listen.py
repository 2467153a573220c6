"""A stereo file, heard once from its beginning to its end: where each side sounds, and how loud."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from RobotVoice.audio.frames import Clip, Pcm, empty
from RobotVoice.audio.stereo import StereoFile
from RobotVoice.errors import InvalidArgument
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.softness import PEAKS
from RobotVoice.evidence.tracks import Tracks

SAME_SOUND = 0.95
"""Two channels that correlate more than this are one: two people who take turns are near 0, with an echo near 0.3."""
SAME_LEVEL = 2.0
"""And neither is this many times as loud as the other: a far quieter copy is an echo, which is taken out."""


class Channel(Enum):
    """Where in a stereo recording somebody is."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> Channel:
        return Channel.RIGHT if self is Channel.LEFT else Channel.LEFT

    @property
    def number(self) -> int:
        return 0 if self is Channel.LEFT else 1


@dataclass(frozen=True, eq=False)
class Heard:
    """What is known of a recording once it has been heard; nothing of it is as long as its sound.

    The outlines hold `PEAKS` peaks in a second: the loudest sample of each, finer than any picture needs, and no sound
    any more.
    """

    seconds: float
    caller: list[Span]
    agent: list[Span]
    caller_outline: Clip
    agent_outline: Clip


def listen(file: StereoFile, caller: Channel) -> Heard:
    """Hears a recording. InvalidArgument if it holds no samples, or the same in both channels."""
    # each side may hear itself coming back from the other: an echo is nobody's turn
    forth, back = Tracks(file.rate, file.rate), Tracks(file.rate, file.rate)
    outlines = _Outline(file.rate), _Outline(file.rate)
    likeness = _Likeness()
    heard = 0
    for channels in file.blocks():
        likeness.hear(*channels)
        said, answered = channels[caller.number], channels[caller.other.number]
        forth.hear(said, answered)
        back.hear(answered, said)
        for outline, samples in zip(outlines, channels, strict=True):
            outline.hear(samples)
        heard += len(channels[0])
    if not heard:
        raise InvalidArgument(f"The recording '{file.path}' holds no samples.")
    if likeness.is_one():
        raise InvalidArgument(
            f"Both channels of the recording '{file.path}' hold the same sound, so caller and agent can't be told "
            "apart: record each of them in a channel of its own."
        )
    return Heard(
        seconds=heard / file.rate,
        caller=back.agent(),
        agent=forth.agent(),
        caller_outline=outlines[caller.number].clip(),
        agent_outline=outlines[caller.other.number].clip(),
    )


class _Outline:
    """The peaks of a track of `rate` Hz, piece by piece."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._peaks: list[Pcm] = []
        self._known = 0
        self._rest = empty()

    def hear(self, samples: Pcm) -> None:
        pending = np.concatenate((self._rest, samples))
        start = self._edge(self._known)
        new = (start + len(pending)) * PEAKS // self._rate - self._known
        # each edge from the number of its peak: lengths in whole samples would drift off the clock at 22050 Hz
        edges = [self._edge(self._known + number) - start for number in range(new + 1)]
        if new:
            loud = np.minimum(np.abs(pending[: edges[-1]].astype(np.int32)), 32767)
            self._peaks.append(np.maximum.reduceat(loud, edges[:-1]).astype(np.int16))
        self._known += new
        self._rest = pending[edges[-1] :]

    def clip(self) -> Clip:
        return Clip(np.concatenate(self._peaks) if self._peaks else empty(), PEAKS)

    def _edge(self, peak: int) -> int:
        return peak * self._rate // PEAKS


class _Likeness:
    """Whether two channels hold the same sound."""

    def __init__(self) -> None:
        self._left = self._right = self._both = 0.0

    def hear(self, left: Pcm, right: Pcm) -> None:
        one, other = left.astype(np.float64), right.astype(np.float64)
        self._left += float(np.dot(one, one))
        self._right += float(np.dot(other, other))
        self._both += float(np.dot(one, other))

    def is_one(self) -> bool:
        if not self._left or not self._right:
            return False
        louder = max(self._left, self._right) / min(self._left, self._right)
        return abs(self._both) > SAME_SOUND * np.sqrt(self._left * self._right) and louder < SAME_LEVEL**2

"""Where in the heard track is speech? The live answer, 20 ms at a time, for triggers and turn-taking.

The figures do not come from here but from `evidence.measure`, which sees the whole call.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import webrtcvad

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Pcm

QUIETEST_SPEECH = -50.0
"""Frames below this level (dBFS) are not audible speech, whatever their spectrum."""
CONFIRMING_FRAMES = 2
"""So many voiced frames in a row are speech; a single one may be a click."""
LONGEST_CONSONANT = 0.2
"""Seconds, from the last voiced frame to the end of a consonant without voice, its closure included; what sounds on for
longer is noise."""
STRICTEST = 3
"""webrtcvad's mode: the laxer ones stay open in hum (measured)."""
_VAD_RATES = (8000, 16000, 32000, 48000)


@dataclass
class Voiced:
    """A stretch of voiced frames of one reply, in seconds on the call's clock.

    tail: how much later (s) than the end its last audible sample is, such as that of an unvoiced consonant; or sooner,
    since a sound rarely ends where a frame does.
    """

    start: float
    end: float
    reply: str
    frames: int = 1
    tail: float = field(default=0.0, compare=False)

    @property
    def is_speech(self) -> bool:
        return self.frames >= CONFIRMING_FRAMES


class SpeechDetector:
    """Takes audio in playing order, at its place on the call's clock; knows what will be voiced, too."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.stretches: list[Voiced] = []
        self._vad = webrtcvad.Vad(STRICTEST)
        self._rest = frames.empty()
        self._rest_start = 0

    def hear(self, start: int, samples: Pcm, reply: str) -> None:
        """Audio that plays from sample `start` of the call."""
        if start != self._rest_start + len(self._rest):
            self._rest, self._rest_start = frames.empty(), start
        pending = np.concatenate((self._rest, samples))
        length = frames.frame_length(self.rate)
        whole = len(pending) // length
        for index in range(whole):
            self._judge(self._rest_start + index * length, pending[index * length : (index + 1) * length], reply)
        self._rest, self._rest_start = pending[whole * length :], self._rest_start + whole * length

    def cut(self, now: float) -> None:
        """What would have played from `now` on was dropped."""
        self._rest, self._rest_start = frames.empty(), -1
        while self.stretches and self.stretches[-1].start >= now:
            self.stretches.pop()
        if self.stretches and self.stretches[-1].end > now:
            self._shorten(self.stretches[-1], now)

    def _shorten(self, stretch: Voiced, now: float) -> None:
        heard = int((now - stretch.start) / frames.FRAME_SECONDS + 1e-6)
        if stretch.is_speech and heard == CONFIRMING_FRAMES - 1:
            heard = CONFIRMING_FRAMES  # a trigger may have acted on it: it fires while the last of them plays
        stretch.end, stretch.frames, stretch.tail = now, heard, 0.0

    def _judge(self, start: int, frame: Pcm, reply: str) -> None:
        begin, end = start / self.rate, (start + len(frame)) / self.rate
        if self._is_voiced(frame):
            self._add(begin, end, reply)
        audible, spoken = _audible(frame), self._spoken_before(begin, reply)
        if audible and spoken:
            spoken.tail = begin + audible / self.rate - spoken.end

    def _add(self, begin: float, end: float, reply: str) -> None:
        last = self.stretches[-1] if self.stretches else None
        if last is not None and last.reply == reply and begin - last.end < frames.FRAME_SECONDS / 2:
            last.end, last.frames = end, last.frames + 1
            return
        self.stretches.append(Voiced(begin, end, reply))

    def _spoken_before(self, moment: float, reply: str) -> Voiced | None:
        """The speech that sound at `moment` may belong to."""
        for stretch in reversed(self.stretches):
            if moment - stretch.end >= LONGEST_CONSONANT:
                return None
            if stretch.is_speech and stretch.reply == reply:
                return stretch
        return None

    def _is_voiced(self, frame: Pcm) -> bool:
        loud = frames.level(frame) > QUIETEST_SPEECH
        samples, rate = _for_vad(frame, self.rate)
        return bool(self._vad.is_speech(samples.tobytes(), rate)) and loud


def _audible(frame: Pcm) -> int:
    """How many of its samples come before the silence at its end."""
    loud = np.flatnonzero(np.abs(frame.astype(np.int32)) > 32768 * 10 ** (QUIETEST_SPEECH / 20))
    return int(loud[-1]) + 1 if len(loud) else 0


def _for_vad(frame: Pcm, rate: int) -> tuple[Pcm, int]:
    """webrtcvad takes four rates. For others a crude copy does: only the detector hears it."""
    if rate in _VAD_RATES:
        return frame, rate
    if rate == 24000:
        return frame.reshape(-1, 3).mean(axis=1).astype(np.int16), 8000
    points = np.linspace(0, len(frame) - 1, frames.frame_length(16000))
    return np.interp(points, np.arange(len(frame)), frame).astype(np.int16), 16000

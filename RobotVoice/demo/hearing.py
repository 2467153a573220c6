"""What the agent hears: the caller's speech begins, goes on, ends. Pure: frames and times in, events out.

Durations are counted in the caller's audio, so that a late packet does not make an utterance longer; moments
are on the agent's clock: the arrival of a frame plus the place in the frame.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import webrtcvad

from RobotVoice.audio import frames
from RobotVoice.audio.frames import FRAME_SECONDS, Clip, Pcm

END_SILENCE = 0.6
"""So much silence ends an utterance; shorter ones are pauses between its words."""
LOUD = round(32768 * 10 ** (-45 / 20))
"""A sample above -45 dBFS is sound, not the line."""
CONFIRMING_FRAMES = 3
"""So many voiced frames in a row are speech; fewer may be a click."""
REACH_BACK = 0.2
"""Speech may have begun so long before it was confirmed: soft consonants are loud before they are voiced."""
PRE_ROLL = 0.3
"""Audio before the onset that speech to text gets as well."""
RATES = (8000, 16000, 24000, 32000, 48000)


@dataclass(frozen=True)
class SpeechOnset:
    """The caller began to speak.

    at: when their first loud sample came. position: where it is in their audio, in seconds.
    """

    at: float
    position: float


@dataclass(frozen=True)
class StillSpeaking:
    """This frame is speech too. seconds: from the onset to the begin of the frame."""

    since: SpeechOnset
    seconds: float


@dataclass(frozen=True, eq=False)
class SpeechEnded:
    """The caller has been silent for the end silence.

    at, position: of their last loud sample. clip: what was said.
    """

    since: SpeechOnset
    at: float
    position: float
    clip: Clip


Heard = SpeechOnset | StillSpeaking | SpeechEnded


@dataclass(frozen=True, eq=False)
class _Frame:
    samples: Pcm
    arrival: float
    position: float
    loud: tuple[int, int] | None
    """Its first and last loud sample."""

    def moment(self, sample: int, rate: int) -> SpeechOnset:
        return SpeechOnset(self.arrival + sample / rate, self.position + sample / rate)


class Hearing:
    """One caller's audio. any_sound: whatever is loud counts as speech, coughs included."""

    def __init__(self, rate: int, *, end_silence: float = END_SILENCE, any_sound: bool = False) -> None:
        self.rate = rate
        self.end_silence = end_silence
        self._any_sound = any_sound
        self._vad = webrtcvad.Vad(3)
        self._rest = frames.empty()
        self._position = 0.0
        self._voiced_in_a_row = 0
        self._recent: deque[_Frame] = deque(maxlen=round(PRE_ROLL / FRAME_SECONDS))
        self._utterance: list[_Frame] = []
        self._onset: SpeechOnset | None = None
        self._last: SpeechOnset | None = None

    def feed(self, samples: Pcm, arrival: float) -> Iterator[Heard]:
        """Audio of any length whose first sample arrived at `arrival`."""
        length = frames.frame_length(self.rate)
        arrival -= len(self._rest) / self.rate
        pending = np.concatenate((self._rest, samples))
        while len(pending) >= length:
            yield from self._frame(pending[:length], arrival)
            pending, arrival = pending[length:], arrival + FRAME_SECONDS
        self._rest = pending

    def finish(self) -> SpeechEnded | None:
        """End the utterance now, whatever comes after it; None if the caller was not speaking."""
        if self._onset is None or self._last is None:
            return None
        samples = np.concatenate([frame.samples for frame in self._utterance])
        ended = SpeechEnded(self._onset, self._last.at, self._last.position, Clip(samples, self.rate))
        self.forget()
        return ended

    def forget(self) -> None:
        """Drop what was heard and not yet ended."""
        self._onset = self._last = None
        self._voiced_in_a_row = 0
        self._utterance.clear()
        self._recent.clear()

    def _frame(self, samples: Pcm, arrival: float) -> Iterator[Heard]:
        frame = _Frame(samples, arrival, self._position, _loud_samples(samples))
        self._position += FRAME_SECONDS
        voiced = frame.loud is not None and (self._any_sound or self._is_voiced(samples))
        self._voiced_in_a_row = self._voiced_in_a_row + 1 if voiced else 0
        if self._onset is None:
            yield from self._waiting(frame)
        else:
            yield from self._speaking(frame, self._onset, voiced)

    def _waiting(self, frame: _Frame) -> Iterator[Heard]:
        self._recent.append(frame)
        if self._voiced_in_a_row < CONFIRMING_FRAMES or frame.loud is None:
            return
        self._onset = _first_loud(self._recent, self.rate)
        self._last = frame.moment(frame.loud[1], self.rate)
        self._utterance.extend(self._recent)
        yield self._onset

    def _speaking(self, frame: _Frame, onset: SpeechOnset, voiced: bool) -> Iterator[Heard]:
        assert self._last is not None
        self._utterance.append(frame)
        if voiced and frame.loud is not None:
            self._last = frame.moment(frame.loud[1], self.rate)
            yield StillSpeaking(onset, frame.position - onset.position)
        elif frame.position + FRAME_SECONDS - self._last.position >= self.end_silence:
            ended = self.finish()
            assert ended is not None
            yield ended

    def _is_voiced(self, samples: Pcm) -> bool:
        if self.rate == 24000:  # the detector doesn't know this rate; nobody else hears the copy
            narrow = samples.reshape(-1, 3).mean(axis=1).astype(np.int16)
            return bool(self._vad.is_speech(narrow.tobytes(), 8000))
        return bool(self._vad.is_speech(samples.tobytes(), self.rate))


def loud_samples(samples: Pcm) -> npt.NDArray[np.intp]:
    """Where `samples` are sound: the indexes of those above -45 dBFS."""
    return np.flatnonzero(np.abs(samples.astype(np.int32)) > LOUD)


def _loud_samples(samples: Pcm) -> tuple[int, int] | None:
    loud = loud_samples(samples)
    return (int(loud[0]), int(loud[-1])) if len(loud) else None


def _first_loud(recent: deque[_Frame], rate: int) -> SpeechOnset:
    """The first loud sample of the unbroken run of loud frames at the end of `recent`."""
    run: list[_Frame] = []
    for frame in reversed(recent):
        if frame.loud is None or len(run) * FRAME_SECONDS >= REACH_BACK:
            break
        run.append(frame)
    first = run[-1]
    assert first.loud is not None
    return first.moment(first.loud[0], rate)

"""One reply on its way to the caller: what was sent, what of it has been played, what is left. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from RobotVoice.audio.frames import FRAME_SECONDS, Pcm
from RobotVoice.demo.hearing import loud_samples
from RobotVoice.demo.utterance import Utterance

BURST_PIECE = 0.2


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of a reply that is sent at once. words: those that begin in it. until: its end, in seconds of the reply.

    plays_at: the other side plays at 1x and starts with the first piece, so a piece plays when it arrives or when
    the one before it has been played.
    """

    samples: Pcm
    words: str
    until: float
    sent_at: float
    plays_at: float


class Speech:
    """A reply that is being spoken."""

    def __init__(self, utterance: Utterance, *, bursts: bool) -> None:
        self.utterance = utterance
        self.started: float | None = None
        self.stopped: float | None = None
        self._clip = utterance.clip
        self._bursts = bursts
        self._length = round(self._clip.rate * (BURST_PIECE if bursts else FRAME_SECONDS))
        self._pieces: list[Piece] = []
        self._position = 0

    @property
    def text(self) -> str:
        return self.utterance.text

    @property
    def seconds(self) -> float:
        return self._clip.seconds

    @property
    def all_sent(self) -> bool:
        return self._position >= len(self._clip.samples)

    @property
    def sent(self) -> float:
        """Seconds of it that were sent."""
        return self._position / self._clip.rate

    @property
    def sent_words(self) -> str:
        """The words that begin in what was sent."""
        return " ".join(piece.words for piece in self._pieces if piece.words)

    @property
    def last_sent(self) -> float | None:
        """When the last piece was sent."""
        return self._pieces[-1].sent_at if self._pieces else None

    @property
    def played_until(self) -> float:
        """When the other side has played all that was sent."""
        last = self._pieces[-1] if self._pieces else None
        return last.plays_at + len(last.samples) / self._clip.rate if last else 0.0

    def due(self) -> float:
        """When the next piece is to be sent: on deadlines from the first one, so that delays don't add up."""
        if self.started is None or self._bursts:
            return 0.0
        return self.started + self.sent

    def next_piece(self, now: float) -> Piece:
        """The piece that is sent `now`."""
        samples = self._clip.samples[self._position : self._position + self._length]
        begin, until = self.sent, (self._position + len(samples)) / self._clip.rate
        words = " ".join(word.text for word in self.utterance.words if begin <= word.begins < until)
        if self.started is None:
            self.started = now
        piece = Piece(samples, words, until, now, max(now, self.played_until))
        self._pieces.append(piece)
        self._position += len(samples)
        return piece

    def stop(self, now: float) -> None:
        self.stopped = now

    def last_sound(self) -> float | None:
        """When the last loud sample that was sent was played; what came after the stop never was."""
        end = self.stopped if self.stopped is not None else self.played_until
        for piece in reversed(self._pieces):
            loud = loud_samples(piece.samples[: _samples_in(end - piece.plays_at, self._clip.rate)])
            if len(loud):
                return float(piece.plays_at + loud[-1] / self._clip.rate)
        return None

    def played(self, now: float) -> float:
        """Seconds of it that have been played by `now`."""
        end = min(now, self.played_until if self.stopped is None else self.stopped)
        return sum(
            min(_samples_in(end - piece.plays_at, self._clip.rate), len(piece.samples)) / self._clip.rate
            for piece in self._pieces
        )

    def begins_at(self, seconds: float) -> float | None:
        """When the sample at `seconds` of it is played; None if it was not sent."""
        return self._played_at(round(seconds * self._clip.rate))

    def ends_at(self, seconds: float) -> float | None:
        """When the sound before `seconds` of it has been played; None if it was not sent."""
        last = self._played_at(round(seconds * self._clip.rate) - 1)
        return None if last is None else last + 1 / self._clip.rate

    def _played_at(self, sample: int) -> float | None:
        piece, offset = divmod(sample, self._length)
        if not 0 <= piece < len(self._pieces):
            return None
        return self._pieces[piece].plays_at + offset / self._clip.rate

    def rest(self, seconds: float) -> Speech:
        """What comes after its first `seconds`, as a reply of its own."""
        return Speech(self.utterance.after(seconds), bursts=self._bursts)


def _samples_in(seconds: float, rate: int) -> int:
    return max(0, round(seconds * rate))

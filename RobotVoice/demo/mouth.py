"""One reply on its way to the caller: what was sent, what of it has been played, what is left. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from RobotVoice.audio.frames import FRAME_SECONDS, Clip, Pcm
from RobotVoice.demo.hearing import loud_samples

BURST_PIECE = 0.2


@dataclass(frozen=True, eq=False)
class _Sent:
    samples: Pcm
    sent_at: float
    plays_at: float


class Speech:
    """A reply that is being spoken.

    The other side plays at 1x and starts with the first piece, so a piece plays when it arrives or when the
    one before it has been played.
    """

    def __init__(self, text: str, clip: Clip, *, bursts: bool) -> None:
        self.text = text
        self.clip = clip
        self.started: float | None = None
        self.stopped: float | None = None
        self._bursts = bursts
        self._length = round(clip.rate * (BURST_PIECE if bursts else FRAME_SECONDS))
        self._sent: list[_Sent] = []
        self._position = 0

    @property
    def all_sent(self) -> bool:
        return self._position >= len(self.clip.samples)

    @property
    def sent(self) -> float:
        """Seconds of it that were sent."""
        return self._position / self.clip.rate

    @property
    def last_sent(self) -> float | None:
        """When the last piece was sent."""
        return self._sent[-1].sent_at if self._sent else None

    @property
    def played_until(self) -> float:
        """When the other side has played all that was sent."""
        last = self._sent[-1] if self._sent else None
        return last.plays_at + len(last.samples) / self.clip.rate if last else 0.0

    def due(self) -> float:
        """When the next piece is to be sent: on deadlines from the first one, so that delays don't add up."""
        if self.started is None or self._bursts:
            return 0.0
        return self.started + self.sent

    def next_piece(self, now: float) -> Pcm:
        """The piece that is sent `now`."""
        piece = self.clip.samples[self._position : self._position + self._length]
        if self.started is None:
            self.started = now
        self._sent.append(_Sent(piece, now, max(now, self.played_until)))
        self._position += len(piece)
        return piece

    def stop(self, now: float) -> None:
        self.stopped = now

    def last_sound(self) -> float | None:
        """When the last loud sample that was sent was played; what came after the stop never was."""
        end = self.stopped if self.stopped is not None else self.played_until
        for sent in reversed(self._sent):
            loud = loud_samples(sent.samples[: _samples_in(end - sent.plays_at, self.clip.rate)])
            if len(loud):
                return float(sent.plays_at + loud[-1] / self.clip.rate)
        return None

    def played(self, now: float) -> float:
        """Seconds of it that have been played by `now`."""
        end = min(now, self.stopped) if self.stopped is not None else now
        return sum(
            min(_samples_in(end - sent.plays_at, self.clip.rate), len(sent.samples)) / self.clip.rate
            for sent in self._sent
        )

    def words(self, seconds: float) -> str:
        """The part of the text that is said in the first `seconds`: its words, spread evenly."""
        words = self.text.split()
        share = min(1.0, seconds / self.clip.seconds) if self.clip.seconds else 1.0
        return " ".join(words[: round(share * len(words))])

    def rest(self, now: float) -> Speech:
        """What was not played, as a reply of its own."""
        played = self.played(now)
        said = len(self.words(played).split())
        samples = self.clip.samples[round(played * self.clip.rate) :]
        return Speech(" ".join(self.text.split()[said:]), Clip(samples, self.clip.rate), bursts=self._bursts)


def _samples_in(seconds: float, rate: int) -> int:
    return max(0, round(seconds * rate))

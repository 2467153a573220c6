"""The caller's ear: what arrives is played at 1x, as a phone would. Pure: time is an argument.

Received, heard and dropped are three different things, and each is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from RobotVoice.adapters.events import AgentAudio
from RobotVoice.audio.frames import Pcm

LONGEST_JITTER = 0.5
"""A gap in the stream up to this long (s) is a late line; a longer one is the agent's silence."""
TRIMMED_BELOW = 104
"""Only samples smaller than this (-50 dBFS at the peak) may be left out to catch up with a late line."""
EDGE = 0.005
"""Seconds before and after a gap that tell whether it lies in the middle of a sound."""


@dataclass(eq=False)
class Piece:
    """One received message of audio and its place in the playout, in samples of the call."""

    received: float
    start: int
    samples: Pcm
    reply: str
    item: str
    heard: int
    """How many of `samples` are (or will be) played; the rest was dropped."""
    why_dropped: str = ""
    torn: float = 0.0
    """Seconds of a gap before it in the middle of a sound: the buffer ran dry, and no agent pauses there."""
    lost: tuple[tuple[int, int], ...] = ()
    """From which of `samples` to which the line lost them, and something else is heard instead."""

    @property
    def end(self) -> int:
        return self.start + self.heard

    @property
    def unheard(self) -> Pcm:
        """What was received and is not played."""
        return self.samples[self.heard :]


class Playout:
    """A buffer that plays at 1x from the moment something arrives, and is emptied by a flush."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.pieces: list[Piece] = []
        self._items: dict[str, list[Piece]] = {}
        self._end = 0
        self._late = 0
        self._streaming: str | None = None
        self._last: Piece | None = None
        self._marks: list[tuple[int, str]] = []
        self._ended_replies: set[str] = set()
        self._dropped_items: set[str] = set()

    @property
    def end(self) -> float:
        """When the buffer runs dry, in seconds on the call's clock."""
        return self._end / self.rate

    def receive(self, now: float, audio: AgentAudio, delay: float = 0.0) -> Piece:
        """Take in a message; the piece says when it will be played, if at all: `delay` (s) later at the earliest."""
        position = self._position(now + delay)
        piece = Piece(now, max(position, self._end), audio.samples, audio.reply, audio.item, len(audio.samples))
        self.pieces.append(piece)
        self._items.setdefault(piece.item, []).append(piece)
        if audio.stale or self._is_late_audio(audio):
            return self._drop(piece, "of a cancelled reply")
        if len(audio.samples):
            piece.torn = self._torn(piece)
            self._note_gap(position, audio.reply)
            self._catch_up(piece, position)
            self._end = piece.end
            self._last = piece
        return piece

    def cancel_reply(self, reply: str) -> None:
        """From now on, audio of `reply` that still arrives is dropped."""
        if reply:
            self._ended_replies.add(reply)

    def cancel_item(self, item: str) -> None:
        """From now on, audio of `item` that still arrives is dropped."""
        if item:
            self._dropped_items.add(item)

    def flush(self, now: float, why: str, reply: str = "") -> float:
        """Drop what has not been played, of `reply` or ("") of all; returns how many seconds that were.

        What is left of other replies moves up.
        """
        position = self._position(now)
        dropped = 0
        marks = [mark for mark in self._marks if mark[0] <= position]
        waiting = [mark for mark in self._marks if mark[0] > position]
        for piece in [piece for piece in self.pieces if piece.heard and piece.end > position]:
            marks += [(at - dropped, name) for at, name in waiting if at <= piece.start]
            waiting = [mark for mark in waiting if mark[0] > piece.start]
            piece.start -= dropped
            if piece.reply == reply or not reply:
                keep = max(0, position - piece.start)
                dropped += piece.heard - keep
                piece.heard, piece.why_dropped = keep, why
        self._marks = marks + [(at - dropped, name) for at, name in waiting]
        self._end -= dropped
        self._late, self._streaming = 0, None
        return dropped / self.rate

    def ahead(self, now: float) -> list[tuple[int, Pcm, str]]:
        """What will be played after `now`: its place, its samples and its reply."""
        position = self._position(now)
        return [
            (max(piece.start, position), piece.samples[max(0, position - piece.start) : piece.heard], piece.reply)
            for piece in self.pieces
            if piece.heard and piece.end > position
        ]

    def dry(self, now: float) -> bool:
        """Nothing is left to play."""
        return self._end <= self._position(now)

    def add_mark(self, name: str) -> None:
        """Remember a mark at the present end of the buffer."""
        self._marks.append((self._end, name))

    def due_marks(self, now: float) -> list[str]:
        """Marks before which everything has been played or dropped; each is returned once."""
        position = self._position(now)
        due = [name for at, name in self._marks if at <= position]
        self._marks = [mark for mark in self._marks if mark[0] > position]
        return due

    def playing(self, now: float) -> Piece | None:
        """The piece that is being played, or was played last."""
        position = self._position(now)
        return next((p for p in reversed(self.pieces) if p.heard and p.start <= position), None)

    def last_of(self, reply: str) -> Piece | None:
        """The last piece of a reply that has arrived so far."""
        return next((piece for piece in reversed(self.pieces) if piece.reply == reply), None)

    def reply_of(self, item: str) -> str:
        """The reply that `item` belongs to; "" if no audio of it has arrived."""
        return self._items[item][0].reply if item and item in self._items else ""

    def heard_of_item(self, item: str, now: float) -> float:
        """Seconds of `item` that have been heard by `now`: never more than was received."""
        position = self._position(now)
        return sum(min(p.heard, max(0, position - p.start)) for p in self._items.get(item, ())) / self.rate

    def left_of_item(self, item: str, now: float) -> float:
        """Seconds of `item` that have arrived and are still to be heard."""
        position = self._position(now)
        return sum(p.heard - min(p.heard, max(0, position - p.start)) for p in self._items.get(item, ())) / self.rate

    def heard(self, until: float, start: int = 0) -> Pcm:
        """The agent as the caller heard it, from sample `start` of the call to second `until`."""
        end = max(start, self._position(until))
        track = np.zeros(end - start, dtype=np.int16)
        for piece in reversed(self.pieces):
            if piece.heard and piece.end <= start:
                break  # played in order: all that is left was heard before
            first, last = max(piece.start, start), min(piece.end, end)
            if last > first:
                track[first - start : last - start] = piece.samples[first - piece.start : last - piece.start]
        return track

    def _position(self, now: float) -> int:
        return round(now * self.rate)

    def _is_late_audio(self, audio: AgentAudio) -> bool:
        return audio.reply in self._ended_replies or audio.item in self._dropped_items

    def _drop(self, piece: Piece, why: str) -> Piece:
        piece.heard, piece.why_dropped = 0, why
        return piece

    def _torn(self, piece: Piece) -> float:
        before, edge = self._last, max(1, round(EDGE * self.rate))
        if before is None or self._streaming != piece.reply or piece.start <= before.end:
            return 0.0
        last = before.samples[: before.heard][-edge:]
        gap = (piece.start - before.end) / self.rate
        if gap >= LONGEST_JITTER or _is_quiet(last) or _is_quiet(piece.samples[:edge]):
            return 0.0
        return gap

    def _note_gap(self, position: int, reply: str) -> None:
        """A gap inside a reply is a late line; before its first audio, and after a flush, it is silence."""
        gap, inside = position - self._end, self._streaming == reply
        self._streaming = reply
        if gap <= 0:
            return
        self._late = self._late + gap if inside and gap < LONGEST_JITTER * self.rate else 0

    def _catch_up(self, piece: Piece, position: int) -> None:
        """After a late line the buffer would lag for ever: silence is shortened by what was lost.

        Only as much as the line was late, so an agent that sends ahead of time keeps its pauses.
        """
        surplus = min(self._late, self._end - position, piece.heard)
        if surplus <= 0 or not _is_quiet(piece.samples[-surplus:]):
            return
        piece.heard -= surplus
        piece.why_dropped = "silence left out to catch up with a late line"
        self._late -= surplus


def _is_quiet(samples: Pcm) -> bool:
    return not len(samples) or int(np.abs(samples.astype(np.int32)).max()) < TRIMMED_BELOW

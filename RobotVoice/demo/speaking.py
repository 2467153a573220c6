"""How the agent speaks: on its deadlines or in bursts, until it is done, stops, pauses or hangs up."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.demo.faults import Faults
from RobotVoice.demo.line import Line, Note
from RobotVoice.demo.mouth import Speech
from RobotVoice.demo.progress import Fact, Progress
from RobotVoice.demo.protocols.base import Why, Wire


@dataclass(frozen=True, eq=False)
class _Pause:
    """The agent fell silent for a sound of the caller. at: when."""

    speech: Speech
    at: float


class Speaker:
    """Says one reply at a time.

    On the wire a pause is a stop, with the protocol's flush, and what follows it is a reply of its own: so do agents
    that take an interruption for false when no words follow it, and clients drop what they have not played.
    """

    def __init__(self, wire: Wire, line: Line, faults: Faults, note: Note) -> None:
        self._wire, self._line, self._faults, self._note = wire, line, faults, note
        self._speech: Speech | None = None
        self._progress: Progress | None = None
        self._pause: _Pause | None = None
        self._silent = asyncio.Event()
        self._silent.set()
        self._spoken = 0.0
        self._hang_up: asyncio.TimerHandle | None = None
        self.rest: Speech | None = None
        """What was left of the reply that was cut short last."""

    @property
    def speaking(self) -> bool:
        """A reply is played at the other side."""
        return self._speech is not None

    @property
    def has_the_word(self) -> bool:
        """It speaks, or will go on after a pause."""
        return not self._silent.is_set()

    @property
    def has_sent_all(self) -> bool:
        """The reply that is played was sent whole."""
        return self._speech is not None and self._speech.all_sent

    def is_deaf(self, moment: float) -> bool:
        """It does not notice a caller who begins to speak at `moment`."""
        begin = self._speech.started if self._speech is not None else None
        return begin is not None and moment - begin < self._faults.deaf_for.total_seconds()

    async def silent(self) -> None:
        """Wait until it has not got the word."""
        while self.has_the_word:  # another reply may have waited as well, and have come first
            await self._silent.wait()

    async def speak(self, speech: Speech, *, resumed: bool = False) -> bool:
        """Say it, with its pauses; True if it came to its end."""
        self._silent.clear()
        while not await self._say(speech, resumed=resumed):
            if self._pause is None or self._pause.speech is not speech:
                return False
            left = await self._sit_out(self._pause)
            if left is None:
                return False
            speech, resumed = left, True
        self._silent.set()
        return True

    def stop(self, why: Why) -> None:
        """Stop for good."""
        if self._pause is not None:
            speech, self._pause = self._pause.speech, None
            self._note("decided_to_stop", why=why.value)
            self._note("stopped", **_where(speech))
        elif self._speech is not None:
            self._speech.stop(time.monotonic())
            self._note("decided_to_stop", why=why.value)
            self._cut(self._speech, "stopped", why)
        self._silent.set()

    def pause(self) -> None:
        """Fall silent, and go on after `pauses_for`."""
        if self._speech is not None:
            now = time.monotonic()
            self._speech.stop(now)
            self._pause = _Pause(self._speech, now)
            self._cut(self._speech, "paused", Why.VAD)

    def end(self) -> None:
        """The call is over."""
        if self._speech is not None:
            self._speech.stop(time.monotonic())
            self._fall_silent(self._speech)

    # Its voice

    async def _say(self, speech: Speech, *, resumed: bool) -> bool:
        """True if it came to its end. Nothing is said of a reply of which nothing is left."""
        if speech.all_sent:
            return True
        self._begin(speech, resumed=resumed)
        while not speech.all_sent:
            await _sleep_until(speech.due())
            if self._speech is not speech:
                return False
            self._send_piece(speech)
        self._note("reply_sent", seconds=speech.sent)
        self._line.send(self._wire.reply_sent(speech))
        while (left := speech.played_until - time.monotonic()) > 0:
            await asyncio.sleep(min(FRAME_SECONDS, left))
            if self._speech is not speech:
                return False
            self._tell_progress(time.monotonic())
        self._fall_silent(speech)
        self._note("reply_finished", last_sound=speech.last_sound())
        return True

    def _begin(self, speech: Speech, *, resumed: bool) -> None:
        self._speech, self._progress = speech, Progress(speech)
        self._note("reply_started", text=speech.text, seconds=speech.seconds, resumed=resumed)
        self._line.send(self._wire.reply_started(speech))
        if self._faults.hangs_up_after:
            left = self._faults.hangs_up_after.total_seconds() - self._spoken
            self._hang_up = asyncio.get_running_loop().call_later(max(0.0, left), self._hang_up_now)

    def _send_piece(self, speech: Speech) -> None:
        now = time.monotonic()
        piece = speech.next_piece(now)
        self._line.send(self._wire.audio(piece))
        if piece.words and self._wire.transcribes:
            self._note("words_sent", at=now, text=piece.words)
        self._tell_progress(now)

    def _cut(self, speech: Speech, event: str, why: Why) -> None:
        """Send no more of it, and have the other side drop what it has not played."""
        played = speech.played(math.inf)
        self.rest = speech.rest(played)
        self._line.send(self._wire.reply_stopped(speech, why))
        self._fall_silent(speech)
        self._note(event, **_where(speech))
        self._note("flushed", why=why.value, unplayed=max(0.0, speech.sent - played))

    def _fall_silent(self, speech: Speech) -> None:
        """It was played to its end, or was stopped."""
        assert self._progress is not None
        self._tell(self._progress.cut(math.inf if speech.stopped is None else speech.stopped))
        self._spoken += speech.played(math.inf)
        self._speech = self._progress = None
        if self._hang_up is not None:
            self._hang_up.cancel()

    def _hang_up_now(self) -> None:
        speech = self._speech
        if speech is None:
            return
        speech.stop(time.monotonic())
        self._fall_silent(speech)
        self._silent.set()
        self._note("hung_up", last_sound=speech.last_sound(), spoken=self._spoken)
        self._line.hang_up()

    # Its pauses

    async def _sit_out(self, pause: _Pause) -> Speech | None:
        """What it says after the pause; None if it was stopped for good in it."""
        await _sleep_until(pause.at + self._faults.pauses_for.total_seconds())
        if self._pause is not pause:
            return None
        self._pause = None
        silent = time.monotonic() - pause.at
        how, place = self._place_after(pause, silent)
        rest = pause.speech.rest(place)
        self._note("went_on", silent=silent, how=how, **_first_words(rest))
        return rest

    def _place_after(self, pause: _Pause, silent: float) -> tuple[str, float]:
        """How it goes on, and from which second of the speech."""
        played = pause.speech.played(pause.at)
        if self._faults.skips_words:
            return "skips_words", min(played + silent, pause.speech.seconds)
        sentence = pause.speech.utterance.sentence_at(played)
        if self._faults.restarts_sentence and sentence is not None:
            return "restarts_sentence", min(played, sentence.begins)
        return "goes_on", played

    # Its truth

    def _tell_progress(self, now: float) -> None:
        assert self._progress is not None
        self._tell(self._progress.until(now))

    def _tell(self, facts: Iterable[Fact]) -> None:
        for event, fields in facts:
            self._note(event, **fields)


def _where(speech: Speech) -> dict[str, Any]:
    """How far a speech came that was cut short."""
    played = speech.played(math.inf)
    said = {"last_sound": speech.last_sound(), "last_sent": speech.last_sent, "played": played}
    return {**said, **_first_words(speech.rest(played))}


def _first_words(rest: Speech) -> dict[str, Any]:
    """The sentence and the word with which `rest` begins, if anything is left."""
    sentence = rest.utterance.sentence_at(0.0)
    if sentence is None:
        return {"sentence": None, "word": ""}
    return {"sentence": sentence.index, "word": sentence.words[0].text if sentence.words else ""}


async def _sleep_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))

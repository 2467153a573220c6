"""One caller: what their client says and what the agent hears, brought to those who act on it.

Everything but pacing, listening and synthesis happens synchronously, and what is to be sent goes through one
queue: so a reply that was stopped can't be followed by a piece of it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterable
from functools import singledispatchmethod

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.demo.conversation import (
    Answer,
    CallerHasTheWord,
    Conversation,
    Decision,
    Ignore,
    PauseSpeaking,
    StopSpeaking,
)
from RobotVoice.demo.faults import Faults
from RobotVoice.demo.hearing import Hearing, SpeechEnded, SpeechOnset
from RobotVoice.demo.line import Line, Note, Socket
from RobotVoice.demo.mind import Mind
from RobotVoice.demo.protocols.base import (
    CallerAudio,
    CallerCleared,
    CallerCommitted,
    CallerText,
    CancelReceived,
    FromClient,
    HungUp,
    KeyPressed,
    Marked,
    Message,
    ProtocolError,
    ReplyWanted,
    ToolAnswered,
    ToSend,
    Truncated,
    Unknown,
    Why,
    Wire,
)
from RobotVoice.demo.replies import Replies
from RobotVoice.demo.speaking import Speaker


class Session:
    """One connection, from its opening to its end."""

    def __init__(self, wire: Wire, socket: Socket, mind: Mind, faults: Faults, note: Note) -> None:
        self._wire, self._faults, self._note = wire, faults, note
        self._line = Line(socket, note)
        self._speaker = Speaker(wire, self._line, faults, note)
        self._replies = Replies(wire, self._line, mind, self._speaker, faults, note)
        self._conversation = Conversation(faults)
        self._hearing = self._new_hearing()
        self._undetected: list[Pcm] = []
        self._told: SpeechOnset | None = None
        """The client knows of this beginning of the caller's speech."""

    async def run(self, messages: AsyncIterable[Message]) -> None:
        """Talk until either side hangs up."""
        self._note("session_started")
        self._line.start(self._line.pump())
        self._line.send(self._wire.opening())
        self._replies.greet()
        try:
            async for message in messages:
                arrival = time.monotonic()
                for said in self._wire.read(message):
                    self._on(said, arrival)
                self._replies.greet()
        finally:
            self._speaker.end()
            self._line.end()
            self._note("session_ended")

    # What the client says

    @singledispatchmethod
    def _on(self, said: FromClient, arrival: float) -> None:
        raise TypeError(f"The session knows no {said!r}.")

    @_on.register
    def _(self, said: CallerAudio, arrival: float) -> None:
        if self._speaker.speaking and self._faults.never_stops:
            self._hearing.forget()
            return
        if not self._wire.turns.detects:
            self._undetected.append(said.samples)
            return
        self._tune_hearing()
        for heard in self._hearing.feed(said.samples, arrival):
            deaf = isinstance(heard, SpeechOnset) and self._speaker.is_deaf(heard.at)
            if isinstance(heard, SpeechOnset):
                self._note("caller_onset", at=heard.at, speaking=self._speaker.speaking, deaf=deaf)
            speaking, may_stop = self._speaker.has_the_word, self._wire.turns.interrupts
            for decision in self._conversation.hear(heard, speaking=speaking, may_stop=may_stop, deaf=deaf):
                self._do(decision)

    @_on.register
    def _(self, said: CallerText, arrival: float) -> None:
        self._note("caller_wrote", text=said.text)
        self._replies.typed(said.text)

    @_on.register
    def _(self, said: CallerCommitted, arrival: float) -> None:
        ended = self._hearing.finish() if self._wire.turns.detects else self._undetected_turn(arrival)
        if ended is None:
            self._line.send(self._wire.nothing_committed())
            return
        self._line.send(self._wire.caller_committed())
        self._replies.listen(ended, resumes=False)

    @_on.register
    def _(self, said: CallerCleared, arrival: float) -> None:
        self._hearing.forget()
        self._undetected.clear()
        self._line.send(self._wire.caller_cleared())

    @_on.register
    def _(self, said: ReplyWanted, arrival: float) -> None:
        self._replies.wanted()

    @_on.register
    def _(self, said: CancelReceived, arrival: float) -> None:
        self._note("cancel_received", signal=said.signal, ignored=self._faults.ignores_signals)
        if self._faults.ignores_signals:
            return
        if not self._speaker.speaking:
            self._line.send(self._wire.nothing_to_cancel())
        if self._speaker.has_the_word:
            self._conversation.cancelled()
            self._speaker.stop(Why.CANCEL)

    @_on.register
    def _(self, said: Truncated, arrival: float) -> None:
        self._note("truncate_received", seconds=said.seconds, ignored=self._faults.ignores_signals)
        if self._faults.ignores_signals:
            return
        if self._speaker.has_sent_all:
            self._conversation.cancelled()
            self._speaker.stop(Why.TRUNCATE)
        self._line.send(said.answer)

    @_on.register
    def _(self, said: Marked, arrival: float) -> None:
        self._note("mark_received", name=said.name)

    @_on.register
    def _(self, said: KeyPressed, arrival: float) -> None:
        self._note("key_pressed", at=arrival, key=said.key, speaking=self._speaker.speaking)
        if self._faults.stops_for_keys:
            self._speaker.stop(Why.KEY)
            self._replies.key(said.key)

    @_on.register
    def _(self, said: ToolAnswered, arrival: float) -> None:
        self._replies.tool_answered(said.call, said.output)

    @_on.register
    def _(self, said: HungUp, arrival: float) -> None:
        self._note("caller_hung_up")
        self._line.hang_up()

    @_on.register
    def _(self, said: ToSend, arrival: float) -> None:
        self._line.send(said.messages)

    @_on.register
    def _(self, said: ProtocolError, arrival: float) -> None:
        self._note("protocol_error", sentence=said.sentence)
        self._line.send(said.answer)

    @_on.register
    def _(self, said: Unknown, arrival: float) -> None:
        self._note("unknown_message", summary=said.summary)

    # What the conversation decides

    @singledispatchmethod
    def _do(self, decision: Decision) -> None:
        raise TypeError(f"The session knows no {decision!r}.")

    @_do.register
    def _(self, decision: CallerHasTheWord) -> None:
        self._replies.next_turn()
        self._tell_of(decision.onset)

    @_do.register
    def _(self, decision: StopSpeaking) -> None:
        self._speaker.stop(Why.VAD)

    @_do.register
    def _(self, decision: PauseSpeaking) -> None:
        self._tell_of(decision.onset)
        self._speaker.pause()

    @_do.register
    def _(self, decision: Ignore) -> None:
        ended = decision.ended
        self._note("caller_ignored", onset=ended.since.at, last_sound=ended.at)
        if self._told == ended.since:
            self._line.send(self._wire.caller_stopped(ended.position))

    @_do.register
    def _(self, decision: Answer) -> None:
        ended = decision.ended
        self._note("caller_ended", onset=ended.since.at, last_sound=ended.at)
        self._line.send(self._wire.caller_stopped(ended.position))
        self._replies.listen(ended, resumes=decision.resumes)

    def _tell_of(self, onset: SpeechOnset) -> None:
        if self._told != onset:
            self._told = onset
            self._line.send(self._wire.caller_started(onset.position))

    # What the agent hears

    def _new_hearing(self) -> Hearing:
        any_sound = self._faults.yields_to_backchannels or bool(self._faults.pauses_for)
        return Hearing(self._wire.input.rate, end_silence=self._end_silence(), any_sound=any_sound)

    def _end_silence(self) -> float:
        """Seconds; the fault overrules what the client asks for."""
        return self._faults.waits_for_caller.total_seconds() or self._wire.turns.end_silence

    def _tune_hearing(self) -> None:
        """The client may change the format and the end silence while the session runs."""
        if self._hearing.rate != self._wire.input.rate:
            self._hearing = self._new_hearing()
        self._hearing.end_silence = self._end_silence()

    def _undetected_turn(self, arrival: float) -> SpeechEnded | None:
        """All that came since the last commit: the client does its own turn-taking."""
        if not self._undetected:
            return None
        clip = Clip(_joined(self._undetected), self._wire.input.rate)
        self._undetected.clear()
        self._replies.next_turn()
        return SpeechEnded(SpeechOnset(arrival - clip.seconds, 0.0), arrival, clip.seconds, clip)


def _joined(pieces: list[Pcm]) -> Pcm:
    return frames.from_bytes(b"".join(frames.to_bytes(piece) for piece in pieces))

"""One caller: pumps between the socket, the hearing, the conversation, the mind and the mouth.

Everything but pacing, listening and synthesis happens synchronously, and what is to be sent goes through one
queue: so a reply that was stopped can't be followed by a piece of it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, Coroutine, Iterable
from contextlib import suppress
from functools import singledispatchmethod
from typing import Any, Protocol

from websockets.exceptions import ConnectionClosed

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.demo import script
from RobotVoice.demo.conversation import (
    Answer,
    CallerHasTheWord,
    Conversation,
    Decision,
    Ignore,
    StopSpeaking,
)
from RobotVoice.demo.faults import Faults
from RobotVoice.demo.hearing import Hearing, SpeechEnded, SpeechOnset
from RobotVoice.demo.mind import Mind
from RobotVoice.demo.mouth import Speech
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
    ToSend,
    Truncated,
    Unknown,
    Why,
    Wire,
)


class Note(Protocol):
    """Writes an event of this session into the truth."""

    def __call__(self, event: str, **fields: Any) -> None: ...


class Socket(Protocol):
    """What a session needs of a websocket."""

    async def send(self, message: Message) -> None: ...
    async def close(self) -> None: ...


class Session:
    """One connection, from its opening to its end."""

    def __init__(self, wire: Wire, socket: Socket, mind: Mind, faults: Faults, note: Note) -> None:
        self._wire, self._socket, self._mind, self._faults, self._note = wire, socket, mind, faults, note
        self._conversation = Conversation(faults)
        self._hearing = self._new_hearing()
        self._outbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._speech: Speech | None = None
        self._silent = asyncio.Event()
        self._silent.set()
        self._rest: Speech | None = None
        self._unanswered: list[str] = []
        self._turn = 0
        self._undetected: list[Pcm] = []
        self._listening: asyncio.Task[None] | None = None
        self._spoken = 0.0
        self._hang_up: asyncio.TimerHandle | None = None
        self._greeted = not faults.greeting

    async def run(self, messages: AsyncIterable[Message]) -> None:
        """Talk until either side hangs up."""
        self._note("session_started")
        self._start(self._pump_out())
        self._send(self._wire.opening())
        self._greet()
        try:
            async for message in messages:
                arrival = time.monotonic()
                for said in self._wire.read(message):
                    self._on(said, arrival)
                self._greet()
        finally:
            self._end()

    @property
    def _speaking(self) -> bool:
        return self._speech is not None

    # What the client says

    @singledispatchmethod
    def _on(self, said: FromClient, arrival: float) -> None:
        raise TypeError(f"The session knows no {said!r}.")

    @_on.register
    def _(self, said: CallerAudio, arrival: float) -> None:
        if self._speaking and self._faults.never_stops:
            self._hearing.forget()
            return
        if not self._wire.turns.detects:
            self._undetected.append(said.samples)
            return
        self._tune_hearing()
        for heard in self._hearing.feed(said.samples, arrival):
            if isinstance(heard, SpeechOnset):
                self._note("caller_onset", at=heard.at, speaking=self._speaking)
            may_stop = self._wire.turns.interrupts
            for decision in self._conversation.hear(heard, speaking=self._speaking, may_stop=may_stop):
                self._do(decision)

    @_on.register
    def _(self, said: CallerText, arrival: float) -> None:
        self._note("caller_wrote", text=said.text)
        self._unanswered.append(said.text)

    @_on.register
    def _(self, said: CallerCommitted, arrival: float) -> None:
        ended = self._hearing.finish() if self._wire.turns.detects else self._undetected_turn(arrival)
        if ended is None:
            self._send(self._wire.nothing_committed())
            return
        self._send(self._wire.caller_committed())
        self._take_in(ended, resumes=False)

    @_on.register
    def _(self, said: CallerCleared, arrival: float) -> None:
        self._hearing.forget()
        self._undetected.clear()
        self._send(self._wire.caller_cleared())

    @_on.register
    def _(self, said: ReplyWanted, arrival: float) -> None:
        self._start(self._reply(self._turn, resumes=False))

    @_on.register
    def _(self, said: CancelReceived, arrival: float) -> None:
        self._note("cancel_received", signal=said.signal, ignored=self._faults.ignores_cancel)
        if self._faults.ignores_cancel:
            return
        if self._speech is None:
            self._send(self._wire.nothing_to_cancel())
        else:
            self._conversation.cancelled()
            self._stop(Why.CANCEL)

    @_on.register
    def _(self, said: Truncated, arrival: float) -> None:
        self._note("truncate_received", seconds=said.seconds, ignored=self._faults.ignores_cancel)
        if self._faults.ignores_cancel:
            return
        if self._speech is not None and self._speech.all_sent:
            self._conversation.cancelled()
            self._stop(Why.TRUNCATE)
        self._send(said.answer)

    @_on.register
    def _(self, said: Marked, arrival: float) -> None:
        self._note("mark_received", name=said.name)

    @_on.register
    def _(self, said: KeyPressed, arrival: float) -> None:
        self._note("key_pressed", key=said.key)

    @_on.register
    def _(self, said: HungUp, arrival: float) -> None:
        self._note("caller_hung_up")
        self._outbox.put_nowait(None)

    @_on.register
    def _(self, said: ToSend, arrival: float) -> None:
        self._send(said.messages)

    @_on.register
    def _(self, said: ProtocolError, arrival: float) -> None:
        self._note("protocol_error", sentence=said.sentence)
        self._send(said.answer)

    @_on.register
    def _(self, said: Unknown, arrival: float) -> None:
        self._note("unknown_message", summary=said.summary)

    # What the conversation decides

    @singledispatchmethod
    def _do(self, decision: Decision) -> None:
        raise TypeError(f"The session knows no {decision!r}.")

    @_do.register
    def _(self, decision: CallerHasTheWord) -> None:
        self._turn += 1
        self._send(self._wire.caller_started(decision.onset.position))

    @_do.register
    def _(self, decision: StopSpeaking) -> None:
        self._stop(Why.VAD)

    @_do.register
    def _(self, decision: Ignore) -> None:
        self._note("caller_ignored", onset=decision.ended.since.at, last_sound=decision.ended.at)

    @_do.register
    def _(self, decision: Answer) -> None:
        ended = decision.ended
        self._note("caller_ended", onset=ended.since.at, last_sound=ended.at)
        self._send(self._wire.caller_stopped(ended.position))
        self._take_in(ended, resumes=decision.resumes)

    # Listening and answering

    def _take_in(self, ended: SpeechEnded, *, resumes: bool) -> None:
        self._listening = self._start(self._listen(ended, self._turn, resumes))

    async def _listen(self, ended: SpeechEnded, turn: int, resumes: bool) -> None:
        text = await self._mind.hear(ended.clip)
        self._note("caller_heard", text=text, onset=ended.since.at, last_sound=ended.at)
        self._send(self._wire.caller_heard(text, ended.clip.seconds))
        self._unanswered.append(text)
        if self._wire.turns.answers:
            self._start(self._reply(turn, resumes=resumes))

    async def _reply(self, turn: int, *, resumes: bool) -> None:
        """Answer all that the caller said since the last reply, unless they have gone on speaking."""
        if self._listening is not None:
            await asyncio.wait([self._listening])
        speech = self._rest if resumes else None
        if speech is None:
            said = " ".join(self._unanswered)
            speech = await self._prepare(script.reply_to(said) if self._unanswered else script.GREETING)
        await asyncio.sleep(self._faults.reply_delay.total_seconds())
        await self._silent.wait()  # a client that keeps the agent from stopping still gets its answer
        if turn != self._turn:
            self._note("reply_dropped", text=speech.text)
            return
        self._unanswered.clear()
        if self._faults.never_speaks:
            self._note("reply_withheld", text=speech.text)
            return
        await self._speak(speech, resumed=resumes)

    def _greet(self) -> None:
        if self._wire.open and not self._greeted:
            self._greeted = True
            self._start(self._say_greeting(self._turn))

    async def _say_greeting(self, turn: int) -> None:
        await self._mind.awake()
        speech = await self._prepare(script.GREETING)
        if turn == self._turn and not self._faults.never_speaks:
            await self._speak(speech, resumed=False)

    async def _prepare(self, text: str) -> Speech:
        clip = await self._mind.speak(text, self._wire.output.rate)
        return Speech(text, clip, bursts=self._faults.bursts)

    # Speaking

    async def _speak(self, speech: Speech, *, resumed: bool) -> None:
        self._speech = speech
        self._silent.clear()
        self._note("reply_started", text=speech.text, seconds=speech.clip.seconds, resumed=resumed)
        self._send(self._wire.reply_started(speech))
        self._plan_to_hang_up()
        while not speech.all_sent:
            await _sleep_until(speech.due())
            if self._speech is not speech:
                return
            self._send(self._wire.audio(speech, speech.next_piece(time.monotonic())))
        self._note("reply_sent", seconds=speech.sent)
        self._send(self._wire.reply_sent(speech))
        await _sleep_until(speech.played_until)
        if self._speech is speech:
            self._fall_silent(speech)
            self._note("reply_finished", last_sound=speech.last_sound())

    def _stop(self, why: Why) -> None:
        speech = self._speech
        if speech is None:
            return
        now = time.monotonic()
        speech.stop(now)
        self._rest = speech.rest(now)
        self._note("decided_to_stop", why=why.value)
        unplayed = max(0.0, speech.sent - speech.played(now))
        self._send(self._wire.reply_stopped(speech, why))
        self._fall_silent(speech)
        played = speech.played(now)
        self._note("stopped", last_sound=speech.last_sound(), last_sent=speech.last_sent, played=played)
        self._note("flushed", why=why.value, unplayed=unplayed)

    def _fall_silent(self, speech: Speech) -> None:
        self._spoken += speech.played(time.monotonic())
        self._speech = None
        self._silent.set()
        if self._hang_up is not None:
            self._hang_up.cancel()

    def _plan_to_hang_up(self) -> None:
        if self._faults.hangs_up_after is not None:
            left = self._faults.hangs_up_after.total_seconds() - self._spoken
            self._hang_up = asyncio.get_running_loop().call_later(max(0.0, left), self._hang_up_now)

    def _hang_up_now(self) -> None:
        speech, now = self._speech, time.monotonic()
        if speech is None:
            return
        speech.stop(now)
        self._fall_silent(speech)
        self._note("hung_up", last_sound=speech.last_sound(), spoken=self._spoken)
        self._outbox.put_nowait(None)

    # The machinery

    def _new_hearing(self) -> Hearing:
        turns = self._wire.turns
        any_sound = self._faults.yields_to_backchannels
        return Hearing(self._wire.input.rate, end_silence=turns.end_silence, any_sound=any_sound)

    def _tune_hearing(self) -> None:
        """The client may change the format and the end silence while the session runs."""
        if self._hearing.rate != self._wire.input.rate:
            self._hearing = self._new_hearing()
        self._hearing.end_silence = self._wire.turns.end_silence

    def _undetected_turn(self, arrival: float) -> SpeechEnded | None:
        """All that came since the last commit: the client does its own turn-taking."""
        if not self._undetected:
            return None
        clip = Clip(_joined(self._undetected), self._wire.input.rate)
        self._undetected.clear()
        self._turn += 1
        return SpeechEnded(SpeechOnset(arrival - clip.seconds, 0.0), arrival, clip.seconds, clip)

    def _send(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._outbox.put_nowait(message)

    async def _pump_out(self) -> None:
        with suppress(ConnectionClosed):  # then the other pump sees it too
            while (message := await self._outbox.get()) is not None:
                await self._socket.send(message)
        await self._socket.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or task.exception() is None:
            return
        self._note("failed", error=repr(task.exception()))
        self._outbox.put_nowait(None)

    def _end(self) -> None:
        if self._speech is not None:
            self._fall_silent(self._speech)
        for task in self._tasks:
            task.cancel()
        self._note("session_ended")


def _joined(pieces: list[Pcm]) -> Pcm:
    return frames.from_bytes(b"".join(frames.to_bytes(piece) for piece in pieces))


async def _sleep_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))

"""One call, from the open line to the last frame. It pumps; the deciding is done by the pure parts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from RobotVoice.adapters import events as agent
from RobotVoice.adapters.base import Adapter, Heard, Message
from RobotVoice.audio import dtmf, frames
from RobotVoice.audio.frames import FRAME_SECONDS, Clip, Pcm, level
from RobotVoice.call.detector import QUIETEST_SPEECH, SpeechDetector
from RobotVoice.call.line import Line
from RobotVoice.call.mouth import Mouth, Utterance
from RobotVoice.call.outgoing import Outgoing
from RobotVoice.call.playout import Playout
from RobotVoice.call.record import BargeIn, LineChange, Record, ReplyWords, Signal
from RobotVoice.call.timing import LATE, UplinkTiming
from RobotVoice.call.turns import (
    NATURAL_PAUSE,
    PAUSE_OF_A_KNOWN_REPLY,
    ProtocolSignals,
    Reply,
    first_new,
    nameless,
    replies,
)
from RobotVoice.errors import CallEnded, ConnectionFailed, KeywordTimeout, RobotVoiceError
from RobotVoice.evidence.model import LineEvent, Mode, ToolUse
from RobotVoice.interruption.double_talk import KEEP_TALKING, Act, DoubleTalk
from RobotVoice.interruption.triggers import Fire, Seen, TooLate, Trigger, Words
from RobotVoice.line.both_ways import BothWays
from RobotVoice.line.conditions import CLEAN, Conditions

SETUP_TIMEOUT = 10.0
"""Seconds for the socket and again for the protocol's handshake."""
GOODBYE_TIMEOUT = 2.0
"""Seconds for the protocol's last messages and the end of the socket."""
SEND_TIMEOUT = 5.0
"""An agent that does not read for so long (s) has broken the call."""
FAREWELL = 0.1
"""An agent that hangs up after so much silence (s) has not cut itself off in the middle of a word."""
_TIMEOUTS = (TimeoutError, asyncio.TimeoutError)
"""One class from Python 3.11 on."""
_DEAF = f"The agent has not read from the line for {SEND_TIMEOUT:g} s."


class Call:
    """A call in progress. Its methods run in the event loop's thread."""

    def __init__(self, adapter: Adapter, pause: float = NATURAL_PAUSE, conditions: Conditions = CLEAN) -> None:
        self.adapter = adapter
        self.pause = pause
        self._ways = self.ways(CLEAN)
        self._from_the_first_frame = self.ways(conditions)
        self.mouth = Mouth(adapter.sends.rate)
        self.outgoing = Outgoing(self.mouth)
        self.playout = Playout(adapter.receives.rate)
        self.detector = SpeechDetector(adapter.receives.rate)
        self.timing = UplinkTiming()
        self.record = Record()
        self.ended = ""
        self._closed = False
        self._said_all = False
        self.protocol = ProtocolSignals()
        self._nameless = 1
        self._armed: BargeIn | None = None
        self._both_talk: BargeIn | None = None
        self._zero = 0.0
        self._length = 0.0
        self._since = 0.0
        self._line: Line | None = None
        self._ready = asyncio.Event()
        self._closing = asyncio.Lock()
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        self._tasks: list[asyncio.Task[None]] = []

    # -- the line

    async def open(self) -> None:
        """Connect, wait until the agent is ready, and start the clock."""
        self._clock = asyncio.get_running_loop().time
        try:
            await self.adapter.prepare()
            self._line = await Line.open(self.adapter.endpoint(), SETUP_TIMEOUT)
            self._zero = self._clock()
            await self._send(self.adapter.opening())
            self._start(self._downlink(self._line))
            await self._handshake()
            self._restart_clock()
            self._start(self._uplink())
        except BaseException as error:
            if isinstance(error, RobotVoiceError):
                self._end(str(error))
            await self.close()
            self._length = 0.0  # a call begins with its first frame
            raise

    async def close(self) -> None:
        """Hang up. Safe at any time and more than once, and over when it returns; the record stays."""
        self._end("")
        async with self._closing:  # an `open` that was broken off hangs up as well
            await self._hang_up()

    @property
    def now(self) -> float:
        """Seconds on the call's clock; stands still once the call has ended."""
        return self._length if self._closed else self._clock() - self._zero

    @property
    def is_over(self) -> bool:
        """The line is closed, by whichever side."""
        return self._closed

    def _start(self, pump: Awaitable[None]) -> None:
        self._tasks.append(asyncio.create_task(self._guard(pump)))

    async def _guard(self, pump: Awaitable[None]) -> None:
        """A pump that breaks ends the call with its reason instead of leaving it deaf or dumb."""
        try:
            await pump
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._end(f"The call broke: {type(error).__name__}: {error}.")

    def _end(self, why: str, hung_up: bool = False) -> None:
        if self._closed:
            return
        self._length = self.now if self._zero else 0.0
        self._closed = True
        self._said_all = hung_up and self._is_silent()
        self.ended = why
        if why:
            self._note("ended", why)
        self._wake()
        self.mouth.break_off()

    def _is_silent(self) -> bool:
        """Nothing of the agent is audible, and nothing audible was still to come."""
        last = self.playout.heard(self.now)[-round(FAREWELL * self.playout.rate) :]
        unheard = [samples for _, samples, _ in self.playout.ahead(self.now)]
        return all(level(samples) < QUIETEST_SPEECH for samples in (last, *unheard))

    async def _hang_up(self) -> None:
        tasks, self._tasks = self._tasks, []
        line, self._line = self._line, None
        for task in tasks:
            task.cancel()
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
            if line:
                await self._goodbye(line)
        finally:
            await self.adapter.release()

    async def _goodbye(self, line: Line) -> None:
        try:
            await asyncio.wait_for(self._say_goodbye(line), GOODBYE_TIMEOUT)
        except _TIMEOUTS:
            pass
        finally:
            line.abort()  # to an agent that does not read even a goodbye would be kept for ever

    async def _say_goodbye(self, line: Line) -> None:
        for message in self.adapter.closing():
            await line.send(message)
        await line.close()

    async def _handshake(self) -> None:
        if not self.adapter.waits_until_ready:
            return
        try:
            await self.until(self._ready.is_set, SETUP_TIMEOUT, "")
        except KeywordTimeout:
            raise ConnectionFailed(
                f"The agent '{self.adapter.name}' answered, but did not set up a session within "
                f"{SETUP_TIMEOUT:g} s. {self.adapter.no_session}"
            ) from None
        except CallEnded as ended:
            raise ConnectionFailed(f"The agent '{self.adapter.name}' refused the call. {ended}") from None

    def _restart_clock(self) -> None:
        """The first frame of the line is zero; what an agent sent before is heard from there on."""
        early = self.playout.pieces
        self._zero = self._clock()
        self.record.journal = [replace(event, time=0.0) for event in self.record.journal]
        self.playout, self.detector = Playout(self.playout.rate), SpeechDetector(self.playout.rate)
        if not self._from_the_first_frame.conditions.is_clean:
            self._change_line(self._from_the_first_frame)
        for piece in early:
            self._hear(agent.AgentAudio(piece.samples, piece.reply, piece.item), 0.0)

    # -- the uplink

    async def _uplink(self) -> None:
        frame = 0
        while not self._closed:
            deadline = frame * FRAME_SECONDS
            # an absolute deadline: a pause after each frame would lose 3-9 % of the time
            await asyncio.sleep(max(0.0, deadline - self.now))
            await self._tick(deadline)
            frame += 1

    async def _tick(self, deadline: float) -> None:
        await self._look_at_trigger(self.now)
        await self._look_at_double_talk(self.now)
        now = self.now
        self.timing.sent(deadline, now)
        frame = self.outgoing.next_frame(now, self._ways.up, self._heard_in_frame(deadline))
        await self._send(self.adapter.audio(frame))
        for mark in self.playout.due_marks(now):
            self._note("mark played", mark)
            await self._send(self.adapter.mark_played(mark))
        self._wake()

    def _heard_in_frame(self, start: float) -> Pcm:
        """What the caller hears in the 20 ms from `start` on, where that may come back to the agent."""
        if not self._ways.up.echoes:
            return frames.empty()
        return self.playout.heard(start + FRAME_SECONDS, round(start * self.playout.rate))

    def ways(self, conditions: Conditions) -> BothWays:
        """A line like that to this agent. Making a noise takes a while: not for the event loop's thread."""
        return BothWays.of(conditions, self.adapter.sends.rate, self.adapter.receives.rate)

    async def use_line(self, ways: BothWays) -> None:
        """From now on the line is like that."""
        self._change_line(ways)

    def _change_line(self, ways: BothWays) -> None:
        self._ways = ways
        self.record.lines.append(LineChange(self.now, ways.conditions))
        self._note("line", str(ways.conditions))

    async def _send(self, messages: Iterable[Message]) -> None:
        if not self._line:
            return
        # a timer costs a third of what a task with a timeout does, 50 times a second
        stuck = asyncio.get_running_loop().call_later(SEND_TIMEOUT, self._end, _DEAF)
        try:
            for message in messages:
                await self._line.send(message)
        finally:
            stuck.cancel()

    # -- the downlink

    async def _downlink(self, line: Line) -> None:
        async for message in line:
            now = self.now
            for event in self.adapter.events(message):
                await self._take(event, now)
            self._wake()
        self._end(line.why_closed, line.hung_up)

    async def _take(self, event: agent.AgentEvent, now: float) -> None:
        match event:
            case agent.AgentAudio():
                self._hear(event if event.reply else replace(event, reply=self._name("")), now)
            case agent.AgentWords():
                reply = self._name(event.reply)
                follow = self.playout.last_of(reply)
                self.record.words.append(ReplyWords(now, event.text, reply, event.final, follow))
            case agent.AgentBelieves():
                self.record.beliefs.append(ReplyWords(now, event.text, self._name(event.reply), True))
                self._note("agent believes it said", event.text)
            case agent.ToolCalled():
                self.record.tools.append(ToolUse(now, event.name, event.arguments, event.answer))
                self._note("tool called", _tool(event))
            case agent.ReplyStarted():
                self.protocol.begun.add(self._name(event.reply))
                self._note("reply started", event.reply)
            case agent.ReplyEnded():
                self._reply_ended(event, now)
            case agent.Flush():
                self._signal(event, now)
                self._drop_rest(now, event.signal)
                self._next_nameless()
            case agent.CancelAcknowledged():
                self._signal(event, now)
                self.playout.cancel_item(event.item)
                self._drop_rest(now, event.signal, self.playout.reply_of(event.item))
                self._next_nameless()
            case agent.Mark():
                self.playout.add_mark(event.name)
            case agent.ToSend():
                await self._send([event.message])
            case agent.Ready():
                self._ready.set()
            case agent.Problem():
                self._problem(event)
            case agent.HungUp():
                self._end(f"The agent hung up{': ' + event.reason if event.reason else ''}.", hung_up=True)
            case agent.CallerWords():
                self._note("agent understood", event.text)
            case agent.KeysPressed():
                self._note("keys", event.keys)
            case agent.Noted():
                self._note("message", event.summary)

    def _hear(self, audio: agent.AgentAudio, now: float) -> None:
        carried = self._ways.down.carry(audio.samples)
        piece = self.playout.receive(now, replace(audio, samples=carried.samples), self._ways.down.delay)
        piece.lost = carried.lost
        if piece.torn > LATE:
            self.timing.ran_dry(piece.start / self.playout.rate, piece.torn)
            self._note("underrun", f"the agent's audio was {piece.torn * 1000:.0f} ms late in the middle of a sound")
        if piece.heard:
            self.detector.hear(piece.start, piece.samples[: piece.heard], piece.reply)

    def _reply_ended(self, event: agent.ReplyEnded, now: float) -> None:
        self.protocol.ended.add(event.reply)
        self._signal(replace(event, reply=self._name(event.reply)), now)
        if event.status is agent.ReplyStatus.CANCELLED:
            self.playout.cancel_reply(event.reply)
            self._drop_rest(now, "reply cancelled", event.reply)
        self._next_nameless()

    def _name(self, reply: str) -> str:
        """Replies of a protocol without ids are numbered, by the ends and flushes that it tells and by turns."""
        return reply or nameless(self._nameless)

    def _next_nameless(self) -> None:
        self.protocol.ended.add(self._name(""))
        self._nameless += 1

    def _drop_rest(self, now: float, why: str, reply: str = "") -> None:
        dropped = self.playout.flush(now, why, reply)
        self.detector.cut(now)
        for start, samples, other in self.playout.ahead(now):
            self.detector.hear(start, samples, other)
        if dropped:
            self._note("dropped", f"{dropped:.2f} s unheard ({why})")

    def _signal(self, event: agent.Flush | agent.CancelAcknowledged | agent.ReplyEnded, now: float) -> None:
        self.record.signals.append(Signal(now, event))
        self._note(*_describe(event))

    def _problem(self, problem: agent.Problem) -> None:
        self.record.problems.append(problem.sentence)
        self._note("problem", problem.sentence)
        if problem.fatal:
            self._end(problem.sentence)

    def _note(self, kind: str, detail: str = "") -> None:
        self.record.journal.append(LineEvent(self.now, kind, detail))

    # -- waiting

    async def until(self, condition: Callable[[], bool], timeout: float, sentence: str) -> None:
        """Wait until `condition` holds; it is looked at after every frame and every message.

        Raises KeywordTimeout with `sentence` after `timeout` seconds, CallEnded if the line closes first.
        """
        if condition():
            return
        if self._closed:
            raise CallEnded(self.ended or "The call has ended.")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (condition, done)
        self._waiting.append(entry)
        try:
            await asyncio.wait_for(done, timeout)
        except _TIMEOUTS:
            raise KeywordTimeout(sentence) from None
        finally:
            self._waiting.remove(entry)

    def _wake(self) -> None:
        for condition, done in list(self._waiting):
            if done.done():
                continue
            if condition():
                done.set_result(None)
            elif self._closed:
                done.set_exception(CallEnded(self.ended or "The call has ended."))

    # -- the agent

    def replies(self) -> list[Reply]:
        """The agent's replies as heard so far."""
        return replies(self.detector.stretches, self.protocol, self.now, self.pause, self._said_all)

    def agent_is_talking(self) -> bool:
        """A reply is going on: audible now, or in a natural pause."""
        found = self.replies()
        return bool(found) and not found[-1].finished

    def next_reply(self) -> Reply | None:
        """The first reply that no keyword has taken yet."""
        return first_new(self._new_replies(), self._since)

    def _new_replies(self) -> list[Reply]:
        """The replies that go on after `_since`, and maybe some before.

        It is asked a hundred times a second, so it must not cost more the longer the call has lasted.
        """
        stretches, apart = self.detector.stretches, max(self.pause, PAUSE_OF_A_KNOWN_REPLY)
        first = len(stretches) - 1
        while first > 0:
            before = stretches[first - 1].end
            if before <= self._since and stretches[first].start - before >= apart:
                break  # no reply reaches over this pause
            first -= 1
        return replies(stretches[max(0, first) :], self.protocol, self.now, self.pause, self._said_all)

    def listen_from(self, moment: float) -> None:
        """Only what the agent says after `moment` is new."""
        self._since = moment

    def belief_about(self, reply: Reply) -> str | None:
        """What the agent takes itself to have said of a reply; None if its protocol does not tell."""
        held = [belief.text for belief in self.record.beliefs if belief.reply in reply.ids]
        return held[-1] if held else None

    def words_of(self, reply: Reply) -> str | None:
        """What the protocol says that the agent said in a reply; None if it says nothing."""
        said = [words for words in self.record.words if words.reply in reply.ids]
        final = [words.text for words in said if words.final]
        text = " ".join(final) if final else "".join(words.text for words in said)
        return " ".join(text.split()) or None

    # -- the caller

    async def say(self, text: str, clip: Clip) -> Utterance:
        """The caller speaks; returns once the last sample is on the wire."""
        if self._closed:
            raise CallEnded(self.ended or "The call has ended.")
        utterance = Utterance(text, clip)
        self._both_talk = None
        self._since = self.now
        self._next_nameless()
        await self._speak(utterance)
        await self._spoken(utterance)
        return utterance

    def keys(self, keys: str) -> Utterance:
        """The keys of a telephone, one after the other: as tones where the line has no messages for them."""
        rate = self.adapter.sends.rate
        if self.adapter.keys_are_tones:
            return Utterance(f"[keys {keys}]", dtmf.tones(keys, rate))
        return Utterance(f"[keys {keys}]", Clip(frames.empty(), rate), keys=keys)

    async def press(self, keys: str) -> None:
        """Press the keys of a telephone, one after the other."""
        if self._closed:
            raise CallEnded(self.ended or "The call has ended.")
        pressed = self.keys(keys)
        self._both_talk = None
        await self._speak(pressed)
        await self._spoken(pressed)
        if self.adapter.keys_are_tones:
            await self.stay_silent(dtmf.RELEASED)

    async def stay_silent(self, seconds: float) -> None:
        """Let the call's clock run."""
        end = self.now + seconds
        await self.until(lambda: self.now >= end, seconds + 5, "The call's clock stands still.")

    async def _speak(self, utterance: Utterance) -> None:
        self.record.utterances.append(utterance)
        if utterance.keys:
            await self._press(utterance)
            return
        self.mouth.say(utterance)
        self._note("caller speaks", utterance.text)

    async def _press(self, pressed: Utterance) -> None:
        pressed.start = self.now
        for key in pressed.keys:
            await self._send(self.adapter.press(key))
            self._note("key pressed", key)
        pressed.end = self.now

    async def _spoken(self, utterance: Utterance) -> None:
        limit = utterance.clip.seconds + 10
        sentence = f"The caller's words were not on the wire after {limit:.0f} s."
        await self.until(lambda: self._is_spoken(utterance), limit, sentence)

    def _is_spoken(self, utterance: Utterance) -> bool:
        """As far as the caller wanted to say it: what the end of the call broke off is not."""
        was_cut_off = self._closed and utterance.broken_off
        return utterance.end is not None and self.now >= utterance.end and not was_cut_off

    # -- the interruption

    async def barge_in(
        self,
        utterance: Utterance,
        trigger: Trigger,
        mode: Mode,
        timeout: float,
        watch: float,
        double_talk: DoubleTalk = KEEP_TALKING,
    ) -> BargeIn:
        """Interrupt the agent at the trigger; returns once the caller's words are said, or can't be."""
        barge = BargeIn(len(self.record.barge_ins) + 1, utterance, trigger, mode, self.now, self._since, watch=watch)
        barge.double_talk = double_talk
        self.record.barge_ins.append(barge)
        self._armed = barge
        self._note("armed", str(trigger))
        try:
            await self.until(lambda: barge.fired is not None or bool(barge.missed), timeout, "")
        except KeywordTimeout:
            barge.missed = trigger.not_met(self._seen(barge, self.now), timeout)
        except CallEnded as ended:
            barge.missed = f"the call had ended: {ended}"
            raise
        except asyncio.CancelledError:
            barge.missed = "the keyword was broken off before its moment had come"
            raise
        finally:
            self._armed = None
        if barge.missed:
            self._note("interruption did not happen", barge.missed)
            return barge
        await self._spoken(barge.utterance)
        if self.outgoing.lost_all_of(barge.utterance):
            barge.missed = "the line lost every sound of it"
        return barge

    async def settle(self, barge: BargeIn, watch: float) -> None:
        """Wait until it is plain whether the agent fell silent, at most `watch` seconds from the barge-in."""
        if barge.fired is None:
            return
        deadline = barge.fired + watch
        fired = barge.fired
        with contextlib.suppress(CallEnded):
            await self.until(lambda: self._settled(fired, deadline), watch + self.pause + 5, "")

    def _settled(self, fired: float, deadline: float) -> bool:
        heard = (s for s in reversed(self.detector.stretches) if s.is_speech and s.start <= self.now)
        last = next(heard, None)  # none, if what was heard was cut off before it was long enough to be speech
        silent_for = self.now - max(min(last.end, self.now), fired) if last else self.now - fired
        pause = self.protocol.pause_after(last.reply, self.pause) if last else self.pause
        return silent_for >= pause or (self.now >= deadline and silent_for < FRAME_SECONDS * 3)

    async def _look_at_trigger(self, now: float) -> None:
        barge = self._armed
        if barge is None or barge.fired is not None or barge.missed:
            return
        match barge.trigger.look(self._seen(barge, now)):
            case Fire(agent_onset, due):
                barge.agent_onset, barge.due, barge.fired = agent_onset, due, now
                await self._fire(barge)
            case TooLate(reason):
                barge.missed = reason

    def _seen(self, barge: BargeIn, now: float) -> Seen:
        return Seen(
            replies=self._new_replies(),
            since=barge.since,
            now=now,
            armed=barge.armed,
            caller_end=next((said.end for said in reversed(self.record.utterances) if said.end is not None), None),
            tools=self.record.tools,
            words=self._words_as_heard,
            sent_whole=self._sent_whole,
        )

    def _words_as_heard(self, reply: Reply) -> list[Words]:
        came = (words for words in self.record.words if words.reply in reply.ids)
        return [Words(words.text, self._heard_before(words), words.final) for words in came]

    def _heard_before(self, words: ReplyWords) -> float:
        """When all audio of their reply has been played that came before these words; never, if some was dropped."""
        piece = words.follow
        if piece is None:
            return words.time
        return float("inf") if level(piece.unheard) >= QUIETEST_SPEECH else piece.end / self.playout.rate

    def _sent_whole(self, reply: Reply) -> float | None:
        for signal in self.record.signals:
            match signal.event:
                case agent.ReplyEnded(reply=named, status=agent.ReplyStatus.COMPLETED) if named == reply.ids[-1]:
                    return signal.time
        return None

    async def _fire(self, barge: BargeIn) -> None:
        if barge.mode is Mode.CANCEL:
            barge.cancel_sent = self.now
            self._note("cancel sent")
            await self._send(self.adapter.cancel(self._heard_so_far()))
        self._since = self.now
        self._both_talk = barge
        await self._speak(barge.utterance)

    async def _look_at_double_talk(self, now: float) -> None:
        barge = self._both_talk
        if barge is None or barge.fired is None or barge.double_talk == KEEP_TALKING:
            return
        said = [barge.utterance, *barge.repeats]
        match barge.double_talk.look(said, self._new_replies(), now, until=barge.fired + barge.watch):
            case Act.GIVE_WAY:
                barge.gave_way = True
                self.mouth.break_off()
                self._note("caller gives way", barge.utterance.words)
            case Act.SAY_AGAIN:
                barge.repeats.append(Utterance(barge.utterance.text, barge.utterance.clip))
                await self._speak(barge.last_said)

    async def fall_quiet(self, barge: BargeIn) -> None:
        """Let the caller say what they are saying, and then no more of it."""
        self._both_talk = None
        if barge.fired is None:
            return
        with contextlib.suppress(CallEnded):
            await self._spoken(barge.last_said)

    def _heard_so_far(self) -> Heard | None:
        piece = self.playout.playing(self.now)
        if piece is None:
            return None
        return Heard(piece.reply, piece.item, self.playout.heard_of_item(piece.item, self.now))


def _tool(event: agent.ToolCalled) -> str:
    answered = f" -> {event.answer}" if event.answer else ""
    return f"{event.name}({event.arguments}){answered}"


def _describe(event: agent.Flush | agent.CancelAcknowledged | agent.ReplyEnded) -> tuple[str, str]:
    if isinstance(event, agent.Flush):
        return "agent's signal", event.signal
    if isinstance(event, agent.CancelAcknowledged):
        return "cancel acknowledged", event.signal
    return f"reply {event.status.value}", event.reply

"""One call, from the open line to the last frame. It pumps; the deciding is done by the pure parts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from RobotVoice.adapters import events
from RobotVoice.adapters.base import Adapter
from RobotVoice.audio import dtmf, frames
from RobotVoice.audio.frames import FRAME_SECONDS, Clip, Pcm
from RobotVoice.call.agent_side import AgentSide
from RobotVoice.call.barging_in import BargingIn
from RobotVoice.call.connection import SETUP_TIMEOUT, Connection
from RobotVoice.call.line import Line
from RobotVoice.call.mouth import Mouth, Utterance
from RobotVoice.call.outgoing import Outgoing
from RobotVoice.call.record import BargeIn, LineChange, Record
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.call.turns import NATURAL_PAUSE
from RobotVoice.call.waiting import Waiting
from RobotVoice.errors import CallEnded, ConnectionFailed, KeywordTimeout, RobotVoiceError
from RobotVoice.evidence.model import Mode
from RobotVoice.interruption.double_talk import KEEP_TALKING, Act, DoubleTalk
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.line.both_ways import BothWays
from RobotVoice.line.conditions import CLEAN, Conditions

TIMER = 0.001
"""Seconds that the event loop's timer may be late: epoll counts whole milliseconds, rounded up."""
RELATED = 5.0
"""Seconds between what the agent reports and the end of the line, from which on the two may be of different causes."""


class Call:
    """A call in progress. Its methods run in the event loop's thread."""

    def __init__(self, adapter: Adapter, pause: float = NATURAL_PAUSE, conditions: Conditions = CLEAN) -> None:
        self.adapter = adapter
        self.timing = UplinkTiming()
        self.record = Record()
        self.mouth = Mouth(adapter.sends.rate)
        self.outgoing = Outgoing(self.mouth)
        self.ended = ""
        self._ways = self.ways(CLEAN)
        self._from_the_first_frame = self.ways(conditions)
        self.agent = AgentSide(adapter.receives.rate, pause, self._ways.down, self.record, self.timing)
        self.agent.protocol.announces = adapter.announces_stops
        self._barging_in = BargingIn(self.agent, self.record)
        self._connection = Connection(adapter, self._end)
        self._waiting = Waiting()
        self._ready = asyncio.Event()
        self._closed = False
        self._zero = 0.0
        self._length = 0.0
        self._last_problem = 0.0, ""

    # -- the line

    async def open(self) -> None:
        """Connect, wait until the agent is ready, and start the clock."""
        self._clock = asyncio.get_running_loop().time
        try:
            line = await self._connection.open()
            self._zero = self._clock()
            await self._connection.send(self.adapter.opening())
            self._connection.serve(self._downlink(line))
            await self._handshake()
            self._restart_clock()
            self._connection.serve(self._uplink())
        except BaseException as error:
            if isinstance(error, RobotVoiceError):
                self._end(str(error))
            await self.close()
            self._length = 0.0  # a call begins with its first frame
            raise

    async def close(self) -> None:
        """Hang up. Safe at any time and more than once, and over when it returns; the record stays."""
        self._end("")
        await self._connection.close()

    @property
    def now(self) -> float:
        """Seconds on the call's clock; stands still once the call has ended."""
        return self._length if self._closed else self._clock() - self._zero

    @property
    def is_over(self) -> bool:
        """The line is closed, by whichever side."""
        return self._closed

    def _end(self, why: str, hung_up: bool = False) -> None:
        if self._closed:
            return
        self._length = self.now if self._zero else 0.0
        self._closed = True
        if hung_up:
            self.agent.hung_up(self.now)
        self.ended = why
        if why:
            self._note("ended", why)
        self._waiting.end(why)
        self.mouth.break_off()

    async def _handshake(self) -> None:
        if not self.adapter.waits_until_ready:
            return
        try:
            await self.until(self._ready.is_set, SETUP_TIMEOUT)
        except KeywordTimeout:
            raise ConnectionFailed(
                f"The agent '{self.adapter.name}' answered, but did not set up a session within "
                f"{SETUP_TIMEOUT:g} s. {self.adapter.no_session}"
            ) from None
        except CallEnded as ended:
            raise ConnectionFailed(f"The agent '{self.adapter.name}' refused the call. {ended}") from None

    def _restart_clock(self) -> None:
        """The first frame of the line is zero; what an agent sent before is heard from there on."""
        self._zero = self._clock()
        self.record.date_back()
        if not self._from_the_first_frame.conditions.is_clean:
            self._change_line(self._from_the_first_frame)
        self.agent.hear_anew()

    def ways(self, conditions: Conditions) -> BothWays:
        """A line like that to this agent. Making a noise takes a while: not for the event loop's thread."""
        return BothWays.of(conditions, self.adapter.sends.rate, self.adapter.receives.rate)

    async def use_line(self, ways: BothWays) -> None:
        """From now on the line is like that."""
        self._change_line(ways)

    def _change_line(self, ways: BothWays) -> None:
        self._ways, self.agent.way = ways, ways.down
        self.record.lines.append(LineChange(self.now, ways.conditions))
        self._note("line", str(ways.conditions))

    def _note(self, kind: str, detail: str = "") -> None:
        self.record.note(self.now, kind, detail)

    # -- the uplink

    async def _uplink(self) -> None:
        frame = 0
        while not self._closed:
            deadline = frame * FRAME_SECONDS
            # an absolute deadline: a pause after each frame would lose 3-9 % of the time
            await asyncio.sleep(max(0.0, deadline - TIMER - self.now))
            await self._tick(deadline)
            frame += 1

    async def _tick(self, deadline: float) -> None:
        await self._look_at_trigger(self.now)
        await self._look_at_double_talk(self.now)
        now = self.now
        self.timing.sent(deadline, now)
        frame = self.outgoing.next_frame(now, self._ways.up, self._heard_in_frame(deadline))
        await self._connection.send(self.adapter.audio(frame))
        for mark in self.agent.playout.due_marks(now):
            self._note("mark played", mark)
            await self._connection.send(self.adapter.mark_played(mark))
        self._waiting.look()

    def _heard_in_frame(self, start: float) -> Pcm:
        """What the caller hears in the 20 ms from `start` on, where that may come back to the agent."""
        if not self._ways.up.echoes:
            return frames.empty()
        playout = self.agent.playout
        return playout.heard(start + FRAME_SECONDS, round(start * playout.rate))

    # -- the downlink

    async def _downlink(self, line: Line) -> None:
        async for message in line:
            now = self.now
            for event in self.adapter.events(message):
                await self._take(event, now)
            self._waiting.look()
        self._end(*self._why_closed(line))

    def _why_closed(self, line: Line) -> tuple[str, bool]:
        """An agent that has just reported an error, such as the end of a session, did not hang up of its own accord."""
        told, sentence = self._last_problem
        if not sentence or self.now - told > RELATED:
            return line.why_closed, line.hung_up
        return f"{line.why_closed} Before that: {sentence}", False

    async def _take(self, event: events.AgentEvent, now: float) -> None:
        match event:
            case events.ToSend():
                await self._connection.send([event.message])
            case events.Ready():
                self._ready.set()
            case events.Problem():
                self._problem(event)
            case events.Flush():
                cut = self.agent.flush(event, now)
                if cut:
                    await self._connection.send(self.adapter.flushed(cut))
            case events.HungUp():
                self._end(f"The agent hung up{': ' + event.reason if event.reason else ''}.", hung_up=True)
            case _:
                self.agent.take(event, now)

    def _problem(self, problem: events.Problem) -> None:
        self.record.problems.append(problem.sentence)
        self._last_problem = self.now, problem.sentence
        self._note("problem", problem.sentence)
        if problem.fatal:
            self._end(problem.sentence)

    # -- waiting

    async def until(self, condition: Callable[[], bool], timeout: float, sentence: str = "") -> None:
        """Wait until `condition` holds; it is looked at after every frame and every message.

        Raises KeywordTimeout with `sentence` after `timeout` seconds, CallEnded if the line closes first.
        """
        await self._waiting.until(condition, timeout, sentence)

    async def stay_silent(self, seconds: float) -> None:
        """Let the call's clock run."""
        end = self.now + seconds
        await self.until(lambda: self.now >= end, seconds + 5, "The call's clock stands still.")

    # -- the caller

    async def say(self, text: str, clip: Clip) -> Utterance:
        """The caller speaks; returns once the last sample is on the wire."""
        self._waiting.require_a_call()
        utterance = Utterance(text, clip)
        self._barging_in.be_over()
        self.agent.since = self.now
        self.agent.end_nameless()
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
        self._waiting.require_a_call()
        pressed = self.keys(keys)
        self._barging_in.be_over()
        await self._speak(pressed)
        await self._spoken(pressed)
        if self.adapter.keys_are_tones:
            await self.stay_silent(dtmf.RELEASED)

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
            await self._connection.send(self.adapter.press(key))
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
        number, since = len(self.record.barge_ins) + 1, self.agent.since
        barge = BargeIn(number, utterance, trigger, mode, self.now, since, watch=watch, double_talk=double_talk)
        self._barging_in.arm(barge)
        try:
            await self.until(lambda: barge.fired is not None or bool(barge.missed), timeout)
        except KeywordTimeout:
            barge.missed = trigger.not_met(self._barging_in.seen(barge, self.now), timeout)
        except CallEnded as ended:
            barge.missed = f"the call had ended: {ended}"
            raise
        except asyncio.CancelledError:
            barge.missed = "the keyword was broken off before its moment had come"
            raise
        finally:
            self._barging_in.disarm()
        if barge.missed:
            self._note("interruption did not happen", barge.missed)
            return barge
        await self._spoken(barge.utterance)
        if self.outgoing.lost_all_of(barge.utterance):
            barge.missed = "the line lost every sound of it"
        return barge

    async def settle(self, barge: BargeIn) -> None:
        """Wait until it is plain whether the agent fell silent, at most as long as it is watched."""
        if barge.fired is None:
            return
        fired, deadline = barge.fired, barge.fired + barge.watch
        with contextlib.suppress(CallEnded):
            limit = barge.watch + self.agent.pause + 5
            await self.until(lambda: self._barging_in.is_plain(fired, deadline, self.now), limit)

    async def fall_quiet(self, barge: BargeIn) -> None:
        """Let the caller say what they are saying, and then no more of it."""
        self._barging_in.be_over()
        if barge.fired is None:
            return
        with contextlib.suppress(CallEnded):
            await self._spoken(barge.last_said)

    async def _look_at_trigger(self, now: float) -> None:
        barge = self._barging_in.due(now)
        if barge is None:
            return
        if barge.mode is Mode.CANCEL:
            barge.cancel_sent = self.now
            self._note("cancel sent")
            await self._connection.send(self.adapter.cancel(self.agent.heard_of_what_goes_on(self.now)))
        self.agent.since = self.now
        self._barging_in.begin(barge)
        await self._speak(barge.utterance)

    async def _look_at_double_talk(self, now: float) -> None:
        match self._barging_in.what_next(now):
            case barge, Act.GIVE_WAY:
                barge.gave_way = True
                self.mouth.break_off()
                self._note("caller gives way", barge.utterance.words)
            case barge, Act.SAY_AGAIN:
                barge.repeats.append(Utterance(barge.utterance.text, barge.utterance.clip))
                await self._speak(barge.last_said)

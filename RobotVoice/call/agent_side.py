"""The agent's side of a call: what comes from it, and what the caller hears of that. Pure: time is an argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from RobotVoice.adapters import events
from RobotVoice.adapters.base import Heard
from RobotVoice.audio.frames import level
from RobotVoice.call.detector import QUIETEST_SPEECH, SpeechDetector
from RobotVoice.call.playout import Piece, Playout
from RobotVoice.call.record import Record, ReplyWords, Signal
from RobotVoice.call.timing import LATE, UplinkTiming
from RobotVoice.call.turns import (
    PAUSE_OF_A_KNOWN_REPLY,
    ProtocolSignals,
    Reply,
    first_new,
    nameless,
    replies,
)
from RobotVoice.evidence.model import ToolUse
from RobotVoice.interruption.triggers import Words
from RobotVoice.line.way import Way

FAREWELL = 0.1
"""An agent that hangs up after so much silence (s) has not cut itself off in the middle of a word."""


class AgentSide:
    """Takes the agent's events as they come, and knows its replies as they are heard.

    rate: Hz of its sound. pause: silence shorter than this (s) is a natural pause. way: the line from it to the caller.
    record and timing are the call's, and are added to.
    """

    def __init__(self, rate: int, pause: float, way: Way, record: Record, timing: UplinkTiming) -> None:
        self.pause = pause
        self.way = way
        self.playout = Playout(rate)
        self.detector = SpeechDetector(rate)
        self.protocol = ProtocolSignals()
        self.since = 0.0
        """What it said before this moment (s) is not new."""
        self._record = record
        self._timing = timing
        self._nameless = 1
        self._said_all = False

    # -- what comes

    def take(self, event: events.AgentEvent, now: float) -> None:
        """Something came at `now`. What asks for a deed, such as an answer on the line, is not for here."""
        match event:
            case events.AgentAudio():
                self._hear(event if event.reply else replace(event, reply=self._name("")), now)
            case events.AgentWords():
                reply = self._name(event.reply)
                follow = self.playout.last_of(reply)
                self._record.words.append(ReplyWords(now, event.text, reply, event.final, follow, event.item))
            case events.AgentBelieves():
                self._record.beliefs.append(ReplyWords(now, event.text, self._name(event.reply), True))
                self._record.note(now, "agent believes it said", event.text)
            case events.ToolCalled():
                self._record.tools.append(ToolUse(now, event.name, event.arguments, event.answer))
                self._record.note(now, "tool called", _tool(event))
            case events.ReplyStarted():
                self.protocol.begun.add(self._name(event.reply))
                self._record.note(now, "reply started", event.reply)
            case events.ReplyEnded():
                self._reply_ended(event, now)
            case events.CancelAcknowledged():
                self._signal(event, now)
                self.playout.cancel_item(event.item)
                self._drop_rest(now, event.signal, self.playout.reply_of(event.item))
                self.end_nameless()
            case events.Mark():
                self.playout.add_mark(event.name)
            case events.CallerWords():
                self._record.note(now, "agent understood", event.text)
            case events.KeysPressed():
                self._record.note(now, "keys", event.keys)
            case events.Noted():
                self._record.note(now, "message", event.summary)

    def flush(self, event: events.Flush, now: float) -> Heard | None:
        """It says that nothing more is to be played; how much was heard of the reply that this cuts off, if any."""
        heard = self.heard_of_what_goes_on(now)
        self._signal(event, now)
        self._drop_rest(now, event.signal)
        self.end_nameless()
        return heard

    def hear_anew(self) -> None:
        """The call begins now: what has come already is heard from its first moment on."""
        early = self.playout.pieces
        self.playout, self.detector = Playout(self.playout.rate), SpeechDetector(self.playout.rate)
        anew = {id(one): self._hear(events.AgentAudio(one.samples, one.reply, one.item), 0.0) for one in early}
        self._record.words = [replace(words, follow=anew.get(id(words.follow))) for words in self._record.words]

    def end_nameless(self) -> None:
        """What comes next without an id is another reply."""
        self.protocol.ended.add(self._name(""))
        self._nameless += 1

    def hung_up(self, now: float) -> None:
        """It ended the call, and has said all unless something was audible or audible things were still to come."""
        last = self.playout.heard(now)[-round(FAREWELL * self.playout.rate) :]
        unheard = [samples for _, samples, _ in self.playout.ahead(now)]
        self._said_all = all(level(samples) < QUIETEST_SPEECH for samples in (last, *unheard))

    def _hear(self, audio: events.AgentAudio, now: float) -> Piece:
        carried = self.way.carry(audio.samples)
        piece = self.playout.receive(now, replace(audio, samples=carried.samples), self.way.delay)
        piece.lost = carried.lost
        if piece.torn > LATE:
            self._timing.ran_dry(piece.start / self.playout.rate, piece.torn)
            late = f"the agent's audio was {piece.torn * 1000:.0f} ms late in the middle of a sound"
            self._record.note(now, "underrun", late)
        if piece.heard:
            self.detector.hear(piece.start, piece.samples[: piece.heard], piece.reply)
        return piece

    def _reply_ended(self, event: events.ReplyEnded, now: float) -> None:
        self.protocol.ended.add(event.reply)
        self._signal(replace(event, reply=self._name(event.reply)), now)
        if event.status is events.ReplyStatus.CANCELLED:
            self.playout.cancel_reply(event.reply)
            self._drop_rest(now, "reply cancelled", event.reply)
        self.end_nameless()

    def _name(self, reply: str) -> str:
        """Replies of a protocol without ids are numbered, by the ends and flushes that it tells and by turns."""
        return reply or nameless(self._nameless)

    def _drop_rest(self, now: float, why: str, reply: str = "") -> None:
        dropped = self.playout.flush(now, why, reply)
        self.detector.cut(now)
        for start, samples, other in self.playout.ahead(now):
            self.detector.hear(start, samples, other)
        if dropped:
            self._record.note(now, "dropped", f"{dropped:.2f} s unheard ({why})")

    def _signal(self, event: events.Flush | events.CancelAcknowledged | events.ReplyEnded, now: float) -> None:
        self._record.signals.append(Signal(now, event))
        self._record.note(now, *_describe(event))

    # -- what is heard of it

    def replies(self, now: float) -> list[Reply]:
        """Its replies as heard by `now`."""
        return replies(self.detector.stretches, self.protocol, now, self.pause, self._said_all)

    def is_talking(self, now: float) -> bool:
        """A reply is going on: audible now, or in a natural pause."""
        found = self.replies(now)
        return bool(found) and not found[-1].finished

    def next_reply(self, now: float) -> Reply | None:
        """The first reply that is new, or goes on."""
        return first_new(self.new_replies(now), self.since)

    def new_replies(self, now: float) -> list[Reply]:
        """The replies that go on after `since`, and maybe some before.

        It is asked a hundred times a second, so it must not cost more the longer the call has lasted.
        """
        stretches, apart = self.detector.stretches, max(self.pause, PAUSE_OF_A_KNOWN_REPLY)
        first = len(stretches) - 1
        while first > 0:
            before = stretches[first - 1].end
            if before <= self.since and stretches[first].start - before >= apart:
                break  # no reply reaches over this pause
            first -= 1
        return replies(stretches[max(0, first) :], self.protocol, now, self.pause, self._said_all)

    def silence(self, fired: float, now: float) -> tuple[float, float]:
        """For how long (s) it has been silent since `fired`, and how long a silence would be its stop."""
        heard = (s for s in reversed(self.detector.stretches) if s.is_speech and s.start <= now)
        last = next(heard, None)  # none, if what was heard was cut off before it was long enough to be speech
        if last is None:
            return now - fired, self.pause
        return now - max(min(last.end, now), fired), self.protocol.pause_after(last.reply, self.pause)

    def heard_of_what_goes_on(self, now: float) -> Heard | None:
        """Of what it says now, how much has been heard; None if it says nothing, or has said the last to its end."""
        piece = self.playout.playing(now)
        if piece is None:
            return None
        goes_on = piece.reply not in self.protocol.ended or self.playout.left_of_item(piece.item, now) > 0
        return Heard(piece.reply, piece.item, self.playout.heard_of_item(piece.item, now)) if goes_on else None

    # -- its words

    def words_of(self, reply: Reply) -> str | None:
        """What the protocol says that it said in a reply; None if it says nothing."""
        parts: dict[tuple[str, str], list[ReplyWords]] = {}
        for words in self._record.words:
            if words.reply in reply.ids:
                parts.setdefault((words.reply, words.item), []).append(words)
        return " ".join(" ".join(map(_text, parts.values())).split()) or None

    def belief_about(self, reply: Reply) -> str | None:
        """What it takes itself to have said of a reply; None if its protocol does not tell."""
        held = [belief.text for belief in self._record.beliefs if belief.reply in reply.ids]
        return held[-1] if held else None

    def words_as_heard(self, reply: Reply) -> list[Words]:
        """Its words of a reply, each with the moment at which the caller has heard them."""
        came = (words for words in self._record.words if words.reply in reply.ids)
        return [Words(words.text, self._heard_before(words), words.final) for words in came]

    def _heard_before(self, words: ReplyWords) -> float:
        """When all audio of their reply has been played that came before these words; never, if some was dropped."""
        piece = words.follow
        if piece is None:
            return words.time
        return float("inf") if level(piece.unheard) >= QUIETEST_SPEECH else piece.end / self.playout.rate

    def sent_whole(self, reply: Reply) -> float | None:
        """When it said that it had sent all of a reply; None if it has not."""
        for signal in self._record.signals:
            match signal.event:
                case events.ReplyEnded(reply=named, status=events.ReplyStatus.COMPLETED) if named == reply.ids[-1]:
                    return signal.time
        return None


def _text(words: Sequence[ReplyWords]) -> str:
    """Of one part of a reply: the final text if it has come, else its pieces."""
    final = [one.text for one in words if one.final]
    return " ".join(final) if final else "".join(one.text for one in words)


def _tool(event: events.ToolCalled) -> str:
    answered = f" -> {event.answer}" if event.answer else ""
    return f"{event.name}({event.arguments}){answered}"


def _describe(event: events.Flush | events.CancelAcknowledged | events.ReplyEnded) -> tuple[str, str]:
    if isinstance(event, events.Flush):
        return "agent's signal", event.signal
    if isinstance(event, events.CancelAcknowledged):
        return "cancel acknowledged", event.signal
    return f"reply {event.status.value}", event.reply

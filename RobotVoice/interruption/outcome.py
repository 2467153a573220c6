"""What came of it: from the two tracks and the journal to one `Interruption`. Pure.

Nothing counts that was not heard: the agent was speaking, the caller barged in, the agent fell silent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from RobotVoice.adapters.events import CancelAcknowledged, Flush, Interrupter, ReplyEnded, ReplyStatus
from RobotVoice.audio import frames
from RobotVoice.audio.frames import Pcm
from RobotVoice.call.playout import Piece
from RobotVoice.call.record import BargeIn, Signal
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.call.turns import ProtocolSignals, has_id
from RobotVoice.evidence import measure
from RobotVoice.evidence.hearing import QUIETEST
from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import Interruption, Measured, Outcome, StoppedBy, duration
from RobotVoice.interruption.resumption import ENOUGH, comes_again

OWN_UNCERTAINTY = 0.010
"""Seconds: the two edges of a figure, each known to one piece of `RESOLUTION`."""
SHORTEST_SILENCE = 0.1
"""Seconds that a caller has to hear nothing before even the protocol's word makes it a stop."""
FAIR_CHANCE = 1.0
"""Seconds that an agent gets to notice a caller. voicebench allows 1.0 s to stop, callback-voice 0.6 s."""
MOST_PIECES = 100
"""Messages in which `ENOUGH` of a reply has arrived: of 5 ms are the shortest that anybody sends."""
NO_SIGN = "the agent may have come to its own end: no signal came, and nothing was dropped, that tells of a stop"


@dataclass(frozen=True)
class Scene:
    """All that is known of a call at a moment: what the analysis looks at.

    turns: when the caller began to speak, each time. closed: the line is, so that nothing more will be heard.
    protocol: which replies the protocol has begun and ended.
    """

    caller: list[Span]
    agent: list[Span]
    pieces: Sequence[Piece]
    signals: Sequence[Signal]
    timing: UplinkTiming
    rate: int
    now: float
    pause: float
    turns: Sequence[float] = ()
    closed: bool = False
    protocol: ProtocolSignals = field(default_factory=ProtocolSignals)

    @cached_property
    def heard(self) -> list[Piece]:
        """The pieces of which something is played, in playing order."""
        return [piece for piece in self.pieces if piece.heard]

    def last_piece(self, moment: float) -> int:
        """Which of `heard` is playing then, or was played last; -1 if none was."""
        return bisect_right(self.heard, round(moment * self.rate), key=_start) - 1

    def reply_at(self, moment: float) -> str:
        """The reply of that piece; "" if there is none."""
        number = self.last_piece(moment)
        return self.heard[number].reply if number >= 0 else ""

    def of(self, reply: str) -> list[Piece]:
        """All that was received of a reply."""
        return self._by_reply.get(reply, [])

    @cached_property
    def _by_reply(self) -> dict[str, list[Piece]]:
        found: dict[str, list[Piece]] = {}
        for piece in self.pieces:
            found.setdefault(piece.reply, []).append(piece)
        return found


def judge(barge: BargeIn, scene: Scene) -> Interruption:
    """The interruption with everything that can be told of it at `scene.now`."""
    if barge.missed or barge.fired is None or barge.utterance.start is None:
        return _did_not_happen(barge, barge.missed or "the call ended before it")
    onset = barge.utterance.start if barge.cancel_sent is None else min(barge.cancel_sent, barge.utterance.start)
    old = _old_reply(scene, onset)
    stop = measure.fell_silent(old, onset, scene.protocol.pause_within(scene.reply_at(onset), scene.pause))
    if stop is None or stop + measure.doubt(scene.agent, stop) <= onset - SHORTEST_SILENCE:
        return _did_not_happen(barge, _nothing_to_interrupt(stop, onset), onset)
    stop = max(stop, onset)  # it was heard until within a word's length of the barge-in
    reply = scene.reply_at(stop - RESOLUTION)
    if stop > onset + barge.watch:
        return _kept_talking(barge, scene, onset, onset + barge.watch, old)
    if not _is_silent_since(stop, reply, scene):
        return _not_plain(barge, scene, onset, stop, old)
    if _came_to_its_own_end(reply, scene):
        return _at_its_own_end(barge, scene, onset, stop, old)
    return _interrupted(barge, scene, onset, stop, reply, old)


def _nothing_to_interrupt(stop: float | None, onset: float) -> str:
    if stop is None:
        return "the agent was not audible when the caller barged in"
    return f"the agent had fallen silent {duration(onset - stop)} before the caller barged in"


def _not_plain(barge: BargeIn, scene: Scene, onset: float, heard_until: float, old: list[Span]) -> Interruption:
    """It may only be pausing. A line that closed is silent, too, but no agent fell silent on it."""
    if not scene.closed or heard_until - onset >= FAIR_CHANCE:
        return _kept_talking(barge, scene, onset, heard_until, old)
    after = duration(scene.now - onset)
    return _did_not_happen(
        barge, f"the line closed {after} after it, before it was plain whether the agent fell silent", onset
    )


def _at_its_own_end(barge: BargeIn, scene: Scene, onset: float, end: float, old: list[Span]) -> Interruption:
    """It stopped because it had said all. An agent that had time to notice kept talking."""
    if end - onset >= FAIR_CHANCE:
        return _kept_talking(barge, scene, onset, end, old)
    after = duration(end - onset)
    return _did_not_happen(barge, f"the agent came to the end of its reply by itself, {after} after it", onset)


def _did_not_happen(barge: BargeIn, reason: str, onset: float | None = None) -> Interruption:
    return Interruption(
        number=barge.number,
        text=barge.utterance.text,
        trigger=str(barge.trigger),
        mode=barge.mode,
        outcome=Outcome.DID_NOT_HAPPEN,
        reason=reason,
        agent_onset=barge.agent_onset,
        cancel_sent=barge.cancel_sent,
        barge_in=onset,
        caller_end=barge.utterance.end,
    )


def _kept_talking(barge: BargeIn, scene: Scene, onset: float, heard_until: float, old: list[Span]) -> Interruption:
    figures = _Figures(scene, onset, heard_until)
    return Interruption(
        number=barge.number,
        text=barge.utterance.text,
        trigger=str(barge.trigger),
        mode=barge.mode,
        outcome=Outcome.KEPT_TALKING,
        reason="",
        agent_onset=barge.agent_onset,
        cancel_sent=barge.cancel_sent,
        barge_in=onset,
        caller_end=barge.utterance.end,
        watched_until=heard_until,
        stop_latency=figures.length(onset, heard_until, at_least=True),
        overlap=figures.both(old, onset, heard_until, at_least=True),
        reaction=figures.length(_due(barge, scene), onset),
    )


def _interrupted(barge: BargeIn, scene: Scene, onset: float, stop: float, reply: str, old: list[Span]) -> Interruption:
    figures = _Figures(scene, onset, stop)
    signal = _stop_signal(scene, onset, stop, reply)
    wire_stop = signal.time if signal else _last_audible_message(scene, onset, stop)
    next_turn = _next_turn(barge, scene, stop)
    following = measure.begun(scene.agent, stop)
    reply_onset = next((span.start for span in scene.agent[following : following + 1] if span.start < next_turn), None)
    caller_end = barge.utterance.end
    return Interruption(
        number=barge.number,
        text=barge.utterance.text,
        trigger=str(barge.trigger),
        mode=barge.mode,
        outcome=Outcome.INTERRUPTED,
        reason="",
        note="" if signal or not _may_be_its_own_end(reply, scene) else NO_SIGN,
        stopped_by=_who(signal),
        agent_onset=barge.agent_onset,
        cancel_sent=barge.cancel_sent,
        barge_in=onset,
        caller_end=caller_end,
        wire_stop=wire_stop,
        ear_stop=stop,
        reply_onset=reply_onset,
        stop_latency=figures.length(onset, stop),
        wire_stop_latency=None if wire_stop is None else figures.length(onset, wire_stop),
        overlap=figures.both(old, onset, stop),
        response_latency=_response_latency(scene, caller_end, reply_onset),
        reaction=figures.length(_due(barge, scene), onset),
        yielded_for=_yielded_for(scene, stop, reply_onset, next_turn),
        resumed=None if reply_onset is None else _resumed(scene, caller_end, reply, reply_onset),
    )


def _next_turn(barge: BargeIn, scene: Scene, stop: float) -> float:
    """What the agent says after the caller's next turn no longer answers this one."""
    begun = barge.utterance.start or stop
    return min((turn for turn in scene.turns if turn > begun), default=float("inf"))


def _yielded_for(scene: Scene, stop: float, reply_onset: float | None, next_turn: float) -> Measured:
    """How long the agent stayed quiet. What callback-voice calls a false yield is 0.6 s or more after a backchannel."""
    if reply_onset is None:
        return _Figures(scene, stop, stop).length(stop, max(stop, min(next_turn, scene.now)), at_least=True)
    return length(scene, stop, reply_onset)


def _resumed(scene: Scene, caller_end: float | None, reply: str, onset: float) -> bool | None:
    """Whether what begins at `onset` is the old reply, which goes on; None if nothing tells.

    It is the old one if the protocol gives it the same id; a new id proves nothing, since an agent may begin again
    under one. It is the old one, too, if what was received and dropped comes again, and not, if something was dropped
    and does not; and without ids if it begins before the caller has finished: nobody answers what was not said yet.
    """
    following = scene.reply_at(onset + RESOLUTION)
    if has_id(reply) and has_id(following):
        return following == reply or _comes_again(scene, reply, onset)
    if caller_end is not None and onset < caller_end - OWN_UNCERTAINTY:
        return True
    return _comes_again(scene, reply, onset)


def _comes_again(scene: Scene, reply: str, onset: float) -> bool | None:
    dropped = [piece.unheard for piece in scene.of(reply) if _was_cut(piece)]
    if not dropped:
        return None
    return comes_again(np.concatenate(dropped), _heard_from(scene, onset), scene.rate)


def _heard_from(scene: Scene, moment: float) -> Pcm:
    """Enough of it to know it again."""
    first, end = scene.last_piece(moment), round((moment + ENOUGH) * scene.rate)
    playing = [piece for piece in scene.heard[first : first + MOST_PIECES] if piece.start < end]
    at = round(moment * scene.rate)
    # piece by piece: an onset is known to 5 ms only, and what lies before it may have ended long ago
    return np.concatenate([piece.samples[max(0, at - piece.start) : piece.heard] for piece in playing])


def _response_latency(scene: Scene, caller_end: float | None, reply_onset: float | None) -> Measured | None:
    if caller_end is None or reply_onset is None:
        return None
    return length(scene, caller_end, reply_onset)


def length(scene: Scene, start: float, end: float) -> Measured:
    """The time between two moments of the call, with its uncertainty."""
    return _Figures(scene, min(start, end), max(start, end)).length(start, end)


@dataclass(frozen=True)
class _Figures:
    """Lengths between two moments, each with the uncertainty of the machine between them."""

    scene: Scene
    start: float
    end: float

    def length(self, start: float, end: float, at_least: bool = False) -> Measured:
        return self._measured(end - start, start, end, at_least)

    def both(self, agent: list[Span], start: float, end: float, at_least: bool = False) -> Measured:
        """In which both sides sound."""
        return self._measured(measure.both(self.scene.caller, agent, start, end), start, end, at_least)

    def _measured(self, value: float, start: float, end: float, at_least: bool) -> Measured:
        timing, now = self.scene.timing, self.scene.now
        late = timing.worst(self.start - 0.1, min(self.end + 0.1, now))
        reliable = timing.health(self.start - 1.0, min(self.end + 1.0, now)).reliable
        doubt = sum(
            measure.doubt(side, edge) for side in (self.scene.caller, self.scene.agent) for edge in (start, end)
        )
        return Measured(value, OWN_UNCERTAINTY + late + doubt, at_least, reliable)


def _due(barge: BargeIn, scene: Scene) -> float:
    """The trigger's moment; one that fell into a pause came with the next word."""
    onset = barge.agent_onset if barge.agent_onset is not None else barge.armed
    moment = max(onset, barge.since) + barge.trigger.after
    last = max(0, measure.begun(scene.agent, moment) - 1)
    return next((max(moment, span.start) for span in scene.agent[last : last + 2] if span.end > moment), moment)


def _old_reply(scene: Scene, onset: float) -> list[Span]:
    """The agent's sound from what was heard at the barge-in up to where, by the protocol's ids, another reply begins.

    One that begins without a silence goes on: whatever its id, the caller heard no end. So does one without an id
    that says what was dropped: the call gives what follows a flush another name, not knowing what it will be.
    """
    reply = scene.reply_at(onset)
    following = measure.begun(scene.agent, onset)
    old = scene.agent[max(0, following - 1) : following]
    for span in scene.agent[following:]:
        after_silence = bool(old) and span.start - old[-1].end >= SHORTEST_SILENCE
        if after_silence and _is_another(scene, reply, span.start):
            break
        old.append(span)
    return old


def _is_another(scene: Scene, reply: str, onset: float) -> bool:
    following = scene.reply_at(onset + RESOLUTION)
    if following == reply:
        return False
    return has_id(following) or not _comes_again(scene, reply, onset)


def _is_silent_since(stop: float, reply: str, scene: Scene) -> bool:
    silent_for = scene.now - stop
    if silent_for >= scene.protocol.pause_after(reply, scene.pause):
        return True
    # the end of a reply is often told long before its audio has been played
    played = not any(piece.end > scene.now * scene.rate for piece in scene.of(reply))
    return silent_for >= SHORTEST_SILENCE and played and any(end.reply == reply for end in _ends(scene))


def _came_to_its_own_end(reply: str, scene: Scene) -> bool:
    completed = any(end.reply == reply and end.status is not ReplyStatus.CANCELLED for end in _ends(scene))
    return completed and not any(_was_cut(piece) for piece in scene.of(reply))


def _may_be_its_own_end(reply: str, scene: Scene) -> bool:
    """A protocol that does not tell the end of a reply leaves only what was dropped to tell it from a stop."""
    told = reply in scene.protocol.begun or any(end.reply == reply for end in _ends(scene))
    return not told and not any(_was_cut(piece) for piece in scene.of(reply))


def _was_cut(piece: Piece) -> bool:
    """Dropping silence cuts nothing off."""
    return len(piece.unheard) > 0 and frames.level(piece.unheard) > QUIETEST


def _ends(scene: Scene) -> list[ReplyEnded]:
    return [s.event for s in scene.signals if isinstance(s.event, ReplyEnded) and s.time <= scene.now]


def _stop_signal(scene: Scene, onset: float, stop: float, reply: str) -> Signal | None:
    """The first signal that explains the silence from `stop` on.

    A stop is dated back to where the silence began, so what made it one may come while it could still be a pause.
    """
    latest = stop + scene.protocol.pause_within(reply, scene.pause)
    return next((s for s in scene.signals if onset <= s.time <= latest and _explains(s, stop, reply, scene)), None)


def _explains(signal: Signal, stop: float, reply: str, scene: Scene) -> bool:
    """It names the reply that fell silent, or it took something of it away, or came before anybody noticed.

    An agent that had come to its own end may still send a flush when it hears the caller: that explains nothing. One
    that was in a pause of its reply had something of it on the way, be it only the silence of the pause.
    """
    match signal.event:
        case ReplyEnded(reply=named, status=status):
            return status is ReplyStatus.CANCELLED and named == reply
        case CancelAcknowledged(item=item) if item:
            return any(piece.item == item for piece in scene.of(reply))
    took = any(_was_taken(piece, signal, scene.rate) for piece in scene.of(reply))
    return took or signal.time <= stop + SHORTEST_SILENCE


def _was_taken(piece: Piece, signal: Signal, rate: int) -> bool:
    """It would have been playing, or waiting to be played, when the signal came; silence left out earlier was not."""
    ends = (piece.start + len(piece.samples)) / rate
    return piece.received <= signal.time < ends and len(piece.unheard) > 0


def _who(signal: Signal | None) -> StoppedBy:
    match signal.event if signal else None:
        case Flush():
            return StoppedBy.AGENT_VAD
        case CancelAcknowledged() | ReplyEnded(interrupter=Interrupter.CANCEL):
            return StoppedBy.CANCEL
        case ReplyEnded(interrupter=Interrupter.AGENT_VAD):
            return StoppedBy.AGENT_VAD
    return StoppedBy.UNKNOWN


def _last_audible_message(scene: Scene, onset: float, stop: float) -> float | None:
    last = scene.last_piece(stop - 1 / scene.rate)
    received = scene.heard[last].received if last >= 0 else onset - 1
    return received if received >= onset else None


def _start(piece: Piece) -> int:
    return piece.start

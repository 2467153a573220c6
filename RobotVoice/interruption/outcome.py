"""What came of it: from the two tracks and the journal to one `Interruption`. Pure.

Nothing counts that was not heard: the agent was speaking, the caller barged in, the agent fell silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from RobotVoice.adapters.events import CancelAcknowledged, Flush, Interrupter, ReplyEnded, ReplyStatus
from RobotVoice.audio import frames
from RobotVoice.call.playout import Piece
from RobotVoice.call.record import BargeIn, Signal
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.call.turns import ProtocolSignals
from RobotVoice.evidence import measure
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import Interruption, Measured, Outcome, StoppedBy, duration

OWN_UNCERTAINTY = 0.010
"""Seconds: the two edges of a figure, each known to one piece of `measure.RESOLUTION`."""
SHORTEST_SILENCE = 0.1
"""Seconds that a caller has to hear nothing before even the protocol's word makes it a stop."""
FAIR_CHANCE = 1.0
"""Seconds that an agent gets to notice a caller. voicebench allows 1.0 s to stop, callback-voice 0.6 s."""


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


def judge(barge: BargeIn, scene: Scene) -> Interruption:
    """The interruption with everything that can be told of it at `scene.now`."""
    if barge.missed or barge.fired is None or barge.utterance.start is None:
        return _did_not_happen(barge, barge.missed or "the call ended before it")
    onset = barge.utterance.start if barge.cancel_sent is None else min(barge.cancel_sent, barge.utterance.start)
    old = _old_reply(scene, onset)
    stop = measure.fell_silent(old, onset, scene.protocol.pause_within(_reply_at(scene, onset), scene.pause))
    if stop is None or stop <= onset - SHORTEST_SILENCE:
        return _did_not_happen(barge, _nothing_to_interrupt(stop, onset), onset)
    stop = max(stop, onset)  # it was heard until within a word's length of the barge-in
    reply = _reply_at(scene, stop - measure.RESOLUTION)
    if stop > onset + barge.watch:
        return _kept_talking(barge, scene, onset, onset + barge.watch, old)
    if not _is_silent_since(stop, reply, scene):
        return _not_plain(barge, scene, onset, stop, old)
    if _came_to_its_own_end(reply, scene):
        return _at_its_own_end(barge, scene, onset, stop, old)
    return _interrupted(barge, scene, onset, stop, old)


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
        overlap=figures.measured(measure.both(scene.caller, old, onset, heard_until), at_least=True),
        reaction=figures.length(_due(barge, scene), onset),
    )


def _interrupted(barge: BargeIn, scene: Scene, onset: float, stop: float, old: list[Span]) -> Interruption:
    figures = _Figures(scene, onset, stop)
    signal = _stop_signal(scene, onset, stop)
    wire_stop = signal.time if signal else _last_audible_message(scene, onset, stop)
    reply_onset = _reply_onset(barge, scene, stop)
    caller_end = barge.utterance.end
    return Interruption(
        number=barge.number,
        text=barge.utterance.text,
        trigger=str(barge.trigger),
        mode=barge.mode,
        outcome=Outcome.INTERRUPTED,
        reason="",
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
        overlap=figures.measured(measure.both(scene.caller, old, onset, stop)),
        response_latency=_response_latency(scene, caller_end, reply_onset),
        reaction=figures.length(_due(barge, scene), onset),
    )


def _reply_onset(barge: BargeIn, scene: Scene, stop: float) -> float | None:
    """What the agent says after the caller's next turn no longer answers this one."""
    begun = barge.utterance.start or stop
    next_turn = min((turn for turn in scene.turns if turn > begun), default=float("inf"))
    return next((span.start for span in scene.agent if stop <= span.start < next_turn), None)


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
        return self.measured(end - start, at_least)

    def measured(self, value: float, at_least: bool = False) -> Measured:
        timing, now = self.scene.timing, self.scene.now
        late = timing.worst(self.start - 0.1, min(self.end + 0.1, now))
        reliable = timing.health(self.start - 1.0, min(self.end + 1.0, now)).reliable
        return Measured(value, OWN_UNCERTAINTY + late, at_least, reliable)


def _due(barge: BargeIn, scene: Scene) -> float:
    """The trigger's moment; one that fell into a pause came with the next word."""
    onset = barge.agent_onset if barge.agent_onset is not None else barge.armed
    moment = max(onset, barge.since) + barge.trigger.after
    return next((max(moment, span.start) for span in scene.agent if span.end > moment), moment)


def _reply_at(scene: Scene, moment: float) -> str:
    position = round(moment * scene.rate)
    return next((piece.reply for piece in reversed(scene.pieces) if piece.heard and piece.start <= position), "")


def _old_reply(scene: Scene, onset: float) -> list[Span]:
    """The agent's sound up to where, by the protocol's ids, another reply begins.

    One that begins without a silence goes on: whatever its id, the caller heard no end.
    """
    reply = _reply_at(scene, onset)
    old: list[Span] = []
    for span in scene.agent:
        after_silence = bool(old) and span.start - old[-1].end >= SHORTEST_SILENCE
        if span.start > onset and after_silence and _reply_at(scene, span.start + measure.RESOLUTION) != reply:
            break
        old.append(span)
    return old


def _is_silent_since(stop: float, reply: str, scene: Scene) -> bool:
    silent_for = scene.now - stop
    if silent_for >= scene.protocol.pause_after(reply, scene.pause):
        return True
    # the end of a reply is often told long before its audio has been played
    played = not any(piece.reply == reply and piece.end > scene.now * scene.rate for piece in scene.pieces)
    return silent_for >= SHORTEST_SILENCE and played and any(end.reply == reply for end in _ends(scene))


def _came_to_its_own_end(reply: str, scene: Scene) -> bool:
    completed = any(end.reply == reply and end.status is not ReplyStatus.CANCELLED for end in _ends(scene))
    # dropping silence cuts nothing off
    cut = any(piece.reply == reply and frames.level(piece.unheard) > measure.QUIETEST for piece in scene.pieces)
    return completed and not cut


def _ends(scene: Scene) -> list[ReplyEnded]:
    return [s.event for s in scene.signals if isinstance(s.event, ReplyEnded) and s.time <= scene.now]


def _stop_signal(scene: Scene, onset: float, stop: float) -> Signal | None:
    return next((s for s in scene.signals if onset <= s.time <= stop + scene.pause and _means_stop(s)), None)


def _means_stop(signal: Signal) -> bool:
    event = signal.event
    return not isinstance(event, ReplyEnded) or event.status is ReplyStatus.CANCELLED


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
    position = round(stop * scene.rate)
    before = [p.received for p in scene.pieces if p.heard and p.start < position and p.received >= onset]
    return before[-1] if before else None

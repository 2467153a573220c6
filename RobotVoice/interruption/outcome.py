"""What came of it: from the two tracks and the journal to one `Interruption`. Pure.

Nothing counts that was not heard: the agent was speaking, the caller barged in, the agent fell silent.

A caller may also barge in while the agent is silent: in a pause of its reply, while it uses a tool, before its first
word. Then the agent has nothing to fall silent with, and what came of it is told so:

- It goes on, or begins, although the caller is still speaking: nobody answers what was not said yet, so this is the old
  reply. It is judged as any other, its stop latency counts from the barge-in as any other does (never in the agent's
  favour), and an agent that comes to its own end has had its fair chance from its first sound on.
- It stays silent until the caller has finished, and its protocol shows that it was going to speak: a reply was
  cancelled, or speech was dropped. That is an interruption whose stop latency is 0.
- It stays silent, and nothing shows that it would have said more: that is no interruption.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from RobotVoice.call.loss import heard_through
from RobotVoice.call.record import BargeIn, Signal
from RobotVoice.evidence import measure
from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import Interruption, Outcome, duration
from RobotVoice.interruption import afterwards
from RobotVoice.interruption.floor import TURN_CHANGE, first_word
from RobotVoice.interruption.old_reply import (
    SHORTEST_SILENCE,
    came_to_its_own_end,
    gave_no_sign,
    is_silent_since,
    may_be_its_own_end,
    old_reply,
)
from RobotVoice.interruption.scene import Figures, Scene, length
from RobotVoice.interruption.stopped import last_audible_message, sign_of_more, stop_signal, who

FAIR_CHANCE = 1.0
"""Seconds that an agent gets to notice a caller. voicebench allows 1.0 s to stop, callback-voice 0.6 s."""
NO_SIGN = "the agent may have come to its own end: no signal came, and nothing was dropped, that tells of a stop"
IN_A_PAUSE = "it was in a pause, and did not go on"
NOT_BEGUN = "it had not begun to speak, and gave up what it was going to say"


@dataclass(frozen=True)
class _Case:
    """A barge-in whose first sound was on the wire at `onset` (s), and what is heard of the reply that it met."""

    barge: BargeIn
    scene: Scene
    onset: float
    old: list[Span]

    @property
    def heard_from(self) -> float:
        """From here on both could hear each other."""
        return max(self.onset, self.old[0].start) if self.old else self.onset

    @property
    def agent_onset(self) -> float | None:
        """First audible speech of the reply; one that had not begun at the barge-in may have begun since."""
        if self.barge.agent_onset is None and self.old:
            return self.old[0].start
        return self.barge.agent_onset


def judge(barge: BargeIn, scene: Scene) -> Interruption:
    """The interruption with everything that can be told of it at `scene.now`."""
    if barge.missed or barge.fired is None or barge.utterance.start is None:
        return _did_not_happen(barge, barge.missed or "the call ended before it")
    onset = barge.utterance.start if barge.cancel_sent is None else min(barge.cancel_sent, barge.utterance.start)
    case = _Case(barge, scene, onset, old_reply(scene, onset))
    stop = _fell_silent(case, onset)
    if barge.trigger.in_silence and (stop is None or stop <= onset):
        return _judge_in_silence(barge, scene, onset)
    if stop is None or stop + measure.doubt(scene.agent, stop) <= onset - SHORTEST_SILENCE:
        return _did_not_happen(barge, _nothing_to_interrupt(stop, onset), onset)
    return _judge_stop(case, stop)


def _judge_stop(case: _Case, heard_until: float) -> Interruption:
    """What fell silent within a word's length before the barge-in can still have been stopped by it."""
    stop = max(heard_until, case.onset)
    reply = case.scene.reply_at(stop - RESOLUTION)
    if stop > case.onset + case.barge.watch:
        return _kept_talking(case, case.onset + case.barge.watch)
    if not is_silent_since(stop, reply, case.scene):
        return _not_plain(case, stop)
    unannounced = gave_no_sign(case.onset, stop, reply, case.scene)
    if unannounced or came_to_its_own_end(stop, reply, case.scene):
        return _at_its_own_end(case, stop)
    signal = stop_signal(case.scene, case.onset, stop, reply)
    note = "" if signal or not may_be_its_own_end(stop, reply, case.scene) else NO_SIGN
    found = _interrupted(case, stop, reply, signal, note)
    if heard_until >= case.onset:
        return found
    return _with_doubt(found, case.onset - heard_until + measure.doubt(case.scene.agent, heard_until))


def _judge_in_silence(barge: BargeIn, scene: Scene, onset: float) -> Interruption:
    caller_end = scene.now if barge.utterance.end is None else barge.utterance.end
    begun = measure.begun(scene.agent, onset)
    # an answer may come as early as the turns change, and one that comes after the watch was not watched
    latest = min(caller_end - TURN_CHANGE, onset + barge.watch)
    over_the_caller = next((s for s in scene.agent[begun:] if s.start < latest), None)
    if over_the_caller is not None:
        moment = over_the_caller.start + RESOLUTION
        case = _Case(barge, scene, onset, old_reply(scene, moment))
        return _judge_stop(case, _fell_silent(case, moment) or moment)
    silent, reply = _Case(barge, scene, onset, []), scene.reply_at(onset)
    if not is_silent_since(onset, reply, scene):
        return _not_plain(silent, onset)
    in_a_pause = barge.agent_onset is not None
    sign = sign_of_more(scene, onset, max(caller_end, onset + scene.protocol.pause_within(reply, scene.pause)))
    if sign is None:
        was = "the agent was in a pause" if in_a_pause else "the agent was not speaking"
        return _did_not_happen(barge, f"{was}, and nothing shows that it would have gone on", onset)
    return _interrupted(silent, onset, sign.reply, sign.signal, IN_A_PAUSE if in_a_pause else NOT_BEGUN)


def _fell_silent(case: _Case, moment: float) -> float | None:
    scene = case.scene
    pause = scene.protocol.pause_within(scene.reply_at(moment), scene.pause)
    return measure.fell_silent(heard_through(case.old, scene.lost, pause), moment, pause)


def _nothing_to_interrupt(stop: float | None, onset: float) -> str:
    if stop is None:
        return "the agent was not audible when the caller barged in"
    return f"the agent had fallen silent {duration(onset - stop)} before the caller barged in"


def _not_plain(case: _Case, heard_until: float) -> Interruption:
    """It may only be pausing. A line that closed is silent, too, but no agent fell silent on it."""
    if not case.scene.closed or heard_until - case.heard_from >= FAIR_CHANCE:
        return _kept_talking(case, heard_until)
    after = duration(case.scene.now - case.onset)
    reason = f"the line closed {after} after it, before it was plain whether the agent fell silent"
    return _did_not_happen(case.barge, reason, case.onset)


def _at_its_own_end(case: _Case, end: float) -> Interruption:
    """It stopped because it had said all. An agent that had time to notice kept talking."""
    if end - case.heard_from >= FAIR_CHANCE:
        return _kept_talking(case, end)
    after = duration(end - case.onset)
    reason = f"the agent came to the end of its reply by itself, {after} after it"
    return _did_not_happen(case.barge, reason, case.onset)


def _did_not_happen(barge: BargeIn, reason: str, onset: float | None = None) -> Interruption:
    return Interruption(
        number=barge.number,
        text=barge.utterance.words,
        trigger=str(barge.trigger),
        mode=barge.mode,
        outcome=Outcome.DID_NOT_HAPPEN,
        reason=reason,
        agent_onset=barge.agent_onset,
        cancel_sent=barge.cancel_sent,
        barge_in=onset,
        caller_end=barge.utterance.end,
    )


def _kept_talking(case: _Case, heard_until: float) -> Interruption:
    barge, onset = case.barge, case.onset
    figures = Figures(case.scene, onset, heard_until)
    return Interruption(
        number=barge.number,
        text=barge.utterance.words,
        trigger=str(barge.trigger),
        mode=barge.mode,
        outcome=Outcome.KEPT_TALKING,
        reason="",
        agent_onset=case.agent_onset,
        cancel_sent=barge.cancel_sent,
        barge_in=onset,
        caller_end=barge.last_said.end,
        watched_until=heard_until,
        stop_latency=figures.length(onset, heard_until, at_least=True),
        overlap=None if barge.utterance.keys else figures.both(case.old, onset, heard_until, at_least=True),
        reaction=length(case.scene, _due(barge, case.scene), onset),
        times_said=1 + len(barge.repeats),
        gave_way_after=_gave_way_after(barge),
    )


def _interrupted(case: _Case, stop: float, reply: str, signal: Signal | None, note: str) -> Interruption:
    barge, scene, onset = case.barge, case.scene, case.onset
    figures = Figures(scene, onset, stop)
    wire_stop = _wire_stop(scene, onset, stop, signal)
    next_turn = afterwards.next_turn(barge, scene, stop)
    again = first_word(scene.agent, stop, scene.pause)
    reply_onset = again if again is not None and again < next_turn else None
    caller_end = barge.last_said.end
    resumed = None if reply_onset is None else afterwards.resumed(scene, caller_end, reply, reply_onset)
    return Interruption(
        number=barge.number,
        text=barge.utterance.words,
        trigger=str(barge.trigger),
        mode=barge.mode,
        outcome=Outcome.INTERRUPTED,
        reason="",
        note=note,
        was_silent=not case.old,
        stopped_by=who(signal, barge.mode),
        agent_onset=case.agent_onset,
        cancel_sent=barge.cancel_sent,
        barge_in=onset,
        caller_end=caller_end,
        wire_stop=wire_stop,
        ear_stop=stop,
        reply_onset=reply_onset,
        stop_latency=figures.length(onset, stop),
        wire_stop_latency=None if wire_stop is None else length(scene, onset, wire_stop),
        overlap=None if barge.utterance.keys else figures.both(case.old, onset, stop),
        response_latency=afterwards.response_latency(scene, caller_end, reply_onset, resumed),
        reaction=length(scene, _due(barge, scene), onset),
        yielded_for=afterwards.yielded_for(scene, stop, reply_onset, next_turn),
        resumed=resumed,
        times_said=1 + len(barge.repeats),
        gave_way_after=_gave_way_after(barge),
    )


def _wire_stop(scene: Scene, onset: float, stop: float, signal: Signal | None) -> float | None:
    """The signal; or the last message that was heard, if no signal came, or only when all was silent already."""
    last = last_audible_message(scene, onset, stop)
    if signal is None or (last is not None and signal.time > stop + RESOLUTION):
        return last
    return signal.time


def _with_doubt(found: Interruption, seconds: float) -> Interruption:
    """The agent's last sound that was heard lies before the barge-in: it may have lasted longer, or not until then."""
    assert found.stop_latency is not None
    return replace(
        found, stop_latency=replace(found.stop_latency, uncertainty=found.stop_latency.uncertainty + seconds)
    )


def _gave_way_after(barge: BargeIn) -> float | None:
    return barge.last_said.said_for if barge.gave_way else None


def _due(barge: BargeIn, scene: Scene) -> float:
    """The trigger's moment; one that fell into a pause came with the next word."""
    if barge.due is not None:
        return barge.due
    onset = barge.agent_onset if barge.agent_onset is not None else barge.armed
    moment = max(onset, barge.since) + barge.trigger.after
    last = max(0, measure.begun(scene.agent, moment) - 1)
    return next((max(moment, span.start) for span in scene.agent[last : last + 2] if span.end > moment), moment)

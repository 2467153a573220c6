"""What a call leaves behind for the report: its two tracks, its line, and how far all of it can be trusted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from RobotVoice.audio.frames import Clip
from RobotVoice.call import loss
from RobotVoice.call.call import Call
from RobotVoice.evidence.model import CallEvidence, Check, Health, Interruption, LineInUse, Turn


def tracks(call: Call) -> tuple[Clip, Clip]:
    """What was on the wire: the caller as the agent got them, the agent as heard."""
    mouth, playout = call.mouth, call.agent.playout
    return Clip(call.outgoing.sent(), mouth.rate), Clip(playout.heard(call.now), playout.rate)


def health(call: Call) -> Health:
    """How well this machine kept the call's time, and the line the agent's sound."""
    kept, playout = call.timing.health(), call.agent.playout
    share = loss.share_lost(playout.pieces, playout.rate)
    if not kept.reliable or share <= loss.TOO_MUCH:
        return kept
    return replace(kept, reliable=False, sentence=f"The line lost {share:.0%} of what the agent sent.")


def lines(call: Call) -> tuple[LineInUse, ...]:
    """What the line was like, where it was not a clean one."""
    changes = call.record.lines
    moments = [*(change.time for change in changes), call.now]
    return tuple(
        LineInUse(change.time, end, str(change.conditions))
        for change, end in zip(changes, moments[1:], strict=True)
        if not change.conditions.is_clean
    )


def evidence(
    call: Call,
    turns: tuple[Turn, ...],
    interruptions: tuple[Interruption, ...],
    checks: tuple[Check, ...],
    recording: Path | None,
) -> CallEvidence:
    """All that is known of the call by now."""
    caller, heard = tracks(call)
    return CallEvidence(
        agent=call.adapter.name,
        caller=caller,
        heard=heard,
        seconds=call.now,
        turns=turns,
        interruptions=interruptions,
        checks=checks,
        events=tuple(call.record.journal),
        health=health(call),
        recording=recording,
        ended=call.ended,
        tools=tuple(call.record.tools),
        lines=lines(call),
    )

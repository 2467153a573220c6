"""The reply that the caller spoke into: how far it reaches, and how it ended. Pure."""

from __future__ import annotations

import numpy as np

from RobotVoice.adapters.events import ReplyEnded, ReplyStatus
from RobotVoice.audio import frames
from RobotVoice.audio.frames import Pcm
from RobotVoice.call.loss import seconds_lost
from RobotVoice.call.playout import Piece
from RobotVoice.call.turns import has_id
from RobotVoice.evidence import measure
from RobotVoice.evidence.hearing import QUIETEST
from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.evidence.measure import Span
from RobotVoice.interruption.resumption import AGAIN, begins_alike, comes_again
from RobotVoice.interruption.scene import Scene

SHORTEST_SILENCE = 0.1
"""Seconds that a caller has to hear nothing before even the protocol's word makes it a stop."""
LONGEST = 10.0
"""Seconds of what was dropped that are searched: an agent that goes on does so near to where it was cut off."""
MOST_PIECES = 300
"""Messages in which `AGAIN` of a reply has arrived: of 5 ms are the shortest that anybody sends."""


def old_reply(scene: Scene, onset: float) -> list[Span]:
    """The agent's sound from what was heard at the barge-in up to where, by the protocol's word, another reply begins.

    One that begins without a silence goes on: whatever its id, the caller heard no end. So does one without an id
    after no more than a natural pause, unless what was dropped proves that the old reply was cut off and this is no
    part of it: the call gives what follows a flush another name, not knowing what it will be.
    """
    reply = scene.reply_at(onset)
    following = measure.begun(scene.agent, onset)
    old = scene.agent[max(0, following - 1) : following]
    for span in scene.agent[following:]:
        silence = span.start - old[-1].end if old else 0.0
        if silence >= SHORTEST_SILENCE and _is_another(scene, reply, old, onset, span.start):
            break
        old.append(span)
    return old


def _is_another(scene: Scene, reply: str, old: list[Span], barge_in: float, onset: float) -> bool:
    last = scene.reply_at(old[-1].end - RESOLUTION) if old else reply
    following = scene.reply_at(onset + RESOLUTION)
    if following in (reply, last):
        return False
    if old and onset - old[-1].end >= scene.pause:
        return True
    if scene.protocol.announces and not _gave_way(scene, barge_in, onset):
        return False
    return has_id(following) or not _may_go_on(scene, reply, onset)


def _gave_way(scene: Scene, start: float, end: float) -> bool:
    return any(start <= signal.time <= end and not _is_an_end(signal.event) for signal in scene.signals)


def _is_an_end(event: object) -> bool:
    return isinstance(event, ReplyEnded) and event.status is not ReplyStatus.CANCELLED


def _may_go_on(scene: Scene, reply: str, onset: float) -> bool:
    """As far as it has been heard: of what has just begun only the first sound is known, and that tells no stop yet."""
    if not any(map(was_cut, scene.of(reply))):
        return True
    known = says_again(scene, reply, onset)
    return bool(begins_alike(*_old_and_new(scene, reply, onset), scene.rate)) if known is None else known


def is_silent_since(stop: float, reply: str, scene: Scene) -> bool:
    """Whether the silence from `stop` on is more than a pause of `reply`."""
    silent_for = scene.now - stop - seconds_lost(scene.lost, stop, scene.now)
    if silent_for >= scene.protocol.pause_after(reply, scene.pause):
        return True
    # the end of a reply is often told long before its audio has been played
    played = not any(piece.end > scene.now * scene.rate for piece in scene.of(reply))
    return silent_for >= SHORTEST_SILENCE and played and any(end.reply == reply for end in _ends(scene))


def came_to_its_own_end(stop: float, reply: str, scene: Scene) -> bool:
    """Whether the protocol says that all of it was sent, and nothing of it was dropped at its last sound."""
    completed = any(end.reply == reply and end.status is not ReplyStatus.CANCELLED for end in _ends(scene))
    return completed and not was_cut_at(stop, reply, scene)


def gave_no_sign(onset: float, stop: float, reply: str, scene: Scene) -> bool:
    """Whether a protocol that announces each interruption said nothing of one, up to the end of the pause it was in."""
    latest = stop + scene.protocol.pause_within(reply, scene.pause)
    return scene.protocol.announces and not _gave_way(scene, onset, latest)


def may_be_its_own_end(stop: float, reply: str, scene: Scene) -> bool:
    """A protocol that does not tell the end of a reply leaves only what was dropped to tell it from a stop."""
    told = reply in scene.protocol.begun or any(end.reply == reply for end in _ends(scene))
    return not told and not was_cut_at(stop, reply, scene)


def was_cut_at(stop: float, reply: str, scene: Scene) -> bool:
    """Whether something of a reply was dropped in the silence that begins at `stop`, whatever was before or later."""
    later = measure.begun(scene.agent, stop)
    end = scene.agent[later].start if later < len(scene.agent) else scene.now
    return any(stop - RESOLUTION <= moment <= end for moment in cuts(reply, scene))


def cuts(reply: str, scene: Scene) -> list[float]:
    """Up to when (s) a reply was heard, each time that audible sound of it was dropped."""
    found: dict[float, None] = {}
    heard_until = 0
    for piece in scene.of(reply):
        heard_until = piece.end if piece.heard else heard_until or piece.start
        if was_cut(piece):
            found[heard_until / scene.rate] = None
    return list(found)


def was_cut(piece: Piece) -> bool:
    """Dropping silence cuts nothing off."""
    return len(piece.unheard) > 0 and frames.level(piece.unheard) > QUIETEST


def says_again(scene: Scene, reply: str, onset: float) -> bool | None:
    """Whether what begins at `onset` was in what was dropped of `reply`; None if that can't be told."""
    if not any(map(was_cut, scene.of(reply))):
        return None
    return comes_again(*_old_and_new(scene, reply, onset), scene.rate)


def dropped(scene: Scene, reply: str) -> Pcm:
    """What was received of it and never heard, its pauses included: without them what comes again would not fit."""
    return np.concatenate([frames.empty(), *(piece.unheard for piece in scene.of(reply))])


def _old_and_new(scene: Scene, reply: str, onset: float) -> tuple[Pcm, Pcm]:
    return dropped(scene, reply)[: round(LONGEST * scene.rate)], _heard_from(scene, onset)


def _heard_from(scene: Scene, moment: float) -> Pcm:
    """Enough of it to know it again."""
    first, end = scene.last_piece(moment), round((moment + AGAIN) * scene.rate)
    playing = [piece for piece in scene.heard[first : first + MOST_PIECES] if piece.start < end]
    at = round(moment * scene.rate)
    # piece by piece: an onset is known to 5 ms only, and what lies before it may have ended long ago
    heard = (piece.samples[max(0, at - piece.start) : piece.heard] for piece in playing)
    return np.concatenate([frames.empty(), *heard])


def _ends(scene: Scene) -> list[ReplyEnded]:
    return [s.event for s in scene.signals if isinstance(s.event, ReplyEnded) and s.time <= scene.now]

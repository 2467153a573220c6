"""What the agent did after it had fallen silent. Pure."""

from __future__ import annotations

from RobotVoice.call.record import BargeIn
from RobotVoice.call.turns import has_id
from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.evidence.model import Measured
from RobotVoice.interruption.old_reply import says_again
from RobotVoice.interruption.scene import OWN_UNCERTAINTY, Figures, Scene, length


def next_turn(barge: BargeIn, scene: Scene, stop: float) -> float:
    """What the agent says after the caller's next turn no longer answers this one."""
    begun = barge.last_said.start or stop
    return min((turn for turn in scene.turns if turn > begun), default=float("inf"))


def yielded_for(scene: Scene, stop: float, reply_onset: float | None, next_turn: float) -> Measured:
    """How long the agent stayed quiet. What callback-voice calls a false yield is 0.6 s or more after a backchannel."""
    if reply_onset is None:
        return Figures(scene, stop, stop).length(stop, max(stop, min(next_turn, scene.now)), at_least=True)
    return length(scene, stop, reply_onset)


def resumed(scene: Scene, caller_end: float | None, reply: str, onset: float) -> bool | None:
    """Whether what begins at `onset` is the old reply, which goes on; None if nothing tells.

    It is the old one if the protocol gives it the same id; a new id proves nothing, since an agent may begin again
    under one. It is the old one, too, if what was received and dropped comes again, and not, if something was dropped
    and does not; and without ids if it begins before the caller has finished: nobody answers what was not said yet.
    """
    following = scene.reply_at(onset + RESOLUTION)
    if has_id(reply) and has_id(following):
        return following == reply or says_again(scene, reply, onset)
    if caller_end is not None and onset < caller_end - OWN_UNCERTAINTY:
        return True
    return says_again(scene, reply, onset)


def response_latency(
    scene: Scene, caller_end: float | None, reply_onset: float | None, resumed: bool | None
) -> Measured | None:
    """None without a reply: who goes on with the old one does not answer. Below zero if the caller had not finished."""
    if caller_end is None or reply_onset is None:
        return None
    return None if resumed and reply_onset >= caller_end else length(scene, caller_end, reply_onset)

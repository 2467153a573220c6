"""What can be heard of a call by now, by the measure on which all figures rest."""

from __future__ import annotations

from RobotVoice.audio.frames import Clip
from RobotVoice.call import loss
from RobotVoice.call.call import Call
from RobotVoice.call.turns import Reply
from RobotVoice.evidence.softness import LoudestPeaks
from RobotVoice.evidence.tracks import Tracks
from RobotVoice.interruption.scene import Scene

UNSETTLED = 1.0
"""Seconds for which a message may be under way from the socket to the buffer, which dates it back."""


class Listening:
    """Listens to a call step by step: nothing of it twice, however often it is asked."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._heard = Tracks(call.mouth.rate, call.agent.playout.rate)
        self._settled = 0.0
        self._loudest = LoudestPeaks(call.agent.playout.rate)

    def scene(self) -> Scene:
        """All that the analysis of an interruption looks at, up to now."""
        call, agent, now = self._call, self._call.agent, self._call.now
        tracks = self.tracks(now)
        lost = loss.lost(agent.playout.pieces, agent.playout.rate)
        return Scene(
            caller=tracks.caller(),
            agent=loss.heard_through(tracks.agent(), lost, agent.pause),
            pieces=tuple(agent.playout.pieces),
            signals=tuple(call.record.signals),
            timing=call.timing,
            rate=agent.playout.rate,
            now=now,
            pause=agent.pause,
            turns=[said.start for said in call.record.utterances if said.start is not None],
            closed=call.is_over,
            protocol=agent.protocol,
            lost=lost,
            soft=self._loudest.are_soft(agent.playout.heard(now, round(self._settled * agent.playout.rate))),
        )

    def end_of(self, reply: Reply) -> float:
        """When the last sound of all that has come of a reply is over, be it only received and not played yet."""
        playout = self._call.agent.playout
        ends = [piece.end for piece in playout.pieces if piece.heard and piece.reply in reply.ids]
        until = max(ends) / playout.rate
        sounds = [span.end for span in self.tracks(self._call.now, until).agent() if span.start < until]
        return max([reply.end, *sounds])

    def tracks(self, now: float, ahead: float = 0.0) -> Tracks:
        """Both sides up to now. What was played can't change any more, so it is listened to only once.

        ahead: the moment (s) up to which the agent is listened to, if that is later.
        """
        mouth, playout = self._call.mouth, self._call.agent.playout
        said = self._call.outgoing.voice(round(self._settled * mouth.rate))
        sent = self._settled + len(said) / mouth.rate
        settled = max(self._settled, min(now - UNSETTLED, sent))
        new = round(settled * mouth.rate) - round(self._settled * mouth.rate)
        answered = playout.heard(settled, round(self._settled * playout.rate))
        self._heard.hear(said[:new], answered)
        self._loudest.hear(answered)
        self._settled = settled
        listener = self._heard.copy()
        listener.hear(said[new:], playout.heard(max(now, ahead), round(settled * playout.rate)))
        return listener

    def agent(self, start: float, end: float) -> Clip:
        """The agent between two moments of the call, as the caller heard it."""
        playout = self._call.agent.playout
        first = max(0, round(start * playout.rate))
        return Clip(playout.heard(min(end, self._call.now), first), playout.rate)

    def caller(self, start: float, end: float) -> Clip:
        """The caller between two moments of the call, as the agent got them."""
        outgoing, rate = self._call.outgoing, self._call.mouth.rate
        first = max(0, round(start * rate))
        return Clip(outgoing.sent(first)[: max(0, round(end * rate) - first)], rate)

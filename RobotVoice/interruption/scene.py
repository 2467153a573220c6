"""What the analysis of an interruption looks at, and the lengths it measures there. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from RobotVoice.call.loss import TOO_MUCH, Lost, share_lost
from RobotVoice.call.playout import Piece
from RobotVoice.call.record import Signal
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.call.turns import ProtocolSignals
from RobotVoice.evidence import measure
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import Measured
from RobotVoice.percentages import percent

OWN_UNCERTAINTY = 0.010
"""Seconds: the two edges of a figure, each known to one piece of `RESOLUTION`."""
LOST_TOO_MUCH = f"There the line lost more than {percent(TOO_MUCH)} of what the agent sent."

TOO_QUIET = "The agent is so quiet that its sound can't be told from noise."


@dataclass(frozen=True)
class Scene:
    """All that is known of a call at a moment: what the analysis looks at.

    turns: when the caller began to speak, each time. closed: the line is, so that nothing more will be heard.
    protocol: which replies the protocol has begun and ended. lost: from when to when the line lost the agent's sound.
    soft: the agent is too quiet for its sound to be told from noise everywhere.
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
    lost: Sequence[Lost] = ()
    soft: bool = False

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

    def lost_too_much(self, start: float, end: float) -> bool:
        """Whether the line lost so much of the agent between two moments that no figure from there can be trusted."""
        if not self.lost:
            return False
        playing = self.heard[max(0, self.last_piece(start)) : self.last_piece(end) + 1]
        return share_lost(playing, self.rate, start, end) > TOO_MUCH

    def of(self, reply: str) -> list[Piece]:
        """All that was received of a reply."""
        return self._by_reply.get(reply, [])

    @cached_property
    def _by_reply(self) -> dict[str, list[Piece]]:
        found: dict[str, list[Piece]] = {}
        for piece in self.pieces:
            found.setdefault(piece.reply, []).append(piece)
        return found


def length(scene: Scene, start: float, end: float) -> Measured:
    """The time between two moments of the call, with its uncertainty."""
    return Figures(scene, min(start, end), max(start, end)).length(start, end)


@dataclass(frozen=True)
class Figures:
    """Lengths between two moments, each with the uncertainty of the machine between them."""

    scene: Scene
    start: float
    end: float

    def length(self, start: float, end: float, at_least: bool = False) -> Measured:
        """From `start` to `end`, a lower bound if it had not ended."""
        return self._measured(end - start, start, end, at_least)

    def both(self, agent: list[Span], start: float, end: float, at_least: bool = False) -> Measured:
        """In which both sides sound."""
        return self._measured(measure.both(self.scene.caller, agent, start, end), start, end, at_least)

    def _measured(self, value: float, start: float, end: float, at_least: bool) -> Measured:
        timing, now = self.scene.timing, self.scene.now
        late = timing.worst(self.start - 0.1, min(self.end + 0.1, now))
        around = self.start - 1.0, min(self.end + 1.0, now)
        doubt = timing.health(*around).sentence or self._why_not_heard(*around)
        faint = sum(
            measure.doubt(side, edge) for side in (self.scene.caller, self.scene.agent) for edge in (start, end)
        )
        return Measured(value, OWN_UNCERTAINTY + late + faint, at_least, doubt)

    def _why_not_heard(self, start: float, end: float) -> str:
        if self.scene.lost_too_much(start, end):
            return LOST_TOO_MUCH
        return TOO_QUIET if self.scene.soft else ""


def _start(piece: Piece) -> int:
    return piece.start

"""Who or what made the agent fall silent, by the signals of its protocol. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from RobotVoice.adapters.events import CancelAcknowledged, Flush, Interrupter, ReplyEnded, ReplyStatus
from RobotVoice.call.playout import Piece
from RobotVoice.call.record import Signal
from RobotVoice.evidence.model import Mode, StoppedBy
from RobotVoice.interruption.old_reply import SHORTEST_SILENCE, was_cut
from RobotVoice.interruption.scene import Scene


def stop_signal(scene: Scene, onset: float, stop: float, reply: str) -> Signal | None:
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


@dataclass(frozen=True)
class Sign:
    """A signal that tells of a reply, by its name, which was given up before the caller heard it, or more of it."""

    signal: Signal
    reply: str


def sign_of_more(scene: Scene, onset: float, latest: float) -> Sign | None:
    """The first signal between two moments that shows that an agent, silent at the first, was going to speak.

    That is a reply that its protocol calls cancelled, or speech that was received and dropped; silence that was dropped
    shows nothing.
    """
    signals = (signal for signal in scene.signals if onset <= signal.time <= latest)
    return next((Sign(signal, reply) for signal in signals for reply in _given_up(signal, scene)), None)


def _given_up(signal: Signal, scene: Scene) -> list[str]:
    match signal.event:
        case ReplyEnded(reply=named, status=status):
            return [named] if status is ReplyStatus.CANCELLED else []
        case CancelAcknowledged(item=item) if item:
            pieces = [piece for piece in scene.pieces if piece.item == item]
        case _:
            pieces = list(scene.pieces)
    return [piece.reply for piece in pieces if was_cut(piece) and _first_to_take(piece, scene) is signal]


def _first_to_take(piece: Piece, scene: Scene) -> Signal | None:
    """What comes later finds nothing of it any more."""
    takers = (signal for signal in scene.signals if _takes(signal, piece))
    return next((signal for signal in takers if _was_taken(piece, signal, scene.rate)), None)


def _takes(signal: Signal, piece: Piece) -> bool:
    match signal.event:
        case ReplyEnded(reply=named, status=status):
            return status is ReplyStatus.CANCELLED and named == piece.reply
        case CancelAcknowledged(item=item):
            return item in ("", piece.item)
    return True


def _was_taken(piece: Piece, signal: Signal, rate: int) -> bool:
    """It would have been playing, or waiting to be played, when the signal came; silence left out earlier was not."""
    ends = (piece.start + len(piece.samples)) / rate
    return piece.received <= signal.time < ends and len(piece.unheard) > 0


def who(signal: Signal | None, mode: Mode) -> StoppedBy:
    """Whom a signal names."""
    itself = StoppedBy.AGENT_KEYS if mode is Mode.KEYS else StoppedBy.AGENT_VAD
    match signal.event if signal else None:
        case Flush():
            return itself
        case CancelAcknowledged() | ReplyEnded(interrupter=Interrupter.CANCEL):
            return StoppedBy.CANCEL
        case ReplyEnded(interrupter=Interrupter.AGENT_VAD):
            return itself
    return StoppedBy.UNKNOWN


def last_audible_message(scene: Scene, onset: float, stop: float) -> float | None:
    """When the last message arrived of which something was heard before `stop`; None if that was before `onset`."""
    last = scene.last_piece(stop - 1 / scene.rate)
    received = scene.heard[last].received if last >= 0 else onset - 1
    return received if received >= onset else None

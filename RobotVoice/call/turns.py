"""Whose turn is it? Replies of the agent, from what is heard and what the protocol says. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.call.detector import CONFIRMING_FRAMES, Voiced

NATURAL_PAUSE = 0.7
"""Silence shorter than this (s) inside a reply is a pause, never a stop."""
PAUSE_OF_A_KNOWN_REPLY = 2.0
"""Where the protocol gives a reply an id, or says that it is still being made, it may pause for so long (s)."""

LINGERING = 0.2
"""The detector hears the end of a reply up to this much (s) later than the figures date it."""
WITHIN_A_WORD = 0.06
"""Silence shorter than this (s) is heard inside words, at every t and p."""


_NAMELESS = "reply "


def nameless(number: int) -> str:
    """What a reply is called to which the protocol gives no id."""
    return f"{_NAMELESS}{number}"


def has_id(reply: str) -> bool:
    """Whether the protocol named a reply."""
    return bool(reply) and not reply.startswith(_NAMELESS)


@dataclass(frozen=True)
class Reply:
    """One reply as heard by a certain moment.

    onset: its first audible speech. end: its last, so far. finished: no more will come.
    ids: the protocol's ids of the replies it is made of. audible: it is heard now, and not in a pause.
    sounds: its stretches of speech, in order; what has been received and is still to be played is among them.
    """

    onset: float
    end: float
    finished: bool
    ids: tuple[str, ...]
    audible: bool = True
    sounds: tuple[Voiced, ...] = field(default=(), compare=False)


@dataclass
class ProtocolSignals:
    """Which replies the protocol has begun and ended.

    announces: it says so whenever the agent gives way: without that, a silence is a pause or the agent's own end.
    """

    begun: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    announces: bool = False

    def pause_within(self, reply: str, pause: float) -> float:
        """The longest silence (s) inside this reply; `pause` where the protocol does not tell its beginning."""
        return max(pause, PAUSE_OF_A_KNOWN_REPLY) if reply in self.begun else pause

    def pause_after(self, reply: str, pause: float) -> float:
        """How long a silence (s) after this reply has to be to be its end, unless the protocol tells that."""
        return pause if reply in self.ended else self.pause_within(reply, pause)

    def goes_on(self, reply: str) -> bool:
        """The protocol has told the beginning of this reply, and not yet its end."""
        return reply in self.begun and reply not in self.ended


def replies(
    stretches: Iterable[Voiced],
    signals: ProtocolSignals,
    now: float,
    pause: float = NATURAL_PAUSE,
    said_all: bool = False,
) -> list[Reply]:
    """All replies of which something has been heard by `now`, in order.

    said_all: the agent has hung up, and not in the middle of a word.
    """
    found: list[list[Voiced]] = []
    for stretch in stretches:
        if not stretch.is_speech:
            continue
        if found and _continues(found[-1][-1], stretch, signals, pause):
            found[-1].append(stretch)
        elif stretch.start + (CONFIRMING_FRAMES - 1) * FRAME_SECONDS <= now:  # its last confirming frame plays
            found.append([stretch])
    return [_reply(group, signals, now, pause, said_all) for group in found]


def first_new(found: Iterable[Reply], since: float) -> Reply | None:
    """The first reply that goes on, or begins, after `since`; not one that was just ending then."""
    return next((reply for reply in found if max(reply.onset, reply.end - LINGERING) > since), None)


def _continues(last: Voiced, stretch: Voiced, signals: ProtocolSignals, pause: float) -> bool:
    if last.reply != stretch.reply and last.reply in signals.ended:
        return False
    longest = signals.pause_within(last.reply, pause) if last.reply == stretch.reply else pause
    return stretch.start - last.end < longest


def _reply(group: list[Voiced], signals: ProtocolSignals, now: float, pause: float, said_all: bool) -> Reply:
    last = group[-1]
    silent_for = now - last.end
    by_protocol = last.reply in signals.ended and silent_for >= 0
    farewell = said_all and not signals.goes_on(last.reply)
    finished = by_protocol or farewell or silent_for >= signals.pause_after(last.reply, pause)
    ids = tuple(dict.fromkeys(stretch.reply for stretch in group))
    audible = any(stretch.start <= now < stretch.end + WITHIN_A_WORD for stretch in group)
    return Reply(group[0].start, min(last.end, now), finished, ids, audible, tuple(group))

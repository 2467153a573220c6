"""A voice that leaks into the other side's channel is nobody's turn there.

Crosstalk and echoes that the measuring core does not take out, because they are too loud, too late or drift: the sound
itself tells them, since it is in the other channel, too. What is as loud in both, such as an announcement, is neither
side's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from RobotVoice.audio.frames import level
from RobotVoice.audio.stereo import StereoFile
from RobotVoice.errors import InvalidArgument
from RobotVoice.evidence import measure
from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.sentences import timestamp
from RobotVoice.interruption.resumption import ENOUGH, found_at
from RobotVoice.recording.listen import Channel, Heard

BLOCK = 2 * ENOUGH
"""Seconds of sound that are looked for in the other channel."""
STEP = 0.05
"""Seconds to which the edges of a leak are looked for."""
LATEST = 1.0
"""Seconds by which a leak may be late, and by which its original may."""
QUIETER = 1.0
"""dB by which a leak has to be quieter than its original to be known as one."""
MOSTLY = 0.5
"""A recording of which more than this share is as loud in both channels has not a side in each."""


class _Whose(Enum):
    """Whose a sound in a channel is; UNKNOWN if it is too short to tell by itself."""

    OWN = "own"
    OTHERS = "others"
    EITHERS = "eithers"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class _Sorted:
    """The sounds of a channel: what is its own, where the other side leaks into it, and what both hold alike."""

    own: list[Span]
    leaks: list[Span]
    alike: list[Span]


def without_leaks(file: StereoFile, heard: Heard, caller: Channel) -> tuple[Heard, list[str]]:
    """What each side said itself, and a sentence for each kind of sound that was left out.

    InvalidArgument if both channels hold mostly the same, as loud in one as in the other.
    """
    from_caller = _sorted(file, heard.caller, heard.agent, caller)
    from_agent = _sorted(file, heard.agent, heard.caller, caller.other)
    if all(_is_most(one.alike, sounds) for one, sounds in ((from_caller, heard.caller), (from_agent, heard.agent))):
        raise InvalidArgument(
            f"Both channels of the recording '{file.path}' hold the same voices, as loud in one as in the other, so "
            "caller and agent can't be told apart: record each of them in a channel of its own."
        )
    told = [_leaks("agent", "caller", from_caller.leaks), _leaks("caller", "agent", from_agent.leaks)]
    told.append(_alike(from_caller.alike or from_agent.alike))
    return replace(heard, caller=from_caller.own, agent=from_agent.own), [sentence for sentence in told if sentence]


def _is_most(alike: Sequence[Span], sounds: Sequence[Span]) -> bool:
    all_of_it = sum(stretch.seconds for stretch in measure.stretches(sounds, ENOUGH))
    return sum(one.seconds for one in alike) > MOSTLY * all_of_it


def _leaks(who: str, into: str, leaks: Sequence[Span]) -> str:
    if not leaks:
        return ""
    return (
        f"The {who}'s voice is heard in the {into}'s channel, too, first at {timestamp(leaks[0].start)}: what is heard "
        f"there in such places counts as nothing that the {into} said, and may hide what they did say."
    )


def _alike(alike: Sequence[Span]) -> str:
    if not alike:
        return ""
    return f"What is as loud in one channel as in the other, first at {timestamp(alike[0].start)}, counts as nobody's."


def _sorted(file: StereoFile, sounds: Sequence[Span], others: Sequence[Span], channel: Channel) -> _Sorted:
    found: dict[_Whose, list[Span]] = {whose: [] for whose in _Whose}
    latest, before = -LATEST, _Whose.OWN
    for block in _blocks(sounds):
        whose = _whose(file, block, channel) if _may_be(block, others) else _Whose.OWN
        if whose is _Whose.UNKNOWN:
            whose = before if block.start - latest < ENOUGH else _Whose.OWN
        found[whose].append(block)
        latest, before = block.end, whose
    out = [*found[_Whose.OTHERS], *found[_Whose.EITHERS]]
    grown = [_grown(file, one, channel) for one in measure.stretches(sorted(out, key=_start), ENOUGH)]
    own = [part for sound in sounds for part in _without(sound, grown)]
    return _Sorted(own, found[_Whose.OTHERS], found[_Whose.EITHERS])


def _grown(file: StereoFile, leak: Span, channel: Channel) -> Span:
    """As far as it really goes: the blocks at its ends may have held something else as well."""
    start, end = leak.start, leak.end
    while end - leak.end < BLOCK and _is_out(file, Span(end + STEP - ENOUGH, end + STEP), channel):
        end += STEP
    while leak.start - start < BLOCK < start and _is_out(file, Span(start - STEP, start - STEP + ENOUGH), channel):
        start -= STEP
    return Span(start, end)


def _blocks(sounds: Sequence[Span]) -> Iterator[Span]:
    """The stretches of sound, piece by piece: syllables are too short to be looked for."""
    for stretch in measure.stretches(sounds, ENOUGH):
        start = stretch.start
        while stretch.end - start > BLOCK + ENOUGH:
            yield Span(start, start + BLOCK)
            start += BLOCK
        yield Span(start, stretch.end)


def _without(sound: Span, leaks: Sequence[Span]) -> Iterator[Span]:
    first, last = bisect_right(leaks, sound.start, key=_end), bisect_left(leaks, sound.end, key=_start)
    left = sound
    for leak in leaks[first:last]:
        if left.start < leak.start:
            yield Span(left.start, leak.start, left.start_doubt, 2 * STEP)
        left = Span(leak.end, left.end, 2 * STEP, left.end_doubt)
    if left.start < left.end:
        yield left


def _may_be(block: Span, others: Sequence[Span]) -> bool:
    """Whether the other side sounds near enough to it."""
    number = bisect_right(others, block.end + LATEST, key=_start)
    return number > 0 and others[number - 1].end > block.start - LATEST


def _is_out(file: StereoFile, block: Span, channel: Channel) -> bool:
    return _whose(file, block, channel) in (_Whose.OTHERS, _Whose.EITHERS)


def _whose(file: StereoFile, block: Span, channel: Channel) -> _Whose:
    """By where it is louder, if the other channel holds it, too."""
    if block.seconds < ENOUGH - RESOLUTION:
        return _Whose.UNKNOWN
    here, there = channel.number, channel.other.number
    said = file.part(here, block.start, block.end)
    near = file.part(there, max(0.0, block.start - LATEST), block.end + LATEST)
    place = found_at(near.samples, said.samples, file.rate)
    if place is None:
        return _Whose.OWN
    original = near.samples[round(place * file.rate) :][: len(said.samples)]
    louder = (level(original) - file.gain(there)) - (level(said.samples) - file.gain(here))
    if abs(louder) < QUIETER:
        return _Whose.EITHERS
    return _Whose.OTHERS if louder > 0 else _Whose.OWN


def _start(span: Span) -> float:
    return span.start


def _end(span: Span) -> float:
    return span.end

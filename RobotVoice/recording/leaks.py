"""A voice that leaks into the other side's channel is nobody's turn there.

Crosstalk and echoes that the measuring core does not take out, because they are too loud, too late or drift: the sound
itself tells them, since it is in the other channel, too. Where both are equally loud, nobody knows whose voice it is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

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


def without_leaks(file: StereoFile, heard: Heard, caller: Channel) -> tuple[Heard, list[str]]:
    """What each side said itself, and a sentence for each side that leaks into the other's channel.

    InvalidArgument if both channels hold the same voice, as loud in one as in the other.
    """
    own_caller, of_agent = _own(file, heard.caller, heard.agent, caller)
    own_agent, of_caller = _own(file, heard.agent, heard.caller, caller.other)
    told = [_told("agent", "caller", of_agent), _told("caller", "agent", of_caller)]
    return replace(heard, caller=own_caller, agent=own_agent), [sentence for sentence in told if sentence]


def _told(who: str, into: str, leaks: Sequence[float]) -> str:
    if not leaks:
        return ""
    return (
        f"The {who}'s voice is heard in the {into}'s channel, too, first at {timestamp(leaks[0])}: what is heard there "
        f"in such places counts as nothing that the {into} said, and may hide what they did say."
    )


def _own(
    file: StereoFile, sounds: Sequence[Span], others: Sequence[Span], channel: Channel
) -> tuple[list[Span], list[float]]:
    """The sounds of a channel that are not the other's, and when the others began."""
    leaks: list[Span] = []
    for block in _blocks(sounds):
        leaked = _is_leak(file, block, channel) if _may_be(block, others) else False
        if leaked is None:  # too short to tell by itself
            leaked = bool(leaks) and block.start - leaks[-1].end < ENOUGH
        if leaked:
            leaks.append(block)
    grown = [_grown(file, leak, channel) for leak in measure.stretches(leaks, ENOUGH)]
    return [part for sound in sounds for part in _without(sound, grown)], [leak.start for leak in leaks]


def _grown(file: StereoFile, leak: Span, channel: Channel) -> Span:
    """As far as it really goes: the blocks at its ends may have held something else as well."""
    start, end = leak.start, leak.end
    while end - leak.end < BLOCK and _is_leak(file, Span(end + STEP - ENOUGH, end + STEP), channel):
        end += STEP
    while leak.start - start < BLOCK < start and _is_leak(file, Span(start - STEP, start - STEP + ENOUGH), channel):
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


def _is_leak(file: StereoFile, block: Span, channel: Channel) -> bool | None:
    """Whether the other channel holds the same, louder; None if the block is too short to tell."""
    if block.seconds < ENOUGH - RESOLUTION:
        return None
    here, there = channel.number, channel.other.number
    said = file.part(here, block.start, block.end)
    near = file.part(there, max(0.0, block.start - LATEST), block.end + LATEST)
    place = found_at(near.samples, said.samples, file.rate)
    if place is None:
        return False
    original = near.samples[round(place * file.rate) :][: len(said.samples)]
    louder = (level(original) - file.gain(there)) - (level(said.samples) - file.gain(here))
    if abs(louder) < QUIETER:
        raise InvalidArgument(
            f"Both channels of the recording '{file.path}' hold the same voice, as loud in one as in the other, at "
            f"{timestamp(block.start)}, so caller and agent can't be told apart: record each of them in a channel of "
            "its own."
        )
    return louder > 0


def _start(span: Span) -> float:
    return span.start


def _end(span: Span) -> float:
    return span.end

"""Which pieces of a track are heard: louder than silence, than the noise of the line, than the caller's echo. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from RobotVoice.evidence import levels
from RobotVoice.evidence.echo import Echo, echoes
from RobotVoice.evidence.levels import PIECE, Powers, Track, ratio

QUIETEST = -50.0
"""dBFS. Below this a caller on a telephone hears nothing (G.711's own noise lies near -60)."""
STRONG = 6.0
"""dB that some piece of a sound has to rise above what noise may reach; else all of it is noise that flared up."""
FAINTER, GOES_ON = 3.0, 6
"""dB that suffice for a sound that begins at most so many pieces after one that is strong, or ends before it."""
SOFT = 3.0
"""dB by which a level may be misjudged: as far as that would move an edge, the edge is uncertain."""
LONGEST_DOUBT = 40
"""Pieces (0.2 s) to either side of an edge in which it may lie."""
HIDDEN = 0.6
"""Pieces that the end of a word may last unheard for each dB that the noise is louder than silence. Measured."""
LEAK = 20.0
"""dB above the least of what is left of an echo, up to which it is still taken for that. Measured: in a room that
rings, what is left is within 20 dB for 98 % of its time."""
RINGING = 100.0
"""dB a second by which that fades, at least: a room that rings for 0.6 s."""
LOUD_SHARE = 50
"""Percent of the pieces of an echo that are quieter than those by which one sees how much of it is left."""
SHORTEST_EVIDENCE = 10
"""Pieces of echo from which on it is plain how much of it is left."""

Flags = npt.NDArray[np.bool_]
Pieces = npt.NDArray[np.intp]

_LOUD = ratio(QUIETEST)
_NEARLY = 1 / ratio(1.25)
"""So near to what noise may reach, a level may be more than noise."""


class Run(NamedTuple):
    """A stretch of sound, in pieces, and by how many pieces its edges may be wrong."""

    start: int
    end: int
    start_doubt: int
    end_doubt: int


class _Sound(NamedTuple):
    """What there is of a track besides the other side: its power, its bands, and what the rest of an echo reaches."""

    power: Powers
    bands: Powers
    rest: Powers


def runs(track: Track) -> list[Run]:
    """Where there is sound in a track."""
    return _runs(_Sound(track.power, track.bands, np.zeros_like(track.bands)))


def runs_of_both(caller: Track, agent: Track) -> tuple[list[Run], list[Run]]:
    """Where the caller sounds, and where the agent does with the caller's echo taken out."""
    spoken = runs(caller)
    if not spoken:
        return [], runs(agent)
    edges = np.array([(run.start, run.end) for run in spoken])
    return spoken, _runs(_without(echoes(caller, agent, edges), caller, agent))


def _without(found: list[Echo], caller: Track, agent: Track) -> _Sound:
    power, bands, rest = agent.power.copy(), agent.bands.copy(), np.zeros_like(agent.bands)
    narrow = agent.narrow.copy()
    for echo in found:
        first, last = echo.start // PIECE, echo.end // PIECE
        heard = echo.of(caller.narrow)[: (last - first) * PIECE]
        narrow[first * PIECE : last * PIECE] -= heard
        above = agent.above[first:last]
        above = above * (above > 4 * _echo_above(echo, caller, first, last))
        power[first:last] = levels.piece_powers(narrow[first * PIECE : last * PIECE]) + above
        bands[first:last] = levels.bands(narrow, first * PIECE, above)
        echoed = _lingering(levels.bands(heard, 0, np.zeros_like(above)))
        rest[first:last] = echoed * _leak(echoed, bands[first:last])
    return _Sound(power, bands, rest)


def _leak(echo: Powers, left: Powers) -> float:
    """What share of an echo's power may be left of it: seen where the agent is silent, which is where least is.

    Looked at where the echo is loud, so that it is not the noise of the line that is seen.
    """
    echo, left = (bands[:, levels.LOW + 1 :].sum(axis=1) for bands in (echo, left))
    plain = echo > max(float(np.percentile(echo, LOUD_SHARE)), _LOUD / 10)
    if np.count_nonzero(plain) < SHORTEST_EVIDENCE:
        return 0.0
    return min(float(np.percentile(left[plain] / echo[plain], 10)) * ratio(LEAK), 1.0)


def _lingering(echoed: Powers) -> Powers:
    """An echo that a room lets ring."""
    fading = np.arange(len(echoed))[:, None] * (RINGING * levels.RESOLUTION)
    level = 10 * np.log10(echoed + 1e-12)
    lingering: Powers = 10 ** ((np.maximum.accumulate(level + fading, axis=0) - fading) / 10)
    return lingering


def _echo_above(echo: Echo, caller: Track, first: int, last: int) -> Powers:
    """What may come back of the caller above 4 kHz, where no filter was fitted: a piece sooner or later."""
    delay = echo.main // PIECE
    said = np.pad(caller.above, (delay + 2, last))
    around: Powers = np.max([said[first + shift : last + shift] for shift in range(4)], axis=0) * echo.gain
    return around


def _runs(sound: _Sound) -> list[Run]:
    limits = np.maximum(levels.noise(sound.bands), sound.rest)
    over = sound.bands / limits
    strongest = over.max(axis=1)
    audible = np.minimum(sound.power, np.where(over > 1, sound.bands, 0).sum(axis=1)) / _LOUD
    edges = _with_strength(levels.runs(audible > 1), strongest)
    nearly = np.minimum(sound.power, np.where(over > _NEARLY, sound.bands, 0).sum(axis=1)) / _LOUD
    perhaps = nearly > 1 / ratio(SOFT)
    hardly = np.minimum(strongest, audible) < ratio(SOFT)
    before, after = _doubts(perhaps, hardly, limits, edges[:, 0], edges[:, 1])
    return [Run(*map(int, run)) for run in np.column_stack((edges, before, after))]


def _with_strength(found: Pieces, strongest: Powers) -> Pieces:
    """Those with a strong piece, and fainter ones that go on from one of them: a word ends fainter than it began."""
    fainter = found[_peaks(found, strongest) > ratio(FAINTER)]
    if not len(fainter):
        return fainter
    gaps = fainter[1:, 0] - fainter[:-1, 1]
    firsts = np.append(0, np.flatnonzero(gaps > GOES_ON) + 1)
    strong = np.maximum.reduceat(_peaks(fainter, strongest), firsts) > ratio(STRONG)
    return fainter[np.repeat(strong, np.diff(np.append(firsts, len(fainter))))]


def _peaks(found: Pieces, strongest: Powers) -> Powers:
    """The highest of each run."""
    if not len(found):
        return strongest[:0]
    peaks: Powers = np.maximum.reduceat(np.append(strongest, 0), found.ravel())[::2]
    return peaks


def _doubts(perhaps: Flags, hardly: Flags, limits: Powers, starts: Pieces, ends: Pieces) -> tuple[Pieces, Pieces]:
    """How far edges would move if levels were misjudged: over pieces perhaps heard, and over those hardly heard."""
    noise = limits[:, levels.LOW + 1 :].sum(axis=1)
    hidden = np.ceil(10 * np.log10(np.maximum(noise / _LOUD, 1)) * HIDDEN)
    inside = ends - starts
    before = np.maximum(_lasting_before(perhaps)[starts], np.minimum(_lasting_from(hardly)[starts], inside))
    after = np.maximum(_lasting_from(perhaps)[ends], np.minimum(_lasting_before(hardly)[ends], inside))
    longest = LONGEST_DOUBT
    return np.minimum(before, longest) + hidden[starts], np.minimum(after, longest) + hidden[ends - 1]


def _lasting_from(flags: Flags) -> Pieces:
    """How many are True from each on; one more for the end."""
    places = np.arange(len(flags) + 1)
    first_false = np.where(np.append(flags, False), len(flags), places)
    return np.minimum.accumulate(first_false[::-1])[::-1] - places


def _lasting_before(flags: Flags) -> Pieces:
    """How many are True up to each."""
    return _lasting_from(flags[::-1])[::-1]

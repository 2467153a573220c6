"""Calls made from offline voices, whose truth is known to the millisecond: two tracks each, no socket, no clock."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path

import numpy as np

from RobotVoice.audio import files, frames
from RobotVoice.audio.frames import Clip

from .conditions import NARROW, WIDE, Condition
from .lines import echoed, noise, through
from .words import BARGE_INS, REPLIES, Samples, monologue, say

STOPS = (0.1, 0.3, 0.8, inf)
"""Seconds from the barge-in to the agent's silence."""
ONSETS = (1.4, 2.6, 3.9, 5.1)
"""Seconds from the agent's first word to the barge-in."""
AGENT_START = 0.6
PATIENCE = 0.8
"""Seconds from the caller's last word to the agent's reply."""
WATCH = 5.0
STALL = 0.3
"""Seconds that the stream of a late line stands still: a phone plays silence and then goes on where it was."""
AUDIBLE = -50.0
"""dBFS of 5 ms of a clean track, at the line's own rate, below which a caller on a telephone hears nothing."""
SPECK = 0.06
"""Seconds of a new word that no agent stops in: of less, nobody could tell whether it is a word or a click."""
MASKED = -6.0
"""dB against the noise of the line, below which nothing is heard in it."""
_CASTS = ((1.0, 0.85), (0.85, 1.15), (1.15, 1.0))
"""Pitches of agent and caller."""


@dataclass(frozen=True)
class Truth:
    """In seconds of the call, from the clean tracks. stop is None if the agent never stops."""

    condition: str
    onset: float
    caller_end: float
    stop: float | None
    reply: float | None

    @property
    def latency(self) -> float:
        return inf if self.stop is None else self.stop - self.onset


@dataclass(frozen=True, eq=False)
class SyntheticCall:
    name: str
    caller: Clip
    agent: Clip
    truth: Truth


def calls(condition: Condition, casts: int = 3) -> Iterator[SyntheticCall]:
    """Each onset with each stop, by each cast."""
    for cast in range(casts):
        for nth in range(len(ONSETS)):
            for stop in STOPS:
                yield make(condition, cast, nth, stop)


def make(condition: Condition, cast: int, nth: int, stops_after: float) -> SyntheticCall:
    name = f"{condition.name}, {cast + 1}.{nth + 1}, {_stop_name(stops_after)}"
    chance = np.random.default_rng(zlib.crc32(name.encode()))
    agent_pitch, caller_pitch = _CASTS[cast]
    speech = monologue(cast, condition.pitch or agent_pitch, chance)
    if condition.late:
        speech = _with_gap(speech, ONSETS[nth] - chance.uniform(0.5, 1.2), STALL)
    onset = _audible_moment(speech, ONSETS[nth] + chance.uniform(-0.2, 0.2)) + AGENT_START
    caller_words = say(BARGE_INS[(cast + nth) % len(BARGE_INS)], caller_pitch)
    agent = np.concatenate((np.zeros(round(AGENT_START * WIDE)), speech))
    if condition.gap:
        agent = _with_gap(agent, onset, condition.gap)
    caller_end = onset + len(caller_words) / WIDE
    length = round((max(onset + WATCH, caller_end) + 1.5) * WIDE)
    agent = _fit(agent, length)
    sending = np.ones(length)
    reply = None
    if stops_after < inf:
        agent, sending = _cut(agent, _no_speck(agent, onset + stops_after), condition.fade)
        reply = caller_end + PATIENCE
        answer = say(REPLIES[nth % len(REPLIES)], condition.pitch or agent_pitch)
        place = slice(round(reply * WIDE), round(reply * WIDE) + len(answer))
        agent[place] += answer[: len(agent[place])]
        sending[place] = 1
    agent *= _gain(condition.agent)
    caller = np.zeros(length)
    caller[round(onset * WIDE) : round(onset * WIDE) + len(caller_words)] = caller_words * _gain(condition.caller)
    if condition.late:
        agent = _with_gap(agent, onset + chance.uniform(0.02, 0.6), STALL)[:length]
    truth = _truth(condition, caller, agent, stops_after, reply)
    return _on_the_line(name, condition, caller, agent, sending, truth, chance)


def write_all(folder: Path, conditions: Iterable[Condition]) -> None:
    """Every call as a stereo WAV (left the caller, right the agent), and truth.json with the truth of each."""
    folder.mkdir(parents=True, exist_ok=True)
    truths = {}
    for condition in conditions:
        for call in calls(condition):
            file = f"{call.name.replace(',', '').replace(' ', '_')}.wav"
            files.write_stereo(folder / file, call.caller, call.agent)
            truths[file] = asdict(call.truth) | {"name": call.name}
    (folder / "truth.json").write_text(json.dumps(truths, indent=1) + "\n", encoding="utf-8")


def _stop_name(stops_after: float) -> str:
    return "never" if stops_after == inf else f"{stops_after * 1000:.0f} ms"


def _gain(level: float) -> float:
    """The voices speak at -20 dBFS."""
    return float(10 ** ((level + 20) / 20))


def _audible_moment(speech: Samples, moment: float, lasting: float = 0.0) -> float:
    """The first from `moment` on at which the agent is heard, on a telephone too: RobotVoice barges in at no other."""
    narrow = frames.resample(frames.from_float(speech), WIDE, NARROW) / 32768
    milliseconds = np.zeros(len(narrow) * 1000 // NARROW + 1)
    milliseconds[np.round(_audible(narrow, NARROW, AUDIBLE + 10) * 1000).astype(int)] = 1
    length = max(1, round(lasting * 1000))
    fit = np.flatnonzero(np.convolve(milliseconds, np.ones(length), "valid") > length - 0.5)
    return float(fit[np.searchsorted(fit, moment * 1000)]) / 1000


def _audible(samples: Samples, rate: int, level: float = AUDIBLE) -> Samples:
    """The moments (s), a millisecond apart, around which 5 ms are louder than `level`."""
    power = np.convolve(np.square(samples), np.ones(rate // 200) / (rate // 200), "same")
    moments: Samples = np.flatnonzero(power[:: rate // 1000] > 10 ** (level / 10)) / 1000
    return moments


def _truth(condition: Condition, caller: Samples, agent: Samples, stops_after: float, reply: float | None) -> Truth:
    """What a line of this rate carries of the clean tracks, before anything is wrong with them."""
    heard, said = (frames.resample(frames.from_float(side), WIDE, condition.rate) / 32768 for side in (agent, caller))
    words = _audible(said, condition.rate, _heard_from(condition.caller_noise))
    sounds = _audible(heard, condition.rate, _heard_from(condition.noise))
    stop = None
    if stops_after < inf and reply is not None:
        stop = max(float(words[0]), float(sounds[sounds < reply - PATIENCE / 2][-1]))
        reply = float(sounds[sounds > reply - PATIENCE / 2][0])
    return Truth(condition.name, float(words[0]), float(words[-1]), stop, reply)


def _heard_from(noise: Mapping[str, float]) -> float:
    """The level from which on something is heard on a line. Hum hides no speech."""
    return max([AUDIBLE, *(level + MASKED for kind, level in noise.items() if kind != "hum")])


def _with_gap(agent: Samples, moment: float, seconds: float) -> Samples:
    """Not in a pause that is there already: the two together would be none that is natural."""
    at = round((_audible_moment(agent, moment, 0.16) + 0.08) * WIDE)
    return np.concatenate((agent[:at], np.zeros(round(seconds * WIDE)), agent[at:]))


def _fit(samples: Samples, length: int) -> Samples:
    """So long; an agent that has said all begins again."""
    return np.tile(samples, 2)[:length] if len(samples) < length else samples[:length].copy()


def _no_speck(agent: Samples, moment: float) -> float:
    """`moment`, or before the word that has just begun then."""
    sounds = _audible(agent[: round(moment * WIDE)], WIDE)
    begun = sounds[sounds > moment - SPECK]
    before = sounds[sounds <= moment - SPECK]
    return moment - SPECK if len(begun) and begun[0] - before[-1] > SPECK else moment


def _cut(agent: Samples, moment: float, fade: float) -> tuple[Samples, Samples]:
    """The agent until it stops, and when it sends."""
    curve = np.zeros(len(agent))
    at, slope = round(moment * WIDE), round(fade * WIDE)
    curve[:at] = 1
    curve[at : at + slope] = np.linspace(1, 0, slope)
    return agent * curve, (curve > 0).astype(np.float64)


def _on_the_line(
    name: str,
    condition: Condition,
    caller: Samples,
    agent: Samples,
    sending: Samples,
    truth: Truth,
    chance: np.random.Generator,
) -> SyntheticCall:
    length = len(agent)
    sent = np.clip(caller, -1, 1)
    agent = np.clip(agent, -1, 1)
    for kind, level in condition.noise.items():
        agent = agent + noise(kind, level, length, chance)
    if condition.comfort is not None:
        agent = agent + noise("white", condition.comfort, length, chance) * (1 - sending)
    if condition.echo:
        agent = agent + echoed(condition.echo, sent)
    for kind, level in condition.caller_noise.items():
        sent = sent + noise(kind, level, length, chance)
    left, right = (through(condition, samples) for samples in (sent, agent))
    return SyntheticCall(name, Clip(left, condition.rate), Clip(right, condition.rate), truth)

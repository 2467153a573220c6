"""The sounds of a room, made from code: the same seed makes the same sound. A person's own file is one, too."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip
from RobotVoice.line.conditions import Conditions, Noise
from RobotVoice.line.filters import Sound
from RobotVoice.speech.voices import SPEECH_DBFS

SECONDS = 10
"""Length of what is made; then it begins again, without a seam."""
_SEAM = 0.05
"""Seconds in which the end of a file fades into its beginning."""
_VOICES_RATE = 8000
_AROUND = 0.1
"""Seconds that the resampler is given of the other end of a loop."""

Chance = np.random.Generator


class Loop:
    """A noise without end. at: the sample with which it begins."""

    def __init__(self, sound: Sound, at: int) -> None:
        self._sound = sound
        self._at = at

    def next(self, count: int) -> Sound:
        """So many samples more."""
        places = (self._at + np.arange(count)) % len(self._sound)
        self._at = (self._at + count) % len(self._sound)
        return self._sound[places]


def loop(conditions: Conditions, rate: int) -> Loop | None:
    """The noise of a line's room at its level, which is SPEECH_DBFS - SNR; None if there is none.

    SPEECH_DBFS (-20 dBFS) is the level of the caller's speech, as RMS of its voiced parts; that of the noise is its RMS
    over all of it, at the line's own rate and before the line's codec.
    """
    if conditions.noise is None:
        return None
    sound = _sound(conditions.noise, conditions, rate)
    loudness = np.sqrt(np.mean(np.square(sound)))
    level = 32768 * 10 ** ((SPEECH_DBFS - conditions.snr) / 20)
    return Loop(sound * (level / loudness), int(conditions.chance("begin of the noise").integers(len(sound))))


def _sound(noise: Noise, conditions: Conditions, rate: int) -> Sound:
    if noise.sound is None:
        return make(noise.name, rate, conditions.seed)
    at_rate = noise.sound.at_rate(rate).samples.astype(np.float64)
    return _without_a_seam(at_rate, min(round(_SEAM * rate), len(at_rate) // 4))


def _without_a_seam(sound: Sound, seam: int) -> Sound:
    if not seam:
        return sound
    rising = np.arange(seam) / seam
    over = sound[:seam] * np.sqrt(rising) + sound[-seam:] * np.sqrt(1 - rising)
    return np.concatenate((over, sound[seam:-seam]))


@lru_cache(maxsize=16)
def make(name: str, rate: int, seed: int) -> Sound:
    """One of `NOISES` at `rate` Hz, `SECONDS` long, of no particular level; its end goes over into its beginning."""
    return NOISES[name](rate, Conditions(seed=seed).chance(f"{name} noise"))


def _white(rate: int, chance: Chance) -> Sound:
    return chance.normal(size=SECONDS * rate)


def _pink(rate: int, chance: Chance) -> Sound:
    """As much power in each octave."""
    return _shaped(rate, chance, slope=0.5)


def _hum(rate: int, chance: Chance) -> Sound:
    """Mains of 50 Hz and what it is a part of: only whole numbers of periods, so that it can begin again."""
    time = np.arange(SECONDS * rate) / rate
    partials = ((50, 1.0), (100, 0.6), (150, 0.35), (250, 0.2), (350, 0.12))
    return np.asarray(sum(a * np.sin(2 * np.pi * hz * time + chance.uniform(0, 2 * np.pi)) for hz, a in partials))


def _babble(rate: int, chance: Chance) -> Sound:
    """Six people talk at once, and not one word of it can be understood."""
    talkers = sum(_talker(pitch, chance) for pitch in chance.uniform(95, 230, size=6))
    return _at_rate(np.asarray(talkers), rate)


def _street(rate: int, chance: Chance) -> Sound:
    """A rumble, and cars that pass."""
    time = np.arange(SECONDS * rate) / rate
    passing = sum(
        chance.uniform(0.5, 2.0) * np.exp(-np.square((time - moment + SECONDS / 2) % SECONDS - SECONDS / 2) / 0.6)
        for moment in chance.uniform(0, SECONDS, size=4)
    )
    return np.asarray(_shaped(rate, chance, slope=0.9) + 0.4 * passing * _pink(rate, chance))


def _cafe(rate: int, chance: Chance) -> Sound:
    """People at other tables, the room, and cups."""
    voices, room = _babble(rate, chance), _pink(rate, chance)
    sound = voices / np.std(voices) + 0.3 * room / np.std(room)
    time = np.arange(round(0.12 * rate)) / rate
    for moment in chance.uniform(0, SECONDS, size=14):
        ringing = np.sin(2 * np.pi * chance.uniform(1800, 3300) * time) * np.exp(-time / 0.02)
        places = (round(moment * rate) + np.arange(len(time))) % len(sound)
        sound[places] += chance.uniform(1.0, 3.0) * ringing
    return np.asarray(sound)


NOISES: dict[str, Callable[[int, Chance], Sound]] = {
    "white": _white,
    "pink": _pink,
    "hum": _hum,
    "babble": _babble,
    "street": _street,
    "cafe": _cafe,
}
"""By name."""


def _shaped(rate: int, chance: Chance, slope: float) -> Sound:
    """Noise whose amplitude falls with the frequency to the power of `slope`, from 40 Hz on."""
    count = SECONDS * rate
    spectrum = np.fft.rfft(chance.normal(size=count))
    shaped: Sound = np.fft.irfft(spectrum / np.maximum(np.fft.rfftfreq(count, 1 / rate), 40.0) ** slope, count)
    even: Sound = shaped / np.std(shaped)
    return even


def _talker(pitch: float, chance: Chance) -> Sound:
    """Syllables without words, with pauses between phrases, around a ring of `SECONDS`."""
    sound = np.zeros(SECONDS * _VOICES_RATE)
    at, end = 0, len(sound)
    while at < end:
        syllable = _syllable(pitch * chance.uniform(0.8, 1.25), chance)
        sound[(at + np.arange(len(syllable))) % end] += syllable
        pause = chance.uniform(0.3, 0.9) if chance.random() < 0.1 else chance.uniform(0.0, 0.06)
        at += len(syllable) + round(pause * _VOICES_RATE)
    return sound


def _syllable(pitch: float, chance: Chance) -> Sound:
    """A vowel of three formants whose pitch glides."""
    count = round(chance.uniform(0.1, 0.28) * _VOICES_RATE)
    phase = 2 * np.pi * np.cumsum(pitch * np.linspace(1, chance.uniform(0.85, 1.1), count)) / _VOICES_RATE
    formants = ((chance.uniform(300, 800), 1.0), (chance.uniform(900, 2200), 0.5), (chance.uniform(2300, 3100), 0.25))
    partials = np.arange(1, int(3500 / pitch))
    weights = np.asarray(
        sum(loudness / (1 + np.square((partials * pitch - hz) / 90)) for hz, loudness in formants), dtype=np.float64
    )
    rise_and_fall = np.sin(np.linspace(0, np.pi, count)) ** 0.6
    return np.asarray(weights @ np.sin(np.outer(partials, phase)) * rise_and_fall)


def _at_rate(voices: Sound, rate: int) -> Sound:
    """A ring at `_VOICES_RATE` at another rate, still a ring."""
    if rate == _VOICES_RATE:
        return voices
    around, wider = round(_AROUND * _VOICES_RATE), round(_AROUND * rate)
    ring = np.concatenate((voices[-around:], voices, voices[:around]))
    pcm = frames.from_float(ring / np.abs(ring).max())
    return Clip(pcm, _VOICES_RATE).at_rate(rate).samples[wider : wider + SECONDS * rate].astype(np.float64)

"""What a line does to a call: noise, echo, the telephone."""

from __future__ import annotations

import numpy as np

from RobotVoice.audio import frames, g711
from RobotVoice.audio.frames import Pcm

from .conditions import WIDE, Condition, Echo
from .words import SPEECHES, Samples, say


def through(condition: Condition, samples: Samples) -> Pcm:
    pcm = frames.resample(frames.from_float(samples), WIDE, condition.rate)
    return g711.decode_ulaw(g711.encode_ulaw(pcm)) if condition.telephone else pcm


def echoed(echo: Echo, caller: Samples) -> Samples:
    heard = np.zeros(len(caller))
    source = caller + 0.6 * np.square(caller) * np.sign(caller) if echo.distorted else caller
    for delay, level in echo.taps.items():
        at = round(delay * WIDE)
        heard[at:] += source[: len(caller) - at] * 10 ** (level / 20)
    return heard


def noise(kind: str, level: float, length: int, chance: np.random.Generator) -> Samples:
    made = {"white": _white, "pink": _pink, "street": _street, "hum": _hum, "babble": _babble}[kind](length, chance)
    return np.asarray(made / np.sqrt(np.mean(np.square(made))) * 10 ** (level / 20))


def _white(length: int, chance: np.random.Generator) -> Samples:
    return chance.normal(size=length)


def _pink(length: int, chance: np.random.Generator) -> Samples:
    spectrum = np.fft.rfft(chance.normal(size=length))
    frequency = np.fft.rfftfreq(length, 1 / WIDE)
    shaped: Samples = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequency, 50)), length)
    return shaped


def _street(length: int, chance: np.random.Generator) -> Samples:
    """Pink noise that comes and goes, some 6 dB up and down within a second."""
    knots = chance.uniform(-6, 6, length // (WIDE // 2) + 2)
    swell = np.interp(np.arange(length) / (WIDE // 2), np.arange(len(knots)), knots)
    return np.asarray(_pink(length, chance) * 10 ** (swell / 20))


def _hum(length: int, chance: np.random.Generator) -> Samples:
    time = np.arange(length) / WIDE
    partials = ((50, 1.0), (100, 0.5), (150, 0.3))
    return np.asarray(sum(a * np.sin(2 * np.pi * f * time + chance.uniform(0, 6)) for f, a in partials))


def _babble(length: int, chance: np.random.Generator) -> Samples:
    """Eight people at once, none of them to be understood."""
    talk = np.zeros(length)
    for _ in range(8):
        pitch = float(chance.choice([0.85, 1.0, 1.15]))
        words = np.concatenate([say(str(s), pitch) for s in chance.permutation(np.concatenate(SPEECHES))])
        talk += np.roll(np.resize(words, length), int(chance.integers(length)))
    return talk

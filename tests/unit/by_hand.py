"""Calls made by hand, for the tests of the pure parts: sounds on a clock, and what a protocol said when."""

from __future__ import annotations

import numpy as np

from RobotVoice.adapters.events import AgentAudio
from RobotVoice.audio.frames import Clip, Pcm, silence

RATE = 8000


def noise(seconds: float, level: float = -20.0, rate: int = RATE, seed: int = 1) -> Pcm:
    """A burst as loud as speech, the same every time; level is its RMS in dBFS."""
    burst = np.random.default_rng(seed).normal(0, 32768 * 10 ** (level / 20), round(seconds * rate))
    return np.clip(burst, -32768, 32767).astype(np.int16)


def vowel(seconds: float, rate: int = RATE) -> Pcm:
    """A buzz of 120 Hz through two formants: webrtcvad takes it for speech."""
    time = np.arange(round(seconds * rate)) / rate
    partials = [k * 120 for k in range(1, 30) if k * 120 < rate / 2]
    weights = [1 / (1 + ((f - 700) / 200) ** 2) + 0.5 / (1 + ((f - 1200) / 200) ** 2) for f in partials]
    wave = sum(w * np.sin(2 * np.pi * f * time) for f, w in zip(partials, weights, strict=True))
    return (6000 * np.asarray(wave)).astype(np.int16)


def track(seconds: float, *bursts: tuple[float, float], rate: int = RATE, level: float = -20.0) -> Clip:
    """Silence with a burst from each start to each end."""
    samples = silence(seconds, rate)
    for start, end in bursts:
        part = slice(round(start * rate), round(end * rate))
        samples[part] = noise(end - start, level, rate)[: len(samples[part])]
    return Clip(samples, rate)


def audio(seconds: float, reply: str = "a", item: str = "") -> AgentAudio:
    return AgentAudio(noise(seconds), reply, item)


def quiet(seconds: float, reply: str = "a") -> AgentAudio:
    return AgentAudio(silence(seconds, RATE), reply)


def speech(seconds: float, pitch: float = 120.0, seed: int = 1, level: float = -20.0, rate: int = RATE) -> Pcm:
    """Syllables without words: their levels rise and fall and their pitch wanders as those of speech do."""
    chance = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * rate))
    at = 0
    while at < len(sound):
        length = round(chance.uniform(0.12, 0.25) * rate)
        syllable = _syllable(length, pitch * chance.uniform(0.8, 1.3), chance, rate)
        sound[at : at + length] = syllable[: len(sound) - at]
        at += length + round(chance.uniform(0.0, 0.06) * rate)
    sound *= 10 ** (level / 20) / np.sqrt(np.mean(np.square(sound)))
    return np.clip(sound * 32768, -32768, 32767).astype(np.int16)


def _syllable(
    length: int, pitch: float, chance: np.random.Generator, rate: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    phase = 2 * np.pi * np.cumsum(pitch * np.linspace(1, chance.uniform(0.85, 1.15), length)) / rate
    formants = chance.uniform(300, 800), chance.uniform(900, 2300), chance.uniform(2300, 3000)
    partials = np.arange(1, int(min(3600, rate / 2) / pitch / 1.2))
    weights = sum(1 / (1 + ((partials * pitch - formant) / 90) ** 2) / (n + 1) for n, formant in enumerate(formants))
    voice = weights @ np.sin(np.outer(partials, phase))
    return np.asarray(voice * np.minimum(1, 12 * np.sin(np.linspace(0.02, np.pi - 0.02, length)) ** 2))

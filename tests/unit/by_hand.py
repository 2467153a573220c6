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

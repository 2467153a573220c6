"""Calls made by hand, for the tests of the picture and the report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from RobotVoice.audio.frames import Clip, empty
from RobotVoice.evidence.model import (
    CallEvidence,
    Interruption,
    Measured,
    Mode,
    Outcome,
    Speaker,
    StoppedBy,
    Turn,
)

RATE = 16000


def tones(seconds: float, *bursts: tuple[float, float]) -> Clip:
    """Silence with a tone from each start to each end."""
    samples = np.zeros(round(seconds * RATE), dtype=np.int16)
    for start, end in bursts:
        part = slice(round(start * RATE), round(end * RATE))
        count = len(samples[part])
        samples[part] = (9000 * np.sin(np.arange(count) * 2 * np.pi * 300 / RATE)).astype(np.int16)
    return Clip(samples, RATE)


def stopped(number: int = 1, barge_in: float = 4.0, latency: float = 0.412) -> Interruption:
    return Interruption(
        number=number,
        text="Wait, I meant account support",
        trigger="1.5 s after the agent became audible",
        mode=Mode.CANCEL,
        outcome=Outcome.INTERRUPTED,
        reason="",
        stopped_by=StoppedBy.CANCEL,
        agent_onset=barge_in - 1.5,
        cancel_sent=barge_in - 0.005,
        barge_in=barge_in,
        caller_end=barge_in + 1.5,
        wire_stop=barge_in + latency - 0.02,
        ear_stop=barge_in + latency,
        reply_onset=barge_in + 2.5,
        stop_latency=Measured(latency, 0.010),
        wire_stop_latency=Measured(latency - 0.02, 0.004),
        overlap=Measured(latency, 0.010),
        response_latency=Measured(1.0, 0.020),
        reaction=Measured(1.5, 0.010),
    )


def kept_talking(number: int = 2, barge_in: float = 9.0) -> Interruption:
    return Interruption(
        number=number,
        text="Sorry, what are your business hours?",
        trigger="at the agent's first audible speech",
        mode=Mode.VAD,
        outcome=Outcome.KEPT_TALKING,
        reason="",
        barge_in=barge_in,
        watched_until=barge_in + 4.26,
        stop_latency=Measured(4.26, 0.02, at_least=True),
        overlap=Measured(4.26, 0.02, at_least=True),
    )


def stopped_by_keys(number: int = 1, barge_in: float = 4.0, latency: float = 0.3) -> Interruption:
    spoken = stopped(number, barge_in, latency)
    return replace(
        spoken, text="[keys 1#]", mode=Mode.KEYS, stopped_by=StoppedBy.AGENT_KEYS, cancel_sent=None, overlap=None
    )


def missed(number: int = 3, text: str = "Hello?") -> Interruption:
    return Interruption(
        number=number,
        text=text,
        trigger="at the agent's first audible speech",
        mode=None,
        outcome=Outcome.DID_NOT_HAPPEN,
        reason="the agent had finished its reply 320 ms before",
    )


def call(*interruptions: Interruption, seconds: float = 15.0, turns: tuple[Turn, ...] = ()) -> CallEvidence:
    caller = tones(seconds, (0.5, 1.5), (4.0, 5.5), (9.0, 11.0))
    heard = tones(seconds, (2.5, 4.412), (6.5, 14.5))
    spoken = turns or (
        Turn(Speaker.CALLER, 0.5, 1.5, "Tell me about my billing", "caller's line"),
        Turn(Speaker.AGENT, 2.5, 4.412, "Your bill is forty two", "agent's transcript", 3.4, True),
    )
    return CallEvidence("demo", caller, heard, seconds, spoken, interruptions)


def empty_call() -> CallEvidence:
    nothing = Clip(empty(), RATE)
    return CallEvidence("demo", nothing, nothing, 0.0)

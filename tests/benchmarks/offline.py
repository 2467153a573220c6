"""Calls with a known truth, under every condition, judged by the same code as a live call: tracks, spans, outcome."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import inf

from RobotVoice.audio.frames import Clip, empty
from RobotVoice.call.mouth import Utterance
from RobotVoice.call.record import BargeIn
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.evidence import measure
from RobotVoice.evidence.model import Interruption, Mode, Outcome
from RobotVoice.evidence.tracks import Tracks
from RobotVoice.interruption import outcome
from RobotVoice.interruption.scene import Scene
from RobotVoice.interruption.triggers import Trigger

from .conditions import HELD_OUT, TUNED
from .figures import Row
from .synthetic import WATCH, SyntheticCall, calls

_NOTHING = Clip(empty(), 8000)
PAUSE = 0.7
CENSORED = 0.06
"""Seconds by which an onset that was heard late may shorten the watch."""
BLOCK = 0.5
"""Seconds of both tracks that are listened to at once."""


@dataclass(frozen=True)
class Scored:
    call: SyntheticCall
    result: Interruption
    seconds: float
    """CPU time for a second of the call."""

    @property
    def error(self) -> float:
        """Seconds; infinite where a stop was not seen."""
        latency = self.result.stop_latency
        if self.result.outcome is not Outcome.INTERRUPTED or latency is None:
            return inf
        return latency.value - self.call.truth.latency

    @property
    def is_wrong(self) -> bool:
        """A stop that was not seen, or one that was seen where there is none."""
        latency = self.result.stop_latency
        if self.call.truth.stop is not None:
            return self.error == inf
        censored = latency is not None and latency.at_least and latency.value > WATCH - CENSORED
        return not (censored and self.result.outcome is Outcome.KEPT_TALKING)

    @property
    def covered(self) -> bool:
        """The truth lies within the printed uncertainty."""
        latency = self.result.stop_latency
        return latency is not None and abs(self.error) <= latency.uncertainty


def score(call: SyntheticCall) -> Scored:
    before = time.process_time()
    tracks = Tracks(call.caller.rate, call.agent.rate)
    step = round(BLOCK * call.caller.rate)
    for at in range(0, len(call.caller.samples), step):
        tracks.hear(call.caller.samples[at : at + step], call.agent.samples[at : at + step])
    scene = Scene(
        caller=tracks.caller(),
        agent=tracks.agent(),
        pieces=(),
        signals=(),
        timing=UplinkTiming(),
        rate=call.agent.rate,
        now=call.agent.seconds,
        pause=PAUSE,
    )
    result = outcome.judge(_barge_in(scene), scene)
    return Scored(call, result, (time.process_time() - before) / call.agent.seconds)


def _barge_in(scene: Scene) -> BargeIn:
    said = measure.stretches(scene.caller, PAUSE)[0]
    utterance = Utterance("", _NOTHING, said.start, said.end)
    return BargeIn(1, utterance, Trigger(), Mode.VAD, 0.0, 0.0, 0.0, said.start, watch=WATCH)


def run(quick: bool) -> list[Row]:
    """Every condition: those that the core was made with in view, and those that were held back."""
    casts = 1 if quick else 3
    scored = {condition.name: [score(call) for call in calls(condition, casts)] for condition in (*TUNED, *HELD_OUT)}
    every = [one for found in scored.values() for one in found]
    rows = [row for name, found in scored.items() for row in _rows(name, found)]
    seconds = [one.seconds * 1000 for one in every]
    return [*rows, *_rows("all", every), Row("conditions: CPU time of a second of a call", seconds, "ms", {"p50": 1.0})]


def _rows(name: str, scored: list[Scored]) -> list[Row]:
    stopped = [one for one in scored if one.call.truth.stop is not None]
    return [
        Row(f"conditions: {name}: error", [one.error * 1000 for one in stopped], "ms", {"p95": 40.0}),
        Row(f"conditions: {name}: stops lost or false", [float(one.is_wrong) for one in scored], "0/1", {"worst": 0.0}),
        # 95 of 100 at least
        Row(f"conditions: {name}: beyond the ±", [float(not one.covered) for one in stopped], "0/1", {"p95": 0.0}),
    ]

"""Speech to text during a call: how long a reply takes, and whether the caller's frames stay punctual meanwhile."""

from __future__ import annotations

import time
from itertools import cycle, islice

from RobotVoice.audio.frames import Clip
from RobotVoice.calibration.calls import calling, raw
from RobotVoice.calibration.process import Process
from RobotVoice.demo.script import all_replies
from RobotVoice.evidence.model import Health
from RobotVoice.speech.ears import OfflineEars
from RobotVoice.speech.voices import OfflineVoice

from .figures import Row
from .pacing import LATENESS
from .patience import Patience

REPLY = 5.0
"""Seconds of speech that are written down at a time."""
TO_WRITE_DOWN = {"worst": 2000.0}


def run(quick: bool) -> list[Row]:
    ears, replies = OfflineEars(), _replies()
    ears.warm_up()
    with Process("tests.benchmarks.steady") as agent:
        url = agent.report()["listening"]
        patience = Patience(lambda: _call(agent, url, ears, list(islice(cycle(replies), 3 if quick else 20))))
        took, health = patience.result()
    sent = [health.late_p99 * 1000]
    return [
        Row(f"listening: {REPLY:g} s of speech written down", took, "ms", TO_WRITE_DOWN),
        Row("listening: lateness p99 meanwhile, as sent", sent, "ms", LATENESS, patience.repeated, patience.unreliable),
    ]


def _replies() -> list[Clip]:
    """What the demo agent says, as far as it is long enough."""
    said = [OfflineVoice().speak(text) for text in all_replies()]
    return [Clip(clip.samples[: round(REPLY * clip.rate)], clip.rate) for clip in said if clip.seconds >= REPLY]


def _call(agent: Process, url: str, ears: OfflineEars, replies: list[Clip]) -> tuple[tuple[list[float], Health], bool]:
    """The words are asked for in the thread of the keywords, while the call goes on in its own."""
    took = []
    with calling(raw(url)) as conversation:
        for reply in replies:
            began = time.monotonic()
            ears.hear(reply)
            took.append((time.monotonic() - began) * 1000)
        conversation.end()
        health = conversation.health()
    agent.report()
    return (took, health), health.reliable

"""RobotVoice, as its keywords use it: an ordinary `Conversation` for a call, its judge for a recording."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import soundfile

from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.files import read_clip
from RobotVoice.audio.frames import Clip
from RobotVoice.calibration.calls import calling
from RobotVoice.conversation import Expected
from RobotVoice.evidence.model import Interruption, Outcome
from RobotVoice.interruption.triggers import Trigger

from ... import offline
from ...synthetic import SyntheticCall, Truth
from .lines import Answer, Job, serve

FLUSH = '{"type": "clear"}'


def call(job: Job) -> Answer:
    agent = WebSocket(url=job["url"], flush_message=FLUSH)
    with calling(agent, job["watch"]) as conversation:
        clip = read_clip(Path(job["caller"]))
        result = conversation.interrupt("wait", clip, Trigger(job["after"]), None, Expected.ANYTHING)
        health = conversation.health()
    return _answer(result, job["limit"], health.reliable)


def score(job: Job) -> Answer:
    channels, rate = soundfile.read(job["file"], dtype="int16", always_2d=True)
    caller, agent = (Clip(channels[:, side].copy(), rate) for side in (0, 1))
    scored = offline.score(SyntheticCall(job["file"], caller, agent, _truth(job)))
    return _answer(scored.result, job["limit"]) | {"cpu": scored.seconds}


def _truth(job: dict[str, Any]) -> Truth:
    return Truth(job["condition"], job["onset"], job["caller_end"], None, None)


def _answer(result: Interruption, limit: float, healthy: bool = True) -> Answer:
    latency = result.stop_latency
    if latency is None:
        return {"said": result.reason, "passed": False, "warned": not healthy}
    reliable = healthy and latency.reliable
    stopped = result.outcome is Outcome.INTERRUPTED
    return {
        "figure": latency.value,
        "at_least": latency.at_least,
        # a check of a figure that is not to be trusted is an error: neither passed nor failed
        "passed": stopped and latency.value <= limit if reliable else None,
        "warned": not reliable,
    }


if __name__ == "__main__":
    serve("robotframework-robotvoice", call=call, score=score)

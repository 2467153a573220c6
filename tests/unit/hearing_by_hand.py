"""Two tracks in which every second is another, and what a server that takes sound makes of a request."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import soundfile
from by_hand import noise
from openai.types.chat import ChatCompletionMessageParam
from pydantic import TypeAdapter

from RobotVoice.audio.frames import Clip

RATE = 16000
CALLER, AGENT = (Clip(noise(100.0, rate=RATE, seed=seed), RATE) for seed in (1, 2))

_MESSAGES: TypeAdapter[Any] = TypeAdapter(list[ChatCompletionMessageParam])


def part(clip: Clip, start: float, end: float) -> Clip:
    """What lies between two moments (s)."""
    return Clip(clip.samples[round(start * clip.rate) : round(end * clip.rate)], clip.rate)


def content_of(request: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts that the model is given, once the SDK's own types know every one of them."""
    _MESSAGES.validate_python(request["messages"], extra="forbid")
    content: list[dict[str, Any]] = request["messages"][1]["content"]
    assert [part["type"] for part in content] == ["text", "text", "input_audio", "text", "input_audio"]
    return content


def heard_by(request: dict[str, Any]) -> tuple[Clip, Clip]:
    """The caller and the agent, as the model hears them."""
    _, caller_named, caller, agent_named, agent = content_of(request)
    assert caller_named["text"].startswith("The caller alone")
    assert agent_named["text"].startswith("The agent alone")
    return _decoded(caller["input_audio"]), _decoded(agent["input_audio"])


def _decoded(given: dict[str, str]) -> Clip:
    assert given["format"] == "wav"
    file = BytesIO(base64.b64decode(given["data"], validate=True))
    told = soundfile.info(file)
    assert (told.format, told.subtype, told.channels, told.samplerate) == ("WAV", "PCM_16", 1, RATE)
    file.seek(0)
    samples, rate = soundfile.read(file, dtype="int16")
    return Clip(samples, rate)

"""The settings of a session of the OpenAI Realtime API, and what the agent heeds of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.demo.protocols.base import TurnTaking
from RobotVoice.demo.protocols.openai_events import Fields, Invalid

FORMATS = {
    "audio/pcm": AudioFormat(Encoding.PCM16, 24000),
    "audio/pcmu": AudioFormat(Encoding.PCMU, 8000),
    "audio/pcma": AudioFormat(Encoding.PCMA, 8000),
}
TURN_DETECTIONS = ("server_vad", "semantic_vad")


def default_session(model: str) -> Fields:
    """What holds until the client changes it."""
    return {
        "type": "realtime",
        "object": "realtime.session",
        "id": "sess_1",
        "model": model,
        "output_modalities": ["audio"],
        "instructions": "You are the support line of Hilltop Telephone.",
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24000},
                "transcription": {"model": "whisper-1"},
                "noise_reduction": None,
                "turn_detection": {
                    "type": "server_vad",
                    "threshold": 0.5,
                    "prefix_padding_ms": 0,
                    "silence_duration_ms": 600,
                    "create_response": True,
                    "interrupt_response": True,
                },
            },
            "output": {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "marin", "speed": 1.0},
        },
    }


def merged(old: Fields, new: Fields) -> Fields:
    """`old` with what `new` changes; a format or a turn detection is replaced as a whole."""
    result = dict(old)
    for name, value in new.items():
        deep = name in ("audio", "input", "output")
        result[name] = merged(old[name], value) if deep and isinstance(value, dict) else value
    return result


def format_of(audio: Any, side: str) -> AudioFormat:
    """side: input or output. Raises Invalid."""
    name = f"session.audio.{side}.format"
    if not isinstance(audio, dict) or not isinstance(audio.get("format"), dict):
        raise Invalid(f"Invalid type for '{name}': expected an object.", "invalid_type", name)
    kind, rate = audio["format"].get("type"), audio["format"].get("rate")
    if kind not in FORMATS:
        raise Invalid(f"Invalid value: '{kind}'. Supported values are: {', '.join(FORMATS)}.", "invalid_value", name)
    if kind == "audio/pcm" and rate not in (24000, None):
        raise Invalid(f"Invalid value: '{rate}'. The rate of audio/pcm is 24000.", "invalid_value", f"{name}.rate")
    return FORMATS[kind]


def turn_taking(detection: Any) -> TurnTaking:
    """What the setting `turn_detection` leaves to the agent; raises Invalid."""
    name = "session.audio.input.turn_detection"
    if detection is None:
        return TurnTaking(detects=False, answers=False, interrupts=False)
    if not isinstance(detection, dict) or detection.get("type") not in TURN_DETECTIONS:
        raise Invalid(
            f"Invalid '{name}.type'. Supported values are: {', '.join(TURN_DETECTIONS)}.",
            "invalid_value",
            f"{name}.type",
        )
    turns = TurnTaking(
        answers=detection.get("create_response") is not False,
        interrupts=detection.get("interrupt_response") is not False,
    )
    silence = detection.get("silence_duration_ms")
    if silence is None:
        return turns
    if not isinstance(silence, int) or silence < 0:
        raise Invalid("silence_duration_ms has to be a whole number.", "invalid_value", f"{name}.silence_duration_ms")
    return replace(turns, end_silence=silence / 1000)

"""ElevenLabs' `alignment` of a piece of audio: which of its characters are spoken when."""

from __future__ import annotations

import math
from collections.abc import Iterable

from RobotVoice.adapters.events import AgentEvent, AgentWords
from RobotVoice.adapters.wire import Json, Malformed, child, heard_audio, shown
from RobotVoice.audio.formats import AudioFormat

_LONGEST = 3_600_000.0
"""Milliseconds; no piece of audio is as long as this."""


def aligned_audio(data: bytes, audio_format: AudioFormat, reply: str, event: Json) -> Iterable[AgentEvent]:
    """The audio in `data`, cut after each word of its event's alignment: every word comes right after its sound."""
    try:
        words = _words(child(event, "alignment"))
    except Malformed:
        yield from heard_audio(data, audio_format, reply)
        raise
    done = 0
    for text, end in words:
        upto = min(len(data), round(end * audio_format.rate / 1000) * audio_format.sample_bytes)
        if upto > done:
            yield from heard_audio(data[done:upto], audio_format, reply)
            done = upto
        yield AgentWords(text, reply)
    if done < len(data):
        yield from heard_audio(data[done:], audio_format, reply)


def _words(alignment: Json) -> list[tuple[str, float]]:
    """Each with the space before it, and the millisecond of the audio at which its last character ends."""
    starts, durations = _times(alignment, "char_start_times_ms"), _times(alignment, "char_durations_ms")
    characters = alignment.get("chars")
    if not isinstance(characters, list) or not all(isinstance(one, str) for one in characters):
        raise Malformed(f"The agent sent an alignment whose field 'chars' is {shown(characters)}; it must be texts.")
    if not len(characters) == len(starts) == len(durations):
        raise Malformed("The agent sent an alignment whose characters and times differ in number.")
    words: list[tuple[str, float]] = []
    text, end = "", 0.0
    for character, start, duration in zip(characters, starts, durations, strict=True):
        if character.isspace() and text.strip():
            words.append((text, end))
            text = ""
        text, end = text + character, max(end, start + duration)
    return [*words, (text, end)] if text else words


def _times(alignment: Json, field: str) -> list[float]:
    times = alignment.get(field)
    if not isinstance(times, list) or not all(type(time) in (int, float) and math.isfinite(time) for time in times):
        raise Malformed(f"The agent sent an alignment whose field '{field}' is {shown(times)}; it must be numbers.")
    return [max(0.0, min(float(time), _LONGEST)) for time in times]

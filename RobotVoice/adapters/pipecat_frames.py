"""Pipecat's frames on the wire: the messages of its frames.proto that a caller needs, in Protocol Buffers.

Encoding: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from RobotVoice.adapters.wire import Malformed

AUDIO, MESSAGE, INTERRUPTION = 2, 4, 5
"""Fields of `Frame`."""
SAMPLES, RATE, CHANNELS = 3, 4, 5
"""Fields of `AudioRawFrame`."""
DATA = 1
"""The field of `MessageFrame`."""
WAV_HEADER = 44
"""Bytes that a transport with `add_wav_header` puts before every piece of audio."""

VARINT, EIGHT_BYTES, LENGTH_DELIMITED, FOUR_BYTES = 0, 1, 2, 5
_FIXED = {EIGHT_BYTES: 8, FOUR_BYTES: 4}
_LONGEST_VARINT = 10
"""Bytes that 64 bits take, seven in each."""

Fields = Mapping[int, int | bytes]
"""The fields of one message by their numbers."""
T = TypeVar("T", int, bytes)


@dataclass(frozen=True)
class Audio:
    """Little-endian PCM16 at `rate` Hz."""

    samples: bytes
    rate: int
    channels: int = 1


@dataclass(frozen=True)
class AppMessage:
    """JSON of the protocol beside the audio."""

    data: str


@dataclass(frozen=True)
class Interruption:
    """Stop speaking, or from the bot: what was not played yet must not be."""


Frame = Audio | AppMessage | Interruption


def encode(frame: Frame) -> bytes:
    """`frame` as one binary message of the websocket."""
    match frame:
        case Audio(samples, rate, channels):
            return _content(AUDIO, _content(SAMPLES, samples) + _number(RATE, rate) + _number(CHANNELS, channels))
        case AppMessage(data):
            return _content(MESSAGE, _content(DATA, data.encode()))
        case Interruption():
            return _content(INTERRUPTION, b"")


def decode(message: bytes) -> Frame | None:
    """The frame in a message; None for one of another kind."""
    frame = _fields(message)
    if AUDIO in frame:
        audio = _fields(_get(frame, AUDIO, b""))
        samples = _without_header(_get(audio, SAMPLES, b""))
        return Audio(samples, _get(audio, RATE, 0), _get(audio, CHANNELS, 0))
    if MESSAGE in frame:
        return AppMessage(_get(_fields(_get(frame, MESSAGE, b"")), DATA, b"").decode("utf-8", "replace"))
    return Interruption() if INTERRUPTION in frame else None


def _without_header(audio: bytes) -> bytes:
    return audio[WAV_HEADER:] if audio[:4] == b"RIFF" and audio[8:12] == b"WAVE" else audio


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | VARINT) + _varint(value)


def _content(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | LENGTH_DELIMITED) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _fields(message: bytes) -> Fields:
    """Of a field that comes twice the last counts, as the encoding demands."""
    found: dict[int, int | bytes] = {}
    position = 0
    while position < len(message):
        key, position = _read_varint(message, position)
        found[key >> 3], position = _read_value(message, position, key & 7)
    return found


def _get(message: Fields, field: int, default: T) -> T:
    """The value of a field; an empty one may be left out."""
    value = message.get(field, default)
    if not isinstance(value, type(default)):
        raise Malformed(f"The agent sent a frame whose field {field} has the wrong type.")
    return value


def _read_varint(message: bytes, position: int) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(message[position : position + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return value, position + index + 1
    raise _no_frame(message)


def _read_value(message: bytes, position: int, wire_type: int) -> tuple[int | bytes, int]:
    if wire_type == VARINT:
        return _read_varint(message, position)
    if wire_type == LENGTH_DELIMITED:
        length, position = _read_varint(message, position)
    elif wire_type in _FIXED:
        length = _FIXED[wire_type]
    else:
        raise _no_frame(message)
    end = position + length
    if end > len(message):
        raise _no_frame(message)
    return message[position:end], end


def _no_frame(message: bytes) -> Malformed:
    return Malformed(f"The agent sent a binary message of {len(message)} bytes that is no frame of Pipecat.")

"""G.711 against the formulas of the standard, and against audioop where Python still has it."""

from __future__ import annotations

import importlib
import sys
import warnings
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm, to_bytes
from RobotVoice.audio.g711 import decode_alaw, decode_ulaw, encode_alaw, encode_ulaw

EVERY_SAMPLE: Pcm = np.arange(-32768, 32768).astype(np.int16)
EVERY_CODE = bytes(range(256))
PCM = st.lists(st.integers(-32768, 32767), max_size=500).map(lambda values: np.array(values, dtype=np.int16))


def ulaw_value(code: int) -> int:
    """What G.711 table 2 says: y = (33 + 2 m) 2^s - 33 of 14 bits, all bits inverted."""
    inverted = code ^ 0xFF
    mantissa, segment = inverted & 0x0F, inverted >> 4 & 0x07
    magnitude: int = ((33 + 2 * mantissa) * 2**segment - 33) * 4
    return -magnitude if inverted & 0x80 else magnitude


def alaw_value(code: int) -> int:
    """What G.711 table 1 says: linear up to segment 1, then doubling; even bits inverted, of 13 bits."""
    plain = code ^ 0x55
    mantissa, segment = plain & 0x0F, plain >> 4 & 0x07
    magnitude: int = 2 * mantissa + 1 if segment == 0 else (2 * mantissa + 33) * 2 ** (segment - 1)
    return 8 * magnitude if plain & 0x80 else -8 * magnitude


def test_every_ulaw_code_has_the_value_of_the_standard() -> None:
    assert decode_ulaw(EVERY_CODE).tolist() == [ulaw_value(code) for code in EVERY_CODE]


def test_every_alaw_code_has_the_value_of_the_standard() -> None:
    assert decode_alaw(EVERY_CODE).tolist() == [alaw_value(code) for code in EVERY_CODE]


def test_silence_has_the_code_that_telephones_send() -> None:
    zeros = np.zeros(3, dtype=np.int16)
    assert encode_ulaw(zeros) == b"\xff\xff\xff"
    assert encode_alaw(zeros) == b"\xd5\xd5\xd5"


def test_codes_survive_decoding_and_encoding() -> None:
    assert encode_alaw(decode_alaw(EVERY_CODE)) == EVERY_CODE
    # 0x7F is minus zero: the one code that PCM can't tell from another.
    assert encode_ulaw(decode_ulaw(EVERY_CODE)) == EVERY_CODE.replace(b"\x7f", b"\xff")


def test_every_sample_has_the_code_that_audioop_gave_it() -> None:
    """By digest, so that Pythons without audioop are held to it too."""
    assert sha256(encode_ulaw(EVERY_SAMPLE)).hexdigest() == (
        "81d633c9e6972a18c74a58720b96cb8ca0bdd096d4060b646dd708c3b846019a"
    )
    assert sha256(encode_alaw(EVERY_SAMPLE)).hexdigest() == (
        "38488f6fd710f4686360edc4d38639f96c491595ef93f8eb8d62d5e07ca6ce7b"
    )


@given(PCM)
def test_ulaw_round_trip_error_is_bounded(samples: Pcm) -> None:
    error = np.abs(decode_ulaw(encode_ulaw(samples)).astype(np.int32) - samples)
    assert (error <= 4 + (np.abs(samples.astype(np.int32)) + 132) / 32).all()


@given(PCM)
def test_alaw_round_trip_error_is_bounded(samples: Pcm) -> None:
    error = np.abs(decode_alaw(encode_alaw(samples)).astype(np.int32) - samples)
    assert (error <= np.maximum(8, 1 + np.abs(samples.astype(np.int32)) / 32)).all()


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="audioop is gone from Python 3.13 on")
def test_agrees_with_audioop_in_every_value() -> None:
    audioop = _audioop()
    pcm = to_bytes(EVERY_SAMPLE)
    assert encode_ulaw(EVERY_SAMPLE) == audioop.lin2ulaw(pcm, 2)
    assert encode_alaw(EVERY_SAMPLE) == audioop.lin2alaw(pcm, 2)
    assert to_bytes(decode_ulaw(EVERY_CODE)) == audioop.ulaw2lin(EVERY_CODE, 2)
    assert to_bytes(decode_alaw(EVERY_CODE)) == audioop.alaw2lin(EVERY_CODE, 2)


def test_empty_and_strided_input() -> None:
    assert encode_ulaw(np.zeros(0, dtype=np.int16)) == b""
    assert decode_alaw(b"").shape == (0,)
    assert encode_ulaw(EVERY_SAMPLE[::7]) == encode_ulaw(EVERY_SAMPLE)[::7]


def test_decoded_samples_do_not_share_the_table() -> None:
    decode_ulaw(b"\x00")[:] = 1
    assert decode_ulaw(b"\x00").tolist() == [-32124]


@pytest.mark.parametrize("encoding", list(Encoding))
def test_wire_formats_round_trip(encoding: Encoding) -> None:
    wire = AudioFormat(encoding, 8000)
    data = wire.encode(EVERY_SAMPLE)
    assert len(data) == len(EVERY_SAMPLE) * wire.sample_bytes
    assert wire.encode(wire.decode(data)) == data


def _audioop() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return importlib.import_module("audioop")

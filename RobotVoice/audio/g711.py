"""G.711, the telephone's 8-bit samples: mu-law (PCMU) and A-law (PCMA), by table.

The tables agree with the `audioop` module, which Python 3.13 dropped, in every one of its values.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from RobotVoice.audio.frames import Pcm

_Codes = npt.NDArray[np.uint8]
_Ints = npt.NDArray[np.int32]


def encode_ulaw(samples: Pcm) -> bytes:
    """`samples` as mu-law, one byte each."""
    return _encode(_ULAW_CODES, samples)


def decode_ulaw(data: bytes) -> Pcm:
    """Samples of mu-law `data`."""
    return _decode(_ULAW_SAMPLES, data)


def encode_alaw(samples: Pcm) -> bytes:
    """`samples` as A-law, one byte each."""
    return _encode(_ALAW_CODES, samples)


def decode_alaw(data: bytes) -> Pcm:
    """Samples of A-law `data`."""
    return _decode(_ALAW_SAMPLES, data)


def _encode(codes: _Codes, samples: Pcm) -> bytes:
    return codes[samples.astype(np.int16, copy=False).view(np.uint16)].tobytes()


def _decode(samples: Pcm, data: bytes) -> Pcm:
    return samples[np.frombuffer(data, dtype=np.uint8)]


def _every_sample() -> _Ints:
    """All 16-bit samples, each at the index that its bits make when read as unsigned."""
    return np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)


def _ulaw_codes() -> _Codes:
    # G.711 defines mu-law on 14 bits; a table made on 16 bits differs in 381 of 65536 samples.
    samples = _every_sample() >> 2
    magnitude = np.minimum(np.abs(samples), 8158) + 33
    segment = np.searchsorted(2 ** np.arange(6, 14) - 1, magnitude)
    codes = (segment << 4) | ((magnitude >> (segment + 1)) & 0x0F)
    inverted: _Codes = (codes ^ np.where(samples < 0, 0x7F, 0xFF)).astype(np.uint8)
    return inverted


def _ulaw_samples() -> Pcm:
    codes = ~np.arange(256, dtype=np.int32)
    segment = (codes >> 4) & 0x07
    magnitude = ((((codes & 0x0F) << 3) + 0x84) << segment) - 0x84
    return np.where(codes & 0x80, -magnitude, magnitude).astype(np.int16)


def _alaw_codes() -> _Codes:
    samples = _every_sample() >> 3
    magnitude = np.where(samples < 0, ~samples, samples)
    segment = np.searchsorted(2 ** np.arange(5, 13) - 1, magnitude)
    codes = (segment << 4) | ((magnitude >> np.maximum(segment, 1)) & 0x0F)
    inverted: _Codes = (codes ^ np.where(samples < 0, 0x55, 0xD5)).astype(np.uint8)
    return inverted


def _alaw_samples() -> Pcm:
    codes = np.arange(256, dtype=np.int32) ^ 0x55
    segment = (codes >> 4) & 0x07
    step = ((codes & 0x0F) << 4) + np.where(segment, 0x108, 0x08)
    magnitude = step << np.maximum(segment - 1, 0)
    samples: Pcm = np.where(codes & 0x80, magnitude, -magnitude).astype(np.int16)
    return samples


_ULAW_CODES = _ulaw_codes()
_ULAW_SAMPLES = _ulaw_samples()
_ALAW_CODES = _alaw_codes()
_ALAW_SAMPLES = _alaw_samples()

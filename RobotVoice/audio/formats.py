"""How samples are written on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from RobotVoice.audio import frames, g711
from RobotVoice.audio.frames import Pcm


class Encoding(Enum):
    """PCM16 is little-endian; PCMU is G.711 mu-law, PCMA G.711 A-law."""

    PCM16 = "pcm16"
    PCMU = "pcmu"
    PCMA = "pcma"


@dataclass(frozen=True)
class AudioFormat:
    """Mono audio on the wire: its encoding and its rate in Hz."""

    encoding: Encoding
    rate: int

    def __str__(self) -> str:
        return f"{self.encoding.value}/{self.rate}"

    @property
    def sample_bytes(self) -> int:
        return 2 if self.encoding is Encoding.PCM16 else 1

    def encode(self, samples: Pcm) -> bytes:
        """`samples`, which are at `rate`, as bytes."""
        return _ENCODERS[self.encoding](samples)

    def decode(self, data: bytes) -> Pcm:
        """Samples at `rate`. Half a sample at the end of PCM16 is cut off."""
        return _DECODERS[self.encoding](data)


_ENCODERS = {
    Encoding.PCM16: frames.to_bytes,
    Encoding.PCMU: g711.encode_ulaw,
    Encoding.PCMA: g711.encode_alaw,
}
_DECODERS = {
    Encoding.PCM16: frames.from_bytes,
    Encoding.PCMU: g711.decode_ulaw,
    Encoding.PCMA: g711.decode_alaw,
}

"""What an agent's protocol can do: one frozen record per adapter, the single source for every choice."""

from __future__ import annotations

from dataclasses import dataclass

from RobotVoice.audio.formats import AudioFormat


@dataclass(frozen=True)
class Capabilities:
    """One row of the capability matrix.

    streaming_transcripts: the agent's words arrive while it speaks.
    native_vad: the agent's own voice activity detection notices a caller who speaks over it.
    dtmf: keys can be pressed.
    interruption: the protocol has a cancel signal that the caller's side may send.
    input_formats: what the agent can be sent. output_formats: what it sends.
    transport: how the line is carried.
    cancel_signal, vad_signal: the protocol's own words for them, for the person who reads the matrix.
    """

    streaming_transcripts: bool
    native_vad: bool
    dtmf: bool
    interruption: bool
    input_formats: tuple[AudioFormat, ...]
    output_formats: tuple[AudioFormat, ...]
    transport: str
    cancel_signal: str = "none"
    vad_signal: str = "none"

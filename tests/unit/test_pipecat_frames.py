"""Our few lines of Protocol Buffers against Pipecat's own types and its own serializer."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pipecat.audio.utils import pcm_to_wav
from pipecat.frames import frames as pipeline
from pipecat.frames.protobufs import frames_pb2
from pipecat.serializers.protobuf import ProtobufFrameSerializer

from RobotVoice.adapters.pipecat_frames import AppMessage, Audio, Frame, Interruption, decode, encode
from RobotVoice.adapters.wire import Malformed

UINT32, UINT64 = st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)
FRAMES = st.one_of(
    st.builds(Audio, st.binary(max_size=3000).filter(lambda audio: audio[:4] != b"RIFF"), UINT32, UINT32),
    st.builds(AppMessage, st.text()),
    st.just(Interruption()),
)


def by_pipecat(**content: Any) -> bytes:
    encoded: bytes = frames_pb2.Frame(**content).SerializeToString()  # type: ignore[attr-defined]
    return encoded


def pipecats_own(frame: Frame) -> bytes:
    match frame:
        case Audio(samples, rate, channels):
            return by_pipecat(audio={"audio": samples, "sample_rate": rate, "num_channels": channels})
        case AppMessage(data):
            return by_pipecat(message={"data": data})
        case Interruption():
            return by_pipecat(interruption={})


@given(FRAMES)
def test_what_pipecat_encodes_we_decode(frame: Frame) -> None:
    assert decode(pipecats_own(frame)) == frame


@given(FRAMES)
def test_what_we_encode_pipecat_decodes(frame: Frame) -> None:
    decoded = frames_pb2.Frame.FromString(encode(frame))  # type: ignore[attr-defined]
    assert decoded == frames_pb2.Frame.FromString(pipecats_own(frame))  # type: ignore[attr-defined]


def test_pipecats_serializer_makes_the_right_frames_of_ours() -> None:
    def read(frame: Frame) -> pipeline.Frame | None:
        return asyncio.run(ProtobufFrameSerializer().deserialize(encode(frame)))

    audio = read(Audio(b"\1\2", 16000))
    assert isinstance(audio, pipeline.InputAudioRawFrame)
    assert (audio.audio, audio.sample_rate, audio.num_channels) == (b"\1\2", 16000, 1)
    message = read(AppMessage('{"label": "rtvi-ai"}'))
    assert isinstance(message, pipeline.InputTransportMessageFrame)
    assert message.message == {"label": "rtvi-ai"}
    assert isinstance(read(Interruption()), pipeline.InterruptionFrame)


@given(UINT64, st.text(), st.binary(max_size=100))
def test_fields_that_say_nothing_to_us_are_passed_over(number: int, name: str, audio: bytes) -> None:
    whole = by_pipecat(audio={"id": number, "name": name, "audio": audio, "sample_rate": 8000, "pts": number})
    assert decode(whole) == Audio(audio, 8000, 0)
    assert decode(by_pipecat(interruption={"id": number, "name": name})) == Interruption()
    assert decode(by_pipecat(text={"id": number, "text": name})) is None
    # of a newer Pipecat: 64 and 32 bits of a kind that its messages do not have yet
    assert decode(b"\x39" + b"\0" * 8 + b"\x3d" + b"\0" * 4 + by_pipecat(message={"data": name})) == AppMessage(name)


def test_a_header_before_the_audio_is_no_sound() -> None:
    samples = np.arange(960, dtype=np.int16).tobytes()
    assert decode(pipecats_own(Audio(pcm_to_wav(samples, 24000), 24000))) == Audio(samples, 24000)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"\xff" * 11, id="a number without end"),
        pytest.param(b"\x12\x05abc", id="a text that is cut off"),
        pytest.param(b"\x0b", id="a kind that there is no more"),
        pytest.param(b"\x10\x01", id="a number where audio should be"),
        pytest.param(b"\x12\x02\x18\x01", id="a number where samples should be"),
    ],
)
def test_what_is_no_frame_is_told(message: bytes) -> None:
    with pytest.raises(Malformed, match="sent a"):
        decode(message)


@settings(max_examples=500)
@given(st.binary(), FRAMES, st.data())
def test_nonsense_is_a_frame_or_malformed(noise: bytes, frame: Frame, data: st.DataObject) -> None:
    whole = bytearray(encode(frame))
    if whole:
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    for message in (noise, bytes(whole), bytes(whole[: len(whole) // 2])):
        try:
            decode(message)
        except Malformed as error:
            assert str(error).endswith(".")

"""Audio files: what a caller plays, and the recording of a call."""

from __future__ import annotations

import uuid
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.errors import InvalidArgument


def read_clip(path: Path) -> Clip:
    """The sound of an audio file at its own rate; several channels are mixed into one."""
    clip = _decode_file(path, _read_bytes(path))
    if not len(clip.samples):
        raise InvalidArgument(f"The audio file '{path}' holds no samples.")
    return clip


def write_stereo(path: Path, left: Clip, right: Clip) -> None:
    """Writes a PCM16 WAV whose two channels begin together, at the higher rate of the two.

    The file appears whole or not at all.
    """
    rate = max(left.rate, right.rate)
    channels = _side_by_side(left.at_rate(rate).samples, right.at_rate(rate).samples)
    try:
        write_atomically(path, encode_wav(channels, rate))
    except OSError as error:
        raise InvalidArgument(f"The recording can't be written to '{path}': {_reason(error)}.") from error


def encode_wav(samples: Pcm, rate: int) -> bytes:
    """A PCM16 WAV file of mono samples, or of one column for each channel."""
    buffer = BytesIO()
    soundfile.write(buffer, samples, rate, format="WAV", subtype="PCM_16")
    return buffer.getvalue()


def decode_audio(data: bytes) -> Clip:
    """The sound of a whole audio file in memory; raises `soundfile.SoundFileError` if it is none."""
    # Not dtype="int16": libsndfile would turn a float file's -1..1 into zeros.
    channels, rate = soundfile.read(BytesIO(data), dtype="float32", always_2d=True)
    return Clip(as_pcm(channels.mean(axis=1, dtype=np.float64)), rate)


def as_pcm(samples: npt.NDArray[np.floating]) -> Pcm:
    """What libsndfile read as -1..1, of any shape, as the PCM16 it was; louder is clipped, and no number is silence."""
    loud = np.nan_to_num(samples, posinf=1.0, neginf=-1.0) * 32768
    pcm: Pcm = np.clip(np.round(loud), -32768, 32767).astype(np.int16)
    return pcm


def write_atomically(path: Path, data: bytes) -> None:
    """Writes a file that other processes see whole or not at all; makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not tempfile: its files are for their owner only, and a recording is read by a web server too.
    scratch = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        scratch.write_bytes(data)
        scratch.replace(path)
    except BaseException:
        with suppress(OSError):
            scratch.unlink()
        raise


def require_file(path: Path) -> None:
    """Raises InvalidArgument for what is no file to read from its beginning to its end."""
    if path.is_dir():
        raise InvalidArgument(f"'{path}' is a folder; an audio file is needed.")
    if not path.exists():
        raise InvalidArgument(f"There is no audio file '{path}'.")
    if not path.is_file():
        # A pipe or a device would be read for ever.
        raise InvalidArgument(f"'{path}' is not a regular file; an audio file is needed.")
    if not path.stat().st_size:
        raise InvalidArgument(f"The audio file '{path}' is empty.")


def _read_bytes(path: Path) -> bytes:
    require_file(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidArgument(f"The audio file '{path}' can't be read: {_reason(error)}.") from error


def _decode_file(path: Path, data: bytes) -> Clip:
    try:
        return decode_audio(data)
    except soundfile.SoundFileError as error:
        raise no_audio(path) from error


def no_audio(path: Path) -> InvalidArgument:
    """The error for a file that libsndfile can't make sense of."""
    return InvalidArgument(f"The file '{path}' is not audio that can be read; WAV, FLAC, OGG and MP3 files are.")


def _side_by_side(left: Pcm, right: Pcm) -> Pcm:
    channels = np.zeros((max(len(left), len(right)), 2), dtype=np.int16)
    channels[: len(left), 0] = left
    channels[: len(right), 1] = right
    return channels


def _reason(error: OSError) -> str:
    return error.strerror or str(error)

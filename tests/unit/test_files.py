"""Reading what a caller plays, and writing the recording."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from RobotVoice.audio.files import decode_audio, encode_wav, read_clip, write_atomically, write_stereo
from RobotVoice.audio.frames import Clip, empty, silence
from RobotVoice.errors import InvalidArgument

RAMP = np.arange(-32768, 32768, 16).astype(np.int16)


@pytest.mark.parametrize("suffix", ["wav", "flac"])
@pytest.mark.parametrize("rate", [8000, 11025, 48000])
def test_lossless_files_give_exactly_their_samples(tmp_path: Path, suffix: str, rate: int) -> None:
    path = tmp_path / f"clip.{suffix}"
    soundfile.write(path, RAMP, rate)
    clip = read_clip(path)
    assert clip.rate == rate
    assert clip.samples.dtype == np.int16
    assert clip.samples.tolist() == RAMP.tolist()


def test_channels_are_mixed(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.array([[100, 300], [-32768, -32768]], dtype=np.int16), 8000)
    assert read_clip(path).samples.tolist() == [200, -32768]


def test_float_files_keep_their_level_and_clip(tmp_path: Path) -> None:
    path = tmp_path / "float.wav"
    soundfile.write(path, np.array([0.5, -0.25, 2.0, np.nan], dtype=np.float32), 16000, subtype="FLOAT")
    assert read_clip(path).samples.tolist() == [16384, -8192, 32767, 0]


@pytest.mark.parametrize("suffix", ["mp3", "ogg"])
def test_compressed_files_are_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"clip.{suffix}"
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(24000) / 24000)
    soundfile.write(path, tone, 24000)
    clip = read_clip(path)
    assert clip.seconds == pytest.approx(1.0, abs=0.06)
    assert abs(int(clip.samples.max()) - 16384) < 1000


def test_silence_is_audio(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, silence(0.1, 8000), 8000)
    assert len(read_clip(path).samples) == 800


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing.wav", r"^There is no audio file '.*missing\.wav'\.$"),
        ("folder", r"^'.*folder' is a folder; an audio file is needed\.$"),
        (
            "text.wav",
            r"^The file '.*text\.wav' is not audio that can be read; WAV, FLAC, OGG and MP3 files are\.$",
        ),
        ("text.raw", r"is not audio that can be read"),
        ("nothing.wav", r"^The audio file '.*nothing\.wav' is empty\.$"),
        ("headers.wav", r"^The audio file '.*headers\.wav' holds no samples\.$"),
        ("loop.wav", r"^(There is no audio file|The audio file) '.*loop\.wav'"),
    ],
)
def test_what_can_not_be_played_gets_a_sentence(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.wav").write_text("not audio at all, but long enough to look for a header in it" * 10)
    (tmp_path / "text.raw").write_text("not audio")
    (tmp_path / "nothing.wav").touch()
    (tmp_path / "headers.wav").write_bytes(encode_wav(empty(), 8000))
    with pytest.raises(InvalidArgument, match=sentence):
        read_clip(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(InvalidArgument, match="is not a regular file"):
        read_clip(tmp_path / "pipe.wav")


def test_a_recording_is_aligned_at_its_start_and_padded_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "call.wav"
    write_stereo(path, Clip(RAMP[:100], 8000), Clip(RAMP[:40], 8000))
    channels, rate = soundfile.read(path, dtype="int16")
    assert rate == 8000
    assert soundfile.info(path).subtype == "PCM_16"
    assert channels[:, 0].tolist() == RAMP[:100].tolist()
    assert channels[:, 1].tolist() == RAMP[:40].tolist() + [0] * 60


def test_a_recording_has_the_higher_rate_of_its_tracks(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    beep = np.full(800, 10000, dtype=np.int16)
    caller = Clip(np.concatenate([silence(0.5, 8000), beep]), 8000)
    agent = Clip(np.concatenate([silence(0.5, 24000), np.repeat(beep, 3)]), 24000)
    write_stereo(path, caller, agent)
    channels, rate = soundfile.read(path, dtype="int16")
    assert rate == 24000
    assert len(channels) == 14400
    onsets = [int(np.flatnonzero(np.abs(channels[:, side]) > 5000)[0]) for side in (0, 1)]
    assert onsets == [pytest.approx(12000, abs=3)] * 2


def test_a_call_without_sound_is_still_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    write_stereo(path, Clip(empty(), 8000), Clip(empty(), 8000))
    assert soundfile.info(path).frames == 0
    assert soundfile.info(path).channels == 2


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"old")

    def full_disk(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(InvalidArgument, match=r"can't be written to '.*call\.wav': No space left on device\."):
        write_stereo(path, Clip(RAMP, 8000), Clip(RAMP, 8000))
    assert [file.name for file in tmp_path.iterdir()] == ["call.wav"]
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no umask")
def test_a_recording_has_the_rights_of_any_other_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "atomic", b"1")
    (tmp_path / "plain").write_bytes(b"1")
    assert (tmp_path / "atomic").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_wav_bytes_round_trip() -> None:
    clip = decode_audio(encode_wav(RAMP, 16000))
    assert (clip.rate, clip.samples.tolist()) == (16000, RAMP.tolist())


def test_a_streamed_wav_that_does_not_know_its_length_is_read() -> None:
    data = bytearray(encode_wav(RAMP, 24000))
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    assert decode_audio(bytes(data)).samples.tolist() == RAMP.tolist()

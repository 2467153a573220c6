"""Print the sound pack, or write it into a folder to listen to."""

from __future__ import annotations

import argparse
from pathlib import Path

from RobotVoice.audio.files import encode_wav, write_atomically
from RobotVoice.errors import InvalidArgument
from RobotVoice.settings import Settings
from RobotVoice.sounds import table
from RobotVoice.sounds.pack import SOUNDS
from RobotVoice.speech.voices import Voice

PAGE = "sounds.md"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder, and --voice."""
    parser.add_argument("folder", nargs="?", type=Path, help="where a WAV file of each goes, and the table as a page")
    parser.add_argument("--voice", default="offline", help="who speaks for the caller: offline or openai")


def run(options: argparse.Namespace) -> int:
    """0; raises RobotVoiceError for a folder that can't be written to, and where there is no voice."""
    if options.folder is None:
        print(table.as_text())
        return 0
    try:
        voice = Settings.of(options.voice, "offline", "0.7 s", "5 s", "link").voice
    except ValueError as error:
        raise InvalidArgument(str(error)) from None
    try:
        write(options.folder, voice)
    except OSError as error:
        raise InvalidArgument(
            f"The sounds can't be written to '{options.folder}': {error.strerror or error}."
        ) from None
    print(f"{len(SOUNDS)} sounds and {PAGE} are in {options.folder}.")
    return 0


def write(folder: Path, voice: Voice) -> None:
    """Writes each sound as `its-name.wav`, and the table; those that need no voice come first."""
    write_atomically(folder / PAGE, table.as_page().encode())
    for sound in sorted(SOUNDS, key=lambda one: bool(one.lines)):
        clip = sound.clip(voice)
        write_atomically(folder / f"{sound.name.replace(' ', '-')}.wav", encode_wav(clip.samples, clip.rate))

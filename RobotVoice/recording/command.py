"""Find every interruption in a stereo recording of a call, and measure what the agent did."""

from __future__ import annotations

import argparse
from pathlib import Path

from RobotVoice.audio.files import write_atomically
from RobotVoice.call.turns import NATURAL_PAUSE
from RobotVoice.conversation import Limits
from RobotVoice.errors import InvalidArgument
from RobotVoice.recording import report
from RobotVoice.recording.call import RecordedCall
from RobotVoice.recording.listen import Channel


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, --caller, --html and --json."""
    parser.add_argument(
        "file", type=Path, help="WAV, FLAC, OGG or MP3, the caller in one channel and the agent in the other"
    )
    parser.add_argument(
        "--caller",
        choices=[channel.value for channel in Channel],
        default=Channel.LEFT.value,
        help="the caller's channel; default: %(default)s",
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with the timeline and a player, too")
    parser.add_argument("--json", action="store_true", help="print everything as JSON instead of the table")


def run(options: argparse.Namespace) -> int:
    """0 once the recording is analysed, whatever the agent did in it; raises InvalidArgument if it can't be."""
    recording = RecordedCall(options.file, Channel(options.caller), NATURAL_PAUSE, Limits().watch)
    if options.html is not None:
        _write(options.html, report.as_page(recording, options.html))
    print(report.as_json(recording.found) if options.json else report.as_text(recording))
    return 0


def _write(path: Path, page: str) -> None:
    try:
        write_atomically(path, page.encode())
    except OSError as error:
        raise InvalidArgument(f"The page can't be written to '{path}': {error.strerror or error}.") from error

"""The sound pack as a table, for a console and for a page."""

from __future__ import annotations

from collections.abc import Sequence

from RobotVoice.sounds.pack import SOUNDS, Sound

HEADER = ["sound", "what it is", "length", "level", "an agent that talks", "how it is made", "seed"]

_PAGE = """# The sound pack

The sounds of `User Makes Sound` and the words of `User Backchannels`. All are made by code of this repository
(`RobotVoice/sounds/`): nothing was recorded, so nobody else has rights in them, and the same seed makes the same sound.

- *Length* is from the first audible sample to the last; where a voice speaks, it is that of the offline voice.
- *Level* is the RMS of what sounds, in dB below full scale. The caller's speech has -20 dBFS; `level=` changes it.
- *An agent that talks* is what a good one does. Those that stop it are there for comparison: an agent that never stops
  passes all others.
- A simple voice activity detection (webrtcvad, at its strictest) takes each of them for a voice, at least for moments.
  A neural one (Silero) takes only those for a voice in which somebody speaks, and the laugh.

`python -m RobotVoice sounds FOLDER` writes them as WAV files, to listen to.

"""


def as_text() -> str:
    """In columns."""
    table = _rows()
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADER))]
    head, *lines = [_line(row, widths) for row in table]
    return "\n".join([head, _line(["-" * width for width in widths], widths), *lines])


def as_page() -> str:
    """As Markdown, with what has to be known to read it."""
    head, *body = _rows()
    return _PAGE + "".join(f"| {' | '.join(row)} |\n" for row in [head, ["---"] * len(HEADER), *body])


def _rows() -> list[list[str]]:
    return [HEADER, *map(_row, SOUNDS)]


def _row(sound: Sound) -> list[str]:
    seed = "none" if sound.seed is None else str(sound.seed)
    return [
        sound.name,
        sound.what,
        f"{sound.seconds:.2f} s",
        f"{sound.dbfs:g} dBFS",
        sound.expected,
        sound.how,
        seed,
    ]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()

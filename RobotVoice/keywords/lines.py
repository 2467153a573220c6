"""What the line is like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from robot.api.deco import keyword

from RobotVoice.adapters.options import did_you_mean
from RobotVoice.audio import files
from RobotVoice.decibels import Decibels
from RobotVoice.durations import Duration
from RobotVoice.errors import InvalidArgument
from RobotVoice.keywords.group import KeywordGroup, tell
from RobotVoice.line.conditions import SNR_RANGE, Conditions, Direction, Noise
from RobotVoice.line.named import LINES
from RobotVoice.line.noises import NOISES
from RobotVoice.line.room import AROUND
from RobotVoice.percentages import Percentage

LENGTHS = {"jitter": (0.0, 0.5), "echo_delay": (AROUND, 2.0)}
"""Seconds, from and to. Of more jitter, a buffer of 200 ms would lose more than a quarter, and no figure could be
trusted."""
SHORTEST_NOISE = 0.5
"""Seconds: what is shorter and begins again and again is a tone, not a room."""
LEVELS = {"snr": SNR_RANGE, "echo": (-60.0, 0.0), "level": (-40.0, 20.0)}
"""dB, from and to. An echo is never louder than what it is an echo of; speech at -20 dBFS has no room for more."""


class _AsTheLineHasIt:
    """An argument that was not given. Not None: Robot Framework reads the word `none` as that, for any argument whose
    default it is, and nobody would be told that their `none` did nothing."""

    def __repr__(self) -> str:
        return "as the line has it"


NOT_GIVEN: Final[Any] = _AsTheLineHasIt()


class LineKeywords(KeywordGroup):
    """`Use Line`."""

    @keyword
    def use_line(
        self,
        line: str = Conditions.name,
        loss: Percentage = NOT_GIVEN,
        jitter: Duration = NOT_GIVEN,
        noise: str = NOT_GIVEN,
        snr: Decibels = NOT_GIVEN,
        echo: Decibels = NOT_GIVEN,
        echo_delay: Duration = NOT_GIVEN,
        level: Decibels = NOT_GIVEN,
        direction: Direction = Direction.BOTH,
        seed: int = 1,
    ) -> None:
        """Makes the call sound as it does on a real line: the telephone's band, lost packets, a noisy room.

        In a call it counts from this moment on; before `Start Call`, for all calls of this test, or in a suite setup
        for all tests of the suite. It takes the place of the line that was used before. The caller's voice, the room
        and the agent's voice go through the line live; in log.html a band under the picture of the call says which line
        was used, from when to when.

        ``line`` is one of:
        | =Line= | =What it is like= |
        | clean | nothing is changed: the line of every call without this keyword |
        | phone | the telephone's band, 300 to 3400 Hz, and its codec, G.711 mu-law |
        | mobile | the same band, a rougher codec, 2 % of the packets lost, a level that drifts by 3 dB |
        | bad wifi | 8 % of the packets lost, three in a row on average, and 80 ms of jitter |

        What follows refines it, or stands alone:
        - ``loss``: how many of the packets (20 ms of sound each) never arrive, such as ``5 %``. For a lost one the last
          sound is played again, fading away within 60 ms, as telephones do.
        - ``jitter``: how unevenly packets arrive, such as ``60 ms``: of a thousand, one is later than that. A buffer
          of the same length, 200 ms at most, evens it out, so everything comes that much later; what comes too late
          even for the buffer is lost.
        - ``noise``: the sound of the caller's room: ``white``, ``pink``, ``hum``, ``babble``, ``street``, ``cafe``, or
          a sound file of your own (WAV, FLAC, OGG or MP3, of any rate; stereo is mixed), which is repeated. It is heard
          by the agent all the time, also while the agent or nobody speaks.
        - ``snr``: by how much the caller's speech is louder than the noise, ``15 dB`` unless you say otherwise: the
          noise has -20 dBFS, the level that speech is brought to, less the ``snr``.
        - ``echo``: the agent's own voice comes back to it from the caller's loudspeaker, so much quieter, such as
          ``-20 dB``; ``echo_delay`` later, which is ``100 ms`` unless you say otherwise.
        - ``level``: how much louder or quieter it all is, such as ``-10 dB``.
        - ``direction``: ``up`` changes only what the agent hears, ``down`` only what the caller hears, ``both`` either.
          Noise and echo are in the caller's room, so it is always the agent who hears them.
        - ``seed``: another number is another noise, and other packets are lost; the same number, the same.

        The figures stay those of the caller's own voice and of the agent as heard: noise does not move them. A barge-in
        begins with the first sound of the caller that comes through the line. An edge that lies in a lost packet is
        uncertain by the length of the loss, and the figure's ± says so; silence in which packets were lost proves no
        stop. Where more than a quarter of the agent's sound was lost around a figure, checks of it are errors.

        Examples:
        | Use Line    phone
        | Use Line    bad wifi    seed=7
        | Use Line    noise=babble    snr=10 dB
        | Use Line    mobile    noise=${CURDIR}/station.wav    snr=5 dB
        | Use Line    echo=-20 dB    echo_delay=150 ms
        | Use Line    clean
        """
        # Robot Framework hands on a fraction as it is, where the default is a whole number
        if seed < 0 or seed != int(seed):
            raise InvalidArgument(f"The argument seed is {seed}; it has to be a whole number from 0 on.")
        values = {
            "loss": loss,
            "jitter": jitter,
            "noise": noise,
            "snr": snr,
            "echo": echo,
            "echo_delay": echo_delay,
            "level": level,
        }
        chosen = {name: _READ[name](name, value) for name, value in values.items() if value is not NOT_GIVEN}
        _require_sense(chosen, direction)
        conditions = replace(_named(line), **chosen, direction=direction, seed=seed)
        self.library.use_line(conditions)
        tell(f"On the line: {conditions}.")


def _named(name: str) -> Conditions:
    wanted = " ".join(name.replace("_", " ").replace("-", " ").casefold().split())
    if wanted in LINES:
        return LINES[wanted]
    raise InvalidArgument(f"There is no line '{name}'{did_you_mean(wanted, LINES)} There are: {', '.join(LINES)}.")


def _share(name: str, given: Percentage) -> float:
    if given.share == 1:
        raise InvalidArgument(f"The argument {name} is '{given}', so nothing would be heard; it has to be less.")
    return given.share


def _noise(_: str, given: str) -> Noise:
    if given.casefold() in NOISES:
        return Noise(given.casefold())
    path = Path(given)
    if not path.name or (not path.suffix and len(path.parts) == 1 and not path.exists()):
        raise InvalidArgument(
            f"There is no noise '{given}'{did_you_mean(given, NOISES)} There are: {', '.join(NOISES)}; or name a sound "
            "file of your own."
        )
    sound = files.read_clip(path)
    if sound.seconds < SHORTEST_NOISE:
        raise InvalidArgument(
            f"The noise file '{given}' is {sound.seconds * 1000:.0f} ms long; to be repeated it has to have "
            f"{SHORTEST_NOISE:g} s at least."
        )
    if not sound.samples.any():
        raise InvalidArgument(f"The noise file '{given}' holds only silence.")
    return Noise(path.name, sound)


def _decibels(name: str, given: Decibels) -> float:
    lowest, highest = LEVELS[name]
    if not lowest <= given.value <= highest:
        raise InvalidArgument(f"The argument {name} is '{given}'; it has to be from {lowest:g} dB to {highest:g} dB.")
    return given.value


def _seconds(name: str, given: Duration) -> float:
    shortest, longest = LENGTHS[name]
    if not shortest <= given.seconds <= longest:
        raise InvalidArgument(
            f"The argument {name} is '{given}'; it has to be from {shortest * 1000:g} ms to {longest:g} s."
        )
    return given.seconds


_READ: Mapping[str, Callable[[str, Any], Any]] = {
    "loss": _share,
    "jitter": _seconds,
    "noise": _noise,
    "snr": _decibels,
    "echo": _decibels,
    "echo_delay": _seconds,
    "level": _decibels,
}


def _require_sense(given: Mapping[str, object], direction: Direction) -> None:
    """What would do nothing is a mistake."""
    for name, of in (("snr", "noise"), ("echo_delay", "echo")):
        if name in given and of not in given:
            raise InvalidArgument(f"The argument {name} says more about {of}: give {of} as well.")
    room = next((name for name in ("noise", "echo") if name in given), None)
    if room and direction is Direction.DOWN:
        raise InvalidArgument(
            f"With direction=down only what the caller hears is changed, but {room} is in the caller's room and only "
            "the agent hears it: leave direction away, or say direction=up."
        )

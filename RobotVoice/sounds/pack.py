"""Which sounds there are, and what an agent ought to make of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from RobotVoice.adapters.options import did_you_mean
from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip
from RobotVoice.audio.loudness import sounding
from RobotVoice.errors import InvalidArgument
from RobotVoice.sounds import things, throat, voices
from RobotVoice.sounds.waves import RATE, Wave
from RobotVoice.speech.voices import SPEECH_DBFS, Voice


@dataclass(frozen=True)
class Sound:
    """A sound that an agent may hear from its caller's side.

    seconds: its length; of what a voice says, with the offline voice. dbfs: its loudness, as RMS of what sounds in it;
    the caller's speech has -20. make: gets chance and what the voice says of `lines`. seed: of the chance; None where
    it has no part in it.
    """

    name: str
    what: str
    seconds: float
    dbfs: float
    how: str
    make: Callable[..., Wave]
    seed: int | None = None
    lines: tuple[str, ...] = ()
    stops_the_agent: bool = False
    is_backchannel: bool = False

    @property
    def expected(self) -> str:
        """What a good agent does that hears it while it talks."""
        return "stops the agent" if self.stops_the_agent else "must not stop the agent"

    def clip(self, voice: Voice) -> Clip:
        """The sound, from its first audible sample to its last; `voice` says what there is to say."""
        said = [voice.speak(line).at_rate(RATE).samples / 32768 for line in self.lines]
        wave = self.make(np.random.default_rng(self.seed), *said)
        loudest = np.max(np.abs(wave))
        return sounding(Clip(frames.from_float(wave / loudest), RATE)).at(self.dbfs)


def _backchannel(name: str, seconds: float, what: str) -> Sound:
    return Sound(
        name, what, seconds, SPEECH_DBFS, "said by the caller's voice", voices.words, lines=(name,), is_backchannel=True
    )


SOUNDS = (
    _backchannel("mm-hmm", 0.425, 'a listener\'s "go on"'),
    _backchannel("uh-huh", 0.47, 'a listener\'s "go on"'),
    _backchannel("yeah", 0.36, "a listener agrees"),
    _backchannel("right", 0.375, "a listener agrees"),
    _backchannel("okay", 0.455, "a listener has understood"),
    Sound("cough", "one cough", 0.405, -19, "burst, rush of air, voiced end", throat.cough, 1),
    Sound("throat clearing", '"ahem"', 0.64, -22, "rough pulses through a shut mouth", throat.throat_clearing, 2),
    Sound(
        "sneeze", "air drawn in, then a sneeze", 0.87, -21, "noise through the throat, hiss, pulses", throat.sneeze, 3
    ),
    Sound("laugh", "five notes of laughter", 1.02, -20, "breath and pulses through an open throat", throat.laugh, 4),
    Sound("breath", "a long breath out, into the microphone", 0.89, -36, "noise through the throat", throat.breath, 5),
    Sound("door", "a door falls shut", 0.495, -22, "blows on resonances, in a room", things.door, 6),
    Sound("keyboard", "somebody types", 3.025, -36, "blows on resonances, in a room", things.keyboard, 7),
    Sound("phone", "another telephone rings", 2.4, -28, "40 strokes on two bells, in a room", things.phone, 8),
    Sound("dishes", "plates and cutlery", 1.345, -26, "blows on resonances, in a room", things.dishes, 9),
    Sound("dog", "two barks", 0.725, -22, "rough pulses through a throat, in a room", things.dog, 10),
    Sound(
        "traffic", "a street, and a car that passes", 4.0, -38, "shaped noise, an engine's pulses", things.traffic, 11
    ),
    Sound("music", "music on hold", 4.0, -30, "blows on strings", things.music, 12),
    Sound("white noise", "a burst of hiss", 1.0, -30, "white noise", things.white_noise, 13),
    Sound("pink noise", "a burst of rushing", 1.0, -30, "pink noise", things.pink_noise, 14),
    Sound(
        "side talk",
        "the caller says to somebody else in the room: No, put it on the table, please.",
        1.785,
        -32,
        "the caller's voice, turned away, in a room",
        voices.side_talk,
        15,
        lines=("No, put it on the table, please.",),
    ),
    Sound(
        "television",
        "two newsreaders in turns",
        7.09,
        -40,
        "the caller's voice deeper and higher, out of a small loudspeaker, in a room",
        voices.television,
        16,
        lines=(
            "The minister said on Monday that the new bridge will be opened in the spring.",
            "The weather stays mild in the south, with rain in the mountains.",
        ),
    ),
    Sound(
        "stop",
        "the caller says: Stop, please.",
        0.85,
        SPEECH_DBFS,
        "said by the caller's voice",
        voices.words,
        lines=("Stop, please.",),
        stops_the_agent=True,
    ),
    Sound(
        "wait",
        "the caller says: Wait, one moment.",
        1.04,
        SPEECH_DBFS,
        "said by the caller's voice",
        voices.words,
        lines=("Wait, one moment.",),
        stops_the_agent=True,
    ),
)
"""The pack. What is meant for the agent stands last: an agent that stops for nothing passes all that stands before."""


def known(name: str) -> Sound | None:
    """The sound of that name, as people write it: in any case, with or without spaces and hyphens."""
    return next((sound for sound in SOUNDS if _plain(sound.name) == _plain(name)), None)


def find(name: str) -> Sound:
    """The same; raises InvalidArgument for a name that no sound has."""
    sound = known(name)
    if sound is None:
        names = [one.name for one in SOUNDS]
        raise InvalidArgument(
            f"There is no sound '{name}'{did_you_mean(name, names)} There are: {', '.join(names)}. "
            "A sound of your own is a file, such as ${CURDIR}/sounds/hammer.wav."
        )
    return sound


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())

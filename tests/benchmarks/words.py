"""What is said in the synthetic calls, by the offline voice at several pitches."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.voices import CachedVoice, OfflineVoice

from .conditions import WIDE

Samples = npt.NDArray[np.float64]
"""In -1..1, at WIDE."""

SPEECHES: Final = (
    (
        "Thank you for calling Northwind Mobile.",
        "Your current plan includes unlimited calls and ten gigabytes of data.",
        "This month you have used six gigabytes so far.",
        "The next bill will be forty two dollars and fifty cents.",
        "It is due on the fifteenth of the month.",
        "You can also add another line for twelve dollars.",
        "If you would like that, I can send you the details by text message.",
    ),
    (
        "Let me tell you about our support options.",
        "We have a help center with short videos for most questions.",
        "Our technicians are available from eight in the morning until ten at night.",
        "They speak English, Spanish and French.",
        "For business customers there is a separate line with shorter waiting times.",
        "Each case gets a number, so that you never have to explain it twice.",
        "Most problems are solved within a single day.",
    ),
    (
        "So the router has four lights on the front.",
        "The first one shows whether it has power.",
        "The second one blinks while it is looking for the network.",
        "If it keeps blinking for five minutes, please unplug the cable.",
        "Then wait for thirty seconds and plug it back in.",
        "The third and fourth lights are for the telephone sockets.",
        "They should be green as soon as the line has been set up.",
    ),
)
BARGE_INS: Final = (
    "Wait, I meant account support",
    "Sorry, what are your business hours?",
    "Stop, that is not what I asked for",
    "Hold on a second, please",
)
REPLIES: Final = ("Sure, let me look that up for you.", "Of course, I can help you with that.")


@cache
def say(text: str, pitch: float) -> Samples:
    clip = CachedVoice(OfflineVoice(pitch=pitch), SpeechCache()).speak(text)
    samples: Samples = clip.at_rate(WIDE).samples / 32768
    return samples


def monologue(cast: int, pitch: float, chance: np.random.Generator) -> Samples:
    """Sentences with pauses of 0.2 to 0.4 s between them, in an order of the call's own."""
    parts = []
    for sentence in chance.permutation(SPEECHES[cast]):
        parts += [say(str(sentence), pitch), np.zeros(round(chance.uniform(0.2, 0.4) * WIDE))]
    return np.concatenate(parts)

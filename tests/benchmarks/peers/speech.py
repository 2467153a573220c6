"""Speech that every tool's ears take for speech, and without a pause: what a peer makes of a pause is not the question.

A plain tone or vowel would not do: callback-voice hears with Silero, which knows speech from tones.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from RobotVoice.audio.files import encode_wav
from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.speech.voices import OfflineVoice

RATE = 24000
PIECE = RATE // 100
FRAME = RATE // 50
QUIET = -38.0
"""dBFS: what lies below is squeezed out. Without it Silero hears one stretch of speech, and so do all the others."""
AGENT = (
    "Of course I can tell you all about our plans, our prices, our phones, and our opening hours, "
    "and while I am at it I would also like to mention the new offers for families and for small companies. "
    "Every plan includes unlimited calls, a generous amount of data, and free roaming in more than forty countries."
)
CALLER = "Wait, I meant account support, and not the billing, could you please help me with that instead"
CALLER_SECONDS = 2.5
"""langwatch-scenario keeps the agent's segment only if it has ended, and 0.6 s more, before these words have."""


@dataclass(frozen=True)
class Speech:
    """The files of both sides' words."""

    agent: Path
    caller: Path


def write(folder: Path) -> Speech:
    """Both sides' words as 24 kHz WAV files in `folder`."""
    speech = Speech(folder / "agent.wav", folder / "caller.wav")
    agent = squeezed(OfflineVoice().speak(AGENT))
    caller = squeezed(OfflineVoice(pitch=1.15).speak(CALLER))[: round(CALLER_SECONDS * RATE)]
    for file, samples in ((speech.agent, agent), (speech.caller, caller)):
        file.write_bytes(encode_wav(samples, RATE))
    return speech


def squeezed(clip: Clip) -> Pcm:
    """`clip` at 24 kHz without its quiet hundredths of a second, in whole frames of the line."""
    pieces = clip.at_rate(RATE).samples
    pieces = pieces[: len(pieces) // PIECE * PIECE].reshape(-1, PIECE)
    power = np.mean(np.square(pieces / 32768), axis=1)
    kept: Pcm = pieces[10 * np.log10(power + 1e-12) > QUIET].reshape(-1)
    return kept[: len(kept) // FRAME * FRAME]

"""The sound around an interruption, for a judge model that takes sound: what was heard, and not much of it. Pure.

The caller and the agent are given one by one, over the same seconds. In a mixture nobody could tell them apart where
they overlap, and two voices may be alike; what each is heard to say would then be anybody's.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from RobotVoice.audio.files import encode_wav
from RobotVoice.audio.frames import Clip
from RobotVoice.evidence.model import Interruption, Speaker
from RobotVoice.judge.casefile import CaseFile
from RobotVoice.judge.recovery import has_reply

LEAD_IN = 2.0
"""Seconds before the barge-in: enough to hear what was interrupted."""
TAIL = 0.2
"""Seconds after the reply, in which its last sound dies away."""
LONGEST = 30.0
"""Seconds: what models with Whisper's encoder hear in one go, and less than 1.3 MB a side in a request."""
RATE = 16000
"""Samples in a second: all that such models hear."""

Sound = Callable[[Speaker, float, float], Clip]
"""What was heard of one side of a call between two moments (s)."""


@dataclass(frozen=True, eq=False)
class Excerpt:
    """What was heard of both sides from `start` to `end`, in seconds on the call's clock."""

    start: float
    end: float
    caller: Clip
    agent: Clip

    @property
    def seconds(self) -> float:
        return self.end - self.start

    def parts(self) -> list[dict[str, Any]]:
        """As parts of a chat message's content: each side as a WAV, after a sentence that says whose it is."""
        return [*self._named("The caller", self.caller), *self._named("The agent", self.agent)]

    def _named(self, who: str, clip: Clip) -> list[dict[str, Any]]:
        sentence = f"{who} alone, as heard from {self.start:.2f} s to {self.end:.2f} s of the call:"
        wav = base64.b64encode(encode_wav(clip.samples, clip.rate)).decode()
        return [
            {"type": "text", "text": sentence},
            {"type": "input_audio", "input_audio": {"data": wav, "format": "wav"}},
        ]


def excerpt(one: Interruption, case: CaseFile, sound: Sound) -> Excerpt | None:
    """From shortly before the barge-in to the end of the agent's recovery; None if the agent did not reply.

    Where that is too long, the end is left out; where the reply came late, so much of the beginning that half of it is
    left for the reply.
    """
    if not has_reply(one) or one.barge_in is None or one.reply_onset is None:
        return None
    replied = max([one.reply_onset, *(line.end for line in case.recovery(one))])
    start = max(0.0, one.barge_in - LEAD_IN, one.reply_onset - LONGEST / 2)
    end = min(start + LONGEST, replied + TAIL, case.seconds)
    caller, agent = (sound(side, start, end).at_rate(RATE) for side in (Speaker.CALLER, Speaker.AGENT))
    return Excerpt(start, end, caller, agent)

"""The tools of the comparison: where each comes from, and how it is used. Each peer is used in its best way."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from .environments import Package, interpreter


@dataclass(frozen=True)
class Contestant:
    """A tool. package: None for RobotVoice, which is here. runner: its module in `runners`. wire: the agent's for it.

    hangs_up: the agent ends its call; else the tool does. scores: it can judge a recording.
    """

    name: str
    package: Package | None
    runner: str
    how: str
    wire: str = "raw"
    hangs_up: bool = False
    scores: bool = True

    def python(self, folder: Path, log: TextIO) -> Path:
        """Its interpreter; raises Missing."""
        return Path(sys.executable) if self.package is None else interpreter(self.package, folder, log)


CONTESTANTS = (
    Contestant(
        "RobotVoice",
        None,
        "robotvoice",
        "what `Interrupt With` runs, over its `websocket` adapter, which is told the agent's flush. A call whose "
        "timing it doubts counts as warned of and gets no verdict; no call is repeated.",
    ),
    Contestant(
        "voicebench",
        Package("voicebench", "0.2.0", 11),
        "voicebench",
        "its benchmark over its `websocket` adapter, in whose messages the agent speaks, flush included, and at the "
        "agent's rate, so that nothing is resampled. A call ends while an agent that never stops still speaks: only "
        "so can it give no number; then its note, that the agent kept talking more than the limit, counts as at "
        "least so long. Recordings go through its `analyze`, with the caller's track silent outside the "
        "words, as in a call of its own.",
    ),
    Contestant(
        "callback-voice",
        Package("callback-voice", "0.1.2", 12),
        "callback_voice",
        "a trial as `callback run` makes it, over its WebSocket transport; the caller's words come from a file, since "
        "its voices download models. The agent hangs up, which it takes for a good end; left alone it waits another "
        "7 s. Its protocol has no flush. Recordings go through its `score_call`, with the caller's clean words beside "
        "them, as in a call of its own.",
        hangs_up=True,
    ),
    Contestant(
        "langwatch-scenario",
        Package("langwatch-scenario", "1.6.0", 10),
        "langwatch_scenario",
        "`agent(wait=False)`, `sleep`, `user(text)` over its Pipecat adapter, to an agent that sends nothing while it "
        "is silent. It reports no stop latency of its own: the figures are worked out from its result, the first one "
        "as the end of the samples of the agent's segment minus the user's start. It judges by a language model that "
        "hears nothing, so it has no verdict here. It has no scorer for recordings.",
        wire="media-streams",
        scores=False,
    ),
)

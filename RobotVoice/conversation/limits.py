"""How long a call waits for its agent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How long the call waits, in seconds.

    turn: for the caller's turn while the agent talks. watch: how long after the barge-in the agent is
    watched. audible: for the agent to become audible before an interruption.
    """

    turn: float = 30.0
    watch: float = 5.0
    audible: float = 15.0

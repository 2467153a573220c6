"""A line that is ready for a call: both of its ways, at the rates of the agent at its end."""

from __future__ import annotations

from dataclasses import dataclass

from RobotVoice.line.conditions import Conditions, Direction
from RobotVoice.line.uplink import Uplink
from RobotVoice.line.way import Way


@dataclass(frozen=True, eq=False)
class BothWays:
    """up: from the caller to the agent. down: from the agent to the caller."""

    conditions: Conditions
    up: Uplink
    down: Way

    @classmethod
    def of(cls, conditions: Conditions, rate: int, heard_rate: int) -> BothWays:
        """rate: Hz of what the agent is sent. heard_rate: of what it sends. Making a noise takes a while."""
        return cls(conditions, Uplink(conditions, rate, heard_rate), Way(conditions, Direction.DOWN, heard_rate))

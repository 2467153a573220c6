"""A figure held against a limit: it passes or fails only if all of value ± uncertainty lies on one side. Pure."""

from __future__ import annotations

import math

from RobotVoice.errors import CannotCheck
from RobotVoice.evidence.model import Measured
from RobotVoice.evidence.statistics import DOWN, UP, length_text


def keeps(measured: Measured, limit: float, sentence: str, repeated: str = "", lowest: float = -math.inf) -> bool:
    """Whether a figure is at most `limit` seconds, and at least `lowest`; CannotCheck where that can't be told.

    sentence: what begins the message then. repeated: the keyword that holds a limit against what a `Repeat` measured of
    it, if there is one.
    """
    kept = measured.is_within(limit, lowest)
    if kept is None:
        raise CannotCheck(f"{sentence} {undecided(measured, repeated)}")
    return kept


def undecided(measured: Measured, repeated: str = "") -> str:
    """Why a limit can't be held against a figure that is too near to it, and what to do."""
    low = length_text(measured.value - measured.uncertainty, DOWN)
    high = length_text(measured.value + measured.uncertainty, UP)
    instead = f", or repeat the scenario and check the interval: Repeat, then {repeated}" if repeated else ""
    return (
        f"That is {measured}, so anything from {low} to {high}: whether the limit was kept can't be told. Set a limit "
        f"outside of that{instead}."
    )

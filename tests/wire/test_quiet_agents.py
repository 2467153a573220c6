"""Agents that never stop, on a clean line, each quieter than the last: none is reported as one that stopped."""

from __future__ import annotations

import sys
from itertools import product
from math import inf
from pathlib import Path

import pytest

from RobotVoice.evidence.model import Outcome
from RobotVoice.evidence.softness import LoudestPeaks

sys.path.append(str(Path(__file__).parents[1]))  # the benchmarks are no part of the package

from benchmarks.conditions import Condition
from benchmarks.offline import score
from benchmarks.synthetic import make


@pytest.mark.parametrize("level", [-30, -33, -34, -35])
@pytest.mark.parametrize("seed", range(4))
def test_a_quiet_agent_is_heard_or_known_to_be_too_quiet(level: int, seed: int) -> None:
    for cast, number in product(range(3), range(4)):
        call = make(Condition(f"q{seed}", 24000, agent=level), cast, number, inf)
        soft = LoudestPeaks(call.agent.rate).are_soft(call.agent.samples)
        assert soft or score(call).result.outcome is Outcome.KEPT_TALKING
        assert level < -32 or not soft

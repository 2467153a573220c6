"""From calls to a claim: how truly this setup measures, or why it can't say. Pure. Lengths are in seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.calibration.cases import Case, Way
from RobotVoice.errors import UnreliableTiming
from RobotVoice.evidence.model import Measured, Outcome

WATCH = 2.0
"""Seconds for which an agent that never stops is watched."""
WITHIN = 0.040
"""The accuracy that is demanded unless a person says otherwise: what the benchmarks hold RobotVoice to."""
CONFIDENCE = 0.95
_ROUNDING = 1e-9
"""Milliseconds: 12 ms, computed as 0.012 * 1000, must not become 13."""


@dataclass(frozen=True)
class KnownCall:
    """One call, from both sides.

    truth: the stop latency that the agent knows; None if it never stops, or heard no caller. measured: what
    RobotVoice reports. reliable: whether RobotVoice itself trusts that, and would let a check pass.
    """

    case: Case
    truth: float | None
    outcome: Outcome
    measured: Measured | None
    reliable: bool

    @property
    def error(self) -> float:
        """Of a stop: measured minus true; infinite if none was reported."""
        if self.truth is None or self.measured is None or self.outcome is not Outcome.INTERRUPTED:
            return math.inf
        return self.measured.value - self.truth

    @property
    def covered(self) -> bool:
        """The truth lies within the ± that is printed with the figure."""
        return self.measured is not None and abs(self.error) <= self.measured.uncertainty

    @property
    def censored(self) -> bool:
        """It is reported as "kept talking for at least", and for as long as it was watched."""
        if self.measured is None or self.outcome is not Outcome.KEPT_TALKING:
            return False
        return self.measured.at_least and self.measured.value >= WATCH - FRAME_SECONDS

    @property
    def right(self) -> bool:
        """What came of it is reported as it was: a stop, or that there was none."""
        return math.isfinite(self.error) if self.case.stops else self.censored

    def passes(self, limit: float) -> bool:
        """Whether `Agent Should Have Stopped Within` passes with this limit."""
        stopped = self.reliable and self.outcome is Outcome.INTERRUPTED
        return stopped and self.measured is not None and self.measured.is_within(limit) is True

    def __str__(self) -> str:
        told = [self.outcome.value]
        if self.measured is not None:
            told.append(str(self.measured))
        if math.isfinite(self.error):
            told.append(f"error {signed(self.error)}")
        if not self.reliable:
            told.append("not reliable")
        return f"{self.case}: {', '.join(told)}"


@dataclass(frozen=True)
class CaseResult:
    """All calls in which the agent behaved in one way."""

    case: Case
    calls: tuple[KnownCall, ...]

    @property
    def way(self) -> Way:
        """How the agent sends."""
        return self.case.way

    @property
    def stop(self) -> float:
        """When it falls silent after the caller's first sound; inf if never."""
        return self.case.stops_after

    @property
    def n(self) -> int:
        """How many calls."""
        return len(self.calls)

    @property
    def errors(self) -> tuple[float, ...]:
        """Measured minus true, of every stop that was reported."""
        return tuple(call.error for call in self.calls if math.isfinite(call.error))

    @property
    def worst(self) -> float | None:
        """The error of the largest size, with its sign; None if there is none."""
        return max(self.errors, key=abs, default=None)

    @property
    def covered(self) -> int:
        """How many stops lay within the ± that was printed."""
        return sum(call.covered for call in self.calls)

    @property
    def censored(self) -> int:
        """How many calls are reported as "kept talking for at least"."""
        return sum(call.censored for call in self.calls)

    @property
    def unreliable(self) -> int:
        """Calls whose figure RobotVoice itself does not trust."""
        return sum(not call.reliable for call in self.calls)


@dataclass(frozen=True)
class Calibration:
    """What was found in one or more calls."""

    calls: tuple[KnownCall, ...]

    @property
    def cases(self) -> tuple[CaseResult, ...]:
        """The same calls by how the agent behaved, in the order in which that first came."""
        kinds = dict.fromkeys(call.case for call in self.calls)
        return tuple(CaseResult(kind, tuple(call for call in self.calls if call.case == kind)) for kind in kinds)

    @property
    def stops(self) -> tuple[KnownCall, ...]:
        """The calls in which the agent stopped."""
        return tuple(call for call in self.calls if call.case.stops)

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why no accuracy is claimed, a sentence each: the setup distrusts itself first."""
        endless = [call for call in self.calls if not call.case.stops]
        counted = (
            (self.calls, [c for c in self.calls if not c.reliable], "This machine was too busy in {} calls."),
            (self.stops, [c for c in self.stops if not c.right], "The agent's stop was not reported in {} calls."),
            (
                endless,
                [c for c in endless if not c.right],
                "An agent that never stops was not reported to have kept talking in {} calls.",
            ),
        )
        found = tuple(words.format(f"{len(wrong)} of {len(of)}") for of, wrong, words in counted if wrong)
        return found or (() if self.stops else ("No call in which the agent stops was made.",))

    @property
    def accuracy(self) -> float | None:
        """The bound that the worst error of these calls does not exceed, in whole milliseconds; None if in doubt.

        It was seen in these calls and is no bound for ever: `worse_at_most` tells how much it says of further ones.
        It is about this machine, and a clear voice on a line without delay: quiet agents and noisy lines are harder.
        """
        if self.doubts:
            return None
        worst = max(abs(call.error) for call in self.stops)
        return max(1, math.ceil(worst * 1000 - _ROUNDING)) / 1000

    @property
    def worse_at_most(self) -> float:
        """The share of further calls that may have a larger error than all of these, with 95 % confidence.

        Whatever their distribution, the worst of n exceeds all but a share p of further ones with the probability
        1 - (1 - p)^n (Wilks, Annals of Mathematical Statistics 12, 1941).
        """
        return float(1 - (1 - CONFIDENCE) ** (1 / len(self.stops))) if self.stops else 1.0

    @property
    def coverage(self) -> float | None:
        """The share of stops whose truth lay within the ± that was printed; None without a stop."""
        return sum(call.covered for call in self.stops) / len(self.stops) if self.stops else None

    @property
    def claim(self) -> str:
        """What to remember of it."""
        if self.accuracy is None:
            return "This setup can't say how truly it measures stop latency today."
        bound, count = f"±{self.accuracy * 1000:.0f} ms", len(self.stops)
        seen = f"the worst of {count} stops" if count > 1 else "in a single stop"
        return f"This setup measures stop latency to within {bound} today ({seen})."

    @property
    def sentence(self) -> str:
        """The claim, and why it is none."""
        return " ".join((self.claim, *self.doubts))

    def require(self, within: float) -> None:
        """UnreliableTiming unless an accuracy is claimed, and one that is not worse than `within`."""
        if self.accuracy is None:
            raise UnreliableTiming(self.sentence)
        if self.accuracy > within:
            raise UnreliableTiming(
                f"{self.sentence} That is worse than the ±{within * 1000:g} ms that are allowed: "
                "end other programs on this machine, or allow more."
            )

    def __str__(self) -> str:
        return self.sentence


def signed(seconds: float) -> str:
    """An error as tables show it: "+1.8 ms"."""
    return f"{seconds * 1000:+.1f} ms"

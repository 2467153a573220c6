"""Small recoveries, labelled by people, and how well a judge agrees with them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from RobotVoice.evidence.model import Interruption, Measured, Mode, Outcome, Speaker, StoppedBy, Turn
from RobotVoice.evidence.verdict import Ruling, Verdict
from RobotVoice.judge.casefile import CaseFile, case_file
from RobotVoice.judge.recovery import Demands, verdicts

BARGE_IN, STOP, CALLER_END, REPLY = 4.0, 4.4, 5.5, 6.3
"""Seconds on the clock of every labelled call."""


@dataclass(frozen=True)
class Labelled:
    """One recovery and what people say of it: whether `criterion` is met.

    hard: looking for words alone may be wrong. demands: what a tester would demand without a model; none where only a
    criterion in plain words will do.
    """

    name: str
    hard: bool
    kind: str
    criterion: str
    label: Ruling
    demands: Demands | None
    interruption: Interruption
    case: CaseFile


Judge = Callable[[Labelled], Ruling]


@dataclass(frozen=True)
class Agreement:
    """How a judge's rulings compare with the labels, which are "met" or "not met"."""

    rulings: tuple[tuple[Labelled, Ruling], ...]

    @property
    def decided(self) -> list[tuple[Labelled, Ruling]]:
        """Those that the judge did not leave open."""
        return [(one, ruling) for one, ruling in self.rulings if ruling is not Ruling.CANNOT_TELL]

    @property
    def wrong(self) -> list[tuple[Labelled, Ruling]]:
        """Those that it decided otherwise than people did."""
        return [(one, ruling) for one, ruling in self.decided if ruling is not one.label]

    @property
    def open(self) -> list[Labelled]:
        """Those that it could not tell."""
        return [one for one, ruling in self.rulings if ruling is Ruling.CANNOT_TELL]

    @property
    def right(self) -> int:
        return len(self.decided) - len(self.wrong)

    @property
    def kappa(self) -> float:
        """Cohen's kappa of the rulings and the labels, "cannot tell" being a disagreement."""
        return cohens_kappa([(one.label, ruling) for one, ruling in self.rulings])

    def of(self, hard: bool) -> Agreement:
        """The hard ones only, or the easy ones."""
        return Agreement(tuple(pair for pair in self.rulings if pair[0].hard is hard))


def cohens_kappa(pairs: Sequence[tuple[Ruling, Ruling]]) -> float:
    """(p_o - p_e) / (1 - p_e): agreement beyond chance, 1 at best, 0 for chance (Cohen 1960).

    1 where both sides always say the same one thing, so that no chance is left.
    """
    count = len(pairs)
    observed = sum(one is other for one, other in pairs) / count
    first, second = (Counter(side) for side in zip(*pairs, strict=True))
    chance = sum(first[ruling] * second[ruling] for ruling in Ruling) / count**2
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)


def agreement(judge: Judge, recoveries: Iterable[Labelled]) -> Agreement:
    """Have every recovery judged."""
    return Agreement(tuple((one, judge(one)) for one in recoveries))


def without_a_model(one: Labelled) -> Ruling:
    """What measurement and words say of a recovery."""
    if one.demands is None:
        return Ruling.CANNOT_TELL
    return together(verdicts(one.interruption, one.case, one.demands))


def together(found: Iterable[Verdict]) -> Ruling:
    """Of several demands: not met if one is not, met only if all are."""
    rulings = {verdict.ruling for verdict in found}
    if Ruling.NOT_MET in rulings:
        return Ruling.NOT_MET
    return Ruling.CANNOT_TELL if Ruling.CANNOT_TELL in rulings else Ruling.MET


def recoveries() -> list[Labelled]:
    """All that come with RobotVoice."""
    text = resources.files("RobotVoice.judge").joinpath("recoveries.jsonl").read_text(encoding="utf-8")
    return [_labelled(json.loads(line)) for line in text.splitlines()]


def _labelled(given: dict[str, Any]) -> Labelled:
    one = Interruption(
        number=1,
        text=given["caller"],
        trigger="at the agent's first audible speech",
        mode=Mode.VAD,
        outcome=Outcome.INTERRUPTED,
        reason="",
        stopped_by=StoppedBy.AGENT_VAD,
        barge_in=BARGE_IN,
        caller_end=CALLER_END,
        ear_stop=STOP,
        reply_onset=REPLY,
        stop_latency=Measured(STOP - BARGE_IN, 0.01),
        overlap=Measured(STOP - BARGE_IN, 0.01),
        response_latency=Measured(REPLY - CALLER_END, 0.01),
        resumed=given["resumed"],
        before=given["heard"],
        after=given["reply"],
    )
    turns = (
        Turn(Speaker.AGENT, BARGE_IN - 3, STOP, given["heard"], "speech to text", interrupted=True),
        Turn(Speaker.CALLER, BARGE_IN, CALLER_END, given["caller"], "caller's line"),
        Turn(Speaker.AGENT, REPLY, REPLY + 3, given["reply"], given["source"]),
    )
    return Labelled(
        given["id"],
        given["hard"],
        given["kind"],
        given["criterion"],
        Ruling(given["label"]),
        Demands(**given["demands"]) if given["demands"] else None,
        one,
        case_file(turns, (one,)),
    )

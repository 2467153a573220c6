"""The verdict on one interruption."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evidence_by_hand import kept_talking, missed, stopped

from RobotVoice.errors import CannotCheck, UnreliableTiming
from RobotVoice.evidence.model import Interruption, Measured
from RobotVoice.judge.recovery import faults


def recovered(words: str | None = "Sure, account support.") -> Interruption:
    return replace(stopped(), after=words)


def test_a_recovery() -> None:
    assert faults(recovered(), [], []) == []
    assert faults(recovered(), ["account support"], ["billing"]) == []


def test_every_missing_and_every_unwanted_phrase_is_a_fault() -> None:
    found = faults(recovered(), ["hours", "support", "price"], ["account", "billing"])
    assert found == [
        'After the interruption the agent had to mention "hours", but said: "Sure, account support."',
        'After the interruption the agent had to mention "price", but said: "Sure, account support."',
        'After the interruption the agent must not mention "account", but said: "Sure, account support."',
    ]


@pytest.mark.parametrize("interruption", [kept_talking(), missed()])
def test_without_an_interruption_there_is_no_recovery(interruption: Interruption) -> None:
    (fault,) = faults(replace(interruption, after="support"), ["support"], [])
    assert "kept talking" in fault or "did not happen" in fault


def test_an_agent_that_stopped_and_said_nothing_did_not_recover() -> None:
    silent = replace(recovered(None), reply_onset=None)
    (fault,) = faults(silent, [], ["billing"])
    assert "did not reply" in fault


@pytest.mark.parametrize("after", [None, ""])
@pytest.mark.parametrize(("must", "must_not"), [(["a"], []), ([], ["a"])])
def test_phrases_can_not_be_looked_for_in_unknown_words(
    after: str | None, must: list[str], must_not: list[str]
) -> None:
    with pytest.raises(CannotCheck, match="is not known"):
        faults(recovered(after), must, must_not)
    assert faults(recovered(after), [], []) == []


def test_figures_that_can_not_be_trusted_are_no_recovery() -> None:
    starved = replace(recovered(), stop_latency=Measured(0.4, 0.3, reliable=False))
    with pytest.raises(UnreliableTiming, match="too busy"):
        faults(starved, ["support"], [])

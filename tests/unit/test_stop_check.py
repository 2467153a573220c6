"""`Agent Should Have Stopped Within`: what it says where the agent was not watched for long enough."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evidence_by_hand import kept_talking
from test_kept_talking import Interrupted

from RobotVoice import RobotVoice
from RobotVoice.durations import Duration
from RobotVoice.errors import CannotCheck, KeptTalking
from RobotVoice.keywords.checks import CheckKeywords


def refused(why: type[Exception], why_ended: str, limit: float) -> str:
    """What is said of an agent that talked on for 4.2 s, up to the end of the call at 20 s."""
    judged = Interrupted(replace(kept_talking(), watched_until=20.0))
    judged.why_ended = why_ended
    library = RobotVoice()
    library._calls.append(judged)
    with pytest.raises(why) as failure:
        CheckKeywords(library).agent_should_have_stopped_within(Duration(limit))
    return str(failure.value)


def test_who_was_not_watched_for_long_enough_can_be_watched_for_longer() -> None:
    said = refused(CannotCheck, "", 6.0)
    assert "so a limit of 6 s can't be checked. The library's import option watch=" in said


def test_of_a_call_that_ended_a_longer_watch_would_show_no_more() -> None:
    said = refused(CannotCheck, "The agent hung up.", 6.0)
    assert said.endswith("so a limit of 6 s can't be checked. Then the call ended: The agent hung up.")
    assert "watch=" not in said


def test_who_talked_on_for_longer_than_allowed_fails_however_the_call_ended() -> None:
    assert "it had to stop within 800 ms" in refused(KeptTalking, "The agent hung up.", 0.8)

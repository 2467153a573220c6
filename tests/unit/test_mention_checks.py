"""Agent Reply Should (Not) Mention: the same rule as Judge Recovery's."""

from __future__ import annotations

import pytest
from test_judge_recovery import CallByHand

from RobotVoice import RobotVoice
from RobotVoice.errors import AgentFailure, CannotCheck
from RobotVoice.keywords.checks import CheckKeywords


class Said(CallByHand):
    """A call whose last reply is given."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def last_words(self) -> str:
        return self.words


def checks(words: str) -> CheckKeywords:
    library = RobotVoice()
    library._calls.append(Said(words))
    return CheckKeywords(library)


def test_what_is_said_is_mentioned() -> None:
    checks("Sure, account support.").agent_reply_should_mention("support")
    with pytest.raises(AgentFailure, match='must not mention "support"'):
        checks("Sure, account support.").agent_reply_should_not_mention("support")


def test_what_is_not_said_is_not_mentioned() -> None:
    checks("Sure, account support.").agent_reply_should_not_mention("billing")
    with pytest.raises(AgentFailure, match='had to mention "billing"'):
        checks("Sure, account support.").agent_reply_should_mention("billing")


def test_a_refusal_is_neither() -> None:
    reply = "I'm sorry, I can't help you with support."
    told = f'The words "support" are in the agent\'s reply, but a "not" .*: "{reply}"'
    with pytest.raises(CannotCheck, match=told):
        checks(reply).agent_reply_should_mention("support")
    with pytest.raises(CannotCheck, match=told):
        checks(reply).agent_reply_should_not_mention("support")


def test_what_is_taken_back_was_said_but_is_not_mentioned() -> None:
    reply = "A refund was denied."
    with pytest.raises(CannotCheck, match="Looking for words can't decide that"):
        checks(reply).agent_reply_should_mention("refund")
    with pytest.raises(AgentFailure, match='must not mention "refund"'):
        checks(reply).agent_reply_should_not_mention("refund")


def test_what_may_be_a_part_of_a_number_is_neither() -> None:
    reply = "We are open nine to five thirty."
    with pytest.raises(CannotCheck, match="Looking for words can't decide that"):
        checks(reply).agent_reply_should_mention("nine to five")
    with pytest.raises(CannotCheck, match="Looking for words can't decide that"):
        checks(reply).agent_reply_should_not_mention("nine to five")

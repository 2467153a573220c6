"""What a machine that stands still makes of a call is neither to the agent's credit nor its fault."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest
from stand_ins.calls import calling
from stand_ins.pcm_server import JSON_OPTIONS, JsonServer
from stand_ins.server import Plan, StandIn
from stand_ins.sound import clip

from RobotVoice.adapters.base import Message
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.frames import Pcm
from RobotVoice.call.turns import NATURAL_PAUSE
from RobotVoice.conversation import Conversation, Expected
from RobotVoice.durations import Duration
from RobotVoice.errors import UnreliableTiming
from RobotVoice.evidence.model import Mode, Outcome
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.keywords.checks import CheckKeywords

LIMIT = Duration(2)
OPTIONS: dict[str, Any] = JSON_OPTIONS
SENTENCE = r"^This machine was too busy: .* The figures of this call can't be trusted, so the check can't be made\.$"


class Stalling(WebSocket):
    """Holds up the whole call for 0.2 s, every 0.6 s."""

    frames = 0

    def audio(self, frame: Pcm) -> Iterable[Message]:
        self.frames += 1
        if self.frames % 30 == 0:
            time.sleep(0.2)
        return super().audio(frame)


def interrupt(conversation: Conversation, after: float, expected: Expected) -> Outcome:
    conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
    conversation.expect_reply()
    return conversation.interrupt("Wait", clip(0.8), Trigger(after), Mode.VAD, expected).outcome


@pytest.mark.parametrize(
    ("plan", "after", "expected", "outcome"),
    [
        pytest.param(Plan(), 1.0, Expected.STOP, Outcome.INTERRUPTED, id="a pass"),
        pytest.param(Plan(), 1.0, Expected.KEEP_TALKING, Outcome.INTERRUPTED, id="a stop that was not wanted"),
        pytest.param(Plan(yields=False), 1.0, Expected.STOP, Outcome.KEPT_TALKING, id="kept talking"),
        pytest.param(Plan(reply=1.0), 5.0, Expected.STOP, Outcome.DID_NOT_HAPPEN, id="did not happen"),
    ],
)
def test_no_outcome_counts(plan: Plan, after: float, expected: Expected, outcome: Outcome) -> None:
    with StandIn(JsonServer, plan) as server, calling(Stalling(url=server.url, **OPTIONS)) as conversation:
        with pytest.raises(UnreliableTiming, match=SENTENCE) as raised:
            interrupt(conversation, after, expected)
        assert [result.outcome for result in conversation.results()] == [outcome]
        assert [(check.sentence, check.passed) for check in conversation.checks] == [(str(raised.value), None)]


def test_who_expects_anything_gets_the_outcome_and_no_check_of_it() -> None:
    with StandIn(JsonServer) as server, calling(Stalling(url=server.url, **OPTIONS)) as conversation:
        assert interrupt(conversation, 1.0, Expected.ANYTHING) is Outcome.INTERRUPTED
        assert not conversation.checks
        settings = SimpleNamespace(pause=NATURAL_PAUSE, watch=2.0)
        checks = CheckKeywords(cast(Any, SimpleNamespace(latest_judgeable=lambda: conversation, settings=settings)))
        for check in (checks.agent_should_have_kept_talking, partial(checks.agent_should_have_stopped_within, LIMIT)):
            with pytest.raises(UnreliableTiming, match=SENTENCE):
                check()


def test_a_reply_that_did_not_come_is_no_failure_of_the_agent() -> None:
    with StandIn(JsonServer) as server, calling(Stalling(url=server.url, **OPTIONS)) as conversation:
        conversation.say("Too short to be noticed", clip(0.1), None, Expected.STOP)
        with pytest.raises(UnreliableTiming, match=SENTENCE):
            conversation.reply_latency(1.0)

"""An agent that hangs up in mid-reply takes nothing of the call away: not from the evidence, not from the recording."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from stand_ins.calls import ATTEMPTS, calling
from stand_ins.everyone import EVERYONE
from stand_ins.server import Plan, StandIn
from stand_ins.sound import clip

from RobotVoice.conversation import Conversation, Expected
from RobotVoice.errors import CallEnded
from RobotVoice.evidence import measure
from RobotVoice.evidence.model import Mode
from RobotVoice.interruption.triggers import Trigger

HUNG_UP = (
    r"^The agent('s side closed the line with code 1011: out of tokens| hung up: assistant-ended-call)\. "
    r"That was at 0:\d\d\.\d of the call, while the caller listened to the agent's reply, "
    r"\d+ ms after its first word\.$"
)


@pytest.mark.parametrize("name", EVERYONE)
def test_a_hang_up_in_mid_reply_keeps_the_recording(name: str, tmp_path: Path) -> None:
    session, adapter = EVERYONE[name]
    for _ in range(ATTEMPTS):
        with StandIn(session, Plan(hangs_up_after=1.0)) as server, calling(adapter(server.url)) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            with pytest.raises(CallEnded, match=HUNG_UP):
                conversation.hear_reply(10.0)
            evidence = conversation.evidence()
            recording = conversation.keep_recording(tmp_path, name)
        if evidence.health.reliable:
            break
    audible = server.session.streamed[0].audible
    assert sum(span.seconds for span in measure.sounds(evidence.heard)) == pytest.approx(audible, abs=0.1)
    assert len(evidence.caller.samples) / evidence.caller.rate == pytest.approx(evidence.seconds, abs=0.1)
    sound, rate = soundfile.read(recording, always_2d=True)
    assert sound.shape[1] == 2
    assert len(sound) / rate == pytest.approx(evidence.seconds, abs=0.1)
    assert abs(sound).max(axis=0) == pytest.approx(abs(sound).max(), rel=0.5), "both sides are in it"


def waits_to_interrupt(conversation: Conversation) -> None:
    conversation.interrupt("Wait", clip(0.8), Trigger(9.0), Mode.VAD, Expected.STOP)


def is_silent(conversation: Conversation) -> None:
    conversation.stay_silent(9.0)


def waits_for_their_turn(conversation: Conversation) -> None:
    conversation.stay_silent(0.5)
    conversation.say("Thanks", clip(0.6), None, Expected.STOP)


def speaks(conversation: Conversation) -> None:
    conversation.interrupt("Wait", clip(8.0), Trigger(0.1), Mode.VAD, Expected.STOP)


@pytest.mark.parametrize(
    ("caller", "doing"),
    [
        (
            waits_to_interrupt,
            'the caller waited to interrupt the agent with "Wait" 9000 ms after the agent became audible',
        ),
        (is_silent, "the caller was silent for 9000 ms"),
        (waits_for_their_turn, 'the caller waited for their turn to say "Thanks"'),
        (speaks, 'the caller interrupted the agent with "Wait"'),
    ],
)
def test_who_is_hung_up_on_is_told_when_and_why_and_what_they_were_doing(
    caller: Callable[[Conversation], None], doing: str
) -> None:
    """And the next keyword that it was over before."""
    session, adapter = EVERYONE["vapi"]
    plan = Plan(hangs_up_after=1.5, yields=False)
    with StandIn(session, plan) as server, calling(adapter(server.url)) as conversation:
        conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
        with pytest.raises(CallEnded) as told:
            caller(conversation)
        why = r"The agent hung up: assistant-ended-call\. That was at 0:\d\d\.\d of the call"
        assert re.fullmatch(rf"{why}, while {re.escape(doing)}\.", str(told.value))
        with pytest.raises(CallEnded, match=rf"^{why}, before this keyword began\.$"):
            conversation.say("Hello?", clip(0.6), None, Expected.STOP)

"""What the demo agent does in spite of a sound, in a pause of its caller's and in a silence, by its own truth."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from stand_ins.calls import near
from test_demo_process import Demo
from test_sounds_and_pauses import QUESTION, call, sound, spoken

from RobotVoice.conversation import Conversation, Expected
from RobotVoice.demo.faults import Faults
from RobotVoice.evidence.model import Continuation, Mode
from RobotVoice.interruption.cutting_in import cut_ins
from RobotVoice.interruption.silences import after_the_reply

PAUSE = timedelta(seconds=1.2)
LONG_PAUSE = "I would like to [pause 3 s] change my address"


def coughs(conversation: Conversation) -> None:
    conversation.say(QUESTION, spoken(QUESTION), None, Expected.STOP)
    conversation.expect_reply()
    conversation.say("[cough]", sound("cough"), Mode.VAD, Expected.ANYTHING, after=1.5)
    conversation.stay_silent(5.0)


def found(conversation: Conversation) -> Continuation:
    (one,) = conversation.interruptions()
    assert one.continuation is not None
    return one.continuation


@pytest.mark.parametrize(
    ("faults", "restarted", "skipped"),
    [
        (Faults(pauses_for=PAUSE, bursts=True), False, False),
        (Faults(pauses_for=PAUSE, bursts=True, skips_words=True), False, True),
        (Faults(pauses_for=PAUSE, restarts_sentence=True), True, False),
    ],
    ids=["goes on", "skips", "restarts"],
)
def test_how_long_it_paused_and_where_it_went_on(
    tmp_path: Path, faults: Faults, restarted: bool, skipped: bool
) -> None:
    """Without ears: the demo agent's voice is seeded, so the sound alone tells."""

    def check(demo: Demo, conversation: Conversation) -> None:
        (went_on,) = demo.truth("went_on")
        heard = found(conversation)
        assert heard.paused_for is not None
        assert heard.paused_for.value == near(went_on["silent"])
        assert (heard.went_on, heard.restarted, heard.skipped) == (True, restarted, skipped)
        if skipped:
            assert float(heard.left_out.split(" ms")[0]) / 1000 == near(went_on["silent"])

    call(tmp_path, faults, coughs, check)


def test_a_polite_agent_goes_on(tmp_path: Path) -> None:
    def check(demo: Demo, conversation: Conversation) -> None:
        heard = found(conversation)
        assert (heard.went_on, heard.restarted, heard.skipped) in ((True, False, False), (True, None, None))
        assert heard.paused_for is None or heard.paused_for.value < 0.7

    call(tmp_path, Faults(), coughs, check)


def test_when_it_began_to_talk_into_the_callers_pause(tmp_path: Path) -> None:
    def script(conversation: Conversation) -> None:
        conversation.say(LONG_PAUSE, spoken(LONG_PAUSE), None, Expected.STOP)
        conversation.stay_silent(1.0)

    def check(demo: Demo, conversation: Conversation) -> None:
        (cut, *_) = cut_ins(conversation.floor())
        ended, began = demo.truth("caller_ended")[0], demo.truth("sentence_started")[0]
        assert cut.into_pause is not None
        assert cut.pause is not None
        assert cut.into_pause.value == near(began["at"] - ended["last_sound"])
        assert cut.pause.value == pytest.approx(3.0, abs=0.1)

    call(tmp_path, Faults(), script, check)


def test_how_long_it_was_silent_before_it_asked(tmp_path: Path) -> None:
    def script(conversation: Conversation) -> None:
        conversation.say("What are your hours?", spoken("What are your business hours?"), None, Expected.STOP)
        conversation.hear_reply(30.0)
        conversation.stay_silent(4.0)

    def check(demo: Demo, conversation: Conversation) -> None:
        silence = after_the_reply(conversation.floor())
        assert silence is not None
        assert silence.broken is not None
        ended, asked = demo.truth("reply_finished")[0], demo.truth("reprompted")[0]
        begun = next(event["at"] for event in demo.truth("sentence_started") if event["at"] >= asked["t"] - 0.5)
        assert silence.broken - silence.start == near(begun - ended["last_sound"])

    call(tmp_path, Faults(reprompts_after=timedelta(seconds=2)), script, check)

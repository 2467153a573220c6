"""The conversation, turn by turn, with a call by hand; and what is said of it at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import pytest
from evidence_by_hand import kept_talking, missed, stopped

from RobotVoice.audio.frames import Clip
from RobotVoice.caller.lines import HeardSoFar, ListCaller, Words
from RobotVoice.caller.plan import Plan, PlannedTurn
from RobotVoice.caller.talk import Talk, Talking, TalkTurn, why_too_little
from RobotVoice.conversation import Conversation, Expected
from RobotVoice.errors import CallEnded, CannotCheck, NoReply, RobotVoiceError, UnreliableTiming
from RobotVoice.evidence.model import Check, Interruption, Measured, Mode, Speaker, Turn
from RobotVoice.evidence.statistics import Rate
from RobotVoice.interruption.triggers import Trigger

SILENCE = Clip(np.zeros(160, dtype=np.int16), 8000)


@dataclass
class CallByHand:
    """It keeps what is done, and breaks where it is to."""

    outcomes: list[Interruption] = field(default_factory=list)
    breaks_at: int = 100
    error: RobotVoiceError = field(default_factory=lambda: NoReply("The agent said nothing within 30 s."))
    done: list[str] = field(default_factory=list)
    found: list[Interruption] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    replies: int = 0

    def results(self) -> list[Interruption]:
        return self.found

    def say(self, text: str, clip: Clip, mode: Mode | None, expected: Expected) -> None:
        self.done.append(f"say {text}")

    def interrupt(
        self, text: str, clip: Clip, trigger: Trigger, mode: Mode | None, expected: Expected, *more: Any
    ) -> Interruption:
        assert expected is Expected.ANYTHING
        self.done.append(f"interrupt {text} {trigger.after:g} {mode.value if mode else 'by matrix'}")
        self.found.append(self.outcomes.pop(0))
        return self.found[-1]

    def hear_reply(self, timeout: float) -> str | None:
        self.replies += 1
        if self.replies == self.breaks_at:
            raise self.error
        self.done.append(f"hear {timeout:g}")
        return "Hello." if self.replies > 1 else None

    def turns(self) -> tuple[Turn, ...]:
        return (Turn(Speaker.AGENT, 1.0, 2.0, "Hello.", "agent's transcript"),)


def plan(*delays: float | None) -> Plan:
    return Plan(7, tuple(PlannedTurn(number, after, 0.0) for number, after in enumerate(delays, 1)))


def talking(call: CallByHand, *delays: float | None, caller: Any = None, told: list[str] | None = None) -> Talking:
    def voice(text: str) -> Clip:
        call.done.append(f"voice {text}")
        return SILENCE

    tell = (told if told is not None else []).append
    who = caller or ListCaller(["A", "B"], ["x"])
    return Talking(cast(Conversation, call), who, plan(*delays), voice, tell, Mode.VAD, 20.0)


def deeds(call: CallByHand) -> list[str]:
    """What was done on the line."""
    return [deed for deed in call.done if not deed.startswith("voice")]


def test_turn_by_turn() -> None:
    call, told = CallByHand([stopped(), kept_talking()]), list[str]()
    conversation = talking(call, 1.5, None, 0.2, told=told)
    conversation.hold()
    assert deeds(call) == [
        *("say A", "interrupt x 1.5 vad", "hear 20"),
        *("say B", "hear 20"),
        *("say A", "interrupt x 0.2 vad", "hear 20"),
    ]
    talk = conversation.so_far()
    assert talk.turns == (TalkTurn(1, "A", "x", 1.5), TalkTurn(2, "B"), TalkTurn(3, "A", "x", 0.2))
    assert talk.interruptions == (stopped(), kept_talking())
    assert talk.can_be_checked
    assert told[:3] == [
        "Turn 1. Caller: A",
        'Caller, 1.5 s after the agent became audible: "x". The agent stopped 412 ms after the caller barged in.',
        "The agent replied; its words are not known.",
    ]
    assert told[-1] == "Agent: Hello."


def test_every_word_has_its_sound_before_the_call_needs_it() -> None:
    call = CallByHand([stopped()])
    talking(call, 1.0).hold()
    assert call.done[:3] == ["voice A", "voice B", "voice x"]


class Improviser:
    """Like a model, it knows nothing before its turn."""

    cost = ""

    def known(self) -> Iterable[str]:
        return ()

    def words(self, turn: PlannedTurn, heard: HeardSoFar) -> Words:
        return Words(f"{heard()[-1].text} {turn.number}", f"Wait {turn.number}")


def test_words_that_are_found_on_the_way_have_their_sound_before_the_agent_can_answer() -> None:
    call = CallByHand([stopped()])
    talking(call, 1.0, None, caller=Improviser()).hold()
    assert call.done == [
        *("voice Hello. 1", "voice Wait 1", "say Hello. 1", "interrupt Wait 1 1 vad", "hear 20"),
        *("voice Hello. 2", "say Hello. 2", "hear 20"),
    ]


@pytest.mark.parametrize("error", [CallEnded("The agent hung up."), NoReply("The agent said nothing.")])
def test_an_error_names_its_turn_and_what_was_talked_stays(error: RobotVoiceError) -> None:
    call = CallByHand([stopped()], breaks_at=2, error=error)
    conversation = talking(call, 1.0, None, None)
    with pytest.raises(type(error)) as raised:
        conversation.hold()
    assert str(raised.value) == f"In turn 2 of 3: {error}"
    talk = conversation.so_far()
    assert [turn.line for turn in talk.turns] == ["A", "B"]
    assert talk.attempts == 1
    assert not talk.can_be_checked
    assert next(iter(talk.sentences())).startswith("The caller had 2 of 3 turns (seed=7) and tried 1 interruption,")


def test_what_happened_in_the_call_before_is_not_counted() -> None:
    call = CallByHand([stopped(2)], found=[kept_talking(1)])
    conversation = talking(call, 1.0)
    conversation.hold()
    assert conversation.so_far().interruptions == (stopped(2),)


# --- what came of it ---


def talk(*found: Interruption) -> Talk:
    turns = tuple(TalkTurn(number, "A", "x", 1.0) for number, _ in enumerate(found, 1))
    return Talk(7, len(found), True, turns, found)


def test_what_there_is_to_say() -> None:
    one = talk(stopped(), stopped(), kept_talking(), missed())
    assert (one.attempts, one.did_not_happen, one.yield_rate) == (4, 1, Rate(2, 3))
    assert list(one.sentences()) == [
        "The caller had 4 of 4 turns (seed=7) and tried 4 interruptions, of which 3 happened.",
        "The agent stopped in 2 of 3 interruptions: 66.7 % (20.7 % to 93.9 %).",
        "Stop latency, median: 412 ms (an upper end takes 6 calls).",
        "Response latency, median: 1000 ms (an upper end takes 6 calls).",
        "Interruptions of one call hang together, so the intervals are narrower than they should be.",
    ]
    assert why_too_little(one) is None


def test_a_conversation_without_interruptions_says_nothing_of_them() -> None:
    one = Talk(7, 1, True, (TalkTurn(1, "A"),), ())
    assert list(one.sentences()) == [
        "The caller had 1 of 1 turns (seed=7) and tried 0 interruptions, of which 0 happened."
    ]
    assert one.can_be_checked


def test_interruptions_of_which_none_happened_are_an_error() -> None:
    one = talk(missed(), missed())
    error = why_too_little(one)
    assert type(error) is CannotCheck
    assert str(error).startswith("None of 2 interruptions happened, so there is nothing to measure. The interruption")
    assert not one.can_be_checked


def test_figures_that_can_not_be_trusted_are_an_error() -> None:
    doubted = replace(stopped(), stop_latency=Measured(0.4, 0.01, doubt="The line broke."))
    error = why_too_little(talk(doubted))
    assert isinstance(error, UnreliableTiming)
    assert str(error).startswith("1 of 1 interruptions can't be trusted")
    assert str(error).endswith("The line broke.")
    said = " ".join(talk(stopped(), doubted).sentences())
    assert "1 of them can't be trusted, and count for no figure. The line broke." in said


def test_checks_of_it_stand_in_the_report_of_the_call() -> None:
    call = CallByHand()
    talking(call).so_far().checks.append(Check("It held.", True))
    assert call.checks == [Check("It held.", True)]

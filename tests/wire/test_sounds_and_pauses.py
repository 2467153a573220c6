"""Sounds and pauses of the caller, and what the demo agent makes of them, by its own truth."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from stand_ins.calls import ATTEMPTS, calling, near
from test_demo_process import Demo, run, running

from RobotVoice.adapters.demo import Demo as DemoAdapter
from RobotVoice.audio.frames import Clip
from RobotVoice.conversation import Conversation, Expected
from RobotVoice.demo.faults import Faults
from RobotVoice.errors import InterruptionDidNotHappen, UnreliableTiming
from RobotVoice.evidence.model import CallEvidence, Interruption, Mode, Outcome, Speaker
from RobotVoice.sounds import pack
from RobotVoice.speech import hesitation
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.voices import CachedVoice, OfflineVoice

QUESTION = "Tell me about every product feature you offer"
HESITATING = "I would like to [pause 1.2 s] change my address"
POLITE = Faults()
NERVOUS = Faults(yields_to_backchannels=True)


def spoken(text: str) -> Clip:
    return hesitation.speak(CachedVoice(OfflineVoice(), SpeechCache()), text)


def sound(name: str) -> Clip:
    return pack.find(name).clip(CachedVoice(OfflineVoice(), SpeechCache()))


def call(
    folder: Path, faults: Faults, script: Callable[[Conversation], None], check: Callable[[Demo, Conversation], None]
) -> None:
    """A call in which this machine kept the time."""

    async def scenario() -> None:
        async with running("openai_realtime", folder, faults) as demo:
            conversation = await asyncio.to_thread(_talk, demo.url, script)
            check(demo, conversation)

    for attempt in range(ATTEMPTS):
        with suppress(UnreliableTiming):
            (folder := folder / str(attempt)).mkdir()
            return run(scenario())
    pytest.fail(f"this machine was too busy {ATTEMPTS} times")


def _talk(url: str, script: Callable[[Conversation], None]) -> Conversation:
    with calling(DemoAdapter(url=url)) as conversation:
        script(conversation)
    health = conversation.health()
    if not health.reliable:
        raise UnreliableTiming(health.sentence)
    return conversation


def outcome_of(conversation: Conversation) -> Interruption:
    (result,) = conversation.results()
    return result


# --- over the agent ---


def coughs(conversation: Conversation) -> None:
    conversation.say(QUESTION, spoken(QUESTION), None, Expected.STOP)
    conversation.expect_reply()
    conversation.say("[cough]", sound("cough"), Mode.VAD, Expected.ANYTHING, after=1.0)
    conversation.stay_silent(1.0)


def test_a_cough_does_not_stop_a_polite_agent(tmp_path: Path) -> None:
    def check(demo: Demo, conversation: Conversation) -> None:
        assert outcome_of(conversation).outcome is Outcome.KEPT_TALKING
        assert len(demo.truth("caller_ignored")) == 1
        assert demo.truth("decided_to_stop") == []

    call(tmp_path, POLITE, coughs, check)


def test_a_cough_stops_a_nervous_one_without_a_cancel(tmp_path: Path) -> None:
    def check(demo: Demo, conversation: Conversation) -> None:
        result = outcome_of(conversation)
        assert (result.outcome, result.mode) == (Outcome.INTERRUPTED, Mode.VAD)
        assert result.barge_in is not None
        assert result.agent_onset is not None
        assert 1.0 <= result.barge_in - result.agent_onset < 1.1
        assert demo.truth("cancel_received") == []
        assert [event["why"] for event in demo.truth("decided_to_stop")] == ["vad"]

    call(tmp_path, NERVOUS, coughs, check)


def test_a_listeners_word_to_an_agent_that_has_finished_is_said_all_the_same(tmp_path: Path) -> None:
    def script(conversation: Conversation) -> None:
        conversation.say("What are your opening hours?", spoken("What are your opening hours?"), None, Expected.STOP)
        conversation.backchannel("mm-hmm", sound("mm-hmm"), 60.0)

    def check(demo: Demo, conversation: Conversation) -> None:
        assert outcome_of(conversation).reason.startswith("the agent had finished its reply")
        assert conversation.turns()[-1].text == "mm-hmm"

    call(tmp_path, POLITE, script, check)


# --- in silence ---


def test_nobody_listens_to_an_agent_that_does_not_talk(tmp_path: Path) -> None:
    """The word was promised while it talks: that did not happen, so it is not said."""

    def script(conversation: Conversation) -> None:
        conversation.limits = replace(conversation.limits, audible=0.5)
        with pytest.raises(
            InterruptionDidNotHappen, match=r'^The interruption "mm-hmm" did not happen: the agent was '
        ):
            conversation.backchannel("mm-hmm", sound("mm-hmm"), 0.3)

    def check(demo: Demo, conversation: Conversation) -> None:
        assert outcome_of(conversation).reason == "the agent was not audible within 800 ms"
        assert conversation.turns() == ()
        assert [check.passed for check in conversation.checks] == [False]

    call(tmp_path, POLITE, script, check)


def test_a_sound_in_silence_is_a_turn_of_its_own(tmp_path: Path) -> None:
    """Nobody interrupts: it is there to find the agent that begins to talk because of it."""

    def script(conversation: Conversation) -> None:
        conversation.stay_silent(0.3)
        conversation.say("[cough]", sound("cough"), Mode.VAD, Expected.ANYTHING)
        conversation.stay_silent(3.0)

    def check(demo: Demo, conversation: Conversation) -> None:
        assert conversation.results() == []
        assert conversation.turns()[0].text == "[cough]"
        assert len(demo.truth("reply_started")) == 1, "the demo agent answers whatever its detector takes for speech"

    call(tmp_path, POLITE, script, check)


# --- pauses ---


def hesitates(conversation: Conversation) -> None:
    conversation.say(HESITATING, spoken(HESITATING), None, Expected.STOP)
    ended = conversation.seconds
    said = caller_turn(conversation.evidence())
    assert ended >= said[1], "the keyword ends after the last word"
    conversation.stay_silent(3.5)


def caller_turn(evidence: CallEvidence) -> tuple[float, float]:
    ((start, end),) = [(turn.start, turn.end) for turn in evidence.turns if turn.speaker is Speaker.CALLER]
    return start, end


def test_an_agent_that_waits_hears_one_turn(tmp_path: Path) -> None:
    def check(demo: Demo, conversation: Conversation) -> None:
        (ended,) = demo.truth("caller_ended")
        start, end = caller_turn(conversation.evidence())
        assert ended["last_sound"] - ended["onset"] > end - start - 0.15, "all but the end of a last soft consonant"
        assert end - start == near(spoken(HESITATING).seconds)
        (heard,) = demo.truth("caller_heard")
        assert "would like" in heard["text"]
        assert "address" in heard["text"]

    call(tmp_path, Faults(waits_for_caller=timedelta(seconds=1.5)), hesitates, check)


def test_an_agent_that_does_not_wait_cuts_the_turn_in_two(tmp_path: Path) -> None:
    def check(demo: Demo, conversation: Conversation) -> None:
        first, second = demo.truth("caller_ended")[0], demo.truth("caller_onset")[1]
        assert second["at"] - first["last_sound"] == near(1.2)

    call(tmp_path, POLITE, hesitates, check)


def test_an_interruption_with_a_pause_is_measured_from_its_first_sound(tmp_path: Path) -> None:
    text = "Wait [pause 1 s] I meant account support"

    def script(conversation: Conversation) -> None:
        conversation.say(QUESTION, spoken(QUESTION), None, Expected.STOP)
        conversation.expect_reply()
        conversation.say(text, spoken(text), Mode.VAD, Expected.ANYTHING, after=0.5)

    def check(demo: Demo, conversation: Conversation) -> None:
        result = outcome_of(conversation)
        onset = next(event["at"] for event in demo.truth("caller_onset") if event["speaking"])
        (stopped,) = demo.truth("stopped")
        assert result.stop_latency is not None
        assert result.stop_latency.value == near(stopped["last_sound"] - onset)
        assert result.stop_latency.value > 1.0, "the first word alone was too short for the agent"

    call(tmp_path, POLITE, script, check)

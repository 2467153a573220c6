"""Interruptions at a moment of the test's choice, over real sockets: is the moment kept, and what comes of it?"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

import pytest
from stand_ins.calls import ATTEMPTS, calling
from stand_ins.openai_stand_in import OpenAIStandIn
from stand_ins.pcm_server import RawServer
from stand_ins.server import Plan, StandIn
from stand_ins.sound import clip
from test_demo_process import voice

from RobotVoice.adapters.demo import Demo
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.frames import Pcm
from RobotVoice.conversation import Conversation, Expected
from RobotVoice.demo.faults import Faults
from RobotVoice.errors import UnsupportedCapability
from RobotVoice.evidence.model import Interruption, Mode, Outcome, Speaker
from RobotVoice.interruption.ending import BeforeEnd
from RobotVoice.interruption.heard_words import AfterPhrase, AfterWords
from RobotVoice.interruption.outcome import IN_A_PAUSE, NOT_BEGUN
from RobotVoice.interruption.silent_moments import InAPause, WhileThinking, WhileToolRuns
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.words.phrases import mentions

sys.path.append(str(Path(__file__).parents[1]))  # the benchmarks are no part of the package

from benchmarks import triggers

QUESTION = "Tell me about my billing"
WAIT = "Wait, I meant account support"
THINKS = 0.8
"""Seconds."""
BUSY = 100.0
"""Milliseconds by which a busy machine may miss the targets of the benchmark."""

# --- the moment, by the demo agent's own truth ---

CASES = {case.name: case for case in triggers.cases(greeting=0.0) if not isinstance(case.trigger, BeforeEnd)}


@pytest.mark.parametrize("name", CASES)
def test_the_moment_is_kept(name: str) -> None:
    case = CASES[name]
    with triggers.DemoAgent(case.faults) as agent:
        for _ in range(ATTEMPTS):
            late, reliable = triggers.late(case, agent)
            if reliable:
                assert -BUSY / 5 < late < case.limit + BUSY
                return
    pytest.fail(f"this machine was too busy {ATTEMPTS} times")


# --- what comes of it: the demo agent ---


@pytest.fixture(scope="module")
def demo() -> Iterator[Callable[[Faults], str]]:
    """A demo agent for each kind of behaviour."""
    agents: dict[Faults, triggers.DemoAgent] = {}

    def url(faults: Faults) -> str:
        if faults not in agents:
            agents[faults] = triggers.DemoAgent(faults).__enter__()
        return agents[faults].url

    yield url
    for agent in agents.values():
        agent.__exit__()


def asked(url: str, trigger: Trigger, mode: Mode = Mode.VAD, expected: Expected = Expected.ANYTHING) -> Interruption:
    """The caller asks about billing and interrupts the answer."""
    return asked_and_told(url, trigger, mode, expected)[0]


def asked_and_told(url: str, trigger: Trigger, mode: Mode, expected: Expected) -> tuple[Interruption, str]:
    """The same, and the agent's own text of its answer, as far as it had sent it."""
    with calling(Demo(url=url)) as conversation:
        conversation.say(QUESTION, voice(QUESTION), None, Expected.STOP)
        conversation.interrupt(WAIT, voice(WAIT), trigger, mode, expected)
        said = [turn.text or "" for turn in conversation.turns() if turn.speaker is Speaker.AGENT]
        return conversation.interruptions()[0], " ".join(said)


def phrase(text: str, **options: float) -> AfterPhrase:
    return AfterPhrase(phrase=text, is_in=partial(mentions, phrase=text), **options)


@pytest.mark.parametrize("trigger", [AfterWords(count=9), phrase("last bill")], ids=str)
def test_the_agent_is_interrupted_after_its_words(demo: Callable[[Faults], str], trigger: Trigger) -> None:
    result, answer = asked_and_told(demo(Faults()), trigger, Mode.VAD, Expected.ANYTHING)
    assert (result.outcome, result.trigger) == (Outcome.INTERRUPTED, str(trigger))
    assert answer.startswith("Let me tell you about your billing. Your last")
    assert result.reaction is not None
    assert result.reaction.value < 0.2


def test_in_a_pause_an_agent_that_gives_way_at_once_does_not_go_on(demo: Callable[[Faults], str]) -> None:
    result = asked(demo(Faults(stops_after=timedelta(seconds=0.1))), InAPause())
    assert (result.outcome, result.was_silent, result.note) == (Outcome.INTERRUPTED, True, IN_A_PAUSE)


def test_in_a_pause_a_polite_agent_goes_on_and_then_gives_way(demo: Callable[[Faults], str]) -> None:
    result = asked(demo(Faults()), InAPause())
    assert (result.outcome, result.was_silent) == (Outcome.INTERRUPTED, False)
    assert result.stop_latency is not None
    assert result.stop_latency.value > 0.3


def test_in_a_pause_a_deaf_agent_kept_talking(demo: Callable[[Faults], str]) -> None:
    assert asked(demo(Faults(never_stops=True)), InAPause()).outcome is Outcome.KEPT_TALKING


def test_a_reply_that_was_sent_ahead_is_cut_short_before_its_end(demo: Callable[[Faults], str]) -> None:
    result = asked(demo(Faults(bursts=True)), BeforeEnd(rest=1.5))
    assert result.outcome is Outcome.INTERRUPTED
    assert result.agent_onset is not None


def test_an_agent_that_hears_its_caller_out_was_not_interrupted(demo: Callable[[Faults], str]) -> None:
    """It drops what it was going to say, and nothing on the line tells."""
    for faults, trigger in (
        (Faults(reply_delay=timedelta(seconds=2)), WhileThinking(1.0)),
        (Faults(calls_tool=timedelta(seconds=2)), WhileToolRuns()),
    ):
        result = asked(demo(faults), trigger)
        assert result.outcome is Outcome.DID_NOT_HAPPEN
        assert result.reason == "the agent was not speaking, and nothing shows that it would have gone on"
        assert result.barge_in is not None


@pytest.mark.parametrize(
    ("trigger", "reason"),
    [
        (
            AfterWords(count=200),
            "the agent's reply ended after * words, before the 200 words of after_words= were heard",
        ),
        (phrase("account support"), 'the agent never said "account support": its reply ended after * words'),
        (
            BeforeEnd(rest=0.5),
            "the end of the agent's reply could not be known 500 ms before it came: it sends its words only as *",
        ),
        (WhileToolRuns(timeout=2.0), "no tool call of the agent came within 2 s"),
        (InAPause(60.0), "the agent had finished its reply after *, before the 60.0 s of after= were over"),
        (WhileThinking(5.0), "the agent spoke * after the caller's last word, before the 5 s were over"),
        (phrase("account support", timeout=3.0), 'the agent never said "account support" within 3 s'),
    ],
    ids=str,
)
def test_a_moment_that_does_not_come_has_its_reason(
    demo: Callable[[Faults], str], trigger: Trigger, reason: str
) -> None:
    for _ in range(ATTEMPTS):
        result = asked(demo(Faults()), trigger)
        if not result.reason.startswith("the agent was not audible"):  # it understands by a model, in its own time
            break
    assert (result.outcome, result.barge_in) == (Outcome.DID_NOT_HAPPEN, None)
    assert fnmatch(result.reason, reason)


# --- what comes of it: agents that think aloud ---


class SlowVoice(OpenAIStandIn):
    """Its response begins at once, its sound later; the caller's voice cancels it."""

    async def stream(self, seconds: float, send: Callable[[Pcm], object]) -> None:
        if self._replies == 1:
            await asyncio.sleep(THINKS)
        await super().stream(seconds, send)  # type: ignore[arg-type]


class SlowMind(OpenAIStandIn):
    """It begins to speak when it has thought, whatever the caller does by then."""

    async def speak(self, seconds: float) -> None:
        if self._replies == 1:
            await asyncio.sleep(THINKS)
        await super().speak(seconds)


def thinking(session: type[OpenAIStandIn], said: float, mode: Mode = Mode.VAD) -> Interruption:
    with StandIn(session, Plan(reply=6.0)) as server, calling(OpenAIRealtime(url=server.url)) as conversation:
        conversation.say(QUESTION, clip(0.6), None, Expected.STOP)
        conversation.interrupt("Wait", clip(said), WhileThinking(0.6), mode, Expected.ANYTHING)
        conversation.stay_silent(1.5)
        return conversation.interruptions()[0]


@pytest.mark.parametrize("mode", [Mode.VAD, Mode.CANCEL])
def test_an_answer_that_was_cancelled_before_its_first_sound(mode: Mode) -> None:
    result = thinking(SlowVoice, 0.8, mode)
    assert (result.outcome, result.was_silent, result.note) == (Outcome.INTERRUPTED, True, NOT_BEGUN)
    assert result.stop_latency is not None
    assert result.stop_latency.value == 0.0
    assert result.reply_onset is not None


def test_an_answer_that_begins_although_the_caller_speaks() -> None:
    result = thinking(SlowMind, 2.0)
    assert result.outcome is Outcome.KEPT_TALKING
    assert result.agent_onset is not None
    assert result.barge_in is not None
    assert result.agent_onset > result.barge_in + 0.1


def test_two_barge_ins_before_the_agent_answers() -> None:
    """The second one comes right after the first: the agent has fallen silent, and has not answered yet."""
    with StandIn(OpenAIStandIn, Plan(reply=6.0)) as server, calling(OpenAIRealtime(url=server.url)) as conversation:
        conversation.say(QUESTION, clip(0.6), None, Expected.STOP)
        conversation.interrupt("Wait", clip(1.4), Trigger(0.5), Mode.VAD, Expected.STOP)
        conversation.interrupt("No, sorry", clip(0.8), WhileThinking(), Mode.VAD, Expected.ANYTHING)
        conversation.hear_reply(10.0)
        one, two = conversation.interruptions()
    assert (one.outcome, one.reply_onset) == (Outcome.INTERRUPTED, None)
    assert one.caller_end is not None
    assert two.barge_in is not None
    assert two.barge_in - one.caller_end < 0.5
    assert two.outcome is Outcome.DID_NOT_HAPPEN


def test_an_interruption_of_the_recovery(demo: Callable[[Faults], str]) -> None:
    with calling(Demo(url=demo(Faults()))) as conversation:
        conversation.say(QUESTION, voice(QUESTION), None, Expected.STOP)
        conversation.interrupt(WAIT, voice(WAIT), Trigger(0.5), Mode.VAD, Expected.STOP)
        conversation.interrupt(
            "What are your business hours?",
            voice("What are your business hours?"),
            AfterWords(count=5),
            Mode.CANCEL,
            Expected.STOP,
        )
        recovery = conversation.hear_reply(30.0)
        one, two = conversation.interruptions()
    assert [one.outcome, two.outcome] == [Outcome.INTERRUPTED] * 2
    assert one.reply_onset is not None
    assert two.agent_onset == pytest.approx(one.reply_onset, abs=0.1)
    assert two.barge_in is not None
    assert two.barge_in > one.reply_onset
    assert recovery is not None
    assert "business hours" in recovery


# --- what can't be asked for ---


def test_words_need_an_agent_that_sends_them() -> None:
    with StandIn(RawServer) as server, calling(WebSocket(url=server.url, rate=16000)) as conversation:
        _refuses(conversation, AfterWords(count=3))
        _refuses(conversation, phrase("billing"))
        assert server.session.kinds in ([], ["audio"])


def _refuses(conversation: Conversation, trigger: Trigger) -> None:
    with pytest.raises(
        UnsupportedCapability, match=r"'websocket' has no streaming transcripts .* that have it: .*demo"
    ):
        conversation.interrupt("Wait", clip(0.8), trigger, Mode.VAD, Expected.STOP)
    assert conversation.results() == []

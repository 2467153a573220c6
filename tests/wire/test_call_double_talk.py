"""Whole calls in which both talk: who gives way, who says it again, and what the agent heard of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from stand_ins.calls import ATTEMPTS, calling, near
from stand_ins.pcm_server import JSON_OPTIONS, JsonServer, RawServer
from stand_ins.server import Plan, Session, StandIn
from stand_ins.sound import clip

from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.frames import FRAME_SECONDS, silence
from RobotVoice.call.mouth import BROKE_OFF
from RobotVoice.conversation import Conversation, Expected
from RobotVoice.errors import CallEnded, UnreliableTiming
from RobotVoice.evidence.model import CallEvidence, Interruption, Measured, Mode, Outcome
from RobotVoice.interruption.double_talk import BREATH, DoubleTalk
from RobotVoice.interruption.triggers import Trigger

OPTIONS: dict[str, Any] = JSON_OPTIONS
LINE = "Wait, I meant account support"
DEAF = Plan(reply=10.0, yields=False)
WATCH = 4.0
GIVES_WAY = DoubleTalk(gives_way_after=1.0)
REPEATS = DoubleTalk(most_times=5)
Form = Callable[[Conversation, float, DoubleTalk, Expected], object]


class HeedsTheSecondTime(JsonServer):
    """It lets itself be interrupted by one who says it twice."""

    async def caller_started(self) -> None:
        if len(self.ear.onsets) > 2:
            await super().caller_started()


class HeedsItBetweenItsWords(HeedsTheSecondTime):
    """And what it says has gaps, none of which is its end."""

    async def speak(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.5)):
            await self.stream(0.3, self._play)
            await self._play(silence(0.2, self.rate))
            await asyncio.sleep(0.2)


class HangsUpOnTheCaller(RawServer):
    """In the middle of their line."""

    async def caller_started(self) -> None:
        await self.socket.close(1000)


def sugar(conversation: Conversation, seconds: float, double_talk: DoubleTalk, expected: Expected) -> None:
    conversation.expect_reply()
    conversation.interrupt(LINE, clip(seconds), Trigger(0.0), Mode.VAD, expected, double_talk)


def unrolled(conversation: Conversation, seconds: float, double_talk: DoubleTalk, expected: Expected) -> None:
    conversation.expect_reply()
    conversation.say(LINE, clip(seconds), Mode.VAD, expected, double_talk)


@dataclass
class Left:
    """A call with one interruption: the agent and what we made of it."""

    agent: Session
    result: Interruption
    evidence: CallEvidence
    replied: Measured | None

    @property
    def said(self) -> list[tuple[float, float]]:
        """When the agent heard the caller, each time, in seconds from the barge-in."""
        heard = list(zip(self.agent.ear.onsets, self.agent.ear.offsets, strict=True))[1:]
        return [(start - heard[0][0], end + FRAME_SECONDS - heard[0][0]) for start, end in heard]

    @property
    def lines(self) -> list[str | None]:
        return [turn.text for turn in self.evidence.turns if turn.source == "caller's line"]


def barge_in(
    session: type[Session],
    plan: Plan,
    seconds: float,
    double_talk: DoubleTalk,
    expected: Expected = Expected.KEEP_TALKING,
    form: Form = sugar,
) -> Left:
    """In a call in which this machine kept the time."""
    for _ in range(ATTEMPTS):
        with suppress(UnreliableTiming), StandIn(session, plan) as server:
            options = OPTIONS if issubclass(session, JsonServer) else {"rate": 16000}
            with calling(WebSocket(url=server.url, **options), WATCH) as conversation:
                conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
                form(conversation, seconds, double_talk, expected)
                replied = None
                if expected is Expected.STOP:
                    conversation.hear_reply(10.0)
                    replied = conversation.reply_latency(1.0)
            agent = server.session
            assert agent.over.wait(5)
            assert agent.wrong == []
            if conversation.health().reliable:
                return Left(agent, conversation.interruptions()[0], conversation.evidence(), replied)
    pytest.fail(f"this machine was too busy {ATTEMPTS} times")


def test_who_gives_way_is_heard_for_so_long_and_no_longer() -> None:
    left = barge_in(RawServer, DEAF, 3.0, GIVES_WAY)
    ((_, end),) = left.said
    assert end == near(1.0 + FRAME_SECONDS / 2), "at most a frame later"
    result = left.result
    assert result.outcome is Outcome.KEPT_TALKING
    assert result.gave_way_after == near(end)
    assert result.stop_latency is not None
    assert result.stop_latency.value == near(WATCH), "it had its time to stop all the same"
    assert result.overlap is not None
    assert result.overlap.value == near(end)
    assert left.lines == ["Tell me about my billing", f"Wait, I {BROKE_OFF}"]
    assert result.text == f"Wait, I {BROKE_OFF}"
    assert "caller gives way" in [event.kind for event in left.evidence.events]


def test_an_agent_that_gives_way_first_hears_all_of_it() -> None:
    left = barge_in(RawServer, Plan(), 2.0, GIVES_WAY, Expected.STOP)
    ((_, end),) = left.said
    assert end == near(2.0)
    assert left.result.outcome is Outcome.INTERRUPTED
    assert left.result.gave_way_after is None
    assert left.lines[1] == LINE


@pytest.mark.parametrize("form", [sugar, unrolled])
def test_who_is_heard_the_second_time_says_it_twice(form: Form) -> None:
    left = barge_in(HeedsTheSecondTime, Plan(reply=10.0), 0.8, REPEATS, Expected.STOP, form)
    first, second = left.said
    assert second[0] == near(first[1] + BREATH)
    assert second[1] - second[0] == near(0.8), "said to its end, although the agent was silent by then"
    result = left.result
    assert (result.outcome, result.times_said) == (Outcome.INTERRUPTED, 2)
    assert result.stop_latency is not None
    assert result.stop_latency.value == near(left.agent.stops[0] - left.agent.ear.onsets[1])
    assert result.overlap is not None
    assert result.overlap.value == near(result.stop_latency.value - BREATH), "of both times"
    assert result.response_latency is not None
    assert result.response_latency.value == near(left.agent.streamed[1].began - left.agent.ear.offsets[2])
    assert left.lines == ["Tell me about my billing", LINE, LINE]


def test_the_rest_of_what_was_interrupted_is_no_reply_to_what_was_said_again() -> None:
    left = barge_in(HeedsItBetweenItsWords, Plan(reply=10.0), 0.8, REPEATS, Expected.STOP)
    assert left.result.times_said == 2
    assert left.replied is not None
    assert left.replied.value == near(left.agent.streamed[-1].began - left.agent.ear.offsets[2])


def test_both_forms_are_one() -> None:
    one, other = (barge_in(JsonServer, DEAF, 0.8, REPEATS, form=form) for form in (sugar, unrolled))
    assert one.agent.kinds == other.agent.kinds
    assert [event.kind for event in one.evidence.events] == [event.kind for event in other.evidence.events]
    assert (one.result.outcome, one.result.times_said) == (other.result.outcome, other.result.times_said)


def test_who_is_never_heard_says_it_until_the_watch_ends() -> None:
    left = barge_in(RawServer, DEAF, 1.4, REPEATS)
    assert left.result.outcome is Outcome.KEPT_TALKING
    assert left.result.times_said == len(left.said) == 3
    assert all(end - start == near(1.4) for start, end in left.said), "nothing is cut off by the end of the watch"
    breaths = [again - end for (_, end), (again, _) in pairwise(left.said)]
    assert breaths == [near(BREATH + FRAME_SECONDS / 2)] * 2


def test_what_the_end_of_the_call_broke_off_was_not_said() -> None:
    with StandIn(HangsUpOnTheCaller) as server, calling(WebSocket(url=server.url, rate=16000)) as conversation:
        with pytest.raises(CallEnded):
            conversation.say(LINE, clip(3.0), None, Expected.STOP)
        (turn,) = conversation.turns()
        assert turn.text is not None
        assert turn.text.endswith(BROKE_OFF)
        assert "support" not in turn.text
        assert turn.end <= conversation.seconds + FRAME_SECONDS

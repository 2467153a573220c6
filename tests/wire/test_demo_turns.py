"""When the demo agent takes the caller's turn as over, when it is deaf, and how it asks a silent caller."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
from test_demo_process import run, voice
from test_demo_websocket import BARGE_IN, calling

from RobotVoice.audio.frames import Clip, silence
from RobotVoice.demo import script
from RobotVoice.demo.faults import Faults


def hesitating(pause: float) -> Clip:
    """A caller who looks for words."""
    first, then = voice("I would like to"), voice("change my password")
    return Clip(np.concatenate((first.samples, silence(pause, first.rate), then.samples)), first.rate)


def test_a_patient_agent_lets_the_caller_hesitate(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with calling(tmp_path, Faults(waits_for_caller=timedelta(seconds=1.5))) as call:
            call.caller.say(hesitating(1.0))
            reply = await call.demo.wrote("reply_started")
            assert reply["text"] == script.reply_to("password")
            assert len(call.demo.truth("caller_heard")) == 1
            assert reply["t"] - call.demo.truth("caller_ended")[0]["last_sound"] >= 1.4

    run(scenario())


def test_an_impatient_agent_takes_a_pause_for_the_end(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with calling(tmp_path, Faults(waits_for_caller=timedelta(seconds=0.3))) as call:
            call.caller.say(hesitating(0.5))
            await call.demo.wrote("caller_ended", 2)

    run(scenario())


def test_it_is_deaf_for_who_begins_too_soon(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with calling(tmp_path, Faults(deaf_for=timedelta(seconds=2.5), greeting=True)) as call:
            await call.demo.wrote("sentence_started")
            call.caller.say(BARGE_IN)
            ignored = await call.demo.wrote("caller_ignored")
            (unheard,) = call.demo.truth("caller_onset")
            assert unheard["deaf"]
            assert ignored["last_sound"] - unheard["at"] > 1
            assert call.demo.truth("stopped") == []
            assert call.messages == []
            heard_from = call.demo.truth("sentence_started")[0]["at"] + 2.5
            await asyncio.sleep(max(0.0, heard_from - time.monotonic()))
            call.caller.say(BARGE_IN)
            await call.demo.wrote("stopped")
            assert [event["deaf"] for event in call.demo.truth("caller_onset")] == [True, False]

    run(scenario())


def test_it_asks_a_silent_caller_three_times(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with calling(tmp_path, Faults(reprompts_after=timedelta(seconds=0.3), greeting=True)) as call:
            await call.demo.wrote("reply_finished", 4)
            await asyncio.sleep(1)
            asked = call.demo.truth("reprompted")
            replies = call.demo.truth("reply_started")
            finished = call.demo.truth("reply_finished")
        assert [event["times"] for event in asked] == [1, 2, 3]
        assert [event["text"] for event in replies] == [script.GREETING, *[script.STILL_THERE] * 3]
        for question, before in zip(asked, finished, strict=False):
            assert question["t"] - before["last_sound"] >= 0.3

    run(scenario())


def test_a_caller_who_speaks_is_not_asked(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with calling(tmp_path, Faults(reprompts_after=timedelta(seconds=2))) as call:
            call.caller.say("What are your business hours?")
            await call.demo.wrote("reply_finished")
            call.caller.say("Tell me about my billing")
            reply = await call.demo.wrote("reply_started", 2)
            assert reply["text"] == script.reply_to("billing")
            await call.demo.wrote("reply_finished", 2)
            assert call.demo.truth("reprompted") == []
            assert (await call.demo.wrote("reprompted"))["times"] == 1

    run(scenario())

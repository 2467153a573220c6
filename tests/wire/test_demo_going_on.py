"""The demo agent that falls silent for a sound and goes on; and its truth of what was played when."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_demo_process import Demo, Event, run, until
from test_demo_websocket import BARGE_IN, Call, calling, sound

from RobotVoice.audio.frames import Pcm
from RobotVoice.demo import script
from RobotVoice.demo.faults import Faults
from RobotVoice.demo.utterance import BETWEEN_SENTENCES, sentences_of

RATE = 24000
GREETING = sentences_of(script.GREETING)
A_SECOND = timedelta(seconds=1)


async def paused_in_the_second_sentence(call: Call) -> tuple[Event, Event]:
    """The whole story of a pause: where it fell silent, and how it went on."""
    await call.demo.wrote("sentence_started", 2)
    await asyncio.sleep(0.4)
    call.caller.say(sound(0.4))
    paused = await call.demo.wrote("paused")
    assert paused["sentence"] == 1
    await call.got("flush")
    went_on = await call.demo.wrote("went_on")
    await call.demo.wrote("reply_finished")
    await call.got("reply_end")
    assert call.demo.truth("stopped") == call.demo.truth("caller_heard") == []
    assert len(call.demo.truth("caller_ignored")) == 1
    assert went_on["silent"] >= 1
    return paused, went_on


@pytest.mark.parametrize("bursts", [False, True])
def test_it_goes_on_where_it_was(tmp_path: Path, bursts: bool) -> None:
    async def scenario() -> None:
        faults = Faults(greeting=True, pauses_for=A_SECOND, stops_after=A_SECOND, bursts=bursts)
        async with calling(tmp_path, faults) as call:
            paused, went_on = await paused_in_the_second_sentence(call)
            whole, rest = call.demo.truth("reply_started")
            (flushed,) = call.demo.truth("flushed")
            sent = len(call.audio) / RATE
        assert (went_on["how"], went_on["word"]) == ("goes_on", paused["word"])
        assert rest["resumed"]
        assert rest["text"].startswith(paused["word"])
        assert script.GREETING.endswith(rest["text"])
        assert rest["seconds"] == pytest.approx(whole["seconds"] - paused["played"], abs=0.001)
        assert sent == pytest.approx(whole["seconds"] + flushed["unplayed"], abs=0.001)
        assert (flushed["unplayed"] > 1) == bursts

    run(scenario())


def test_it_begins_its_sentence_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        faults = Faults(greeting=True, pauses_for=A_SECOND, stops_after=A_SECOND, restarts_sentence=True)
        async with calling(tmp_path, faults) as call:
            _, went_on = await paused_in_the_second_sentence(call)
            whole, rest = call.demo.truth("reply_started")
        begun = [event for event in call.demo.truth("sentence_started") if event["text"] == GREETING[1]]
        assert (went_on["how"], went_on["word"]) == ("restarts_sentence", GREETING[1].split()[0])
        assert rest["text"] == " ".join(GREETING[1:])
        assert len(begun) == 2
        assert len(call.audio) / RATE > whole["seconds"] + 0.3

    run(scenario())


def test_it_skips_what_it_would_have_said(tmp_path: Path) -> None:
    async def scenario() -> None:
        faults = Faults(greeting=True, pauses_for=A_SECOND, stops_after=A_SECOND, skips_words=True)
        async with calling(tmp_path, faults) as call:
            paused, went_on = await paused_in_the_second_sentence(call)
            whole, rest = call.demo.truth("reply_started")
            (flushed,) = call.demo.truth("flushed")
        assert went_on["how"] == "skips_words"
        assert rest["seconds"] == pytest.approx(whole["seconds"] - paused["played"] - went_on["silent"], abs=0.001)
        assert script.GREETING.endswith(rest["text"])
        missing = whole["seconds"] + flushed["unplayed"] - len(call.audio) / RATE
        assert missing == pytest.approx(went_on["silent"], abs=0.001)

    run(scenario())


def test_who_skips_over_the_end_says_nothing_more(tmp_path: Path) -> None:
    async def scenario() -> None:
        pause = timedelta(seconds=3)
        faults = Faults(pauses_for=pause, skips_words=True, stops_after=A_SECOND, greeting=True)
        async with calling(tmp_path, faults) as call:
            await call.demo.wrote("sentence_started", len(GREETING))
            call.caller.say(sound(0.4))
            went_on = await call.demo.wrote("went_on")
            assert (went_on["word"], went_on["sentence"]) == ("", None)
            call.caller.say("Tell me about my billing")
            assert (await call.demo.wrote("reply_started", 2))["text"] == script.reply_to("billing")

    run(scenario())


@pytest.mark.parametrize("bursts", [False, True])
def test_a_real_interruption_stops_it_for_good(tmp_path: Path, bursts: bool) -> None:
    async def scenario() -> None:
        faults = Faults(greeting=True, pauses_for=timedelta(seconds=2), stops_after=A_SECOND, bursts=bursts)
        async with calling(tmp_path, faults) as call:
            await call.demo.wrote("sentence_started", 2)
            call.caller.say(BARGE_IN)
            stopped = await call.demo.wrote("stopped")
            second = await call.demo.wrote("reply_started", 2)
        (paused,) = call.demo.truth("paused")
        assert call.demo.truth("went_on") == []
        assert second["text"] == script.reply_to("support")
        assert {name: stopped[name] for name in ("last_sound", "played", "word")} == {
            name: paused[name] for name in ("last_sound", "played", "word")
        }
        assert call.messages.count("flush") == 1

    run(scenario())


def test_a_cancel_in_the_pause_ends_the_reply(tmp_path: Path) -> None:
    async def scenario() -> None:
        faults = Faults(greeting=True, pauses_for=timedelta(seconds=3), stops_after=A_SECOND)
        async with calling(tmp_path, faults) as call:
            await call.demo.wrote("sentence_started")
            call.caller.say(sound(0.4))
            await call.demo.wrote("paused")
            await call.demo.wrote("caller_ignored")
            await call.socket.send('{"type": "cancel"}')
            await call.got("cancelled")
            await asyncio.sleep(3.5)
            assert call.demo.truth("went_on") == []
            assert call.demo.truth("decided_to_stop")[0]["why"] == "cancel"
            assert len(call.demo.truth("reply_started")) == 1

    run(scenario())


@pytest.mark.parametrize("bursts", [False, True])
def test_the_truth_of_sentences_is_that_of_the_sound(tmp_path: Path, bursts: bool) -> None:
    async def scenario() -> None:
        async with calling(tmp_path, Faults(greeting=True, bursts=bursts)) as call:
            await call.demo.wrote("reply_finished")
            await until(lambda: len(call.audio) >= RATE * call.demo.truth("reply_started")[0]["seconds"] - 1)
            check_the_sentences(call.demo, call.audio, exactly=bursts)

    run(scenario())


def check_the_sentences(demo: Demo, audio: Pcm, *, exactly: bool) -> None:
    """`exactly`: the line had no holes, so that what was sent at once is played without one."""
    started, ended = demo.truth("sentence_started"), demo.truth("sentence_ended")
    assert [event["text"] for event in started] == [event["text"] for event in ended] == GREETING
    assert all(event["whole"] for event in ended)
    begin = started[0]["at"]
    for silence_from, silence_to, last, following in zip(*pauses_of(audio), ended[:-1], started[1:], strict=True):
        assert following["at"] - begin >= silence_to - 0.001
        if exactly:
            assert last["at"] - begin == pytest.approx(silence_from, abs=0.001)
            assert following["at"] - begin == pytest.approx(silence_to, abs=0.001)
    for first, last in zip(started, ended, strict=True):
        check_the_words(first, last)
    assert all(event["t"] - event["at"] >= 0 for event in (*started, *ended))


def check_the_words(started: Event, ended: Event) -> None:
    texts, moments = zip(*ended["words"], strict=True)
    assert " ".join(texts) == started["text"]
    assert moments[0] == started["at"]
    assert [*moments] == sorted(moments)
    assert moments[-1] < ended["at"]


def pauses_of(audio: Pcm) -> tuple[Any, Any]:
    """Where the digital silence between two sentences begins, and where it ends (s)."""
    loud = np.flatnonzero(audio)
    gaps = np.flatnonzero(np.diff(loud) > RATE * BETWEEN_SENTENCES * 0.99)
    return (loud[gaps] + 1) / RATE, loud[gaps + 1] / RATE

"""The line, live: what the agent gets is what the line made, and figures are as true as on a clean one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stand_ins.calls import ATTEMPTS, NoEars, near
from stand_ins.pcm_server import RawServer
from stand_ins.server import Plan, StandIn
from stand_ins.sound import clip
from websockets.asyncio.server import ServerConnection

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.demo import Demo
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.frames import Pcm, level
from RobotVoice.bridge import Bridge
from RobotVoice.call.turns import NATURAL_PAUSE
from RobotVoice.conversation import Conversation, Expected, Limits
from RobotVoice.demo.hearing import loud_samples
from RobotVoice.evidence.model import Interruption, Mode, Outcome
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.line.conditions import CLEAN, Conditions, Noise
from RobotVoice.line.named import LINES
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.voices import CachedVoice, OfflineVoice

RATE = 16000
LOUD = 1000
"""A sample of the stand-in's vowel, or of what conceals it, and of no noise of these tests."""
NOISY = Conditions(noise=Noise("pink"), snr=25.0)


class Recorder(RawServer):
    """Keeps what it gets."""

    def __init__(self, socket: ServerConnection, plan: Plan) -> None:
        super().__init__(socket, plan)
        self.got: list[tuple[float, Pcm]] = []

    async def hear(self, samples: Pcm) -> None:
        self.got.append((time.monotonic(), samples))
        await super().hear(samples)

    def sound(self) -> Pcm:
        return np.concatenate([samples for _, samples in self.got])

    def first_loud_after(self, moment: float) -> float:
        """When the first frame came that holds the caller's voice."""
        return next(at for at, samples in self.got if at > moment and np.abs(samples.astype(int)).max() > LOUD)


@contextmanager
def calling(adapter: Adapter, line: Conditions) -> Iterator[Conversation]:
    bridge = Bridge()
    conversation = Conversation(bridge, adapter, NoEars(), NATURAL_PAUSE, Limits(watch=3.0), line)
    try:
        conversation.start()
        yield conversation
    finally:
        conversation.end()
        bridge.close()


@contextmanager
def recorded(line: Conditions, plan: Plan = Plan()) -> Iterator[tuple[Conversation, Recorder]]:  # noqa: B008
    with StandIn(Recorder, plan) as server:
        with calling(WebSocket(url=server.url, rate=RATE), line) as conversation:
            yield conversation, server.session
        assert server.session.over.wait(5)
    assert server.session.wrong == []


def moment(conversation: Conversation, time_of_call: float) -> float:
    """A time of the call on time.monotonic(), which the agents use."""
    return conversation._call._zero + time_of_call


def kept_time(conversation: Conversation) -> bool:
    """This machine did; figures of another prove nothing."""
    return conversation._call.timing.health().reliable


# --- what the agent gets ---


@pytest.mark.parametrize("name", LINES)
def test_the_agent_gets_what_the_line_made_and_the_recording_holds_it(name: str) -> None:
    line = replace(LINES[name], noise=Noise("pink"), snr=25.0, seed=5)
    with recorded(line, Plan(reply=0.5)) as (conversation, agent):
        conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
        conversation.hear_reply(10.0)
    sent, got = conversation.evidence().caller.samples, agent.sound()
    assert len(got) >= len(sent) - 320
    assert np.array_equal(sent[: len(got)], got[: len(sent)])


def test_noise_is_there_while_the_caller_is_silent_and_while_the_agent_speaks_and_moves_no_figure() -> None:
    for _ in range(ATTEMPTS):
        with recorded(NOISY) as (conversation, agent):
            conversation.stay_silent(0.5)
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            conversation.expect_reply()
            result = conversation.interrupt("Wait", clip(0.8), Trigger(1.0), None, Expected.ANYTHING)
        if kept_time(conversation):
            break
    silent, speaking = agent.got[5:20], agent.got[100:115]
    assert moment(conversation, result.agent_onset or 0) < speaking[0][0] < agent.first_loud_after(speaking[0][0])
    for part in (silent, speaking):
        assert level(np.concatenate([samples for _, samples in part])) == pytest.approx(-45.0, abs=2.0)
    assert not conversation._call.outgoing.voice()[: RATE // 2].any()
    assert result.outcome is Outcome.INTERRUPTED
    assert result.barge_in is not None
    assert moment(conversation, result.barge_in) == near(agent.ear.onsets[1])


def test_the_line_changes_from_one_moment_to_the_next() -> None:
    with recorded(CLEAN) as (conversation, agent):
        conversation.stay_silent(0.5)
        conversation.use_line(NOISY)
        conversation.stay_silent(0.5)
        conversation.use_line(CLEAN)
        conversation.stay_silent(0.5)
    is_loud = [bool(samples.any()) for _, samples in agent.got]
    first, last = is_loud.index(True), len(is_loud) - 1 - is_loud[::-1].index(True)
    assert first > 10
    assert len(is_loud) - last > 10
    assert all(is_loud[first : last + 1])
    (used,) = conversation.evidence().lines
    assert used.description == "pink noise at 25 dB SNR (seed 1)"
    assert (used.end - used.start) / 0.02 == pytest.approx(last + 1 - first, abs=2)
    assert [event.detail for event in conversation.evidence().events if event.kind == "line"] == [
        "pink noise at 25 dB SNR (seed 1)",
        "clean",
    ]


def test_the_agent_hears_itself_in_the_callers_microphone() -> None:
    with recorded(Conditions(echo=-30.0, echo_delay=0.2), Plan(reply=2.0)) as (conversation, _):
        conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
        conversation.hear_reply(10.0)
    evidence = conversation.evidence()
    heard, got = evidence.heard.samples.astype(float), evidence.caller.samples.astype(float)
    onset = int(np.flatnonzero(heard)[0])
    part = slice(onset + RATE // 2, onset + RATE)
    late = round(0.2 * RATE)
    echo = got[part.start + late : part.stop + late]
    assert np.corrcoef(heard[part], echo)[0, 1] > 0.99
    assert 20 * np.log10(np.std(echo) / np.std(heard[part])) == pytest.approx(-30.0, abs=0.5)


# --- when the caller barged in, and when the agent stopped ---


@pytest.mark.parametrize("name", LINES)
def test_a_barge_in_begins_with_the_first_sound_that_comes_through(name: str) -> None:
    for attempt in range(ATTEMPTS):
        with recorded(replace(LINES[name], seed=attempt + 1)) as (conversation, agent):
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            conversation.expect_reply()
            result = conversation.interrupt("Wait", clip(1.5), Trigger(0.5), None, Expected.ANYTHING)
        if kept_time(conversation):
            break
    assert result.barge_in is not None
    after = moment(conversation, result.agent_onset or 0)
    assert moment(conversation, result.barge_in) == near(agent.first_loud_after(after))


def truth(file: Path, event: str) -> dict[str, Any]:
    lines = [json.loads(line) for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return next(line for line in lines if line["event"] == event)


@pytest.mark.parametrize("name", LINES)
def test_an_interruption_of_the_demo_agent_is_timed_within_its_uncertainty(name: str, tmp_path: Path) -> None:
    words = "Wait, I meant account support"
    spoken = CachedVoice(OfflineVoice(), SpeechCache()).speak(words)
    for attempt in range(ATTEMPTS):
        file = tmp_path / f"truth{attempt}.jsonl"
        agent = Demo(greeting=True, stops_after=timedelta(seconds=0.4), truth=str(file))
        with calling(agent, replace(LINES[name], seed=attempt + 1)) as conversation:
            result = conversation.interrupt(words, spoken, Trigger(0.5), Mode.VAD, Expected.ANYTHING)
        if kept_time(conversation):
            break
    _require_true(result, conversation, file)


def _require_true(result: Interruption, conversation: Conversation, file: Path) -> None:
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stop_latency is not None
    assert result.barge_in is not None
    # what the agent takes for the beginning of the caller is the beginning of what it heard without a break, and a line
    # that loses packets has breaks; so only the end is its truth, and the beginning that of the test above
    known = last_heard(conversation, result, file) - moment(conversation, result.barge_in)
    assert abs(result.stop_latency.value - known) <= result.stop_latency.uncertainty + 0.010
    assert truth(file, "caller_onset")["at"] >= moment(conversation, result.barge_in) - 0.010


def last_heard(conversation: Conversation, result: Interruption, file: Path) -> float:
    """When the agent's last loud sample came out of the line.

    What a jitter buffer still holds when the agent's stop is known on this side is never heard; what it lets out until
    then, is.
    """
    sent = float(truth(file, "stopped")["last_sound"])
    if not conversation._call._ways.down.delay:
        return sent
    assert result.wire_stop is not None
    heard = conversation.evidence().heard
    until = round(max(sent - moment(conversation, 0.0), result.wire_stop) * heard.rate)
    return moment(conversation, float(loud_samples(heard.samples[:until])[-1] / heard.rate))

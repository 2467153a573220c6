"""`Agent Replies` and a caller's turn wait until the agent is silent by the measure of the checks, not only by the ear
that listens while the call runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from by_hand import RATE, noise, vowel

from RobotVoice.adapters.events import AgentAudio, AgentEvent, ReplyEnded, ReplyStarted
from RobotVoice.audio.frames import FRAME_SECONDS, Pcm, empty, silence
from RobotVoice.call.agent_side import AgentSide
from RobotVoice.call.call import Call
from RobotVoice.call.mouth import Mouth
from RobotVoice.call.outgoing import Outgoing
from RobotVoice.call.record import Record
from RobotVoice.call.timing import UplinkTiming
from RobotVoice.conversation.crossing import Crossing
from RobotVoice.conversation.interrupting import Interrupting
from RobotVoice.conversation.listening import Listening
from RobotVoice.conversation.replying import MISSED, Replying
from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.line.both_ways import BothWays
from RobotVoice.line.conditions import CLEAN
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.voices import CachedVoice, OfflineVoice

Event = tuple[float, AgentEvent]
BEGIN = 1.0
"""Seconds of the call at which the agent begins."""


class Live:
    """A call without a line, in which time passes only where somebody waits. tick: seconds between two looks."""

    def __init__(self, events: list[Event], tick: float = FRAME_SECONDS) -> None:
        self.now, self.tick, self.frames = 0.0, tick, 0
        self.events = events
        self.mouth = Mouth(RATE)
        self.outgoing = Outgoing(self.mouth)
        self.ways = BothWays.of(CLEAN, RATE, RATE)
        self.agent = AgentSide(RATE, 0.7, self.ways.down, Record(), UplinkTiming())
        listening = Listening(cast(Call, self))
        others = cast(Crossing, SimpleNamespace(run=self.run, wait=self.wait)), listening, cast(Interrupting, None)
        self.listening, self.replying = listening, Replying(cast(Call, self), *others)

    def until(self, condition: Callable[[], bool], timeout: float) -> Callable[[], bool]:
        return condition

    def run(self, condition: Callable[[], bool], seconds: float, doing: object) -> None:
        while not condition():
            assert self.now < 30.0
            self.wait(self.tick)

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        while (self.frames + 1) * FRAME_SECONDS <= self.now:
            self.outgoing.next_frame(self.frames * FRAME_SECONDS, self.ways.up, empty())
            self.frames += 1
        while self.events and self.events[0][0] <= self.now:
            self.agent.take(self.events[0][1], self.events.pop(0)[0])
        return True

    def over(self) -> float:
        """Seconds since the last sound of what has come by now."""
        return self.now - self.listening.tracks(self.now, 20.0).agent()[-1].end


def burst(samples: Pcm) -> list[Event]:
    """All of it, and the word that this was all, at once."""
    told = ReplyStarted("a"), AgentAudio(samples, "a"), ReplyEnded("a")
    return [(BEGIN, event) for event in told]


def streamed(samples: Pcm) -> list[Event]:
    """Frame by frame; its end is told with the last one."""
    return [(BEGIN, ReplyStarted("a")), *_frames(samples), (BEGIN + len(samples) / RATE, ReplyEnded("a"))]


def untold(samples: Pcm) -> list[Event]:
    """By an agent that tells nothing."""
    return [*_frames(samples)]


def _frames(samples: Pcm) -> Iterator[Event]:
    for at in range(0, len(samples), 160):
        yield BEGIN + at / RATE, AgentAudio(samples[at : at + 160], "")


def ends_in_t() -> Pcm:
    """A vowel, a closure and a burst without voice."""
    return np.concatenate((vowel(0.6), silence(0.08, RATE), noise(0.03, -40), silence(0.02, RATE)))


def quiet(text: str, by: float) -> Pcm:
    """A voice that is so many dB quieter than usual."""
    clip = CachedVoice(OfflineVoice(), SpeechCache()).speak(text).at_rate(RATE)
    return (clip.samples * 10 ** (-by / 20)).astype(np.int16)


SOUNDS = [ends_in_t(), quiet("That is all of it.", 0.0), quiet("Are you still there?", 24.0)]


@pytest.mark.parametrize("samples", SOUNDS, ids=["t", "voice", "quiet"])
@pytest.mark.parametrize("way", [burst, streamed, untold])
@pytest.mark.parametrize("tick", [FRAME_SECONDS, 0.3], ids=["idle", "busy"])
def test_a_reply_is_heard_out_to_its_last_sound(samples: Pcm, way: Callable[[Pcm], list[Event]], tick: float) -> None:
    live = Live(way(samples), tick)
    reply = live.replying.hear_out(10.0)
    assert reply.onset == pytest.approx(BEGIN, abs=0.15)
    assert live.over() > RESOLUTION
    assert live.over() < 0.7 + MISSED + tick


def test_it_takes_no_longer_than_its_sound() -> None:
    """Where the end is told."""
    live = Live(burst(ends_in_t()))
    live.replying.hear_out(10.0)
    assert live.over() <= 2 * FRAME_SECONDS + 1e-6


def test_a_caller_waits_for_the_last_sound_as_well() -> None:
    live = Live(burst(ends_in_t()))
    live.wait(BEGIN + 0.62)
    assert not live.agent.is_talking(live.now), "going by its voice"
    live.replying.wait_for_turn("Thanks", 10.0)
    assert live.over() > RESOLUTION


def test_a_sound_that_never_ends_is_waited_for_no_longer_than_a_second() -> None:
    """An agent whose line hisses after its words has replied all the same."""
    live = Live(burst(np.concatenate((vowel(0.6), silence(0.1, RATE), noise(8.0, -35)))))
    reply = live.replying.hear_out(10.0)
    assert live.over() < 0, "it sounds on"
    assert live.now <= reply.end + 1.0 + 2 * FRAME_SECONDS


def test_the_next_reply_is_no_part_of_this_one() -> None:
    """It has come already, and is played right after."""
    events = burst(np.concatenate((ends_in_t(), silence(0.3, RATE))))
    other = ReplyStarted("b"), AgentAudio(vowel(3.0), "b"), ReplyEnded("b")
    live = Live([*events, *((BEGIN, event) for event in other)])
    assert live.replying.hear_out(10.0).ids == ("a",)
    assert live.now < BEGIN + 1.0
    assert live.replying.hear_out(10.0).ids == ("b",)

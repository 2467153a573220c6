"""A call in progress is listened to step by step, and nothing of it is missed or heard twice."""

from __future__ import annotations

import pytest
from by_hand import RATE, noise
from hypothesis import given, settings
from hypothesis import strategies as st

from RobotVoice.adapters.events import AgentAudio
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.frames import FRAME_SECONDS, Clip, empty
from RobotVoice.call.call import Call
from RobotVoice.call.mouth import Utterance
from RobotVoice.conversation.listening import Listening
from RobotVoice.evidence.tracks import Tracks
from RobotVoice.line.conditions import CLEAN
from RobotVoice.line.uplink import Uplink

EVENTS = st.lists(
    st.tuples(
        st.floats(0.02, 12.0),  # seconds later
        st.sampled_from(["look", "look", "agent", "agent", "caller", "flush"]),
        st.floats(0.1, 6.0),  # of sound
    ),
    min_size=4,
    max_size=14,
)


class Live:
    """A call without a line: frames go out, bursts come in, and a listener looks at it now and then."""

    def __init__(self) -> None:
        call = Call(WebSocket(url="ws://127.0.0.1:1/", rate=RATE))
        self.listening = Listening(call)
        self.mouth, self.outgoing, self.playout = call.mouth, call.outgoing, call.agent.playout
        self.uplink = Uplink(CLEAN, RATE, RATE)
        self.now, self.frames = 0.0, 0

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        while (self.frames + 1) * FRAME_SECONDS <= self.now:
            self.outgoing.next_frame(self.frames * FRAME_SECONDS, self.uplink, empty())
            self.frames += 1

    def do(self, what: str, seconds: float) -> None:
        if what == "agent":
            self.playout.receive(self.now, AgentAudio(noise(seconds, seed=4), "a"))
        elif what == "flush":
            self.playout.flush(self.now, "clear")
        elif what == "caller":
            self.mouth.say(Utterance("", Clip(noise(seconds, seed=3), RATE)))
        else:
            self.compare()

    def compare(self) -> None:
        listened = self.listening.tracks(self.now)
        whole = Tracks(RATE, RATE)
        whole.hear(self.outgoing.voice(), self.playout.heard(self.now))
        assert listened.caller() == whole.caller()
        assert listened.agent() == whole.agent()


@settings(max_examples=15, deadline=None)
@given(EVENTS)
def test_step_by_step_is_what_it_is_at_once(events: list[tuple[float, str, float]]) -> None:
    live = Live()
    for seconds, what, sound in events:
        live.pass_time(seconds)
        live.do(what, sound)
    live.pass_time(1.0)
    live.compare()


def test_a_message_that_was_under_way_is_not_missed() -> None:
    """It is dated back to when it came from the socket; somebody may have looked in between."""
    live = Live()
    live.pass_time(5.0)
    live.compare()
    live.playout.receive(4.5, AgentAudio(noise(2.0), "a"))
    live.pass_time(3.0)
    (found,) = live.listening.tracks(live.now).agent()
    assert (found.start, found.end) == pytest.approx((4.5, 6.5), abs=0.006)


def test_frames_that_are_late_stay_in_their_place() -> None:
    """The machine stood still: the caller's frames go out later, but none is lost and none moves."""
    live = Live()
    live.pass_time(1.0)
    live.mouth.say(Utterance("", Clip(noise(2.0), RATE)))
    live.now += 4.0
    live.compare()
    live.pass_time(1.0)
    live.compare()
    (found,) = live.listening.tracks(live.now).caller()
    assert (found.start, found.end) == pytest.approx((1.0, 3.0), abs=0.006)


@pytest.mark.parametrize(("factor", "soft"), [(1.0, False), (0.02, True)])
def test_an_agent_is_known_to_be_too_quiet(factor: float, soft: bool) -> None:
    live = Live()
    live.playout.receive(0.0, AgentAudio((noise(3.0, seed=4) * factor).astype("int16"), "a"))
    live.pass_time(5.0)
    live.listening.tracks(live.now)
    assert live.listening._loudest.are_soft(empty()) is soft

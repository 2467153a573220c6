"""Cancel or voice activity detection: the matrix decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from RobotVoice.adapters.base import Adapter, Endpoint, Message
from RobotVoice.adapters.events import AgentEvent
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import UnsupportedCapability
from RobotVoice.evidence.model import Mode
from RobotVoice.interruption.modes import choose


class Agent(Adapter):
    """An agent that can do what a test says."""

    name = "mine"
    summary = "an agent of a test"

    def __init__(self, cancel: bool, vad: bool, keys: bool = False) -> None:
        self.capabilities = replace(MediaStreams.capabilities, interruption=cancel, native_vad=vad, dtmf=keys)

    def endpoint(self) -> Endpoint:
        return Endpoint("ws://127.0.0.1:1")

    def audio(self, frame: Pcm) -> Iterable[Message]:
        return ()

    def events(self, message: Message) -> Iterable[AgentEvent]:
        return ()


@pytest.mark.parametrize(
    ("cancel", "vad", "wanted", "mode"),
    [
        (True, True, None, Mode.CANCEL),
        (True, False, None, Mode.CANCEL),
        (False, True, None, Mode.VAD),
        (True, True, Mode.VAD, Mode.VAD),
        (True, True, Mode.CANCEL, Mode.CANCEL),
    ],
)
def test_choice(cancel: bool, vad: bool, wanted: Mode | None, mode: Mode) -> None:
    assert choose(Agent(cancel, vad), wanted) is mode


@pytest.mark.parametrize(
    ("cancel", "vad", "wanted", "missing"),
    [(False, True, Mode.CANCEL, "'interruption'"), (True, False, Mode.VAD, "'native_vad'")],
)
def test_what_is_wanted_and_not_there(cancel: bool, vad: bool, wanted: Mode, missing: str) -> None:
    with pytest.raises(UnsupportedCapability, match=missing) as refused:
        choose(Agent(cancel, vad), wanted)
    assert "'mine'" in str(refused.value)
    assert "Log Capability Matrix" in str(refused.value)


def test_keys_are_pressed_only_if_somebody_wants_to() -> None:
    assert choose(Agent(True, True, keys=True), Mode.KEYS) is Mode.KEYS
    assert choose(Agent(False, False, keys=True), Mode.KEYS) is Mode.KEYS
    with pytest.raises(UnsupportedCapability, match="'dtmf'"):
        choose(Agent(True, True), Mode.KEYS)
    with pytest.raises(UnsupportedCapability, match="'native_vad'"):
        choose(Agent(False, False, keys=True), None)


def test_neither() -> None:
    with pytest.raises(UnsupportedCapability) as refused:
        choose(Agent(False, False), None)
    named_and_who_has_it = ("Agents that have either: demo, openai_realtime, gemini_live,", "websocket (by option)")
    for named in ("'mine'", "'interruption'", "'native_vad'", "'Log Capability Matrix'", *named_and_who_has_it):
        assert named in str(refused.value)

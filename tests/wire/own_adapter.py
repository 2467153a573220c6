"""An agent of your own: all that `Start Call    path/to/own_adapter.py:Intercom    url=ws://...` needs.

The intercom of a house sends and takes binary messages, whose first byte says what the rest is. No option of the
agent `websocket` can say that, so it takes an adapter: it translates, and does nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from RobotVoice.adapters.base import Adapter, Endpoint, Heard, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import (
    AgentAudio,
    AgentEvent,
    AgentWords,
    CancelAcknowledged,
    Flush,
    Noted,
    Problem,
    ReplyEnded,
    ReplyStarted,
)
from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm

PCM = AudioFormat(Encoding.PCM16, 16000)
SIGNALS: dict[bytes, AgentEvent] = {
    b"b": ReplyStarted(),
    b"e": ReplyEnded(),
    b"x": Flush("drop"),
    b"y": CancelAcknowledged("hushed"),
}


class Intercom(Adapter):
    """What is typed and named here is checked and converted as every option of `Start Call` is."""

    name = "intercom"
    summary = "the intercom of a house"
    capabilities = Capabilities(
        streaming_transcripts=True,
        native_vad=True,
        dtmf=True,
        interruption=True,
        input_formats=(PCM,),
        output_formats=(PCM,),
        transport="websocket",
        cancel_signal="hush",
        vad_signal="drop",
    )
    sends = receives = PCM

    def __init__(self, *, url: str, door: int = 1) -> None:
        self._url, self._door = url, door

    def endpoint(self) -> Endpoint:
        return Endpoint(self._url)

    def opening(self) -> Iterable[Message]:
        return (b"d%d" % self._door,)

    def audio(self, frame: Pcm) -> Iterable[Message]:
        return (b"a" + self.sends.encode(frame),)

    def cancel(self, heard: Heard | None) -> Iterable[Message]:
        return (b"h",)

    def press(self, key: str) -> Iterable[Message]:
        return (b"k" + key.encode(),)

    def events(self, message: Message) -> Iterable[AgentEvent]:
        if isinstance(message, str) or not message:
            return (Problem("The intercom sent a message that is not binary, or empty."),)
        kind, rest = message[:1], message[1:]
        if kind == b"a":
            return (AgentAudio(self.receives.decode(rest)),)
        if kind == b"w":
            return (AgentWords(rest.decode(errors="replace")),)
        return (SIGNALS.get(kind, Noted(f"a message of the unknown kind {kind!r}")),)

"""What the caller's side puts on the wire, frame by frame, and the tracks of it. Pure."""

from __future__ import annotations

import numpy as np

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Pcm
from RobotVoice.call.mouth import Mouth, Utterance
from RobotVoice.line.uplink import Uplink


class Outgoing:
    """The mouth at one end of the line, the wire at the other; moments are those of the wire."""

    def __init__(self, mouth: Mouth) -> None:
        self._mouth = mouth
        self._frame = frames.frame_length(mouth.rate)
        self._voice: list[Pcm] = []
        self._sent: list[Pcm] = []
        self._unheard: Utterance | None = None

    def next_frame(self, now: float, uplink: Uplink, heard: Pcm) -> Pcm:
        """The frame that goes on the wire at `now`. heard: what the caller hears meanwhile, if the line has an echo."""
        on_the_wire = now + uplink.delay
        said = self._mouth.speaking
        before = said.sent if said is not None else 0.0
        sent = uplink.carry(self._mouth.next_frame(on_the_wire), heard)
        if said is not None:
            self._mind_loss(said, before, on_the_wire, sent.arrives)
        self._voice.append(sent.voice)
        self._sent.append(sent.samples)
        return sent.samples

    def lost_all_of(self, said: Utterance) -> bool:
        """Nothing of it has come through the line."""
        return self._unheard is said

    def voice(self, start: int = 0) -> Pcm:
        """The caller's voice on the wire, without the noise of line and room, from sample `start` of the call on.

        The figures rest on this.
        """
        return self._track(self._voice, start)

    def sent(self, start: int = 0) -> Pcm:
        """All that was on the wire, from sample `start` of the call on: what the agent got."""
        return self._track(self._sent, start)

    def _mind_loss(self, said: Utterance, before: float, on_the_wire: float, arrives: bool) -> None:
        """What is said begins with the first of its frames that the line does not lose."""
        if said.start == on_the_wire and not arrives:
            self._unheard = said
        elif self._unheard is said and arrives:
            self._unheard, said.start, said.lost = None, on_the_wire, before

    def _track(self, track: list[Pcm], start: int) -> Pcm:
        first, inside = divmod(start, self._frame)
        return np.concatenate([frames.empty(), *track[first:]])[inside:]

"""The agent that knows when it fell silent, behind the wires that the tools speak: one engine, one truth.

`python -m tests.benchmarks.peers.agent SPEECH.wav`. A call's address is /WIRE/ and the path of a calibration case;
?call=NUMBER names it in its report, &hangs_up_after=SECONDS ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

import numpy as np
from websockets.asyncio.server import ServerConnection

from RobotVoice.audio.files import read_clip
from RobotVoice.audio.g711 import decode_ulaw, encode_ulaw
from RobotVoice.calibration import known_stop
from RobotVoice.calibration.cases import FLUSH, Case, Way
from RobotVoice.calibration.known_stop import KnownStop
from RobotVoice.calibration.process import Report
from RobotVoice.calibration.serving import serve_calls

CLEAR = json.dumps({"type": "clear"})
TIMES = 3
"""The agent speaks at 24 kHz, Media Streams at 8."""


class Raw:
    """PCM16 in binary messages, as voicebench, callback-voice and RobotVoice's `websocket` take it.

    The flush is voicebench's; callback-voice knows none.
    """

    def __init__(self, line: ServerConnection) -> None:
        self._line = line

    async def send(self, message: bytes | str) -> None:
        await self._line.send(CLEAR if message == FLUSH else message)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for message in self._line:
            if isinstance(message, bytes):  # text is callback-voice's goodbye
                yield message


class MediaStreams:
    """The bot's side of Twilio Media Streams, as langwatch-scenario's Pipecat adapter takes it.

    No audio is sent while the agent is silent, as such bots do: the adapter takes any audio for speech. Its
    `clear` is ignored, as Pipecat does: Twilio sends none.
    """

    def __init__(self, line: ServerConnection) -> None:
        self._line = line
        self._stream = ""

    async def send(self, message: bytes | str) -> None:
        if message == FLUSH:
            await self._line.send(json.dumps({"event": "clear", "streamSid": self._stream}))
            return
        assert isinstance(message, bytes)
        samples = np.frombuffer(message, np.int16)
        if samples.any():
            # nobody listens to this line's sound: what a filter would take away does no harm
            payload = base64.b64encode(encode_ulaw(samples[::TIMES])).decode()
            media = {"event": "media", "streamSid": self._stream, "media": {"payload": payload}}
            await self._line.send(json.dumps(media))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for message in self._line:
            event = json.loads(message)
            self._stream = event.get("streamSid", self._stream)
            if event["event"] == "media":
                samples = decode_ulaw(base64.b64decode(event["media"]["payload"]))
                yield samples.repeat(TIMES).tobytes()


WIRES = {"raw": Raw, "media-streams": MediaStreams}


async def talk(line: ServerConnection, report: Report) -> None:
    """One call of the wire and the case that its address names."""
    assert line.request is not None
    address = urlsplit(line.request.path)
    options = {name: values[0] for name, values in parse_qs(address.query).items()}
    wire, path = address.path.strip("/").split("/", 1)
    case = Case.of(path)
    report["call"] = int(options["call"])
    # the engine needs only what a wire has: to send, and to be read
    agent = KnownStop(cast(ServerConnection, WIRES[wire](line)), report, case.stops_after)
    speaking = asyncio.create_task(agent.paced() if case.way is Way.PACED else agent.bursting())
    hangs_up_after = float(options["hangs_up_after"]) if "hangs_up_after" in options else None
    try:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(agent.listen(), hangs_up_after)
    finally:
        speaking.cancel()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("speech", type=Path)
    # in this process the engine speaks these words: its own vowel is no speech to callback-voice's ears
    known_stop.SOUND = read_clip(parser.parse_args().speech).samples
    with suppress(KeyboardInterrupt):
        asyncio.run(serve_calls(talk))


if __name__ == "__main__":
    main()

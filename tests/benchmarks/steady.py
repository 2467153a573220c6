"""An agent that sends a frame every 20 ms, by turns voice and silence, and stamps every frame of the caller."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import numpy as np
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from RobotVoice.calibration.process import Report
from RobotVoice.calibration.serving import every_frame, serve_calls
from RobotVoice.calibration.sound import FRAME, RATE, vowel

SOUND = np.concatenate((vowel(2.0), np.zeros(RATE, np.int16))).reshape(-1, FRAME)


async def talk(line: ServerConnection, report: Report) -> None:
    arrivals: list[float] = []
    report["arrivals"] = arrivals
    speaking = asyncio.create_task(_speak(line))
    try:
        async for message in line:
            arrivals.append(round(time.monotonic(), 6))
            assert len(message) == 2 * FRAME
    finally:
        speaking.cancel()


async def _speak(line: ServerConnection) -> None:
    index = 0
    with suppress(ConnectionClosed):
        async for _ in every_frame(time.monotonic()):
            await line.send(SOUND[index % len(SOUND)].tobytes())
            index += 1


if __name__ == "__main__":
    asyncio.run(serve_calls(talk))

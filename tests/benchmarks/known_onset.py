"""An agent that stamps when it sent its first audible sample, and when the caller's first loud one arrived.

It is silent, speaks until it has been interrupted, is silent again: each time at another phase of its frames.
"""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress

import numpy as np
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.calibration.process import Report
from RobotVoice.calibration.serving import every_frame, serve_calls
from RobotVoice.calibration.sound import FRAME, loud, vowel

SOUND = vowel(1.0).reshape(-1, FRAME)
SILENCE = (1.8, 2.3)
"""Seconds before each onset: RobotVoice has to be sure that the last reply has ended."""
GOES_ON = 0.3
"""Seconds that it still speaks after the caller's first loud sample."""


async def talk(line: ServerConnection, report: Report) -> None:
    arrivals: asyncio.Queue[float] = asyncio.Queue()
    report["barge_ins"] = []
    listening = asyncio.create_task(_listen(line, arrivals))
    try:
        while True:
            await _send(line, np.zeros(FRAME, np.int16).tobytes(), random.uniform(*SILENCE))
            await asyncio.sleep(random.uniform(0, FRAME_SECONDS))
            while not arrivals.empty():
                arrivals.get_nowait()  # the tail of the caller's last words
            sent, arrived = await _speak(line, arrivals)
            report["barge_ins"].append({"sent": sent, "arrived": arrived})
    finally:
        listening.cancel()


async def _listen(line: ServerConnection, arrivals: asyncio.Queue[float]) -> None:
    with suppress(ConnectionClosed):
        async for message in line:
            now = time.monotonic()
            assert isinstance(message, bytes)
            if loud(np.frombuffer(message, np.int16)):
                arrivals.put_nowait(now)


async def _send(line: ServerConnection, frame: bytes, seconds: float) -> None:
    begin = time.monotonic()
    async for now in every_frame(begin):
        if now >= begin + seconds:
            return
        await line.send(frame)


async def _speak(line: ServerConnection, arrivals: asyncio.Queue[float]) -> tuple[float, float]:
    begin, arrived, index = time.monotonic(), 0.0, 0
    async for now in every_frame(begin):
        if arrived and now > arrived + GOES_ON:
            return begin, arrived
        await line.send(SOUND[index % len(SOUND)].tobytes())
        index += 1
        if not arrived and not arrivals.empty():
            arrived = arrivals.get_nowait()
    raise AssertionError("unreachable")


if __name__ == "__main__":
    asyncio.run(serve_calls(talk))

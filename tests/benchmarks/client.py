"""One call in a process of its own, which prints the CPU time that the call took it: RobotVoice's, or a bare socket's.

The bare one moves the same frames in both directions at the same times and looks at none.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from contextlib import suppress

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.calibration.calls import calling, raw
from RobotVoice.calibration.serving import say
from RobotVoice.calibration.sound import FRAME


def robotvoice(url: str, seconds: float) -> None:
    with calling(raw(url)) as conversation:
        conversation.stay_silent(seconds)


def bare(url: str, seconds: float) -> None:
    asyncio.run(_bare(url, seconds))


async def _bare(url: str, seconds: float) -> None:
    frame = np.zeros(FRAME, np.int16).tobytes()
    async with connect(url, compression=None, max_queue=None, proxy=None) as line:
        receiving = asyncio.create_task(_receive(line))
        begin = time.monotonic()
        for index in range(round(seconds / FRAME_SECONDS)):
            await asyncio.sleep(max(0.0, begin + index * FRAME_SECONDS - time.monotonic()))
            await line.send(frame)
    await receiving


async def _receive(line: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        async for _ in line:
            pass


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("who", choices=("robotvoice", "bare"))
    parser.add_argument("url")
    parser.add_argument("seconds", type=float)
    options = parser.parse_args()
    before = time.process_time()
    (robotvoice if options.who == "robotvoice" else bare)(options.url, options.seconds)
    say({"cpu": time.process_time() - before})


if __name__ == "__main__":
    main()

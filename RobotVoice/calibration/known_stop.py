"""An agent that falls silent exactly N ms after the caller's first loud sample, which it finds itself in the audio.

Paced, it cuts its own stream at that sample. Bursting, it has sent everything by then and sends a flush.
Its truth, on its own clock: the last loud sample that it sent and that is played, minus the caller's first.
It uses nothing of what RobotVoice measures with.
"""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress
from math import inf

import numpy as np
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from RobotVoice.audio.frames import FRAME_SECONDS, Pcm
from RobotVoice.calibration.cases import FLUSH, Case, Way
from RobotVoice.calibration.process import Report
from RobotVoice.calibration.serving import every_frame, serve_calls
from RobotVoice.calibration.sound import FRAME, RATE, loud, vowel

LEAD = (0.2, 0.4)
"""Seconds of silence before it speaks."""
SPEECH = 12.0
"""Seconds that it would speak if it were not stopped."""
SOUND = vowel(SPEECH)
BURST = RATE // 5
"""Samples of one message of a burst."""


class KnownStop:
    """One call."""

    def __init__(self, line: ServerConnection, report: Report, stops_after: float) -> None:
        self._line, self._report, self._stops_after = line, report, stops_after
        self._onset: float | None = None
        self._stop = inf
        self._due = asyncio.Event()
        self._silence = np.zeros(FRAME, np.int16).tobytes()

    async def paced(self) -> None:
        begin = time.monotonic() + random.uniform(*LEAD)
        sound = SOUND.reshape(-1, FRAME)
        index, end, last = 0, 0.0, 0.0
        async for now in every_frame(time.monotonic()):
            if now < begin or now >= self._stop or index == len(sound):
                await self._line.send(self._silence)
                continue
            frame = self._cut(sound[index], now)
            await self._line.send(frame.tobytes())
            plays = max(now, end)
            index, end = index + 1, plays + FRAME_SECONDS
            if found := loud(frame):
                last = plays + found[1] / RATE
                self._tell(last)

    def _cut(self, frame: Pcm, now: float) -> Pcm:
        """Sent at `now`, it is played from `now` on: what lies after the stop is silence."""
        left = self._stop - now
        if left >= FRAME_SECONDS:
            return frame
        frame = frame.copy()
        frame[round(left * RATE) :] = 0
        return frame

    async def bursting(self) -> None:
        await asyncio.sleep(random.uniform(*LEAD))
        begin = time.monotonic()
        for start in range(0, len(SOUND), BURST):
            await self._line.send(SOUND[start : start + BURST].tobytes())
        await self._due.wait()
        await asyncio.sleep(max(0.0, self._stop - time.monotonic()))
        now = time.monotonic()
        await self._line.send(FLUSH)
        found = loud(SOUND[: round((now - begin) * RATE)])
        assert found is not None
        self._tell(begin + found[1] / RATE)
        await asyncio.Event().wait()

    async def listen(self) -> None:
        with suppress(ConnectionClosed):
            async for message in self._line:
                now = time.monotonic()
                assert isinstance(message, bytes)
                found = loud(np.frombuffer(message, np.int16)) if self._onset is None else None
                if found:
                    self._onset = now + found[0] / RATE
                    self._stop = self._onset + self._stops_after
                    if self._stop < inf:
                        self._due.set()

    def _tell(self, last: float) -> None:
        if self._onset is not None:
            self._report["stop_latency"] = last - self._onset


async def talk(line: ServerConnection, report: Report) -> None:
    """One call of the case that its path names."""
    assert line.request is not None
    case = Case.of(line.request.path)
    agent = KnownStop(line, report, case.stops_after)
    speaking = asyncio.create_task(agent.paced() if case.way is Way.PACED else agent.bursting())
    try:
        await agent.listen()
    finally:
        speaking.cancel()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve_calls(talk))

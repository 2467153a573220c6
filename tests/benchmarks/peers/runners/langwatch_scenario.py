"""langwatch-scenario, as its documentation writes an interruption: a reply in the background, then the user's words.

It measures no stop (`latency.interrupt_response_time` is declared and never set), so what its recording and its
timeline allow a person to work out is taken for its figure.
"""

from __future__ import annotations

import asyncio
import wave
from typing import Any

import scenario  # type: ignore[import-not-found]
from scenario.voice import tts  # type: ignore[import-not-found]
from scenario.voice.adapters.pipecat import PipecatAgentAdapter  # type: ignore[import-not-found]
from scenario.voice.stt import STTProvider, set_stt_provider  # type: ignore[import-not-found]

from .lines import Answer, Job, serve

RATE = 24000


class NoWords(STTProvider):  # type: ignore[misc]
    """Nothing here asks what was said, and its own ears are a server's."""

    async def transcribe(self, audio: Any) -> str:
        return "speech"


def call(job: Job) -> Answer:
    with wave.open(job["caller"]) as file:
        assert file.getframerate() == RATE
        words: bytes = file.readframes(file.getnframes())

    async def voice(text: str, name: str) -> bytes:
        return words

    set_stt_provider(NoWords())
    tts.register_tts_provider("benchmark", voice)
    result = asyncio.run(_run(job))
    return _answer(result)


async def _run(job: Job) -> Any:
    scenario.configure(default_model="openai/none", verbose=False)
    return await scenario.run(
        name="known stop",
        description="A caller interrupts.",
        agents=[
            # of all its adapters the one whose interruption is longest on the line: `send_audio` takes as long as
            # the words, so that the agent's segment is closed before it is cancelled. Its sockets of the user's
            # own protocol send the words at once, cancel, and keep no agent segment at all.
            PipecatAgentAdapter(url=job["url"]),
            scenario.UserSimulatorAgent(model="openai/none", voice="benchmark/caller"),
        ],
        script=[
            scenario.agent(wait=False),
            # it has no trigger in time, and its background turn has to run before the interruption is written
            scenario.sleep(job["lead"] + job["after"]),
            scenario.user("Wait, I meant account support"),
            scenario.succeed(),
        ],
    )


def _answer(result: Any) -> Answer:
    fired = next((e for e in result.timeline if e.type == "user_interrupt"), None)
    if fired is None:
        return {"said": "no user_interrupt event"}
    own = result.latency.interrupt_response_time if result.latency else None
    begin = next(e.time for e in result.timeline if e.type == "user_start_speaking" and e.time >= fired.time)
    agent = [segment for segment in result.audio.segments if segment.speaker == "agent"]
    said = f"{fired.metadata['outcome']}, success={result.success}"
    if not agent:
        return {"figure": own, "said": f"{said}, no agent segment"}
    old = agent[0]
    heard = len(old.audio) / 2 / RATE
    return {
        "figure": own if own is not None else old.start_time + heard - begin,
        "other": {"by its stop event": old.end_time - begin},
        "said": said,
    }


if __name__ == "__main__":
    serve("langwatch-scenario", call=call)

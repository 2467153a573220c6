"""Where the agent's voice and ears are loaded and used: in two threads, beside the event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from RobotVoice.audio.frames import Clip
from RobotVoice.demo.pauses import shortened
from RobotVoice.demo.utterance import Utterance, joined, sentences_of

if TYPE_CHECKING:
    from RobotVoice.speech.ears import OfflineEars
    from RobotVoice.speech.voices import CachedVoice

PITCH = 0.85
"""The agent is another speaker than the caller, who has the voice as it is."""


class Mind:
    """The models, shared by all sessions. Each has one thread, so that requests are served in order."""

    def __init__(self) -> None:
        self._listening = ThreadPoolExecutor(1, "ears")
        self._speaking = ThreadPoolExecutor(1, "voice")
        self._ears: OfflineEars | None = None
        self._voice: CachedVoice | None = None
        self._awake = asyncio.Event()
        self._known: dict[tuple[str, int], Utterance] = {}

    async def warm_up(self, texts: tuple[str, ...]) -> None:
        """Load the models and prepare the voice for `texts`; raises MissingExtra.

        One text after the other: a caller who wants one now waits for one at most.
        """
        loop = asyncio.get_running_loop()
        ready = loop.run_in_executor(self._listening, self._warm_ears)
        await ready
        self._awake.set()
        for text in texts:
            await loop.run_in_executor(self._speaking, self._prepare, text)

    async def awake(self) -> None:
        """Wait until the ears are loaded: loading them holds up all threads, and a voice would stutter."""
        await self._awake.wait()

    async def hear(self, clip: Clip) -> str:
        """The words in `clip`."""
        return await asyncio.get_running_loop().run_in_executor(self._listening, self._hear, clip)

    async def speak(self, text: str, rate: int) -> Utterance:
        """`text` in the agent's voice, sentence by sentence: so the place of each is known to the sample."""
        return await asyncio.get_running_loop().run_in_executor(self._speaking, self._speak, text, rate)

    def close(self) -> None:
        """Drop what was not begun."""
        self._listening.shutdown(wait=False, cancel_futures=True)
        self._speaking.shutdown(wait=False, cancel_futures=True)

    def _warm_ears(self) -> None:
        self._load_ears().warm_up()

    def _prepare(self, text: str) -> None:
        for sentence in sentences_of(text):
            self._load_voice().speak(sentence)

    def _hear(self, clip: Clip) -> str:
        return self._load_ears().hear(clip)

    def _speak(self, text: str, rate: int) -> Utterance:
        if (text, rate) not in self._known:
            voice = self._load_voice()
            spoken = [(sentence, shortened(voice.speak(sentence)).at_rate(rate)) for sentence in sentences_of(text)]
            self._known[text, rate] = joined(spoken)
        return self._known[text, rate]

    def _load_ears(self) -> OfflineEars:
        if self._ears is None:
            from RobotVoice.speech.ears import OfflineEars  # noqa: PLC0415 - slow to load

            self._ears = OfflineEars()
        return self._ears

    def _load_voice(self) -> CachedVoice:
        if self._voice is None:
            from RobotVoice.speech.cache import SpeechCache  # noqa: PLC0415 - slow to load
            from RobotVoice.speech.voices import CachedVoice, OfflineVoice  # noqa: PLC0415 - slow to load

            self._voice = CachedVoice(OfflineVoice(pitch=PITCH), SpeechCache())
        return self._voice

"""The three services that a test has to script: the bot's brain, its voice and its ears."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator
from functools import cache
from typing import Any

from pipecat.frames.frames import (
    Frame,
    FunctionCallFromLLM,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
)
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.llm_service import LLMService
from pipecat.services.settings import LLMSettings, STTSettings, TTSSettings
from pipecat.services.stt_service import SegmentedSTTService
from pipecat.services.tts_service import TTSService
from pipecat.utils.time import time_now_iso8601

from pipecat_bot.script import LONG_ANSWER, SHORT_ANSWER, TOOL, TOOL_ARGUMENTS
from RobotVoice.audio.frames import Clip, to_bytes
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.voices import CachedVoice, OfflineVoice, spoken

CHUNK_SECONDS = 0.1
SETTINGS_OF_A_MODEL = (
    "system_instruction temperature max_tokens top_p top_k frequency_penalty presence_penalty seed "
    "filter_incomplete_user_turns user_turn_completion_config"
)
"""Pipecat wants to be told of each that there is none."""


class ScriptedBrain(LLMService):
    """A long answer to the caller's first turn, a short one to the others. With `uses_a_tool` it asks one first."""

    def __init__(self, uses_a_tool: bool, thinks_for: float) -> None:
        super().__init__(settings=LLMSettings(**_unset(SETTINGS_OF_A_MODEL)))
        self._uses_a_tool, self._thinks_for = uses_a_tool, thinks_for
        self._answers = 0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, LLMContextFrame):
            await self._answer(frame.context)
        else:
            await self.push_frame(frame, direction)

    async def _answer(self, context: LLMContext) -> None:
        await self.push_frame(LLMFullResponseStartFrame())
        try:
            if self._uses_a_tool:
                self._uses_a_tool = False
                await self.run_function_calls([FunctionCallFromLLM(TOOL, "call_1", TOOL_ARGUMENTS, context)])
                return
            answer = self._next_answer()
            await asyncio.sleep(self._thinks_for)
            for sentence in answer:
                await self.push_frame(LLMTextFrame(f"{sentence} "))
        finally:
            await self.push_frame(LLMFullResponseEndFrame())

    def _next_answer(self) -> tuple[str, ...]:
        self._answers += 1
        return LONG_ANSWER if self._answers == 1 else SHORT_ANSWER


class ScriptedVoice(TTSService):
    """Speaks faster than real time and tells when each word comes, as the services do."""

    def __init__(self, tells_words: bool) -> None:
        super().__init__(
            push_start_frame=True,
            push_stop_frames=True,
            push_text_frames=not tells_words,
            settings=TTSSettings(model="scripted", voice="offline", language=None),
        )
        self._tells_words = tells_words
        self._reply = ""
        self._spoken = 0.0

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        if context_id != self._reply:
            self._reply, self._spoken = context_id, 0.0
        clip = sound_of(text).at_rate(self.sample_rate)
        if self._tells_words:
            await self.add_word_timestamps(_words(text, self._spoken, clip.seconds), context_id)
        for audio in _chunks(clip):
            yield TTSAudioRawFrame(audio, self.sample_rate, 1, context_id=context_id)
        self._spoken += clip.seconds


class ScriptedEars(SegmentedSTTService):
    """Understands what it is told to, once the bot's own voice activity detection has heard a whole turn."""

    def __init__(self, understands: str) -> None:
        super().__init__(ttfs_p99_latency=0.5, settings=STTSettings(model="scripted", language=None))
        self._understands = understands.split("|")

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame | None, None]:
        text, *later = self._understands
        self._understands = later or [text]
        if text:
            yield TranscriptionFrame(text, "caller", time_now_iso8601())


@cache
def sound_of(text: str) -> Clip:
    return spoken(CachedVoice(OfflineVoice(), SpeechCache()).speak(text.strip()))


def _unset(names: str) -> dict[str, Any]:
    return {"model": "scripted", **dict.fromkeys(names.split())}


def _chunks(clip: Clip) -> Iterator[bytes]:
    length = round(CHUNK_SECONDS * clip.rate)
    for start in range(0, len(clip.samples), length):
        yield to_bytes(clip.samples[start : start + length])


def _words(text: str, start: float, seconds: float) -> list[tuple[str, float]]:
    """Each word and when in the reply it begins, as if all letters were of one length."""
    return [(found.group(), start + seconds * found.start() / len(text)) for found in re.finditer(r"\S+", text)]

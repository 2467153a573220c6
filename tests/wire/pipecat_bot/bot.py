"""One call: the pipeline that any Pipecat bot has."""

from __future__ import annotations

import asyncio

from fastapi import WebSocket
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.dtmf_aggregator import DTMFAggregator
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.runner.utils import parse_telephony_websocket
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.serializers.protobuf import ProtobufFrameSerializer
from pipecat.serializers.twilio import TwilioFrameSerializer
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_mute import AlwaysUserMuteStrategy
from pipecat.turns.user_start import (
    BaseUserTurnStartStrategy,
    MinWordsUserTurnStartStrategy,
    TranscriptionUserTurnStartStrategy,
    VADUserTurnStartStrategy,
)
from pipecat.turns.user_stop import BaseUserTurnStopStrategy, SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner

from pipecat_bot.plan import Plan
from pipecat_bot.script import TOOL
from pipecat_bot.scripted import ScriptedBrain, ScriptedEars, ScriptedVoice
from pipecat_bot.witness import PipelineWitness, Witness

HEARS, SPEAKS, TELEPHONE = 16000, 24000, 8000
"""Hz; the first two are Pipecat's own defaults."""


async def answer(websocket: WebSocket, plan: Plan, witness: Witness) -> None:
    """Take the call, and return when it is over."""
    telephone = plan.serializer == "twilio"
    serializer = await _twilio(websocket) if telephone else ProtobufFrameSerializer()
    transport = FastAPIWebsocketTransport(
        websocket, FastAPIWebsocketParams(serializer=serializer, audio_in_enabled=True, audio_out_enabled=True)
    )
    brain = ScriptedBrain(plan.uses_a_tool, plan.thinks_for)
    context = LLMContext()
    aggregators = LLMContextAggregatorPair(
        context,
        user_params=LLMUserAggregatorParams(
            vad_analyzer=SileroVADAnalyzer(),
            user_turn_strategies=UserTurnStrategies(start=_begins(plan.yields), stop=_ends(plan.ends_turns)),
            user_mute_strategies=[_muted()] if plan.yields == "never" else [],
        ),
    )
    parts = [
        transport.input(),
        ScriptedEars(plan.understands),
        *([DTMFAggregator()] if plan.takes_keys else []),
        aggregators.user(),
        brain,
        ScriptedVoice(plan.tells_words),
        transport.output(),
        aggregators.assistant(),
    ]
    worker = PipelineWorker(
        Pipeline(parts),
        params=PipelineParams(
            audio_in_sample_rate=TELEPHONE if telephone else HEARS,
            audio_out_sample_rate=TELEPHONE if telephone else SPEAKS,
        ),
        enable_rtvi=plan.rtvi,
        observers=[PipelineWitness(witness)],
    )
    if plan.rtvi:
        brain.register_function(TOOL, worker.rtvi.handle_function_call)

    async def hang_up(*_: object) -> None:
        await worker.cancel()

    async def hang_up_in_mid_answer(*_: object) -> None:
        await asyncio.sleep(plan.hangs_up_after)
        await worker.cancel()

    transport.add_event_handler("on_client_disconnected", hang_up)
    if plan.hangs_up_after:
        aggregators.assistant().add_event_handler("on_assistant_turn_started", hang_up_in_mid_answer)
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()
    witness.note("over", context=context.get_messages())


async def _twilio(websocket: WebSocket) -> FrameSerializer:
    _, call = await parse_telephony_websocket(websocket)
    return TwilioFrameSerializer(
        stream_sid=call["stream_id"], params=TwilioFrameSerializer.InputParams(auto_hang_up=False)
    )


def _muted() -> AlwaysUserMuteStrategy:
    return AlwaysUserMuteStrategy()  # type: ignore[no-untyped-call]


def _begins(yields: str) -> list[BaseUserTurnStartStrategy] | None:
    """What begins a turn of the caller's. None is Pipecat's own: any voice, any word, and either interrupts the bot."""
    if yields == "always":
        return None
    if yields == "to three words":
        return [MinWordsUserTurnStartStrategy(min_words=3)]
    return [
        VADUserTurnStartStrategy(enable_interruptions=False),
        TranscriptionUserTurnStartStrategy(enable_interruptions=False),
    ]


def _ends(ends_turns: str) -> list[BaseUserTurnStopStrategy] | None:
    """What ends it. None is Pipecat's own: a model that hears whether the sentence is complete."""
    return None if ends_turns == "by sense" else [SpeechTimeoutUserTurnStopStrategy()]

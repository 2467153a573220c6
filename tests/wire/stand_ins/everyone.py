"""Every agent that a stand-in can play, with the adapter that calls it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from own_adapter import Intercom

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.deepgram import Deepgram
from RobotVoice.adapters.demo import Demo
from RobotVoice.adapters.elevenlabs import ElevenLabs
from RobotVoice.adapters.gemini_live import GeminiLive
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.pipecat import Pipecat
from RobotVoice.adapters.vapi import Vapi
from RobotVoice.adapters.websocket import WebSocket
from stand_ins.deepgram_stand_in import DeepgramStandIn
from stand_ins.elevenlabs_stand_in import ElevenLabsStandIn
from stand_ins.gemini_stand_in import GeminiStandIn
from stand_ins.house import House
from stand_ins.openai_stand_in import OpenAIStandIn
from stand_ins.pcm_server import JSON_OPTIONS, JsonServer, RawServer
from stand_ins.pipecat_stand_in import PipecatStandIn
from stand_ins.server import Session
from stand_ins.twilio_bot import TwilioBot
from stand_ins.vapi_stand_in import VapiStandIn

DESCRIBED: dict[str, Any] = JSON_OPTIONS
EVERYONE: dict[str, tuple[type[Session], Callable[[str], Adapter]]] = {
    "demo": (OpenAIStandIn, lambda url: Demo(url=url)),
    "openai_realtime": (OpenAIStandIn, lambda url: OpenAIRealtime(url=url)),
    "gemini_live": (GeminiStandIn, lambda url: GeminiLive(url=url)),
    "elevenlabs": (ElevenLabsStandIn, lambda url: ElevenLabs(url=url, agent_id="agent-1")),
    "deepgram": (DeepgramStandIn, lambda url: Deepgram(url=url)),
    "vapi": (VapiStandIn, lambda url: Vapi(url=url)),
    "media_streams": (TwilioBot, lambda url: MediaStreams(url=url)),
    "pipecat": (PipecatStandIn, lambda url: Pipecat(url=url)),
    "websocket": (RawServer, lambda url: WebSocket(url=url, rate=16000)),
    "websocket by JSON": (JsonServer, lambda url: WebSocket(url=url, **DESCRIBED)),
    "own": (House, lambda url: Intercom(url=url)),
}
"""By name in the capability matrix. `twilio` calls over a network of its own: test_call_twilio has its tests."""

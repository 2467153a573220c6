"""Five hundred messages that no protocol knows, over a real socket: the call goes on, and none of them is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_adapter import Intercom
from stand_ins.calls import calling
from stand_ins.gemini_stand_in import GeminiStandIn
from stand_ins.openai_stand_in import OpenAIStandIn
from stand_ins.pcm_server import JSON_OPTIONS, JsonServer
from stand_ins.server import Plan, Session, StandIn
from stand_ins.sound import clip
from stand_ins.twilio_bot import TwilioBot
from test_own_adapter import House

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.gemini_live import GeminiLive
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.conversation import Expected

COUNT = 500
MESSAGES = st.lists(st.text(max_size=50), min_size=COUNT, max_size=COUNT)


def _adapter(session: type[Session], url: str) -> Adapter:
    if session is GeminiStandIn:
        return GeminiLive(url=url)
    if session is OpenAIStandIn:
        return OpenAIRealtime(url=url)
    if session is TwilioBot:
        return MediaStreams(url=url)
    options: dict[str, Any] = JSON_OPTIONS
    return Intercom(url=url) if session is House else WebSocket(url=url, **options)


@pytest.mark.parametrize("session", [GeminiStandIn, OpenAIStandIn, TwilioBot, JsonServer, House])
def test_no_nonsense_on_the_line_ends_a_call_or_is_lost(session: type[Session]) -> None:
    @settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
    @given(MESSAGES)
    def call(messages: list[str]) -> None:
        class Noisy(session):  # type: ignore[misc, valid-type]
            async def begin(self) -> None:
                for message in messages:
                    await self.socket.send(message)
                await super().begin()

        with StandIn(Noisy, Plan(reply=0.6)) as server, calling(_adapter(session, server.url)) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            conversation.hear_reply(10.0)
            told = [event for event in conversation.evidence().events if event.kind in ("problem", "message")]
        assert len(told) >= len(messages)

    call()

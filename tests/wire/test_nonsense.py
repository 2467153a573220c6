"""Five hundred messages that no protocol knows, and its own distorted: the call goes on, and none of them is lost."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nonsense import JSON
from stand_ins.calls import ATTEMPTS, calling
from stand_ins.everyone import EVERYONE
from stand_ins.server import Plan, StandIn
from stand_ins.sound import clip

from RobotVoice.adapters.base import Message
from RobotVoice.conversation import Expected
from RobotVoice.evidence import measure

COUNT = 500
COPIES = 3
"""Of each message of the agent's reply, one of whose fields is something else."""


class Distorting:
    """A socket that sends each message once as it is, and then with a fault."""

    def __init__(self, socket: Any) -> None:
        self._socket, self._chance = socket, random.Random(7)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    async def send(self, message: Message) -> None:
        await self._socket.send(message)
        for _ in range(COPIES):
            await self._socket.send(self._distorted(message))

    def _distorted(self, message: Message) -> Message:
        try:
            told = json.loads(message)
        except ValueError:
            return message[: self._chance.randrange(max(1, len(message)))]
        place, key = told, self._chance.choice(sorted(told))
        while isinstance(place[key], dict) and place[key] and self._chance.random() < 0.7:
            place = place[key]
            key = self._chance.choice(sorted(place))
        place[key] = self._chance.choice([None, True, -1, "", "x" * 99, "\ud800", [], {}, [{}], {"": [[]]}])
        return json.dumps(told) if isinstance(message, str) else json.dumps(told).encode()


@pytest.mark.parametrize("name", EVERYONE)
def test_no_nonsense_ends_a_call_or_is_lost(name: str) -> None:
    session, adapter = EVERYONE[name]

    class Noisy(session):  # type: ignore[misc, valid-type]
        socket: Any

        async def speak(self, seconds: float) -> None:
            self.socket = Distorting(self.socket)
            await super().speak(seconds)

    with StandIn(Noisy, Plan(reply=0.6)) as server, calling(adapter(server.url)) as conversation:
        sent: list[Message] = []

        @settings(max_examples=COUNT, deadline=None, database=None)
        @given(st.text() | st.binary() | JSON.map(json.dumps))
        def send(message: Message) -> None:
            sent.append(message)
            socket = server.session.socket
            asyncio.run_coroutine_threadsafe(socket.send(message), socket.loop).result(5.0)

        send()
        conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
        for _ in range(ATTEMPTS):
            conversation.hear_reply(20.0)  # what is binary is audio to some, and may pass for a reply
            evidence = conversation.evidence()
            if measure.sounds(evidence.heard):
                break
    assert conversation.why_ended == ""
    assert measure.sounds(evidence.heard)
    told = [event for event in evidence.events if event.kind in ("problem", "message")]
    assert len(told) >= sum(isinstance(message, str) for message in sent), "what is binary may be audio"

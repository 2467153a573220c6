"""A service that refuses the call says why, and what it says reaches the person who tests."""

from __future__ import annotations

import asyncio
import json

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from RobotVoice.adapters.base import Endpoint
from RobotVoice.call.line import Line
from RobotVoice.errors import ConnectionFailed

KEY = "sk-proj-very-secret-0123456789"
TOKEN = "another-secret-9876543210"


def refusal(status: int, body: str) -> str:
    """The sentence about a server that answers the handshake so."""

    def refuse(socket: ServerConnection, request: Request) -> Response:
        return socket.respond(status, body)

    async def nobody(socket: ServerConnection) -> None:
        raise AssertionError("it was refused")

    async def call() -> str:
        async with serve(nobody, "127.0.0.1", 0, process_request=refuse) as server:
            port = server.sockets[0].getsockname()[1]
            endpoint = Endpoint(f"ws://127.0.0.1:{port}/v1?token={TOKEN}", {"Authorization": f"Bearer {KEY}"})
            with pytest.raises(ConnectionFailed) as refused:
                await Line.open(endpoint, 5.0)
            return str(refused.value)

    return asyncio.run(call())


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            401,
            {"error": {"message": "Incorrect API key provided."}},
            'this address belongs to. It says: "Incorrect API key',
        ),
        (400, {"error": {"message": "model not found"}}, 'the options of this call. It says: "model not found"'),
        (429, {"error": "quota\n exceeded"}, 'quota. It says: "quota exceeded"'),
        (403, {"message": "No access."}, 'It says: "No access."'),
        (403, {"detail": {"status": "x", "message": "Quota."}}, 'It says: "Quota."'),
        (422, {"detail": "Unknown agent."}, 'see its own log. It says: "Unknown agent."'),
    ],
)
def test_a_refusal_says_why(status: int, body: object, said: str) -> None:
    sentence = refusal(status, json.dumps(body))
    assert f"HTTP {status}: " in sentence
    assert said in sentence


@pytest.mark.parametrize("body", ["", "<html>no</html>", "[1]", "null", '{"error": {"message": 5}}', "[" * 100_000])
def test_what_can_not_be_read_is_left_out(body: str) -> None:
    assert refusal(401, body).endswith("and of the account and the region that this address belongs to.")


@pytest.mark.parametrize("secret", [KEY, TOKEN], ids=["of a header", "of the address"])
def test_a_key_that_is_quoted_in_a_refusal_is_not_repeated(secret: str) -> None:
    sentence = refusal(401, json.dumps({"error": {"message": f"Incorrect API key provided: {secret}."}}))
    assert "provided: <secret>." in sentence
    assert secret not in sentence

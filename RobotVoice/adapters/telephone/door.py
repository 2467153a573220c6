"""Where Twilio comes in: its webhooks and its media stream, on one port of the loopback.

The tunnel behind the public address connects from this machine, so nobody else has to reach the port. Webhooks are
asked for by GET: then a server for websockets is all the server that is needed, and Twilio signs the whole address.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Connect, VoiceResponse
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from RobotVoice.adapters.events import AgentEvent, Noted, Problem
from RobotVoice.adapters.telephone.plan import LOOPBACK, Plan
from RobotVoice.adapters.wire import quote
from RobotVoice.errors import ConnectionFailed

CALL = "/call"
OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
"""States of a call after which none follows."""
REQUEST_TIMEOUT = 2.0
"""Seconds for a request to arrive on an open socket; closing the door waits for those that are half in."""


class Door:
    """Open from `open` to `close`. Made in the event loop that it serves in.

    stream: the call's media stream, once it has come in. ended: the parameters of Twilio's last status callback,
    once it says that the call is over. call: the SID of a call that was taken. refused: what was sent away.
    """

    def __init__(self, plan: Plan) -> None:
        loop = asyncio.get_running_loop()
        self.stream: asyncio.Future[ServerConnection] = loop.create_future()
        self.ended: asyncio.Future[Mapping[str, str]] = loop.create_future()
        self.call = ""
        self.refused: list[str] = []
        self._plan = plan
        self._validator = RequestValidator(plan.auth_token.value)
        # of this call only, so that neither a stranger nor the last call's late messages are taken for its own
        token = secrets.token_urlsafe(24)
        self._media, self._status = f"/media/{token}", f"/status/{token}"
        self._news: list[AgentEvent] = []
        self._server: Server | None = None

    async def open(self) -> None:
        """Listen; ConnectionFailed if the port is taken."""
        try:
            self._server = await serve(
                self._come_in,
                LOOPBACK,
                self._plan.port,
                process_request=self._look_at,
                open_timeout=REQUEST_TIMEOUT,
                close_timeout=1,
                max_queue=None,  # the receiver never stops: a paused socket would falsify arrival times
                compression=None,  # audio does not shrink, and deflate costs time at every frame
            )
        except OSError as error:
            raise ConnectionFailed(
                f"RobotVoice can't listen for Twilio on port {self._plan.port}: {error.strerror or error}. "
                "Does another call use it? Give port=... and point the tunnel there."
            ) from error

    async def close(self) -> None:
        """Listen no more. Safe without `open`."""
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    @property
    def call_url(self) -> str:
        """Where a number has to send its calls."""
        return self._plan.public_url + CALL

    @property
    def status_url(self) -> str:
        """Where Twilio tells what becomes of a call that was dialled."""
        return self._plan.public_url + self._status

    @property
    def connecting(self) -> str:
        """TwiML: connect the call's audio with this door."""
        connect = Connect()
        # in the path: Twilio drops the query of a stream's address
        connect.stream(url=f"wss://{self._plan.host}{self._media}")
        response = VoiceResponse()
        response.append(connect)
        return str(response)

    def news(self) -> list[AgentEvent]:
        """What has happened here since the last time, for the journal."""
        news, self._news = self._news, []
        return news

    # -- requests

    def _look_at(self, connection: ServerConnection, request: Request) -> Response | None:
        path, _, query = request.path.partition("?")
        if path == self._media:
            return None
        if path.startswith("/media"):
            return self._refuse(connection, "A media stream was refused: its address lacks this call's token.")
        if path not in (CALL, self._status):
            return connection.respond(HTTPStatus.NOT_FOUND, "There is nobody.\n")
        if not self._is_signed(request):
            return self._refuse(
                connection,
                f"A request to {self.call_url if path == CALL else 'the status callback'} was refused: its signature "
                "is wrong. Is auth_token that of the account, and public_url exactly the address that Twilio calls? "
                "If so, it did not come from Twilio.",
            )
        asked = dict(parse_qsl(query))
        return self._answer_call(connection, asked) if path == CALL else self._note_status(connection, asked)

    def _is_signed(self, request: Request) -> bool:
        signatures = request.headers.get_all("X-Twilio-Signature")
        address = self._plan.public_url + request.path
        return len(signatures) == 1 and bool(self._validator.validate(address, {}, signatures[0]))

    def _refuse(self, connection: ServerConnection, why: str) -> Response:
        if why not in self.refused:  # who rattles at the door a thousand times is told of once
            self.refused.append(why)
            self._news.append(Problem(why))
        return connection.respond(HTTPStatus.FORBIDDEN, "Refused.\n")

    def _answer_call(self, connection: ServerConnection, asked: Mapping[str, str]) -> Response:
        call, caller = asked.get("CallSid", ""), quote(asked.get("From", "unknown"))
        if self._plan.to or self.call not in ("", call):
            self._news.append(Noted(f"a call from {caller} was rejected: the line is busy"))
            busy = VoiceResponse()
            busy.reject(reason="busy")
            return _twiml(connection, str(busy))
        self.call = call
        self._news.append(Noted(f"took the call from {caller}"))
        return _twiml(connection, self.connecting)

    def _note_status(self, connection: ServerConnection, asked: Mapping[str, str]) -> Response:
        status = asked.get("CallStatus", "")
        self._news.append(Noted(f"Twilio: the call is {quote(status)}"))
        if status in OVER and not self.ended.done():
            self.ended.set_result(asked)
        return connection.respond(HTTPStatus.NO_CONTENT, "")

    async def _come_in(self, connection: ServerConnection) -> None:
        if self.stream.done():
            await connection.close(1008, "there is a stream already")
            return
        self.stream.set_result(connection)
        await connection.wait_closed()


def _twiml(connection: ServerConnection, twiml: str) -> Response:
    response = connection.respond(HTTPStatus.OK, twiml)
    del response.headers["Content-Type"]  # a header that is set twice is sent twice
    response.headers["Content-Type"] = "text/xml"
    response.headers["Cache-Control"] = "no-store"  # Twilio may keep what it gets by GET
    return response

"""The socket to the agent, and nothing else."""

from __future__ import annotations

import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidProxy,
    InvalidProxyStatus,
    InvalidStatus,
    InvalidURI,
    ProxyError,
)
from websockets.frames import Close, CloseCode

from RobotVoice.adapters.base import Accepted, Endpoint, Message
from RobotVoice.adapters.secrets import NO_SECRETS, Hide, hiding, hiding_nothing
from RobotVoice.adapters.wire import quote
from RobotVoice.errors import ConnectionFailed

LARGEST_MESSAGE = 64 * 2**20
"""Bytes. A burst of two minutes of 24 kHz audio in base64 is 8 MiB; what is larger than this is no audio."""
_GOODBYES = (CloseCode.NORMAL_CLOSURE, CloseCode.GOING_AWAY, CloseCode.NO_STATUS_RCVD)
_IS_IT_THERE = "Is it running, is the address right?"
_ADVICE = {
    400: "it did not accept the options of this call",
    401: "the key was refused. It has to be whole, and of the account and the region that this address belongs to",
    403: "the key may not do this, or the service is not offered from here or in this region",
    404: "there is no such path, model or agent at that address",
    429: "the service refuses more calls for now, or the account has run out of quota",
}


class Line:
    """An open websocket. Iterating yields messages until the other end closes; `why_closed` then tells why.

    hung_up: it was closed as one ends a call, not by an error.
    """

    def __init__(self, connection: Connection, hide: Hide = hiding_nothing) -> None:
        self._connection = connection
        self._hide = hide
        self.why_closed = ""
        self.hung_up = False

    @classmethod
    async def open(cls, endpoint: Endpoint | Accepted, timeout: float) -> Line:
        """Connect within `timeout` seconds or raise ConnectionFailed with a sentence to act on."""
        if isinstance(endpoint, Accepted):
            return cls(endpoint.connection)
        try:
            connection = await _Connect(
                endpoint.url,
                additional_headers=dict(endpoint.headers),
                open_timeout=timeout,
                close_timeout=1,
                max_size=LARGEST_MESSAGE,
                max_queue=None,  # the receiver never stops: a paused socket would falsify arrival times
                compression=None,  # audio does not shrink, and deflate costs time at every frame
                proxy=None if _is_local(endpoint.url) else True,
            )
        except (OSError, InvalidHandshake, InvalidURI, InvalidProxy, TimeoutError, ValueError, ImportError) as error:
            # `from None`: an address that was refused may hold a key, and stands in the error
            raise ConnectionFailed(_hide_of(endpoint)(_why_not(endpoint, error, timeout))) from None
        return cls(connection, _hide_of(endpoint))

    async def send(self, message: Message) -> None:
        """Put a message on the wire; silently ignored once the other end has closed, which the reader reports."""
        with contextlib.suppress(ConnectionClosed):
            await self._connection.send(message)

    async def __aiter__(self) -> AsyncIterator[Message]:
        try:
            while True:
                yield await self._connection.recv()
        except ConnectionClosed as closed:
            self.why_closed, self.hung_up = self._hide(_why_closed(closed)), _is_goodbye(closed)

    async def close(self) -> None:
        await self._connection.close()

    def abort(self) -> None:
        """Drop the socket with whatever is still in it. Does nothing after `close`."""
        self._connection.transport.abort()

    async def __aenter__(self) -> Line:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class _Connect(connect):
    """Follows no redirection: it would take the key along to wherever it leads."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


def _is_local(url: str) -> bool:
    return (urlsplit(url).hostname or "") in ("127.0.0.1", "localhost", "::1")


def _place(url: str) -> str:
    """The address without its query, which may hold a key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _why_not(endpoint: Endpoint, error: Exception, timeout: float) -> str:
    try:
        place = _place(endpoint.url)
    except ValueError:
        return "The agent's address is not valid: it has to look like ws://host:port/path."
    match error:
        case ssl.SSLCertVerificationError():
            why = f"The agent at {place} has a TLS certificate that is not trusted: {error.verify_message}."
        case ssl.SSLError():
            why = f"What answers at {place} does not speak TLS: is its address one with ws:// in place of wss://?"
        case InvalidURI() | ValueError():
            why = f"The agent's address '{place}' is not a websocket address: it has to begin with ws:// or wss://."
        case InvalidProxy():  # the error itself holds the proxy's password
            why = "This machine's proxy (https_proxy, http_proxy) is not valid: it has to look like http://host:port."
        case InvalidProxyStatus():
            status = error.response.status_code
            why = f"This machine's proxy refused the connection to {place} with HTTP {status}."
        case ProxyError():
            why = f"This machine's proxy gave no connection to {place}."
        case InvalidStatus():
            why = _why_refused(place, error.response.status_code, _said(endpoint, error.response.body))
        case TimeoutError():
            why = f"The agent at {place} did not answer within {timeout:g} s."
        case InvalidHandshake():
            why = f"What answers at {place} is not a websocket server."
        case ImportError():
            why = f"No connection to the agent at {place} through this machine's proxy: {error}."
        case ConnectionRefusedError():  # asyncio says no more than "Connect call failed"
            proxy = "" if _is_local(endpoint.url) else " by the agent, or by this machine's proxy if it has one"
            why = f"No connection to the agent at {place}: it was refused{proxy}. {_IS_IT_THERE}"
        case _:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            why = f"No connection to the agent at {place}: {reason}. {_IS_IT_THERE}"
    return why


def _said(endpoint: Endpoint, body: bytes | bytearray | None) -> str:
    """What a service says to a refusal, without the keys that it may quote; "" if it says nothing readable."""
    try:
        told = json.loads(body or b"")
    except (ValueError, RecursionError):
        return ""
    error = (told.get("error") or told.get("detail") or told) if isinstance(told, dict) else told
    message = error.get("message") if isinstance(error, dict) else error
    if not isinstance(message, str):
        return ""
    return quote(" ".join(_hide_of(endpoint)(message).split()))


def _hide_of(endpoint: Endpoint) -> Hide:
    """Whatever a header or the address holds may be a key, besides what the options are known to hold."""
    in_the_address = (value for name, value in parse_qsl(urlsplit(endpoint.url).query) if name not in NO_SECRETS)
    hide = hiding(endpoint.headers.values(), in_the_address)
    return lambda text: hide(endpoint.hide(text))


def _why_refused(place: str, status: int, said: str) -> str:
    if status < 300 or status == 426:
        return f"What answers at {place} is a web server, but there is no websocket at that path (HTTP {status})."
    if status < 400:
        return f"What answers at {place} leads elsewhere (HTTP {status}): give the address that it leads to."
    told = f' It says: "{said}"' if said else ""
    return f"The agent at {place} refused the call with HTTP {status}: {_ADVICE.get(status, 'see its own log')}.{told}"


def _why_closed(closed: ConnectionClosed) -> str:
    if closed.sent is not None and not closed.rcvd_then_sent:
        return _why_we_closed(closed.sent)
    if closed.rcvd is None:
        return "The line broke without a goodbye from the agent's side."
    reason = f": {closed.rcvd.reason}" if closed.rcvd.reason else ""
    if _is_goodbye(closed):
        return f"The agent hung up{reason}."
    return f"The agent's side closed the line with code {closed.rcvd.code}{reason}."


def _is_goodbye(closed: ConnectionClosed) -> bool:
    return closed.rcvd is not None and closed.rcvd.code in _GOODBYES


def _why_we_closed(sent: Close) -> str:
    """The websocket itself gave up, before the agent's side did."""
    if sent.code == CloseCode.MESSAGE_TOO_BIG:
        return f"The agent sent a message of more than {LARGEST_MESSAGE // 2**20} MB, which no call can hold."
    if sent.code == CloseCode.INTERNAL_ERROR:
        return f"The agent's side has not answered for too long ({sent.reason})."
    return f"The agent's side broke the websocket protocol{f': {sent.reason}' if sent.reason else ''}."

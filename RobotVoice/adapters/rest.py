"""One request to a service's REST API, before the line opens: what it answers, or a sentence about why it does not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Mapping
from email.message import Message
from functools import partial
from http.client import HTTPException
from typing import IO, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from RobotVoice.adapters.secrets import Hide, Key
from RobotVoice.adapters.wire import Json, quote, to_json
from RobotVoice.errors import ConnectionFailed, InvalidArgument

T = TypeVar("T")
TIMEOUT = 20.0
"""Seconds for the whole of its answer."""
LARGEST_ANSWER = 2**20
"""Bytes; an answer about one call is a few kilobytes."""
USER_AGENT = "RobotVoice"
"""Python's own name is among those that Cloudflare, which stands before many services, refuses."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SERVER_ERROR = "the service itself has a problem, try again later"


def api_address(agent: str, url: str) -> str:
    """`url` without a slash at its end, if a key may be sent there: over TLS, or to this machine."""
    parts = _split(url)
    is_safe = parts is not None and (parts.scheme == "https" or (parts.scheme == "http" and _is_local(parts)))
    if parts is None or not is_safe or not parts.hostname or parts.query or "@" in parts.netloc:
        raise InvalidArgument(
            f"The option 'api_url' of the agent '{agent}' must be an address that begins with https://, since a key is "
            "sent there, and holds neither a password nor a query."
        )
    return url.rstrip("/")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # its parsing is what may fail
    except ValueError:
        return None
    return parts


def _is_local(parts: SplitResult) -> bool:
    return parts.hostname in LOOPBACK


async def post(url: str, body: Json, key: Key, hide: Hide, advice: Mapping[int, str]) -> Json:
    """The JSON object that answers `body`; ConnectionFailed with a sentence if there is none.

    url: an `api_address` with a path. key: sent as the bearer, if there is one. hide: takes the secrets out of what is
    quoted of a refusal. advice: by HTTP status, what it means.
    """
    bearer = {"Authorization": f"Bearer {key.value}"} if key else {}
    return await _ask(url, to_json(body).encode(), {"Content-Type": "application/json", **bearer}, hide, advice)


async def get(url: str, header: str, key: Key, hide: Hide, advice: Mapping[int, str]) -> Json:
    """The JSON object at `url`, as `post`; the key is sent in a header of the service's own."""
    return await _ask(url, None, {header: key.value}, hide, advice)


async def _ask(url: str, body: bytes | None, headers: Mapping[str, str], hide: Hide, advice: Mapping[int, str]) -> Json:
    place = url.partition("?")[0]
    try:
        status, answer = await asyncio.wait_for(_in_a_thread(partial(_exchange, url, body, headers)), TIMEOUT)
    except ValueError:
        # `from None`: the key would stand in the error
        raise InvalidArgument(f"The key for {place} holds characters that no key has.") from None
    except (OSError, HTTPException, asyncio.TimeoutError) as error:
        raise ConnectionFailed(f"No answer from {place}: {_reason(error)}.") from None
    if not 200 <= status < 300:
        raise ConnectionFailed(_refusal(place, status, advice, hide(_complaint(answer))))
    told = _object(answer)
    if told is None:
        raise ConnectionFailed(f"What answers at {place} is not the service's API: it sent no JSON object.")
    return told


class _NoRedirects(HTTPRedirectHandler):
    """A redirection is an answer like another: followed, it would take the key along to wherever it leads."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        return None


def _in_a_thread(work: Callable[[], T]) -> asyncio.Future[T]:
    """As `asyncio.to_thread`; but a service that never ends its answer keeps the program from ending there."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(deed: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(lambda: None if done.done() else deed())

    def run() -> None:
        try:
            result = work()
        except Exception as error:
            settle(partial(done.set_exception, error))
        else:
            settle(partial(done.set_result, result))

    threading.Thread(target=run, daemon=True).start()
    return done


def _exchange(url: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """The status and the body of the answer. Blocks; TLS certificates are verified."""
    request = Request(url, body, {"User-Agent": USER_AGENT, **headers})
    proxies = ProxyHandler({}) if _is_local(urlsplit(url)) else ProxyHandler()
    try:
        with build_opener(_NoRedirects(), proxies).open(request, timeout=TIMEOUT) as answer:
            return answer.status, answer.read(LARGEST_ANSWER)
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read(LARGEST_ANSWER)


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, (TimeoutError, asyncio.TimeoutError)):
        return f"it took longer than {TIMEOUT:g} s"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its TLS certificate is not trusted ({cause.verify_message})"
    if isinstance(cause, ConnectionRefusedError):
        return "the connection was refused. Is the address right, and the service running"
    known = cause.strerror if isinstance(cause, OSError) else None
    return f"{known or type(cause).__name__}. Is this machine online, and the address right"


def _refusal(url: str, status: int, advice: Mapping[int, str], said: str) -> str:
    meaning = advice.get(status) or (SERVER_ERROR if status >= 500 else "it does not say why")
    told = f' It says: "{quote(said)}"' if said else ""
    return f"{url} refused the call with HTTP {status}: {meaning}.{told}"


def _complaint(answer: bytes) -> str:
    """What a service says to a refusal, on one line; "" if it says nothing readable."""
    told = _object(answer) or {}
    said = told.get("message") or told.get("detail") or told.get("error")
    if isinstance(said, dict):
        said = said.get("message")
    if isinstance(said, list):
        said = "; ".join(part for part in said if isinstance(part, str))
    return " ".join(said.split()) if isinstance(said, str) else ""


def _object(answer: bytes) -> Json | None:
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None

"""Twilio's REST API and its webhooks, the tunnel to this machine, and an agent with a telephone."""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import secrets
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Coroutine
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from twilio.request_validator import RequestValidator
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus

from stand_ins.bad_agents import free_port
from stand_ins.phone_agent import PhoneAgent
from stand_ins.server import Plan

ACCOUNT = "AC" + "5e" * 16
TOKEN = "7a0c" * 8
PUBLIC = "https://voice.example"
OURS, AGENTS = "+15550100", "+15550199"
"""Telephone numbers."""
YIELDING = Plan()
CALLBACK_AFTER = 0.3
"""Seconds from the end of a call to the callback that tells of it."""
T = TypeVar("T")


@dataclass(frozen=True)
class Telephone:
    """What becomes of a call to the agent, as Twilio names it; sip: the code of its refusal."""

    status: str = "in-progress"
    sip: str = ""


@dataclass
class PhoneCall:
    """One call, as Twilio keeps it."""

    sid: str
    twiml: str = ""
    status_url: str = ""
    status: str = "queued"
    agent: PhoneAgent | None = None
    asked: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What the app said to a webhook."""

    status: int
    kind: str
    body: str


class Network:
    """Twilio for as long as its `with` lasts."""

    def __init__(self, plan: Plan = YIELDING, telephone: Telephone = Telephone()) -> None:
        self.port = free_port()
        self.api_url = ""
        self.calls: list[PhoneCall] = []
        self.wrong: list[str] = []
        self.statuses: list[tuple[str, int]] = []
        self.refusal: tuple[int, int, str] | None = None
        self.number: dict[str, str] | None = {"voice_url": f"{PUBLIC}/call", "voice_method": "GET"}
        self.carries_websockets = True
        self.thinks_for = 0.0
        self._plan, self._telephone = plan, telephone
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._rest = ThreadingHTTPServer(("127.0.0.1", 0), type("Rest", (_Rest,), {"network": self}))
        self._running: set[asyncio.Future[None]] = set()

    def __enter__(self) -> Network:
        self._thread.start()
        threading.Thread(target=self._rest.serve_forever, daemon=True).start()
        self.api_url = f"http://127.0.0.1:{self._rest.server_port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rest.shutdown()
        self._rest.server_close()
        asyncio.run_coroutine_threadsafe(self._finish(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        assert not self._thread.is_alive()
        self._loop.close()

    async def _finish(self) -> None:
        await asyncio.wait_for(asyncio.gather(*self._running, return_exceptions=True), 8)

    @property
    def agent(self) -> PhoneAgent:
        """Of the last call that has one."""
        return next(call.agent for call in reversed(self.calls) if call.agent)

    @property
    def stream_path(self) -> str:
        """Where the last call's stream is opened."""
        return urlsplit(self._stream_url(self.calls[-1].twiml)).path

    def during(self, work: Coroutine[Any, Any, T]) -> T:
        """Let the network do something now."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(5)

    def knock(self, path: str) -> int:
        """A stranger opens a stream: the status of the refusal, or the code with which it is closed."""
        return self.during(_knock(f"ws://127.0.0.1:{self.port}{path}"))

    # -- from the network

    def call_in(self, sid: str = "", caller: str = AGENTS) -> None:
        """The agent calls the number; the caller redials while nobody listens."""
        self._start(self._call_in(sid or _sid("CA"), caller))

    async def _call_in(self, sid: str, caller: str) -> None:
        call = PhoneCall(sid, status="ringing")
        for _ in range(100):
            try:
                answer = await asyncio.to_thread(self.get, f"{PUBLIC}/call", _incoming(sid, caller))
                break
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
        if (answer.status, answer.kind) != (200, "text/xml"):
            self.wrong.append(f"the webhook said {answer}")
            return
        call.twiml = answer.body
        self.calls.append(call)
        if "<Reject" in answer.body:
            call.status = "busy"
            return
        await self._connect(call)

    def get(self, address: str, parameters: dict[str, str], token: str = TOKEN) -> Answer:
        """A webhook by GET, signed as Twilio signs, through the tunnel."""
        address = f"{address}?{urlencode(parameters)}"
        parts = urlsplit(address)
        assert f"https://{parts.netloc}" == PUBLIC
        signature = RequestValidator(token).compute_signature(address, {})
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        line.request(
            "GET",
            f"{parts.path}?{parts.query}",
            headers={"Host": parts.netloc, "X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1"},
        )
        said = line.getresponse()
        answer = Answer(said.status, said.headers.get("Content-Type", ""), said.read().decode())
        if answer.status == 200 and said.headers.get("Cache-Control") != "no-store":
            self.wrong.append("Twilio may keep what it got by GET, for the next call")
        line.close()
        return answer

    # -- from the app

    def dial(self, asked: dict[str, list[str]]) -> PhoneCall:
        """What POST /Calls.json begins."""
        call = PhoneCall(_sid("CA"), asked["Twiml"][0], asked["StatusCallback"][0], asked=asked)
        self.calls.append(call)
        self._start(self._ring(call))
        return call

    def hang_up(self, call: PhoneCall) -> None:
        """What POST /Calls/{sid}.json with Status=completed does."""
        self._start(self._over(call, "completed" if call.status == "in-progress" else "canceled"))

    async def _ring(self, call: PhoneCall) -> None:
        await self._tell(call, "initiated")
        await self._tell(call, "ringing")
        if self._telephone.status == "ringing":
            return
        if self._telephone.status != "in-progress":
            await self._over(call, self._telephone.status)
            return
        await self._tell(call, "in-progress")
        await self._connect(call)

    async def _connect(self, call: PhoneCall) -> None:
        """`<Connect><Stream>`: the call lasts as long as the stream does."""
        call.status = "in-progress"
        address = self._stream_url(call.twiml)
        try:
            if not self.carries_websockets:
                return
            async with connect(
                f"ws://127.0.0.1:{self.port}{urlsplit(address).path}", proxy=None, compression=None, max_size=None
            ) as socket:
                call.agent = PhoneAgent(socket, self._plan, ACCOUNT, call.sid)
                await call.agent.run()
        except (InvalidHandshake, OSError) as error:
            self.wrong.append(f"the stream was not opened: {error}")
        await self._over(call, "completed")

    def _stream_url(self, twiml: str) -> str:
        response = ET.fromstring(twiml)
        shape = [element.tag for element in response.iter()]
        address = str(response.find("Connect/Stream").get("url"))  # type: ignore[union-attr]
        parts = urlsplit(address)
        if shape != ["Response", "Connect", "Stream"] or not address.startswith(PUBLIC.replace("https", "wss") + "/"):
            self.wrong.append(f"unexpected TwiML: {twiml}")
        if parts.query:
            self.wrong.append("Twilio drops the query of a stream's address")
        return address

    async def _over(self, call: PhoneCall, status: str) -> None:
        if call.status in ("completed", "busy", "no-answer", "failed", "canceled"):
            return
        call.status = status
        if call.agent and not call.agent.over.is_set():
            await call.agent.end()
        await asyncio.sleep(CALLBACK_AFTER)
        await self._tell(call, status)

    async def _tell(self, call: PhoneCall, status: str) -> None:
        call.status = status
        if not call.status_url:
            return
        told = {"CallSid": call.sid, "AccountSid": ACCOUNT, "From": OURS, "To": AGENTS, "CallStatus": status}
        told |= {"Direction": "outbound-api", "CallbackSource": "call-progress-events", "ApiVersion": "2010-04-01"}
        if self._telephone.sip:
            told["SipResponseCode"] = self._telephone.sip
        try:
            answer = await asyncio.to_thread(self.get, call.status_url, told)
            self.statuses.append((status, answer.status))
        except OSError:
            self.statuses.append((status, 0))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._loop.call_soon_threadsafe(lambda: self._running.add(self._loop.create_task(work)))


class _Rest(BaseHTTPRequestHandler):
    """`/2010-04-01/Accounts/{sid}/...`, as far as calls need it."""

    network: Network

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = parse_qs(body, keep_blank_values=True)
        if self._is_refused():
            return
        if self._rest == "/Calls.json":
            self._check(asked)
            call = self.network.dial(asked)
            time.sleep(self.network.thinks_for)
            self._answer(201, self._shown(call))
            return
        call = self._call()
        if call.status in ("completed", "busy", "no-answer", "failed", "canceled"):
            self._error(400, 21220, "Call is not in-progress. Cannot redirect.")
            return
        if asked != {"Status": ["completed"]}:
            self.network.wrong.append(f"an update with {asked}")
        self.network.hang_up(call)
        self._answer(200, self._shown(call))

    def do_GET(self) -> None:
        if self._is_refused():
            return
        if self._rest.startswith("/IncomingPhoneNumbers.json"):
            if parse_qs(urlsplit(self._rest).query).get("PhoneNumber") != [OURS]:
                self.network.wrong.append(f"asked for {self._rest}")
            numbers = [self.network.number] if self.network.number else []
            self._answer(200, {"incoming_phone_numbers": numbers, "page": 0, "page_size": 1})
            return
        self._answer(200, self._shown(self._call()))

    @property
    def _rest(self) -> str:
        before = f"/2010-04-01/Accounts/{ACCOUNT}"
        return self.path[len(before) :] if self.path.startswith(before) else ""

    def _call(self) -> PhoneCall:
        sid = self._rest.removeprefix("/Calls/").removesuffix(".json")
        return next(call for call in self.network.calls if call.sid == sid)

    def _check(self, asked: dict[str, list[str]]) -> None:
        events = ["initiated", "ringing", "answered", "completed"]
        wanted = {"To": [AGENTS], "From": [OURS], "StatusCallbackEvent": events, "StatusCallbackMethod": ["GET"]}
        for name, value in wanted.items():
            if asked.get(name) != value:
                self.network.wrong.append(f"{name} is {asked.get(name)} and not {value}")
        if not all(asked[name][0].isdigit() for name in ("Timeout", "TimeLimit")):
            self.network.wrong.append("a length of time is no whole number")

    def _is_refused(self) -> bool:
        wanted = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if self.headers["Authorization"] != wanted:
            self._error(401, 20003, "Authenticate")
            return True
        if self.network.refusal:
            self._error(*self.network.refusal)
        return self.network.refusal is not None

    def _error(self, status: int, code: int, message: str) -> None:
        more = f"https://www.twilio.com/docs/errors/{code}"
        self._answer(status, {"code": code, "message": message, "more_info": more, "status": status})

    def _shown(self, call: PhoneCall) -> dict[str, object]:
        return {"sid": call.sid, "account_sid": ACCOUNT, "status": call.status, "to": AGENTS, "from": OURS}

    def _answer(self, status: int, said: object) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


async def _knock(address: str) -> int:
    try:
        async with connect(address, proxy=None) as line:
            await line.wait_closed()
            return line.close_code or 0
    except InvalidStatus as refused:
        return refused.response.status_code


def _sid(kind: str) -> str:
    return kind + secrets.token_hex(16)


def _incoming(sid: str, caller: str) -> dict[str, str]:
    """The parameters of a call that comes in; the token is long, as Twilio's are."""
    return {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": "ringing",
        "CallToken": '{"parentCallInfoToken":"' + "eyJhbGciOi" * 120 + '"}',
        "Called": OURS,
        "Caller": caller,
        "CallerCity": "SAN FRANCISCO",
        "Direction": "inbound",
        "From": caller,
        "StirVerstat": "TN-Validation-Passed-A",
        "To": OURS,
    }

"""A run in which every agent fails, and whose server repeats the key in all that it says: nothing keeps the key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import product
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

KEY = "sk-proj-0123456789-quite-secret"
CALLS = (
    "openai_realtime    url={url}/v1    model=gpt-realtime    api_key=${{KEY}}",
    "openai_realtime    url={url}/v1    model=gpt-realtime    headers=${{HEADERS}}",
    "gemini_live    url={url}    api_key=${{KEY}}",
    "elevenlabs    agent_id=agent-1    url={url}    api_key=${{KEY}}",
    "elevenlabs    signed_url=${{SIGNED}}",
    "deepgram    url={url}    api_key=${{KEY}}",
    "vapi    assistant=assistant-1    api_key=${{KEY}}    api_url={api}",
    "vapi    url=${{SIGNED}}",
    "openai_realtime    url=${{SIGNED}}",
    "websocket    url={url}    headers=${{HEADERS}}",
    "websocket    url=${{SIGNED}}",
    "websocket    url={url}    hello=${{HELLO}}    cancel_message=${{HELLO}}",
    "pipecat    url={url}    headers=${{HEADERS}}",
)
SUITE = """
*** Settings ***
Library      RobotVoice
Variables    hidden.py    {url}

*** Test Cases ***
"""
TEST = """
Call {number}
    Start Call    {call}
    User Stays Silent    500 ms
    [Teardown]    End Call
"""
HIDDEN = """
import os


class Hidden:
    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return "hidden"


def get_variables(url):
    key = os.environ["THE_KEY"]
    signed = f"{url}/signed?token={key}"
    hello = f'{{"type": "hello", "key": "{key}"}}'
    return {
        "KEY": Hidden(key),
        "HEADERS": {"Authorization": Hidden(key)},
        "SIGNED": Hidden(signed),
        "HELLO": Hidden(hello),
    }
"""


def _told(request: Request) -> str:
    return json.dumps({"error": {"message": f"Incorrect API key {KEY} at {request.path}: {dict(request.headers)}"}})


def _answer(socket: ServerConnection, request: Request) -> Response | None:
    return socket.respond(HTTPStatus.UNAUTHORIZED, _told(request)) if "refuse" in request.path else None


def _complain(socket: ServerConnection) -> None:
    """An agent that knows the key, and tells it in every way that a protocol has."""
    assert socket.request is not None
    with suppress(ConnectionClosed):
        for message in (_told(socket.request), json.dumps({"type": "error", "message": KEY}), KEY, KEY.encode()):
            socket.send(message)
        socket.close(1008, f"bad key {KEY}")


class _Api(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.dumps({"message": f"Invalid key {KEY}"}).encode()
        self.send_response(HTTPStatus.UNAUTHORIZED)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing of it belongs to the output of a test."""


@contextmanager
def servers() -> Iterator[tuple[str, str]]:
    """The addresses of a websocket server and of a web server, both indiscreet."""
    with (
        serve(_complain, "127.0.0.1", 0, process_request=_answer) as sockets,
        HTTPServer(("127.0.0.1", 0), _Api) as web,
    ):
        threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in (sockets, web)]
        for thread in threads:
            thread.start()
        try:
            yield f"ws://127.0.0.1:{sockets.socket.getsockname()[1]}", f"http://127.0.0.1:{web.server_port}"
        finally:
            web.shutdown()
            sockets.shutdown()


def test_a_failing_run_of_every_agent_keeps_no_key(tmp_path: Path) -> None:
    with servers() as (url, api):
        tests = [
            TEST.format(number=number, call=call.format(url=f"{url}/{path}", api=api))
            for number, (call, path) in enumerate(product(CALLS, ("refuse", "complain")), start=1)
        ]
        (tmp_path / "suite.robot").write_text(SUITE.format(url=url) + "".join(tests))
        (tmp_path / "hidden.py").write_text(HIDDEN)
        robot = subprocess.run(
            [sys.executable, "-m", "robot", "--loglevel", "TRACE", "suite.robot"],
            cwd=tmp_path,
            env={**os.environ, "THE_KEY": KEY},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"output.xml", "log.html", "report.html"} < {path.name for path in files}
    assert f"{2 * len(CALLS)} tests, 0 passed" in robot.stdout, robot.stdout
    assert "<secret>" in robot.stdout, "what the servers said is there, without the key"
    written = {path.name: path.read_bytes() for path in files} | {"console": (robot.stdout + robot.stderr).encode()}
    assert [name for name, content in written.items() if KEY.encode() in content or KEY in name] == []

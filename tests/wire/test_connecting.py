"""What answers at an agent's address is not the agent: nothing of the call goes there, and the sentence says why."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from stand_ins.calls import calling

from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.secrets import Headers, Key
from RobotVoice.errors import ConnectionFailed

KEY = Key("sk-very-secret-0123456789")


@contextmanager
def answering(status: int, leads_to: str = "") -> Iterator[tuple[str, list[str]]]:
    """A web server that answers everything so: its address, and the headers that came."""
    came: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            came.append(str(self.headers))
            self.send_response(status)
            if leads_to:
                self.send_header("Location", leads_to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_CONNECT = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"127.0.0.1:{server.server_port}", came
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_key_is_taken_along_to_where_a_server_leads(status: int) -> None:
    with answering(200) as (elsewhere, came), answering(status, f"http://{elsewhere}/there") as (first, asked):
        agent = OpenAIRealtime(url=f"ws://{first}/v1", api_key=KEY, headers=Headers({"X-Api-Key": KEY}))
        with pytest.raises(ConnectionFailed) as told, calling(agent):
            pass
    assert len(asked) == 1
    assert came == []
    said = f"What answers at ws://{first}/v1 leads elsewhere (HTTP {status}): give the address that it leads to."
    assert str(told.value) == said


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (407, "This machine's proxy refused the connection to wss://agent.example/v1 with HTTP 407."),
        (503, "This machine's proxy refused the connection to wss://agent.example/v1 with HTTP 503."),
    ],
)
def test_a_proxy_that_refuses_is_not_taken_for_the_agent(
    monkeypatch: pytest.MonkeyPatch, status: int, said: str
) -> None:
    with answering(status) as (proxy, _):
        monkeypatch.setenv("https_proxy", f"http://{proxy}")
        with pytest.raises(ConnectionFailed) as told, calling(OpenAIRealtime(url="wss://agent.example/v1")):
            pass
    assert str(told.value) == said


def test_a_proxy_that_is_not_valid_is_said_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "ann:proxy-password-1234@127.0.0.1:3128")
    with pytest.raises(ConnectionFailed) as told, calling(OpenAIRealtime(url="wss://agent.example/v1")):
        pass
    said = "This machine's proxy (https_proxy, http_proxy) is not valid: it has to look like http://host:port."
    assert str(told.value) == said


def test_an_agent_without_tls_is_told_from_a_wrong_address() -> None:
    refused = pytest.raises(ConnectionFailed, match=r"does not speak TLS: is its address one with ws://")
    with answering(200) as (place, _), refused, calling(OpenAIRealtime(url=f"wss://{place}/v1", api_key=KEY)):
        pass


def test_an_address_that_is_none_is_in_no_chain_of_errors() -> None:
    agent = OpenAIRealtime(url="wss://my-token-abcdef@127.0.0.1:9/ws", api_key=KEY)
    with pytest.raises(ConnectionFailed) as told, calling(agent):
        pass
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__
    assert "my-token" not in str(told.value)

"""A chat server whose every answer a test writes, for the real `openai` client."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Request = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """An answer of the server; delay: seconds before it."""

    body: bytes
    status: int = 200
    delay: float = 0.0


Answer = Reply | Callable[[Request], Reply]


@dataclass
class ChatServer:
    """It gives its answers in order, the last one again and again, and keeps what it was asked."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        return answer(request) if callable(answer) else answer


def completion(
    content: str | None, finish: str = "stop", refusal: str | None = None, tokens_of_sound: int | None = None
) -> Reply:
    """What a chat model says, in the protocol's frame."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "finish_reason": finish, "message": message}
    usage: dict[str, Any] = {"prompt_tokens": 900, "completion_tokens": 40, "total_tokens": 940}
    if tokens_of_sound is not None:
        usage["prompt_tokens_details"] = {"audio_tokens": tokens_of_sound, "cached_tokens": 0}
    return Reply(json.dumps({"id": "x", "object": "chat.completion", "choices": [choice], "usage": usage}).encode())


def verdict(ruling: str, quote: str, criterion: int = 1, reason: str = "It says so.") -> dict[str, Any]:
    return {"criterion": criterion, "quote": quote, "reason": reason, "verdict": ruling}


def verdicts(*found: dict[str, Any]) -> Reply:
    return completion(json.dumps({"verdicts": found}))


def failure(status: int, message: str = "no") -> Reply:
    return Reply(json.dumps({"error": {"message": message, "type": "x"}}).encode(), status)


def document(request: Request) -> dict[str, Any]:
    """The call, as the model was told of it."""
    content = request["messages"][1]["content"]
    found: dict[str, Any] = json.loads(content if isinstance(content, str) else content[0]["text"])
    return found


class _Listener(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up waiting is part of the test."""


@contextmanager
def chat_server(*answers: Answer) -> Iterator[ChatServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.keys.append(self.headers["Authorization"])
            reply = server.answer(body)
            time.sleep(reply.delay)
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("retry-after-ms", "1")
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ChatServer(answers=list(answers))
    listener = _Listener(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listener.server_port}/v1"
    threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()

"""What the stand-ins for chat models share: a server on a free port, whose address is the one line that it prints."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


def serve(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answers every request with what `answer` makes of the document in it."""

    class Model(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told = _document(request["messages"][1]["content"])
            content = json.dumps(answer(told))
            message = {"role": "assistant", "content": content}
            usage: dict[str, Any] = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}
            if told.get("heard"):
                usage["prompt_tokens_details"] = {"audio_tokens": 100}
            choices = [{"index": 0, "finish_reason": "stop", "message": message}]
            body = json.dumps({"object": "chat.completion", "choices": choices, "usage": usage}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Only the address is printed."""

    server = HTTPServer(("127.0.0.1", 0), Model)
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()


def _document(content: str | list[dict[str, Any]]) -> dict[str, Any]:
    """What the model is told, with the WAV files that come with it as "heard"."""
    if isinstance(content, str):
        return dict(json.loads(content))
    heard = [b64decode(part["input_audio"]["data"]) for part in content if part["type"] == "input_audio"]
    return dict(json.loads(content[0]["text"]), heard=heard)

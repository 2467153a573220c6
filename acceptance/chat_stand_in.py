"""What the stand-ins for chat models share: a server on a free port, whose address is the one line that it prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


def serve(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answers every request with what `answer` makes of the document in it."""

    class Model(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            content = json.dumps(answer(json.loads(request["messages"][1]["content"])))
            message = {"role": "assistant", "content": content}
            usage = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}
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

"""A stand-in for a judge model: a chat server that finds an answer where the word it looks for is said.

It looks for the last word of the criterion in what the agent replied, and quotes the line. Its address is the one line
that it prints.
"""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class Judge(BaseHTTPRequestHandler):
    """Answers every request with a verdict on each criterion."""

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        call = json.loads(request["messages"][1]["content"])
        replies = [line["heard"] for line in call["call"] if line["line"] in call["quote_from"]]
        answer = json.dumps({"verdicts": [_verdict(criterion, replies) for criterion in call["criteria"]]})
        message = {"role": "assistant", "content": answer}
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


def _verdict(criterion: dict[str, Any], replies: list[str]) -> dict[str, Any]:
    wanted = criterion["text"].split()[-1].lower()
    found = next((reply for reply in replies if wanted in reply.lower()), None)
    reason = f'The agent {"speaks" if found else "does not speak"} of "{wanted}".'
    quote = found or replies[0]
    ruling = "met" if found else "not met"
    return {"criterion": criterion["number"], "quote": quote, "reason": reason, "verdict": ruling}


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Judge)
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()

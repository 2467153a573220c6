"""A stand-in for a judge model: a chat server that finds an answer where the word it looks for is said.

It looks for the last word of the criterion in what the agent replied, and quotes the line.
"""

from __future__ import annotations

from typing import Any

from chat_stand_in import serve


def judge(told: dict[str, Any]) -> dict[str, Any]:
    """A verdict on each criterion."""
    replies = [line["heard"] for line in told["call"] if line["line"] in told["quote_from"]]
    return {"verdicts": [_verdict(criterion, replies) for criterion in told["criteria"]]}


def _verdict(criterion: dict[str, Any], replies: list[str]) -> dict[str, Any]:
    wanted = criterion["text"].split()[-1].lower()
    found = next((reply for reply in replies if wanted in reply.lower()), None)
    reason = f'The agent {"speaks" if found else "does not speak"} of "{wanted}".'
    quote = found or replies[0]
    ruling = "met" if found else "not met"
    return {"criterion": criterion["number"], "quote": quote, "reason": reason, "verdict": ruling}


if __name__ == "__main__":
    serve(judge)

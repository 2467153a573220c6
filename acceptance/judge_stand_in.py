"""A stand-in for a judge model: a chat server that finds an answer where the word it looks for is said.

It looks for the last word of the criterion in what the agent replied, and quotes the line. Where it hears the call, it
says for how long it heard the caller and the agent.
"""

from __future__ import annotations

import wave
from io import BytesIO
from typing import Any

from chat_stand_in import serve


def judge(told: dict[str, Any]) -> dict[str, Any]:
    """A verdict on each criterion."""
    replies = [line["heard"] for line in told["call"] if line["line"] in told["quote_from"]]
    heard = " and ".join(f"{_seconds(wav):.1f}" for wav in told.get("heard", ()))
    sound = f", in {heard} s of sound" if heard else ""
    return {"verdicts": [_verdict(criterion, replies, sound) for criterion in told["criteria"]]}


def _seconds(wav: bytes) -> float:
    with wave.open(BytesIO(wav), "rb") as file:
        return file.getnframes() / file.getframerate()


def _verdict(criterion: dict[str, Any], replies: list[str], sound: str) -> dict[str, Any]:
    wanted = criterion["text"].split()[-1].lower()
    found = next((reply for reply in replies if wanted in reply.lower()), None)
    reason = f'The agent {"speaks" if found else "does not speak"} of "{wanted}"{sound}.'
    quote = found or replies[0]
    ruling = "met" if found else "not met"
    return {"criterion": criterion["number"], "quote": quote, "reason": reason, "verdict": ruling}


if __name__ == "__main__":
    serve(judge)

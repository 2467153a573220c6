"""A stand-in for a model that plays the caller: a chat server that takes up the last words that it heard.

In its first turn it asks for what its goal is.
"""

from __future__ import annotations

from typing import Any

from chat_stand_in import serve


def speak(told: dict[str, Any]) -> dict[str, Any]:
    """A line, and what to interrupt the answer with."""
    heard = [line["heard"] for line in told["call"] if line["who"] == "agent" and line["heard"]]
    taken_up = f"You said {' '.join(heard[-1].rstrip('.…').split()[-3:])}. " if heard else ""
    return {"line": f"{taken_up}I want to {told['goal']}.", "interruption": "Wait, I meant account support."}


if __name__ == "__main__":
    serve(speak)

"""What the demo agent can be made to do wrong, and the protocols it speaks. Light to import."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import Enum

from RobotVoice.errors import InvalidArgument


class Protocol(Enum):
    """The wire protocol that the demo agent serves."""

    OPENAI_REALTIME = "openai_realtime"
    MEDIA_STREAMS = "media_streams"
    WEBSOCKET = "websocket"


@dataclass(frozen=True)
class Faults:
    """The demo agent's behaviour. Without any option it is a polite agent that stops for its caller."""

    stops_after: timedelta = timedelta(seconds=0.5)
    never_stops: bool = False
    ignores_cancel: bool = False
    resumes: bool = False
    reply_delay: timedelta = timedelta(0)
    bursts: bool = False
    hangs_up_after: timedelta | None = None
    yields_to_backchannels: bool = False
    never_speaks: bool = False
    greeting: bool = False

    def to_arguments(self) -> list[str]:
        """The command line options that make `python -m RobotVoice.demo` behave like this."""
        arguments: list[str] = []
        for option in fields(self):
            value = getattr(self, option.name)
            if value == option.default:
                continue
            arguments.append(option_name(option.name))
            if isinstance(value, timedelta):
                arguments.append(f"{value / timedelta(milliseconds=1):.12g} ms")
        return arguments


MEANING = {
    "stops_after": "it stops when the caller has spoken over it for so long, from their first loud sample on",
    "never_stops": "it is deaf while it speaks: it neither stops nor says that it heard",
    "ignores_cancel": "it reads the protocol's cancel signal and does nothing about it",
    "resumes": "after an interruption it goes on with its old reply instead of answering",
    "reply_delay": "it waits so long before each reply",
    "bursts": "it sends a reply faster than real time; to stop, it tells the other side to drop the rest",
    "hangs_up_after": "it closes the connection when it has spoken for so long, in mid-reply",
    "yields_to_backchannels": "it stops for any sound of 0.2 s, a cough or a mm-hmm",
    "never_speaks": "it listens and never says a word",
    "greeting": "it speaks first",
}
"""What each option means, for the command line's help and for documentation."""


def option_name(name: str) -> str:
    """How the field `name` is written on the command line."""
    return "--" + name.replace("_", "-")


_DURATION = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>ms|s)?")
_LONGEST = 600.0


def duration(text: str, option: str = "duration") -> timedelta:
    """'300 ms', '1.5 s' and '0.3' (seconds) as a time.

    Raises InvalidArgument for anything else, and for what is longer than ten minutes: that was meant to be
    milliseconds.
    """
    found = _DURATION.fullmatch(text.strip())
    seconds = float(found["number"]) / (1000 if found["unit"] == "ms" else 1) if found else math.inf
    if seconds > _LONGEST:
        raise InvalidArgument(
            f"{option} is '{text}', which is no time up to {_LONGEST:g} s; write it like '300 ms', '1.5 s' or '0.3'."
        )
    return timedelta(seconds=seconds)

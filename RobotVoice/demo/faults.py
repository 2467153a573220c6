"""What the demo agent can be made to do wrong, and the protocols it speaks. Light to import."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import Enum

from RobotVoice.errors import InvalidArgument


class Protocol(Enum):
    """The wire protocol that the demo agent serves."""

    OPENAI_REALTIME = "openai_realtime"
    MEDIA_STREAMS = "media_streams"
    WEBSOCKET = "websocket"


NEVER = timedelta(0)
"""The time of an option that was not given."""
LONGEST = 600.0
"""Seconds that an option may take: what is longer was meant to be milliseconds."""
ANY_SOUND = timedelta(seconds=0.2)
"""How long a sound has to be for an agent that heeds any sound."""


@dataclass(frozen=True)
class Faults:
    """The demo agent's behaviour. Without any option it is a polite agent that stops for its caller.

    Raises InvalidArgument for options that contradict each other, or of which one would do nothing.
    """

    stops_after: timedelta = timedelta(seconds=0.5)
    never_stops: bool = False
    ignores_cancel: bool = False
    resumes: bool = False
    reply_delay: timedelta = timedelta(0)
    bursts: bool = False
    hangs_up_after: timedelta = NEVER
    yields_to_backchannels: bool = False
    pauses_for: timedelta = NEVER
    restarts_sentence: bool = False
    skips_words: bool = False
    waits_for_caller: timedelta = NEVER
    deaf_for: timedelta = NEVER
    stops_for_keys: bool = False
    reprompts_after: timedelta = NEVER
    calls_tool: timedelta = NEVER
    never_speaks: bool = False
    greeting: bool = False

    def __post_init__(self) -> None:
        for sentence in self._contradictions():
            raise InvalidArgument(f"The demo agent: {sentence}")

    def _contradictions(self) -> Iterator[str]:
        for option in fields(self):
            value = getattr(self, option.name)
            if isinstance(value, timedelta) and value.total_seconds() > LONGEST:
                yield f"'{option.name}' is {value.total_seconds():g} s; it has to be {LONGEST:g} s at most."
        if (self.restarts_sentence or self.skips_words) and not self.pauses_for:
            yield (
                "'restarts_sentence' and 'skips_words' say how it goes on after a pause, so they need 'pauses_for' "
                "as well, such as pauses_for=1.2 s."
            )
        if self.restarts_sentence and self.skips_words:
            yield "'restarts_sentence' and 'skips_words' exclude each other; give one of them."
        if self.pauses_for and (self.never_stops or self.yields_to_backchannels):
            other = "never_stops" if self.never_stops else "yields_to_backchannels"
            yield f"'pauses_for' and '{other}' exclude each other; give one of them."
        if self.pauses_for and self.stops_after <= ANY_SOUND:
            yield (
                f"'pauses_for' needs 'stops_after' to be longer than {ANY_SOUND.total_seconds():g} s: it pauses for "
                "a sound of that length, and stops for a longer one."
            )
        if self.never_speaks and (self.greeting or self.reprompts_after):
            other = "greeting" if self.greeting else "reprompts_after"
            yield f"'never_speaks' and '{other}' exclude each other; give one of them."
        if self.deaf_for and self.never_stops:
            yield "'deaf_for' and 'never_stops' exclude each other; give one of them."

    @property
    def ignores_signals(self) -> bool:
        """Whether a cancel or a truncation by protocol does nothing."""
        return self.ignores_cancel or self.never_stops

    def require(self, protocol: Protocol) -> None:
        """Raises InvalidArgument if the caller's side of this protocol has no part in what an option does."""
        if self.calls_tool and protocol is not Protocol.OPENAI_REALTIME:
            raise InvalidArgument(
                f"The demo agent: 'calls_tool' needs protocol=openai_realtime; over {protocol.value} an agent's tools "
                "are out of the caller's sight."
            )
        if self.stops_for_keys and protocol is not Protocol.MEDIA_STREAMS:
            raise InvalidArgument(
                f"The demo agent: 'stops_for_keys' needs protocol=media_streams; over {protocol.value} it gets no keys."
            )

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
    "never_stops": "it is deaf while it speaks, to the caller and to a cancel: it neither stops nor says that it heard",
    "ignores_cancel": "it reads the protocol's cancel signal and does nothing about it",
    "resumes": "after an interruption it goes on with its old reply instead of answering",
    "reply_delay": "it waits so long before each reply",
    "bursts": "it sends a reply faster than real time; to stop, it tells the other side to drop the rest",
    "hangs_up_after": "it closes the connection when it has spoken for so long, in mid-reply",
    "yields_to_backchannels": "it stops for any sound of 0.2 s, a cough or a mm-hmm",
    "pauses_for": "a sound of 0.2 s makes it fall silent for so long, then it goes on where it was; it stops for good "
    "when the caller's speech lasts as long as stops_after",
    "restarts_sentence": "with pauses_for: it goes on with the begin of the sentence in which it fell silent",
    "skips_words": "with pauses_for: it goes on as if it had been talking all the time",
    "waits_for_caller": "how long the caller has to be silent until it takes their turn as over; without it 0.6 s, or "
    "what the client asks for by OpenAI's protocol",
    "deaf_for": "it does not hear a caller who begins to speak in the first so long of a reply, for as long as that "
    "speech lasts",
    "stops_for_keys": "a pressed key stops its reply, and it says what the key stands for (media_streams only)",
    "reprompts_after": "it asks whether the caller is still there when they stay silent for so long after a reply, "
    "at most three times",
    "calls_tool": "before each answer it calls a tool whose result takes so long (openai_realtime only)",
    "never_speaks": "it listens and never says a word",
    "greeting": "it speaks first",
}
"""What each option means, for the command line's help and for documentation."""


def option_name(name: str) -> str:
    """How the field `name` is written on the command line."""
    return "--" + name.replace("_", "-")


_DURATION = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>ms|s)?")


def duration(text: str, option: str = "duration") -> timedelta:
    """'300 ms', '1.5 s' and '0.3' (seconds) as a time.

    Raises InvalidArgument for anything else, and for what is longer than ten minutes: that was meant to be
    milliseconds.
    """
    found = _DURATION.fullmatch(text.strip())
    seconds = float(found["number"]) / (1000 if found["unit"] == "ms" else 1) if found else math.inf
    if seconds > LONGEST:
        raise InvalidArgument(
            f"{option} is '{text}', which is no time up to {LONGEST:g} s; write it like '300 ms', '1.5 s' or '0.3'."
        )
    return timedelta(seconds=seconds)

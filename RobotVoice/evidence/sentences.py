"""What came of an interruption, in plain words: for error messages, headlines and tables alike."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from RobotVoice.evidence.model import Interruption, Measured, Mode, Outcome, duration

NOT_MEASURED = "not measured"

_LONGEST_QUOTE = 120

_SOUND = re.compile(r"\[[^]]*]")
"""What stands for a sound in a text: its name, or that of its file."""
_KEYS = re.compile(r"\[keys ([^]]+)]")


class FigureRow(NamedTuple):
    """One measured figure as a table shows it."""

    name: str
    value: str
    meaning: str
    reliable: bool


def outcome_sentence(interruption: Interruption) -> str:
    """What the agent did, held against no limit."""
    return stop_sentence(interruption, None)


def stop_sentence(interruption: Interruption, limit: float | None) -> str:
    """What the agent did, and within which time (in seconds) it had to stop."""
    if interruption.outcome is Outcome.DID_NOT_HAPPEN:
        return _did_not_happen(interruption)
    if interruption.outcome is Outcome.KEPT_TALKING:
        return _kept_talking(interruption, limit)
    return _stopped(interruption, limit)


def figure_rows(interruption: Interruption) -> list[FigureRow]:
    """All figures of an interruption, in the order of their weight."""
    return [
        _row("Stop latency", interruption.stop_latency, "from the barge-in until the caller hears silence"),
        _row(
            "Wire stop latency",
            interruption.wire_stop_latency,
            "from the barge-in until the agent's side stops",
        ),
        _row("Overlap", interruption.overlap, "both are heard at once"),
        _row(
            "Response latency",
            interruption.response_latency,
            "from the caller's last word to the agent's next reply",
        ),
        _row("Reaction", interruption.reaction, "RobotVoice's own share: from the trigger to the barge-in"),
    ]


def figure(measured: Measured | None) -> str:
    """A figure with its uncertainty, as tables and metadata show it."""
    if measured is None:
        return NOT_MEASURED
    return f"at least {lower_bound(measured.value)}" if measured.at_least else str(measured)


def lower_bound(seconds: float) -> str:
    """The length of a thing that had not ended yet. Rounded down: rounded up, it would be untrue."""
    if seconds < 1:
        return duration(math.floor(seconds * 1000 + 1e-6) / 1000)
    return f"{math.floor(seconds * 10 + 1e-6) / 10:.1f} s"


def allowance(seconds: float) -> str:
    """A limit as a person would write it into the test: "800 ms", "2 s"."""
    return f"{seconds:g} s" if seconds >= 1 and seconds == round(seconds, 1) else duration(seconds)


def timestamp(seconds: float) -> str:
    """A moment of a call, as players show it: "0:12.3"."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"


def quoted(text: str) -> str:
    """The caller's words in quotation marks, on one line and not too long for a sentence."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= _LONGEST_QUOTE else f'"{line[: _LONGEST_QUOTE - 1].rstrip()}…"'


def said(interruption: Interruption) -> str:
    """What the caller did to interrupt: their words in quotation marks, or "pressed 1#"; "" if there was neither."""
    if interruption.mode is Mode.KEYS:
        return keys_pressed(interruption.text)
    return quoted(interruption.text) if interruption.text.strip() else ""


def keys_pressed(text: str) -> str:
    """`[keys 1#]` as people say it: "pressed 1#". Any other text as it is."""
    found = _KEYS.fullmatch(text)
    return f"pressed {found[1]}" if found else text


def _row(name: str, measured: Measured | None, meaning: str) -> FigureRow:
    return FigureRow(name, figure(measured), meaning, measured is None or measured.reliable)


def _stopped(interruption: Interruption, limit: float | None) -> str:
    allowed = "" if limit is None else f"; allowed {allowance(limit)}"
    latency = interruption.stop_latency
    if interruption.was_silent:
        return f"The agent was silent when {_barged_in(interruption)}: {interruption.note}{allowed}."
    begun = talked_over_after(interruption)
    if begun and latency is not None:
        began = f"The agent began to speak {duration(begun)} after {_barged_in(interruption)}"
        return f"{began}, and stopped {duration(latency.value)} after the barge-in{allowed}."
    if latency is None:
        return f"The agent stopped after {_barged_in(interruption)}, but how soon was not measured{allowed}."
    return f"The agent stopped {duration(latency.value)} after {_barged_in(interruption)}{allowed}."


def _kept_talking(interruption: Interruption, limit: float | None) -> str:
    latency = interruption.stop_latency
    begun = talked_over_after(interruption)
    how_long = "" if latency is None else f" for at least {lower_bound(latency.value - begun)}"
    had_to = "" if limit is None else f"; it had to stop within {allowance(limit)}"
    if begun:
        began = f"The agent began to speak {duration(begun)} after {_said(interruption)}"
        return f"{began}, and talked on{how_long}{_double_talk(interruption)}{had_to}."
    return f"The agent kept talking{how_long} after {_said(interruption)}{_double_talk(interruption)}{had_to}."


def talked_over_after(interruption: Interruption) -> float:
    """Seconds after the barge-in at which the agent began to talk over the caller; 0.0 if it was talking then."""
    if interruption.agent_onset is None or interruption.barge_in is None:
        return 0.0
    return max(0.0, interruption.agent_onset - interruption.barge_in)


def _barged_in(interruption: Interruption) -> str:
    is_wordless = interruption.mode is Mode.KEYS or _SOUND.fullmatch(interruption.text)
    return _said(interruption) if is_wordless else "the caller barged in"


def _said(interruption: Interruption) -> str:
    if interruption.mode is Mode.KEYS:
        return f"the caller pressed the {interruption.text.strip('[]')}"
    if _SOUND.fullmatch(interruption.text):
        return f"the sound {interruption.text} from the caller's side"
    return f"the caller said {quoted(interruption.text)}" if interruption.text.strip() else "the caller barged in"


def _double_talk(interruption: Interruption) -> str:
    """What the caller did when the agent talked on."""
    if interruption.gave_way_after is not None:
        return f"; the caller gave way after {duration(interruption.gave_way_after)}"
    return f", {interruption.times_said} times in all" if interruption.times_said > 1 else ""


def _did_not_happen(interruption: Interruption) -> str:
    what = said(interruption)
    named = f" ({what})" if interruption.mode is Mode.KEYS else f" {what}" if what else ""
    reason = interruption.reason.strip().rstrip(".")
    return f"The interruption{named} did not happen{': ' if reason else ''}{reason}."

"""Does the caller barge in when the trigger says? Held against the demo agent, which knows when it says what.

The moment that a trigger names, by the demo's truth -> the caller's first loud sample, as it arrived there.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from RobotVoice.adapters.demo import Demo
from RobotVoice.calibration.calls import calling, words
from RobotVoice.calibration.process import Process
from RobotVoice.conversation import Expected
from RobotVoice.demo.faults import Faults
from RobotVoice.evidence.model import Mode
from RobotVoice.interruption.ending import BeforeEnd
from RobotVoice.interruption.heard_words import FASTEST, AfterPhrase, AfterWords
from RobotVoice.interruption.silent_moments import PAUSE, InAPause, WhileThinking, WhileToolRuns
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.words.phrases import mentions

from .figures import Row
from .patience import Patience

FRAME: Final = 20.0
"""Milliseconds: the caller's sound goes out in frames, so the next one begins so much later at most."""
CONFIRMING: Final = 40.0
"""Milliseconds of speech by which an onset is known."""
WAY: Final = 5.0
"""Milliseconds for the message to the agent's process, and for the wake-up of both."""
AGENT_LOADS: Final = 60.0
"""Seconds that the demo agent gets to load its models, or to write what it did."""
CALLER: Final = words(0.8)
Event = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A trigger, the agent that it is tried on, and its moment by what that wrote of a call."""

    name: str
    trigger: Trigger
    moment: Callable[[Mapping[str, list[Event]]], float]
    faults: Faults = field(default_factory=lambda: Faults(greeting=True))
    limit: float = FRAME + WAY
    asks: bool = False
    """The caller speaks first."""


def _onset(after: float) -> Callable[[Mapping[str, list[Event]]], float]:
    return lambda truth: float(truth["sentence_started"][0]["at"]) + after


def _word(number: int, after: float = 0.0) -> Callable[[Mapping[str, list[Event]]], float]:
    """When word `number` of the reply, from 1, counts as heard: when it begins, and not before it could be said."""

    def moment(truth: Mapping[str, list[Event]]) -> float:
        said = [word for sentence in truth["sentence_ended"] for word in sentence["words"]]
        letters = sum(character.isalnum() for text, _ in said[:number] for character in text)
        return max(float(said[number - 1][1]), _onset(letters / FASTEST)(truth)) + after

    return moment


def _first_pause(truth: Mapping[str, list[Event]]) -> float:
    return float(truth["sentence_ended"][0]["at"]) + PAUSE


def _end_of(greeting: float, rest: float) -> Callable[[Mapping[str, list[Event]]], float]:
    return lambda truth: _onset(greeting)(truth) - rest


def _tool(truth: Mapping[str, list[Event]]) -> float:
    return float(truth["tool_called"][0]["t"])


def _last_word(after: float) -> Callable[[Mapping[str, list[Event]]], float]:
    return lambda truth: float(truth["caller_ended"][0]["last_sound"]) + after


def _phrase(phrase: str) -> AfterPhrase:
    return AfterPhrase(phrase=phrase, is_in=partial(mentions, phrase=phrase))


def cases(greeting: float) -> list[Case]:
    """greeting: seconds from its first sound to its last."""
    onset = FRAME + CONFIRMING + WAY
    thinks, looks_up = timedelta(seconds=2), timedelta(seconds=1.5)
    bursts = Faults(greeting=True, bursts=True)
    return [
        Case("first speech", Trigger(), _onset(0.0), limit=onset),
        Case("first speech, of a burst", Trigger(), _onset(0.0), bursts, onset),
        Case("after=1 s", Trigger(1.0), _onset(1.0), Faults(), asks=True),
        Case("after_words=6", AfterWords(count=6), _word(6)),
        Case("after_words=6, of a burst", AfterWords(count=6), _word(6), bursts),
        Case("after_words=3 after=400 ms", AfterWords(0.4, count=3), _word(3, 0.4)),
        Case("after_phrase=Hilltop Telephone", _phrase("hilltop telephone"), _word(6)),
        Case("when=gap", InAPause(), _first_pause, Faults(), asks=True),
        Case("when=gap, of a burst", InAPause(), _first_pause, Faults(bursts=True), asks=True),
        Case("before_end=1.5 s", BeforeEnd(rest=1.5), _end_of(greeting, 1.5), bursts),
        Case("when=tool", WhileToolRuns(), _tool, Faults(calls_tool=looks_up), asks=True),
        Case("when=thinking after=1 s", WhileThinking(1.0), _last_word(1.0), Faults(reply_delay=thinks), asks=True),
    ]


def run(quick: bool) -> list[Row]:
    calls = 3 if quick else 20
    with DemoAgent(Faults(greeting=True, bursts=True)) as agent:
        greeting = _length_of_greeting(agent)
    return [_row(case, calls) for case in cases(greeting)]


def _row(case: Case, calls: int) -> Row:
    with DemoAgent(case.faults) as agent:
        patience = Patience(lambda: late(case, agent))
        values = [patience.result() for _ in range(calls)]
    return Row(f"trigger: {case.name}", values, "ms", {"p95": case.limit}, patience.repeated, patience.unreliable)


def late(case: Case, agent: DemoAgent) -> tuple[float, bool]:
    """How late (ms) the caller's first sound was, and whether this machine kept time."""
    with calling(Demo(url=agent.url), watch=1.0) as conversation:
        if case.asks:
            conversation.say("ah", CALLER, None, Expected.ANYTHING)
        conversation.interrupt("ah", CALLER, case.trigger, Mode.VAD, Expected.ANYTHING)
        reliable = conversation.health().reliable
    truth = agent.last_session()
    onset = float(truth["caller_onset"][-1]["at"])
    return (onset - case.moment(truth)) * 1000, reliable


def _length_of_greeting(agent: DemoAgent) -> float:
    with calling(Demo(url=agent.url)) as conversation:
        conversation.hear_reply(30.0)
        conversation.stay_silent(1.0)  # it plays the silence at its end as well
    truth = agent.last_session()
    return float(truth["reply_finished"][0]["last_sound"]) - _onset(0.0)(truth)


class DemoAgent:
    """The demo agent in a process of its own, its models loaded, and what it wrote of its calls."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._sessions = 0

    def __enter__(self) -> DemoAgent:
        self._folder = tempfile.TemporaryDirectory()
        self._truth = Path(self._folder.name) / "truth.jsonl"
        arguments = ("--protocol", "openai_realtime", "--truth", str(self._truth), *self._faults.to_arguments())
        self._process = Process("RobotVoice.demo", *arguments)
        self._process.__enter__()
        self.url = str(self._process.report()["listening"])
        self._wait_for(0, "warmed_up")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.__exit__(None, None, None)
        self._folder.cleanup()

    def last_session(self) -> dict[str, list[Event]]:
        """What it wrote of the latest call, by the kind of event; the call has to be over."""
        self._sessions += 1
        return self._wait_for(self._sessions, "session_ended")

    def _wait_for(self, session: int, event: str) -> dict[str, list[Event]]:
        limit = time.monotonic() + AGENT_LOADS
        while event not in (found := self._written(session)):
            if time.monotonic() > limit:
                raise TimeoutError(f"The demo agent wrote no '{event}' of session {session}.")
            time.sleep(0.1)
        return found

    def _written(self, session: int) -> dict[str, list[Event]]:
        lines = self._truth.read_text().splitlines(keepends=True) if self._truth.exists() else []
        events = [json.loads(line) for line in lines if line.endswith("\n")]
        found: dict[str, list[Event]] = {}
        for one in events:
            if one["session"] == session:
                found.setdefault(one["event"], []).append(one)
        return found

"""What a recording tells: its interruptions, its turns, and how soon the agent replied. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from RobotVoice.call.record import BargeIn
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import Interruption, Measured, Outcome, Speaker, Turn
from RobotVoice.interruption import outcome
from RobotVoice.interruption.scene import OWN_UNCERTAINTY
from RobotVoice.recording import find
from RobotVoice.recording.find import Overlap, Sides

BRIEF = 1.0
"""Seconds. What the caller says over the agent for less may be a mere "mm-hmm", which asks nobody to stop: to
Full-Duplex-Bench v1, too, a side that sounds for less than 1 s does not take the turn."""

Words = Callable[[Speaker, Span], str | None]
"""What is said in a turn; None if it is not known."""


@dataclass(frozen=True)
class Response:
    """How the agent answered an ordinary turn of the caller, one that interrupts nobody.

    latency: from `caller_end` to `reply_onset`, below zero if the agent began a little early; both are None if the
    agent did not answer before the caller spoke again, or was talking already.
    """

    caller_end: float
    reply_onset: float | None
    latency: Measured | None


@dataclass(frozen=True)
class RecordingAnalysis:
    """All that was found in a recording. Times and lengths are in seconds, from its beginning.

    talk_overs: where the agent began while the caller was speaking. perhaps_talk_overs: where it went on then, after
    a silence in which the caller had begun: an interruption by the caller, or by the agent. turn_changes: where the
    caller began so shortly before the agent was over that it counts as no interruption. known_from: 0 unless both are
    talking when the recording begins; then who interrupted whom is not known before this moment, and nothing of it is
    counted.
    """

    file: Path
    seconds: float
    interruptions: tuple[Interruption, ...]
    talk_overs: tuple[Overlap, ...]
    perhaps_talk_overs: tuple[Overlap, ...]
    turn_changes: tuple[Overlap, ...]
    responses: tuple[Response, ...]
    turns: tuple[Turn, ...]
    known_from: float

    @property
    def serious(self) -> tuple[Interruption, ...]:
        """The interruptions in which the caller spoke for `BRIEF` or longer."""
        return tuple(one for one in self.interruptions if not is_brief(one))

    @property
    def brief(self) -> tuple[Interruption, ...]:
        """The others. Whether the agent had to stop at them, only the words can tell."""
        return tuple(one for one in self.interruptions if is_brief(one))

    @property
    def yield_rate(self) -> float | None:
        """The share of the serious interruptions at which the agent fell silent; None if nothing is known of any."""
        plain = [one for one in self.serious if one.outcome is not Outcome.DID_NOT_HAPPEN]
        return count(plain, Outcome.INTERRUPTED) / len(plain) if plain else None

    @property
    def response_latency(self) -> float | None:
        """The median of the ordinary turns' response latencies; None if there is none."""
        known = self.latencies
        return median(known) if known else None

    @property
    def latencies(self) -> list[float]:
        """Every response latency of an ordinary turn."""
        return [one.latency.value for one in self.responses if one.latency is not None]


def is_brief(interruption: Interruption) -> bool:
    """Whether the caller said so little that it may have been a mere "mm-hmm"."""
    start, end = interruption.barge_in, interruption.caller_end
    return start is not None and end is not None and end - start < BRIEF


def count(interruptions: Sequence[Interruption], what: Outcome) -> int:
    """How many came out like that."""
    return sum(one.outcome is what for one in interruptions)


def analyse(file: Path, sides: Sides, watch: float, words: Words) -> RecordingAnalysis:
    """Judges every interruption as it is judged in a live call, with the sound as the only witness.

    watch: how long (s) the agent is watched after each.
    """
    judged = [_judge(sides, barge) for barge in find.barge_ins(sides, watch)]
    turns = _turns(sides, judged, words)
    return RecordingAnalysis(
        file=file,
        seconds=sides.seconds,
        interruptions=tuple(_with_words(one, turns) for one in judged),
        talk_overs=tuple(find.talk_overs(sides)),
        perhaps_talk_overs=tuple(find.perhaps_talk_overs(sides)),
        turn_changes=tuple(find.turn_changes(sides)),
        responses=tuple(_responses(sides, judged)),
        turns=turns,
        known_from=sides.known_from,
    )


def _judge(sides: Sides, barge: BargeIn) -> Interruption:
    """Nobody waited for a trigger or chose a mode: what RobotVoice's own share would be, does not exist."""
    return replace(outcome.judge(barge, find.scene(sides, barge)), mode=None, reaction=None)


def _responses(sides: Sides, interruptions: Sequence[Interruption]) -> list[Response]:
    over_the_agent = {one.barge_in for one in interruptions}
    return [_response(sides, turn) for turn in sides.known_caller_turns if turn.start not in over_the_agent]


def _response(sides: Sides, turn: Span) -> Response:
    reply = find.reply(sides, turn)
    if reply is None:
        return Response(turn.end, None, None)
    uncertainty = OWN_UNCERTAINTY + turn.end_doubt + reply.start_doubt
    return Response(turn.end, reply.start, Measured(reply.start - turn.end, uncertainty))


def _turns(sides: Sides, interruptions: Sequence[Interruption], words: Words) -> tuple[Turn, ...]:
    stops = {one.ear_stop for one in interruptions if one.ear_stop is not None}
    found = [
        *(_turn(Speaker.CALLER, span, words) for span in sides.caller_turns),
        *(_turn(Speaker.AGENT, span, words, span.end in stops) for span in sides.agent_turns),
    ]
    return tuple(sorted(found, key=lambda turn: turn.start))


def _turn(speaker: Speaker, span: Span, words: Words, interrupted: bool = False) -> Turn:
    text = words(speaker, span)
    return Turn(speaker, span.start, span.end, text, "speech to text" if text else "", interrupted=interrupted)


def _with_words(one: Interruption, turns: Sequence[Turn]) -> Interruption:
    return replace(
        one,
        text=_text(turns, Speaker.CALLER, one.barge_in) or "",
        before=_text(turns, Speaker.AGENT, one.agent_onset),
        after=_text(turns, Speaker.AGENT, one.reply_onset),
    )


def _text(turns: Sequence[Turn], speaker: Speaker, start: float | None) -> str | None:
    return next((turn.text for turn in turns if turn.speaker is speaker and turn.start == start), None)

"""What a recording tells, in plain words: for the report, the log and the command line alike."""

from __future__ import annotations

from collections.abc import Sequence

from RobotVoice.evidence.model import Interruption, LineEvent, Outcome, duration
from RobotVoice.evidence.sentences import figure, timestamp
from RobotVoice.interruption.floor import TURN_CHANGE
from RobotVoice.recording.analysis import RecordingAnalysis, Response, count
from RobotVoice.recording.find import Overlap

NOT_WHY = (
    "A recording tells what was heard and not why: an agent that fell silent may have come to the end of its reply "
    "by itself."
)
MIDST = (
    "Both are talking where the recording begins, so who interrupted whom there is not known: nothing of it is counted."
)
UNCLEAR = (
    "It counts as an interruption by the caller; but if the agent was over, it was the agent that interrupted, and the "
    "sound can't tell."
)
_MOST_MOMENTS = 6


def summary(found: RecordingAnalysis) -> str:
    """The one sentence to read first."""
    told = _over_the_agent(found)
    if told:
        return told[0]
    if found.known_from:
        return f"In the {timestamp(found.seconds)} of {found.file.name} no interruption is certain."
    return f"In the {timestamp(found.seconds)} of {found.file.name} the caller never spoke over the agent."


def notes(found: RecordingAnalysis) -> list[str]:
    """What has to be known besides the summary and the figures of each interruption, a sentence each."""
    stopped = count(found.interruptions, Outcome.INTERRUPTED)
    return [
        *_over_the_agent(found)[1:],
        *_replies(found),
        *_talk_overs(found.talk_overs),
        *_perhaps_talk_overs(found.perhaps_talk_overs),
        *_turn_changes(found.turn_changes),
        *([NOT_WHY] if stopped else []),
    ]


def events(found: RecordingAnalysis) -> list[LineEvent]:
    """What happened besides the interruptions, in the order of time."""
    told = [
        *(LineEvent(one.caller_end, *_reply(one)) for one in found.responses),
        *(LineEvent(one.start, "agent spoke over the caller", _talk_over(one)) for one in found.talk_overs),
        *(LineEvent(one.start, "agent went on over the caller", _went_on(one)) for one in found.perhaps_talk_overs),
        *(LineEvent(one.start, "change of turns", _change(one)) for one in found.turn_changes),
    ]
    return sorted(told, key=lambda event: event.time)


def _over_the_agent(found: RecordingAnalysis) -> list[str]:
    kinds = {
        "the caller spoke over the agent for 1 s or longer": found.serious,
        'the caller made a shorter sound over the agent, perhaps a mere "mm-hmm"': found.brief,
    }
    return [
        f"{_times(len(these)).capitalize()} {what}: {_what_the_agent_did(these)}."
        for what, these in kinds.items()
        if these
    ]


def _what_the_agent_did(interruptions: Sequence[Interruption]) -> str:
    did = {
        "the agent stopped": count(interruptions, Outcome.INTERRUPTED),
        "the agent kept talking": count(interruptions, Outcome.KEPT_TALKING),
        "the recording ended before it was plain what the agent does": count(interruptions, Outcome.DID_NOT_HAPPEN),
    }
    if len(interruptions) == 1:
        return next(what for what, number in did.items() if number)
    return ", ".join(f"{what} {_times(number)}" for what, number in did.items() if number)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _replies(found: RecordingAnalysis) -> list[str]:
    if not found.responses:
        return []
    turns = len(found.responses)
    ordinary = f"{turns} turns of the caller" if turns > 1 else "One turn of the caller"
    ordinary += " interrupted nobody"
    known = found.latencies
    if not known or found.response_latency is None:
        return [f"{ordinary}: none of them was answered." if turns > 1 else f"{ordinary}: it was not answered."]
    if turns == 1:
        return [f"{ordinary}: the agent replied {_after(known[0])}."]
    answered = "all" if len(known) == turns else str(len(known))
    typical, worst = duration(found.response_latency), duration(max(known))
    return [f"{ordinary}: the agent replied to {answered} of them, after {typical} at the median and {worst} at most."]


def _talk_overs(talk_overs: Sequence[Overlap]) -> list[str]:
    if not talk_overs:
        return []
    number = _times(len(talk_overs)).capitalize()
    return [f"{number} the agent began to speak while the caller was speaking: at {_moments(talk_overs)}."]


def _perhaps_talk_overs(perhaps: Sequence[Overlap]) -> list[str]:
    if not perhaps:
        return []
    number = _times(len(perhaps)).capitalize()
    return [
        f"{number} the caller began in a short silence of the agent's and was still speaking when the agent went on: "
        f"at {_moments(perhaps)}. {UNCLEAR}"
    ]


def _moments(overlaps: Sequence[Overlap]) -> str:
    told = ", ".join(timestamp(one.start) for one in overlaps[:_MOST_MOMENTS])
    more = len(overlaps) - _MOST_MOMENTS
    return f"{told} and {more} more" if more > 0 else told


def _turn_changes(changes: Sequence[Overlap]) -> list[str]:
    if not changes:
        return []
    return [
        f"{_times(len(changes)).capitalize()} the caller began less than {duration(TURN_CHANGE)} before the agent was "
        "over: that counts as a change of turns, since nobody hears so short an overlap."
    ]


def _reply(one: Response) -> tuple[str, str]:
    if one.latency is None:
        return "no reply", "the agent did not answer before the caller spoke again, or was talking already"
    return "reply", f"{figure(one.latency)} from the caller's last word"


def _talk_over(one: Overlap) -> str:
    speaking = duration(one.start - one.since)
    return f"the caller had been speaking for {speaking}; both are heard for {duration(one.seconds)}"


def _went_on(one: Overlap) -> str:
    silent = duration(one.start - one.since)
    return (
        f"the caller had begun {silent} before, in its silence; both are heard for {duration(one.seconds)}. {UNCLEAR}"
    )


def _change(one: Overlap) -> str:
    return f"the caller began while the agent's last sound was heard; both are heard for {duration(one.seconds)}"


def _after(seconds: float) -> str:
    if seconds < 0:
        return f"{duration(-seconds)} before the caller's last word was over"
    return f"{duration(seconds)} after the caller's last word"

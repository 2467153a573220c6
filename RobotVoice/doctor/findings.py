"""What a visit to an agent shows, a sentence each, for a person who can act on it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.audio.formats import AudioFormat
from RobotVoice.audio.frames import Clip, level
from RobotVoice.errors import CallError
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import CallEvidence, Measured, Speaker, duration

QUIET = -40.0
"""dBFS. The ITU's test speech is at -26 (measured as in P.56); below this an agent is hard to follow."""
SLOW = 2.0
"""Seconds: where the range ends in which ServiceNow's EVA gives full marks for a reply."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. works: False if it does not, None if it could not be found out."""

    what: str
    works: bool | None
    sentence: str


@dataclass(frozen=True, eq=False)
class Visit:
    """All that is known of the one call.

    refusal: why the line did not open. opened_in: seconds that it took. said: the caller's words. received: seconds of
    audio that the agent sent. spoken: where it was audible. replied: whether it said something after the caller's
    words; response_latency: how soon.
    """

    agent: str
    capabilities: Capabilities
    refusal: str = ""
    opened_in: float = 0.0
    said: str = ""
    evidence: CallEvidence | None = None
    received: float = 0.0
    spoken: tuple[Span, ...] = ()
    replied: bool = False
    response_latency: Measured | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """The findings about one agent, in the order in which a call goes."""

    agent: str
    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Nothing that was looked at fails."""
        return all(finding.works is not False for finding in self.findings)

    @property
    def sentence(self) -> str:
        """The whole in one sentence."""
        if self.well:
            return f"The agent '{self.agent}' can be tested from here."
        wrong = " ".join(finding.sentence for finding in self.findings if finding.works is False)
        return f"The agent '{self.agent}' can't be tested from here: {wrong}"

    def require(self) -> None:
        """Raises CallError with `sentence` if something fails."""
        if not self.well:
            raise CallError(self.sentence)


def diagnose(visit: Visit) -> Diagnosis:
    """From what was seen to what it means."""
    return Diagnosis(visit.agent, tuple(_findings(visit)))


def _findings(visit: Visit) -> Iterator[Finding]:
    if visit.evidence is None:
        yield Finding("connection", False, visit.refusal)
        return
    opened = f"The line opened, and the session was set up, within {duration(visit.opened_in)}."
    yield Finding("connection", True, opened)
    yield _reaches_it(visit, visit.evidence)
    yield _reaches_us(visit, visit.evidence)
    yield _soon(visit)
    yield _words(visit, visit.evidence)
    yield _machine(visit.evidence)
    yield from (Finding("the agent's own reports", False, problem) for problem in visit.problems)
    if visit.evidence.ended:
        yield Finding("the end", False, f"The call ended before it was over: {visit.evidence.ended}")


def _reaches_it(visit: Visit, evidence: CallEvidence) -> Finding:
    what = "audio to the agent"
    understood = next((event.detail for event in evidence.events if event.kind == "agent understood"), None)
    if understood is not None:
        return Finding(what, True, f'The agent understood "{understood}" of the caller\'s "{visit.said}"')
    if visit.replied:
        return Finding(what, True, "The agent spoke after the caller's words, as one does that hears them.")
    return Finding(
        what,
        False if visit.spoken else None,
        f'The agent did not reply to the caller\'s "{visit.said}": does it take the encoding and the rate that we send '
        f"({_formats(visit.capabilities.input_formats)}), and is its own voice activity detection on?",
    )


def _formats(formats: Iterable[AudioFormat]) -> str:
    return ", ".join(map(str, formats))


def _reaches_us(visit: Visit, evidence: CallEvidence) -> Finding:
    what = "audio from the agent"
    if not visit.spoken:
        return Finding(what, False, _inaudible(visit, evidence))
    seconds = sum(span.seconds for span in visit.spoken)
    loud = _level(evidence.heard, visit.spoken)
    if loud < QUIET:
        sentence = f"The agent was audible for {seconds:.1f} s, but at {loud:.0f} dBFS: turn its voice up."
        return Finding(what, False, sentence)
    return Finding(what, True, f"The agent was audible for {seconds:.1f} s, at {loud:.0f} dBFS.")


def _inaudible(visit: Visit, evidence: CallEvidence) -> str:
    if not visit.received:
        return (
            f"No audio came from the agent in {evidence.seconds:.0f} s of call. Its own log has to tell why: its voice "
            "may have failed, or it waits for something that the caller's side did not send."
        )
    return (
        f"{visit.received:.1f} s of audio came from the agent, and nothing in it was audible: does its voice work, and "
        f"does it send an encoding and a rate that we take ({_formats(visit.capabilities.output_formats)})?"
    )


def _level(heard: Clip, spoken: tuple[Span, ...]) -> float:
    pieces = [heard.samples[round(span.start * heard.rate) : round(span.end * heard.rate)] for span in spoken]
    return max(map(level, pieces))


def _soon(visit: Visit) -> Finding:
    what, latency = "time to reply", visit.response_latency
    if latency is None:
        return Finding(what, None, "The time to a reply was not measured: there was none.")
    if not visit.replied:
        early = duration(-latency.value)
        return Finding(what, None, f"The agent began to speak {early} before the caller had finished: no reply.")
    if latency.value > SLOW:
        return Finding(what, None, f"The agent replied {latency} after the caller's words, which is slow for a call.")
    return Finding(what, True, f"The agent replied {latency} after the caller's words.")


def _words(visit: Visit, evidence: CallEvidence) -> Finding:
    what = "the agent's words"
    texts = [turn for turn in evidence.turns if turn.speaker is Speaker.AGENT and turn.text]
    if texts:
        return Finding(what, True, f'They come from the {texts[0].source}: "{texts[0].text}"')
    if not visit.capabilities.streaming_transcripts:
        return Finding(
            what, None, "This protocol sends none, and speech to text found none: checks of words can't be made."
        )
    return Finding(what, None, "The agent sent none, so checks of its words can't be made.")


def _machine(evidence: CallEvidence) -> Finding:
    what, health = "this machine", evidence.health
    if not health.reliable:
        return Finding(what, False, f"{health.sentence} The figures of such a call can't be trusted.")
    return Finding(what, True, f"It kept the call's time: 99 of 100 frames at most {duration(health.late_p99)} late.")

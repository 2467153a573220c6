"""The conversation itself: turn by turn, as planned, and what came of the interruptions in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from RobotVoice.audio.frames import Clip
from RobotVoice.caller.lines import Caller
from RobotVoice.caller.plan import Plan, PlannedTurn
from RobotVoice.conversation import Conversation, Expected
from RobotVoice.errors import CannotCheck, RobotVoiceError, UnreliableTiming
from RobotVoice.evidence.model import Check, Interruption, Mode
from RobotVoice.evidence.repetition import counted
from RobotVoice.evidence.sentences import outcome_sentence
from RobotVoice.evidence.statistics import Latencies, Rate, Statistics, share_text
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.judge.casefile import Line, case_file


@dataclass(frozen=True)
class TalkTurn:
    """What the caller said in a turn, and with what, and when, it interrupted the answer.

    interruption: "" if it heard the answer to its end. after: seconds from the agent's first audible speech, or None.
    """

    number: int
    line: str
    interruption: str = ""
    after: float | None = None


@dataclass(frozen=True)
class Talk:
    """What came of a conversation, as far as it went. planned: the turns it was to have. whole: it had them all."""

    seed: int
    planned: int
    whole: bool
    turns: tuple[TalkTurn, ...]
    interruptions: tuple[Interruption, ...]
    checks: list[Check] = field(default_factory=list, repr=False, compare=False)
    """Of the call: what is checked of the conversation stands in the call's report."""

    @cached_property
    def statistics(self) -> Statistics:
        return Statistics.of(self.interruptions, pass_rate=Rate(0, 0))

    @property
    def attempts(self) -> int:
        """Interruptions that were tried."""
        return self.statistics.attempts

    @property
    def did_not_happen(self) -> int:
        """Those of them in which there was nothing to interrupt."""
        return self.statistics.did_not_happen

    @property
    def unreliable(self) -> int:
        """Those of them whose figures can't be trusted."""
        return self.statistics.unreliable

    @property
    def yield_rate(self) -> Rate:
        """Share of the interruptions that happened in which the agent fell silent."""
        return self.statistics.yield_rate

    @property
    def stop_latency(self) -> Latencies:
        return self.statistics.stop_latency

    @property
    def response_latency(self) -> Latencies:
        """Of the interruptions in which the agent stopped."""
        return self.statistics.response_latency

    @property
    def can_be_checked(self) -> bool:
        return self.whole and why_too_little(self) is None

    def sentences(self) -> Iterable[str]:
        """What there is to say of it, in the order of weight."""
        happened = self.attempts - self.did_not_happen
        yield (
            f"The caller had {len(self.turns)} of {self.planned} turns (seed={self.seed}) and tried "
            f"{counted(self.attempts, 'interruption')}, of which {happened} happened."
        )
        if not happened:
            return
        rate = self.yield_rate
        yield (
            f"The agent stopped in {rate.hits} of {counted(rate.count, 'interruption')}: "
            f"{share_text(rate.value)} ({rate.interval})."
            if rate.count
            else "Whether the agent stopped was not measured."
        )
        yield f"Stop latency, median: {self.stop_latency.median}."
        yield f"Response latency, median: {self.response_latency.median}."
        if self.unreliable:
            left_out = f"{self.unreliable} of them can't be trusted, and count for no figure."
            yield f"{left_out} {self.statistics.doubt}".strip()
        if happened > 1:
            yield "Interruptions of one call hang together, so the intervals are narrower than they should be."


def why_too_little(talk: Talk) -> CannotCheck | None:
    """Why the interruptions allow no statement; None if they do, or if none was wanted."""
    happened = talk.attempts - talk.did_not_happen
    if talk.attempts and not happened:
        return CannotCheck(
            f"None of {counted(talk.attempts, 'interruption')} happened, so there is nothing to measure. "
            f"{outcome_sentence(talk.interruptions[0])}"
        )
    if not talk.statistics.can_be_made:
        return UnreliableTiming(
            f"{talk.unreliable} of {happened} interruptions can't be trusted, so the figures of the others can't be "
            f"either. {talk.statistics.doubt}".strip()
        )
    return None


class Talking:
    """A conversation while it goes on: `caller` finds the words, `voice` says them, `tell` writes the log.

    timeout: seconds until the agent has finished a whole reply.
    """

    def __init__(
        self,
        call: Conversation,
        caller: Caller,
        plan: Plan,
        voice: Callable[[str], Clip],
        tell: Callable[[str], None],
        mode: Mode | None = None,
        timeout: float = 30.0,
    ) -> None:
        self._call = call
        self._caller = caller
        self._plan = plan
        self._voice = voice
        self._tell = tell
        self._mode = mode
        self._timeout = timeout
        self._before = len(call.results())
        self._turns: list[TalkTurn] = []
        self._whole = False

    def hold(self) -> None:
        """All turns. An error names the turn in which it came up; what was talked until then stays."""
        for text in self._caller.known():
            self._voice(text)
        for turn in self._plan.turns:
            try:
                self._take(turn)
            except RobotVoiceError as error:
                raise type(error)(f"In turn {turn.number} of {len(self._plan.turns)}: {error}") from error
        self._whole = True

    def so_far(self) -> Talk:
        """What came of it until now."""
        found = tuple(self._call.results()[self._before :])
        planned = len(self._plan.turns)
        return Talk(self._plan.seed, planned, self._whole, tuple(self._turns), found, self._call.checks)

    def _take(self, turn: PlannedTurn) -> None:
        words = self._caller.words(turn, self._heard)
        line = self._voice(words.line)
        # before the agent can answer: an interruption never waits for a voice
        interruption = self._voice(words.interruption) if turn.after is not None else None
        self._call.say(words.line, line, self._mode, Expected.ANYTHING)
        self._tell(f"Turn {turn.number}. Caller: {words.line}")
        if turn.after is None or interruption is None:
            self._turns.append(TalkTurn(turn.number, words.line))
        else:
            self._turns.append(TalkTurn(turn.number, words.line, words.interruption, turn.after))
            self._interrupt(words.interruption, interruption, turn.after)
        self._hear()

    def _interrupt(self, text: str, clip: Clip, after: float) -> None:
        result = self._call.interrupt(text, clip, Trigger(after), self._mode, Expected.ANYTHING)
        self._tell(f'Caller, {result.trigger}: "{text}". {outcome_sentence(result)}')

    def _hear(self) -> None:
        words = self._call.hear_reply(self._timeout)
        self._tell(f"Agent: {words}" if words is not None else "The agent replied; its words are not known.")

    def _heard(self) -> Sequence[Line]:
        return case_file(self._call.turns(), ()).lines

"""A judge model: criteria in plain words, decided by any server that speaks OpenAI's chat protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from RobotVoice.chat_model import LONGEST_REASON, ChatModel, Unusable, usage_in
from RobotVoice.errors import ConnectionFailed, RobotVoiceError
from RobotVoice.evidence.model import Interruption
from RobotVoice.evidence.verdict import Ruling, Usage, Verdict
from RobotVoice.judge import prompt
from RobotVoice.judge.answer import Answer, Found, leaves_out_a_denial, quoted_line, verdicts_in
from RobotVoice.judge.casefile import CaseFile, Line
from RobotVoice.judge.excerpt import Excerpt
from RobotVoice.judge.recovery import NO_WORDS, has_reply, no_reply

ASKED = 2
"""Times that a criterion is asked for one vote."""
SEED = 7
HEAT = 0.7
"""Temperature of every vote but the first: at 0, a server that always takes the likeliest word votes the same again,
whatever the seed."""


@dataclass(frozen=True)
class _Vote:
    """On one criterion."""

    ruling: Ruling
    reason: str
    quote: str = ""
    line: Line | None = None


class ModelJudge(ChatModel):
    """A chat model as a judge; the arguments are those of `ChatModel`."""

    def __init__(
        self, model: str, base_url: str | None = None, api_key: str | None = None, timeout: float = 60.0
    ) -> None:
        super().__init__(model, base_url, api_key, timeout, wanted="verdict", form=Answer)

    def judge(
        self,
        one: Interruption,
        case: CaseFile,
        criteria: Sequence[str],
        votes: int = 1,
        sound: Excerpt | None = None,
    ) -> tuple[list[Verdict], Usage]:
        """A verdict on every criterion, and what they cost.

        sound: what the model hears of the call as well, or None. A model that can't be reached, or that gives no
        verdict which its quote bears out, can't tell.
        """
        lines = case.recovery(one)
        if not has_reply(one) or not any(line.certain and line.text for line in lines):
            why = NO_WORDS if has_reply(one) else no_reply(one, case)
            return [self._verdict(one, text, [_Vote(Ruling.CANNOT_TELL, why)]) for text in criteria], Usage()
        polls = [_Poll(self, one, case, criteria, number, sound) for number in range(votes)]
        for number, poll in enumerate(polls):
            poll.hold(polls[number - 1].unreachable if number else None)
        usage = sum((poll.usage for poll in polls), Usage())
        return [
            self._verdict(one, text, [poll.votes[number] for poll in polls])
            for number, text in prompt.numbered(criteria)
        ], usage

    def _verdict(self, one: Interruption, criterion: str, votes: Sequence[_Vote]) -> Verdict:
        count = Counter(vote.ruling for vote in votes)
        ruling, most = count.most_common(1)[0]
        if 2 * most <= len(votes):
            differ = ", ".join(f"{number} {ruling.value}" for ruling, number in count.items())
            chosen = _Vote(Ruling.CANNOT_TELL, f"The votes differ: {differ}.")
        else:
            chosen = next(vote for vote in votes if vote.ruling is ruling)
        return Verdict(
            one.number,
            criterion,
            chosen.ruling,
            chosen.reason,
            chosen.quote,
            self.name,
            chosen.line.start if chosen.line else one.reply_onset,
            f"{most} of {len(votes)}" if len(votes) > 1 else "",
        )


class _Poll:
    """Vote `number`, from 0, on every criterion: asked once, and again for those without a usable verdict."""

    def __init__(
        self,
        judge: ModelJudge,
        one: Interruption,
        case: CaseFile,
        criteria: Sequence[str],
        number: int,
        sound: Excerpt | None,
    ) -> None:
        self.votes: dict[int, _Vote] = {}
        self.usage = Usage()
        self._judge = judge
        self._one = one
        self._case = case
        self._reply = case.recovery(one)
        self._criteria = dict(prompt.numbered(criteria))
        self._seed = SEED + number * ASKED
        self._temperature = HEAT if number else 0.0
        self._sound = sound
        self._why = dict.fromkeys(self._criteria, "it left the criterion out")
        self.unreachable: ConnectionFailed | None = None
        """Why there was no answer, after all retries."""

    def hold(self, unreachable: ConnectionFailed | None) -> None:
        """unreachable: why the vote before got no answer. Then nobody waits for another one."""
        try:
            if unreachable:
                raise unreachable
            for attempt in range(ASKED):
                self._ask(attempt)
        except RobotVoiceError as error:
            self._why = dict.fromkeys(self._criteria, self._failure(error))
            self.unreachable = error if isinstance(error, ConnectionFailed) else None
        for number in self._open():
            why = f"The judge {self._judge.name} gave no usable verdict: {self._why[number]}"
            self.votes[number] = _Vote(Ruling.CANNOT_TELL, why if why.endswith(".") else f"{why}.")

    def _failure(self, error: RobotVoiceError) -> str:
        """Servers refuse sound with 400, 404 or 500, so that the status does not tell whether it was the sound."""
        if self._sound is None:
            return str(error)
        return (
            f"{str(error).rstrip('.')}. With judge_hears=True the model '{self._judge.name}' has to take sound, which "
            "most chat models do not: leave judge_hears out, or name a model that does."
        )

    def _open(self) -> list[int]:
        return [number for number in self._criteria if number not in self.votes]

    def _ask(self, attempt: int) -> None:
        asked = [(number, self._criteria[number]) for number in self._open()]
        if not asked:
            return
        messages = prompt.messages(self._one, self._case, asked, attempt > 0, self._sound)
        body = self._judge.complete(messages, self._seed + attempt, temperature=self._temperature)
        self.usage += usage_in(body)
        try:
            found = verdicts_in(body)
        except Unusable as reason:
            self._why.update(dict.fromkeys((number for number, _ in asked), str(reason)))
            return
        for number, _ in asked:
            self._take(number, [one for one in found if one.criterion == number])

    def _take(self, number: int, found: Sequence[Found]) -> None:
        """Of two answers to one criterion nobody knows which one is meant."""
        if len(found) != 1:
            self._why[number] = "it left the criterion out" if not found else "it gave two verdicts on one criterion"
            return
        (verdict,) = found
        reason = " ".join(verdict.reason.split())[:LONGEST_REASON]
        if verdict.ruling is Ruling.CANNOT_TELL:
            self.votes[number] = _Vote(verdict.ruling, reason)
            return
        found_in = quoted_line(verdict.quote, self._reply)
        if found_in is None:
            self._why[number] = f'its quote "{verdict.quote[:80]}" is not in what the agent was heard to reply'
            return
        line, quote = found_in
        if verdict.ruling is Ruling.MET and leaves_out_a_denial(quote, line):
            self._why[number] = f'its quote "{quote[:80]}" leaves out what denies it'
            return
        self.votes[number] = _Vote(verdict.ruling, reason, quote, line)

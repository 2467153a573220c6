"""The verdict on one interruption without any model: what was measured, then what was said. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from RobotVoice.errors import UnreliableTiming
from RobotVoice.evidence import limits
from RobotVoice.evidence.model import Interruption, Outcome, duration
from RobotVoice.evidence.sentences import allowance, outcome_sentence, quoted
from RobotVoice.evidence.verdict import MEASUREMENT, Ruling, Verdict
from RobotVoice.judge.casefile import CaseFile, Line
from RobotVoice.words import memory
from RobotVoice.words.phrases import MAY_BE_DENIED, as_said, is_said, sentence_with, words

NO_WORDS = (
    "What the agent said after the interruption is not known: it sent no transcript, and speech to text is not "
    'installed (pip install "robotframework-robotvoice[offline]") or understood nothing.'
)


@dataclass(frozen=True)
class Demands:
    """What a recovery has to be like, as far as no model is needed to tell.

    replied_within: seconds from the caller's last word, or None.
    """

    must_mention: Sequence[str] = ()
    must_mention_any: Sequence[str] = ()
    must_not_mention: Sequence[str] = ()
    must_not_answer: Sequence[str] = ()
    must_not_repeat: bool = False
    must_know_what_was_heard: bool = False
    replied_within: float | None = None


def verdicts(one: Interruption, case: CaseFile, demands: Demands) -> list[Verdict]:
    """The measured facts of an interruption, then the demands.

    Raises UnreliableTiming if the figures on which they rest can't be trusted.
    """
    return [*_facts(one, case), *_demanded(one, case, demands)]


def has_reply(one: Interruption) -> bool:
    """Whether the agent gave way and said something then."""
    return one.outcome is Outcome.INTERRUPTED and one.reply_onset is not None


def no_reply(one: Interruption, case: CaseFile) -> str:
    """Why there are no words to be judged."""
    if one.outcome is not Outcome.INTERRUPTED:
        return "The agent was not interrupted, so there is no recovery to be judged."
    return f"There is no reply of the agent to be judged.{_end_of_call(one, case)}"


def _end_of_call(one: Interruption, case: CaseFile) -> str:
    """What kept the agent from replying later, as a sentence to be put behind another; "" if nothing did."""
    if not case.ended or one.barge_in is None:
        return ""
    return f" The call ended {duration(case.seconds - one.barge_in)} after the barge-in: {case.ended}"


def _facts(one: Interruption, case: CaseFile) -> list[Verdict]:
    """Did the agent stop, and answer instead of going on?"""
    _require_reliable(one)
    sentence = outcome_sentence(one)
    if one.outcome is not Outcome.INTERRUPTED:
        return [_fact(one, "The agent stops", Ruling.NOT_MET, sentence, one.barge_in)]
    return [_fact(one, "The agent stops", Ruling.MET, sentence, one.barge_in), _reply(one, case)]


def _require_reliable(one: Interruption) -> None:
    if one.stop_latency is not None and one.stop_latency.doubt:
        raise UnreliableTiming(
            f"{one.stop_latency.doubt} The figures of the interruption with {quoted(one.text)} can't be trusted, so it "
            "can't be judged."
        )


def _reply(one: Interruption, case: CaseFile) -> Verdict:
    criterion = "The agent replies"
    if one.reply_onset is None:
        nothing = f"The agent stopped, but did not reply after the caller said {quoted(one.text)}."
        return _fact(one, criterion, Ruling.NOT_MET, f"{nothing}{_end_of_call(one, case)}", one.ear_stop)
    if one.resumed:
        return _fact(one, criterion, Ruling.NOT_MET, _went_on(one), one.reply_onset)
    old = case.interrupted(one)
    if old and old.own_text and one.before and one.after and memory.goes_on(old.own_text, one.before, one.after):
        return Verdict(one.number, criterion, Ruling.NOT_MET, _went_on(one), one.after, moment=one.reply_onset)
    when = f" {duration(one.response_latency.value)} after the caller's last word" if one.response_latency else ""
    return _fact(one, criterion, Ruling.MET, f"It replied{when}.", one.reply_onset)


def _went_on(one: Interruption) -> str:
    return f"The agent went on with its old reply instead of answering {quoted(one.text)}."


def _fact(one: Interruption, criterion: str, ruling: Ruling, reason: str, moment: float | None) -> Verdict:
    return Verdict(one.number, criterion, ruling, reason, decided_by=MEASUREMENT, moment=moment)


# -- the demands


def _demanded(one: Interruption, case: CaseFile, demands: Demands) -> Iterator[Verdict]:
    if demands.replied_within is not None:
        yield _in_time(one, case, demands.replied_within)
    said = _Words(one, case)
    for phrase in demands.must_mention:
        yield said.mention((phrase,))
    if demands.must_mention_any:
        yield said.mention(demands.must_mention_any)
    for phrase in demands.must_not_mention:
        yield said.do_not_mention(phrase)
    for phrase in demands.must_not_answer:
        yield said.do_not_answer(phrase)
    if demands.must_not_repeat:
        yield said.do_not_repeat()
    if demands.must_know_what_was_heard:
        yield _knowledge(one, case.interrupted(one))


def _in_time(one: Interruption, case: CaseFile, limit: float) -> Verdict:
    criterion = f"The agent replies within {allowance(limit)}"
    latency = one.response_latency
    if one.resumed and latency is None:
        return _fact(one, criterion, Ruling.NOT_MET, _went_on(one), one.reply_onset)
    if latency is None:
        return _fact(one, criterion, Ruling.CANNOT_TELL, no_reply(one, case), None)
    if latency.doubt:
        raise UnreliableTiming(
            f"{latency.doubt} How soon the agent replied to {quoted(one.text)} can't be trusted, so a limit of "
            f"{allowance(limit)} can't be checked."
        )
    if latency.value < -latency.uncertainty:
        early = f"The agent spoke {duration(-latency.value)} before the caller had finished, so it did not reply."
        return _fact(one, criterion, Ruling.NOT_MET, early, one.reply_onset)
    reason = (
        f"The agent began its reply {duration(latency.value)} after the caller's last word; allowed {allowance(limit)}."
    )
    kept = latency.is_within(limit)
    if kept is None:
        unsure = f"{reason} {limits.undecided(latency, 'Repeated Response Latency Should Be Within')}"
        return _fact(one, criterion, Ruling.CANNOT_TELL, unsure, one.reply_onset)
    return _fact(one, criterion, Ruling.MET if kept else Ruling.NOT_MET, reason, one.reply_onset)


@dataclass(frozen=True)
class _Words:
    """The words of a recovery: the reply, and all that came until the caller's next turn."""

    one: Interruption
    case: CaseFile

    def mention(self, phrases: Sequence[str]) -> Verdict:
        criterion = f"Mentions {_one_of(phrases)}"
        reply = self._known()
        if reply is None:
            return self._unknown(criterion)
        said = {phrase: is_said(reply, phrase, self._misheard) for phrase in phrases}
        found = [*(one for one in said if said[one]), *(one for one in said if said[one] is None)]
        if not found:
            missing = f"After the interruption the agent had to mention {_one_of(phrases)}, but said: {quoted(reply)}"
            return self._verdict(criterion, Ruling.NOT_MET, missing, reply)
        phrase = found[0]
        sentence = sentence_with(reply, phrase, self._misheard)
        if said[phrase] is None:
            return self._verdict(criterion, Ruling.CANNOT_TELL, _denied(phrase, sentence), sentence)
        return self._verdict(criterion, Ruling.MET, f"The agent mentions {quoted(phrase)}.", sentence)

    def do_not_mention(self, phrase: str) -> Verdict:
        criterion = f"Does not mention {quoted(phrase)}"
        reply = self._known()
        if reply is None:
            return self._unknown(criterion)
        said = is_said(reply, phrase, self._misheard)
        if said is False:
            return self._verdict(criterion, Ruling.MET, f"The agent did not say {quoted(phrase)}.")
        sentence = sentence_with(reply, phrase, self._misheard)
        if said is None:
            return self._verdict(criterion, Ruling.CANNOT_TELL, _denied(phrase, sentence), sentence)
        unwanted = f"After the interruption the agent must not mention {quoted(phrase)}, but said: {quoted(reply)}"
        return self._verdict(criterion, Ruling.NOT_MET, unwanted, sentence)

    def do_not_answer(self, phrase: str) -> Verdict:
        """In all that it said until the caller's next turn: agents come back to an old question late."""
        criterion = f"Does not answer the old question with {quoted(phrase)}"
        if self._known() is None:
            return self._unknown(criterion)
        lines = self.case.recovery(self.one)
        for line in lines:
            text = line.text or ""
            said = is_said(text, phrase, line.misheard)
            if said is False:
                continue
            sentence = sentence_with(text, phrase, line.misheard)
            if said and line.certain:
                old = f"After the interruption the agent answered the old question: {quoted(sentence)}"
                return self._verdict(criterion, Ruling.NOT_MET, old, sentence, line.start)
            return self._verdict(criterion, Ruling.CANNOT_TELL, _denied(phrase, sentence), sentence, line.start)
        if not lines:
            nothing = "Nothing is known to have been said between the interruption and the caller's next turn."
            return self._verdict(criterion, Ruling.CANNOT_TELL, nothing)
        if not all(line.certain and line.text for line in lines):
            return self._unknown(criterion)
        return self._verdict(criterion, Ruling.MET, f"The agent did not say {quoted(phrase)}.")

    def do_not_repeat(self) -> Verdict:
        criterion = "Does not repeat what the caller had heard already"
        reply, before = self._known(), self.one.before
        if reply is None:
            return self._unknown(criterion)
        if not before:
            return self._verdict(criterion, Ruling.CANNOT_TELL, "What was heard before the interruption is not known.")
        if len(words(before)) < memory.MAY_BE_REPEATED:
            few = f"Before the interruption no more was heard than {quoted(before)}. So few words may be chance."
            return self._verdict(criterion, Ruling.CANNOT_TELL, few)
        run = memory.longest_run(before, reply)
        said = as_said(reply, run)
        again = f"The agent said again what the caller had heard before the interruption: {quoted(said)}."
        if len(run) >= memory.REPEATED:
            return self._verdict(criterion, Ruling.NOT_MET, again, said)
        if len(run) >= memory.MAY_BE_REPEATED:
            chance = f"{again} It is so little that it may be chance."
            return self._verdict(criterion, Ruling.CANNOT_TELL, chance, said)
        return self._verdict(criterion, Ruling.MET, "The agent did not say again what the caller had heard before.")

    @property
    def _misheard(self) -> bool:
        return any(line.misheard for line in self.case.recovery(self.one)[:1])

    def _known(self) -> str | None:
        return (self.one.after or None) if has_reply(self.one) else None

    def _unknown(self, criterion: str) -> Verdict:
        return self._verdict(
            criterion, Ruling.CANNOT_TELL, NO_WORDS if has_reply(self.one) else no_reply(self.one, self.case)
        )

    def _verdict(
        self, criterion: str, ruling: Ruling, reason: str, quote: str = "", moment: float | None = None
    ) -> Verdict:
        return Verdict(
            self.one.number, criterion, ruling, reason, quote, moment=self.one.reply_onset if moment is None else moment
        )


def _knowledge(one: Interruption, line: Line | None) -> Verdict:
    """The agent's own text of the cut-off reply against what was heard of it."""
    criterion = "The agent knows what was heard of its cut-off reply"
    if line is None or line.believed is None:
        reason = "The agent's protocol does not tell what it takes itself to have said, or nothing was cut off."
        return _fact(one, criterion, Ruling.CANNOT_TELL, reason, one.barge_in)
    if one.before is None:
        return _fact(one, criterion, Ruling.CANNOT_TELL, "What was heard of the reply is not known.", one.barge_in)
    beyond = memory.never_heard(line.believed, one.before)
    if len(beyond) > memory.CUT_BY:
        reason = (
            f"The agent believes that it said {quoted(as_said(line.believed, beyond))}, which the caller never heard."
        )
        return Verdict(one.number, criterion, Ruling.NOT_MET, reason, line.believed, MEASUREMENT, one.barge_in)
    lost = memory.never_heard(one.before, line.believed)
    if len(lost) > memory.CUT_BY:
        reason = f"The caller heard {quoted(as_said(one.before, lost))}, which the agent does not know that it said."
        return Verdict(one.number, criterion, Ruling.NOT_MET, reason, line.believed, MEASUREMENT, one.barge_in)
    reason = f"It believes that it said {quoted(line.believed)}, and the caller heard {quoted(one.before)}."
    return Verdict(one.number, criterion, Ruling.MET, reason, line.believed, MEASUREMENT, one.barge_in)


def _one_of(phrases: Sequence[str]) -> str:
    return " or ".join(map(quoted, phrases))


def _denied(phrase: str, sentence: str) -> str:
    return (
        f"The words {quoted(phrase)} are in {quoted(sentence)}, but {MAY_BE_DENIED}, or they may not have been "
        "heard whole. Looking for words can't decide that; a criterion in plain words can, by a judge model."
    )

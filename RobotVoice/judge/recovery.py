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
    "What the agent said after the interruption is not known: it sent no transcript, or one that goes "
    "further than its sound, and speech to text failed, understood nothing, or is not installed (pip install "
    '"robotframework-robotvoice[offline]").'
)


@dataclass(frozen=True)
class Demands:
    """What a recovery has to be like, as far as no model is needed to tell.

    replied_within: seconds from the caller's last word, or None. criteria: in plain words, for a model.
    """

    must_mention: Sequence[str] = ()
    must_mention_any: Sequence[str] = ()
    must_not_mention: Sequence[str] = ()
    must_not_answer: Sequence[str] = ()
    must_not_repeat: bool = False
    must_know_what_was_heard: bool = False
    replied_within: float | None = None
    criteria: Sequence[str] = ()

    @property
    def decide_on_the_answer(self) -> bool:
        """No old reply could meet them by chance."""
        return bool(self.must_mention or self.must_mention_any or self.criteria)


def verdicts(one: Interruption, case: CaseFile, demands: Demands) -> list[Verdict]:
    """The measured facts of an interruption, then the demands.

    Raises UnreliableTiming if the figures on which they rest can't be trusted.
    """
    return [*_facts(one, case, demands), *_demanded(one, case, demands)]


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


def _facts(one: Interruption, case: CaseFile, demands: Demands) -> list[Verdict]:
    """Did the agent stop, and answer instead of going on?"""
    _require_reliable(one)
    sentence = outcome_sentence(one)
    if one.outcome is not Outcome.INTERRUPTED:
        return [_fact(one, "The agent stops", Ruling.NOT_MET, sentence, one.barge_in)]
    return [_fact(one, "The agent stops", Ruling.MET, sentence, one.barge_in), _reply(one, case, demands)]


def _require_reliable(one: Interruption) -> None:
    if one.stop_latency is not None and one.stop_latency.doubt:
        raise UnreliableTiming(
            f"{one.stop_latency.doubt} The figures of the interruption with {quoted(one.text)} can't be trusted, so it "
            "can't be judged."
        )


def _reply(one: Interruption, case: CaseFile, demands: Demands) -> Verdict:
    criterion = "The agent replies"
    if one.reply_onset is None:
        nothing = f"The agent stopped, but did not reply after the caller said {quoted(one.text)}."
        return _fact(one, criterion, Ruling.NOT_MET, f"{nothing}{_end_of_call(one, case)}", one.ear_stop)
    by_sound = one.resumed or (one.continuation is not None and one.continuation.went_on is True)
    by_words = _goes_on(one, case)
    if by_sound:
        return _fact(one, criterion, Ruling.NOT_MET, _went_on(one), one.reply_onset)
    if by_words:
        return Verdict(one.number, criterion, Ruling.NOT_MET, _went_on(one), one.after or "", moment=one.reply_onset)
    if one.resumed is None and by_words is None and not demands.decide_on_the_answer:
        return _fact(one, criterion, Ruling.CANNOT_TELL, _perhaps_went_on(one), one.reply_onset)
    when = f" {duration(one.response_latency.value)} after the caller's last word" if one.response_latency else ""
    return _fact(one, criterion, Ruling.MET, f"It replied{when}.", one.reply_onset)


def _goes_on(one: Interruption, case: CaseFile) -> bool | None:
    """Whether its words tell that it goes on with the old reply; None if they are not known."""
    old = case.interrupted(one)
    if old is None or not old.own_text or not one.after:
        return None
    return memory.goes_on(old.own_text, one.before or "", one.after)


def _perhaps_went_on(one: Interruption) -> str:
    return (
        f"The agent spoke again after the caller said {quoted(one.text)}, but neither its protocol, its sound nor its "
        "words tell whether it answered or went on with its old reply. Give the words of the right answer with "
        "must_mention=, or a criterion for a judge model."
    )


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
    """The words of a recovery: all that came until the caller's next turn. Agents come to the point late."""

    one: Interruption
    case: CaseFile

    def mention(self, phrases: Sequence[str]) -> Verdict:
        criterion = f"Mentions {_one_of(phrases)}"
        found = [(line, phrase, said) for phrase in phrases for line, said in self._where(phrase)]
        sure = [(line, phrase) for line, phrase, said in found if said]
        for line, phrase in sure:
            return self._in(line, criterion, Ruling.MET, f"The agent mentions {quoted(phrase)}.", phrase)
        for line, phrase, _ in found:
            return self._unclear(line, criterion, phrase)
        if not self._are_known:
            return self._unknown(criterion)
        said = quoted(" ".join(line.text or "" for line in self._lines))
        if self._lines[-1].cut_off:
            early = (
                f"The agent's reply was cut off before it had mentioned {_one_of(phrases)}; until then it said: {said}"
            )
            return self._verdict(criterion, Ruling.CANNOT_TELL, f"{early}.{_end_of_call(self.one, self.case)}")
        missing = f"After the interruption the agent had to mention {_one_of(phrases)}, but said: {said}"
        return self._verdict(criterion, Ruling.NOT_MET, missing, self._lines[0].text or "")

    def do_not_mention(self, phrase: str) -> Verdict:
        unwanted = f"After the interruption the agent must not mention {quoted(phrase)}, but said:"
        return self._leave_out(f"Does not mention {quoted(phrase)}", phrase, unwanted)

    def do_not_answer(self, phrase: str) -> Verdict:
        criterion = f"Does not answer the old question with {quoted(phrase)}"
        return self._leave_out(criterion, phrase, "After the interruption the agent answered the old question:")

    def _leave_out(self, criterion: str, phrase: str, unwanted: str) -> Verdict:
        found = self._where(phrase, even_if_taken_back=True)
        for line, said in found:
            if said:
                sentence = sentence_with(line.text or "", phrase, line.misheard)
                return self._in(line, criterion, Ruling.NOT_MET, f"{unwanted} {quoted(sentence)}", phrase)
        for line, _ in found:
            return self._unclear(line, criterion, phrase)
        if not self._are_known:
            return self._unknown(criterion)
        return self._verdict(criterion, Ruling.MET, f"The agent did not say {quoted(phrase)}.")

    def do_not_repeat(self) -> Verdict:
        criterion = "Does not repeat what the caller had heard already"
        before = self.one.before
        if not self._are_known:
            return self._unknown(criterion)
        if not before:
            return self._verdict(criterion, Ruling.CANNOT_TELL, "What was heard before the interruption is not known.")
        if len(words(before)) < memory.MAY_BE_REPEATED:
            few = f"Before the interruption no more was heard than {quoted(before)}. So few words may be chance."
            return self._verdict(criterion, Ruling.CANNOT_TELL, few)
        runs = [(memory.longest_run(before, line.text or ""), line.text or "") for line in self._lines]
        run, text = max(runs, key=lambda one: len(one[0]))
        said = as_said(text, run)
        again = f"The agent said again what the caller had heard before the interruption: {quoted(said)}."
        if len(run) >= memory.REPEATED:
            return self._verdict(criterion, Ruling.NOT_MET, again, said)
        if len(run) >= memory.MAY_BE_REPEATED:
            chance = f"{again} It is so little that it may be chance."
            return self._verdict(criterion, Ruling.CANNOT_TELL, chance, said)
        return self._verdict(criterion, Ruling.MET, "The agent did not say again what the caller had heard before.")

    @property
    def _lines(self) -> Sequence[Line]:
        return self.case.recovery(self.one) if has_reply(self.one) else ()

    @property
    def _are_known(self) -> bool:
        return bool(self._lines) and all(line.certain and line.text for line in self._lines)

    def _where(self, phrase: str, even_if_taken_back: bool = False) -> list[tuple[Line, bool]]:
        """The lines that may hold a phrase, and whether they surely do."""
        found = [(line, is_said(line.text or "", phrase, line.misheard, even_if_taken_back)) for line in self._lines]
        return [(line, bool(said and line.certain)) for line, said in found if said is not False]

    def _unclear(self, line: Line, criterion: str, phrase: str) -> Verdict:
        sentence = sentence_with(line.text or "", phrase, line.misheard)
        return self._in(line, criterion, Ruling.CANNOT_TELL, _denied(phrase, sentence), phrase)

    def _unknown(self, criterion: str) -> Verdict:
        return self._verdict(criterion, Ruling.CANNOT_TELL, self._why_unknown())

    def _why_unknown(self) -> str:
        if not has_reply(self.one):
            return no_reply(self.one, self.case)
        nothing = "Nothing is known to have been said between the interruption and the caller's next turn."
        return NO_WORDS if self._lines else nothing

    def _in(self, line: Line, criterion: str, ruling: Ruling, reason: str, phrase: str) -> Verdict:
        """Of a phrase in a line."""
        sentence = sentence_with(line.text or "", phrase, line.misheard)
        return self._verdict(criterion, ruling, reason, sentence, max(line.start, self.one.reply_onset or 0.0))

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

"""The last line of nearly every test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from robot.api.deco import keyword

from RobotVoice.durations import Duration
from RobotVoice.errors import AgentFailure, CannotCheck, InvalidArgument
from RobotVoice.evidence.model import Check, Interruption
from RobotVoice.evidence.sentences import outcome_sentence, quoted
from RobotVoice.evidence.verdict import MEASUREMENT, WORDS, Judgement, Ruling, Usage, Verdict
from RobotVoice.judge import recovery
from RobotVoice.judge.casefile import case_file
from RobotVoice.judge.excerpt import Excerpt, excerpt
from RobotVoice.judge.recovery import Demands
from RobotVoice.judgeable import Judgeable
from RobotVoice.keywords.group import KeywordGroup, refuse_misspelt, tell, yes_or_no

if TYPE_CHECKING:
    from RobotVoice.judge.model import ModelJudge

Phrases = list[str] | str | None
"""Robot Framework would make the text "None" of ${NONE} if None were not among them."""


class _NothingDemanded:
    """An argument that was not given. Not None: the value of a variable that somebody forgot to set would drop a demand
    without a word."""

    def __repr__(self) -> str:
        return "nothing demanded"


NOT_GIVEN: Final[Any] = _NothingDemanded()

MOST_VOTES = 9
_MEASURED = re.compile(
    r"\bagent (stops|stopped|should stop|must stop|falls silent|fell silent|yields|yielded|gives way|gave way)"
    r"( talking| speaking)?( at once| immediately| in time| within| when| after| as soon|\W*$)"
    r"|\b(stops|stopped) (talking|speaking)\b|\bwithin \S+ (m?s|milliseconds?|seconds?)\b",
    re.IGNORECASE,
)
_COMMA = re.compile(r",(?!\d)|(?<!\d),")
"""None that parts thousands: "1,042"."""
NO_JUDGE_CONFIGURED = (
    "which only a judge model can decide, and no judge is configured. Name a chat model with the library's import "
    "option judge= and, if it is not at OpenAI, its server with judge_url= (Library    RobotVoice    judge=llama3.3    "
    "judge_url=http://localhost:11434/v1), or with the environment variables ROBOTVOICE_JUDGE, ROBOTVOICE_JUDGE_URL. "
    "Or say it with must_mention= and must_not_mention=, which need no model."
)


class JudgingKeywords(KeywordGroup):
    """`Judge Recovery`."""

    @keyword
    def judge_recovery(
        self,
        *criteria: str,
        must_mention: Phrases = NOT_GIVEN,
        must_mention_any: Phrases = NOT_GIVEN,
        must_not_mention: Phrases = NOT_GIVEN,
        must_not_answer: Phrases = NOT_GIVEN,
        must_not_repeat: bool = False,
        must_know_what_was_heard: bool = False,
        replied_within: Duration | None = None,
        interruption: int | None = None,
        votes: int = 1,
    ) -> Judgement:
        """Judges every interruption of this call that was not judged yet: did the agent recover?

        First come the measured facts: the agent was speaking, the caller barged in, the agent fell silent, and it
        replied and was not found to go on with its old reply. Nothing overrules them. Where nothing tells whether it
        answered or went on with its old reply, only ``must_mention``, ``must_mention_any`` or ``criteria`` pass. Then,
        as far as they are given:

        - ``must_mention``: a phrase, or a list of phrases that all have to be in the reply.
        - ``must_mention_any``: a list of phrases of which one has to be in it.
        - ``must_not_mention``: a phrase, or a list of phrases of which none may be in it.
        - ``must_not_answer``: words of the answer to the old question; the agent may not say them until the caller's
          next turn.
        - ``must_not_repeat``: the agent may not say again what the caller had heard before the interruption.
        - ``must_know_what_was_heard``: what the agent believes that it said has to end where the caller stopped
          hearing it. Only agents that tell what they believe can be checked.
        - ``replied_within``: how soon the reply has to begin after the caller's last word. It is an error if only a
          part of the figure, with its ±, is within it.

        A text is one phrase; several are a list variable: ``must_not_mention=${LIST}``. Whole words count, in any case,
        "42" is "forty-two", and "can't" is "can not". Give the words of the answer ("nine to five") and not of the
        topic ("business hours"), which a refusal mentions, too. Where looking for words can't tell what is meant it is
        neither a pass nor a failure but an error: of a phrase after a "not", or that is taken back ("A refund was
        denied"), of a number beside another ("nine to five thirty"), and of a phrase that speech recognition wrote down
        with a letter wrong. "Not", and numbers in words, are understood in English only: of an agent that speaks
        another language, a refusal that holds the phrase counts as a mention.

        ``criteria`` are whole sentences in plain words, each about what the agent says in its reply; whether and when
        it stopped or replied is measured, and is no criterion. A judge model decides them, which the library's import
        option ``judge`` names. It has to quote the agent, and what it quotes was really heard. It is told what was said
        and measured; with the import option ``judge_hears`` it hears the interruption and the reply, too. ``votes``:
        how often it is asked; more than half of the votes decide. The first is given at
        temperature 0, the others at 0.7, so that they tell how sure the model is.

        ``interruption``: the number of the one to judge, from 1, when they have to be judged by different demands.

        If the agent's reply is not over yet, the keyword waits for its end. What can't be told does not pass: it is an
        error. The verdicts stand in log.html as a table. Returns an object with ``passed`` and ``verdicts``, each with
        ``interruption``, ``criterion``, ``ruling``, ``reason`` and ``quote``.

        Examples:
        | Judge Recovery
        | Judge Recovery    must_mention=support    must_not_mention=billing
        | Judge Recovery    must_mention_any=${{['nine to five', 'nine until five']}}    replied_within=2 s
        | Judge Recovery    The agent gives its business hours    votes=3
        | Judge Recovery    interruption=2    must_not_answer=forty two dollars
        """
        model = self._model_for(criteria, votes)
        demands = Demands(
            must_mention=_wanted("must_mention", must_mention),
            must_mention_any=_wanted("must_mention_any", must_mention_any),
            must_not_mention=_wanted("must_not_mention", must_not_mention),
            must_not_answer=_wanted("must_not_answer", must_not_answer),
            must_not_repeat=yes_or_no("must_not_repeat", must_not_repeat),
            must_know_what_was_heard=yes_or_no("must_know_what_was_heard", must_know_what_was_heard),
            replied_within=replied_within.seconds if replied_within else None,
            criteria=criteria,
        )
        judged = self.library.latest_judgeable()
        pending = judged.unjudged()
        chosen = pending if interruption is None else [_numbered(judged, interruption)]
        if not chosen:
            raise CannotCheck("There is no interruption to judge: none took place since the last Judge Recovery.")
        evidence = judged.evidence()
        case = case_file(
            judged.turns(), tuple(judged.interruptions()), evidence.tools, evidence.seconds, evidence.ended
        )
        facts = [recovery.verdicts(one, case, demands) for one in chosen]
        hears = model is not None and self.library.settings.judge_settings.hears
        sounds = [excerpt(one, case, judged.sound) if hears else None for one in chosen]
        opinions = [
            model.judge(one, case, criteria, votes, sound) if model else ([], Usage())
            for one, sound in zip(chosen, sounds, strict=True)
        ]
        if chosen[0] in pending[:1]:
            judged.mark_judged(chosen)
        checks = [
            _check(one, [*measured, *opinion], _cost(model, usage, sound))
            for one, measured, (opinion, usage), sound in zip(chosen, facts, opinions, sounds, strict=True)
        ]
        judged.checks += checks
        for check in checks:
            tell(check.sentence)
        _raise_if_not_passed(checks, chosen)
        usage = sum((usage for _, usage in opinions), Usage())
        return Judgement(tuple(verdict for check in checks for verdict in check.verdicts), usage)

    def _model_for(self, criteria: tuple[str, ...], votes: int) -> ModelJudge | None:
        """The judge model if there is something for it to decide."""
        if votes not in range(1, MOST_VOTES + 1):
            raise InvalidArgument(f"votes={votes}: it has to be a whole number from 1 to {MOST_VOTES}.")
        if not criteria:
            return None
        empty = [criterion for criterion in criteria if not criterion.strip()]
        if empty:
            raise InvalidArgument("A criterion of Judge Recovery is empty, so there is nothing to decide.")
        refuse_misspelt(JudgingKeywords.judge_recovery, criteria, "A criterion in plain words")
        _refuse_measured(criteria)
        model: ModelJudge | None = self.library.settings.judge
        if model is None:
            raise CannotCheck(f"The criterion {quoted(criteria[0])} is in plain words, {NO_JUDGE_CONFIGURED}")
        return model


def _refuse_measured(criteria: tuple[str, ...]) -> None:
    """A model that is asked for a fact could overrule the measurement."""
    measured = next((criterion for criterion in criteria if _MEASURED.search(criterion)), None)
    if measured is not None:
        raise InvalidArgument(
            f"The criterion {quoted(measured)} is about what is measured: whether the agent stopped, and how soon it "
            "stopped or replied. No judge model decides that. Judge Recovery always checks that it stopped and "
            "replied; for a time use Agent Should Have Stopped Within, or replied_within=."
        )


def _wanted(name: str, given: Phrases) -> tuple[str, ...]:
    """The phrases. What nobody could say would be a check that can't fail, such as an empty phrase, or a list that was
    written as one text.
    """
    if given is NOT_GIVEN:
        return ()
    if given is None:
        raise InvalidArgument(
            f"{name}= is None, perhaps of a variable that was not set: leave it out, or give a phrase."
        )
    phrases = (given,) if isinstance(given, str) else tuple(given)
    if not phrases or not all(phrase.strip() for phrase in phrases):
        raise InvalidArgument(f"{name}= is empty, or holds an empty phrase, so there is nothing to look for.")
    if isinstance(given, str) and (sign := _sign_of_a_list(name, given)):
        raise InvalidArgument(
            f"{name}= is one phrase {sign}; for several phrases give a list variable, {name}=${{LIST}}."
        )
    return phrases


def _sign_of_a_list(name: str, text: str) -> str:
    """What in a text tells that it is meant as a list; "" if nothing does."""
    if text.lstrip()[0] in "[({":
        return f"that begins with '{text.lstrip()[0]}'"
    if found := re.search("[;|]", text):
        return f"with '{found[0]}' in it"
    # a must_mention that nobody says fails, and shows the phrase
    return "with a comma in it" if name != "must_mention" and _COMMA.search(text) else ""


def _numbered(judged: Judgeable, number: int) -> Interruption:
    found = judged.interruptions()
    if not 1 <= number <= len(found):
        raise InvalidArgument(
            f"interruption={number}: there is no interruption with that number; there are {len(found)}, counted from 1."
        )
    return found[number - 1]


def _check(one: Interruption, verdicts: list[Verdict], note: str) -> Check:
    """One plain paragraph: what is not met, else what can't be told, else how the agent recovered."""
    for ruling, passed in ((Ruling.NOT_MET, False), (Ruling.CANNOT_TELL, None)):
        named = [_sentence(verdict) for verdict in verdicts if verdict.ruling is ruling]
        if named:
            return Check(" ".join(dict.fromkeys(named)), passed, one.number, None, tuple(verdicts), note)
    sentence = f"{outcome_sentence(one)} It then said: {_said(one.after)}"
    return Check(sentence, True, one.number, None, tuple(verdicts), note)


def _sentence(verdict: Verdict) -> str:
    """A reason that was measured names its criterion itself; a model's may not."""
    if verdict.decided_by in (MEASUREMENT, WORDS):
        return verdict.reason
    ruling = "is not met" if verdict.ruling is Ruling.NOT_MET else "could not be decided"
    votes = f" ({verdict.votes} votes)" if verdict.votes else ""
    return f"The criterion {quoted(verdict.criterion)} {ruling}{votes}: {verdict.reason}"


def _cost(model: ModelJudge | None, usage: Usage, sound: Excerpt | None) -> str:
    if model is None or not usage.requests:
        return ""
    heard = f", which heard {sound.seconds:.1f} s of the call" if sound else ""
    return f"Judged by {model.name} at {model.address}{heard}: {usage}."


def _raise_if_not_passed(checks: list[Check], judged: list[Interruption]) -> None:
    failed = [check for check in checks if check.passed is False]
    if failed:
        raise AgentFailure(_paragraph(failed, judged))
    undecided = [check for check in checks if check.passed is None]
    if undecided:
        raise CannotCheck(_paragraph(undecided, judged))


def _paragraph(checks: list[Check], judged: list[Interruption]) -> str:
    """Of several interruptions each is named."""
    if len(judged) == 1:
        return " ".join(check.sentence for check in checks)
    texts = {one.number: one.text for one in judged}
    return " ".join(
        f"Interruption {check.interruption}, {quoted(texts[check.interruption])}: {check.sentence}"
        for check in checks
        if check.interruption is not None
    )


def _said(words: str | None) -> str:
    return quoted(words) if words else "(its words are not known)."

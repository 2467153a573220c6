"""The last line of nearly every test."""

from __future__ import annotations

from robot.api.deco import keyword

from RobotVoice.errors import AgentFailure, CannotCheck, InvalidArgument
from RobotVoice.evidence.sentences import outcome_sentence, quoted
from RobotVoice.judge.recovery import faults
from RobotVoice.keywords.group import KeywordGroup, tell


class JudgingKeywords(KeywordGroup):
    """`Judge Recovery`."""

    @keyword
    def judge_recovery(
        self,
        *criteria: str,
        must_mention: list[str] | str | None = None,
        must_not_mention: list[str] | str | None = None,
    ) -> None:
        """Judges every interruption of this call that was not judged yet: did the agent recover?

        First come the measured facts: the agent was speaking, the caller barged in, the agent fell silent, and it
        replied. Then the words of its reply: ``must_mention`` is a phrase (or a list of phrases) that has to be in
        it, ``must_not_mention`` one that may not. Whole words count, in any case. Without phrases it only counts
        that the agent said something: whether it went on with its old answer is then for you to read.

        If the agent's reply is not over yet, the keyword waits for its end.

        ``criteria`` in plain words need a judge model; none is built in, so they are an error.

        Examples:
        | Judge Recovery
        | Judge Recovery    must_mention=support    must_not_mention=billing
        """
        if criteria:
            raise CannotCheck(
                f"The criterion {quoted(criteria[0])} is in plain words, which only a judge model can decide, and "
                "no judge is configured: this version of RobotVoice has none. Say it with must_mention= and "
                "must_not_mention=, which need no model."
            )
        conversation = self.library.latest_conversation()
        wanted, unwanted = _phrases(must_mention), _phrases(must_not_mention)
        if must_mention is not None and not wanted:
            raise InvalidArgument("must_mention= is empty, so there is nothing that the agent has to mention.")
        interruptions = conversation.unjudged()
        if not interruptions:
            raise CannotCheck("There is no interruption to judge: none took place since the last Judge Recovery.")
        found: list[str] = []
        for interruption in interruptions:
            wrong = faults(interruption, wanted, unwanted)
            found += wrong
            if not wrong:
                sentence = f"{outcome_sentence(interruption)} It then said: {_said(interruption.after)}"
                conversation.passed(sentence, interruption.number)
                tell(sentence)
        conversation.mark_judged(interruptions)
        if found:
            conversation.fail(AgentFailure(" ".join(found)), interruptions[-1].number)


def _phrases(given: list[str] | str | None) -> list[str]:
    phrases = [given] if isinstance(given, str) else given or []
    return [phrase for phrase in phrases if phrase.strip()]


def _said(words: str | None) -> str:
    return quoted(words) if words else "(its words are not known)."

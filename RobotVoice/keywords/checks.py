"""Checks, as sentences. A check that can't be made is an error, never a pass."""

from __future__ import annotations

from robot.api.deco import keyword

from RobotVoice.durations import Duration
from RobotVoice.errors import AgentFailure, CannotCheck, KeptTalking, NoReply
from RobotVoice.evidence.model import Interruption, Measured, Outcome, duration
from RobotVoice.evidence.sentences import allowance, outcome_sentence, quoted, stop_sentence
from RobotVoice.judge.phrases import mentions
from RobotVoice.judgeable import Judgeable
from RobotVoice.keywords.group import KeywordGroup, tell


class CheckKeywords(KeywordGroup):
    """`Agent Should ...`."""

    @keyword
    def agent_should_have_stopped_within(self, time: Duration) -> None:
        """Fails unless the agent fell silent within ``time`` after the caller barged in, at the last interruption.

        It is the time to the caller's ear: until nothing of the agent is heard any more.

        Example:
        | Agent Should Have Stopped Within    800 ms
        """
        limit = time.seconds
        last = self._last_interruption()
        latency = self._trusted(last.stop_latency, last)
        sentence = stop_sentence(last, limit)
        if latency.at_least and latency.value < limit:
            raise CannotCheck(
                f"{outcome_sentence(last)} What came of it later is not known, so a limit of {allowance(limit)} "
                "can't be checked. The library's import option watch= sets for how long the agent is watched."
            )
        if latency.at_least:
            self.latest.fail(KeptTalking(sentence), last.number, limit)
        if latency.value > limit:
            self.latest.fail(AgentFailure(sentence), last.number, limit)
        self._passed(sentence, last.number, limit)

    @keyword
    def agent_should_have_replied_within(self, time: Duration) -> None:
        """Fails unless the agent began its reply within ``time`` after the caller's last word.

        Example:
        | User Says    Tell me about my billing
        | Agent Should Have Replied Within    2 s
        """
        limit = time.seconds
        latency = self.latest.reply_latency(limit)
        if latency is None:
            failure = f"The agent had not begun to reply {allowance(limit)} after the caller's last word."
            self.latest.fail(NoReply(f"{failure} {self.latest.why_ended}".strip()), None, limit)
            return
        self.latest.require_reliable(latency)
        if latency.value < -latency.uncertainty:
            early = f"The agent spoke {duration(-latency.value)} before the caller had finished, so it did not reply."
            self.latest.fail(NoReply(early), None, limit)
        sentence = (
            f"The agent began its reply {duration(latency.value)} after the caller's last word; "
            f"allowed {allowance(limit)}."
        )
        if latency.value > limit:
            self.latest.fail(NoReply(sentence), None, limit)
        self._passed(sentence, None, limit)

    @keyword
    def agent_should_have_kept_talking(self) -> None:
        """Fails if the agent let itself be interrupted at the last interruption, for example by a mere "mm-hmm".

        Let the interruption itself pass with ``expect=anything`` or ``expect=keep talking``.

        Example:
        | Interrupt With    Mm-hmm    mode=vad    expect=anything
        | Agent Should Have Kept Talking
        """
        last = self._last_interruption()
        self._trusted(last.stop_latency, last)
        if last.outcome is Outcome.INTERRUPTED:
            sentence = f"{outcome_sentence(last)} It had to keep talking."
            self.latest.fail(AgentFailure(sentence), last.number)
        if self.latest.why_ended and last.watched_until is not None and last.watched_until > self.latest.seconds - 1:
            raise CannotCheck(f"{outcome_sentence(last)} Then the call ended: {self.latest.why_ended}")
        self._passed(outcome_sentence(last), last.number)

    @keyword
    def agent_reply_should_mention(self, phrase: str) -> None:
        """Fails unless the agent's last whole reply holds ``phrase``: these words, in this order, in any case.

        Example:
        | Agent Replies
        | Agent Reply Should Mention    business hours
        """
        words = self.latest.last_words()
        if not mentions(words, phrase):
            failure = AgentFailure(f"The agent's reply had to mention {quoted(phrase)}, but it was: {quoted(words)}")
            self.latest.fail(failure)
        self._passed(f"The agent's reply mentions {quoted(phrase)}.")

    @keyword
    def agent_reply_should_not_mention(self, phrase: str) -> None:
        """Fails if the agent's last whole reply holds ``phrase``: these words, in this order, in any case.

        Example:
        | Agent Replies
        | Agent Reply Should Not Mention    billing
        """
        words = self.latest.last_words()
        if mentions(words, phrase):
            failure = AgentFailure(f"The agent's reply must not mention {quoted(phrase)}, but it was: {quoted(words)}")
            self.latest.fail(failure)
        self._passed(f"The agent's reply does not mention {quoted(phrase)}.")

    @property
    def latest(self) -> Judgeable:
        return self.library.latest_judgeable()

    def _last_interruption(self) -> Interruption:
        found = self.latest.results()
        if not found:
            raise CannotCheck("There was no interruption in this call, so there is nothing to check.")
        last: Interruption = found[-1]
        if last.outcome is Outcome.DID_NOT_HAPPEN:
            raise CannotCheck(f"{outcome_sentence(last)} So there is nothing to check.")
        return last

    def _trusted(self, figure: Measured | None, interruption: Interruption) -> Measured:
        if figure is None:
            raise CannotCheck(f"{outcome_sentence(interruption)} The time to check was not measured.")
        self.latest.require_reliable(figure)
        return figure

    def _passed(self, sentence: str, interruption: int | None = None, limit: float | None = None) -> None:
        self.latest.passed(sentence, interruption, limit)
        tell(sentence)

"""Checks, as sentences. A check that can't be made is an error, never a pass."""

from __future__ import annotations

from robot.api.deco import keyword

from RobotVoice.durations import Duration
from RobotVoice.errors import AgentFailure, CannotCheck, KeptTalking, NoReply
from RobotVoice.evidence import continuing, limits
from RobotVoice.evidence.model import Interruption, Measured, Outcome, duration
from RobotVoice.evidence.sentences import allowance, outcome_sentence, quoted, stop_sentence
from RobotVoice.interruption.continuation import is_plain
from RobotVoice.judgeable import Judgeable
from RobotVoice.keywords.group import KeywordGroup, tell, yes_or_no
from RobotVoice.words.phrases import MAY_BE_DENIED, is_said

ENOUGH_HEARD = 3.0
"""Seconds of the agent after a pause: words enough to know where in its reply it went on."""
STEP = 0.1
"""Seconds between two looks at what the agent does."""


class CheckKeywords(KeywordGroup):
    """`Agent Should ...`."""

    @keyword
    def agent_should_have_stopped_within(self, time: Duration) -> None:
        """Fails unless the agent fell silent within ``time`` after the caller barged in, at the last interruption.

        It is the time to the caller's ear: until nothing of the agent is heard any more. It passes only if the whole
        figure, with its ±, is within ``time``, and is an error where a part of it is and a part is not.

        Example:
        | Agent Should Have Stopped Within    800 ms
        """
        limit = time.seconds
        last = self._last_interruption()
        latency = self._trusted(last.stop_latency, last)
        sentence = stop_sentence(last, limit)
        if latency.at_least and latency.value < limit:
            longer = "The library's import option watch= sets for how long the agent is watched."
            raise CannotCheck(
                f"{outcome_sentence(last)} What came of it later is not known, so a limit of {allowance(limit)} "
                f"can't be checked. {self._cut_short(last) or longer}"
            )
        if latency.at_least:
            self.latest.fail(KeptTalking(sentence), last.number, limit)
        if not limits.keeps(latency, limit, sentence, "Repeated Stop Latency Should Be Within"):
            self.latest.fail(AgentFailure(sentence), last.number, limit)
        self._passed(sentence, last.number, limit)

    @keyword
    def agent_should_have_replied_within(self, time: Duration) -> None:
        """Fails unless the agent began its reply within ``time`` after the caller's last word.

        It passes only if the whole figure, with its ±, is within ``time``, and is an error where a part of it is and a
        part is not.

        Example:
        | User Says    Tell me about my billing
        | Agent Should Have Replied Within    2 s
        """
        limit = time.seconds
        latency = self.latest.reply_latency(limit)
        if latency is None:
            failure = f"The agent had not begun to reply {allowance(limit)} after the caller's last word."
            failure += self._what_it_did_instead()
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
        if not limits.keeps(latency, limit, sentence, "Repeated Response Latency Should Be Within"):
            self.latest.fail(NoReply(sentence), None, limit)
        self._passed(sentence, None, limit)

    @keyword
    def agent_should_have_kept_talking(
        self,
        allowed_pause: Duration = None,  # type: ignore[assignment]
        may_restart: bool = False,
        may_skip_words: bool = False,
    ) -> None:
        """Fails if the agent let itself be disturbed at the last interruption, for example by a mere "mm-hmm".

        Let the interruption itself pass with ``expect=anything`` or ``expect=keep talking``.

        The agent has to go on with its reply without a longer pause than ``allowed_pause``, without saying again what
        the caller has heard already, and without leaving words out. The sentence in the log says which of these it did,
        how long it was silent, and with which words it went on.

        - ``allowed_pause``: without it a natural pause, which is 0.7 s unless the library's import says otherwise. The
          longest silence counts of those that begin at most 1 s after the caller's sound. (The tool callback-voice
          calls it a false yield if an agent stops within 1.0 s of such a sound and stays quiet for 0.6 s.) It is an
          error if only a part of the figure, with its ±, is within it.
        - ``may_restart``: ``True`` lets it begin its sentence again. To begin only the word again in which it broke off
          is always allowed.
        - ``may_skip_words``: ``True`` lets it leave words out.

        An agent that stops and says something else did not keep talking.

        Of an agent that made no more than a natural pause, and took back nothing of what it had sent, there is no more
        to be known. Of any other, the sound or speech to text and the agent's own transcript tell whether it went on
        with its reply, said words again, or left words out. Where they do not, the check is an error that says what is
        missing.

        The keyword waits until enough is heard of how the agent goes on: some seconds.

        Examples:
        | Interrupt With    Mm-hmm    mode=vad    expect=anything
        | Agent Should Have Kept Talking
        | Agent Should Have Kept Talking    allowed_pause=1.5 s    may_restart=True
        """
        restarts, skips = yes_or_no("may_restart", may_restart), yes_or_no("may_skip_words", may_skip_words)
        limit = self.library.settings.pause if allowed_pause is None else allowed_pause.seconds
        last = self._once_it_went_on(limit)
        self._trusted(last.stop_latency, last)
        went_on = last.continuation
        assert went_on is not None  # it happened
        if went_on.paused_for is not None:
            self.latest.require_reliable(went_on.paused_for)
        sentence = continuing.account(last)
        if went_on.paused_for is not None and went_on.paused_for.at_least and went_on.paused_for.value <= limit:
            raise CannotCheck(f"{sentence} What it did later is not known. {self.latest.why_ended}".strip())
        wrong = continuing.broken(last, limit, restarts, skips)
        if wrong:
            self.latest.fail(AgentFailure(wrong), last.number)
        if went_on.paused_for is not None:
            limits.keeps(went_on.paused_for, limit, f"{sentence} Allowed is a pause of {allowance(limit)}.")
        if cut_short := self._cut_short(last):
            raise CannotCheck(f"{outcome_sentence(last)} {cut_short}")
        if went_on.went_on is None:
            raise CannotCheck(f"{sentence} Whether that is its reply, or an answer to the sound, could not be told.")
        if unknown := continuing.unknown(went_on, restarts, skips):
            raise CannotCheck(f"{sentence} {unknown}")
        self._passed(sentence, last.number)

    @keyword
    def agent_reply_should_mention(self, phrase: str) -> None:
        """Fails unless the agent's last whole reply holds ``phrase``: these words, in this order, in any case.

        It is an error if they come after a "not", as in "I can't help with business hours", are taken back, as in "A
        refund was denied", or stand beside a number that may go on with theirs, as "nine to five" does in "nine to five
        thirty": looking for words can't tell what is meant. "Not" is understood in English only.

        Example:
        | Agent Replies
        | Agent Reply Should Mention    business hours
        """
        words = self.latest.last_words()
        if not _is_said(words, phrase):
            failure = AgentFailure(f"The agent's reply had to mention {quoted(phrase)}, but it was: {quoted(words)}")
            self.latest.fail(failure)
        self._passed(f"The agent's reply mentions {quoted(phrase)}.")

    @keyword
    def agent_reply_should_not_mention(self, phrase: str) -> None:
        """Fails if the agent's last whole reply holds ``phrase``: these words, in this order, in any case.

        It is an error where looking for words can't tell what is meant, as in `Agent Reply Should Mention`.

        Example:
        | Agent Replies
        | Agent Reply Should Not Mention    billing
        """
        words = self.latest.last_words()
        if _is_said(words, phrase, even_if_taken_back=True):
            failure = AgentFailure(f"The agent's reply must not mention {quoted(phrase)}, but it was: {quoted(words)}")
            self.latest.fail(failure)
        self._passed(f"The agent's reply does not mention {quoted(phrase)}.")

    @property
    def latest(self) -> Judgeable:
        return self.library.latest_judgeable()

    def _what_it_did_instead(self) -> str:
        """Of an agent that did not reply to the caller's last words."""
        said_last = max((turn.start for turn in self.latest.floor().turns), default=0.0)
        interruptions = [one for one in self.latest.results() if one.resumed and said_last <= (one.caller_end or 0.0)]
        return " It went on with its old reply instead." if interruptions else ""

    def _last_interruption(self) -> Interruption:
        found = self.latest.results()
        if not found:
            raise CannotCheck("There was no interruption in this call, so there is nothing to check.")
        last: Interruption = found[-1]
        if last.outcome is Outcome.DID_NOT_HAPPEN:
            raise CannotCheck(f"{outcome_sentence(last)} So there is nothing to check.")
        return last

    def _once_it_went_on(self, limit: float) -> Interruption:
        """The last interruption, once enough was heard of what the agent did then."""
        last = self._last_interruption()
        end = self.latest.seconds + max(limit, self.library.settings.watch) + ENOUGH_HEARD
        while not is_plain(last, self.latest.floor().scene, ENOUGH_HEARD) and self.latest.seconds < end:
            if not self.latest.wait(STEP):
                break
            last = self._last_interruption()
        return self.latest.interruptions()[-1]

    def _cut_short(self, last: Interruption) -> str:
        """What ended the call while the agent was watched, as a sentence; "" if nothing did."""
        call = self.latest
        if not call.why_ended or last.watched_until is None or last.watched_until <= call.seconds - 1:
            return ""
        return f"Then the call ended: {call.why_ended}"

    def _trusted(self, figure: Measured | None, interruption: Interruption) -> Measured:
        if figure is None:
            raise CannotCheck(f"{outcome_sentence(interruption)} The time to check was not measured.")
        self.latest.require_reliable(figure)
        return figure

    def _passed(self, sentence: str, interruption: int | None = None, limit: float | None = None) -> None:
        self.latest.passed(sentence, interruption, limit)
        tell(sentence)


def _is_said(words: str, phrase: str, even_if_taken_back: bool = False) -> bool:
    said = is_said(words, phrase, even_if_taken_back=even_if_taken_back)
    if said is None:
        raise CannotCheck(
            f"The words {quoted(phrase)} are in the agent's reply, but {MAY_BE_DENIED}: {quoted(words)} Looking for "
            "words can't decide that."
        )
    return said

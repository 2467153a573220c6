"""The interruption, in its short form, and what came of it."""

from __future__ import annotations

from robot.api.deco import keyword

from RobotVoice.conversation import Expected
from RobotVoice.durations import Duration
from RobotVoice.errors import CannotCheck, InvalidArgument
from RobotVoice.evidence.model import Interruption
from RobotVoice.evidence.sentences import outcome_sentence
from RobotVoice.interruption.double_talk import KEEP_TALKING, DoubleTalk
from RobotVoice.interruption.modes import ModeOption
from RobotVoice.interruption.when import NOT_GIVEN, When, trigger
from RobotVoice.keywords.group import KeywordGroup, tell
from RobotVoice.words.phrases import mentions


class InterruptionKeywords(KeywordGroup):
    """`Interrupt With` and `Get Interruption`."""

    @keyword
    def interrupt_with(
        self,
        text: str,
        after: Duration = Duration(0),  # noqa: B008 - Libdoc shows it
        mode: ModeOption = ModeOption.BY_MATRIX,
        expect: Expected = Expected.STOP,
        double_talk: DoubleTalk = KEEP_TALKING,
        after_words: int | None = None,
        after_phrase: str | None = None,
        when: When = When.SPEAKING,
        before_end: Duration = NOT_GIVEN,
        timeout: Duration = Duration(15),  # noqa: B008 - Libdoc shows it
    ) -> Interruption:
        """The caller interrupts the agent's next reply with ``text``.

        The same as `Agent Replies Without Waiting` and then `User Says`, and with more to choose:

        - ``after``: how long the agent is left to speak, counted from its first audible word, or from the moment that
          one of the next four arguments names.
        - ``mode``: ``cancel`` sends the provider's own cancel signal, ``vad`` just speaks over the agent until its own
          voice activity detection gives way. Without it the capability matrix decides: cancel where there is one.
        - ``expect``: ``stop`` fails the keyword unless the agent fell silent, ``keep talking`` fails it if it did,
          ``anything`` leaves the judgement to later checks.
        - ``double_talk``: what the caller does while both talk. ``keep talking`` says the text to its end. ``give way
          after 1.5 s`` breaks off when both have talked for so long; if the agent falls silent before, the caller says
          it all. ``repeat until heard`` says it again, after a short breath, for as long as the agent talks on; up to
          5 times, or as ``repeat until heard, at most 3 times`` says.

        Without more, the caller barges in at the agent's first audible word. These name another moment; give one of
        them at most:

        - ``after_words``: when the caller has heard so many words of the reply. It needs an agent that sends the words
          of its reply while it speaks (``streaming transcripts`` in `Log Capability Matrix`).
        - ``after_phrase``: when the caller has heard these words, in any case, such as ``forty two dollars``. It needs
          the same.
        - ``when``: ``gap`` in the first pause between two sentences, when the agent has been silent for 200 ms.
          ``tool`` as soon as the agent has called a tool and is silent, and before it speaks again. ``thinking`` after
          the caller's last word and before the agent's first; there ``after`` counts from the caller's last word, and
          is 200 ms at least.
        - ``before_end``: so long before the reply ends. Only of an agent that sends its reply ahead of time can anybody
          know that.

        ``timeout`` says how long the caller waits for the moment; ``after`` comes on top of it. If the moment does not
        come, or has passed, the interruption *did not happen*, and the reason says why.

        In a pause, while a tool runs and before its first word the agent is silent, so there may be nothing to stop. It
        *kept talking* if its old reply goes on, or begins, while the caller speaks. It was *interrupted* if it falls
        silent then, or if its protocol shows that it gave up what it was going to say. If it just stays silent and
        nothing shows that it would have said more, nobody was interrupted: use ``expect=anything`` there, and check its
        next reply.

        Returns the interruption as `Get Interruption` does.

        Examples:
        | Interrupt With    Sorry, what are your business hours?
        | Interrupt With    Stop    after=1.5 s    mode=vad
        | Interrupt With    Excuse me, please    mode=vad    double_talk=repeat until heard
        | Interrupt With    Wait, that is not my bill    after_phrase=forty two dollars
        | Interrupt With    No, my other account    after_words=5    after=300 ms
        | Interrupt With    Can I ask something?    when=gap
        | Interrupt With    Are you still there?    when=tool    after=1 s    expect=anything
        | Interrupt With    One more thing    before_end=1.5 s
        """
        moment = trigger(when, after, timeout, after_words, after_phrase, before_end, mentions)
        clip = self.library.voice_of_caller(text)
        self.conversation.expect_reply()
        result = self.conversation.interrupt(text, clip, moment, mode.value, expect, double_talk)
        tell(outcome_sentence(result))
        return result

    @keyword
    def get_interruption(self, number: int = -1) -> Interruption:
        """Returns an interruption of this call with all its figures; without ``number`` the last one.

        ``number`` counts from 1. The returned object has, among others, ``outcome``, ``stopped_by``, ``stop_latency``,
        ``wire_stop_latency``, ``overlap``, ``response_latency`` and ``reaction``. A figure has ``value`` and
        ``uncertainty`` in seconds, ``at_least`` (True if the agent never stopped) and ``reliable``; it is None if
        there is nothing to measure.

        ``continuation`` tells how the agent went on with its reply in spite of the caller's sound: ``paused_for`` is
        how long it was silent, ``went_on_with`` its first words then, and ``went_on``, ``restarted`` and ``skipped``
        are True, False, or None where that can't be told; ``again`` and ``left_out`` say which words.

        Example:
        | ${interruption} =    Get Interruption
        | Should Be Equal    ${interruption.stopped_by.name}    AGENT_VAD
        """
        found = self.library.latest_judgeable().interruptions()
        if not found:
            raise CannotCheck("There was no interruption in this call yet.")
        if number == -1:
            return found[-1]
        if number not in range(1, len(found) + 1):
            raise InvalidArgument(f"There is no interruption number {number}: this call has {len(found)}, from 1.")
        return found[number - 1]

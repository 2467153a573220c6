"""The interruption, in its short form, and what came of it."""

from __future__ import annotations

from robot.api.deco import keyword

from RobotVoice.conversation import Expected
from RobotVoice.durations import Duration
from RobotVoice.errors import CannotCheck, InvalidArgument
from RobotVoice.evidence.model import Interruption
from RobotVoice.evidence.sentences import outcome_sentence
from RobotVoice.interruption.modes import ModeOption
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.keywords.group import KeywordGroup, tell


class InterruptionKeywords(KeywordGroup):
    """`Interrupt With` and `Get Interruption`."""

    @keyword
    def interrupt_with(
        self,
        text: str,
        after: Duration = Duration(0),  # noqa: B008 - Libdoc shows it
        mode: ModeOption = ModeOption.BY_MATRIX,
        expect: Expected = Expected.STOP,
    ) -> Interruption:
        """The caller interrupts the agent's next reply with ``text``.

        The same as `Agent Replies Without Waiting` and then `User Says`, and with more to choose:

        - ``after``: how long the agent is left to speak, counted from its first audible word.
        - ``mode``: ``cancel`` sends the provider's own cancel signal, ``vad`` just speaks over the agent until its own
          voice activity detection gives way. Without it the capability matrix decides: cancel where there is one.
        - ``expect``: ``stop`` fails the keyword unless the agent fell silent, ``keep talking`` fails it if it did,
          ``anything`` leaves the judgement to later checks.

        Returns the interruption as `Get Interruption` does.

        Examples:
        | Interrupt With    Sorry, what are your business hours?
        | Interrupt With    Stop    after=1.5 s    mode=vad
        """
        clip = self.library.voice_of_caller(text)
        self.conversation.expect_reply()
        trigger = Trigger(after.seconds)
        result = self.conversation.interrupt(text, clip, trigger, mode.value, expect)
        tell(outcome_sentence(result))
        return result

    @keyword
    def get_interruption(self, number: int = -1) -> Interruption:
        """Returns an interruption of this call with all its figures; without ``number`` the last one.

        ``number`` counts from 1. The returned object has, among others, ``outcome``, ``stopped_by``, ``stop_latency``,
        ``wire_stop_latency``, ``overlap``, ``response_latency`` and ``reaction``. A figure has ``value`` and
        ``uncertainty`` in seconds, ``at_least`` (True if the agent never stopped) and ``reliable``; it is None if
        there is nothing to measure.

        Example:
        | ${interruption} =    Get Interruption
        | Should Be Equal    ${interruption.stopped_by.name}    AGENT_VAD
        """
        found = self.library.latest_judgeable().interruptions()
        if not found:
            raise CannotCheck("There was no interruption in this call yet.")
        if number == -1:
            return found[-1]
        if not 1 <= number <= len(found):
            raise InvalidArgument(f"There is no interruption number {number}: this call has {len(found)}, from 1.")
        return found[number - 1]

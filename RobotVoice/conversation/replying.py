"""The agent's reply, waited for from Robot's thread: until it is whole, and how long the caller waited for it."""

from __future__ import annotations

from RobotVoice.audio.frames import FRAME_SECONDS
from RobotVoice.call.call import Call
from RobotVoice.call.mouth import Utterance
from RobotVoice.call.turns import Reply
from RobotVoice.conversation.crossing import Crossing
from RobotVoice.conversation.interrupting import STEP, Interrupting
from RobotVoice.conversation.listening import Listening
from RobotVoice.errors import CannotCheck, KeywordTimeout, NoReply
from RobotVoice.evidence.model import duration
from RobotVoice.evidence.sentences import quoted
from RobotVoice.interruption.floor import KNOWN_AFTER, first_word

MISSED = 1.0
"""Seconds by which the figures hear a reply for longer than the detector, at most: it has no ear for a last consonant,
nor for the last words of a quiet voice (measured: 0.78 s of speech that was turned down by 24 dB)."""
ONE_AFTER_THE_OTHER = FRAME_SECONDS
"""Seconds from the end of a sound, which the figures know to a piece or two, to one that does not overlap with it."""


class Replying:
    """The replies of a call, one after the other."""

    def __init__(self, call: Call, crossing: Crossing, listening: Listening, interrupting: Interrupting) -> None:
        self._call = call
        self._crossing = crossing
        self._listening = listening
        self._interrupting = interrupting

    def next(self) -> Reply | None:
        """The first that is new, as far as it has been heard."""
        return self._call.agent.next_reply(self._call.now)

    def wait_for_turn(self, text: str, longest: float) -> None:
        """Until the agent is not talking, so that the caller can say `text`. NoReply after `longest` seconds."""
        call = self._call
        waiting = call.until(lambda: not call.agent.is_talking(call.now), longest)
        try:
            self._crossing.run(waiting, longest, f"the caller waited for their turn to say {quoted(text)}")
        except KeywordTimeout:
            raise NoReply(
                f"The agent did not stop talking within {longest:g} s, so the caller had no turn to speak. "
                "To speak over the agent, use Interrupt With."
            ) from None
        for last in call.agent.replies(call.now)[-1:]:
            self._let_die_away(last)

    def hear_out(self, timeout: float) -> Reply:
        """Wait until the next reply is whole; what comes after it is new. NoReply after `timeout` seconds."""
        try:
            self._crossing.run(self._call.until(self._is_whole, timeout), timeout, self._meanwhile)
        except KeywordTimeout:
            raise NoReply(self._why_none(timeout)) from None
        reply = self.next()
        assert reply is not None
        self._call.agent.since = reply.end
        self._let_die_away(reply)
        return reply

    def _let_die_away(self, reply: Reply) -> None:
        """Until it is over by the measure of the checks, too: to them, who speaks into its last sound talks over it."""
        longest = reply.end + MISSED
        while (now := self._call.now) < longest:
            left = min(self._listening.end_of(reply) + ONE_AFTER_THE_OTHER, longest) - now
            if left <= 0 or not self._crossing.wait(left):
                return

    def _is_whole(self) -> bool:
        reply = self.next()
        return reply is not None and reply.finished

    def _meanwhile(self) -> str:
        reply = self.next()
        if reply is None:
            return "the caller waited for the agent's reply, of which nothing had been heard"
        lasted = duration(self._call.now - reply.onset)
        return f"the caller listened to the agent's reply, {lasted} after its first word"

    def _why_none(self, timeout: float) -> str:
        reply = self.next()
        if reply is None:
            return f"The agent said nothing within {timeout:g} s.{self._complaint()}"
        talking = duration(self._call.now - reply.onset)
        return f"The agent did not finish its reply within {timeout:g} s: it has been talking for {talking}."

    def _complaint(self) -> str:
        found = list(dict.fromkeys(self._call.record.problems))
        return f" The agent's side had a problem: {found[-1]}" if found else ""

    def onset_after_caller(self, patience: float) -> tuple[float, float | None]:
        """When the caller's last words ended, and when the agent's reply to them began.

        Waits for it until `patience` seconds after those words; None if it has not come by then, nor if the agent went
        on with what it was saying before.
        """
        last, end = self._last_words_of_caller()
        while (onset := self._onset_after(last)) is None and self._call.now < end + patience + KNOWN_AFTER:
            if not self._crossing.wait(STEP):
                return end, self._onset_after(last)
        return end, onset

    def _last_words_of_caller(self) -> tuple[Utterance, float]:
        for said in reversed(self._call.record.utterances):
            if said.end is not None:
                return said, said.end
        raise CannotCheck("The caller has not said anything yet, so there is no reply to time.")

    def _onset_after(self, said: Utterance) -> float | None:
        interruption = self._interrupting.with_last_words(said)
        if interruption is not None:
            return None if interruption.response_latency is None else interruption.reply_onset
        assert said.start is not None
        scene = self._listening.scene()
        return first_word(scene.agent, said.start, scene.pause)

"""An interruption seen from Robot's thread: carried out, and watched until it is plain what came of it."""

from __future__ import annotations

from RobotVoice.call.call import Call
from RobotVoice.call.mouth import Utterance
from RobotVoice.call.record import BargeIn
from RobotVoice.conversation.crossing import Crossing
from RobotVoice.conversation.listening import Listening
from RobotVoice.conversation.transcript import reply_with
from RobotVoice.errors import CannotCheck
from RobotVoice.evidence.model import Interruption, Mode, Outcome
from RobotVoice.evidence.sentences import quoted
from RobotVoice.interruption import outcome
from RobotVoice.interruption.double_talk import DoubleTalk
from RobotVoice.interruption.triggers import Trigger

STEP = 0.1
"""Seconds between two looks at an outcome that is not plain yet."""


class Interrupting:
    """The interruptions of a call; `results` are those since `begin_test`."""

    def __init__(self, call: Call, crossing: Crossing, listening: Listening) -> None:
        self._call = call
        self._crossing = crossing
        self._listening = listening
        self._first = 0

    def begin_test(self) -> None:
        """What was interrupted before belongs to another test."""
        self._first = len(self._call.record.barge_ins)

    def barge_in(
        self,
        utterance: Utterance,
        trigger: Trigger,
        mode: Mode,
        timeout: float,
        watch: float,
        double_talk: DoubleTalk,
    ) -> Interruption:
        """At the trigger, within `timeout` (s); the agent then has `watch` (s) to stop."""
        waiting = self._call.barge_in(utterance, trigger, mode, timeout, watch, double_talk)
        barge = self._crossing.run(
            waiting, timeout + utterance.clip.seconds, lambda: _while_barging_in(utterance, trigger)
        )
        result = self._watch(barge)
        self._listen_from_the_end_of(result)
        return result

    def results(self) -> list[Interruption]:
        """Every interruption, without the agent's words: nobody has to listen to the recording for them."""
        scene = self._listening.scene()
        return [outcome.judge(barge, scene) for barge in self._call.record.barge_ins[self._first :]]

    def with_last_words(self, said: Utterance) -> Interruption | None:
        """The interruption that ended with these words of the caller, if they were one and it happened."""
        barge = next((barge for barge in self._call.record.barge_ins if barge.last_said is said), None)
        result = None if barge is None else self._judge(barge)
        return None if result is None or result.outcome is Outcome.DID_NOT_HAPPEN else result

    def hear_recovery_out(self, patience: float) -> None:
        """Wait for the end of the reply after the last interruption; CannotCheck if it lasts longer than `patience`."""
        end = self._call.now + patience
        while not self._recovery_is_whole() and self._call.now <= end:
            if not self._crossing.wait(STEP):
                break
        if self.results()[-1].reply_onset is not None and not self._recovery_is_whole():
            raise CannotCheck(f"The agent's reply was not over after {patience:g} s, so it can't be judged.")

    def _recovery_is_whole(self) -> bool:
        replies = self._call.agent.replies(self._call.now)
        reply = reply_with(replies, self.results()[-1].reply_onset)
        return reply is not None and (reply.finished or self._call.is_over)

    def _watch(self, barge: BargeIn) -> Interruption:
        said_for = barge.utterance.clip.seconds
        self._crossing.run(self._call.settle(barge), barge.watch, "the agent was watched")
        result = self._judge(barge)
        while result.outcome is Outcome.KEPT_TALKING and not self._watched_to_the_end(barge):
            self._crossing.wait(STEP)
            result = self._judge(barge)
        self._crossing.run(self._call.fall_quiet(barge), said_for, "the caller finished what they were saying")
        return self._judge(barge) if barge.repeats else result

    def _watched_to_the_end(self, barge: BargeIn) -> bool:
        assert barge.fired is not None
        return self._call.is_over or self._call.now >= barge.fired + barge.watch + self._call.agent.pause

    def _listen_from_the_end_of(self, result: Interruption) -> None:
        """What follows is new; the rest of the reply that the caller spoke to is not."""
        agent = self._call.agent
        if result.outcome is Outcome.INTERRUPTED and result.ear_stop is not None:
            agent.since = result.ear_stop
        elif result.outcome is Outcome.DID_NOT_HAPPEN and result.barge_in is not None:
            old = [reply.end for reply in agent.replies(self._call.now) if reply.onset <= result.barge_in]
            agent.since = max([result.barge_in, *old])

    def _judge(self, barge: BargeIn) -> Interruption:
        return outcome.judge(barge, self._listening.scene())


def _while_barging_in(utterance: Utterance, trigger: Trigger) -> str:
    if utterance.start is None:
        return f"the caller waited to interrupt the agent with {quoted(utterance.text)} {trigger}"
    return f"the caller interrupted the agent with {quoted(utterance.text)}"

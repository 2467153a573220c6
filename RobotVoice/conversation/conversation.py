"""One call as the keywords see it: synchronous, with a voice, ears, and the results so far.

Keywords are sentences; this is what they say them to. All methods run in Robot's main thread.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from RobotVoice.adapters import matrix
from RobotVoice.adapters.base import Adapter
from RobotVoice.audio import files
from RobotVoice.audio.frames import Clip
from RobotVoice.bridge import Bridge
from RobotVoice.call.call import Call
from RobotVoice.call.mouth import Utterance
from RobotVoice.call.turns import Reply
from RobotVoice.conversation import leaving
from RobotVoice.conversation.caller_turns import caller_turns
from RobotVoice.conversation.crossing import Crossing
from RobotVoice.conversation.expected import Expected
from RobotVoice.conversation.interrupting import Interrupting
from RobotVoice.conversation.limits import Limits
from RobotVoice.conversation.listening import Listening
from RobotVoice.conversation.replying import Replying
from RobotVoice.conversation.transcript import Transcript
from RobotVoice.errors import CannotCheck, InvalidArgument, KeywordTimeout
from RobotVoice.evidence.files import recording_path
from RobotVoice.evidence.model import (
    CallEvidence,
    Health,
    Interruption,
    Measured,
    Mode,
    Outcome,
    Speaker,
    Turn,
    duration,
)
from RobotVoice.evidence.sentences import quoted
from RobotVoice.interruption import modes
from RobotVoice.interruption.continuation import continuation
from RobotVoice.interruption.double_talk import KEEP_TALKING, DoubleTalk
from RobotVoice.interruption.floor import Floor
from RobotVoice.interruption.scene import length
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.judgeable import Judgeable
from RobotVoice.line.conditions import CLEAN, Conditions
from RobotVoice.speech.ears import Ears

CLOSING_TIMEOUT = 15.0
"""Seconds."""
AROUND = 1.0
"""Seconds before and after an interruption in which the machine has to keep time, as for its figures."""


class Conversation(Judgeable):
    """A call from `start` to `end`, and what the keywords have found out about it."""

    def __init__(
        self,
        bridge: Bridge,
        adapter: Adapter,
        ears: Ears,
        pause: float,
        limits: Limits,
        conditions: Conditions = CLEAN,
    ) -> None:
        super().__init__()
        self.adapter = adapter
        self.limits = limits
        self.recording: Path | None = None
        self._bridge = bridge
        self._call = Call(adapter, pause, conditions)
        self._crossing = Crossing(bridge, self._call)
        self._listening = Listening(self._call)
        self._interrupting = Interrupting(self._call, self._crossing, self._listening)
        self._replying = Replying(self._call, self._crossing, self._listening, self._interrupting)
        self._transcript = Transcript(self._call, ears, self._listening, self._stops)
        self._expecting_reply = False
        self._last_reply: Reply | None = None

    # -- the line

    def start(self) -> None:
        """Open the line, or leave nothing behind: the next call may begin right after."""
        try:
            self._crossing.run(self._call.open(), self.adapter.opens_within, "the call was set up")
        except BaseException:
            with contextlib.suppress(KeywordTimeout):
                self.end()
            raise

    def end(self) -> None:
        """Hang up; what was said and measured stays."""
        self._bridge.run(self._call.close(), CLOSING_TIMEOUT)

    def use_line(self, conditions: Conditions) -> None:
        """From now on the line is like that."""
        if not self._call.is_over:
            self._crossing.run(self._call.use_line(self._call.ways(conditions)), 0.0, "the line was changed")

    def begin_test(self) -> None:
        """A call of a whole suite goes on into the next test, which is not to be judged by the one before."""
        self._expecting_reply, self._last_reply = False, None
        self._interrupting.begin_test()
        self.heeded = self._call.now
        self.checks.clear()

    @property
    def why_ended(self) -> str:
        """Why the call is over, in a sentence; "" while it goes on or after End Call."""
        return self._call.ended

    @property
    def received(self) -> float:
        """Seconds of the agent's audio that have come, heard or not, silence included."""
        playout = self._call.agent.playout
        return sum(len(piece.samples) for piece in playout.pieces) / playout.rate

    @property
    def left_a_trace(self) -> bool:
        """Something happened on the line, be it only a refusal."""
        return bool(self._call.record.journal)

    @property
    def seconds(self) -> float:
        """How long the call has lasted."""
        return self._call.now

    # -- the caller

    def say(
        self,
        text: str,
        clip: Clip,
        mode: Mode | None,
        expected: Expected,
        double_talk: DoubleTalk = KEEP_TALKING,
        after: float = 0.0,
    ) -> Interruption | None:
        """The caller speaks. After `expect_reply` it is the interruption, and its result is returned.

        after: seconds from the agent's first audible speech, which only an interruption can wait for.
        """
        if self._expecting_reply:
            return self.interrupt(text, clip, Trigger(after), mode, expected, double_talk)
        if after:
            raise InvalidArgument(
                "The argument after= says how long the agent is left to talk: it needs Agent Replies Without Waiting "
                "before."
            )
        self._last_reply = None
        self._replying.wait_for_turn(text, self.limits.turn)
        self._crossing.run(
            self._call.say(text, self._for_the_line(clip)), clip.seconds, f"the caller was saying {quoted(text)}"
        )
        return None

    def press(self, keys: str, after: float = 0.0, expected: Expected = Expected.STOP) -> Interruption | None:
        """Press keys of the telephone. After `expect_reply` that is the interruption, and its result is returned.

        after: seconds from the agent's first audible speech.
        """
        self._require_keys(keys)
        result = None
        if self._expecting_reply:
            result = self._barge_in(self._call.keys(keys), Trigger(after), Mode.KEYS, expected)
            if not self._is_still_to_come(result, expected):
                return result
        elif after:
            raise InvalidArgument(
                "The argument after= says when keys interrupt the agent: it needs Agent Replies Without Waiting before."
            )
        self._crossing.run(self._call.press(keys), 0.0, f"the caller pressed the keys {keys}")
        return result

    def stay_silent(self, seconds: float) -> None:
        """The call goes on and the caller says nothing."""
        self._crossing.run(self._call.stay_silent(seconds), seconds, f"the caller was silent for {duration(seconds)}")

    def wait(self, seconds: float) -> bool:
        """Let the call go on while the caller says nothing; False if it is over."""
        return self._crossing.wait(seconds)

    def _require_keys(self, keys: str) -> None:
        if not self.adapter.capabilities.dtmf:
            raise matrix.lacks(self.adapter, "dtmf")
        unknown = next((key for key in keys if key not in self.adapter.keypad), "")
        if unknown:
            raise InvalidArgument(
                f"The agent '{self.adapter.name}' takes no key '{unknown}'; it has: {' '.join(self.adapter.keypad)}."
            )

    def _for_the_line(self, clip: Clip) -> Clip:
        """Resampled in Robot's thread: it would hold up the call's."""
        return clip.at_rate(self.adapter.sends.rate)

    # -- the agent

    def expect_reply(self) -> None:
        """Let the agent's reply begin in the background: the next words of the caller interrupt it."""
        self._expecting_reply = True

    def hear_reply(self, timeout: float) -> str | None:
        """Wait until the agent has finished a whole reply; its words, or None if there is no transcript."""
        self._expecting_reply, self._last_reply = False, None
        self._last_reply = self._replying.hear_out(timeout)
        return self._transcript.of(self._last_reply)[0]

    def last_words(self) -> str:
        """What the agent said in its last whole reply; CannotCheck if that is not known."""
        if self._last_reply is None:
            raise CannotCheck(
                "No reply of the agent was waited for since the caller last spoke: use Agent Replies before this check."
            )
        return self._transcript.certain(self._last_reply)

    def reply_latency(self, patience: float) -> Measured | None:
        """End of the caller's last words to the onset of the agent's reply; None if it has not come.

        Waits for a reply until `patience` seconds after the caller's words. Raises UnreliableTiming if the machine was
        too busy to say that none has come.
        """
        end, onset = self._replying.onset_after_caller(patience)
        if onset is None:
            self._require_time_kept(end, end + patience)
            return None
        return length(self._listening.scene(), end, onset)

    # -- the interruption

    def interrupt(
        self,
        text: str,
        clip: Clip,
        trigger: Trigger,
        mode: Mode | None,
        expected: Expected,
        double_talk: DoubleTalk = KEEP_TALKING,
    ) -> Interruption:
        """Barge in at the trigger and watch what comes of it. Both forms of an interruption end up here."""
        utterance = Utterance(text, self._for_the_line(clip))
        result = self._barge_in(utterance, trigger, mode, expected, double_talk)
        if self._is_still_to_come(result, expected):
            self.say(text, clip, mode, expected)
        return result

    def backchannel(self, text: str, clip: Clip, after: float) -> Interruption:
        """A listener's word while the agent talks, `after` seconds from its first audible speech.

        If the agent has finished its reply by then, the word is an ordinary turn; InterruptionDidNotHappen if it has
        not talked at all.
        """
        result = self._barge_in(Utterance(text, self._for_the_line(clip)), Trigger(after), Mode.VAD, Expected.ANYTHING)
        if self._is_still_to_come(result, Expected.ANYTHING):
            if self._replying.next() is None:
                self._compare(result, Expected.STOP)
            self.say(text, clip, Mode.VAD, Expected.ANYTHING)
        return result

    def _barge_in(
        self,
        utterance: Utterance,
        trigger: Trigger,
        mode: Mode | None,
        expected: Expected,
        double_talk: DoubleTalk = KEEP_TALKING,
    ) -> Interruption:
        self._expecting_reply, self._last_reply = False, None
        if trigger.needs and not getattr(self.adapter.capabilities, trigger.needs):
            raise matrix.lacks(self.adapter, trigger.needs)
        chosen = modes.choose(self.adapter, mode)
        timeout = trigger.after + (self.limits.audible if trigger.timeout is None else trigger.timeout)
        result = self._interrupting.barge_in(utterance, trigger, chosen, timeout, self.limits.watch, double_talk)
        self._compare(result, expected)
        return result

    def _is_still_to_come(self, result: Interruption, expected: Expected) -> bool:
        """There was nothing to interrupt, and what the caller wanted to do then is an ordinary turn."""
        never_tried = result.outcome is Outcome.DID_NOT_HAPPEN and result.barge_in is None
        return never_tried and expected is Expected.ANYTHING and not self._call.is_over

    def _compare(self, result: Interruption, expected: Expected) -> None:
        if expected is Expected.ANYTHING:
            return
        if result.stop_latency is not None:
            self.require_reliable(result.stop_latency)
        else:
            moment = self._call.now if result.barge_in is None else result.barge_in
            self._require_time_kept(moment - AROUND, moment + AROUND)
        failure = expected.failure(result)
        if failure:
            self.fail(failure, result.number)

    def _require_time_kept(self, start: float, end: float) -> None:
        """The agent is not to blame for what a busy machine made of a stretch of the call."""
        health = self._call.timing.health(start, min(end, self._call.now))
        if not health.reliable:
            self.distrust(health.sentence)

    # -- what came of it

    def interruptions(self) -> list[Interruption]:
        """Every interruption, with all that is known of it by now."""
        results, scene, told = self.results(), self._listening.scene(), self._transcript
        return [told.told(replace(one, continuation=continuation(one, scene, told))) for one in results]

    def results(self) -> list[Interruption]:
        """The same without the agent's words: nobody has to listen to the recording for them."""
        return self._interrupting.results()

    def unjudged(self) -> list[Interruption]:
        """The interruptions that `mark_judged` was not told of, once the last one's reply is over."""
        last = next(iter(self.results()[-1:]), None)
        if last is not None and last.outcome is Outcome.INTERRUPTED and last.number > self._judged:
            self._interrupting.hear_recovery_out(self.limits.turn)
        return super().unjudged()

    def turns(self) -> tuple[Turn, ...]:
        """Who said what, in the order of time."""
        return self._transcript.turns()

    def sound(self, speaker: Speaker, start: float, end: float) -> Clip:
        """The caller as the agent got them, or the agent as heard."""
        return self._listening.caller(start, end) if speaker is Speaker.CALLER else self._listening.agent(start, end)

    def floor(self) -> Floor:
        """Who had the floor, up to now."""
        scene = self._listening.scene()
        turns = caller_turns(self._call.record.utterances, scene.now)
        return Floor(scene, turns, self._last_reply.end if self._last_reply else None)

    def _stops(self) -> list[float]:
        return [result.ear_stop for result in self.results() if result.ear_stop is not None]

    # -- evidence

    def health(self) -> Health:
        """How well this machine kept the call's time, and the line the agent's sound."""
        return leaving.health(self._call)

    def problems(self) -> list[str]:
        """What the agent's side reported as errors, or sent against its protocol."""
        return list(self._call.record.problems)

    def save_recording(self, path: Path) -> Path:
        """Write the call as stereo: left the caller, right the agent as heard."""
        files.write_stereo(path, *leaving.tracks(self._call))
        return path

    def keep_recording(self, output_dir: Path, test: str) -> Path:
        """A new file beside log.html."""
        self.recording = self.save_recording(recording_path(output_dir, test))
        return self.recording

    def evidence(self) -> CallEvidence:
        """All that is known of the call by now."""
        interruptions = tuple(self.interruptions())
        return leaving.evidence(self._call, self.turns(), interruptions, tuple(self.checks), self.recording)

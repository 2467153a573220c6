"""One call as the keywords see it: synchronous, with a voice, ears, and the results so far.

Keywords are sentences; this is what they say them to. All methods run in Robot's main thread.
"""

from __future__ import annotations

import contextlib
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from RobotVoice.adapters import matrix
from RobotVoice.adapters.base import Adapter
from RobotVoice.audio import files
from RobotVoice.audio.frames import Clip
from RobotVoice.bridge import Bridge
from RobotVoice.call import loss
from RobotVoice.call.call import Call
from RobotVoice.call.mouth import Utterance
from RobotVoice.call.record import BargeIn
from RobotVoice.call.turns import Reply
from RobotVoice.errors import (
    AgentFailure,
    CallEnded,
    CannotCheck,
    InterruptionDidNotHappen,
    InvalidArgument,
    KeptTalking,
    KeywordTimeout,
    MissingExtra,
    NoReply,
    RobotVoiceError,
)
from RobotVoice.evidence import sentences
from RobotVoice.evidence.files import recording_path
from RobotVoice.evidence.model import (
    CallEvidence,
    Health,
    Interruption,
    LineInUse,
    Measured,
    Mode,
    Outcome,
    Speaker,
    Turn,
    duration,
)
from RobotVoice.evidence.tracks import Tracks
from RobotVoice.interruption import modes, outcome
from RobotVoice.interruption.continuation import continuation
from RobotVoice.interruption.double_talk import KEEP_TALKING, DoubleTalk
from RobotVoice.interruption.floor import CallerTurn, Floor
from RobotVoice.interruption.scene import Scene, length
from RobotVoice.interruption.triggers import Trigger
from RobotVoice.judgeable import Judgeable
from RobotVoice.line.conditions import CLEAN, Conditions
from RobotVoice.sounds import pack
from RobotVoice.speech.ears import Ears

T = TypeVar("T")

CLOSING_TIMEOUT = 15.0
"""Seconds."""
MARGIN = 10.0
"""Seconds that the bridge waits longer than the call itself would."""
UNHEARD = "agent's transcript, of which the end was not heard"
"""The source of words that nobody can vouch for."""
MUCH = 0.5
"""Seconds unheard from which on a reply counts as cut off, even if no interruption did it."""
AROUND = 1.0
"""Seconds before and after an interruption in which the machine has to keep time, as for its figures."""
UNSETTLED = 1.0
"""Seconds for which a message may be under way from the socket to the buffer, which dates it back."""
STEP = 0.1
"""Seconds between two looks at an outcome that is not plain yet."""


class Expected(Enum):
    """What the test wants to come of an interruption; everything else fails the keyword.

    STOP: the agent falls silent. KEEP TALKING: it does not let itself be interrupted. ANYTHING: the keyword
    passes whatever happens, and checks decide later; if there was nothing to interrupt, the caller's words
    are said as an ordinary turn.
    """

    STOP = "stop"
    KEEP_TALKING = "keep talking"
    ANYTHING = "anything"


@dataclass(frozen=True)
class Limits:
    """How long the call waits, in seconds.

    turn: for the caller's turn while the agent talks. watch: how long after the barge-in the agent is
    watched. audible: for the agent to become audible before an interruption.
    """

    turn: float = 30.0
    watch: float = 5.0
    audible: float = 15.0


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
        self._ears = ears
        self._call = Call(adapter, pause, conditions)
        self._heard = Tracks(self._call.mouth.rate, self._call.playout.rate)
        self._settled = 0.0
        self._expecting_reply = False
        self._first = 0
        self._last_reply: Reply | None = None
        self._heard_words: dict[tuple[float, float], str | None] = {}

    # -- the line

    def start(self) -> None:
        """Open the line, or leave nothing behind: the next call may begin right after."""
        try:
            self._run(self._call.open(), self.adapter.opens_within)
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
            self._run(self._call.use_line(self._call.ways(conditions)), MARGIN)

    def begin_test(self) -> None:
        """A call of a whole suite goes on into the next test, which is not to be judged by the one before."""
        self._expecting_reply, self._last_reply = False, None
        self._first = len(self._call.record.barge_ins)
        self.heeded = self._call.now
        self.checks.clear()

    @property
    def why_ended(self) -> str:
        """Why the call is over, in a sentence; "" while it goes on or after End Call."""
        return self._call.ended

    @property
    def received(self) -> float:
        """Seconds of the agent's audio that have come, heard or not, silence included."""
        playout = self._call.playout
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
        self._wait_for_turn()
        self._run(self._call.say(text, self._for_the_line(clip)), clip.seconds + MARGIN)
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
        self._run(self._call.press(keys), MARGIN)
        return result

    def _require_keys(self, keys: str) -> None:
        if not self.adapter.capabilities.dtmf:
            raise matrix.lacks(self.adapter, "dtmf")
        unknown = next((key for key in keys if key not in self.adapter.keypad), "")
        if unknown:
            raise InvalidArgument(
                f"The agent '{self.adapter.name}' takes no key '{unknown}'; it has: {' '.join(self.adapter.keypad)}."
            )

    def stay_silent(self, seconds: float) -> None:
        """The call goes on and the caller says nothing."""
        self._run(self._call.stay_silent(seconds), seconds + MARGIN)

    def _for_the_line(self, clip: Clip) -> Clip:
        """Resampled in Robot's thread: it would hold up the call's."""
        return clip.at_rate(self.adapter.sends.rate)

    def _wait_for_turn(self) -> None:
        sentence = (
            f"The agent did not stop talking within {self.limits.turn:g} s, so the caller had no turn to speak. "
            "To speak over the agent, use Interrupt With."
        )
        waiting = self._call.until(lambda: not self._call.agent_is_talking(), self.limits.turn, sentence)
        try:
            self._run(waiting, self.limits.turn)
        except KeywordTimeout as timeout:
            raise NoReply(str(timeout)) from None

    # -- the agent

    def expect_reply(self) -> None:
        """Let the agent's reply begin in the background: the next words of the caller interrupt it."""
        self._expecting_reply = True

    def hear_reply(self, timeout: float) -> str | None:
        """Wait until the agent has finished a whole reply; its words, or None if there is no transcript."""
        self._expecting_reply, self._last_reply = False, None
        try:
            self._run(self._call.until(self._reply_is_whole, timeout, ""), timeout)
        except KeywordTimeout:
            raise NoReply(self._why_no_reply(timeout)) from None
        reply = self._call.next_reply()
        assert reply is not None
        self._call.listen_from(reply.end)
        self._last_reply = reply
        return self.words_of(reply)[0]

    def _reply_is_whole(self) -> bool:
        reply = self._call.next_reply()
        return reply is not None and reply.finished

    def _why_no_reply(self, timeout: float) -> str:
        reply = self._call.next_reply()
        if reply is None:
            return f"The agent said nothing within {timeout:g} s.{self._complaint()}"
        talking = duration(self._call.now - reply.onset)
        return f"The agent did not finish its reply within {timeout:g} s: it has been talking for {talking}."

    def _complaint(self) -> str:
        found = list(dict.fromkeys(self._call.record.problems))
        return f" The agent's side had a problem: {found[-1]}" if found else ""

    def last_words(self) -> str:
        """What the agent said in its last whole reply; CannotCheck if that is not known."""
        if self._last_reply is None:
            raise CannotCheck(
                "No reply of the agent was waited for since the caller last spoke: use Agent Replies before this check."
            )
        words = self._heard_words_of(self._last_reply)
        if words is None:
            raise CannotCheck(
                "There is no transcript of the agent's reply, so its words can't be checked: "
                + _how_to_get_transcripts(self.adapter)
            )
        return words

    def reply_latency(self, patience: float) -> Measured | None:
        """End of the caller's last words to the onset of the agent's reply; None if it has not come.

        Waits for a reply until `patience` seconds after the caller's words. Raises UnreliableTiming if the machine was
        too busy to say that none has come.
        """
        last = self._last_words_of_caller()
        end = last.end
        assert end is not None
        while self._onset_after(last) is None and not self._call.is_over and self._call.now < end + patience:
            self._run(self._call.stay_silent(STEP), MARGIN)
        onset = self._onset_after(last)
        if onset is None:
            self._require_time_kept(end, end + patience)
            return None
        return length(self._scene(), end, onset)

    def _last_words_of_caller(self) -> Utterance:
        said = [utterance for utterance in self._call.record.utterances if utterance.end is not None]
        if not said:
            raise CannotCheck("The caller has not said anything yet, so there is no reply to time.")
        return said[-1]

    def _onset_after(self, utterance: Utterance) -> float | None:
        barge = next((b for b in self._call.record.barge_ins if b.last_said is utterance), None)
        if barge is not None and (result := self._judge(barge)).outcome is not Outcome.DID_NOT_HAPPEN:
            return result.reply_onset
        assert utterance.start is not None
        return next((span.start for span in self._scene().agent if span.start > utterance.start), None)

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
        waiting = self._call.barge_in(utterance, trigger, chosen, timeout, self.limits.watch, double_talk)
        barge = self._run(waiting, timeout + utterance.clip.seconds + MARGIN)
        result = self._watch(barge)
        self._listen_from_the_end_of(result)
        self._compare(result, expected)
        return result

    def _is_still_to_come(self, result: Interruption, expected: Expected) -> bool:
        """There was nothing to interrupt, and what the caller wanted to do then is an ordinary turn."""
        never_tried = result.outcome is Outcome.DID_NOT_HAPPEN and result.barge_in is None
        return never_tried and expected is Expected.ANYTHING and not self._call.is_over

    def _listen_from_the_end_of(self, result: Interruption) -> None:
        """What follows is new; the rest of the reply that the caller spoke to is not."""
        if result.outcome is Outcome.INTERRUPTED and result.ear_stop is not None:
            self._call.listen_from(result.ear_stop)
        elif result.outcome is Outcome.DID_NOT_HAPPEN and result.barge_in is not None:
            old = [reply.end for reply in self._call.replies() if reply.onset <= result.barge_in]
            self._call.listen_from(max([result.barge_in, *old]))

    def interruptions(self) -> list[Interruption]:
        """Every interruption, with all that is known of it by now."""
        results, scene = self.results(), self._scene()
        return [self._with_words(replace(one, continuation=continuation(one, scene, self))) for one in results]

    def results(self) -> list[Interruption]:
        """The same without the agent's words: nobody has to listen to the recording for them."""
        scene = self._scene()
        return [outcome.judge(barge, scene) for barge in self._call.record.barge_ins[self._first :]]

    def unjudged(self) -> list[Interruption]:
        """The interruptions that `mark_judged` was not told of, once the last one's reply is over."""
        self._wait_for_recovery()
        return super().unjudged()

    def _wait_for_recovery(self) -> None:
        results = self.results()
        if not results or results[-1].outcome is not Outcome.INTERRUPTED or results[-1].number <= self._judged:
            return
        end = self._call.now + self.limits.turn
        while not self._call.is_over and not self._recovery_is_whole():
            if self._call.now > end:
                break
            self._run(self._call.stay_silent(STEP), MARGIN)
        if self.results()[-1].reply_onset is not None and not self._recovery_is_whole():
            raise CannotCheck(f"The agent's reply was not over after {self.limits.turn:g} s, so it can't be judged.")

    def _recovery_is_whole(self) -> bool:
        onset = self.results()[-1].reply_onset
        reply = self._reply_with(onset)
        return reply is not None and (reply.finished or self._call.is_over)

    def _reply_with(self, onset: float | None) -> Reply | None:
        if onset is None:
            return None
        return next((reply for reply in self._call.replies() if reply.end > onset), None)

    def _watch(self, barge: BargeIn) -> Interruption:
        watch = barge.watch
        self._run(self._call.settle(barge, watch), watch + MARGIN)
        result = self._judge(barge)
        while result.outcome is Outcome.KEPT_TALKING and not self._watched_to_the_end(barge):
            self._run(self._call.stay_silent(STEP), MARGIN)
            result = self._judge(barge)
        self._run(self._call.fall_quiet(barge), barge.utterance.clip.seconds + MARGIN)
        return self._judge(barge) if barge.repeats else result

    def _watched_to_the_end(self, barge: BargeIn) -> bool:
        assert barge.fired is not None
        return self._call.is_over or self._call.now >= barge.fired + barge.watch + self._call.pause

    def _compare(self, result: Interruption, expected: Expected) -> None:
        if expected is Expected.ANYTHING:
            return
        if result.stop_latency is not None:
            self.require_reliable(result.stop_latency)
        else:
            moment = self._call.now if result.barge_in is None else result.barge_in
            self._require_time_kept(moment - AROUND, moment + AROUND)
        sentence = sentences.outcome_sentence(result)
        if result.outcome is Outcome.DID_NOT_HAPPEN:
            self.fail(InterruptionDidNotHappen(sentence), result.number)
        if expected is Expected.STOP and result.outcome is Outcome.KEPT_TALKING:
            self.fail(KeptTalking(sentence), result.number)
        if expected is Expected.KEEP_TALKING and result.outcome is Outcome.INTERRUPTED:
            self.fail(AgentFailure(f"{sentence} It had to keep talking."), result.number)

    def _require_time_kept(self, start: float, end: float) -> None:
        """The agent is not to blame for what a busy machine made of a stretch of the call."""
        health = self._call.timing.health(start, min(end, self._call.now))
        if not health.reliable:
            self.distrust(health.sentence)

    def _judge(self, barge: BargeIn) -> Interruption:
        return outcome.judge(barge, self._scene())

    def _with_words(self, result: Interruption) -> Interruption:
        if result.barge_in is None:
            return result
        replies = self._call.replies()
        met = -1.0 if result.agent_onset is None else max(result.barge_in, result.agent_onset)
        cut = next((r for r in reversed(replies) if r.onset <= met), None)
        after = self._reply_with(result.reply_onset)
        return replace(
            result,
            before=self.words_of(cut, cut_off=True)[0] if cut else None,
            after=self._heard_words_of(after) if after else None,
        )

    def _heard_words_of(self, reply: Reply) -> str | None:
        """The words of a reply as far as they were heard; None if that is not known."""
        words, source = self.words_of(reply, self._was_cut_off(reply))
        return None if source == UNHEARD else words

    def _was_cut_off(self, reply: Reply) -> bool:
        stops = [result.ear_stop for result in self.results() if result.ear_stop is not None]
        return any(reply.onset <= stop <= reply.end + self._call.pause for stop in stops) or self._dropped(reply) > MUCH

    def _scene(self) -> Scene:
        call, now = self._call, self._call.now
        tracks = self._listened(now)
        lost = loss.lost(call.playout.pieces, call.playout.rate)
        return Scene(
            caller=tracks.caller(),
            agent=loss.heard_through(tracks.agent(), lost, call.pause),
            pieces=tuple(call.playout.pieces),
            signals=tuple(call.record.signals),
            timing=call.timing,
            rate=call.playout.rate,
            now=now,
            pause=call.pause,
            turns=[said.start for said in call.record.utterances if said.start is not None],
            closed=call.is_over,
            protocol=call.protocol,
            lost=lost,
        )

    def _listened(self, now: float) -> Tracks:
        """The call up to now. What was played can't change any more, so it is listened to only once."""
        mouth, playout = self._call.mouth, self._call.playout
        said = self._call.outgoing.voice(round(self._settled * mouth.rate))
        sent = self._settled + len(said) / mouth.rate
        settled = max(self._settled, min(now - UNSETTLED, sent))
        new = round(settled * mouth.rate) - round(self._settled * mouth.rate)
        self._heard.hear(said[:new], playout.heard(settled, round(self._settled * playout.rate)))
        self._settled = settled
        listener = self._heard.copy()
        listener.hear(said[new:], playout.heard(now, round(settled * playout.rate)))
        return listener

    def _tracks(self, now: float) -> tuple[Clip, Clip]:
        """What was on the wire: the caller as the agent got them, the agent as heard."""
        mouth, playout = self._call.mouth, self._call.playout
        return Clip(self._call.outgoing.sent(), mouth.rate), Clip(playout.heard(now), playout.rate)

    # -- words

    def words_of(self, reply: Reply, cut_off: bool = False) -> tuple[str | None, str]:
        """What was heard of a reply, and where the words come from.

        The agent's own transcript holds what it meant to say; of a reply that was cut off only ears can
        tell what was heard.
        """
        sent = self._call.words_of(reply)
        if sent is not None and not cut_off:
            return sent, "agent's transcript"
        key = (round(reply.onset, 2), round(reply.end, 2))
        if key not in self._heard_words:
            self._heard_words[key] = self._listen(reply)
        heard = self._heard_words[key]
        if heard is None and sent is not None:
            return sent, UNHEARD
        return heard, "speech to text" if heard is not None else ""

    def _listen(self, reply: Reply) -> str | None:
        return self._understand(self.heard(reply.onset - 0.1, reply.end + 0.2))

    def _understand(self, clip: Clip) -> str | None:
        try:
            return self._ears.hear(clip) or None
        except MissingExtra:
            return None
        except RobotVoiceError as error:
            # the rest of the evidence must not be lost with the words; checks of the words find none
            self._call.record.problems.append(str(error))
            return None

    # -- for those who look at what the agent did

    def heard(self, start: float, end: float) -> Clip:
        """The agent between two moments of the call, as the caller heard it."""
        playout = self._call.playout
        first = max(0, round(start * playout.rate))
        return Clip(playout.heard(min(end, self._call.now), first), playout.rate)

    def words_heard(self, start: float, end: float) -> str | None:
        """What ears understand of that; None if nobody can tell."""
        key = (round(start, 2), round(end, 2))
        if key not in self._heard_words:
            self._heard_words[key] = self._understand(self.heard(start, end))
        return self._heard_words[key]

    def own_text(self, moment: float) -> str | None:
        """What the agent was going to say in the reply of that moment, if its protocol tells."""
        begun = [reply for reply in self._call.replies() if reply.onset <= moment]
        return self._call.words_of(begun[-1]) if begun else None

    def floor(self) -> Floor:
        """Who had the floor, up to now."""
        scene = self._scene()
        said = [one for one in self._call.record.utterances if one.start is not None and not one.keys]
        turns = [CallerTurn(one.start or 0.0, one.end or scene.now, one.words, _is_speech(one.text)) for one in said]
        return Floor(scene, turns, self._last_reply.end if self._last_reply else None)

    def wait(self, seconds: float) -> bool:
        """Let the call go on while the caller says nothing; False if it is over."""
        with contextlib.suppress(CallEnded):
            self._run(self._call.stay_silent(seconds), seconds + MARGIN)
        return not self._call.is_over

    def turns(self) -> tuple[Turn, ...]:
        """Who said what, in the order of time."""
        said = [
            Turn(
                Speaker.CALLER,
                utterance.start,
                utterance.end or self._call.now,
                utterance.words,
                "caller's keys" if utterance.keys else "caller's line",
            )
            for utterance in self._call.record.utterances
            if utterance.start is not None
        ]
        return tuple(sorted([*said, *self._agent_turns()], key=lambda turn: turn.start))

    def _agent_turns(self) -> Iterable[Turn]:
        for reply in self._call.replies():
            cut_off = self._was_cut_off(reply)
            text, source = self.words_of(reply, cut_off)
            believed = self._call.belief_about(reply)
            own_text = self._call.words_of(reply)
            dropped = self._dropped(reply)
            yield Turn(Speaker.AGENT, reply.onset, reply.end, text, source, dropped, cut_off, believed, own_text)

    def _dropped(self, reply: Reply) -> float:
        pieces = [piece for piece in self._call.playout.pieces if piece.reply in reply.ids]
        return sum(len(piece.samples) - piece.heard for piece in pieces) / self._call.playout.rate

    # -- evidence

    def health(self) -> Health:
        """How well this machine kept the call's time, and the line the agent's sound."""
        health = self._call.timing.health()
        share = loss.share_lost(self._call.playout.pieces, self._call.playout.rate)
        if not health.reliable or share <= loss.TOO_MUCH:
            return health
        return replace(health, reliable=False, sentence=f"The line lost {share:.0%} of what the agent sent.")

    def problems(self) -> list[str]:
        """What the agent's side reported as errors, or sent against its protocol."""
        return list(self._call.record.problems)

    def save_recording(self, path: Path) -> Path:
        """Write the call as stereo: left the caller, right the agent as heard."""
        caller, heard = self._tracks(self._call.now)
        files.write_stereo(path, caller, heard)
        return path

    def keep_recording(self, output_dir: Path, test: str) -> Path:
        """A new file beside log.html."""
        self.recording = self.save_recording(recording_path(output_dir, test))
        return self.recording

    def evidence(self) -> CallEvidence:
        """All that is known of the call by now."""
        caller, heard = self._tracks(self._call.now)
        return CallEvidence(
            agent=self.adapter.name,
            caller=caller,
            heard=heard,
            seconds=self._call.now,
            turns=self.turns(),
            interruptions=tuple(self.interruptions()),
            checks=tuple(self.checks),
            events=tuple(self._call.record.journal),
            health=self.health(),
            recording=self.recording,
            ended=self._call.ended,
            tools=tuple(self._call.record.tools),
            lines=self._lines(),
        )

    def _lines(self) -> tuple[LineInUse, ...]:
        changes = self._call.record.lines
        moments = [*(change.time for change in changes), self._call.now]
        return tuple(
            LineInUse(change.time, end, str(change.conditions))
            for change, end in zip(changes, moments[1:], strict=True)
            if not change.conditions.is_clean
        )

    def _run(self, coroutine: Coroutine[Any, Any, T], seconds: float) -> T:
        return self._bridge.run(coroutine, seconds + MARGIN)


def _is_speech(text: str) -> bool:
    """A mere sound, keys, and a listener's word ask the agent nothing; the sounds of the pack that stop it do."""
    sound = pack.known(text.strip("[]"))
    if sound is None:
        return not text.startswith(("[keys ", "[sound "))
    return sound.stops_the_agent or not (text.startswith("[") or sound.is_backchannel)


def _how_to_get_transcripts(adapter: Adapter) -> str:
    if adapter.capabilities.streaming_transcripts:
        return f"the agent '{adapter.name}' sent no words with this reply."
    return (
        f"the agent '{adapter.name}' sends none, and speech to text is not installed "
        '(pip install "robotframework-robotvoice[offline]") or understood nothing.'
    )

"""Whose turn it is: the agent that interrupts its caller, that asks into a silence, that answers a mere noise."""

from __future__ import annotations

import math

from robot.api.deco import keyword

from RobotVoice.durations import Duration
from RobotVoice.errors import AgentFailure, CannotCheck, InvalidArgument
from RobotVoice.evidence import limits
from RobotVoice.evidence.continuing import cut_in_sentence
from RobotVoice.evidence.model import CutIn, duration
from RobotVoice.evidence.sentences import allowance, lower_bound, quoted
from RobotVoice.interruption import silences
from RobotVoice.interruption.cutting_in import cut_ins
from RobotVoice.interruption.floor import KNOWN_AFTER, CallerTurn, Floor
from RobotVoice.interruption.scene import LOST_TOO_MUCH, length
from RobotVoice.interruption.silences import Silence
from RobotVoice.judgeable import Judgeable
from RobotVoice.keywords.group import KeywordGroup, tell

STEP = 0.1
"""Seconds between two looks at a call."""
AUDIBLE = 15.0
"""Seconds that an agent has, after its caller's turn, to show that it is alive."""


class TurnTakingKeywords(KeywordGroup):
    """`Agent Should Not Have Interrupted The Caller`, `Agent Should Have Reprompted Within` and its opposite."""

    @keyword
    def agent_should_not_have_interrupted_the_caller(
        self,
        allowed_sound: Duration = Duration(0),  # noqa: B008 - Libdoc shows it
    ) -> None:
        """Fails if the agent began to talk while the caller was still in the middle of a turn.

        It is about everything that the caller has said in this test since the keyword was last used. A turn is all that
        one keyword makes the caller say, with the pauses in it. An agent that takes such a pause for the end, and
        begins to talk in it or after it, interrupts the caller. So does one that just talks into the caller's words.

        Three things do not count: an agent that was talking before the caller began; one that begins within 0.2 s after
        the caller, since it could not know it yet; and one that begins less than 120 ms before the caller's last sound,
        since nobody hears so short an overlap (Heldner 2011). It is an error if the ± of the figures leaves open
        whether it was one of these.

        - ``allowed_sound``: what the agent says in the caller's turn for no longer than this does not count either: the
          "mm-hmm" of an agent that listens. Full-Duplex-Bench takes it for a turn from 1 s on. It is an error if only a
          part of the figure, with its ±, is within it.

        In a recording a turn is what the caller says without a silence longer than the natural pause: where a longer
        one was meant as a pause, no recording tells.

        Who is never heard interrupts nobody, and that proves nothing: if the agent has not been heard in this call yet,
        the keyword waits for it, at most 15 s, and is an error if it stays silent.

        Examples:
        | User Says    I would like to [pause 1.2 s] change my address
        | Agent Should Not Have Interrupted The Caller
        | Agent Should Not Have Interrupted The Caller    allowed_sound=1 s
        """
        floor = self.latest.floor()
        turns = [turn for turn in floor.turns if turn.is_speech and turn.end > self.latest.heeded]
        if not turns:
            raise CannotCheck("The caller has said nothing since this was last checked, so there is nothing to check.")
        for turn in turns:
            self._require_trusted(floor, turn.start, turn.end)
        found = self._cut_ins(allowed_sound.seconds)
        self._require_heard(AUDIBLE)
        self.latest.heeded = floor.scene.now
        if found:
            more = f" It did so {len(found)} times in all." if len(found) > 1 else ""
            self.latest.fail(AgentFailure(cut_in_sentence(found[0]) + more))
        times = "" if len(turns) == 1 else f" in {len(turns)} turns"
        self._passed(f"The agent did not interrupt the caller{times}.")

    @keyword
    def agent_should_have_reprompted_within(
        self,
        time: Duration,
        but_not_before: Duration = Duration(0),  # noqa: B008 - Libdoc shows it
    ) -> None:
        """Fails unless the agent spoke again by itself, "Are you still there?", within ``time`` of silence.

        The silence begins with the last sound of either side after the reply that `Agent Replies` waited for, and lasts
        until the agent is heard again. If need be, the keyword waits for it.

        - ``but_not_before``: an agent that speaks again earlier than this fails, too: it hurries its caller.

        It passes only if the whole figure, with its ±, is within these limits, and is an error where a part of it is
        and a part is not.

        Examples:
        | User Says    Tell me about my billing
        | Agent Replies
        | Agent Should Have Reprompted Within    8 s    but_not_before=3 s
        | Agent Replies
        | Agent Reply Should Mention    still there
        """
        limit, earliest = time.seconds, but_not_before.seconds
        if earliest >= limit:
            raise InvalidArgument(
                f"The argument but_not_before is {allowance(earliest)}; it has to be shorter than the "
                f"{allowance(limit)} within which the agent has to speak again."
            )
        silence = self._silence(limit)
        self._require_trusted(self.latest.floor(), silence.start, silence.broken or silence.start + limit)
        if silence.broken is None:
            self.latest.fail(AgentFailure(f"The agent had not spoken again after {allowance(limit)} of silence."))
            return
        after = length(self.latest.floor().scene, silence.start, silence.broken)
        sentence = f"The agent spoke again after {duration(after.value)} of silence; allowed {allowance(limit)}"
        sentence += f", and not before {allowance(earliest)}." if earliest else "."
        if not limits.keeps(after, limit, sentence, lowest=earliest if earliest else -math.inf):
            self.latest.fail(AgentFailure(sentence))
        self._passed(sentence)

    @keyword
    def agent_should_have_stayed_silent(
        self,
        time: Duration = Duration(4),  # noqa: B008 - Libdoc shows it
    ) -> None:
        """Fails if the agent began to talk because of the caller's last sound, for example a cough while all was quiet.

        It must not begin from the beginning of that sound until ``time`` after its end. The keyword waits until then.
        Without ``time`` that is 4 s: the replies of usual agents begin 2.5 to 3.7 s after the caller's last word, at
        the median (measured by callback-voice).

        It is an error if the agent has not been heard in this call at all: its silence proves nothing. So it is if it
        began to talk so near to the end of ``time`` that the ± of the figure reaches across.

        Examples:
        | Agent Replies
        | User Makes Sound    cough
        | Agent Should Have Stayed Silent
        """
        floor = self.latest.floor()
        sound = silences.last_sound(floor)
        if sound is None:
            raise CannotCheck("The caller has made no sound yet, so there is nothing to check.")
        if silences.talked_at(floor, sound.start):
            raise CannotCheck(
                "The agent was talking when the caller made that sound, so it could not stay silent: use Agent Should "
                "Have Kept Talking."
            )
        end = sound.end + time.seconds
        begun = self._begun(sound, end)
        floor = self.latest.floor()
        self._require_trusted(floor, sound.start, end if begun is None else min(begun, end))
        if begun is not None:
            silent_for = length(floor.scene, sound.end, begun)
            began = f"The agent began to talk {duration(silent_for.value)} after the end of {_the_sound(sound)}"
            if limits.keeps(silent_for, time.seconds, f"{began}; it had to stay silent for {allowance(time.seconds)}."):
                since = duration(length(floor.scene, sound.start, begun).value)
                failure = f"The agent began to talk {since} after the beginning of {_the_sound(sound)}"
                self.latest.fail(AgentFailure(f"{failure}; it had to stay silent."))
        elif floor.scene.now < end:
            raise CannotCheck(
                f"The call ended {duration(floor.scene.now - sound.end)} after {_the_sound(sound)}: whether the agent "
                f"would have stayed silent for {allowance(time.seconds)} is not known. {self.latest.why_ended}".strip()
            )
        self._require_heard()
        self._passed(f"The agent stayed silent for {allowance(time.seconds)} after {_the_sound(sound)}.")

    @property
    def latest(self) -> Judgeable:
        return self.library.latest_judgeable()

    def _cut_ins(self, allowed: float) -> list[CutIn]:
        """Those of more than `allowed` seconds; one that goes on is listened to until it is plain.

        CannotCheck if there is none, and one of which that can't be told.
        """
        found = cut_ins(self.latest.floor(), self.latest.heeded)
        while any(cut.lasted.at_least and cut.lasted.value <= allowed for cut in found) and self.latest.wait(STEP):
            found = cut_ins(self.latest.floor(), self.latest.heeded)
        too_long = [cut for cut in found if not allowed or cut.lasted.is_within(allowed) is not True]
        certain = [cut for cut in too_long if not cut.doubt and (not allowed or cut.lasted.is_within(allowed) is False)]
        if too_long and not certain:
            raise CannotCheck(self._in_doubt(too_long[0], allowed))
        return certain

    def _in_doubt(self, cut: CutIn, allowed: float) -> str:
        if cut.doubt:
            return cut.doubt
        sentence = f"{cut_in_sentence(cut)} Allowed is a sound of {allowance(allowed)}."
        if cut.lasted.at_least:
            ended = f"The call ended {lower_bound(cut.lasted.value)} later, so how long it lasts is not known."
            return f"{sentence} {ended} {self.latest.why_ended}".strip()
        return f"{sentence} {limits.undecided(cut.lasted)}"

    def _begun(self, sound: CallerTurn, end: float) -> float | None:
        """When the agent began to talk since `sound` began; waits for it until it is known whether it did by `end`."""
        while (begun := silences.began_after(self.latest.floor(), sound.start)) is None:
            if self.latest.seconds >= end + KNOWN_AFTER or not self.latest.wait(STEP):
                break
        return begun

    def _silence(self, limit: float) -> Silence:
        """The silence after the reply that was waited for, once it is over or has lasted for longer than `limit`."""
        silence = silences.after_the_reply(self.latest.floor())
        while silence is not None and silence.broken is None:
            is_known = self.latest.seconds > silence.start + limit + KNOWN_AFTER
            if is_known or not self.latest.wait(STEP):
                break
            silence = silences.after_the_reply(self.latest.floor())
        if silence is None:
            raise CannotCheck(
                "No reply of the agent was waited for since the caller last spoke, so no silence came after it: use "
                "Agent Replies before this check."
            )
        silent_for = self.latest.seconds - silence.start
        if silence.broken is None and silent_for <= limit:
            raise CannotCheck(
                f"The call ended after {duration(silent_for)} of silence, so whether the agent would have spoken again "
                f"within {allowance(limit)} is not known. {self.latest.why_ended}".strip()
            )
        return silence

    def _require_heard(self, patience: float = 0.0) -> None:
        """CannotCheck if the agent has not been heard in this call, nor is within `patience` seconds from now.

        What a dead agent leaves undone, too, speaks for nobody.
        """
        end = self.latest.seconds + patience
        while not self.latest.floor().replies:
            if self.latest.seconds >= end or not self.latest.wait(STEP):
                raise CannotCheck(
                    "The agent has not been heard in this call, so its silence proves nothing: a dead agent is silent, "
                    "too. Let it speak first, for example with User Says and Agent Replies."
                )

    def _require_trusted(self, floor: Floor, start: float, end: float) -> None:
        """A machine that stood still made a pause longer than the caller did; what the line lost was no silence."""
        until = min(end, floor.scene.now)
        health = floor.scene.timing.health(start, until)
        if not health.reliable:
            self.latest.distrust(health.sentence)
        if floor.scene.lost_too_much(start, until):
            self.latest.distrust(LOST_TOO_MUCH)

    def _passed(self, sentence: str) -> None:
        self.latest.passed(sentence)
        tell(sentence)


def _the_sound(sound: CallerTurn) -> str:
    return f"the caller's {quoted(sound.text)}" if sound.text.strip() else "the caller's sound"

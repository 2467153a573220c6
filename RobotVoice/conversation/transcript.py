"""Who said what: the words of a call, from the agent's own transcript or from ears."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from RobotVoice.adapters.base import Adapter
from RobotVoice.audio.frames import Clip
from RobotVoice.call.call import Call
from RobotVoice.call.turns import Reply
from RobotVoice.conversation.listening import Listening
from RobotVoice.errors import CannotCheck, MissingExtra, RobotVoiceError
from RobotVoice.evidence.model import Interruption, Speaker, Turn
from RobotVoice.interruption.heard_words import FASTEST
from RobotVoice.speech.ears import Ears

UNHEARD = "agent's transcript, of which the end was not heard"
"""The source of words that nobody can vouch for."""
MUCH = 0.5
"""Seconds unheard from which on a reply counts as cut off, even if no interruption did it."""


class Transcript:
    """Ears are asked once for each stretch. stops: when (s) interruptions made the agent fall silent."""

    def __init__(self, call: Call, ears: Ears, listening: Listening, stops: Callable[[], list[float]]) -> None:
        self._call = call
        self._ears = ears
        self._listening = listening
        self._stops = stops
        self._understood: dict[tuple[float, float], str | None] = {}

    # -- of the agent, for those who look at what it did

    def heard(self, start: float, end: float) -> Clip:
        """Its sound between two moments of the call, as the caller heard it."""
        return self._listening.agent(start, end)

    def words_heard(self, start: float, end: float) -> str | None:
        """What ears understand of that; None if nobody can tell."""
        key = (round(start, 2), round(end, 2))
        if key not in self._understood:
            self._understood[key] = self._understand(self.heard(start, end))
        return self._understood[key]

    def own_text(self, moment: float) -> str | None:
        """What it was going to say in the reply of that moment, if its protocol tells."""
        agent = self._call.agent
        begun = [reply for reply in agent.replies(self._call.now) if reply.onset <= moment]
        return agent.words_of(begun[-1]) if begun else None

    def _understand(self, clip: Clip) -> str | None:
        try:
            return self._ears.hear(clip) or None
        except MissingExtra:
            return None
        except RobotVoiceError as error:
            # the rest of the evidence must not be lost with the words; checks of the words find none
            self._call.record.problems.append(str(error))
            return None

    # -- of its replies

    def of(self, reply: Reply, cut_off: bool = False) -> tuple[str | None, str]:
        """What was heard of a reply, and where the words come from.

        The agent's own transcript holds what it meant to say; of a reply that was cut off only ears can
        tell what was heard.
        """
        sent = self._call.agent.words_of(reply)
        if sent is not None and not cut_off:
            return sent, "agent's transcript"
        heard = self.words_heard(reply.onset - 0.1, reply.end + 0.2)
        if heard is None and sent is not None:
            return sent, UNHEARD
        return heard, "speech to text" if heard is not None else ""

    def as_far_as_heard(self, reply: Reply) -> str | None:
        """The words of a reply as far as they were heard; None if that is not known."""
        return self._heard_of(reply, self._was_cut_off(reply))

    def _heard_of(self, reply: Reply, cut_off: bool) -> str | None:
        words, source = self.of(reply, cut_off)
        return None if source == UNHEARD else words

    def certain(self, reply: Reply) -> str:
        """The same; CannotCheck, with the way to get a transcript, if that is not known."""
        words = self.as_far_as_heard(reply)
        if words is None:
            raise CannotCheck(
                "There is no transcript of the agent's reply, so its words can't be checked: "
                + _how_to_get_transcripts(self._call.adapter)
            )
        return words

    def told(self, result: Interruption) -> Interruption:
        """With the words of the reply that was interrupted, and of the next."""
        if result.barge_in is None:
            return result
        replies = self._call.agent.replies(self._call.now)
        met = -1.0 if result.agent_onset is None else max(result.barge_in, result.agent_onset)
        cut = next((reply for reply in reversed(replies) if reply.onset <= met), None)
        after = reply_with(replies, result.reply_onset)
        return replace(
            result,
            before=self._heard_of(cut, cut_off=True) if cut else None,
            after=self.as_far_as_heard(after) if after else None,
        )

    def _was_cut_off(self, reply: Reply) -> bool:
        pause = self._call.agent.pause
        interrupted = any(reply.onset <= stop <= reply.end + pause for stop in self._stops())
        return interrupted or self._dropped(reply) > MUCH or self._says_more_than_was_heard(reply)

    def _says_more_than_was_heard(self, reply: Reply) -> bool:
        """A line that closed, or an agent that stalled, leaves words without their sound."""
        if self._call.is_over and self._call.agent.protocol.goes_on(reply.ids[-1]):
            return True
        letters = sum(map(str.isalnum, self._call.agent.words_of(reply) or ""))
        return letters / FASTEST > reply.end - reply.onset

    def _dropped(self, reply: Reply) -> float:
        playout = self._call.agent.playout
        pieces = [piece for piece in playout.pieces if piece.reply in reply.ids]
        return sum(len(piece.samples) - piece.heard for piece in pieces) / playout.rate

    # -- of both

    def turns(self) -> tuple[Turn, ...]:
        """Who said what, in the order of time."""
        return tuple(sorted([*self._caller_turns(), *self._agent_turns()], key=lambda turn: turn.start))

    def _caller_turns(self) -> Iterable[Turn]:
        for said in self._call.record.utterances:
            if said.start is not None:
                source = "caller's keys" if said.keys else "caller's line"
                yield Turn(Speaker.CALLER, said.start, said.end or self._call.now, said.words, source)

    def _agent_turns(self) -> Iterable[Turn]:
        agent = self._call.agent
        for reply in agent.replies(self._call.now):
            cut_off = self._was_cut_off(reply)
            text, source = self.of(reply, cut_off)
            believed, own_text = agent.belief_about(reply), agent.words_of(reply)
            dropped = self._dropped(reply)
            yield Turn(Speaker.AGENT, reply.onset, reply.end, text, source, dropped, cut_off, believed, own_text)


def reply_with(replies: Iterable[Reply], onset: float | None) -> Reply | None:
    """The one in which the agent was heard to begin at `onset`."""
    if onset is None:
        return None
    return next((reply for reply in replies if reply.end > onset), None)


def _how_to_get_transcripts(adapter: Adapter) -> str:
    if adapter.capabilities.streaming_transcripts:
        return f"the agent '{adapter.name}' sent no words with this reply."
    return (
        f"the agent '{adapter.name}' sends none, and speech to text is not installed "
        '(pip install "robotframework-robotvoice[offline]") or understood nothing.'
    )

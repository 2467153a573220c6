"""What the agent says."""

from __future__ import annotations

from robot.api.deco import keyword

from RobotVoice.durations import Duration
from RobotVoice.evidence.model import Turn
from RobotVoice.keywords.group import KeywordGroup, tell


class AgentKeywords(KeywordGroup):
    """`Agent Replies` in its two forms, and the transcript."""

    @keyword
    def agent_replies(self, timeout: Duration = Duration(30)) -> str:  # noqa: B008 - Libdoc shows it
        """Waits until the agent has finished a whole reply, and returns what it said.

        A reply ends when the agent's side says so and everything was heard, or when the agent has been silent for
        longer than a natural pause (0.7 s), or when it hangs up and does not cut itself off in the middle of a word.
        ``timeout`` is how long to wait for the whole reply.

        The words are the agent's own transcript, or come from speech to text. If neither is to be had, an empty
        text is returned, the log says so, and checks of the words fail with an error.

        Examples:
        | Agent Replies
        | ${answer} =    Agent Replies    timeout=20 s
        """
        words = self.conversation.hear_reply(timeout.seconds)
        tell(f"Agent: {words}" if words is not None else "The agent replied; no transcript of its words is to be had.")
        return words or ""

    @keyword
    def agent_replies_without_waiting(self) -> None:
        """Lets the agent's reply begin in the background and goes on at once: what the caller says next interrupts it.

        Example:
        | User Says    Tell me about my billing
        | Agent Replies Without Waiting
        | User Says    Wait, I meant account support
        """
        self.conversation.expect_reply()

    @keyword
    def get_transcript(self) -> list[Turn]:
        """Returns who said what so far: a list of turns, in the order of time.

        Each turn has ``speaker``, ``start`` and ``end`` (seconds of the call), ``text`` (None if it is not known),
        ``source`` of the words, ``dropped`` (seconds that were sent and never heard) and ``interrupted``.

        Example:
        | ${turns} =    Get Transcript
        | Should Be Equal    ${turns}[0].text    Tell me about my billing
        """
        turns = list(self.library.latest_judgeable().turns())
        for turn in turns:
            tell(f"{turn.start:.1f} s, {turn.speaker.value}: {turn.text if turn.text is not None else '(not known)'}")
        return turns

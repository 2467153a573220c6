"""What all keyword groups share: the library behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.api import logger

from RobotVoice.errors import CallAlreadyOpen, NoCall

if TYPE_CHECKING:
    from RobotVoice import RobotVoice
    from RobotVoice.conversation import Conversation


class KeywordGroup:
    """A group of keywords; `library` holds the call."""

    def __init__(self, library: RobotVoice) -> None:
        self.library = library

    @property
    def conversation(self) -> Conversation:
        """The open call; NoCall if there is none."""
        return self.library.open_conversation()

    def require_free_line(self, keyword: str) -> None:
        """CallAlreadyOpen if a call is open, in the name of a keyword that makes calls of its own."""
        try:
            agent = self.conversation.adapter.name
        except NoCall:
            return
        raise CallAlreadyOpen(
            f"A call to the agent '{agent}' is open, and {keyword} makes calls of its own: use End Call first."
        )


def tell(sentence: str) -> None:
    """A line of plain text in log.html."""
    logger.info(sentence)

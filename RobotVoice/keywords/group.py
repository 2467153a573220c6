"""What all keyword groups share: the library behind them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from robot.api import logger

from RobotVoice.adapters.options import did_you_mean
from RobotVoice.errors import CallAlreadyOpen, InvalidArgument, NoCall

if TYPE_CHECKING:
    from RobotVoice import RobotVoice
    from RobotVoice.conversation import Conversation


_NAMED = re.compile(r"(\w+)=")


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


def yes_or_no(name: str, given: object) -> bool:
    """Robot Framework hands on what it can't read as a truth value as it is, and any word would count as yes."""
    if isinstance(given, bool):
        return given
    raise InvalidArgument(f"The argument {name} is '{given}'; it has to be True or False.")


def refuse_misspelt(keyword: Callable[..., Any], given: Iterable[str], what: str) -> None:
    """Robot Framework gives a keyword that takes any number of `given` the name that it does not know as one of them.

    what: one of these, to begin a sentence with.
    """
    named = next(filter(None, map(_NAMED.match, given)), None)
    if named is None:
        return
    known = [name for name in inspect.signature(keyword).parameters if name != "self"]
    raise InvalidArgument(
        f"{keyword.__name__.replace('_', ' ').title()} has no argument '{named[1]}'{did_you_mean(named[1], known)} "
        f"{what} can't begin with a word and an equals sign."
    )


def tell(sentence: str) -> None:
    """A line of plain text in log.html."""
    logger.info(sentence)

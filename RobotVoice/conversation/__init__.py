"""One call as the keywords see it: synchronous, with a voice, ears, and the results so far."""

from RobotVoice.conversation.conversation import Conversation
from RobotVoice.conversation.expected import Expected
from RobotVoice.conversation.limits import Limits

__all__ = ["Conversation", "Expected", "Limits"]

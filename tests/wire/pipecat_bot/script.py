"""What the bot understands, answers and does, whatever it is told."""

from __future__ import annotations

UNDERSTOOD = ("Tell me about my billing.", "Wait, I meant account support.")
"""What the bot understands of the caller's turns, whatever they say, unless its plan says otherwise."""
LONG_ANSWER = (
    "Let me tell you about your billing.",
    "Your last bill was forty two dollars, and it is due on the first of the month.",
    "You can pay it by card, or in any of our shops.",
)
SHORT_ANSWER = ("I can help you with account support.",)
TOOL = "get_bill"
TOOL_ARGUMENTS = {"month": "May"}

"""What the support line of Hilltop Telephone says. Change it as you like: the words after `says` are spoken.

The topic that the caller named last is the one they want: "Tell me about billing. Wait, I meant account
support" is about support.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """What a caller may ask about: words that name it, and the reply."""

    name: str
    named_by: tuple[str, ...]
    says: str


GREETING = (
    "Thank you for calling Hilltop Telephone. I am your automated assistant. "
    "You can ask me about your bill, your account, our products, or our business hours. "
    "What can I do for you today?"
)

NOT_UNDERSTOOD = (
    "I am sorry, I did not catch that. You can ask me about billing, about account support, "
    "about our products, or about our business hours. Please tell me in a few words what you need."
)

STILL_THERE = "Are you still there?"

NO_SUCH_KEY = (
    "I am sorry, there is nothing on that key. Press one for billing, two for account support, three for our "
    "products, or four for our business hours."
)

TOPICS = (
    Topic(
        "billing",
        ("billing", "bill", "bills", "invoice", "charge", "charged", "payment", "pay", "balance", "building"),
        "Let me tell you about your billing. Your last bill was forty two dollars, and it is due on the "
        "first of the month. You can pay it by card, or in any of our shops.",
    ),
    Topic(
        "support",
        ("support", "account", "password", "login", "log in", "help with my account"),
        "I can help you with account support. You can change your password or your address. Our support "
        "team can also unlock your account.",
    ),
    Topic(
        "features",
        ("feature", "features", "product", "products", "offer", "everything"),
        "We offer many features, so let me go through all of them. Every plan has unlimited calls to any "
        "number in the country. Every plan has voice mail, and it can send you your messages as text. "
        "Call forwarding sends your calls to any other phone while you are away. With a conference call "
        "you can talk to up to eight people at once. The family plan shares one data package between five"
        " phones.",
    ),
    Topic(
        "opening hours",
        ("opening hours", "opening times", "shop", "shops", "store", "stores"),
        "Our shops have long opening hours. They are open from ten in the morning until eight in the "
        "evening, Monday to Saturday.",
    ),
    Topic(
        "business hours",
        ("business hours", "hours", "open", "opened", "closed", "close"),
        "Our business hours are nine to five, Monday to Friday. On Saturday we are here from ten until "
        "two. On Sundays the office is closed.",
    ),
    Topic(
        "cancel",
        ("cancel", "cancellation", "quit", "leave", "terminate", "end my contract"),
        "I am sorry that you want to leave us. To cancel your contract we need one month of notice. You "
        "can keep your phone number when you move to another company.",
    ),
    Topic(
        "human",
        ("human", "person", "somebody", "someone", "operator", "representative", "real agent", "an agent"),
        "Of course, I will connect you to one of my human colleagues. Please stay on the line, the "
        "waiting time is about three minutes.",
    ),
)


def topic_of(text: str) -> Topic | None:
    """The topic that `text` names last; of two that end at the same word, the one with the longer name."""
    heard = " ".join(re.findall(r"[a-z0-9']+", text.lower()))
    named = [
        (found.end(), len(words), topic)
        for topic in TOPICS
        for words in topic.named_by
        for found in re.finditer(rf"\b{re.escape(words)}\b", heard)
    ]
    return max(named, key=lambda name: name[:2])[2] if named else None


def reply_to(text: str) -> str:
    """What the agent says to a caller who said `text`."""
    topic = topic_of(text)
    return topic.says if topic else NOT_UNDERSTOOD


KEYS = {"1": ("one", "billing"), "2": ("two", "support"), "3": ("three", "features"), "4": ("four", "business hours")}
"""How the keys of the telephone are called, and the topics that they stand for."""


def reply_to_keys(keys: str) -> str:
    """What the agent says to a caller who pressed `keys` in a row: the first one that stands for a topic decides."""
    chosen = next((key for key in keys if key in KEYS), None)
    if chosen is None:
        return NO_SUCH_KEY
    name, wanted = KEYS[chosen]
    return f"You pressed {name}. {next(topic.says for topic in TOPICS if topic.name == wanted)}"


def all_replies() -> tuple[str, ...]:
    """Every whole reply of the agent, the likely ones first."""
    return (*(topic.says for topic in TOPICS), NOT_UNDERSTOOD, GREETING, NO_SUCH_KEY)

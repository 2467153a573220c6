"""Short forms, so that "can't", "can not" and "cannot" are one word, and "I'll" is "I will". English. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONG = {"'ll": " will", "'re": " are", "'ve": " have", "i'm": "i am"}
_SHORT = re.compile(r"(?<=[a-z])'(?:ll|re|ve)\b|\bi'm\b")
_IS = re.compile(r"\b(it|that|there|here|what|where|who|he|she)'s\b")
"""Of other words, "'s" is rather a genitive."""
_VERBS = "is are was were do does did have has had could would should must need might"
_DENIED = {verb: f"{verb}n't" for verb in _VERBS.split()} | {"can": "cannot", "will": "won't", "shall": "shan't"}
_WRITTEN = {short.replace("'", ""): short for short in _DENIED.values() if "'" in short}
_WRITTEN |= {"cant": "cannot", "can't": "cannot"}


def in_full(text: str) -> str:
    """`text`, lower-case, with "will", "are", "have", "am" and "is" in full."""
    text = _SHORT.sub(lambda found: _LONG[found[0]], text)
    return _IS.sub(r"\1 is", text)


def denied_in_one_word(words: Sequence[str]) -> list[str]:
    """`words` with each verb and its "not" as one: who is told "you can" was not told "you can not"."""
    found: list[str] = []
    for word in words:
        if word == "not" and found and found[-1] in _DENIED:
            found[-1] = _DENIED[found[-1]]
        else:
            found.append(_WRITTEN.get(word, word))
    return found

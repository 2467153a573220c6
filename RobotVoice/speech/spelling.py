"""How the offline voice has to be given the sounds of a caller who listens or hesitates, to say them as people do."""

from __future__ import annotations

import re

VERSION = "1"
"""Counts the changes of `SPELLINGS`, since caches outlive them."""

SPELLINGS = {
    "mm-hmm": "mmm-hmm",
    "mhm": "mmm-hmm",
    "mmhmm": "mmm-hmm",
    "uh-huh": "uh huh",
    "uhm": "umm",
    "ehm": "umm",
    "erm": "umm",
    "um": "umm",
    "er": "uhh",
    "uh": "uhh",
}
"""It reads "mmhmm" by its letters, "uhm" as "oom" and "er" as in "her" (its phonemes). As they are given here, speech
to text writes down what was meant."""

_WORDS = re.compile(rf"(?<![\w-])({'|'.join(sorted(SPELLINGS, key=len, reverse=True))})(?![\w-])", re.IGNORECASE)


def respelt(text: str) -> str:
    """`text` with each of them as the voice has to be given it; in capitals they are something else, such as an ER."""
    return _WORDS.sub(lambda found: found[1] if found[1].isupper() else SPELLINGS[found[1].lower()], text)

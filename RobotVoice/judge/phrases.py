"""Is a phrase in what was said? Whole words, whatever their case, punctuation or spacing. Pure."""

from __future__ import annotations

import re
import unicodedata

from RobotVoice.errors import InvalidArgument


def mentions(text: str, phrase: str) -> bool:
    """Whether all words of `phrase` stand in `text`, one after the other."""
    said, wanted = words(text), words(phrase)
    if not wanted:
        raise InvalidArgument(f"The phrase '{phrase}' holds no word that could be looked for.")
    return any(said[index : index + len(wanted)] == wanted for index in range(len(said) - len(wanted) + 1))


def words(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, without punctuation or accents."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?", kept)

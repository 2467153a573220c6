"""Is a phrase in what was said? Whole words, whatever their case, punctuation or spacing. Pure."""

from __future__ import annotations

import unicodedata

from RobotVoice.errors import InvalidArgument

_LATIN_ACCENTS = range(0x300, 0x370)
_WRITTEN_WITHOUT_SPACES = (
    range(0x0E00, 0x0F00),  # Thai, Lao
    range(0x1000, 0x10A0),  # Burmese
    range(0x1780, 0x1800),  # Khmer
    range(0x3040, 0x3100),  # Japanese
    range(0x3400, 0xA000),  # Chinese characters
)


def mentions(text: str, phrase: str) -> bool:
    """Whether all words of `phrase` stand in `text`, one after the other."""
    said, wanted = words(text), words(phrase)
    if not wanted:
        raise InvalidArgument(f"The phrase '{phrase}' holds no word that could be looked for.")
    return any(said[index : index + len(wanted)] == wanted for index in range(len(said) - len(wanted) + 1))


def words(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, without punctuation or accents.

    Where words are written without spaces, every character counts as one.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    bare = "".join(character for character in plain if ord(character) not in _LATIN_ACCENTS)
    spaced = "".join(map(_spaced, unicodedata.normalize("NFC", bare)))
    return [word for word in (part.strip("'") for part in spaced.split()) if word]


def _spaced(character: str) -> str:
    # of other scripts than Latin, marks are part of the letter: without them other words would do as well
    if character != "'" and unicodedata.category(character)[0] not in "LMN":
        return " "
    return f" {character} " if any(ord(character) in script for script in _WRITTEN_WITHOUT_SPACES) else character

"""Text and numbers in SVG: escaped, cut to the room that there is, and short."""

from __future__ import annotations

import html
import unicodedata

LETTER = 5.7
"""Mean width of a letter at 11 px, on the safe side: an SVG can't ask how wide its text turned out."""

# Where text crosses a line, the line gives way: the text has an edge in the colour of the page.
EDGE = "paint-order:stroke;stroke:var(--background-color,Canvas);stroke-width:4px;stroke-linejoin:round"


def escaped(words: str) -> str:
    """`words` for HTML and XML. What can't be shown, or would turn the text around it, is left out."""
    return html.escape("".join(filter(_is_shown, " ".join(words.split()))))


def text(
    x: float,
    y: float,
    words: str,
    full: str = "",
    *,
    size: float = 11,
    bold: bool = False,
    italic: bool = False,
    edge: bool = True,
) -> str:
    """A line of text; `full` is what a reader gets who points at it."""
    look = f' font-size="{size:g}"' if size != 11 else ""
    look += ' font-weight="bold"' if bold else ""
    look += ' font-style="italic"' if italic else ""
    look += f' style="{EDGE}"' if edge else ""
    title = f"<title>{escaped(full)}</title>" if full else ""
    return f'<text x="{number(x)}" y="{number(y)}"{look}>{title}{escaped(words)}</text>'


def fitting(words: str, letters: float) -> str:
    """The beginning of `words` in at most so many letters; nothing if there is no room for a word."""
    line = " ".join(words.split())
    if len(line) <= letters:
        return line
    return f"{line[: int(letters) - 1].rstrip(' ,.;')}…" if letters >= 4 else ""


def fitting_end(words: str, letters: float) -> str:
    """The last words of `words`, in about so many letters."""
    line = " ".join(words.split())
    if len(line) <= letters:
        return line
    _, _, whole_words = line[-int(letters) :].partition(" ")
    return f"… {whole_words}" if letters >= 4 and whole_words else ""


def number(value: float) -> str:
    """With at most one decimal: a tenth of a unit is finer than any screen."""
    return f"{value:.1f}".removesuffix(".0")


def _is_shown(character: str) -> bool:
    """Of the format characters (Cf), joiners belong to words and emoji; those that turn text around go."""
    category = unicodedata.category(character)
    if category == "Cf":
        return not ("\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069")
    return category not in {"Cc", "Cs", "Cn"}

"""Where an agent can be interrupted, and where not: a field for every offset and wording. Inline SVG.

Each field says the same by its colour, by its hatching and symbol, and in words, so that it can be read in print and
without colours. How every call of it went is told to the one who points at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from RobotVoice.evidence.model import duration
from RobotVoice.evidence.repetition import counted
from RobotVoice.evidence.timeline.colours import AGENT, FAILED, NEUTRAL, STOPPED
from RobotVoice.evidence.timeline.svg import escaped, fitting, number, text
from RobotVoice.sweep.plan import length
from RobotVoice.sweep.result import CellResult, Standing, Sweep

_GUTTER = 230.0
"""For the wording of a row."""
_WIDTH = 900.0
_WIDEST, _NARROWEST = 130.0, 58.0
_BOLD = 0.58
"""Mean width of a bold letter, against its size."""
_GAP = 3.0
_TOP, _ROW = 40.0, 52.0
_LEGEND = 150.0
_STYLE = (
    "display:block;width:100%;max-width:960px;height:auto;overflow:visible;font-family:Helvetica,Arial,sans-serif;"
    "color:inherit;-webkit-print-color-adjust:exact;print-color-adjust:exact"
)
_LOOKS = {
    Standing.IN_TIME: ("✓", AGENT, ""),
    Standing.SOMETIMES: ("±", STOPPED, "M0 0v14"),
    Standing.TOO_LATE: ("»", STOPPED, "M0 0v14M7 0v14"),
    Standing.NEVER: ("✗", FAILED, "M0 0v14M7 0v14M0 0h14M0 7h14"),
    Standing.DID_NOT_APPLY: ("–", NEUTRAL, ""),  # noqa: RUF001 - the dash of an empty field
    Standing.NOT_JUDGED: ("?", NEUTRAL, "M0 0h14"),
    Standing.NOT_DONE: ("…", NEUTRAL, "M0 0v14"),
}
"""Symbol, colour and hatching (a path in a square of 14)."""


_OPEN = (
    "var d=document.getElementById('{anchor}'),f=d&amp;&amp;d.closest('.rv-fields');"
    "if(f){{f.open=d.open=true;d.scrollIntoView({{block:'nearest'}});d.querySelector('summary').focus()}}return false"
)
"""Not by the address of the page: log.html reads the part behind the # as one of its own."""


def draw(sweep: Sweep, anchors: Sequence[str] = ()) -> str:
    """The picture; it takes the width of the page, up to 960 px.

    anchors: for every field the id of the element that has its calls, "" for one without; none if there is no such
    element at all.
    """
    token = f"rv{uuid4().hex[:10]}"
    columns, rows = sweep.plan.columns, sweep.plan.rows
    wide = max(_NARROWEST, min(_WIDEST, (_WIDTH - _GUTTER) / len(columns)))
    width = max(_WIDTH, _GUTTER + wide * len(columns))
    bottom = _TOP + _ROW * len(rows)
    cells = sweep.cells
    seen = [standing for standing in Standing if standing in {cell.standing for cell in cells}]
    legend, height = _legend(token, seen, bottom + 16, width)
    title = f"What came of {counted(len(sweep.results), 'call')}, by the offset and the wording of the interruption."
    parts = [
        f"<defs>{''.join(_pattern(token, standing) for standing in seen)}</defs>",
        *_heads(columns, wide),
        *_row_heads(cells, len(columns)),
        *(
            _leading_to(anchor, _field(token, cell, index, wide, len(columns)))
            for index, (cell, anchor) in enumerate(zip(cells, anchors or [""] * len(cells), strict=True))
        ),
        *legend,
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rv-heat-map" role="img" '
        f'viewBox="0 0 {number(width)} {number(height)}" aria-labelledby="{token}" style="{_STYLE}" '
        f'fill="currentColor" font-size="11"><title id="{token}">{escaped(title)}</title>{"".join(parts)}</svg>'
    )


def _how_many(cell: CellResult) -> tuple[str, ...]:
    """In time, of those that could be judged; shorter and shorter, for there may be little room."""
    judged = cell.rate.count
    return (f"{cell.rate.hits}/{judged} in time", f"{cell.rate.hits}/{judged}") if judged else (cell.standing.value,)


def _how_soon(cell: CellResult) -> tuple[str, ...]:
    """The median time to silence, if all came to one; shorter and shorter."""
    judged, never = cell.rate.count, cell.count(Standing.NEVER)
    if not judged:
        return ()
    which = "" if never == judged else f"{never} "
    said = (f"{which}never stopped", f"{which}never") if never else (duration(cell.latencies.median.value),)
    unknown = cell.planned - judged
    return (f"{said[0]}, {unknown} unknown", *said) if unknown else said


def _heads(columns: Sequence[float | None], wide: float) -> list[str]:
    if columns == (None,):
        return []
    heads = [text(_GUTTER, 12, "Offset of the interruption", bold=True)]
    for index, offset in enumerate(columns):
        middle = _GUTTER + (index + 0.5) * wide
        label = escaped(length(offset or 0.0))
        heads.append(f'<text x="{number(middle)}" y="30" text-anchor="middle" font-weight="bold">{label}</text>')
    return heads


def _field(token: str, cell: CellResult, index: int, wide: float, columns: int) -> str:
    row, column = divmod(index, columns)
    x, y = _GUTTER + column * wide, _TOP + row * _ROW
    told = [f"{which}. {call.told(cell.limit)}" for which, call in enumerate(cell.calls, start=1)]
    left = cell.planned - len(cell.calls)
    told += [f"{left} not done"] if left else []
    title = f"{cell.cell}: {'; '.join(told)}"
    symbol = _LOOKS[cell.standing][0] + (" ?" if cell.rate.count and cell.is_unknown else "")
    middle, room = number(x + (wide - _GAP) / 2), wide - _GAP - 4
    return (
        f'<g class="rv-field" data-standing="{cell.standing.value}" text-anchor="middle">'
        f"<title>{escaped(title)}</title>"
        f"{_box(token, cell.standing, x, y, wide - _GAP, _ROW - _GAP)}"
        f"{_word(middle, y + 17, symbol, 14)}{_word(middle, y + 31, _longest(_how_many(cell), room, 11), 11)}"
        f"{_word(middle, y + 43, _longest(_how_soon(cell), room, 10), 10)}</g>"
    )


def _leading_to(anchor: str, field: str) -> str:
    if not anchor:
        return field
    looks = "color:inherit;text-decoration:none;cursor:pointer"
    return f'<a href="#{anchor}" style="{looks}" onclick="{_OPEN.format(anchor=anchor)}">{field}</a>'


def _row_heads(cells: Sequence[CellResult], columns: int) -> list[str]:
    return [_row_head(cell, _TOP + row * _ROW) for row, cell in enumerate(cells[::columns])]


def _row_head(cell: CellResult, y: float) -> str:
    phrase = text(0, y + 22, fitting(cell.phrase, (_GUTTER - 10) / 6.2), cell.phrase, bold=True) if cell.phrase else ""
    noise = text(0, y + (37 if phrase else 26), cell.cell.room) if cell.noise else ""
    return phrase + noise


def _longest(variants: Sequence[str], room: float, size: int) -> str:
    """The first that there is room for; the symbol and the legend say it, too."""
    return next((words for words in variants if len(words) * size * _BOLD <= room), "")


def _word(x: str, y: float, words: str, size: int) -> str:
    if not words:
        return ""
    # without an edge, the hatching would run through the letters
    edge = "paint-order:stroke;stroke:var(--background-color,Canvas);stroke-width:3.5px;stroke-linejoin:round"
    return f'<text x="{x}" y="{number(y)}" font-size="{size}" font-weight="bold" style="{edge}">{escaped(words)}</text>'


def _box(token: str, standing: Standing, x: float, y: float, width: float, height: float) -> str:
    colour = _LOOKS[standing][1]
    dashes = ' stroke-dasharray="4 3"' if standing is Standing.NOT_DONE else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" rx="3" '
        f'fill="url(#{token}-{standing.name})" stroke="{colour}" stroke-width="1.5"{dashes}/>'
    )


def _pattern(token: str, standing: Standing) -> str:
    _, colour, lines = _LOOKS[standing]
    hatching = f'<path d="{lines}" stroke="{colour}" stroke-width="2" stroke-opacity=".55"/>' if lines else ""
    ground = ".08" if standing in {Standing.NOT_DONE, Standing.NOT_JUDGED} else ".3"
    return (
        f'<pattern id="{token}-{standing.name}" width="14" height="14" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="14" height="14" fill="{colour}" fill-opacity="{ground}"/>'
        f"{hatching}</pattern>"
    )


def _legend(token: str, seen: Sequence[Standing], top: float, width: float) -> tuple[list[str], float]:
    """Every look that is seen with its meaning, in as many lines as it takes; and where it ends."""
    in_a_line = max(1, int(width // _LEGEND))
    parts = []
    for index, standing in enumerate(seen):
        line, place = divmod(index, in_a_line)
        x, y = place * _LEGEND, top + line * 24
        box = _box(token, standing, x, y, 18, 18)
        sign = f'<g text-anchor="middle">{_word(number(x + 9), y + 13, _LOOKS[standing][0], 12)}</g>'
        parts.append(f"{box}{sign}{text(x + 24, y + 13, standing.value)}")
    return parts, top + ((len(seen) - 1) // in_a_line + 1) * 24 + 4

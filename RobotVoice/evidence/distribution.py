"""How soon the agent stopped, each time: a strip of dots with the median and the 95th percentile above. Inline SVG.

Each interruption is a mark on one axis. What never stopped is an arrow behind the end of the axis; what this machine
was too busy to measure is hollow, and counts for nothing. Nothing is told by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from RobotVoice.evidence.model import Measured
from RobotVoice.evidence.sentences import allowance, figure
from RobotVoice.evidence.statistics import Latencies, Quantile
from RobotVoice.evidence.timeline.colours import AGENT, FAILED
from RobotVoice.evidence.timeline.headings import axis
from RobotVoice.evidence.timeline.layout import Scale
from RobotVoice.evidence.timeline.svg import EDGE, escaped, number, text

_WIDTH = 900
_LEFT, _RIGHT = 300.0, 888.0
_NEVER = 74.0
"""Width of the place behind the axis for what never stopped."""
_TOP = 22.0
_ROW = 38.0
_STYLE = (
    "display:block;width:100%;max-width:960px;height:auto;overflow:visible;font-family:Helvetica,Arial,sans-serif;"
    "color:inherit;-webkit-print-color-adjust:exact;print-color-adjust:exact"
)


@dataclass(frozen=True)
class Stop:
    """A mark of the picture. name: which interruption it is, for the one who points at it."""

    name: str
    latency: Measured


def draw(stops: Sequence[Stop], latencies: Latencies, limit: float | None = None) -> str:
    """The picture; it takes the width of the page, up to 960 px.

    latencies: what the median and the percentile are taken from. limit: the allowed time in seconds, where one is
    known.
    """
    token = f"rv{uuid4().hex[:10]}"
    quantiles = [one for one in (latencies.median, latencies.p95) if one.count]
    scale = _scale(stops, quantiles, limit)
    marks, height = _marks(stops, scale)
    bottom = _TOP + len(quantiles) * _ROW + max(height, 30.0)
    parts = [
        _never(scale, bottom),
        *(_bracket(one, scale, _TOP + 14 + row * _ROW) for row, one in enumerate(quantiles)),
        _gutter(bottom - 14, "Each interruption", _how_many(stops)),
        f'<g transform="translate(0 {number(bottom)})">{"".join(marks)}</g>',
        _limit(limit, scale, bottom),
        axis(scale, bottom + 4),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rv-distribution" role="img" '
        f'viewBox="0 0 {_WIDTH} {number(bottom + 26)}" aria-labelledby="{token}" style="{_STYLE}" '
        f'fill="currentColor" font-size="11"><title id="{token}">{escaped(_title(latencies))}</title>'
        f"{''.join(parts)}</svg>"
    )


def _scale(stops: Sequence[Stop], quantiles: Iterable[Quantile], limit: float | None) -> Scale:
    shown = [stop.latency.value for stop in stops if not stop.latency.at_least]
    shown += [end for one in quantiles for end in (one.low, one.value, one.high) if math.isfinite(end)]
    never = any(stop.latency.at_least for stop in stops)
    end = max([*shown, limit or 0.0, 0.1]) * 1.06
    return Scale(0.0, end, _LEFT, _RIGHT - _NEVER if never else _RIGHT)


def _bracket(quantile: Quantile, scale: Scale, y: float) -> str:
    """In words on the left; on the right from end to end, dashed and with an arrow where there is no end."""
    low, high = (_RIGHT if end == math.inf else scale.clamped(end) for end in (quantile.low, quantile.high))
    x = scale.x(quantile.value) if math.isfinite(quantile.value) else _RIGHT - _NEVER / 2
    closed = math.isfinite(quantile.low), math.isfinite(quantile.high)
    first = f"M{number(low)} {number(y - 6)}v12" if closed[0] else f"M{number(low + 8)} {number(y - 5)}l-8 5l8 5"
    last = f"M{number(high)} {number(y - 6)}v12" if closed[1] else f"M{number(high - 8)} {number(y - 5)}l8 5l-8 5"
    dashes = "" if all(closed) else ' stroke-dasharray="5 4"'
    name = "Median" if quantile.share == 0.5 else f"{quantile.share * 100:g}th percentile"
    return (
        f"{_gutter(y, f'{name}: {quantile.figure}', quantile.interval)}"
        '<g class="rv-quantile" stroke="currentColor" stroke-width="1.8" fill="none">'
        f'<path d="M{number(low)} {number(y)}H{number(high)}"{dashes}/><path d="{first}{last}"/></g>'
        f'<path class="rv-value" d="M{number(x)} {number(y - 7)}l7 7l-7 7l-7 -7z"/>'
    )


def _gutter(y: float, name: str, remark: str) -> str:
    return text(0, y - 1, name, size=12.5, bold=True) + text(0, y + 13, remark)


def _marks(stops: Sequence[Stop], scale: Scale) -> tuple[list[str], float]:
    """Each mark on the lowest free place above its time, over a ground of 0; and how high they lie on each other."""
    radius = _radius(len(stops))
    step = 2 * radius + 1
    marks: list[str] = []
    levels: list[float] = []
    for stop in sorted(stops, key=lambda one: (one.latency.at_least, one.latency.value)):
        x = _RIGHT - _NEVER / 2 if stop.latency.at_least else scale.clamped(stop.latency.value)
        level = next((level for level, taken in enumerate(levels) if x - taken >= step), len(levels))
        levels[level : level + 1] = [x]
        marks.append(_mark(stop, x, -radius - level * step, radius))
    return marks, len(levels) * step


def _radius(count: int) -> float:
    """Smaller where there are many, so that they do not pile up beyond reason."""
    return next((radius for most, radius in ((40, 5.0), (120, 3.5), (400, 2.5)) if count <= most), 1.5)


def _mark(stop: Stop, x: float, y: float, radius: float) -> str:
    name = f"<title>{escaped(f'{stop.name}: {_in_words(stop.latency)}')}</title>"
    colour = FAILED if stop.latency.at_least else AGENT
    ink, kind = f'fill="{colour}"', ""
    if not stop.latency.reliable:
        ink, kind = f'fill="none" stroke="{colour}" stroke-width="1.5"', " rv-unreliable"
    if not stop.latency.at_least:
        place = f'cx="{number(x)}" cy="{number(y)}" r="{radius:g}"'
        return f'<circle class="rv-dot rv-stop{kind}" {place} {ink}>{name}</circle>'
    arrow = f"M{number(x - radius)} {number(y - radius)}l{2 * radius:g} {radius:g}l{-2 * radius:g} {radius:g}z"
    return f'<path class="rv-dot rv-never{kind}" d="{arrow}" {ink}>{name}</path>'


def _in_words(latency: Measured) -> str:
    never = ", never stopped" if latency.at_least else ""
    return f"{figure(latency)}{never}{'' if latency.reliable else ', not reliable'}"


def _never(scale: Scale, bottom: float) -> str:
    if scale.right == _RIGHT:
        return ""
    return (
        f'<path d="M{number(scale.right)} {number(_TOP)}V{number(bottom)}" stroke="currentColor" '
        f'stroke-opacity=".5" stroke-dasharray="1 3"/><text x="{number(_RIGHT - _NEVER / 2)}" '
        f'y="{number(bottom + 18)}" text-anchor="middle" font-size="10.5" opacity=".75">never stopped</text>'
    )


def _limit(limit: float | None, scale: Scale, bottom: float) -> str:
    if limit is None:
        return ""
    x = scale.x(limit)
    return (
        f'<path class="rv-limit" d="M{number(x)} 14V{number(bottom + 4)}" stroke="{FAILED}" stroke-width="1.6" '
        f'stroke-dasharray="7 3"/><text x="{number(min(x, _RIGHT - 40))}" y="10" text-anchor="middle" '
        f'font-weight="bold" style="{EDGE}">allowed {allowance(limit)}</text>'
    )


def _how_many(stops: Sequence[Stop]) -> str:
    never = sum(stop.latency.at_least for stop in stops)
    hollow = sum(not stop.latency.reliable for stop in stops)
    told = [
        f"{len(stops)} in all",
        f"{never} never stopped" if never else "",
        f"{hollow} not reliable" if hollow else "",
    ]
    return ", ".join(filter(None, told))


def _title(latencies: Latencies) -> str:
    if not latencies.values:
        return "No stop was measured."
    return f"How soon the agent stopped in {len(latencies.values)} interruptions: median {latencies.median.figure}."

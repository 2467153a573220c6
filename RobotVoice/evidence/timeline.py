"""The call as a picture: inline SVG with the caller's sound above and the agent's, as heard, below.

The whole call comes first, then each interruption enlarged: a stop takes some hundred milliseconds, which is
a hair's breadth in a call of a minute. The caller's marks stand above the lanes and the agent's below; the
length that matters stands between them, like a measure in a technical drawing.

Text takes the colour of the page, so that it is right in a light and in a dark log.html; the colours of the
lanes are chosen for both. Nothing is told by colour alone.
"""

from __future__ import annotations

import html
import itertools
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import numpy as np

from RobotVoice.audio.frames import Clip
from RobotVoice.evidence.model import CallEvidence, Health, Interruption, Measured, Outcome, Speaker, Turn, duration
from RobotVoice.evidence.sentences import lower_bound, outcome_sentence

CALLER = "#3b82f6"
AGENT = "#0d9f83"
STOPPED = "#d97706"
FAILED = "#e5484d"
NEUTRAL = "#808890"

_GUTTER = 74
_MARGIN = 12
_LANE = 36
_ROW = 15
_COLUMN = 2
_LETTER = 5.7
"""Mean width of a letter at 11 px, on the safe side: an SVG can't ask how wide its text turned out."""

_SHORT_CALL = 8.0
"""A call of at most this length with a single interruption needs no overview, in seconds."""
_LONGEST_VIEW = 7.0
"""What an enlarged view shows at most after the barge-in, in seconds: more, and its bracket is unreadable."""
_MOST_VIEWS = 8
_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)

# Where text crosses a line, the line gives way: the text has an edge in the colour of the page.
_STYLE = (
    "display:block;width:100%;max-width:960px;height:auto;overflow:visible;"
    "font-family:Helvetica,Arial,sans-serif;color:inherit;-webkit-print-color-adjust:exact;print-color-adjust:exact"
)
_EDGE = "paint-order:stroke;stroke:var(--background-color,Canvas);stroke-width:4px;stroke-linejoin:round"


def draw(evidence: CallEvidence, width: int = 900) -> str:
    """The picture of a call, `width` units wide; it takes the width of the page, up to 960 px."""
    token = f"rv{uuid4().hex[:10]}"
    parts: list[str] = []
    height = 0.0
    for panel in _panels(evidence, width, token):
        parts.append(f'<g transform="translate(0 {_n(height)})">{"".join(panel.parts)}</g>')
        height += panel.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rv-timeline" role="img" '
        f'viewBox="0 0 {width} {_n(height)}" '
        f'aria-labelledby="{token}-title {token}-desc" style="{_STYLE}" fill="currentColor" font-size="11">'
        f'<title id="{token}-title">{escaped(_title(evidence))}</title>'
        f'<desc id="{token}-desc">{escaped(_description(evidence))}</desc>'
        f"{_patterns(token)}{''.join(parts)}</svg>"
    )


def escaped(text: str) -> str:
    """`text` for HTML and XML. What can't be shown, or would turn the text around it, is left out."""
    return html.escape("".join(filter(_is_shown, " ".join(text.split()))))


def place(interruption: Interruption, turns: Iterable[Turn]) -> float | None:
    """Where on the call's clock an interruption is shown; None if it left no trace in the call."""
    if interruption.barge_in is not None:
        return interruption.barge_in
    if interruption.cancel_sent is not None:
        return interruption.cancel_sent
    said = (turn.start for turn in turns if turn.speaker is Speaker.CALLER and turn.text == interruption.text)
    fallback = interruption.ear_stop if interruption.ear_stop is not None else interruption.agent_onset
    return next(said, fallback)


# The parts of the picture: panels below each other


@dataclass(frozen=True)
class _Scale:
    """A stretch of the call and where it lies on the picture."""

    start: float
    end: float
    left: float
    right: float

    def x(self, time: float) -> float:
        return self.left + (time - self.start) / (self.end - self.start) * (self.right - self.left)

    def clamped(self, time: float) -> float:
        return self.x(min(max(time, self.start), self.end))

    def shows(self, time: float | None) -> bool:
        return time is not None and self.start <= time <= self.end


@dataclass(frozen=True)
class _Panel:
    parts: list[str]
    height: float


@dataclass(frozen=True)
class _Lanes:
    """Where the two lanes of a panel lie: the top of each."""

    caller: float
    agent: float

    @property
    def bottom(self) -> float:
        return self.agent + _LANE


@dataclass(frozen=True)
class _Mark:
    """A moment with a name."""

    time: float
    label: str
    kind: str
    dashed: bool = False


def _panels(evidence: CallEvidence, width: int, token: str) -> list[_Panel]:
    seen = [one for one in evidence.interruptions if place(one, evidence.turns) is not None]
    chosen = _most_telling(seen)
    panels = []
    if not (len(evidence.interruptions) == 1 and seen and evidence.seconds <= _SHORT_CALL):
        panels.append(_overview(evidence, _Scale(0, max(evidence.seconds, 0.5), _GUTTER, width - _MARGIN), token))
    panels += [_enlarged(evidence, one, width, token) for one in chosen]
    unseen = [f"{one.number}: {outcome_sentence(one)}" for one in evidence.interruptions if one not in seen]
    if len(chosen) < len(seen):
        unseen.append(f"{len(seen) - len(chosen)} more interruptions are in the table only.")
    return panels + [_note(text, width) for text in unseen]


def _most_telling(interruptions: Sequence[Interruption]) -> list[Interruption]:
    """Those that get a view of their own, in the order of the call. What went wrong is chosen first."""
    by_weight = sorted(interruptions, key=lambda one: one.outcome is Outcome.INTERRUPTED)
    return sorted(by_weight[:_MOST_VIEWS], key=lambda one: one.number)


def _overview(evidence: CallEvidence, scale: _Scale, token: str) -> _Panel:
    lanes = _Lanes(caller=38, agent=38 + _LANE + 4)
    parts = [_heading(f"The whole call, {_clock(evidence.seconds)}", scale)]
    if any(one.barge_in is not None for one in evidence.interruptions):
        parts.append(_legend(scale, token))
    parts += _sound(evidence, scale, lanes)
    places: list[float] = []
    badge = -math.inf
    for one in evidence.interruptions:
        time = place(one, evidence.turns)
        if time is None:
            continue
        x = scale.clamped(time)
        badge = max(x - 11, badge + 17)
        parts += [_overlap(one, scale, lanes, token), _line("moment", x, 24, lanes.bottom, time)]
        places.append(badge)
        parts.append(_badge(one, badge, 29))
    parts += _words(evidence, scale, lanes, upper=33, lower=lanes.bottom + 13, badges=places)
    parts.append(_axis(scale, lanes.bottom + 20))
    return _Panel(parts, lanes.bottom + 48)


def _enlarged(evidence: CallEvidence, one: Interruption, width: int, token: str) -> _Panel:
    scale = _view(one, evidence, width)
    shown = [mark for mark in _caller_marks(one, evidence) if scale.shows(mark.time)]
    heard = [mark for mark in _agent_marks(one, evidence) if scale.shows(mark.time)]
    flags_above, rows_above = _flags(shown, scale)
    flags_below, rows_below = _flags(heard, scale)
    top = 26 + rows_above * _ROW
    lanes = _Lanes(caller=top + 18, agent=top + 18 + _LANE + 26)
    below = lanes.bottom + 18

    parts = [_badge(one, 10, 12), _heading(_heading_text(one), scale, left=24)]
    parts += _sound(evidence, scale, lanes)
    parts.append(_overlap(one, scale, lanes, token))
    for mark, row in flags_above:
        far = lanes.caller + _LANE if mark.dashed else lanes.bottom
        parts += _flag(mark, scale.x(mark.time), top - row * _ROW - 4, far)
    for mark, row in flags_below:
        near = lanes.caller if mark.kind == "did-not-happen" else lanes.agent
        parts += _flag(mark, scale.x(mark.time), below + row * _ROW + 10, near)
    parts += _words(evidence, scale, lanes, upper=lanes.caller - 5, lower=lanes.bottom + 13)
    parts += _brackets(one, scale, lanes.caller + _LANE + 13, evidence.health)
    axis = below + rows_below * _ROW + 3
    parts.append(_axis(scale, axis))
    return _Panel(parts, axis + 32)


def _note(text: str, width: int) -> _Panel:
    return _Panel([_text(0, 14, _fitting(text, width / _LETTER), text)], 22)


def _view(one: Interruption, evidence: CallEvidence, width: int) -> _Scale:
    """The stretch of the call around an interruption, with room at its end for the name of the last mark."""
    left, right = _GUTTER, width - _MARGIN
    here = place(one, evidence.turns) or 0.0
    if len(evidence.interruptions) == 1 and evidence.seconds <= _SHORT_CALL:
        start, last = 0.0, max(evidence.seconds - 1.0, here)
    else:
        start, last = max(0.0, here - 1.0), here
    ends = (one.ear_stop, one.wire_stop, one.reply_onset, _talked_until(one))
    last = max([last, *(min(end, here + _LONGEST_VIEW) for end in ends if end is not None)])
    room = 190 / (right - left)
    return _Scale(start, last + max(1.5, (last - start) * room / (1 - room)), left, right)


# The sound of the two lanes


def _sound(evidence: CallEvidence, scale: _Scale, lanes: _Lanes) -> list[str]:
    return [
        *_lane("Caller", "", evidence.caller, evidence.seconds, scale, lanes.caller, CALLER),
        *_lane("Agent", "as heard", evidence.heard, evidence.seconds, scale, lanes.agent, AGENT),
    ]


def _lane(name: str, remark: str, clip: Clip, seconds: float, scale: _Scale, top: float, colour: str) -> list[str]:
    middle = top + _LANE / 2
    left, right = scale.clamped(0), scale.clamped(seconds)
    label = _text(0, middle + (0 if remark else 4), name, size=12, bold=True, edge=False)
    if remark:
        label += _text(0, middle + 13, remark, size=10.5, edge=False)
    ground = f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_LANE}" rx="3"'
    return [
        label,
        f'{ground} fill="{colour}" fill-opacity=".13"/>',
        f'<path class="rv-wave rv-{name.lower()}" d="{_envelope(clip, scale, middle)}" '
        f'stroke="{colour}" stroke-width="1.4" fill="none"/>',
    ]


def _envelope(clip: Clip, scale: _Scale, middle: float) -> str:
    """One upright bar for the peak of each column, over a line of silence."""
    left = scale.left + _COLUMN / 2
    bars = [f"M{_n(scale.left)} {_n(middle)}H{_n(scale.clamped(clip.seconds))}"]
    for column, peak in enumerate(_peaks(clip, scale)):
        half = round(peak * (_LANE / 2 - 2))
        if half:
            bars.append(f"M{_n(left + column * _COLUMN)} {_n(middle - half)}v{2 * half}")
    return "".join(bars)


def _peaks(clip: Clip, scale: _Scale) -> list[float]:
    """The peak of each column, 0..1 of the loudest sample of the whole clip."""
    columns = int((scale.right - scale.left) / _COLUMN)
    if not len(clip.samples):
        return [0.0] * columns
    # A floor of 1 % of full scale: the line noise of a silent side is not blown up to look like speech.
    loudest = max(float(np.abs(clip.samples.astype(np.int32)).max()), 328.0)
    edges = np.linspace(scale.start * clip.rate, scale.end * clip.rate, columns + 1).round().astype(int)
    pieces = (clip.samples[a : max(b, a + 1)] for a, b in itertools.pairwise(edges))
    # A root brings out quiet speech, as the ear does: the tail of a reply is not to look like silence.
    return [math.sqrt(int(np.abs(piece.astype(np.int32)).max(initial=0)) / loudest) for piece in pieces]


def _words(
    evidence: CallEvidence,
    scale: _Scale,
    lanes: _Lanes,
    *,
    upper: float,
    lower: float,
    badges: Sequence[float] = (),
) -> list[str]:
    return [
        *_lane_words([turn for turn in evidence.turns if turn.speaker is Speaker.CALLER], scale, upper, badges),
        *_lane_words([turn for turn in evidence.turns if turn.speaker is Speaker.AGENT], scale, lower),
    ]


def _lane_words(turns: Sequence[Turn], scale: _Scale, y: float, badges: Sequence[float] = ()) -> list[str]:
    visible = sorted((t for t in turns if t.end > scale.start and t.start < scale.end), key=lambda t: t.start)
    parts = []
    for number, turn in enumerate(visible):
        if not turn.text:
            continue
        following = scale.x(visible[number + 1].start) if number + 1 < len(visible) else scale.right
        x, end = _room(scale.clamped(turn.start) + 3, following - 6, badges)
        letters = (end - x) / _LETTER
        # Of a turn that began before the view, its end is what is heard here.
        cut = _fitting_end if turn.start < scale.start and turn.end < scale.end else _fitting
        shown = cut(turn.text, letters)
        if shown:
            parts.append(_text(x, y, shown, f"{turn.speaker.value.capitalize()}: {turn.text}", italic=True))
    return parts


def _room(start: float, end: float, badges: Sequence[float]) -> tuple[float, float]:
    """What the badges in a row of words leave free between `start` and `end`."""
    for badge in sorted(badges):
        if badge + 11 <= start:
            continue
        if badge - 25 > start:
            return start, min(end, badge - 12)
        start = badge + 11
    return start, end


# What happened: marks, flags, brackets


def _caller_marks(one: Interruption, evidence: CallEvidence) -> list[_Mark]:
    if one.barge_in is None:
        return []
    if one.cancel_sent is None:
        return [_mark(one.barge_in, "caller barges in", "barge-in")]
    if abs(one.cancel_sent - one.barge_in) < 0.001:
        return [_mark(one.barge_in, "caller barges in: cancel sent", "barge-in")]
    return [
        _mark(one.barge_in, "caller barges in", "barge-in"),
        _mark(one.cancel_sent, "cancel sent", "cancel", dashed=True),
    ]


def _agent_marks(one: Interruption, evidence: CallEvidence) -> list[_Mark]:
    if one.outcome is Outcome.DID_NOT_HAPPEN:
        return _missed_marks(one, evidence)
    marks = []
    if one.wire_stop is not None:
        marks.append(_mark(one.wire_stop, "agent stops sending", "wire-stop", dashed=True))
    if one.ear_stop is not None and one.outcome is Outcome.INTERRUPTED:
        marks.append(_mark(one.ear_stop, "agent is silent", "ear-stop"))
    if one.outcome is Outcome.KEPT_TALKING and one.watched_until is not None:
        marks.append(_mark(one.watched_until, "watched until here", "watched-until", dashed=True))
    if one.reply_onset is not None:
        marks.append(_mark(one.reply_onset, "agent replies", "reply"))
    return marks


def _missed_marks(one: Interruption, evidence: CallEvidence) -> list[_Mark]:
    time = place(one, evidence.turns)
    marks = [] if time is None else [_mark(time, "no interruption", "did-not-happen", dashed=True)]
    if one.ear_stop is not None and one.ear_stop != time:
        marks.append(_mark(one.ear_stop, "agent had finished", "ear-stop"))
    return marks


def _mark(time: float, label: str, kind: str, dashed: bool = False) -> _Mark:
    return _Mark(time, f"{label}, {time:.2f} s", kind, dashed)


def _flags(marks: Sequence[_Mark], scale: _Scale) -> tuple[list[tuple[_Mark, int]], int]:
    """Each mark with the row of its name, so that no name lies on another or on another's line; and the rows.

    A name stands to the right of its line. Rows are given from right to left: a name that reaches over later
    lines goes beyond all of their rows.
    """
    placed: list[tuple[_Mark, int]] = []
    for mark in sorted(marks, key=lambda one: one.time, reverse=True):
        end = scale.x(mark.time) + 12 + len(mark.label) * _LETTER
        row = max((row + 1 for other, row in placed if scale.x(other.time) < end), default=0)
        placed.append((mark, row))
    return placed, max((row + 1 for _, row in placed), default=0)


def _flag(mark: _Mark, x: float, y: float, far: float) -> list[str]:
    top, bottom = (y - 8, far) if far > y else (far, y)
    return [_line(mark.kind, x, top, bottom, mark.time, mark.dashed), _text(x + 4, y, mark.label)]


def _line(kind: str, x: float, top: float, bottom: float, time: float, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="3 3"' if dashed else ""
    return (
        f'<line class="rv-mark rv-{kind}" data-time="{time:.3f}" x1="{_n(x)}" x2="{_n(x)}" y1="{_n(top)}" '
        f'y2="{_n(bottom)}" stroke="currentColor" stroke-width="{1.3 if dashed else 1.6}"{dashes}/>'
    )


def _talked_until(one: Interruption) -> float | None:
    """How far the agent was heard to talk after the barge-in."""
    if one.outcome is Outcome.INTERRUPTED:
        return one.ear_stop
    return one.watched_until if one.outcome is Outcome.KEPT_TALKING else None


def _colour(one: Interruption) -> str:
    if one.outcome is Outcome.DID_NOT_HAPPEN:
        return NEUTRAL
    return FAILED if one.outcome is Outcome.KEPT_TALKING else STOPPED


def _overlap(one: Interruption, scale: _Scale, lanes: _Lanes, token: str) -> str:
    until = _talked_until(one)
    if one.barge_in is None or until is None:
        return ""
    left, right = scale.clamped(one.barge_in), scale.clamped(until)
    pattern = "failed" if one.outcome is Outcome.KEPT_TALKING else "stopped"
    return (
        f'<rect class="rv-overlap" x="{_n(left)}" y="{_n(lanes.caller)}" width="{_n(max(right - left, 1))}" '
        f'height="{_n(lanes.bottom - lanes.caller)}" fill="url(#{token}-{pattern})">'
        "<title>The caller has barged in and the agent is still heard</title></rect>"
    )


def _brackets(one: Interruption, scale: _Scale, y: float, health: Health) -> list[str]:
    until = _talked_until(one)
    if one.barge_in is None or until is None:
        return []
    parts = [_bracket(one, one.barge_in, until, scale, y, health)]
    answered = one.response_latency, one.caller_end, one.reply_onset
    # Where the caller spoke on after the stop there is room for the second measure, in the same row.
    taken = max(scale.x(until), scale.x(one.barge_in) + len(_stop_label(one)) * 7 + 30)
    if None in answered or scale.clamped(one.caller_end or 0) < taken or not scale.shows(one.reply_onset):
        return parts
    parts.append(_response(one.caller_end or 0, one.reply_onset or 0, one.response_latency, scale, y, health))
    return parts


def _bracket(one: Interruption, start: float, until: float, scale: _Scale, y: float, health: Health) -> str:
    """The measure of the stop: with two ends, or with an arrow where the end was not reached."""
    left, right = scale.x(start), scale.clamped(until)
    is_open = one.outcome is Outcome.KEPT_TALKING
    tip = right + 14 if is_open else right
    far_end = f"M{_n(tip - 8)} {_n(y - 5)}l8 5l-8 5" if is_open else f"M{_n(tip)} {_n(y - 6)}v12"
    label = _stop_label(one)
    return (
        f'<path class="rv-bracket" d="M{_n(left)} {_n(y - 6)}v12M{_n(left)} {_n(y)}H{_n(tip)}{far_end}" '
        f'stroke="{_colour(one)}" stroke-width="2.5" fill="none"/>'
        + _measure(label, left, tip, y, struck=not _is_reliable(one.stop_latency, health), kind="rv-stop-length")
    )


def _response(start: float, end: float, measured: Measured | None, scale: _Scale, y: float, health: Health) -> str:
    left, right = scale.x(start), scale.x(end)
    label = f"{duration(measured.value)} to reply" if measured else ""
    return (
        f'<path class="rv-response" d="M{_n(left)} {_n(y - 4)}v8M{_n(left)} {_n(y)}H{_n(right)}M{_n(right)} '
        f'{_n(y - 4)}v8" stroke="currentColor" stroke-opacity=".7" fill="none"/>'
        + _measure(label, left, right, y, struck=not _is_reliable(measured, health), kind="rv-reply-length", bold=False)
    )


def _measure(label: str, left: float, right: float, y: float, *, struck: bool, kind: str, bold: bool = True) -> str:
    """The length beside its bracket, or upon it where it fits."""
    fits = right - left > len(label) * 7.2 + 36
    x, anchor = ((left + right) / 2, "middle") if fits else (right + 7, "start")
    size = 13 if bold else 11.5
    remark = '<tspan font-weight="normal"> (timing not reliable)</tspan>' if struck else ""
    words = (
        f'<tspan text-decoration="line-through" style="stroke:none">{escaped(label)}</tspan>'
        if struck
        else escaped(label)
    )
    return (
        f'<text class="{kind}" x="{_n(x)}" y="{_n(y + 4.5)}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{"bold" if bold else "normal"}" style="{_EDGE}">{words}{remark}</text>'
    )


def _stop_label(one: Interruption) -> str:
    if one.outcome is Outcome.KEPT_TALKING:
        how_long = f", at least {lower_bound(one.stop_latency.value)}" if one.stop_latency else ""
        return f"kept talking{how_long}"
    return f"{duration(one.stop_latency.value)} to stop" if one.stop_latency else "stopped, not measured"


def _is_reliable(measured: Measured | None, health: Health) -> bool:
    return measured is None or (measured.reliable and health.reliable)


# Headings, axes, small things


def _title(evidence: CallEvidence) -> str:
    return f"Timeline of the call with {evidence.agent}, {_clock(evidence.seconds)}"


def _description(evidence: CallEvidence) -> str:
    said = " ".join(outcome_sentence(one) for one in evidence.interruptions) or "Nobody was interrupted."
    return f"The caller's sound above, the agent's as heard below. {said}"


def _heading_text(one: Interruption) -> str:
    if one.outcome is Outcome.DID_NOT_HAPPEN:
        return outcome_sentence(one)
    words = f"“{one.text}”" if one.text.strip() else "The caller's sound"
    if one.outcome is Outcome.KEPT_TALKING:
        return f"{words}: the agent kept talking"
    return f"{words}: the agent stopped"


def _heading(text: str, scale: _Scale, left: float = 0) -> str:
    return _text(left, 16, _fitting(text, (scale.right - left) / 6.6), text, size=12, bold=True)


def _legend(scale: _Scale, token: str) -> str:
    words = "the caller has barged in, the agent is still heard"
    left = scale.right - len(words) * 5.3
    return (
        f'<rect x="{_n(left - 24)}" y="6" width="18" height="11" fill="url(#{token}-stopped)" '
        f'stroke="{STOPPED}" stroke-width=".7"/>' + _text(left, 15.5, words)
    )


def _badge(one: Interruption, x: float, y: float) -> str:
    return (
        f'<g class="rv-badge"><title>{escaped(outcome_sentence(one))}</title>'
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="8" fill="{_colour(one)}"/>'
        f'<text x="{_n(x)}" y="{_n(y + 4)}" text-anchor="middle" font-weight="bold" fill="#fff">'
        f"{one.number}</text></g>"
    )


def _axis(scale: _Scale, y: float) -> str:
    step = next((s for s in _TICKS if (scale.end - scale.start) / s <= 12), _TICKS[-1])
    first = math.ceil(scale.start / step - 1e-9)
    times = [number * step for number in range(first, math.floor(scale.end / step + 1e-9) + 1)]
    ticks = "".join(f"M{_n(scale.x(time))} {_n(y)}v4" for time in times)
    labels = "".join(
        f'<text class="rv-tick" x="{_n(scale.x(time))}" y="{_n(y + 14)}" data-time="{time:g}">'
        f"{_tick(time, step)}</text>"
        for time in times
    )
    return (
        f'<g text-anchor="middle" font-size="10.5" opacity=".75"><path d="M{_n(scale.left)} {_n(y)}'
        f'H{_n(scale.right)}{ticks}" stroke="currentColor" stroke-width=".8" fill="none"/>{labels}</g>'
    )


def _tick(time: float, step: float) -> str:
    return f"{int(time) // 60}:{int(time) % 60:02}" if step >= 30 else f"{round(time, 1):g} s"


def _clock(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 100 else f"{int(seconds) // 60} min {int(seconds) % 60} s"


def _patterns(token: str) -> str:
    return f"<defs>{_hatching(f'{token}-stopped', STOPPED, 7)}{_hatching(f'{token}-failed', FAILED, 4)}</defs>"


def _hatching(name: str, colour: str, distance: int) -> str:
    return (
        f'<pattern id="{name}" width="{distance}" height="{distance}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="{distance}" height="{distance}" fill="{colour}" '
        f'fill-opacity=".16"/><path d="M0 0v{distance}" stroke="{colour}" stroke-width="2" '
        'stroke-opacity=".6"/></pattern>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    full: str = "",
    *,
    size: float = 11,
    bold: bool = False,
    italic: bool = False,
    edge: bool = True,
) -> str:
    look = f' font-size="{size:g}"' if size != 11 else ""
    look += ' font-weight="bold"' if bold else ""
    look += ' font-style="italic"' if italic else ""
    look += f' style="{_EDGE}"' if edge else ""
    title = f"<title>{escaped(full)}</title>" if full else ""
    return f'<text x="{_n(x)}" y="{_n(y)}"{look}>{title}{escaped(text)}</text>'


def _fitting(text: str, letters: float) -> str:
    """The beginning of `text` in at most so many letters; nothing if there is no room for a word."""
    line = " ".join(text.split())
    if len(line) <= letters:
        return line
    return f"{line[: int(letters) - 1].rstrip(' ,.;')}…" if letters >= 4 else ""


def _fitting_end(text: str, letters: float) -> str:
    """The last words of `text`, in about so many letters."""
    line = " ".join(text.split())
    if len(line) <= letters:
        return line
    _, _, whole_words = line[-int(letters) :].partition(" ")
    return f"… {whole_words}" if letters >= 4 and whole_words else ""


def _is_shown(character: str) -> bool:
    """Of the format characters (Cf), joiners belong to words and emoji; those that turn text around go."""
    category = unicodedata.category(character)
    if category == "Cf":
        return not ("\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069")
    return category not in {"Cc", "Cs", "Cn"}


def _n(value: float) -> str:
    """A number with at most one decimal: a tenth of a unit is finer than any screen."""
    return f"{value:.1f}".removesuffix(".0")

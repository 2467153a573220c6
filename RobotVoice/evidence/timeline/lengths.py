"""How long it took: the hatched overlap, and the brackets with their lengths."""

from __future__ import annotations

from RobotVoice.evidence.model import Health, Interruption, Measured, Outcome, duration
from RobotVoice.evidence.sentences import lower_bound, talked_over_after
from RobotVoice.evidence.timeline import colours
from RobotVoice.evidence.timeline.layout import Lanes, Scale
from RobotVoice.evidence.timeline.svg import EDGE, escaped, number


def talked_until(one: Interruption) -> float | None:
    """How far the agent was heard to talk after the barge-in."""
    if one.outcome is Outcome.INTERRUPTED:
        return one.ear_stop
    return one.watched_until if one.outcome is Outcome.KEPT_TALKING else None


def overlap(one: Interruption, scale: Scale, lanes: Lanes, token: str) -> str:
    """Both lanes hatched where the agent was heard after the barge-in."""
    until = talked_until(one)
    if one.barge_in is None or until is None or one.was_silent:
        return ""
    left, right = scale.clamped(one.barge_in + talked_over_after(one)), scale.clamped(until)
    pattern = "failed" if one.outcome is Outcome.KEPT_TALKING else "stopped"
    return (
        f'<rect class="rv-overlap" x="{number(left)}" y="{number(lanes.caller)}" '
        f'width="{number(max(right - left, 1))}" height="{number(lanes.bottom - lanes.caller)}" '
        f'fill="url(#{token}-{pattern})"><title>The caller has barged in and the agent is still heard</title></rect>'
    )


def brackets(one: Interruption, scale: Scale, y: float, health: Health) -> list[str]:
    """The measure of the stop, and that of the reply where there is room for it."""
    until = talked_until(one)
    if one.barge_in is None or until is None:
        return []
    parts = [_stop(one, one.barge_in, until, scale, y, health)]
    answered = one.response_latency, one.caller_end, one.reply_onset
    # Where the caller spoke on after the stop there is room for the second measure, in the same row.
    taken = max(scale.x(until), scale.x(one.barge_in) + len(_stop_label(one)) * 7 + 30)
    if None in answered or scale.clamped(one.caller_end or 0) < taken or not scale.shows(one.reply_onset):
        return parts
    parts.append(_response(one.caller_end or 0, one.reply_onset or 0, one.response_latency, scale, y, health))
    return parts


def _stop(one: Interruption, start: float, until: float, scale: Scale, y: float, health: Health) -> str:
    """The measure of the stop: with two ends, or with an arrow where the end was not reached."""
    is_open = one.outcome is Outcome.KEPT_TALKING
    left, right = scale.clamped(start + talked_over_after(one) if is_open else start), scale.clamped(until)
    tip = right + 14 if is_open else right
    far_end = f"M{number(tip - 8)} {number(y - 5)}l8 5l-8 5" if is_open else f"M{number(tip)} {number(y - 6)}v12"
    label = _stop_label(one)
    return (
        f'<path class="rv-bracket" d="M{number(left)} {number(y - 6)}v12M{number(left)} {number(y)}'
        f'H{number(tip)}{far_end}" stroke="{colours.of(one)}" stroke-width="2.5" fill="none"/>'
        + _measure(label, left, tip, y, struck=not _is_reliable(one.stop_latency, health), kind="rv-stop-length")
    )


def _response(start: float, end: float, measured: Measured | None, scale: Scale, y: float, health: Health) -> str:
    left, right = scale.x(start), scale.x(end)
    label = f"{duration(measured.value)} to reply" if measured else ""
    return (
        f'<path class="rv-response" d="M{number(left)} {number(y - 4)}v8M{number(left)} {number(y)}'
        f'H{number(right)}M{number(right)} {number(y - 4)}v8" stroke="currentColor" stroke-opacity=".7" fill="none"/>'
        + _measure(label, left, right, y, struck=not _is_reliable(measured, health), kind="rv-reply-length", bold=False)
    )


def _measure(label: str, left: float, right: float, y: float, *, struck: bool, kind: str, bold: bool = True) -> str:
    """The length beside its bracket, or upon it where it fits."""
    fits = right - left > len(label) * 7.2 + 36
    x, anchor = ((left + right) / 2, "middle") if fits else (right + 7, "start")
    size = 13 if bold else 11.5
    remark = '<tspan font-weight="normal"> (timing not reliable)</tspan>' if struck else ""
    shown = (
        f'<tspan text-decoration="line-through" style="stroke:none">{escaped(label)}</tspan>'
        if struck
        else escaped(label)
    )
    return (
        f'<text class="{kind}" x="{number(x)}" y="{number(y + 4.5)}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{"bold" if bold else "normal"}" style="{EDGE}">{shown}{remark}</text>'
    )


def _stop_label(one: Interruption) -> str:
    if one.outcome is Outcome.KEPT_TALKING:
        talked = one.stop_latency.value - talked_over_after(one) if one.stop_latency else None
        how_long = "" if talked is None else f", at least {lower_bound(talked)}"
        return f"kept talking{how_long}"
    if one.was_silent:
        return "stayed silent"
    return f"{duration(one.stop_latency.value)} to stop" if one.stop_latency else "stopped, not measured"


def _is_reliable(measured: Measured | None, health: Health) -> bool:
    return measured is None or (measured.reliable and health.reliable)

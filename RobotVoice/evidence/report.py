"""What log.html shows under a test: the sentence, the figure, the picture, the sound, then the tables."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape

from RobotVoice.evidence import continuing, page
from RobotVoice.evidence.model import (
    CallEvidence,
    Check,
    Health,
    Interruption,
    LineEvent,
    Measured,
    Mode,
    Outcome,
    Turn,
    duration,
)
from RobotVoice.evidence.sentences import (
    NOT_MEASURED,
    FigureRow,
    figure,
    figure_rows,
    keys_pressed,
    lower_bound,
    outcome_sentence,
    said,
    talked_over_after,
    timestamp,
)
from RobotVoice.evidence.timeline import draw, escaped, place
from RobotVoice.evidence.verdict_table import LEAD_IN, verdict_table

_HOW = {
    Mode.CANCEL: "the cancel was sent, and the caller spoke",
    Mode.VAD: "the caller spoke, without a cancel",
    Mode.KEYS: "the caller pressed keys of the telephone",
}

_AT_ONCE = 0.02
"""Seconds between two moments that are one to the reader: a frame."""

_EARS = {
    "left": "Left ear: caller. Right ear: agent, as heard.",
    "right": "Right ear: caller. Left ear: agent, as heard.",
}


def render(evidence: CallEvidence, link: str | None, embed: bytes | None = None) -> str:
    """The report of a call as HTML for Robot Framework's log.

    link: the percent-encoded URL of the stereo recording, as seen from log.html. embed: the recording
    itself, a WAV file, to be put into the page instead.
    """
    parts = [
        _headline(evidence),
        other_checks(evidence.checks),
        _warning(evidence.health),
        _notes(evidence.notes),
        _lines(evidence),
        _figures(evidence),
        _picture_and_sound(evidence, link, embed),
        verdict_table(evidence.checks, plays=bool(evidence.seconds and (link or embed))),
        _transcript(evidence.turns),
        _table(evidence.interruptions, evidence.health),
        _details(evidence),
    ]
    return page.block(*parts)


def metadata(evidence: CallEvidence) -> dict[str, str]:
    """The headline figures for the metadata of a test.

    Numbers and fixed words only: Robot formats metadata values, so they hold nothing that anybody said.
    """
    several = len(evidence.interruptions) > 1
    shown = {}
    for one in evidence.interruptions:
        number = f" {one.number}" if several else ""
        shown[f"Stop latency{number}"] = _stop_metadata(one, evidence.health)
        if one.response_latency is not None:
            shown[f"Response latency{number}"] = _with_health(one.response_latency, evidence.health)
    return shown


def headline(evidence: CallEvidence) -> tuple[str, bool | None]:
    """The sentence that says how the call went, and whether that is a pass; None where nothing was judged."""
    check = weightiest(evidence.checks)
    if check is not None:
        return check.sentence, check.passed
    if evidence.summary:
        return evidence.summary, None
    if evidence.interruptions:
        one = next((o for o in evidence.interruptions if o.outcome is not Outcome.INTERRUPTED), None)
        return outcome_sentence(one or evidence.interruptions[0]), None
    if not evidence.seconds:
        return f"The call with {evidence.agent} never opened.", None
    return f"The call with {evidence.agent} lasted {evidence.seconds:.1f} s; nobody was interrupted.", None


# Sentence, figures, sound


def weightiest(checks: Iterable[Check]) -> Check | None:
    """A failure first, then what could not be checked; of what passed, the one with a limit says most."""
    order: dict[bool | None, int] = {False: 0, None: 1, True: 2}
    return min(checks, key=lambda check: (order[check.passed], check.limit is None), default=None)


def _headline(evidence: CallEvidence) -> str:
    sentence, passed = headline(evidence)
    badge = verdict(passed) if evidence.checks else ""
    ended = f"<p>{escaped(evidence.ended)}</p>" if evidence.ended else ""
    return f'<p class="rv-headline">{badge}{escaped(sentence)}</p>{ended}'


def verdict(passed: bool | None) -> str:
    """A verdict as a word in a frame."""
    if passed is None:
        return '<span class="rv-verdict rv-unknown">? Not checked</span>'
    if passed:
        return '<span class="rv-verdict rv-passed">✓ Passed</span>'
    return '<span class="rv-verdict rv-failed">✗ Failed</span>'


def _warning(health: Health) -> str:
    if health.reliable:
        return ""
    why = health.sentence or "This machine did not keep the call's time."
    return f'<p class="rv-warning"><b>The figures are not to be trusted.</b> {escaped(why)}</p>'


def _notes(notes: tuple[str, ...]) -> str:
    return "".join(f"<p>{escaped(note)}</p>" for note in notes)


def _lines(evidence: CallEvidence) -> str:
    """What the line was like, in a sentence; one that lasted as long as the call needs no times."""
    told = []
    for line in evidence.lines:
        whole = line.start < _AT_ONCE and line.end > evidence.seconds - _AT_ONCE
        when = "" if whole else f" {_span(line.start, line.end)}"
        told.append(f"On the line{when}: {line.description}.")
    return _notes(tuple(told))


def _span(start: float, end: float) -> str:
    """From when to when; what begins and ends at what is written as one moment is told by its length."""
    first, last = timestamp(start), timestamp(end)
    return f"for {duration(end - start)} at {first}" if first == last else f"from {first} to {last}"


def _figures(evidence: CallEvidence) -> str:
    several = len(evidence.interruptions) > 1
    tiles = "".join(_tile(one, evidence, several) for one in evidence.interruptions)
    return f'<div class="rv-figures">{tiles}</div>' if tiles else ""


def _tile(one: Interruption, evidence: CallEvidence, several: bool) -> str:
    number, caption = _large(one)
    if not _is_trusted(one.stop_latency, evidence.health):
        number = f"<s>{number}</s>"
        caption += ", not reliable"
    which = f'<span class="rv-which">{one.number}</span> ' if several else ""
    colour = "" if one.outcome is Outcome.INTERRUPTED or _was_wanted(one, evidence.checks) else " rv-failed"
    what = f"<br>{escaped(said(one))}" if said(one) else ""
    return (
        f'<div class="rv-tile"><div class="rv-number{colour}">{number}</div>{which}'
        f'<b>{caption}</b><span class="rv-soft">{what}</span></div>'
    )


def _was_wanted(one: Interruption, checks: tuple[Check, ...]) -> bool:
    """An agent that has to keep talking did nothing wrong: whatever was checked of the interruption held."""
    rulings = [check.passed for check in checks if check.interruption == one.number]
    return bool(rulings) and all(rulings)


def _large(one: Interruption) -> tuple[str, str]:
    """The one figure to remember, with its unit small, and what it is."""
    if one.outcome is Outcome.DID_NOT_HAPPEN:
        return "none", "the interruption did not happen"
    if one.stop_latency is None:
        return "?", "the stop was not measured"
    if one.outcome is Outcome.KEPT_TALKING or one.stop_latency.at_least:
        talked = one.stop_latency.value - talked_over_after(one)
        return small_unit(f"≥ {lower_bound(talked)}"), "kept talking over the caller"
    if one.was_silent:
        return small_unit(duration(one.stop_latency.value)), "it was silent, and stayed so"
    return small_unit(duration(one.stop_latency.value)), "from the barge-in to silence"


def small_unit(length: str) -> str:
    """A large figure, such as "412 ms", whose unit need not be."""
    number, unit = length.rsplit(" ", 1)
    return f"{number} <small>{unit}</small>"


def _picture_and_sound(evidence: CallEvidence, link: str | None, embed: bytes | None) -> str:
    """A call that never opened has neither."""
    return draw(evidence) + _player(evidence, link, embed) if evidence.seconds else ""


def _player(evidence: CallEvidence, link: str | None, embed: bytes | None) -> str:
    source = _source(link, embed)
    if source is None:
        return '<p class="rv-soft">The call was not recorded.</p>'
    buttons = "".join(_hear(one, evidence) for one in evidence.interruptions)
    save = "" if embed is not None else f'<a href="{source}" download>Save the recording</a>'
    return (
        f'<div class="rv-player"><audio controls preload="metadata" src="{source}"></audio>{buttons}'
        f'<span class="rv-soft">{_EARS[evidence.caller_ear]} {save}</span></div>'
    )


def _source(link: str | None, embed: bytes | None) -> str | None:
    if embed is not None:
        return f"data:audio/wav;base64,{base64.b64encode(embed).decode('ascii')}"
    return escape(link) if link else None


def _hear(one: Interruption, evidence: CallEvidence) -> str:
    moment = place(one, evidence.turns)
    if moment is None:
        return ""
    start = max(0.0, moment - LEAD_IN)
    which = f" {one.number}" if len(evidence.interruptions) > 1 else " it"
    return page.hear_button(start, f"▶ Hear{which}, from {timestamp(start)}")


# Tables


def other_checks(checks: tuple[Check, ...]) -> str:
    """The judgements that are not the headline."""
    first = weightiest(checks)
    others = [check for check in checks if check is not first]
    lines = "".join(f"<li>{_sign(check.passed)} {escaped(check.sentence)}</li>" for check in others)
    return f'<ul class="rv-checks">{lines}</ul>' if lines else ""


def _sign(passed: bool | None) -> str:
    if passed is None:
        return '<b class="rv-unknown" title="could not be checked">?</b>'
    return '<b class="rv-passed" title="passed">✓</b>' if passed else '<b class="rv-failed" title="failed">✗</b>'


def _transcript(turns: tuple[Turn, ...]) -> str:
    if not turns:
        return ""
    head = ("Time", "Who", "Words heard", "Where the words come from", "Received, never heard")
    return page.table("Transcript", head, [_turn_cells(turn) for turn in sorted(turns, key=lambda t: t.start)])


def _turn_cells(turn: Turn) -> list[str]:
    words = escaped(keys_pressed(turn.text)) if turn.text else '<i class="rv-soft">not known</i>'
    if turn.interrupted:
        words += ' <span class="rv-soft">— cut off by the caller</span>'
    if turn.believed is not None:
        words += f'<br><span class="rv-soft rv-small">The agent believes that it said: {escaped(turn.believed)}</span>'
    return [
        f'<span class="rv-time">{_when(turn)}</span>',
        f"<b>{turn.speaker.value.capitalize()}</b>",
        f'<span class="rv-words">{words}</span>',
        escaped(turn.source),
        f"{turn.dropped:.1f} s" if turn.dropped > 0 else "",
    ]


def _when(turn: Turn) -> str:
    first, last = timestamp(turn.start), timestamp(turn.end)
    return first if first == last else f"{first} to {last}"


def _table(interruptions: tuple[Interruption, ...], health: Health) -> str:
    if not interruptions:
        return ""
    named = figure_rows(interruptions[0])
    head = ["Interruption", *(row.name for row in named)]
    meanings = "; ".join(f"<b>{row.name}</b>: {row.meaning}" for row in named)
    table = page.table("Figures", head, [_figure_cells(one, health) for one in interruptions])
    return f'{table}<p class="rv-soft rv-small">{meanings}.</p>'


def _figure_cells(one: Interruption, health: Health) -> list[str]:
    values = [_figure_cell(row, health) for row in figure_rows(one)]
    return [f'<span class="rv-words">{_what_happened(one)}</span>', *values]


def _figure_cell(row: FigureRow, health: Health) -> str:
    if row.value == NOT_MEASURED:
        return f'<span class="rv-soft">{row.value}</span>'
    if row.reliable and health.reliable:
        return f'<span class="rv-time">{row.value}</span>'
    return f'<s class="rv-time">{row.value}</s><br>not reliable'


def _what_happened(one: Interruption) -> str:
    facts = [one.outcome.value + (f" ({one.reason.rstrip('.')})" if one.reason else ""), one.trigger]
    if one.mode is not None:
        facts.append(_HOW[one.mode])
    if one.stopped_by is not None:
        facts.append(f"stopped by: {one.stopped_by.value}")
    if one.gave_way_after is not None:
        facts.append(f"the caller gave way after {duration(one.gave_way_after)}")
    if one.times_said > 1:
        facts.append(f"said {one.times_said} times")
    if one.resumed:
        facts.append("then it went on with its old reply")
    facts += continuing.facts(one)
    facts.append(one.note)
    what = said(one) or "the caller's sound"
    told = escaped("; ".join(filter(None, facts)))
    return f'<b>{one.number}.</b> {escaped(what)}<br><span class="rv-soft rv-small">{told}</span>'


def _details(evidence: CallEvidence) -> str:
    health = f"<p>{_health(evidence.health)}</p>" if evidence.health.frames else ""
    lines = [_event_cells(event) for event in evidence.events]
    journal = page.table("", ("Time", "What", "Detail"), lines) if lines else ""
    if not health and not journal:
        return ""
    title = "Journal of the line, and how well this machine kept time" if health else "Journal of the line"
    return f"<details><summary>{title}</summary>{health}{journal}</details>"


def _event_cells(event: LineEvent) -> list[str]:
    return [
        f'<span class="rv-time">{event.time:.3f} s</span>',
        escaped(event.kind),
        f'<span class="rv-words">{escaped(event.detail)}</span>',
    ]


def _health(health: Health) -> str:
    dry = f"{health.underrun * 1000:.0f} ms in {health.underruns} gaps" if health.underruns else "never"
    return (
        f"{health.frames} frames of 20 ms went out; the latest was {_milliseconds(health.late_max)} late, "
        f"99 of 100 at most {_milliseconds(health.late_p99)}; "
        f"{health.over_20ms:.1%} were more than 20 ms late. "
        f"At its end the line was {_milliseconds(health.drift)} off its clock. "
        f"The agent's audio ran dry in the middle of a sound: {dry}."
    )


# Figures in words


def _is_trusted(measured: Measured | None, health: Health) -> bool:
    return measured is None or (health.reliable and measured.reliable)


def _with_health(measured: Measured, health: Health) -> str:
    return figure(measured) + ("" if _is_trusted(measured, health) else " (not reliable)")


def _stop_metadata(one: Interruption, health: Health) -> str:
    if one.outcome is Outcome.DID_NOT_HAPPEN:
        return "none, the interruption did not happen"
    return figure(None) if one.stop_latency is None else _with_health(one.stop_latency, health)


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"

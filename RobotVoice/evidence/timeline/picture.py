"""The whole picture: its panels below each other, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from RobotVoice.evidence.model import CallEvidence, Interruption, Outcome
from RobotVoice.evidence.sentences import outcome_sentence
from RobotVoice.evidence.timeline import colours
from RobotVoice.evidence.timeline.detail import enlarged, is_all_in_one
from RobotVoice.evidence.timeline.layout import Panel, clock, place
from RobotVoice.evidence.timeline.overview import overview
from RobotVoice.evidence.timeline.svg import LETTER, escaped, fitting, number, text

_MOST_VIEWS = 8
_STYLE = (
    "display:block;width:100%;max-width:960px;height:auto;overflow:visible;"
    "font-family:Helvetica,Arial,sans-serif;color:inherit;-webkit-print-color-adjust:exact;print-color-adjust:exact"
)


def draw(evidence: CallEvidence, width: int = 900) -> str:
    """The picture of a call, `width` units wide; it takes the width of the page, up to 960 px."""
    token = f"rv{uuid4().hex[:10]}"
    parts: list[str] = []
    height = 0.0
    for panel in _panels(evidence, width, token):
        parts.append(f'<g transform="translate(0 {number(height)})">{"".join(panel.parts)}</g>')
        height += panel.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rv-timeline" role="img" '
        f'viewBox="0 0 {width} {number(height)}" '
        f'aria-labelledby="{token}-title {token}-desc" style="{_STYLE}" fill="currentColor" font-size="11">'
        f'<title id="{token}-title">{escaped(_title(evidence))}</title>'
        f'<desc id="{token}-desc">{escaped(_description(evidence))}</desc>'
        f"{colours.patterns(token)}{''.join(parts)}</svg>"
    )


def _title(evidence: CallEvidence) -> str:
    return f"Timeline of the call with {evidence.agent}, {clock(evidence.seconds)}"


def _description(evidence: CallEvidence) -> str:
    said = " ".join(outcome_sentence(one) for one in evidence.interruptions) or "Nobody was interrupted."
    return f"The caller's sound above, the agent's as heard below. {said}"


def _panels(evidence: CallEvidence, width: int, token: str) -> list[Panel]:
    seen = [one for one in evidence.interruptions if place(one, evidence.turns) is not None]
    chosen = _most_telling(seen)
    panels = []
    if not (seen and is_all_in_one(evidence)):
        panels.append(overview(evidence, width, token))
    panels += [enlarged(evidence, one, width, token) for one in chosen]
    unseen = [f"{one.number}: {outcome_sentence(one)}" for one in evidence.interruptions if one not in seen]
    if len(chosen) < len(seen):
        unseen.append(f"{len(seen) - len(chosen)} more interruptions are in the table only.")
    return panels + [_note(sentence, width) for sentence in unseen]


def _most_telling(interruptions: Sequence[Interruption]) -> list[Interruption]:
    """Those that get a view of their own, in the order of the call. What went wrong is chosen first."""
    by_weight = sorted(interruptions, key=lambda one: one.outcome is Outcome.INTERRUPTED)
    return sorted(by_weight[:_MOST_VIEWS], key=lambda one: one.number)


def _note(sentence: str, width: int) -> Panel:
    return Panel([text(0, 14, fitting(sentence, width / LETTER), sentence)], 22)

"""One interruption enlarged: the marks of both sides with their names, and the length that matters."""

from __future__ import annotations

from RobotVoice.evidence.model import CallEvidence, Interruption, Mode, Outcome
from RobotVoice.evidence.sentences import keys_pressed, outcome_sentence
from RobotVoice.evidence.timeline.band import band, band_height
from RobotVoice.evidence.timeline.headings import axis, badge, heading
from RobotVoice.evidence.timeline.layout import GUTTER, LANE, MARGIN, Lanes, Panel, Scale, place
from RobotVoice.evidence.timeline.lengths import brackets, overlap, talked_until
from RobotVoice.evidence.timeline.marks import agent_marks, caller_marks, flag, in_rows
from RobotVoice.evidence.timeline.waveform import sound
from RobotVoice.evidence.timeline.words import words

_ROW = 15
_SHORT_CALL = 8.0
"""A call of at most this length with a single interruption needs no overview, in seconds."""
_LONGEST_VIEW = 7.0
"""What an enlarged view shows at most after the barge-in, in seconds: more, and its bracket is unreadable."""


def is_all_in_one(evidence: CallEvidence) -> bool:
    """The enlarged view of its interruption shows the whole call."""
    return len(evidence.interruptions) == 1 and evidence.seconds <= _SHORT_CALL


def enlarged(evidence: CallEvidence, one: Interruption, width: int, token: str) -> Panel:
    scale = _view(one, evidence, width)
    flags_above, rows_above = in_rows(caller_marks(one), scale)
    flags_below, rows_below = in_rows(agent_marks(one, evidence), scale)
    top = 26 + rows_above * _ROW
    lanes = Lanes(caller=top + 18, agent=top + 18 + LANE + 26)
    below = lanes.bottom + 18

    parts = [badge(one, 10, 12), heading(_heading_text(one), scale, left=24)]
    parts += sound(evidence, scale, lanes)
    parts.append(overlap(one, scale, lanes, token))
    for mark, row in flags_above:
        far = lanes.caller + LANE if mark.dashed else lanes.bottom
        parts += flag(mark, scale.x(mark.time), top - row * _ROW - 4, far)
    for mark, row in flags_below:
        near = lanes.caller if mark.kind == "did-not-happen" else lanes.agent
        parts += flag(mark, scale.x(mark.time), below + row * _ROW + 10, near)
    parts += words(evidence, scale, upper=lanes.caller - 5, lower=lanes.bottom + 13)
    parts += brackets(one, scale, lanes.caller + LANE + 13, evidence.health)
    bottom = below + rows_below * _ROW + 3 + band_height(evidence)
    parts += band(evidence, scale, bottom - band_height(evidence))
    parts.append(axis(scale, bottom))
    return Panel(parts, bottom + 32)


def _heading_text(one: Interruption) -> str:
    if one.outcome is Outcome.DID_NOT_HAPPEN:
        return outcome_sentence(one)
    said = "The caller's sound"
    if one.mode is Mode.KEYS:
        said = f"The caller {keys_pressed(one.text)}"
    elif one.text.strip():
        said = f"“{one.text}”"
    if one.outcome is Outcome.KEPT_TALKING:
        return f"{said}: the agent kept talking"
    return f"{said}: the agent {'stayed silent' if one.was_silent else 'stopped'}"


def _view(one: Interruption, evidence: CallEvidence, width: int) -> Scale:
    """The stretch of the call around an interruption, with room at its end for the name of the last mark."""
    left, right = GUTTER, width - MARGIN
    here = place(one, evidence.turns) or 0.0
    if is_all_in_one(evidence):
        start, last = 0.0, max(evidence.seconds - 1.0, here)
    else:
        start, last = max(0.0, here - 1.0), here
    ends = (one.ear_stop, one.wire_stop, one.reply_onset, talked_until(one))
    last = max([last, *(min(end, here + _LONGEST_VIEW) for end in ends if end is not None)])
    room = 190 / (right - left)
    return Scale(start, last + max(1.5, (last - start) * room / (1 - room)), left, right)

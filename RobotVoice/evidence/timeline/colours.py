"""The colours, right in a light and in a dark log.html, and the hatchings that say the same without colour."""

from __future__ import annotations

from RobotVoice.evidence.model import Interruption, Outcome

CALLER = "#3b82f6"
AGENT = "#0d9f83"
STOPPED = "#d97706"
FAILED = "#e5484d"
NEUTRAL = "#808890"


def of(one: Interruption) -> str:
    """The colour of what came of an interruption."""
    if one.outcome is Outcome.DID_NOT_HAPPEN:
        return NEUTRAL
    return FAILED if one.outcome is Outcome.KEPT_TALKING else STOPPED


def patterns(token: str) -> str:
    """The hatchings of an overlap; `token` keeps their ids apart from those of other pictures on the page."""
    return f"<defs>{_hatching(f'{token}-stopped', STOPPED, 7)}{_hatching(f'{token}-failed', FAILED, 4)}</defs>"


def _hatching(name: str, colour: str, distance: int) -> str:
    return (
        f'<pattern id="{name}" width="{distance}" height="{distance}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="{distance}" height="{distance}" fill="{colour}" '
        f'fill-opacity=".16"/><path d="M0 0v{distance}" stroke="{colour}" stroke-width="2" '
        'stroke-opacity=".6"/></pattern>'
    )

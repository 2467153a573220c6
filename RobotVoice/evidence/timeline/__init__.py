"""The call as a picture: inline SVG with the caller's sound above and the agent's, as heard, below.

The whole call comes first, then each interruption enlarged: a stop takes some hundred milliseconds, which is
a hair's breadth in a call of a minute. The caller's marks stand above the lanes and the agent's below; the
length that matters stands between them, like a measure in a technical drawing.

Text takes the colour of the page, so that it is right in a light and in a dark log.html; the colours of the
lanes are chosen for both. Nothing is told by colour alone.
"""

from __future__ import annotations

from RobotVoice.evidence.timeline.layout import place
from RobotVoice.evidence.timeline.picture import draw
from RobotVoice.evidence.timeline.svg import escaped

__all__ = ["draw", "escaped", "place"]

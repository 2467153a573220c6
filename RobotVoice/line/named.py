"""The lines that have a name, and where their numbers come from."""

from __future__ import annotations

from RobotVoice.line.conditions import CLEAN, Codec, Conditions

LINES = {
    line.name: line
    for line in (
        CLEAN,
        # ITU-T G.711 mu-law in the telephone's band, 300 to 3400 Hz; a wire loses nothing.
        Conditions("phone", codec=Codec.G711),
        # 3GPP TS 23.203, table 6.1.7: conversational voice (QCI 1) may lose 1 % of its packets, on either side of the
        # call. That two go in a row, as in a short fade, and that the level drifts by 3 dB, are our choice.
        Conditions("mobile", codec=Codec.MOBILE, loss=0.02, burst=2.0, wander=3.0),
        # The model is ITU-T G.1050 (2007)'s, Gilbert and Elliott's; the numbers are our choice. For comparison: ITU-T
        # Y.1541 wants 0.1 % of loss and 50 ms of jitter at most for speech.
        Conditions("bad wifi", loss=0.08, burst=3.0, jitter=0.08),
    )
}
"""By name."""

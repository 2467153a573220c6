"""An agent that hangs up in mid-reply takes nothing of the call away: not from the evidence, not from the recording."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from stand_ins.calls import calling
from stand_ins.everyone import EVERYONE
from stand_ins.server import Plan, StandIn
from stand_ins.sound import clip

from RobotVoice.conversation import Expected
from RobotVoice.errors import CallEnded
from RobotVoice.evidence import measure

HUNG_UP = r"^The agent('s side closed the line with code 1011: out of tokens| hung up: assistant-ended-call)\.$"


@pytest.mark.parametrize("name", EVERYONE)
def test_a_hang_up_in_mid_reply_keeps_the_recording(name: str, tmp_path: Path) -> None:
    session, adapter = EVERYONE[name]
    with StandIn(session, Plan(hangs_up_after=1.0)) as server, calling(adapter(server.url)) as conversation:
        conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
        with pytest.raises(CallEnded, match=HUNG_UP):
            conversation.hear_reply(10.0)
        evidence = conversation.evidence()
        recording = conversation.keep_recording(tmp_path, name)
    assert sum(span.seconds for span in measure.sounds(evidence.heard)) == pytest.approx(1.0, abs=0.1)
    assert len(evidence.caller.samples) / evidence.caller.rate == pytest.approx(evidence.seconds, abs=0.1)
    sound, rate = soundfile.read(recording, always_2d=True)
    assert sound.shape[1] == 2
    assert len(sound) / rate == pytest.approx(evidence.seconds, abs=0.1)
    assert abs(sound).max(axis=0) == pytest.approx(abs(sound).max(), rel=0.5), "both sides are in it"

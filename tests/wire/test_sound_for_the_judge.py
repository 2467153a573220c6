"""What a judge that takes sound hears of a real call: what was heard of it, and nothing of what was dropped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from test_demo_process import Demo
from test_sounds_and_pauses import QUESTION, call, spoken

from RobotVoice.audio.frames import Clip
from RobotVoice.conversation import Conversation, Expected
from RobotVoice.demo.faults import Faults
from RobotVoice.evidence.model import Mode
from RobotVoice.judge.casefile import case_file
from RobotVoice.judge.excerpt import RATE, excerpt

RINGING = 2
"""What a resampler leaves around speech, as a sample: nobody hears it."""
CHANGE = "Wait, I meant account support"


def changes_their_mind(conversation: Conversation) -> None:
    conversation.say(QUESTION, spoken(QUESTION), None, Expected.STOP)
    conversation.expect_reply()
    conversation.say(CHANGE, spoken(CHANGE), Mode.CANCEL, Expected.STOP, after=1.0)
    conversation.hear_reply(30.0)


def test_it_hears_the_recording_and_nothing_that_was_dropped(tmp_path: Path) -> None:
    def check(demo: Demo, conversation: Conversation) -> None:
        (one,) = conversation.interruptions()
        assert one.ear_stop is not None
        assert one.reply_onset is not None
        case = case_file(conversation.turns(), (one,), seconds=conversation.seconds)
        given = excerpt(one, case, conversation.sound)
        assert given is not None

        recorded, rate = soundfile.read(conversation.save_recording(tmp_path / "call.wav"), dtype="int16")
        part = recorded[round(given.start * rate) : round(given.end * rate)]
        for side, clip in enumerate((given.caller, given.agent)):
            assert clip.rate == RATE
            same = Clip(np.ascontiguousarray(part[:, side]), rate).at_rate(RATE).samples
            kept = len(clip.samples) - RATE // 10  # the call went on between the two
            assert 0 <= len(same) - len(clip.samples) < RATE // 10
            assert np.array_equal(clip.samples[:kept], same[:kept])
            assert np.abs(clip.samples).max() > 1000

        dropped = [piece.unheard for piece in conversation._call.agent.playout.pieces]
        assert np.abs(np.concatenate(dropped)).max() > 1000
        silence = one.ear_stop + 0.1 - given.start, one.reply_onset - 0.1 - given.start
        between = given.agent.samples[slice(*(round(moment * RATE) for moment in silence))]
        assert np.abs(between).max() <= RINGING

    call(tmp_path, Faults(bursts=True), changes_their_mind, check)

"""Recordings in which a voice leaks into the other side's channel. Truth: who says what when is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from by_hand import noise

from RobotVoice.errors import InvalidArgument
from RobotVoice.evidence.model import Outcome
from RobotVoice.recording.call import RecordedCall
from RobotVoice.recording.listen import Channel

RATE = 8000
Track = npt.NDArray[np.float64]


def voice(seed: int, *spans: tuple[float, float], seconds: float = 20.0) -> Track:
    """Syllables of 200 ms, and 60 ms between them."""
    track = np.zeros(round(seconds * RATE))
    for start, end in spans:
        for begin in np.arange(start, end, 0.26):
            first = round(begin * RATE)
            sound = noise(0.2, seed=seed + first)
            track[first : first + len(sound)] += sound
    return track


def leaked(track: Track, decibels: float, late: float = 0.0) -> Track:
    lag = round(late * RATE)
    moved = np.concatenate((np.zeros(lag), track[: len(track) - lag]))
    return np.asarray(moved * 10 ** (decibels / 20))


def analysed(folder: Path, caller: Track, agent: Track) -> RecordedCall:
    path = folder / "call.wav"
    both = np.clip(np.column_stack((caller, agent)), -32768, 32767).astype(np.int16)
    soundfile.write(path, both, RATE)
    return RecordedCall(path, Channel.LEFT, 0.7, 5.0)


CALLER, AGENT = voice(1, (1, 3), (8, 10)), voice(2, (4, 7), (11, 14))
"""They take turns: nobody ever speaks over anybody."""


@pytest.mark.parametrize(("decibels", "late"), [(-3, 0.0), (-6, 0.0), (-9, 0.0), (-6, 0.2), (-14, 0.45), (-20, 0.45)])
def test_the_agent_in_the_callers_channel_interrupts_nobody(tmp_path: Path, decibels: float, late: float) -> None:
    call = analysed(tmp_path, CALLER + leaked(AGENT, decibels, late), AGENT)
    assert call.interruptions() == []
    assert call.found.talk_overs == ()
    (told,) = call.problems()
    assert told.startswith("The agent's voice is heard in the caller's channel, too, first at 0:04.")


def test_each_in_the_others_channel(tmp_path: Path) -> None:
    call = analysed(tmp_path, CALLER + leaked(AGENT, -6), AGENT + leaked(CALLER, -6))
    assert call.interruptions() == []
    assert len(call.problems()) == 2


def test_what_is_really_said_over_the_agent_still_counts(tmp_path: Path) -> None:
    caller, agent = voice(1, (1, 3), (6, 9)), voice(2, (4, 6.5), (10, 13))
    call = analysed(tmp_path, caller + leaked(agent, -9), agent)
    (one,) = call.interruptions()
    assert one.outcome is Outcome.INTERRUPTED
    assert one.barge_in == pytest.approx(6.0, abs=0.11)
    assert one.stop_latency is not None
    assert abs(one.stop_latency.value - 0.54) <= one.stop_latency.uncertainty


@pytest.mark.parametrize("late", [0.002, 0.012, 0.1])
def test_who_is_as_loud_in_both_can_not_be_told_apart(tmp_path: Path, late: float) -> None:
    both = CALLER + AGENT
    with pytest.raises(InvalidArgument, match="hold the same voices, as loud in one as in the other"):
        analysed(tmp_path, leaked(both, 0, late), both)


def test_an_announcement_to_both_is_neither_sides(tmp_path: Path) -> None:
    announced = voice(3, (0.5, 2.5))
    caller, agent = voice(1, (8, 10), (15, 16)), voice(2, (4, 7), (11, 14))
    call = analysed(tmp_path, announced + caller, announced + agent)
    assert [turn.speaker.value for turn in call.found.turns] == ["agent", "caller", "agent", "caller"]
    (told,) = call.problems()
    assert told == "What is as loud in one channel as in the other, first at 0:00.5, counts as nobody's."


def test_a_quiet_caller_who_is_turned_up_is_not_taken_for_the_original(tmp_path: Path) -> None:
    call = analysed(tmp_path, leaked(CALLER, -25) + leaked(AGENT, -20, 0.45), AGENT)
    assert call.interruptions() == []
    assert [turn.speaker.value for turn in call.found.turns] == ["caller", "agent", "caller", "agent"]

"""Is the agent's stop where it was, on every line? Voices made from code, through the way down, heard by the core."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from by_hand import speech

from RobotVoice.adapters.events import AgentAudio
from RobotVoice.audio import frames
from RobotVoice.audio.frames import Pcm, frame_length
from RobotVoice.call.loss import Lost, heard_through, lost
from RobotVoice.call.playout import Playout
from RobotVoice.evidence import measure
from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.evidence.tracks import Tracks
from RobotVoice.line.conditions import Conditions, Direction
from RobotVoice.line.named import LINES
from RobotVoice.line.way import Way

PAUSE = 0.7
BEGIN, SECONDS = 0.5, 4.0
LATER = 7.0
EDGE = 2 * RESOLUTION
"""Seconds that the figures allow for the two edges of a length, as `OWN_UNCERTAINTY` says, for one of them."""


def heard(line: Conditions, voice: Pcm, rate: int) -> tuple[Pcm, list[Lost], float]:
    """What a caller hears of `voice`, what of it was lost, and how late it is."""
    way, playout = Way(line, Direction.DOWN, rate), Playout(rate)
    length = frame_length(rate)
    for at in range(0, len(voice), length):
        carried = way.carry(voice[at : at + length])
        piece = playout.receive(at / rate, AgentAudio(carried.samples, "a", ""), way.delay)
        piece.lost = carried.lost
    return playout.heard(LATER), lost(playout.pieces, rate), way.delay


def agent(rate: int, seed: int, pauses_at: float = 0.0) -> tuple[Pcm, float]:
    """An agent that speaks from `BEGIN` on and is cut off in a vowel, or thereabouts; and when it was."""
    said = speech(SECONDS, seed=seed, rate=rate)
    loud = np.flatnonzero(np.abs(said.astype(int)) > 2000)
    said = said[: loud[-1] + 1]
    if pauses_at:
        at = round(pauses_at * rate)
        said[at : at + round(0.4 * rate)] = 0
    silence = frames.silence(BEGIN, rate), frames.silence(LATER - BEGIN - SECONDS + 1.0, rate)
    return np.concatenate((silence[0], said, silence[1])), BEGIN + len(said) / rate


def listen(track: Pcm, rate: int) -> list[measure.Span]:
    tracks = Tracks(rate, rate)
    tracks.hear(np.zeros_like(track), track)
    return tracks.agent()


@pytest.mark.parametrize("seed", range(1, 7))
@pytest.mark.parametrize("rate", [8000, 24000])
@pytest.mark.parametrize("name", LINES)
def test_the_stop_is_within_its_uncertainty(name: str, rate: int, seed: int) -> None:
    voice, stop = agent(rate, seed)
    track, losses, delay = heard(replace(LINES[name], seed=seed), voice, rate)
    spans = heard_through(listen(track, rate), losses, PAUSE)
    last = measure.stretches(spans, PAUSE)[-1]
    assert abs(last.end - delay - stop) <= last.end_doubt + EDGE
    assert last.end_doubt < 0.35, "what is uncertain by more than half a pause says nothing"


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_line_that_loses_much_makes_no_stop_of_a_pause(seed: int) -> None:
    """The agent pauses for 0.4 s and then talks on: whatever is lost around that, no stop is proven there."""
    voice, stop = agent(8000, seed, pauses_at=1.5)
    track, losses, delay = heard(Conditions(loss=0.4, burst=10.0, seed=seed), voice, 8000)
    spans = heard_through(listen(track, 8000), losses, PAUSE)
    last = measure.stretches(spans, PAUSE)[-1]
    assert measure.fell_silent(spans, BEGIN + 1.0, PAUSE) == pytest.approx(last.end)
    assert abs(last.end - delay - stop) <= last.end_doubt + EDGE

"""Where sound is, from the samples alone."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import RATE, noise, track
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.audio.frames import Clip, silence
from RobotVoice.evidence.measure import (
    QUIETEST,
    Span,
    both,
    fell_silent,
    levels,
    sounds,
    stretches,
    threshold,
)


def edges(clip: Clip) -> list[tuple[float, float]]:
    return [(round(span.start, 3), round(span.end, 3)) for span in sounds(clip)]


def over_noise(level: float, clip: Clip) -> Clip:
    """The same call on a noisy line."""
    hiss = noise(clip.seconds, level, clip.rate, seed=9)[: len(clip.samples)]
    return Clip((clip.samples.astype(np.int32) + hiss).clip(-32768, 32767).astype(np.int16), clip.rate)


def test_silence_has_no_sound() -> None:
    assert edges(track(2.0)) == []
    assert edges(track(0.0)) == []
    assert threshold(levels(track(0.0))) == QUIETEST


def test_the_edges_of_sound() -> None:
    assert edges(track(5.0, (1.0, 2.0), (3.005, 4.01))) == [(1.0, 2.0), (3.005, 4.01)]


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 24000, 44100])
def test_the_edges_stay_on_the_clock_at_every_rate(rate: int) -> None:
    ((start, end),) = edges(track(120.0, (100.0, 110.0), rate=rate))
    assert (start, end) == pytest.approx((100.0, 110.0), abs=0.006)


@pytest.mark.parametrize("hiss", [-60.0, -50.0, -45.0])
def test_noise_of_the_line_is_no_sound(hiss: float) -> None:
    found = edges(over_noise(hiss, track(5.0, (1.0, 2.0), (3.0, 4.0))))
    assert np.asarray(found).flatten() == pytest.approx([1.0, 2.0, 3.0, 4.0], abs=0.006)


def test_a_few_words_in_a_long_noisy_call_are_found() -> None:
    (found,) = edges(over_noise(-45, track(60.0, (30.0, 31.0))))
    assert found == pytest.approx((30.0, 31.0), abs=0.006)


@pytest.mark.parametrize("level", [-10.0, -30.0, -45.0])
def test_a_quiet_agent_is_heard(level: float) -> None:
    assert edges(track(5.0, (1.0, 2.0), level=level)) == [(1.0, 2.0)]


def test_what_nobody_hears_is_no_sound() -> None:
    assert edges(track(5.0, (1.0, 2.0), level=-55.0)) == []


def test_a_click_is_no_sound_and_a_dip_is_no_gap() -> None:
    assert edges(track(2.0, (1.0, 1.01))) == []
    assert edges(track(2.0, (1.0, 1.2), (1.21, 1.5))) == [(1.0, 1.5)]
    assert edges(track(2.0, (1.0, 1.2), (1.4, 1.41))) == [(1.0, 1.2)]
    assert edges(track(2.0, (1.0, 1.2), (1.22, 1.5))) == [(1.0, 1.2), (1.22, 1.5)]


def test_the_beginning_of_a_word_that_was_cut_off_is_no_click() -> None:
    assert edges(track(2.0, (1.0, 1.2), (1.3, 1.31))) == [(1.0, 1.2), (1.3, 1.31)]


def test_sound_from_the_first_sample_to_the_last() -> None:
    assert edges(track(2.0, (0.0, 2.0))) == [(0.0, 2.0)]


def test_an_echo_of_the_caller_that_is_far_below_the_agent() -> None:
    quiet = track(5.0, (3.0, 4.0), level=-52.0).samples
    assert edges(Clip(track(5.0, (1.0, 2.0)).samples + quiet, RATE)) == [(1.0, 2.0)]


def test_natural_pauses_are_joined() -> None:
    spans = [Span(0, 1), Span(1.6, 2), Span(2.7, 3)]
    assert stretches(spans, 0.7) == [Span(0, 2), Span(2.7, 3)]
    assert stretches([], 0.7) == []


@pytest.mark.parametrize(("moment", "when"), [(0.5, None), (1.0, 3.0), (2.2, 3.0), (3.5, 3.0), (5.0, 6.0)])
def test_when_it_fell_silent(moment: float, when: float | None) -> None:
    assert fell_silent([Span(1, 2), Span(2.5, 3), Span(5, 6)], moment, 0.7) == when


def test_overlap() -> None:
    caller, agent = [Span(2, 4)], [Span(1, 2.5), Span(3, 9)]
    assert both(caller, agent, 0, 10) == pytest.approx(1.5)
    assert both(caller, agent, 2.2, 3.1) == pytest.approx(0.4)
    assert both(caller, [], 0, 10) == 0


@given(st.lists(st.tuples(st.integers(4, 60), st.integers(4, 60)), max_size=6))
def test_every_sound_is_found_whatever_the_pattern(pattern: list[tuple[int, int]]) -> None:
    """Bursts and gaps of 20 ms and more, in pieces of 5 ms."""
    bursts, now = [], 0
    for gap, length in pattern:
        bursts.append(((now + gap) * 0.005, (now + gap + length) * 0.005))
        now += gap + length
    found = sounds(track((now + 4) * 0.005, *bursts))
    assert len(found) == len(bursts)
    for span, (start, end) in zip(found, bursts, strict=True):
        assert (span.start, span.end) == pytest.approx((start, end))


def test_levels_leave_out_what_fills_no_piece() -> None:
    assert len(levels(Clip(silence(0.012, RATE), RATE))) == 2

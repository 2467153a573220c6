"""Where sound is, from the samples alone."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import RATE, noise, speech, track
from hypothesis import given, settings
from hypothesis import strategies as st

from RobotVoice.audio.frames import Clip
from RobotVoice.evidence.measure import Span, both, doubt, fell_silent, sounds, stretches


def edges(clip: Clip) -> list[tuple[float, float]]:
    return [(round(span.start, 3), round(span.end, 3)) for span in sounds(clip)]


def mixed(clip: Clip, *others: np.ndarray[tuple[int], np.dtype[np.int16]]) -> Clip:
    """The same call with something else on its line."""
    total = clip.samples.astype(np.int32) + sum(other[: len(clip.samples)].astype(np.int32) for other in others)
    return Clip(total.clip(-32768, 32767).astype(np.int16), clip.rate)


def over_noise(level: float, clip: Clip) -> Clip:
    return mixed(clip, noise(clip.seconds, level, clip.rate, seed=9))


def test_silence_has_no_sound() -> None:
    assert edges(track(2.0)) == []
    assert edges(track(0.0)) == []
    assert edges(track(0.004)) == []


def test_the_edges_of_sound() -> None:
    assert edges(track(5.0, (1.0, 2.0), (3.005, 4.01))) == [(1.0, 2.0), (3.005, 4.01)]


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 24000, 44100, 96000])
def test_the_edges_stay_on_the_clock_at_every_rate(rate: int) -> None:
    ((start, end),) = edges(track(60.0, (50.0, 55.0), rate=rate))
    assert (start, end) == pytest.approx((50.0, 55.0), abs=0.006)


@pytest.mark.parametrize("hiss", [-60.0, -50.0, -45.0, -40.0])
def test_noise_of_the_line_is_no_sound(hiss: float) -> None:
    found = edges(over_noise(hiss, track(5.0, (1.0, 2.0), (3.0, 4.0))))
    assert np.asarray(found).flatten() == pytest.approx([1.0, 2.0, 3.0, 4.0], abs=0.006)


def test_a_few_words_in_a_long_noisy_call_are_found() -> None:
    (found,) = edges(over_noise(-45, track(60.0, (30.0, 31.0))))
    assert found == pytest.approx((30.0, 31.0), abs=0.006)


@pytest.mark.parametrize("frequency", [50, 60])
def test_hum_is_no_sound_and_hides_none(frequency: int) -> None:
    wave = np.sin(2 * np.pi * frequency * np.arange(8 * RATE) / RATE)
    hum = (1400 * (wave + 0.3 * wave**3)).astype(np.int16)
    words = np.concatenate((np.zeros(2 * RATE, np.int16), speech(3.0)))
    quiet = Clip(np.zeros(8 * RATE, np.int16), RATE)
    assert edges(mixed(quiet, hum)) == []
    (talk,) = stretches(sounds(mixed(quiet, hum, np.pad(words, (0, 3 * RATE)))), 0.7)
    assert (talk.start, talk.end) == pytest.approx((2.0, 5.0), abs=0.02)


def test_noise_that_a_line_puts_where_nobody_speaks_is_no_sound() -> None:
    """Comfort noise comes up as the agent stops."""
    words = np.concatenate((speech(3.0), noise(3.0, -48.0)))
    (talk,) = stretches(sounds(Clip(words, RATE)), 0.7)
    assert (talk.start, talk.end) == pytest.approx((0.0, 3.0), abs=0.02)


@pytest.mark.parametrize("level", [-10.0, -30.0, -38.0])
def test_a_quiet_agent_is_heard(level: float) -> None:
    words = np.concatenate((np.zeros(RATE, np.int16), speech(2.0, level=level), np.zeros(RATE, np.int16)))
    (talk,) = stretches(sounds(Clip(words, RATE)), 0.7)
    assert (talk.start, talk.end) == pytest.approx((1.0, 3.0), abs=0.05)


def test_what_nobody_hears_is_no_sound() -> None:
    assert edges(track(5.0, (1.0, 2.0), level=-55.0)) == []


def test_a_click_is_no_sound_and_a_dip_is_no_gap() -> None:
    assert edges(track(2.0, (1.0, 1.01))) == []
    assert edges(track(2.0, (1.0, 1.015))) == [(1.0, 1.015)]
    assert edges(track(2.0, (1.0, 1.2), (1.21, 1.5))) == [(1.0, 1.5)]
    assert edges(track(2.0, (1.0, 1.2), (1.4, 1.41))) == [(1.0, 1.2)]
    assert edges(track(2.0, (1.0, 1.2), (1.22, 1.5))) == [(1.0, 1.2), (1.22, 1.5)]


def test_the_beginning_of_a_word_that_was_cut_off_is_no_click() -> None:
    assert edges(track(2.0, (1.0, 1.2), (1.3, 1.31))) == [(1.0, 1.2), (1.3, 1.31)]


def test_sound_from_the_first_sample_to_the_last() -> None:
    assert edges(track(2.0, (0.0, 2.0))) == [(0.0, 2.0)]


def test_a_sharp_edge_is_beyond_doubt() -> None:
    (span,) = sounds(track(3.0, (1.0, 2.0)))
    assert (span.start_doubt, span.end_doubt) == (0.0, 0.0)


def test_the_edge_of_a_fade_is_in_doubt() -> None:
    """As far as 3 dB more or less would move it."""
    sharp = track(3.0, (1.0, 2.0)).samples.astype(np.float64)
    sharp[RATE : 2 * RATE] *= 10 ** (np.linspace(0, -60, RATE) / 20)
    (span,) = sounds(Clip(sharp.astype(np.int16), RATE))
    assert span.end == pytest.approx(1.5, abs=0.03)
    assert span.start_doubt == 0.0
    assert 0.02 <= span.end_doubt <= 0.08


def test_the_edge_of_a_word_in_noise_is_in_doubt() -> None:
    (quieter,) = sounds(over_noise(-50, track(5.0, (1.0, 2.0))))
    (louder,) = sounds(over_noise(-40, track(5.0, (1.0, 2.0))))
    assert 0.0 < quieter.end_doubt < louder.end_doubt


def test_natural_pauses_are_joined() -> None:
    spans = [Span(0, 1), Span(1.6, 2, 0.1, 0.2), Span(2.7, 3)]
    assert stretches(spans, 0.7) == [Span(0, 2, 0, 0.2), Span(2.7, 3)]
    assert stretches([], 0.7) == []


@pytest.mark.parametrize(("moment", "when"), [(0.5, None), (1.0, 3.0), (2.2, 3.0), (3.5, 3.0), (5.0, 6.0)])
def test_when_it_fell_silent(moment: float, when: float | None) -> None:
    assert fell_silent([Span(1, 2), Span(2.5, 3), Span(5, 6)], moment, 0.7) == when


def test_overlap() -> None:
    caller, agent = [Span(2, 4)], [Span(1, 2.5), Span(3, 9)]
    assert both(caller, agent, 0, 10) == pytest.approx(1.5)
    assert both(caller, agent, 2.2, 3.1) == pytest.approx(0.4)
    assert both(caller, [], 0, 10) == 0


def test_the_doubt_of_a_moment() -> None:
    spans = [Span(1, 2, 0.01, 0.02), Span(3, 4, 0.03, 0.04)]
    assert [doubt(spans, moment) for moment in (0, 1, 1.5, 2, 3, 4, 5)] == [0, 0.01, 0, 0.02, 0.03, 0.04, 0]


PATTERNS = st.lists(st.tuples(st.integers(4, 60), st.integers(4, 60)), max_size=6)


def bursts(pattern: list[tuple[int, int]]) -> tuple[float, list[tuple[float, float]]]:
    """Gaps and bursts, in pieces of 5 ms."""
    found, now = [], 0
    for gap, length in pattern:
        found.append(((now + gap) * 0.005, (now + gap + length) * 0.005))
        now += gap + length
    return (now + 4) * 0.005, found


@settings(deadline=None)
@given(PATTERNS)
def test_every_sound_is_found_whatever_the_pattern(pattern: list[tuple[int, int]]) -> None:
    seconds, made = bursts(pattern)
    found = sounds(track(seconds, *made))
    assert len(found) == len(made)
    for span, (start, end) in zip(found, made, strict=True):
        assert (span.start, span.end) == pytest.approx((start, end))


@settings(deadline=None)
@given(PATTERNS, PATTERNS)
def test_overlap_is_what_both_share(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    first, second = ([Span(*burst) for burst in bursts(pattern)[1]] for pattern in (one, other))
    every = np.arange(0.0025, 9.0, 0.005)
    inside = [
        np.array([any(s.start < t < s.end for s in spans) for t in every], dtype=bool) for spans in (first, second)
    ]
    during = (every > 0.5) & (every < 2.0)
    assert both(first, second, 0.5, 2.0) == pytest.approx(0.005 * np.count_nonzero(inside[0] & inside[1] & during))

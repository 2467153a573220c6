"""Who is too quiet to be told from noise."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import RATE, vowel
from hypothesis import given
from hypothesis import strategies as some

from RobotVoice.audio.frames import Pcm, empty, silence
from RobotVoice.evidence.softness import LoudestPeaks


def at(decibels: float, seconds: float = 2.0) -> Pcm:
    """A vowel whose peaks have that level."""
    samples = vowel(seconds).astype(np.float64)
    quieter: Pcm = np.rint(samples / np.abs(samples).max() * 32767 * 10 ** (decibels / 20)).astype(np.int16)
    return quieter


def heard(*pieces: Pcm) -> LoudestPeaks:
    peaks = LoudestPeaks(RATE)
    for piece in pieces:
        peaks.hear(piece)
    return peaks


@pytest.mark.parametrize(("decibels", "soft"), [(-10, False), (-16, False), (-22, True), (-40, True)])
def test_who_is_soft(decibels: float, soft: bool) -> None:
    assert heard(silence(1.0, RATE), at(decibels), silence(1.0, RATE)).are_soft(empty()) is soft


def test_who_has_said_little_is_not_soft() -> None:
    assert not heard(silence(2.0, RATE), at(-10, 0.1), silence(2.0, RATE)).are_soft(empty())


def test_who_was_loud_once_is_not_soft_for_being_quiet_later() -> None:
    assert not heard(at(-10, 0.3), at(-30, 20)).are_soft(empty())


@pytest.mark.parametrize("decibels", [-60, -52])
def test_a_line_on_which_nobody_speaks_is_not_soft(decibels: float) -> None:
    assert not heard().are_soft(empty())
    assert not heard(empty(), silence(1.0, RATE)).are_soft(empty())
    assert not heard(at(decibels)).are_soft(empty())


def test_of_who_has_just_begun_nothing_is_known() -> None:
    assert not heard(silence(1.0, RATE), at(-30, 0.1)).are_soft(empty())


def test_what_comes_behind_counts_and_is_not_kept() -> None:
    peaks = heard(at(-30))
    assert not peaks.are_soft(at(-10, 0.3))
    assert peaks.are_soft(empty())


@given(some.lists(some.integers(0, 900), max_size=20), some.sampled_from([-17.0, -21.0]))
def test_how_it_is_cut_changes_nothing(lengths: list[int], decibels: float) -> None:
    whole = at(decibels, 0.5)
    cuts = np.cumsum(lengths)
    assert heard(*np.split(whole, cuts[cuts < len(whole)])).are_soft(empty()) is heard(whole).are_soft(empty())

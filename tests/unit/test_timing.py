"""How well the machine kept time, and how it says so."""

from __future__ import annotations

import pytest

from RobotVoice.call.timing import UplinkTiming


def kept(*late: float) -> UplinkTiming:
    """A frame every 20 ms, each as late as it says."""
    timing = UplinkTiming()
    for index, lateness in enumerate(late):
        timing.sent(index * 0.02, index * 0.02 + lateness)
    return timing


def test_good_timing() -> None:
    health = kept(*[0.001] * 500).health()
    assert health.frames == 500
    assert health.late_max == pytest.approx(0.001)
    assert health.over_20ms == 0
    assert health.reliable
    assert health.sentence == ""


def test_an_early_frame_is_not_late() -> None:
    assert kept(-0.01).worst(0, 0.01) == 0


def test_many_late_frames_are_not_to_be_trusted() -> None:
    health = kept(*[0.03] * 11, *[0.0] * 89).health()
    assert not health.reliable
    assert health.sentence == "This machine was too busy: 11% of the frames were over 20 ms late."
    assert kept(*[0.03] * 10, *[0.0] * 90).health().reliable


def test_neither_is_one_stall() -> None:
    health = kept(*[0.0] * 50, 0.16, *[0.0] * 50).health()
    assert not health.reliable
    assert "stood still for 160 ms" in health.sentence
    assert kept(*[0.0] * 50, 0.14, *[0.0] * 50).health().reliable


def test_only_the_stretch_counts() -> None:
    timing = kept(*[0.0] * 100, 0.5, *[0.0] * 100)
    assert timing.health(0.0, 1.9).reliable
    assert not timing.health(1.9, 2.1).reliable
    assert timing.health(2.1, 3.9).reliable
    assert timing.worst(1.9, 2.1) == pytest.approx(0.5)
    assert timing.worst(2.1, 3.9) == 0
    assert timing.worst(-5.0, 0.1) == 0


def test_the_drift_is_the_lateness_at_the_end() -> None:
    assert kept(0.0, 0.001, 0.002).health().drift == pytest.approx(0.002)


def test_a_stall_that_still_lasts_counts() -> None:
    timing = kept(*[0.0] * 50)  # nothing went out after 0.98 s
    assert timing.health(0.5, 1.01).reliable
    assert not timing.health(0.5, 1.5).reliable
    assert not timing.health(3.0, 4.0).reliable
    assert timing.worst(0.5, 1.5) == pytest.approx(0.5)


def test_where_no_time_was_kept_there_is_none_to_distrust() -> None:
    assert UplinkTiming().health(0.0, 5.0).reliable
    assert UplinkTiming().worst(0.0, 5.0) == 0
    assert UplinkTiming().health().frames == 0


def test_words_torn_apart_are_not_to_be_trusted() -> None:
    timing = kept(*[0.0] * 100)
    timing.ran_dry(1.0, 0.15)
    health = timing.health(0.0, 1.98)
    assert health.underruns == 1
    assert health.underrun == pytest.approx(0.15)
    assert health.reliable
    timing.ran_dry(1.3, 0.1)
    assert timing.health(0.0, 1.98).sentence == (
        "The agent's audio came too late: 250 ms of gaps tore its words apart."
    )


def test_only_the_part_of_a_gap_that_lies_in_the_stretch_counts() -> None:
    timing = kept(*[0.0] * 100)
    timing.ran_dry(1.0, 0.4)
    assert timing.health(0.9, 1.9).underrun == pytest.approx(0.1)
    assert timing.health(1.2, 1.9).underruns == 0

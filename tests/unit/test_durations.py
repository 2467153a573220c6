from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from robot.api import TypeInfo

from RobotVoice.durations import Duration, length_of_time


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("500 ms", 0.5),
        ("1.5 s", 1.5),
        ("1.5s", 1.5),
        ("1 min 2 s", 62),
        ("00:00:01.500", 1.5),
        ("0 s", 0),
        ("1 hour", 3600),
    ],
)
def test_a_time_with_its_unit(written: str, seconds: float) -> None:
    assert length_of_time(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize("written", ["500", " 5 ", "0.5", "5e2", "-5", "+5", 500, 0.5])
def test_a_bare_number_is_refused_and_told_how_to_write_it(written: object) -> None:
    number = str(written).strip(" +-")
    with pytest.raises(ValueError, match=f"has no unit: write '{number} ms' or '{number} s'"):
        length_of_time(written)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("-1 s", "'-1 s' is negative"),
        ("61 min", "'61 min' is longer than an hour"),
        ("soon", "'soon' is not a length of time"),
        ("", "'' is not a length of time"),
        ("nan", "'nan' is not a length of time"),
        ("1e400 s", "is not a length of time"),
        (True, "'True' is not a length of time"),
        (None, "'None' is not a length of time"),
        ([], "is not a length of time"),
    ],
)
def test_what_is_no_usable_time_is_refused_with_its_reason(written: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        length_of_time(written)


def test_a_length_of_time_is_taken_as_it_is() -> None:
    assert length_of_time(timedelta(seconds=2)) == timedelta(seconds=2)
    assert Duration.convert(Duration(2)) == Duration(2)
    assert Duration.convert("1.5 s") == Duration(1.5)


def test_robot_framework_shows_the_reason() -> None:
    info = TypeInfo.from_type_hint(Duration)
    with pytest.raises(ValueError, match=r"Argument 'after' got value '500' .* write '500 ms' or '500 s'"):
        info.convert("500", "after", custom_converters={Duration: Duration.convert})


@given(st.text())
def test_any_text_is_a_time_or_a_value_error(written: str) -> None:
    try:
        length = length_of_time(written)
    except ValueError:
        return
    assert timedelta(0) <= length <= timedelta(hours=1)

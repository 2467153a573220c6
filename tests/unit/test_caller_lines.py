"""A caller with a list of lines, and where these come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from RobotVoice.caller.lines import INTERRUPTIONS, ListCaller, Words, spoken_lines
from RobotVoice.caller.options import DelayRange
from RobotVoice.caller.plan import PlannedTurn, draw_plan
from RobotVoice.errors import InvalidArgument
from RobotVoice.judge.casefile import Line


def nobody_asks() -> list[Line]:
    pytest.fail("a list does not depend on what was heard")


def test_lines_are_said_in_their_order_and_begin_again() -> None:
    caller = ListCaller(["A", "B", "C"], ["x", "y"])
    plan = draw_plan(7, 7, 0.5, DelayRange(1, 1))
    words = [caller.words(turn, nobody_asks) for turn in plan.turns]
    assert [one.line for one in words] == list("ABCABCA")
    assert [one.interruption for one in words] == [turn.pick(["x", "y"]) for turn in plan.turns]
    assert words == [ListCaller(["A", "B", "C"], ["x", "y"]).words(turn, nobody_asks) for turn in plan.turns]


def test_without_interruptions_there_are_ready_made_ones() -> None:
    caller = ListCaller(["A"])
    assert caller.words(PlannedTurn(1, 1.0, 0.99), nobody_asks) == Words("A", INTERRUPTIONS[-1])
    assert list(caller.known()) == ["A", *INTERRUPTIONS]


def test_a_list_as_it_is() -> None:
    assert spoken_lines("lines", [" A ", "B"]) == ("A", "B")


def test_a_file_with_a_line_each(tmp_path: Path) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("\ufeffTell me about my bill\r\n\n  Grüß Gott  \n", encoding="utf-8")
    assert spoken_lines("lines", str(file)) == ("Tell me about my bill", "Grüß Gott")


@pytest.mark.parametrize(("given", "what"), [([], "has no lines"), (["A", " "], "has an empty line")])
def test_nothing_to_say_is_refused(given: list[str], what: str) -> None:
    with pytest.raises(InvalidArgument, match=f"The argument interruptions {what}, so the caller would have nothing"):
        spoken_lines("interruptions", given)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("\n \n")
    with pytest.raises(InvalidArgument, match="The argument lines has no lines"):
        spoken_lines("lines", str(tmp_path / "empty.txt"))


def test_what_is_no_file_is_not_spoken(tmp_path: Path) -> None:
    (tmp_path / "sound.wav").write_bytes(b"RIFF\xff\xfe\x80")
    for path in ("Tell me about my billing", str(tmp_path), str(tmp_path / "sound.wav"), "a\0b"):
        with pytest.raises(InvalidArgument, match="which is no text file that can be read") as refused:
            spoken_lines("lines", path)
        assert "lines=${{['One moment', 'Wait']}}" in str(refused.value)

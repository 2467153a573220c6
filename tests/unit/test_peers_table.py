"""The page of the comparison with the peers, and what their runners print: by hand-written answers."""

import sys
from dataclasses import fields, replace
from math import inf
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1]))  # the benchmarks are no part of the package

from benchmarks.peers import page, results
from benchmarks.peers.results import Answer, Case, Result, Tool

STOPS = Case("paced", 0.3)
NEVER = Case("paced", inf)


def stop(figure: float | None, *, truth: float | None = 0.3, tool: str = "one", **more: object) -> Result:
    return Result(tool, STOPS, truth, Answer(figure=figure, **more))  # type: ignore[arg-type]


def never(figure: float | None, **more: object) -> Result:
    return Result("one", NEVER, None, Answer(figure=figure, **more))  # type: ignore[arg-type]


class TestARunnersLine:
    def test_is_an_answer(self) -> None:
        line = '{"figure": 0.31, "at_least": false, "passed": true, "said": "", "other": {"by its event": 0.9}}\n'

        assert results.answer_of(line) == Answer(figure=0.31, passed=True, other={"by its event": 0.9})

    def test_without_a_figure(self) -> None:
        assert results.answer_of('{"figure": null, "passed": null}') == Answer()

    def test_with_every_field_there_is(self) -> None:
        line = (
            '{"figure": 1, "at_least": true, "passed": false, "warned": true, "said": "a", "other": {}, "error": "b",'
            ' "cpu": 0.01}'
        )

        assert line.count(":") == len(fields(Answer))
        assert results.answer_of(line) == Answer(1, True, False, True, "a", {}, "b", 0.01)

    @pytest.mark.parametrize(
        "line",
        [
            "Traceback (most recent call last):",
            "",
            "[]",
            "{}",
            "0.31",
            '{"figure": "0.31"}',
            '{"figure": true}',
            '{"figure": NaN}',
            '{"passed": "yes"}',
            '{"stop": 0.31}',
            '{"other": {"by its event": null}}',
        ],
    )
    def test_that_means_nothing_is_refused(self, line: str) -> None:
        with pytest.raises(ValueError, match="its runner's answer"):
            results.answer_of(line)


class TestAResult:
    def test_error_is_reported_minus_true(self) -> None:
        assert stop(0.25).error == pytest.approx(-50)

    def test_a_lower_bound_has_no_error(self) -> None:
        assert stop(4.0, at_least=True).error is None

    def test_without_a_truth_there_is_no_error(self) -> None:
        assert stop(0.3, truth=None).error is None

    @pytest.mark.parametrize(
        ("case", "passed", "right"), [(STOPS, True, True), (NEVER, True, False), (NEVER, False, True)]
    )
    def test_a_verdict_is_right_if_only_a_stop_passes(self, case: Case, passed: bool, right: bool) -> None:
        assert Result("one", case, None, Answer(passed=passed)).right is right


class TestTheCellOfAnAgentThatStops:
    def test_has_the_median_and_the_worst_with_their_signs(self) -> None:
        assert page.stop_cell([stop(0.31), stop(0.32), stop(0.2)]) == "+10 / -100"

    def test_counts_what_is_missing(self) -> None:
        found = [stop(0.31), stop(None), stop(4.0, at_least=True)]

        assert page.stop_cell(found) == "+10 / +10; no figure in 2 of 3"

    def test_may_have_no_figure_at_all(self) -> None:
        assert page.stop_cell([stop(None)]) == "no figure"


class TestTheCellOfAnAgentThatNeverStops:
    def test_tells_a_lower_bound_from_a_number(self) -> None:
        found = [never(4.0, at_least=True), never(4.0, at_least=True), never(1.35), never(4.1), never(None)]

        assert page.never_cell(found) == "at least 4.00 s (2); stopped after 1.35 to 4.10 s (2); no figure (1)"


class TestTheVerdicts:
    def test_count_right_ones_of_all_calls(self) -> None:
        found = [
            stop(0.3, passed=True),
            stop(0.3, passed=False),
            stop(0.3, passed=None, warned=True),
            never(1.3, passed=True),
            Result("one", NEVER, None, Answer(error="no answer")),
        ]

        assert page.verdict_cells(found) == ("1 of 3", "0 of 2", "1", "1")

    def test_of_a_tool_that_gives_none(self) -> None:
        assert page.verdict_cells([stop(0.3), never(None)]) == ("no verdict", "no verdict", "0", "0")


class TestTheCellOfRecordings:
    def test_has_sizes_misses_and_false_passes(self) -> None:
        found = [stop(0.31), stop(0.2), stop(None), never(0.02, passed=True), never(5.9, passed=False), never(None)]

        assert page.recording_cell(found) == "55 / 100; missed: 1 of 3; false passes: 1 of 3"

    def test_has_nothing_but_sizes_where_all_is_well(self) -> None:
        assert page.recording_cell([stop(0.29), never(5.0, at_least=True, passed=False)]) == "10 / 10"

    def test_of_cpu_time_is_a_median(self) -> None:
        assert page.cpu_cell([stop(0.3, cpu=0.001), stop(0.3, cpu=0.002), stop(0.3, cpu=0.009)]) == "2.0"


class TestThePage:
    RUN = page.Run(
        date="2026-11-22",
        machine="2 cores",
        limit=1.0,
        watch=4.0,
        tools=(
            Tool("ours", "0.1", "3.11", "as ever"),
            Tool("one", "0.2", "3.12", "over a wire"),
            Tool("gone", how="not at all", missing="it needs Python 3.12 or newer"),
        ),
        calls=[
            stop(0.31, tool="one", passed=True, other={"by its event": 0.9}),
            stop(0.3, tool="ours", passed=True),
            never(None, said="nothing | to stop"),
        ],
        recordings=[Result("one", Case("echo", 0.3), 0.3, Answer(figure=0.35, cpu=0.01))],
    )

    def test_has_a_column_for_each_tool_and_each_other_figure_in_the_order_of_the_tools(self) -> None:
        text = page.markdown(self.RUN)

        assert "| agent | ours | one | one, by its event |\n" in text
        assert "| paced, 300 ms | +0 / +0 | +10 / +10 | +600 / +600 |\n" in text

    def test_names_what_did_not_run_and_why(self) -> None:
        text = page.markdown(self.RUN)

        assert "## Not run\n\n- gone: it needs Python 3.12 or newer.\n" in text
        assert "| gone | - | - |\n" in text

    def test_gives_the_reason_where_there_is_no_figure(self) -> None:
        assert "- one: nothing | to stop (1)\n" in page.markdown(self.RUN)

    @pytest.mark.parametrize(
        ("said", "written"),
        [
            ("cannot connect to ws://127.0.0.1:4711/raw/paced/0.1?call=7: refused", "cannot connect to ... refused"),
            ("no file '/home/someone/cache/agent.wav'", "no file '...'"),
            ("no file C:\\Users\\someone\\agent.wav", "no file ..."),
            ("success and/or failure after 1/2 s", "success and/or failure after 1/2 s"),
        ],
    )
    def test_names_no_place_of_this_machine(self, said: str, written: str) -> None:
        text = page.markdown(replace(self.RUN, calls=[stop(None, said=said)]))

        assert f"- one: {written} (1)\n" in text

    def test_has_the_recordings_of_those_that_score(self) -> None:
        text = page.markdown(self.RUN)

        assert "| condition | one |\n| --- | --- |\n| echo | 50 / 50 |\n" in text
        assert "| one | 10.0 |\n" in text

    def test_every_table_is_rectangular(self) -> None:
        blocks = page.markdown(self.RUN).split("\n\n")

        for block in blocks:
            if block.startswith("|"):
                assert len({line.replace("\\|", "").count("|") for line in block.splitlines()}) == 1, block

    def test_a_bar_in_a_cell_breaks_no_table(self) -> None:
        assert page.table(("a",), [("x | y",)]).splitlines()[-1] == "| x \\| y |"

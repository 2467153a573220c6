"""From calls to a claim, and to a table: by hand-written calls."""

from __future__ import annotations

from argparse import ArgumentParser
from html import unescape
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice import RobotVoice
from RobotVoice.__main__ import COMMANDS, main
from RobotVoice.adapters.demo import Demo
from RobotVoice.calibration import report
from RobotVoice.calibration.calls import CALLS, MOST_CALLS, calibrate
from RobotVoice.calibration.cases import CASES, Case, Way
from RobotVoice.calibration.result import WITHIN, Calibration, KnownCall
from RobotVoice.calibration.sound import RATE, loud, vowel
from RobotVoice.durations import Duration
from RobotVoice.errors import CallAlreadyOpen, InvalidArgument, NoCall, UnreliableTiming
from RobotVoice.evidence.model import Measured, Outcome

PACED = Case(Way.PACED, 0.3)
NEVER = Case(Way.BURSTING, inf)
ERRORS = st.floats(-0.2, 0.2)


def stopped(error: float = 0.002, case: Case = PACED, uncertainty: float = 0.010, reliable: bool = True) -> KnownCall:
    truth = case.stops_after + 0.0007
    figure = Measured(truth + error, uncertainty, doubt="" if reliable else "It stood still.")
    return KnownCall(case, truth, Outcome.INTERRUPTED, figure, reliable)


def kept_talking(seconds: float = 2.0, case: Case = NEVER, reliable: bool = True) -> KnownCall:
    figure = Measured(seconds, 0.01, at_least=True, doubt="" if reliable else "It stood still.")
    truth = case.stops_after if case.stops else None
    return KnownCall(case, truth, Outcome.KEPT_TALKING, figure, reliable)


def missed(case: Case = PACED) -> KnownCall:
    return KnownCall(case, None, Outcome.DID_NOT_HAPPEN, None, True)


def found(*calls: KnownCall) -> Calibration:
    return Calibration(calls)


# The claim


def test_the_accuracy_is_the_worst_error_in_whole_milliseconds() -> None:
    calibration = found(stopped(0.0021), stopped(-0.0113), kept_talking())
    assert calibration.accuracy == 0.012
    assert (
        calibration.sentence
        == str(calibration)
        == ("This setup measures stop latency to within ±12 ms today (the worst of 2 stops).")
    )
    assert calibration.doubts == ()


def test_a_whole_millisecond_is_not_rounded_up() -> None:
    call = KnownCall(PACED, 0.3, Outcome.INTERRUPTED, Measured(0.312, 0.01), True)
    assert call.error > 0.012, "binary fractions make it a little more"
    assert found(call).accuracy == 0.012


def test_nobody_measures_without_error() -> None:
    assert found(stopped(0.0)).accuracy == 0.001


@given(st.lists(ERRORS, min_size=1, max_size=20))
def test_no_error_exceeds_the_accuracy(errors: list[float]) -> None:
    calibration = found(*(stopped(error) for error in errors))
    assert calibration.accuracy is not None
    worst = max(abs(error) for error in errors)
    assert worst <= calibration.accuracy + 1e-9
    assert calibration.accuracy < worst + 0.0011 or calibration.accuracy == 0.001


# Doubts


@pytest.mark.parametrize(
    ("call", "doubt"),
    [
        (missed(), "The agent's stop was not reported in 1 of 2 calls."),
        (kept_talking(case=PACED), "The agent's stop was not reported in 1 of 2 calls."),
        (stopped(reliable=False), "This machine was too busy in 1 of 2 calls."),
        (kept_talking(reliable=False), "This machine was too busy in 1 of 2 calls."),
        (
            stopped(case=NEVER),
            "An agent that never stops was not reported to have kept talking in 1 of 1 calls.",
        ),
        (
            kept_talking(seconds=1.2),
            "An agent that never stops was not reported to have kept talking in 1 of 1 calls.",
        ),
        (
            KnownCall(NEVER, None, Outcome.KEPT_TALKING, Measured(2.0, 0.01), True),
            "An agent that never stops was not reported to have kept talking in 1 of 1 calls.",
        ),
        (missed(NEVER), "An agent that never stops was not reported to have kept talking in 1 of 1 calls."),
    ],
)
def test_a_single_doubt_is_enough_to_claim_nothing(call: KnownCall, doubt: str) -> None:
    calibration = found(stopped(), call)
    assert calibration.accuracy is None
    assert calibration.doubts == (doubt,)
    assert calibration.sentence == f"This setup can't say how truly it measures stop latency today. {doubt}"
    with pytest.raises(UnreliableTiming, match=doubt):
        calibration.require(inf)


def test_without_a_stop_nothing_is_known() -> None:
    calibration = found(kept_talking())
    assert calibration.accuracy is None
    assert calibration.doubts == ("No call in which the agent stops was made.",)
    assert calibration.coverage is None
    assert calibration.worse_at_most == 1.0


@given(st.lists(st.sampled_from([missed(), stopped(reliable=False), stopped(case=NEVER), missed(NEVER)]), min_size=1))
def test_wrong_calls_never_make_a_claim(calls: list[KnownCall]) -> None:
    calibration = found(stopped(), *calls)
    assert calibration.accuracy is None
    assert "within" not in calibration.sentence


def test_the_demand() -> None:
    calibration = found(stopped(0.0121))
    calibration.require(0.013)
    with pytest.raises(
        UnreliableTiming,
        match=r"to within ±13 ms today \(in a single stop\). That is worse than the ±12 ms that are allowed",
    ):
        calibration.require(0.012)


# The record


def test_a_case_has_its_figures() -> None:
    paced, never = found(stopped(0.004), kept_talking(), stopped(-0.011), missed(), kept_talking(0.9)).cases
    assert (paced.way, paced.stop, paced.n) == (Way.PACED, 0.3, 3)
    assert paced.errors == pytest.approx((0.004, -0.011))
    assert paced.worst == pytest.approx(-0.011)
    assert (paced.covered, paced.censored, paced.unreliable) == (1, 0, 0)
    assert (never.stop, never.n, never.censored, never.covered) == (inf, 2, 1, 0)
    assert never.errors == ()
    assert never.worst is None


def test_the_coverage_is_that_of_stops() -> None:
    calibration = found(stopped(0.009), stopped(0.011), missed(), kept_talking(), stopped(0.020, uncertainty=0.025))
    assert calibration.coverage == 0.5


def test_what_the_worst_of_so_many_calls_says() -> None:
    """The known table of one-sided, distribution-free limits: 59 calls for 95 % of the calls with 95 % confidence."""
    assert found(*[stopped()] * 59).worse_at_most == pytest.approx(0.05, abs=0.001)
    assert found(*[stopped()] * 58).worse_at_most > 0.05
    assert found(stopped()).worse_at_most == pytest.approx(0.95)


def test_a_call_passes_only_as_a_check_would() -> None:
    late = Case(Way.PACED, 0.8)
    assert stopped().passes(0.313)
    assert not stopped().passes(0.312), "302.7 ms ± 10 ms"
    assert not stopped(reliable=False).passes(1.0)
    assert not kept_talking(case=late).passes(5.0)
    assert not missed().passes(5.0)


# The tables


def test_the_table_of_a_console() -> None:
    text = report.as_text(found(stopped(0.004), stopped(-0.011, reliable=False), kept_talking(), missed(NEVER)))
    lines = text.splitlines()
    assert lines[0].startswith("This setup can't say")
    cells = [line.split("  ") for line in lines[3:5]]
    stop, never = ([cell.strip() for cell in line if cell] for line in cells)
    assert stop == [
        "as it speaks",
        "300 ms",
        "2",
        "-3.5 ms",
        "-11.0 ms",
        "1 of 2",
        "stopped: 2 of 2, not reliable: 1",
    ]
    assert never == ["all at once, then a flush", "never", "2", "kept talking: 1 of 2"]
    assert "RobotVoice prints a ± with each figure: the truth lay within it in 1 of 2 stops." in lines
    assert "confidence" not in text, "nothing is claimed, so nothing is claimed of further calls"


def test_log_html_shows_the_same() -> None:
    for calibration in (found(stopped(0.004), kept_talking()), found(stopped(), missed(), kept_talking(0.9))):
        html = unescape(report.as_html(calibration))
        assert "\n" not in html
        cells = [*report.HEAD, *(cell for row in report.rows(calibration) for cell in row if cell)]
        for text in [calibration.claim, *calibration.doubts, *cells, *report.notes(calibration)]:
            assert f">{text}<" in html


def test_a_stop_that_nobody_reported_has_no_error_in_the_table() -> None:
    assert report.rows(found(missed()))[0][2:] == ("1", "", "", "0 of 1", "stopped: 0 of 1")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (stopped(0.004), "paced, 300 ms: interrupted, 305 ms ± 10 ms, error +4.0 ms"),
        (kept_talking(reliable=False), "bursting, never: kept talking, at least 2000 ms, not reliable"),
        (missed(), "paced, 300 ms: did not happen"),
    ],
)
def test_progress(call: KnownCall, told: str) -> None:
    assert str(call) == told


# What is called


@pytest.mark.parametrize("case", CASES)
def test_the_agent_reads_what_its_caller_wrote(case: Case) -> None:
    assert Case.of(case.path) == case


def test_all_cases() -> None:
    assert [str(case) for case in CASES] == [
        *("paced, 100 ms", "paced, 300 ms", "paced, 800 ms", "paced, never"),
        *("bursting, 100 ms", "bursting, 300 ms", "bursting, 800 ms", "bursting, never"),
    ]


def test_the_sound_is_loud_from_its_first_sample_to_its_last() -> None:
    sound = vowel(0.2)
    assert len(sound) == 0.2 * RATE
    first, last = loud(sound) or (None, None)
    assert first == 0
    assert last is not None
    assert last >= len(sound) - RATE // 1000, "within a millisecond"
    around = np.concatenate((np.full(30, 100, np.int16), sound[:50], np.full(30, -100, np.int16)))
    assert loud(around) == (30, 79)
    assert loud(np.full(100, 180, np.int16)) is None


@pytest.mark.parametrize("calls", [0, -1, MOST_CALLS + 1])
def test_a_wrong_number_of_calls_is_refused(calls: int) -> None:
    with pytest.raises(InvalidArgument, match=f"The argument calls is {calls}; it has to be from 1 to 100."):
        calibrate(calls, print)


# The keyword


class Line:
    """A call that is open."""

    def __init__(self) -> None:
        self.adapter = Demo()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many calls were asked for; they find an error of 11.3 ms."""
    numbers: list[int] = []

    def made(calls: int, _: object) -> Calibration:
        numbers.append(calls)
        return found(stopped(-0.0113))

    monkeypatch.setattr("RobotVoice.keywords.calibration.calibrate", made)
    return numbers


def test_the_keyword_returns_the_record_and_tells_it(asked: list[int], capfd: pytest.CaptureFixture[str]) -> None:
    library = RobotVoice()
    assert library.calibrate_my_setup(5) == found(stopped(-0.0113))
    assert asked == [5]
    assert capfd.readouterr().out == "This setup measures stop latency to within ±12 ms today (in a single stop).\n"
    with pytest.raises(NoCall):
        library.latest_conversation()


def test_the_keyword_makes_a_demand(asked: list[int]) -> None:
    with pytest.raises(UnreliableTiming, match="±11 ms that are allowed"):
        RobotVoice().calibrate_my_setup(within=Duration(0.011))
    assert asked == [CALLS]


def test_no_setup_is_without_error(asked: list[int]) -> None:
    with pytest.raises(InvalidArgument, match="The argument within is 0 s"):
        RobotVoice().calibrate_my_setup(within=Duration(0))
    assert asked == []


def test_the_keyword_leaves_an_open_call_alone(asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    library = RobotVoice()
    monkeypatch.setattr(library, "open_conversation", Line)
    with pytest.raises(CallAlreadyOpen, match=r"A call to the agent 'demo' is open.* use End Call first."):
        library.calibrate_my_setup()
    assert asked == []


# The command line


def test_the_options_of_the_command() -> None:
    parser = ArgumentParser()
    COMMANDS["calibrate"].add_arguments(parser)
    assert vars(parser.parse_args([])) == {"calls": CALLS, "within": WITHIN * 1000}
    assert vars(parser.parse_args(["--calls", "1", "--within", "25"])) == {"calls": 1, "within": 25.0}


def test_a_wrong_argument_gets_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "--calls", "0"]) == 2
    assert capsys.readouterr().err == "The argument calls is 0; it has to be from 1 to 100.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["calibrat"], "invalid choice: 'calibrat' (choose from"),
        (["calibrate", "--calls", "few"], "argument --calls: invalid int value: 'few'"),
        (["calibrate", "--within", "soon"], "argument --within: 'soon' is no number of milliseconds above 0."),
        (["calibrate", "--within", "nan"], "argument --within: 'nan' is no number of milliseconds above 0."),
        (["calibrate", "--within", "inf"], "argument --within: 'inf' is no number of milliseconds above 0."),
        (["calibrate", "--within", "0"], "argument --within: '0' is no number of milliseconds above 0."),
    ],
)
def test_what_argparse_refuses(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("within", "code", "complaint"),
    [("40", 0, ""), ("11", 1, "That is worse than the ±11 ms that are allowed")],
)
def test_the_exit_code_tells_whether_the_setup_will_do(
    within: str, code: int, complaint: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("RobotVoice.calibration.command.calibrate", lambda *_: found(stopped(-0.0113)))
    assert main(["calibrate", "--within", within]) == code
    told = capsys.readouterr()
    assert told.out.startswith("This setup measures stop latency to within ±12 ms today (in a single stop).\n")
    assert complaint in told.err


def test_ctrl_c_is_no_result(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken_off(*_: object) -> Calibration:
        raise KeyboardInterrupt

    monkeypatch.setattr("RobotVoice.calibration.command.calibrate", broken_off)
    assert main(["calibrate"]) == 130
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "Broken off: nothing is known.\n"

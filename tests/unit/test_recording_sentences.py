"""What a recording tells in plain words: recordings written by hand as stretches of sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from RobotVoice.evidence.measure import Span
from RobotVoice.recording import sentences
from RobotVoice.recording.analysis import RecordingAnalysis, analyse
from RobotVoice.recording.find import Sides


def found(caller: list[Span], agent: list[Span], seconds: float = 90.0) -> RecordingAnalysis:
    return analyse(Path("calls/call.wav"), Sides.of(caller, agent, seconds, 0.7), 5.0, lambda speaker, turn: None)


def spans(*pairs: tuple[float, float]) -> list[Span]:
    return [Span(start, end) for start, end in pairs]


def test_nobody_was_interrupted() -> None:
    told = found(spans((0, 2)), spans((3, 5)))
    assert sentences.summary(told) == "In the 1:30.0 of call.wav the caller never spoke over the agent."
    assert sentences.notes(told) == [
        "One turn of the caller interrupted nobody: the agent replied 1000 ms after the caller's last word."
    ]


def test_both_talk_where_the_recording_begins() -> None:
    told = found(spans((0, 2)), spans((0, 0.5), (3, 5)))
    assert sentences.summary(told) == "In the 1:30.0 of call.wav no interruption is certain."
    assert sentences.notes(told) == []


def test_one_interruption_needs_no_number() -> None:
    told = found(spans((4, 6)), spans((3, 4.4), (7, 9)))
    assert sentences.summary(told) == "Once the caller spoke over the agent for 1 s or longer: the agent stopped."
    assert sentences.notes(told) == [sentences.NOT_WHY]


def test_interruptions_of_both_kinds() -> None:
    caller = spans((4, 6), (14, 16), (24, 26), (34, 34.3), (44, 44.3))
    agent = spans((3, 4.4), (13, 22), (23, 24.4), (33, 42), (43, 44.4))
    told = found(caller, agent)
    assert sentences.summary(told) == (
        "3 times the caller spoke over the agent for 1 s or longer: the agent stopped twice, "
        "the agent kept talking once."
    )
    assert sentences.notes(told)[0] == (
        'Twice the caller made a shorter sound over the agent, perhaps a mere "mm-hmm": the agent stopped once, '
        "the agent kept talking once."
    )


def test_where_the_agent_kept_talking_it_did_not_stop_by_itself() -> None:
    assert sentences.NOT_WHY not in sentences.notes(found(spans((4, 6)), spans((3, 20))))


def test_recording_that_ends_too_soon() -> None:
    told = found(spans((4, 5)), spans((3, 4.5)), seconds=5.0)
    assert sentences.summary(told).endswith(": the recording ended before it was plain what the agent does.")


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ([], "2 turns of the caller interrupted nobody: none of them was answered."),
        (
            spans((13, 15)),
            "2 turns of the caller interrupted nobody: the agent replied to 1 of them, after 1000 ms at the median and "
            "1000 ms at most.",
        ),
        (
            spans((2.5, 4), (13, 15)),
            "2 turns of the caller interrupted nobody: the agent replied to all of them, after 750 ms at the median "
            "and 1000 ms at most.",
        ),
    ],
)
def test_replies(agent: list[Span], told: str) -> None:
    assert sentences.notes(found(spans((0, 2), (10, 12)), agent)) == [told]


def test_only_turn_without_a_reply() -> None:
    assert sentences.notes(found(spans((0, 2)), [])) == [
        "One turn of the caller interrupted nobody: it was not answered."
    ]


def test_reply_that_comes_early() -> None:
    assert sentences.notes(found(spans((0, 2)), spans((1.95, 5)))) == [
        "One turn of the caller interrupted nobody: the agent replied 50 ms before the caller's last word was over."
    ]


def test_agent_who_interrupts_again_and_again() -> None:
    starts = range(0, 80, 10)
    told = found(spans(*((start, start + 5) for start in starts)), spans(*((start + 1, start + 2) for start in starts)))
    assert (
        "8 times the agent began to speak while the caller was speaking: at 0:01.0, 0:11.0, 0:21.0, 0:31.0, 0:41.0, "
        "0:51.0 and 2 more."
    ) in sentences.notes(told)


def test_change_of_turns() -> None:
    told = found(spans((4, 6)), spans((3, 4.05), (7, 8)))
    assert sentences.notes(told)[-1] == (
        "Once the caller began less than 120 ms before the agent was over: that counts as a change of turns, since "
        "nobody hears so short an overlap."
    )


def test_events_in_the_order_of_time() -> None:
    told = found(spans((0, 2), (10, 15), (24, 26)), spans((3, 4), (12, 13), (23, 24.05)))
    assert [(event.time, event.kind) for event in sentences.events(told)] == [
        (2, "reply"),
        (12, "agent spoke over the caller"),
        (15, "reply"),
        (24, "change of turns"),
        (26, "no reply"),
    ]


def test_edges_that_are_in_doubt_widen_the_uncertainty() -> None:
    told = found([Span(0, 2, 0, 0.03)], [Span(3, 5, 0.04, 0)])
    assert told.responses[0].latency is not None
    assert told.responses[0].latency.uncertainty == pytest.approx(0.01 + 0.03 + 0.04)

from __future__ import annotations

from dataclasses import replace

import pytest
from evidence_by_hand import kept_talking, missed, stopped, stopped_by_keys

from RobotVoice.evidence.model import Measured, Mode
from RobotVoice.evidence.sentences import (
    allowance,
    figure,
    figure_rows,
    lower_bound,
    outcome_sentence,
    quoted,
    stop_sentence,
)


def test_stopped() -> None:
    sentence = "The agent stopped 412 ms after the caller barged in"
    assert stop_sentence(stopped(), 0.8) == f"{sentence}; allowed 800 ms."
    assert outcome_sentence(stopped()) == f"{sentence}."


def test_stopped_without_a_figure() -> None:
    sentence = stop_sentence(replace(stopped(), stop_latency=None), 0.8)
    assert "not measured" in sentence
    assert "allowed 800 ms" in sentence


def test_kept_talking() -> None:
    said = 'The agent kept talking for at least 4.2 s after the caller said "Sorry, what are your business hours?"'
    assert stop_sentence(kept_talking(), 0.8) == f"{said}; it had to stop within 800 ms."
    assert outcome_sentence(kept_talking()) == f"{said}."


def test_kept_talking_over_a_sound() -> None:
    assert outcome_sentence(replace(kept_talking(), text=" ")).endswith("after the caller barged in.")


def test_kept_talking_because_the_caller_gave_way() -> None:
    given_way = replace(kept_talking(), text="Sorry, what (broke off)", gave_way_after=1.51)
    sentence = (
        'The agent kept talking for at least 4.2 s after the caller said "Sorry, what (broke off)"; '
        "the caller gave way after 1510 ms"
    )
    assert outcome_sentence(given_way) == f"{sentence}."
    assert stop_sentence(given_way, 0.8) == f"{sentence}; it had to stop within 800 ms."


def test_kept_talking_however_often_it_was_said() -> None:
    sentence = outcome_sentence(replace(kept_talking(), text="Stop", times_said=3))
    assert sentence == 'The agent kept talking for at least 4.2 s after the caller said "Stop", 3 times in all.'


def test_keys_are_pressed_and_not_said() -> None:
    assert outcome_sentence(stopped_by_keys()) == "The agent stopped 300 ms after the caller pressed the keys 1#."
    deaf = replace(kept_talking(), text="[keys 1#]", mode=Mode.KEYS)
    assert outcome_sentence(deaf) == "The agent kept talking for at least 4.2 s after the caller pressed the keys 1#."


def test_a_sound_is_made_and_not_said() -> None:
    cough = replace(kept_talking(), text="[cough]")
    assert outcome_sentence(cough) == (
        "The agent kept talking for at least 4.2 s after the sound [cough] from the caller's side."
    )
    yielding = outcome_sentence(replace(stopped(), text="[cough]"))
    assert yielding == "The agent stopped 412 ms after the sound [cough] from the caller's side."
    assert "the caller said" in outcome_sentence(replace(kept_talking(), text="I [pause 1 s] see"))


def test_did_not_happen() -> None:
    sentence = 'The interruption "Hello?" did not happen: the agent had finished its reply 320 ms before.'
    assert outcome_sentence(missed()) == sentence
    assert stop_sentence(missed(), 0.8) == sentence
    assert outcome_sentence(replace(missed(), reason="", text="")) == "The interruption did not happen."


@pytest.mark.parametrize(
    ("seconds", "words"), [(4.26, "4.2 s"), (4.3, "4.3 s"), (4.2999, "4.2 s"), (0.9996, "999 ms"), (12.0, "12.0 s")]
)
def test_a_lower_bound_is_never_rounded_up(seconds: float, words: str) -> None:
    assert lower_bound(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.8, "800 ms"), (2.0, "2 s"), (1.5, "1.5 s"), (1.25, "1250 ms"), (0.05, "50 ms")]
)
def test_a_limit_reads_as_it_was_written(seconds: float, words: str) -> None:
    assert allowance(seconds) == words


def test_figure_rows_name_what_was_not_measured() -> None:
    rows = {row.name: row.value for row in figure_rows(kept_talking())}
    assert rows == {
        "Stop latency": "at least 4.2 s",
        "Wire stop latency": "not measured",
        "Overlap": "at least 4.2 s",
        "Response latency": "not measured",
        "Reaction": "not measured",
    }
    assert {row.name: row.value for row in figure_rows(stopped())}["Stop latency"] == "412 ms ± 10 ms"


def test_figure_rows_know_what_is_not_reliable() -> None:
    rows = figure_rows(replace(stopped(), overlap=Measured(0.4, 0.01, doubt="It stood still.")))
    assert [row.name for row in rows if not row.reliable] == ["Overlap"]


def test_figure() -> None:
    assert figure(None) == "not measured"
    assert figure(Measured(0.412, 0.01)) == "412 ms ± 10 ms"


def test_quotes_are_one_line_and_not_endless() -> None:
    assert quoted("a\n  b") == '"a b"'
    assert len(quoted("word " * 100)) <= 122

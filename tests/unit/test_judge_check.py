"""The labelled set, and how well judges agree with it."""

from __future__ import annotations

import json
from collections import Counter
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge_by_hand import Reply, Request, chat_server, document, failure, verdict, verdicts

from RobotVoice.__main__ import main
from RobotVoice.evidence.verdict import Ruling
from RobotVoice.judge.command import as_text
from RobotVoice.judge.labelled import agreement, cohens_kappa, recoveries, without_a_model

MET, NOT_MET, OPEN = Ruling.MET, Ruling.NOT_MET, Ruling.CANNOT_TELL
KNOWN = recoveries()


@pytest.fixture(autouse=True)
def no_judge_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "ROBOTVOICE_JUDGE",
        "ROBOTVOICE_JUDGE_URL",
        "ROBOTVOICE_JUDGE_KEY",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
    ):
        monkeypatch.delenv(name, raising=False)


# --- the set ---


def test_the_set_is_large_and_half_of_it_is_hard() -> None:
    assert len(KNOWN) >= 40
    assert len({one.name for one in KNOWN}) == len(KNOWN)
    assert 2 * sum(one.hard for one in KNOWN) >= len(KNOWN)
    hard = Counter(one.kind for one in KNOWN if one.hard)
    assert {"negation", "both answers", "polite non-answer", "resumed", "wrong number"} <= set(hard)
    assert min(Counter(one.label for one in KNOWN).values()) >= len(KNOWN) / 3


def test_without_a_model_nothing_is_decided_wrongly() -> None:
    found = agreement(without_a_model, KNOWN)
    assert [(one.name, ruling) for one, ruling in found.wrong] == []
    assert not found.of(hard=False).open
    assert len(found.of(hard=True).decided) >= 20


def test_the_shipped_result_is_true() -> None:
    shipped = resources.files("RobotVoice.judge").joinpath("model_free.txt").read_text(encoding="utf-8")
    assert shipped == as_text("Without a model", agreement(without_a_model, KNOWN)) + "\n"


# --- kappa ---


def test_kappa_of_a_textbook_example() -> None:
    """20 and 15 agreements, 5 and 10 disagreements: 0.4."""
    pairs = [(MET, MET)] * 20 + [(MET, NOT_MET)] * 5 + [(NOT_MET, MET)] * 10 + [(NOT_MET, NOT_MET)] * 15
    assert cohens_kappa(pairs) == pytest.approx(0.4)


def test_kappa_of_chance_and_of_one_answer_for_all() -> None:
    assert cohens_kappa([(MET, MET), (NOT_MET, MET)] * 5) == 0
    assert cohens_kappa([(MET, MET)] * 5) == 1


@given(st.lists(st.tuples(st.sampled_from(Ruling), st.sampled_from(Ruling)), min_size=1))
def test_kappa_is_one_for_agreement_only(pairs: list[tuple[Ruling, Ruling]]) -> None:
    kappa = cohens_kappa(pairs)
    assert -1 <= kappa <= 1
    assert (kappa == pytest.approx(1)) is all(one is other for one, other in pairs)


# --- the command ---


def as_people_do(request: Request) -> Reply:
    told = document(request)
    (line,) = [line for line in told["call"] if line["line"] in told["quote_from"]]
    label = next(
        one.label
        for one in KNOWN
        if (one.criterion, one.interruption.after) == (told["criteria"][0]["text"], line["heard"])
    )
    return verdicts(verdict(label.value, line["heard"]))


def test_a_judge_that_judges_as_people_do(capsys: pytest.CaptureFixture[str]) -> None:
    with chat_server(as_people_do) as server:
        assert main(["judge-check", "--judge", "good", "--url", server.url]) == 0
    shown = capsys.readouterr().out.partition("\n\n")[2]
    assert shown.startswith(f"good at {server.url}: {len(KNOWN)} recoveries")
    assert "Agreement with people: 100%; Cohen's kappa: 1.00" in shown
    assert f"{len(KNOWN)} requests, {900 * len(KNOWN)} tokens in" in shown


def test_a_judge_that_always_says_yes(capsys: pytest.CaptureFixture[str]) -> None:
    def agrees(request: Request) -> Reply:
        answer = json.loads(as_people_do(request).body)
        content = answer["choices"][0]["message"]["content"].replace('"not met"', '"met"')
        answer["choices"][0]["message"]["content"] = content
        return Reply(json.dumps(answer).encode())

    with chat_server(agrees) as server:
        assert main(["judge-check", "--judge", "kind", "--url", server.url]) == 0
    shown = capsys.readouterr().out.partition("\n\n")[2]
    assert "Cohen's kappa: 0.00" in shown
    assert "Wrong: hours-refused (negation): met" in shown


def test_without_a_judge_only_the_model_free_checks_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge-check"]) == 0
    assert "No judge model is configured" in capsys.readouterr().out


def test_a_judge_that_does_not_answer_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with chat_server(failure(401, "no such key")) as server:
        assert main(["judge-check", "--judge", "m", "--url", server.url]) == 1
        assert len(server.requests) == 1
    assert "no such key" in capsys.readouterr().err
    with chat_server(verdicts()) as server:
        assert main(["judge-check", "--judge", "m", "--url", server.url]) == 1
    assert "The judge decided nothing" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--votes", "0"], ["--judge", "m", "--url", "x"], ["--timeout", "5"]])
def test_a_wrong_option_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge-check", *wrong]) == 2
    assert capsys.readouterr().err

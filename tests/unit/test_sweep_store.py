"""A sweep in a file: what is written is read again, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from swept_by_hand import MISSED, in_so, never, plan

from RobotVoice.errors import InvalidArgument
from RobotVoice.evidence.model import Measured, Outcome
from RobotVoice.line.conditions import Conditions, Noise
from RobotVoice.sweep import store
from RobotVoice.sweep.plan import Plan
from RobotVoice.sweep.result import CallResult, Sweep

SECONDS = some.floats(0, 3600)
LATENCIES = some.builds(Measured, SECONDS, SECONDS, some.booleans(), some.text())
CALLS = some.builds(
    CallResult, some.none() | some.sampled_from(Outcome), some.none() | LATENCIES, some.text(), some.none() | SECONDS
)
NOTHING = {"outcome": None, "latency": None, "reason": "", "moment": None, "recording": None, "barge_in": None}
PLANS = some.builds(
    Plan,
    keyword=some.text(),
    arguments=some.text(),
    offsets=some.lists(SECONDS, min_size=1, max_size=3, unique=True).map(tuple),
    phrases=some.lists(some.text(), max_size=2, unique=True).map(tuple),
    noises=some.lists(some.sampled_from(["none", "10 dB"]), max_size=2, unique=True).map(tuple),
    repeats=some.integers(1, 3),
    limit=SECONDS,
    line=some.text(),
    pause=SECONDS,
    watch=SECONDS,
    voice=some.text(),
)


@given(PLANS, some.data())
def test_what_is_saved_is_loaded(planned: Plan, data: some.DataObject) -> None:
    results = data.draw(some.lists(CALLS, max_size=len(planned.calls) - 1))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new" / "sweep.json"
        store.save(path, Sweep(planned, results))
        found = store.load(path, planned)
        assert [one.name for one in path.parent.iterdir()] == ["sweep.json"]
    assert (found.plan, found.results, found.earlier) == (planned, results, len(results))


def test_a_recording_is_found_again_when_its_folder_was_moved(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    recording = first / "calls" / "call 1.wav"
    store.save(first / "kept" / "sweep.json", Sweep(plan(), [replace(in_so(0.4), recording=recording, barge_in=4.2)]))
    first.rename(second)
    (found,) = store.load(second / "kept" / "sweep.json", plan()).results
    assert found.recording is not None
    assert found.recording.resolve() == second / "calls" / "call 1.wav"
    assert found.barge_in == 4.2


def test_without_a_file_it_begins(tmp_path: Path) -> None:
    found = store.load(tmp_path / "sweep.json", plan())
    assert (found.results, found.earlier) == ([], 0)


def test_a_finished_sweep_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "sweep.json"
    store.save(path, Sweep(plan(), [in_so(0.4), never(), MISSED]))
    assert store.load(path, plan()).results == []


@pytest.mark.parametrize(
    "other",
    [
        replace(plan(), keyword="Another One"),
        replace(plan(), arguments="of another value"),
        plan((0.0, 0.3, 1.0)),
        plan(phrases=("Wait",)),
        plan(noises=("none",)),
        plan(repeats=2),
        plan(limit=0.9),
        plan(line=Conditions(noise=Noise("cafe"), snr=0.0)),
        replace(plan(), pause=1.2),
        replace(plan(), watch=2.0),
        replace(plan(), voice="openai"),
    ],
)
def test_another_plan_is_refused(tmp_path: Path, other: Plan) -> None:
    path = tmp_path / "sweep.json"
    store.save(path, Sweep(plan(), [in_so(0.4)]))
    sentence = r"resume: the file '.*sweep\.json' is of another sweep: .* pause, watch or voice differ\. Delete it"
    with pytest.raises(InvalidArgument, match=sentence):
        store.load(path, other)


def _damaged(**changes: Any) -> str:
    content = {"format": store.FORMAT, "plan": {}, "calls": [NOTHING | {"outcome": "interrupted"}]}
    return json.dumps(content | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        _damaged(format="RobotVoice sweep 0"),
        "\udc80",
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sweep.json"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(InvalidArgument, match=r"resume: the file '.*sweep\.json' is not that of a sweep, or damaged"):
        store.load(path, plan())


@pytest.mark.parametrize(
    "calls",
    [
        [{}],
        ["interrupted"],
        [NOTHING | {"outcome": "stopped"}],
        [NOTHING | {"latency": 0.4}],
        [NOTHING | {"latency": {"value": 0.4}}],
        [NOTHING | {"moment": "late"}],
        [NOTHING | {"barge_in": "late"}],
        [NOTHING] * 4,
        {"outcome": "interrupted"},
        7,
    ],
)
def test_damaged_calls_are_refused(tmp_path: Path, calls: object) -> None:
    path = tmp_path / "sweep.json"
    store.save(path, Sweep(plan(), []))
    path.write_text(json.dumps(json.loads(path.read_text()) | {"calls": calls}))
    with pytest.raises(InvalidArgument, match="is not that of a sweep, or damaged"):
        store.load(path, plan())


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="is no file"):
        store.load(tmp_path, plan())


def test_a_file_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidArgument, match=r"resume: the file '.*sweep\.json' can't be written: "):
        store.save(tmp_path / "file" / "sweep.json", Sweep(plan()))


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sweep.json"
    store.save(path, Sweep(plan(), [in_so(0.4)]))
    before = path.read_bytes()

    def full(file: Path, data: bytes) -> None:
        with file.open("wb") as begun:
            begun.write(data[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InvalidArgument, match="No space left on device"):
        store.save(path, Sweep(plan(), [in_so(0.4), never()]))
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["sweep.json"]

"""What is swept, and in which order."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from swept_by_hand import plan

from RobotVoice.audio.frames import Clip
from RobotVoice.errors import InvalidArgument
from RobotVoice.line.conditions import CLEAN, Codec, Conditions, Direction, Noise
from RobotVoice.sweep.plan import Cell, digest, length, noises, offsets, phrases


def test_every_combination_is_a_cell_row_by_row() -> None:
    planned = plan((0.0, 1.0), ("Wait", "Stop"), ("none", "10 dB"))
    assert planned.cells == [
        Cell(0.0, "Wait", "none"),
        Cell(1.0, "Wait", "none"),
        Cell(0.0, "Wait", "10 dB"),
        Cell(1.0, "Wait", "10 dB"),
        Cell(0.0, "Stop", "none"),
        Cell(1.0, "Stop", "none"),
        Cell(0.0, "Stop", "10 dB"),
        Cell(1.0, "Stop", "10 dB"),
    ]


def test_every_cell_has_its_first_call_before_any_has_its_second() -> None:
    planned = plan((0.0, 1.0), repeats=3)
    assert planned.calls == [Cell(0.0), Cell(1.0)] * 3


def test_what_is_not_swept_is_neither_a_row_nor_an_argument() -> None:
    assert plan((), ("Wait",)).cells == [Cell(None, "Wait")]
    assert Cell(None, "Wait").arguments == {"phrase": "Wait"}
    assert Cell(0.4).arguments == {"offset": "400 ms"}


def test_the_noise_is_for_the_line_and_not_for_the_keyword() -> None:
    noisy, silent = Cell(0.0, None, "10 dB"), Cell(0.0, None, "none")
    assert noisy.arguments == silent.arguments == {"offset": "0 s"}
    assert (noisy.snr, silent.snr, Cell(0.0).snr) == (10.0, None, None)
    assert (str(noisy), str(silent)) == ("offset 0 s, noise 10 dB", "offset 0 s, no noise")


def test_offsets_are_put_in_the_order_of_time() -> None:
    assert offsets(["1 s", "200 ms", "0 s", "1 min"]) == (0.0, 0.2, 1.0, 60.0)


@pytest.mark.parametrize(("seconds", "words"), [(0.0, "0 s"), (0.4, "400 ms"), (0.0205, "20.5 ms"), (1.25, "1.25 s")])
def test_an_offset_is_written_as_a_person_would(seconds: float, words: str) -> None:
    assert length(seconds) == words
    assert offsets([words]) == (seconds,)


def test_noises_are_decibels_or_none() -> None:
    assert noises(["None", "20dB", " 10 dB", "-5 dB"]) == ("none", "20 dB", "10 dB", "-5 dB")


def test_phrases_are_lines() -> None:
    assert phrases([" No,  stop ", "Wait"]) == ("No, stop", "Wait")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["400"], "The argument offsets: '400' has no unit: write '400 ms' or '400 s'."),
        (["0 s", "-1 s"], "The argument offsets: '-1 s' is negative"),
        (["soon"], "The argument offsets: 'soon' is not a length of time"),
        (["2 h"], "The argument offsets: '2 h' is longer than an hour"),
        ([""], "The argument offsets: '' is not a length of time"),
        ([], "The argument offsets has an empty place; write at least one value, and none twice."),
        (["400 ms", "0.4 s"], "The argument offsets has 400 ms twice; repeats= makes several calls of each."),
    ],
)
def test_wrong_offsets_get_a_sentence(values: list[str], sentence: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        offsets(values)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["Wait", " "], "The argument phrases has an empty place"),
        ([], "The argument phrases has an empty place"),
        (["Wait", "Stop", " Wait "], 'The argument phrases has "Wait" twice'),
    ],
)
def test_wrong_phrases_get_a_sentence(values: list[str], sentence: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        phrases(values)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["10"], "The argument noise: '10' has no unit: write '10 dB'. Without any noise it is 'none'."),
        (["loud"], "The argument noise: 'loud' is no number of decibels"),
        (["61 dB"], "The argument noise has '61 dB'; it has to be from -10 dB to 60 dB."),
        (["10 dB", "10.0 dB"], "The argument noise has 10 dB twice"),
    ],
)
def test_wrong_noises_get_a_sentence(values: list[str], sentence: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        noises(values)
    assert str(refused.value).startswith(sentence)


OTHERS: dict[str, object] = {
    "name": "phone",
    "codec": Codec.G711,
    "loss": 0.08,
    "burst": 3.0,
    "jitter": 0.08,
    "wander": 3.0,
    "level": -10.0,
    "noise": Noise("cafe"),
    "snr": 0.0,
    "echo": -20.0,
    "echo_delay": 0.2,
    "seed": 2,
    "direction": Direction.UP,
}


@pytest.mark.parametrize("name", [one.name for one in fields(Conditions)])
def test_a_line_that_differs_in_anything_has_another_digest(name: str) -> None:
    other: Conditions = replace(CLEAN, **{name: OTHERS[name]})  # type: ignore[arg-type]
    assert digest(other) != digest(CLEAN)


def station(samples: int, last: int = 7, rate: int = 8000) -> Conditions:
    """A line with the noise of a file, too long for numpy to write down as a whole."""
    sound = np.ones(samples, dtype=np.int16)
    sound[samples // 2] = last
    return Conditions(noise=Noise("station.wav", Clip(sound, rate)))


def test_a_noise_file_is_known_by_its_samples() -> None:
    assert digest(station(8000)) == digest(station(8000))
    others = [station(8000, last=8), station(8001), station(8000, rate=16000), Conditions(noise=Noise("station.wav"))]
    assert all(str(other) == str(station(8000)) for other in others), "their words do not tell them apart"
    assert len({digest(station(8000)), *map(digest, others)}) == 5

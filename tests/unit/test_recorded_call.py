"""Recordings as files: what is found in them, how they are judged, and what is refused."""

from __future__ import annotations

import json
import re
import warnings
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from by_hand import noise, speech

from RobotVoice.audio.frames import Clip
from RobotVoice.errors import AgentFailure, CannotCheck, InvalidArgument
from RobotVoice.evidence import files
from RobotVoice.evidence.model import Outcome, Speaker
from RobotVoice.evidence.report import headline, render
from RobotVoice.evidence.softness import PEAKS
from RobotVoice.interruption.cutting_in import cut_ins
from RobotVoice.recording import call as recorded
from RobotVoice.recording import report, sentences
from RobotVoice.recording.call import RecordedCall
from RobotVoice.recording.listen import Channel

PAUSE = 0.7
WATCH = 5.0
RATE = 8000
QUESTION, CHANGE = (0.5, 2.0), (4.0, 6.0)
OLD, NEW = (3.0, 4.4), (7.0, 9.0)


class Parrot:
    """Ears that hear how long a sound is."""

    def __init__(self) -> None:
        self.heard: list[Clip] = []

    @property
    def fingerprint(self) -> dict[str, str]:
        return {}

    def hear(self, clip: Clip) -> str:
        self.heard.append(clip)
        return f"{clip.seconds:.1f} s"


def channel(seconds: float, rate: int, bursts: tuple[tuple[float, float], ...], seed: int) -> npt.NDArray[np.int16]:
    samples = np.zeros(round(seconds * rate), dtype=np.int16)
    for start, end in bursts:
        first, last = round(start * rate), round(end * rate)
        part = samples[first:last]
        part[:] = noise((last - first) / rate, rate=rate, seed=seed)[: len(part)]
    return samples


def write(
    path: Path,
    caller: tuple[tuple[float, float], ...] = (QUESTION, CHANGE),
    agent: tuple[tuple[float, float], ...] = (OLD, NEW),
    seconds: float = 10.0,
    rate: int = RATE,
    subtype: str = "PCM_16",
) -> Path:
    """A recording with the caller on the left."""
    sides = channel(seconds, rate, caller, 1), channel(seconds, rate, agent, 2)
    soundfile.write(path, np.stack(sides, axis=1), rate, subtype=subtype)
    return path


def analysed(path: Path, caller: Channel = Channel.LEFT, ears: Parrot | None = None) -> RecordedCall:
    return RecordedCall(path, caller, PAUSE, WATCH, ears)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write(tmp_path / "call.wav")


# What is found


def test_one_interruption(recording: Path) -> None:
    call = analysed(recording)
    (one,) = call.interruptions()
    assert one.outcome is Outcome.INTERRUPTED
    assert one.stop_latency is not None
    assert one.stop_latency.value == pytest.approx(0.4, abs=one.stop_latency.uncertainty)
    assert one.response_latency is not None
    assert one.response_latency.value == pytest.approx(1.0, abs=one.response_latency.uncertainty)
    assert call.seconds == 10.0
    assert call.problems() == []


def test_caller_on_the_right(recording: Path) -> None:
    """The sides change places: now the other one spoke over the caller."""
    call = analysed(recording, Channel.RIGHT)
    assert call.interruptions() == []
    assert len(call.found.talk_overs) == 1
    assert call.evidence().caller_ear == "right"
    assert "Right ear: caller" in render(call.evidence(), "call.wav")
    assert np.array_equal(call.evidence().caller.samples, analysed(recording).evidence().heard.samples)


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
def test_rates_and_formats_tell_the_same(tmp_path: Path, rate: int, subtype: str) -> None:
    (one,) = analysed(write(tmp_path / "call.wav", rate=rate, subtype=subtype)).interruptions()
    assert one.stop_latency is not None
    assert one.stop_latency.value == pytest.approx(0.4, abs=one.stop_latency.uncertainty)


def test_floats_that_are_no_numbers_are_silence(tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", subtype="FLOAT")
    samples, rate = soundfile.read(path, dtype="float32")
    samples[:800] = np.nan
    samples[30000:30010, 1] = np.inf
    soundfile.write(path, samples, rate, subtype="FLOAT")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(analysed(path).interruptions()) == 1


@pytest.mark.parametrize("echoed", [0, 1])
def test_side_that_comes_back_in_the_other_channel_takes_no_turn(tmp_path: Path, echoed: int) -> None:
    """A telephone's echo: -20 dB, 100 ms later."""
    path = write(tmp_path / "call.wav")
    samples, rate = soundfile.read(path)
    samples *= (
        0.55 + 0.45 * np.cos(2 * np.pi * 4 * np.arange(len(samples)) / rate)[:, None]
    )  # syllables: no steady noise
    soundfile.write(path, samples, rate)
    clean = analysed(path).found
    samples[rate // 10 :, 1 - echoed] += samples[: -rate // 10, echoed] / 10
    soundfile.write(path, samples, rate)
    found = analysed(path).found
    assert [turn.speaker for turn in found.turns] == [turn.speaker for turn in clean.turns]
    assert [one.outcome for one in found.interruptions] == [Outcome.INTERRUPTED]


def test_flac_is_as_good(tmp_path: Path) -> None:
    assert len(analysed(write(tmp_path / "call.flac")).interruptions()) == 1


def test_outline_holds_the_peaks_where_they_are(tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", caller=((9.0, 9.5),), rate=22050)
    outline = analysed(path).evidence().caller
    loud = np.flatnonzero(outline.samples) / PEAKS
    assert outline.rate == PEAKS
    assert outline.seconds == pytest.approx(10.0, abs=1 / PEAKS)
    assert loud[0] == pytest.approx(9.0, abs=1 / PEAKS)
    assert loud[-1] == pytest.approx(9.5, abs=2 / PEAKS)


def test_blocks_leave_no_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "call.wav", rate=11025)
    whole = analysed(path)
    monkeypatch.setattr("RobotVoice.audio.stereo.BLOCK", 997)
    pieces = analysed(path)
    assert pieces.found == whole.found
    assert np.array_equal(pieces.evidence().heard.samples, whole.evidence().heard.samples)


# What is refused, and what is told


def test_mono(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "mono.wav", noise(1.0), RATE)
    with pytest.raises(InvalidArgument, match=r"mono\.wav' has 1 channel; two are needed"):
        analysed(tmp_path / "mono.wav")


def test_six_channels(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "six.wav", np.zeros((800, 6), dtype=np.int16), RATE)
    with pytest.raises(InvalidArgument, match="has 6 channels; two are needed"):
        analysed(tmp_path / "six.wav")


def test_no_samples(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "empty.wav", np.zeros((0, 2), dtype=np.int16), RATE)
    with pytest.raises(InvalidArgument, match=r"empty\.wav' holds no samples"):
        analysed(tmp_path / "empty.wav")


def test_no_bytes(tmp_path: Path) -> None:
    (tmp_path / "nothing.wav").touch()
    with pytest.raises(InvalidArgument, match=r"nothing\.wav' is empty"):
        analysed(tmp_path / "nothing.wav")


def test_silence_only(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="Nobody is heard in the recording"):
        analysed(write(tmp_path / "silence.wav", (), ()))


def test_same_sound_in_both_channels(tmp_path: Path) -> None:
    sound = channel(10.0, RATE, (QUESTION, OLD, CHANGE, NEW), 1)
    soundfile.write(tmp_path / "mixed.wav", np.stack((sound, sound // 2 + sound // 4), axis=1), RATE)
    with pytest.raises(InvalidArgument, match="hold the same sound"):
        analysed(tmp_path / "mixed.wav")


def test_text_that_is_called_wav(tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("The caller said hello.")
    with pytest.raises(InvalidArgument, match="is not audio that can be read"):
        analysed(tmp_path / "notes.wav")


def test_folder_and_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="is a folder"):
        analysed(tmp_path)
    with pytest.raises(InvalidArgument, match="There is no audio file"):
        analysed(tmp_path / "gone.wav")


def test_rate_that_no_speech_has(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="has 150 samples in a second"):
        analysed(write(tmp_path / "slow.wav", rate=150))


@pytest.mark.parametrize(("who", "where"), [("caller", "left"), ("agent", "right")])
def test_one_speaker_only(tmp_path: Path, who: str, where: str) -> None:
    silent: dict[str, Any] = {who: ()}
    call = analysed(write(tmp_path / "call.wav", **silent))
    sentence = f"Nobody is heard in the {where} channel of 'call.wav', where the {who} should be."
    assert call.problems() == [sentence]
    assert call.interruptions() == []
    assert escape(sentence) in render(call.evidence(), None)


@pytest.mark.parametrize(("who", "where", "channel"), [("caller", "left", 0), ("agent", "right", 1)])
def test_side_that_is_too_quiet_for_all_of_it_to_be_heard(tmp_path: Path, who: str, where: str, channel: int) -> None:
    """It speaks in noise of -50 dBFS, which would be turned up with it."""
    path = write(tmp_path / "call.wav")
    samples, rate = soundfile.read(path)
    hiss = np.random.default_rng(3).standard_normal(len(samples)) * 10 ** (-50 / 20)
    samples[:, channel] = hiss
    samples[rate : 4 * rate, channel] += speech(3.0, level=-38.0, rate=rate) / 32768
    soundfile.write(path, samples, rate, subtype="PCM_24")
    call = analysed(path)
    sentence = (
        f"The {who} is so quiet in the {where} channel of 'call.wav' that words may not have been heard, and "
        "interruptions may be missing."
    )
    assert call.problems() == [sentence]
    assert escape(sentence) in render(call.evidence(), None)
    assert sentence in report.as_text(call)


def test_single_word_of_one_side_is_not_taken_for_quiet(tmp_path: Path) -> None:
    assert analysed(write(tmp_path / "call.wav", ((1.0, 1.25),))).problems() == []


@pytest.mark.parametrize("samples", [1, 39, 100])
def test_less_than_any_sound(tmp_path: Path, samples: int) -> None:
    soundfile.write(tmp_path / "tick.wav", np.full((samples, 2), (9000, 0), dtype=np.int16), RATE)
    with pytest.raises(InvalidArgument, match="Nobody is heard"):
        analysed(tmp_path / "tick.wav")


def test_200_milliseconds(tmp_path: Path) -> None:
    call = analysed(write(tmp_path / "short.wav", ((0.0, 0.2),), (), seconds=0.2))
    assert call.interruptions() == []
    assert [(turn.start, turn.end) for turn in call.turns()] == [(0.0, 0.2)]


# Judging


def test_checks_are_about_the_last_interruption(tmp_path: Path) -> None:
    call = analysed(write(tmp_path / "call.wav", (QUESTION, CHANGE, (8.0, 9.5)), (OLD, (7.0, 8.8)), seconds=13.0))
    assert call.results()[-1].barge_in == pytest.approx(8.0)
    assert call.reply_latency(2.0) is None


def test_reply_after_the_last_interruption(recording: Path) -> None:
    latency = analysed(recording).reply_latency(0.1)
    assert latency is not None
    assert latency.value == pytest.approx(1.0, abs=latency.uncertainty)


def test_reply_to_a_turn_after_the_last_interruption(tmp_path: Path) -> None:
    call = analysed(
        write(tmp_path / "call.wav", (QUESTION, CHANGE, (9.5, 10.5)), (OLD, NEW, (10.9, 12.0)), seconds=14.0)
    )
    assert len(call.results()) == 1
    latency = call.reply_latency(2.0)
    assert latency is not None
    assert latency.value == pytest.approx(0.4, abs=latency.uncertainty)


def test_reply_to_the_last_turn_where_nobody_was_interrupted(tmp_path: Path) -> None:
    latency = analysed(write(tmp_path / "call.wav", (QUESTION,), (OLD,))).reply_latency(2.0)
    assert latency is not None
    assert latency.value == pytest.approx(1.0, abs=latency.uncertainty)


def test_reply_that_might_have_come_after_the_recording_is_not_known(tmp_path: Path) -> None:
    call = analysed(write(tmp_path / "call.wav", (QUESTION,), ((0.2, 0.4),), seconds=3.0))
    assert call.reply_latency(0.9) is None
    with pytest.raises(CannotCheck, match="ends 1000 ms after the caller's last word"):
        call.reply_latency(2.0)


def test_nothing_to_time(tmp_path: Path) -> None:
    with pytest.raises(CannotCheck, match="The caller does not say anything"):
        analysed(write(tmp_path / "call.wav", ())).reply_latency(2.0)


def test_end_of_the_recording_right_after_the_interruption(tmp_path: Path) -> None:
    with pytest.raises(CannotCheck, match="before it is plain"):
        analysed(write(tmp_path / "call.wav", (CHANGE,), (OLD,), seconds=4.7)).reply_latency(2.0)


IN_ITS_SILENCE = ((4.3, 6.0),), ((3.0, 4.1), (4.6, 5.4), (7.0, 9.0))


def test_whether_the_caller_interrupted_or_the_agent_is_said_to_be_unclear(tmp_path: Path) -> None:
    call = analysed(write(tmp_path / "call.wav", *IN_ITS_SILENCE))
    assert len(call.interruptions()) == 1
    (cut,) = cut_ins(call.floor())
    assert cut.time == pytest.approx(4.6, abs=0.02)
    assert "can't be told" in cut.doubt
    assert escape(sentences.UNCLEAR) in render(call.evidence(), None)
    assert "Once the caller began in a short silence of the agent's" in report.as_text(call)


MIDST = ((0.0, 0.8), (0.9, 1.5)), ((0.0, 0.5), (3.0, 5.0))


def test_beginning_of_which_nobody_knows_who_interrupted_is_not_judged(tmp_path: Path) -> None:
    call = analysed(write(tmp_path / "call.wav", *MIDST))
    with pytest.raises(CannotCheck, match="who interrupted whom there is not known"):
        call.reply_latency(2.0)
    with pytest.raises(CannotCheck, match="who interrupted whom there is not known"):
        call.floor()
    assert call.problems() == [sentences.MIDST]
    assert escape(sentences.MIDST) in render(call.evidence(), None)


def test_agent_that_cuts_into_such_a_turn_later_is_found(tmp_path: Path) -> None:
    call = analysed(write(tmp_path / "call.wav", ((0.0, 0.8), (0.9, 5.0)), ((0.0, 0.5), (2.0, 3.0))))
    assert [cut.time for cut in cut_ins(call.floor())] == [pytest.approx(2.0)]


def test_turns_after_such_a_beginning_are_judged(tmp_path: Path) -> None:
    caller, agent = MIDST
    call = analysed(write(tmp_path / "call.wav", (*caller, (6.0, 7.0)), (*agent, (7.6, 9.0))))
    assert [turn.start for turn in call.floor().turns] == [pytest.approx(0.9), pytest.approx(6.0)]
    latency = call.reply_latency(2.0)
    assert latency is not None
    assert latency.value == pytest.approx(0.6, abs=latency.uncertainty)


def test_words_need_ears(recording: Path) -> None:
    call = analysed(recording)
    assert {turn.text for turn in call.turns()} == {None}
    with pytest.raises(CannotCheck, match="transcribe=True"):
        call.last_words()


def test_words_come_from_the_speakers_own_channel(recording: Path) -> None:
    ears = Parrot()
    call = analysed(recording, ears=ears)
    assert [(turn.speaker, turn.text) for turn in call.turns()] == [
        (Speaker.CALLER, "1.8 s"),
        (Speaker.AGENT, "1.7 s"),
        (Speaker.CALLER, "2.3 s"),
        (Speaker.AGENT, "2.3 s"),
    ]
    assert {turn.source for turn in call.turns()} == {"speech to text"}
    (one,) = call.interruptions()
    assert (one.text, one.before, one.after) == ("2.3 s", "1.7 s", "2.3 s")
    assert call.last_words() == "2.3 s"
    # a little silence around the words; and of the caller, who speaks over their end, nothing
    agent = next(clip for clip in ears.heard if clip.seconds == pytest.approx(1.7, abs=0.02))
    lead_in, last = round(0.09 * RATE), round(0.15 * RATE)
    assert not agent.samples[:lead_in].any()
    assert agent.samples[2 * lead_in : -2 * last].any()
    assert not agent.samples[-last:].any()


def test_long_turn_is_heard_in_pieces_cut_between_its_sounds(tmp_path: Path) -> None:
    ears = Parrot()
    speech = tuple((start, start + 9.7) for start in range(0, 80, 10))
    analysed(write(tmp_path / "call.wav", (), speech, seconds=80.0), ears=ears)
    assert [clip.seconds for clip in ears.heard] == pytest.approx([29.9, 30.0, 20.1], abs=0.25)
    assert all(clip.seconds <= recorded.LONGEST_HEARING for clip in ears.heard)


def test_hum_is_cut_all_the_same(tmp_path: Path) -> None:
    ears = Parrot()
    analysed(write(tmp_path / "call.wav", (), ((0.5, 70.0),), seconds=71.0), ears=ears)
    assert sum(clip.seconds for clip in ears.heard) == pytest.approx(69.8, abs=0.1)
    assert max(clip.seconds for clip in ears.heard) <= recorded.LONGEST_HEARING + 0.3


def test_verdicts_of_one_test_are_not_those_of_the_next(recording: Path) -> None:
    call = analysed(recording)
    with pytest.raises(AgentFailure):
        call.fail(AgentFailure("Too slow."), 1)
    call.mark_judged(call.unjudged())
    assert call.unjudged() == []
    call.begin_test()
    assert call.checks == []
    assert len(call.unjudged()) == 1


# The report


def test_recording_is_copied_beside_the_log_once(recording: Path, tmp_path: Path) -> None:
    call = analysed(recording)
    (tmp_path / "results").mkdir()
    played = call.keep_recording(tmp_path / "results", "A test")
    assert played.parent == tmp_path / "results" / files.FOLDER
    assert played.read_bytes() == recording.read_bytes()
    assert call.keep_recording(tmp_path / "results", "Another test") == played


def test_recording_in_the_results_is_played_from_there(recording: Path, tmp_path: Path) -> None:
    assert analysed(recording).keep_recording(tmp_path, "A test") == recording


def test_large_recording_is_played_from_where_it_is(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST", 1000)
    (tmp_path / "results").mkdir()
    assert analysed(recording).keep_recording(tmp_path / "results", "A test") == recording
    assert files.embedded(recording) is None


def test_headline_is_the_summary_until_something_is_judged(recording: Path) -> None:
    call = analysed(recording)
    assert headline(call.evidence()) == (
        "Once the caller spoke over the agent for 1 s or longer: the agent stopped.",
        None,
    )
    call.passed("The agent stopped 400 ms after the caller barged in; allowed 800 ms.", 1, 0.8)
    assert headline(call.evidence())[1] is True


def test_report_of_a_long_recording_stays_small(tmp_path: Path) -> None:
    """The worst come first: that of the last minute, at which the agent kept talking, is among those shown."""
    starts = range(0, 400, 10)
    caller = tuple((start + 2.0, start + 3.5) for start in starts)
    agent = (*((start + 1.0, start + 2.4) for start in starts[:-1]), (391.0, 399.0))
    call = analysed(write(tmp_path / "call.wav", caller, agent, seconds=400.0))
    assert len(call.found.interruptions) == len(starts)
    evidence = call.evidence()
    assert len(evidence.interruptions) == recorded.MOST_SHOWN
    assert evidence.interruptions[-1].number == len(starts)
    assert "Of 40 interruptions 12 are shown here" in render(evidence, None)


def test_brief_sounds_give_way_to_serious_interruptions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "MOST_SHOWN", 1)
    path = write(tmp_path / "call.wav", ((2.0, 2.4), (12.0, 14.0)), ((1.0, 9.0), (11.0, 12.4)), seconds=16.0)
    assert [one.number for one in analysed(path).shown] == [2]


def test_turns_are_listed_only_with_their_words(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Transcript" not in render(analysed(recording).evidence(), None)
    assert "Transcript" in render(analysed(recording, ears=Parrot()).evidence(), None)
    monkeypatch.setattr(recorded, "MOST_TURNS", 3)
    evidence = analysed(recording, ears=Parrot()).evidence()
    assert len(evidence.turns) == 3
    assert "Of 4 turns the first 3 are listed here." in evidence.notes


def test_text_for_a_terminal(recording: Path) -> None:
    lines = report.as_text(analysed(recording)).splitlines()
    assert lines[0] == f"{recording} (0:10.0): 1 interruption"
    assert lines[3].split("  ")[:3] == ["1.", "0:04.0", "interrupted"]
    assert "One turn of the caller interrupted nobody: the agent replied 1000 ms after the caller's last word." in lines
    assert sentences.NOT_WHY in lines


def test_json_is_all_that_was_found(recording: Path) -> None:
    text = report.as_json(analysed(recording).found)
    assert not re.search(r"\.\d{5}", text), "no figure is finer than it was measured"
    told = json.loads(text)
    assert told["interruptions"][0]["outcome"] == "interrupted"
    assert told["interruptions"][0]["stop_latency"]["value"] == pytest.approx(0.4, abs=0.01)
    assert told["yield_rate"] == 1.0
    assert told["response_latency"] == pytest.approx(1.0, abs=0.01)
    assert len(told["turns"]) == 4


def test_page_stands_alone(recording: Path, tmp_path: Path) -> None:
    page = report.as_page(analysed(recording), tmp_path / "page.html")
    assert page.startswith("<!doctype html>")
    assert "data:audio/wav;base64," in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")

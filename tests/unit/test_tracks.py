"""Two tracks heard piece by piece, under what real lines do to them."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from by_hand import RATE, noise, speech
from hypothesis import given, settings
from hypothesis import strategies as st

from RobotVoice.audio import g711
from RobotVoice.audio.frames import Pcm, empty, resample, silence
from RobotVoice.evidence.measure import Span, stretches
from RobotVoice.evidence.tracks import Tracks

PAUSE = 0.7
ONSET, CALLER_END, END = 4.0, 6.0, 9.0
NEVER = END


def heard(caller: Pcm, agent: Pcm, rate: int = RATE) -> Tracks:
    tracks = Tracks(rate, rate)
    tracks.hear(caller, agent)
    return tracks


def placed(samples: Pcm, start: float, seconds: float = END) -> Pcm:
    """In a track of silence."""
    track = silence(seconds, RATE)
    at = round(start * RATE)
    track[at : at + len(samples)] = samples[: len(track) - at]
    return track


Sound = npt.NDArray[np.floating] | Pcm


def added(*parts: Sound) -> Pcm:
    total = np.sum([np.asarray(part, dtype=np.float64) for part in parts], axis=0)
    return np.asarray(np.clip(total, -32768, 32767), dtype=np.int16)


def later(samples: Pcm, seconds: float, level: float) -> npt.NDArray[np.float64]:
    """An echo."""
    at = round(seconds * RATE)
    return np.concatenate((np.zeros(at), samples[: len(samples) - at].astype(np.float64))) * 10 ** (level / 20)


@cache
def caller() -> Pcm:
    return placed(speech(CALLER_END - ONSET, 190.0, seed=2), ONSET)


@dataclass(frozen=True)
class Line:
    """Who speaks how loud, and what a line does to it. Levels are dBFS, echoes dB by seconds of delay."""

    agent: float = -20.0
    fade: float = 0.0
    noise: float | None = None
    hum: float | None = None
    comfort: float | None = None
    echo: tuple[tuple[float, float], ...] = ()
    room: tuple[float, float] | None = None

    def clean(self, stop: float) -> Pcm:
        """Speaks from 0.5 s until it stops, with a sentence gap from 2.5 s on, and another right after the barge-in."""
        gain = np.ones(round(END * RATE))
        for start, end in ((0.0, 0.5), (2.5, 3.0), (ONSET + 0.15, ONSET + 0.65), (stop + self.fade, END)):
            gain[round(start * RATE) : round(end * RATE)] = 0
        slope = slice(round(stop * RATE), round((stop + self.fade) * RATE))
        gain[slope] *= np.linspace(1, 0, len(gain[slope]))
        return added(speech(END, 110.0, seed=3, level=self.agent) * gain)

    def track(self, stop: float) -> Pcm:
        """What is heard on it of an agent that stops."""
        parts: list[Sound] = [self.clean(stop), *(later(caller(), delay, level) for delay, level in self.echo)]
        if self.noise is not None:
            parts.append(noise(END, self.noise, seed=5))
        if self.hum is not None:
            parts.append(hum(self.hum))
        if self.room is not None:
            parts.append(np.convolve(caller(), room(*self.room))[: len(parts[0])])
        if self.comfort is not None:
            parts.append(placed(noise(END, self.comfort, seed=6), stop))
        return added(*parts)


def room(delay: float, level: float) -> npt.NDArray[np.float64]:
    """The ways of an echo through a room that rings for 0.6 s: far more of them than any filter is fitted to."""
    taps = np.zeros(round((delay + 0.3) * RATE))
    late = np.random.default_rng(4).normal(size=round(0.3 * RATE)) * 10 ** (-100 * np.arange(0.3 * RATE) / RATE / 20)
    taps[-len(late) :] = late / np.sqrt(np.dot(late, late)) * 0.5
    taps[round(delay * RATE)] = 1.0
    return taps * 10 ** (level / 20)


def hum(level: float) -> npt.NDArray[np.float64]:
    time = np.arange(round(END * RATE)) / RATE
    wave = np.sin(2 * np.pi * 50 * time) + 0.4 * np.sin(2 * np.pi * 150 * time)
    return np.asarray(wave / np.sqrt(0.58) * 32768 * 10 ** (level / 20))


def audible(track: Pcm) -> tuple[float, float]:
    """From where to where 5 ms of a clean track are louder than -50 dBFS."""
    power = np.mean(np.square(track.reshape(-1, RATE // 200) / 32768), axis=1)
    loud = np.flatnonzero(power > 1e-5)
    return loud[0] / 200, (loud[-1] + 1) / 200


LINES = {
    "clean": Line(),
    "noise -50": Line(noise=-50),
    "noise -40": Line(noise=-40),
    "hum -30": Line(hum=-30),
    "comfort noise": Line(comfort=-50),
    "fade-out 50 ms": Line(fade=0.05),
    "quiet agent": Line(agent=-30),
    "clipped agent": Line(agent=-4),
    "echo -20 dB, 30 ms": Line(echo=((0.03, -20),)),
    "echo -20 dB, 300 ms": Line(echo=((0.3, -20),)),
    "echo -26 dB, quiet agent": Line(agent=-30, echo=((0.15, -26),)),
    "echo of a room": Line(echo=((0.1, -22), (0.107, -28), (0.124, -34))),
    "echo of a room that rings": Line(room=(0.1, -20)),
    "echo and noise": Line(noise=-50, echo=((0.2, -20),)),
}
ECHO = LINES["echo -20 dB, 300 ms"]


@pytest.mark.parametrize("mu_law", [False, True])
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_the_stop_is_found_on_every_line_and_no_other(line: Line, mu_law: bool) -> None:
    for stop in (ONSET + 0.1, ONSET + 0.9, NEVER):
        track = line.track(stop)
        track = g711.decode_ulaw(g711.encode_ulaw(track)) if mu_law else track
        start, end = audible(line.clean(stop))
        found = stretches(heard(caller(), track).agent(), PAUSE)
        assert len(found) == 1, found
        assert abs(found[0].start - start) <= 0.01 + found[0].start_doubt
        assert abs(found[0].end - end) <= 0.01 + found[0].end_doubt
        assert found[0].end_doubt <= 0.1


def test_the_agent_is_heard_at_once_with_an_echo() -> None:
    """While both speak, nothing of the agent is taken for the caller."""
    clean = heard(caller(), LINES["clean"].track(NEVER)).agent()
    echoing = heard(caller(), ECHO.track(NEVER)).agent()
    assert [(round(span.start, 2), round(span.end, 2)) for span in echoing] == [
        (round(span.start, 2), round(span.end, 2)) for span in clean
    ]


def pulses(start: float, end: float, level: float) -> Pcm:
    """A creaking voice: 80 times a second a few milliseconds of a vowel, whose peaks are as loud as `level` (dBFS)."""
    track = np.zeros(round(END * RATE))
    wave = np.sin(2 * np.pi * 500 * np.arange(round(0.008 * RATE)) / RATE) * np.hanning(round(0.008 * RATE))
    for moment in np.arange(start, end, 1 / 80):
        at = round(moment * RATE)
        track[at : at + len(wave)] += wave
    return added(track * 32768 * np.sqrt(2) * 10 ** (level / 20))


@pytest.mark.parametrize(
    ("start", "level", "stop"), [(5.0, -36, 5.15), (5.2, -37, 5.0)], ids=["going on", "on its own"]
)
def test_a_word_ends_fainter_than_it_began(start: float, level: float, stop: float) -> None:
    """In the noise of a line no pulse of a voice that dies away is strong; it is heard since it goes on from a word.

    The same, a fifth of a second after the word, may be the noise itself that flared up.
    """
    clean = added(speech(END, 110.0, seed=3) * (np.arange(round(END * RATE)) < 5.0 * RATE))
    track = added(clean, pulses(start, start + 0.15, level), noise(END, -40, seed=5))
    end = stretches(heard(silence(END, RATE), track).agent(), PAUSE)[-1].end
    assert end == pytest.approx(stop, abs=0.02)


def test_an_echo_alone_is_no_agent() -> None:
    assert heard(caller(), added(later(caller(), 0.25, -20.0))).agent() == []


def test_an_agent_that_says_the_same_as_loud_as_the_caller_is_no_echo() -> None:
    found = stretches(heard(caller(), added(later(caller(), 0.25, -3.0))).agent(), PAUSE)
    assert [(span.start, span.end) for span in found] == [pytest.approx((4.25, 6.25), abs=0.01)]


def test_the_caller_is_not_measured_by_its_echo() -> None:
    found = stretches(heard(caller(), ECHO.track(ONSET + 0.9)).caller(), PAUSE)
    assert [(span.start, span.end) for span in found] == [pytest.approx((ONSET, CALLER_END), abs=0.01)]


def test_tracks_of_two_rates() -> None:
    tracks = Tracks(24000, RATE)
    tracks.hear(resample(caller(), RATE, 24000), ECHO.track(ONSET + 0.9))
    found = stretches(tracks.agent(), PAUSE)
    assert [(span.start, span.end) for span in found] == [pytest.approx((0.5, ONSET + 0.9), abs=0.01)]


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000, 96000])
def test_every_rate(rate: int) -> None:
    made = resample(caller(), RATE, rate), resample(ECHO.track(ONSET + 0.9), RATE, rate)
    found = stretches(heard(*made, rate).agent(), PAUSE)
    assert [(span.start, span.end) for span in found] == [pytest.approx((0.5, ONSET + 0.9), abs=0.015)]


def test_nothing_and_next_to_nothing() -> None:
    assert heard(empty(), empty()).agent() == []
    assert heard(silence(0.2, RATE), silence(0.2, RATE)).agent() == []
    (found,) = heard(silence(0.2, RATE), noise(0.2)).agent()
    assert (found.start, found.end) == pytest.approx((0.0, 0.2))
    assert heard(silence(60, RATE), silence(60, RATE)).caller() == []


def test_a_track_that_is_ahead_or_missing() -> None:
    alone = heard(empty(), np.tile(LINES["clean"].track(ONSET), 4))
    beside = heard(silence(4 * END, RATE), np.tile(LINES["clean"].track(ONSET), 4))
    assert alone.agent() == beside.agent()
    assert alone.caller() == []


# --- piece by piece ---


@cache
def long_call() -> tuple[Pcm, Pcm]:
    """Long enough for several blocks to be decided: four calls one behind the other, on lines of all kinds."""
    lines = ("echo and noise", "comfort noise", "echo -20 dB, 300 ms", "hum -30", "noise -40", "clean")
    agents = [LINES[line].track(ONSET + 0.9) for line in lines]
    return np.tile(caller(), len(lines)), np.concatenate(agents)


@cache
def all_at_once() -> tuple[list[Span], list[Span]]:
    tracks = heard(*long_call())
    return tracks.caller(), tracks.agent()


CUTS = st.lists(st.integers(0, round(6 * END * RATE)), max_size=40)


@settings(max_examples=15, deadline=None)
@given(CUTS, CUTS)
def test_how_it_is_cut_into_pieces_changes_nothing(caller_cuts: list[int], agent_cuts: list[int]) -> None:
    tracks = Tracks(RATE, RATE)
    said, sent = long_call()
    caller_pieces = np.split(said, sorted(caller_cuts))
    agent_pieces = np.split(sent, sorted(agent_cuts))
    for index in range(max(len(caller_pieces), len(agent_pieces))):
        tracks.hear(
            caller_pieces[index] if index < len(caller_pieces) else empty(),
            agent_pieces[index] if index < len(agent_pieces) else empty(),
        )
    assert (tracks.caller(), tracks.agent()) == all_at_once()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 6 * 9000))
def test_what_was_asked_on_the_way_changes_nothing(moment: int) -> None:
    tracks, cut = Tracks(RATE, RATE), moment * RATE // 1000
    said, sent = long_call()
    tracks.hear(said[:cut], sent[:cut])
    ahead = tracks.copy()
    ahead.hear(noise(3.0), noise(3.0, seed=8))
    for span, after in pairwise([*tracks.agent(), Span(float("inf"), float("inf"))]):
        assert span.start < span.end < after.start
        assert span.end <= moment / 1000 + 1e-9
    assert ahead.agent() != tracks.agent()
    tracks.hear(said[cut:], sent[cut:])
    assert (tracks.caller(), tracks.agent()) == all_at_once()


@settings(max_examples=10, deadline=None)
@given(st.floats(0.0, 40.0))
def test_silence_at_the_end_changes_nothing_before_it(seconds: float) -> None:
    tracks = heard(caller(), LINES["clean"].track(ONSET + 0.9))
    before = tracks.caller(), tracks.agent()
    tracks.hear(silence(seconds, RATE), silence(seconds, RATE))
    assert (tracks.caller(), tracks.agent()) == before


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 1000), st.sampled_from(sorted(LINES)), st.floats(80, 240))
def test_an_agent_that_never_stops_never_stops(seed: int, line: str, pitch: float) -> None:
    """Whoever speaks, on whatever line: no silence is found that is not there."""
    other = speech(END, pitch, seed=seed)
    mixture = added(LINES[line].track(0.5), other)
    (talk,) = stretches(heard(caller(), mixture).agent(), PAUSE)
    assert (talk.start, talk.end) == pytest.approx((0.0, END), abs=0.15)


def test_memory_does_not_grow_with_the_sound() -> None:
    tracks, minute = Tracks(RATE, RATE), np.tile(LINES["clean"].track(ONSET + 0.9), 7)
    tracks.hear(minute, minute)
    tracemalloc.start()
    for _ in range(10):
        tracks.hear(minute, minute[::-1])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(tracks.agent()) > 1000
    assert kept < 2 * 2**20, f"{kept} bytes for ten minutes, whose samples are {10 * 2 * minute.nbytes}"

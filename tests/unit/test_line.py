"""What a line does to sound: band, codec, packets, room; seeded, and as long as what went in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from by_hand import noise, speech
from hypothesis import given, settings
from hypothesis import strategies as st

from RobotVoice.audio import frames, g711
from RobotVoice.audio.frames import Clip, Pcm, frame_length, level
from RobotVoice.line import noises
from RobotVoice.line.concealment import Concealment
from RobotVoice.line.conditions import CLEAN, Codec, Conditions, Direction, Noise
from RobotVoice.line.filters import below_the_band_edge, telephone_band
from RobotVoice.line.named import LINES
from RobotVoice.line.packets import LARGEST_BUFFER, Packets
from RobotVoice.line.room import Room
from RobotVoice.line.uplink import Uplink
from RobotVoice.line.way import Way

RATES = (8000, 16000, 22050, 24000, 48000)
NAMED = list(LINES.values())
NOTHING = frames.empty()


def tone(hz: float, seconds: float, rate: int, loudness: float = 8000.0) -> Pcm:
    return np.round(loudness * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.int16)


def carried(conditions: Conditions, sound: Pcm, rate: int, *cuts: int) -> Pcm:
    """`sound` through the way down, cut into pieces at these samples."""
    way = Way(conditions, Direction.DOWN, rate)
    return np.concatenate([way.carry(piece).samples for piece in np.split(sound, sorted(cuts))])


def sent(uplink: Uplink, voice: Pcm, rate: int, heard: Pcm = NOTHING, heard_rate: int = 0) -> Pcm:
    """`voice` frame by frame through the way up, while the caller hears `heard`."""
    length, heard_length = frame_length(rate), frame_length(heard_rate)
    return np.concatenate(
        [
            uplink.carry(voice[n * length : (n + 1) * length], heard[n * heard_length : (n + 1) * heard_length]).samples
            for n in range(len(voice) // length)
        ]
    )


# --- any line ---


@settings(deadline=None, max_examples=60)
@given(
    line=st.sampled_from(NAMED),
    loss=st.floats(0, 1),
    jitter=st.floats(0, 1),
    burst=st.floats(1, 20),
    rate=st.sampled_from(RATES),
    cuts=st.lists(st.integers(0, 4000), max_size=6),
)
def test_what_comes_out_is_as_long_as_what_goes_in_however_it_is_cut(
    line: Conditions, loss: float, jitter: float, burst: float, rate: int, cuts: list[int]
) -> None:
    line = replace(line, loss=loss, jitter=jitter, burst=burst)
    sound = noise(0.25, rate=rate)[:4000]
    whole, pieces = carried(line, sound, rate), carried(line, sound, rate, *cuts)
    assert len(whole) == len(pieces) == len(sound)
    # two transforms of other lengths may round a sample to either side, and mu-law widens that to one of its steps
    assert np.abs(whole.astype(int) - pieces).max(initial=0) <= (1 if line.codec is None else 300)


def test_a_clean_line_changes_nothing() -> None:
    sound = noise(0.5)
    assert np.array_equal(carried(CLEAN, sound, 8000), sound)
    assert np.array_equal(sent(Uplink(CLEAN, 8000, 8000), sound, 8000), sound)


@pytest.mark.parametrize("line", NAMED, ids=lambda line: line.name)
def test_silence_stays_silent(line: Conditions) -> None:
    assert not carried(line, frames.silence(1.0, 16000), 16000).any()


@pytest.mark.parametrize("line", NAMED, ids=lambda line: line.name)
def test_the_loudest_sound_is_limited_and_does_not_turn_over(line: Conditions) -> None:
    loud = carried(replace(line, level=6.0, loss=0.0, jitter=0.0), tone(500, 1.0, 24000, 32767), 24000)[4800:]
    assert level(loud) > -3
    # what turned over would be of the other sign than its neighbours
    assert np.abs(np.diff(loud.astype(int))).max() < 32767


@pytest.mark.parametrize("line", NAMED[1:], ids=lambda line: line.name)
def test_the_seed_decides(line: Conditions) -> None:
    line = replace(line, noise=Noise("babble"), snr=10.0)
    voice = speech(2.0)
    first, again, other = (sent(Uplink(replace(line, seed=s), 8000, 8000), voice, 8000) for s in (7, 7, 8))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_two_ways_do_not_lose_the_same_packets() -> None:
    line = replace(LINES["bad wifi"], loss=0.3)
    ups, downs = (Packets(line, way) for way in ("up", "down"))
    assert [ups.arrives() for _ in range(200)] != [downs.arrives() for _ in range(200)]


def test_a_direction_leaves_the_other_alone() -> None:
    sound = noise(0.5)
    for direction, other in ((Direction.UP, Direction.DOWN), (Direction.DOWN, Direction.UP)):
        line = replace(LINES["phone"], direction=direction)
        assert np.array_equal(Way(line, other, 8000).carry(sound).samples, sound)
        assert not np.array_equal(Way(line, direction, 8000).carry(sound).samples, sound)


@pytest.mark.parametrize("decibels", [-20.0, -6.0, 6.0])
def test_a_level(decibels: float) -> None:
    sound = noise(1.0, -30.0)
    assert level(carried(Conditions(level=decibels), sound, 8000)) == pytest.approx(-30.0 + decibels, abs=0.1)


# --- band and codec ---


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 48000])
@pytest.mark.parametrize("name", ["phone", "mobile"])
def test_the_telephone_passes_its_band_and_nothing_else(name: str, rate: int) -> None:
    line = replace(LINES[name], loss=0.0, wander=0.0)

    def gain(hz: float) -> float:
        sound = tone(hz, 1.0, rate)
        return level(carried(line, sound, rate)[rate // 2 :]) - level(sound)

    assert all(abs(gain(hz)) < 0.6 for hz in (500, 1000, 2000, 3000))
    assert gain(300) == pytest.approx(-3.0, abs=0.5)
    assert gain(50) < -30
    if rate > 8000:
        assert gain(6000) < -35


def test_at_its_own_rate_the_telephone_sends_what_mu_law_can_say() -> None:
    heard = carried(LINES["phone"], speech(1.0), 8000)
    assert np.array_equal(heard, g711.decode_ulaw(g711.encode_ulaw(heard)))


@pytest.mark.parametrize("rate", [8000, 16000, 24000])
def test_the_telephone_is_hardly_late(rate: int) -> None:
    sound = speech(2.0, rate=rate)
    heard = carried(LINES["phone"], sound, rate).astype(float)
    span = round(0.005 * rate)
    likeness = [float(np.dot(heard[lag:], sound[: len(sound) - lag])) for lag in range(span)]
    assert int(np.argmax(likeness)) / rate < 0.0025
    assert all(len(taps) < 0.013 * rate for taps in (telephone_band(rate), below_the_band_edge(rate)))


def test_a_mobile_codec_puts_noise_under_speech_and_none_into_silence() -> None:
    line = Conditions(codec=Codec.MOBILE)
    sound = tone(1000, 1.0, 8000)
    spectrum = np.abs(np.fft.rfft(carried(line, sound, 8000)[800:7200].astype(float)))
    strongest = spectrum.max()
    rest = np.sqrt(np.sum(np.square(spectrum)) - np.sum(np.square(spectrum[795:806])))
    assert 20 * np.log10(strongest / rest) == pytest.approx(25, abs=2)


# --- packets ---


@pytest.mark.parametrize(("loss", "burst"), [(0.02, 1.0), (0.08, 3.0), (0.3, 1.0), (0.5, 8.0), (0.9, 2.0)])
def test_as_many_packets_are_lost_as_promised_and_in_such_bursts(loss: float, burst: float) -> None:
    packets = Packets(Conditions(loss=loss, burst=burst, seed=3), "up")
    arrived = np.array([packets.arrives() for _ in range(60000)])
    assert 1 - arrived.mean() == pytest.approx(loss, rel=0.15)
    begun = np.count_nonzero(arrived[:-1] & ~arrived[1:])
    assert np.count_nonzero(~arrived) / begun == pytest.approx(max(burst, 1 / (1 - loss)), rel=0.15)


@pytest.mark.parametrize(("loss", "arrives"), [(0.0, True), (1.0, False)])
def test_all_or_nothing(loss: float, arrives: bool) -> None:
    packets = Packets(Conditions(loss=loss), "up")
    assert {packets.arrives() for _ in range(500)} == {arrives}


@pytest.mark.parametrize(("jitter", "delay"), [(0.0, 0.0), (0.01, 0.02), (0.06, 0.06), (0.08, 0.08), (0.5, 0.2)])
def test_jitter_delays_all_alike_by_its_buffer(jitter: float, delay: float) -> None:
    assert Packets(Conditions(jitter=jitter), "up").delay == pytest.approx(delay)


def test_only_what_is_later_than_the_buffer_is_lost() -> None:
    def late(jitter: float) -> float:
        packets = Packets(Conditions(jitter=jitter, seed=5), "up")
        return float(np.mean([not packets.arrives() for _ in range(20000)]))

    assert late(LARGEST_BUFFER) < 0.01
    assert 0.03 < late(0.5) < 0.3
    assert late(1.0) > late(0.5)


def test_a_packet_does_not_overtake_the_one_before_it() -> None:
    """So one that is much too late makes the next ones too late as well."""
    packets = Packets(Conditions(jitter=0.4, seed=5), "up")
    late = np.array([not packets.arrives() for _ in range(20000)])
    assert late[1:][late[:-1]].mean() > 2 * late.mean()


def test_jitter_adds_up_to_nothing() -> None:
    """An hour on, the voice is as late as in the first second."""
    line = Conditions(jitter=0.06)
    uplink = Uplink(line, 8000, 8000)
    length, delay = 160, 3
    for _ in range(20000):
        uplink.carry(np.zeros(length, dtype=np.int16), NOTHING)
    marked = [np.full(length, 100 + n, dtype=np.int16) for n in range(50)]
    out = [uplink.carry(frame, NOTHING).samples for frame in marked]
    same = [np.array_equal(frame, later) for frame, later in zip(marked, out[delay:], strict=False)]
    assert np.mean(same) > 0.8


# --- concealment ---


def test_a_lost_packet_sounds_like_what_was_before_it_and_fades() -> None:
    sound = tone(200, 0.5, 8000)
    hidden = Concealment(8000)
    hidden.hear(sound[:2000])
    made = hidden.replace(800).astype(float)
    truth = sound[2000:2800].astype(float)
    assert np.corrcoef(made[:160], truth[:160])[0, 1] > 0.98
    assert level(made[:80].astype(np.int16)) == pytest.approx(level(sound), abs=0.5)
    assert level(made[240:320].astype(np.int16)) < level(sound) - 4
    assert not made[480:].any()


def test_the_next_packet_takes_over_without_a_click() -> None:
    sound = tone(210, 0.5, 8000)
    hidden = Concealment(8000)
    played = np.concatenate((hidden.hear(sound[:1600]), hidden.replace(160), hidden.hear(sound[1760:])))
    assert np.abs(np.diff(played.astype(int))).max() < 1.6 * np.abs(np.diff(sound.astype(int))).max()
    assert np.array_equal(played[1800:], sound[1800:])


def test_where_nothing_was_heard_before_nothing_is_made_up() -> None:
    assert not Concealment(8000).replace(160).any()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 400)), max_size=12), st.sampled_from(RATES))
def test_concealment_keeps_the_length(steps: list[tuple[bool, int]], rate: int) -> None:
    hidden = Concealment(rate)
    for arrives, count in steps:
        assert len(hidden.hear(noise(0.05, rate=rate)[:count]) if arrives else hidden.replace(count)) <= count


# --- the room ---


@pytest.mark.parametrize("name", noises.NOISES)
@pytest.mark.parametrize("rate", [8000, 24000])
def test_each_noise_has_its_level_and_begins_again_without_a_seam(name: str, rate: int) -> None:
    loop = noises.loop(Conditions(noise=Noise(name), snr=15.0), rate)
    assert loop is not None
    twice = loop.next(2 * noises.SECONDS * rate)
    assert 10 * np.log10(np.mean(np.square(twice)) / 32768**2) == pytest.approx(-35.0, abs=0.1)
    length = noises.SECONDS * rate
    assert np.allclose(twice[:length], twice[length:])
    ring = noises.make(name, rate, 1)
    assert abs(ring[0] - ring[-1]) <= np.abs(np.diff(ring)).max()


def test_a_noise_goes_on_where_it_was() -> None:
    line = Conditions(noise=Noise("pink"))
    whole, parts = noises.loop(line, 8000), noises.loop(line, 8000)
    assert whole is not None
    assert parts is not None
    assert np.array_equal(whole.next(4800), np.concatenate([parts.next(160) for _ in range(30)]))


def test_noises_differ() -> None:
    spectra = {name: np.abs(np.fft.rfft(noises.make(name, 8000, 1))) for name in noises.NOISES}
    low = {name: float(np.sum(s[:3000] ** 2) / np.sum(s**2)) for name, s in spectra.items()}  # below 300 Hz
    assert low["white"] < 0.1 < low["pink"] < low["street"]
    assert low["hum"] > 0.9
    assert max(low["babble"], low["cafe"]) < 0.5


@pytest.mark.parametrize("rate", [8000, 11025, 44100])
def test_a_file_of_any_rate_is_repeated(rate: int) -> None:
    line = Conditions(noise=Noise("mine.wav", Clip(noise(0.7, -12.0, rate), rate)), snr=10.0)
    loop = noises.loop(line, 16000)
    assert loop is not None
    assert 10 * np.log10(np.mean(np.square(loop.next(64000))) / 32768**2) == pytest.approx(-30.0, abs=0.5)


def test_noise_is_there_all_the_time_and_only_for_the_agent() -> None:
    line = Conditions(noise=Noise("pink"), snr=10.0)
    quiet = frames.silence(2.0, 8000)
    assert level(sent(Uplink(line, 8000, 8000), quiet, 8000)) == pytest.approx(-30.0, abs=2.0)
    assert not carried(line, quiet, 8000).any()


def test_the_voice_is_told_apart_from_the_noise() -> None:
    line = replace(LINES["bad wifi"], noise=Noise("pink"), snr=0.0, jitter=0.06, loss=0.0)
    uplink, voice = Uplink(line, 8000, 8000), speech(1.0)
    out = [uplink.carry(voice[n * 160 : (n + 1) * 160], NOTHING) for n in range(50)]
    told = np.concatenate([one.voice for one in out])
    assert uplink.delay == pytest.approx(0.06)
    lost = [n for n, one in enumerate(out) if not one.arrives]
    expected = voice.reshape(-1, 160).copy()
    expected[lost] = 0
    assert np.array_equal(told[480:], expected.reshape(-1)[:-480])


@pytest.mark.parametrize(("rate", "heard_rate"), [(8000, 8000), (16000, 24000), (24000, 8000)])
@pytest.mark.parametrize("delay", [0.02, 0.1, 0.335])
def test_an_echo_comes_back_quieter_and_later(rate: int, heard_rate: int, delay: float) -> None:
    line = Conditions(echo=-20.0, echo_delay=delay)
    heard = speech(2.0, rate=heard_rate)
    back = sent(Uplink(line, rate, heard_rate), frames.silence(2.0, rate), rate, heard, heard_rate).astype(float)
    expected = frames.resample(heard, heard_rate, rate).astype(float) * 0.1
    at = round(delay * rate)
    assert len(back) == 2 * rate
    assert not back[: at - round(0.015 * rate)].any() or rate != heard_rate
    assert np.corrcoef(back[at:], expected[: len(back) - at])[0, 1] > 0.98
    assert level(back.astype(np.int16)) == pytest.approx(level(heard) - 20, abs=1.0)


def test_a_room_without_sound_asks_for_nothing() -> None:
    room = Room(CLEAN, 8000, 8000)
    assert room.is_silent
    assert not room.echoes


# --- in words ---


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (CLEAN, "clean"),
        (LINES["phone"], "phone"),
        (replace(LINES["phone"], noise=Noise("pink"), snr=10.0, seed=7), "phone, pink noise at 10 dB SNR (seed 7)"),
        (Conditions(noise=Noise("babble")), "babble noise at 15 dB SNR (seed 1)"),
        (LINES["bad wifi"], "bad wifi, 8 % of the packets lost in bursts, jitter of 80 ms (seed 1)"),
        (Conditions(loss=0.05, direction=Direction.UP), "5 % of the packets lost, only towards the agent (seed 1)"),
        (Conditions(echo=-20.0, level=-10.0), "10 dB quieter, the agent's echo at -20 dB after 100 ms"),
    ],
)
def test_a_line_in_words(line: Conditions, words: str) -> None:
    assert str(line) == words

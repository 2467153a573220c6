"""The sound pack: each sound is what its row says, and the table that people read is that of the code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
import webrtcvad

from RobotVoice.__main__ import main
from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, level, silence
from RobotVoice.audio.loudness import PEAK_DBFS, peak, sounding
from RobotVoice.errors import InvalidArgument
from RobotVoice.keywords.sounds import SoundKeywords
from RobotVoice.settings import Settings
from RobotVoice.sounds import pack, table
from RobotVoice.sounds.pack import SOUNDS, Sound
from RobotVoice.sounds.waves import RATE
from RobotVoice.speech.ears import OfflineEars
from RobotVoice.speech.voices import Voice

PAGE = Path(__file__).parents[2] / "resources" / "sounds.md"
MADE = [sound for sound in SOUNDS if not sound.lines]
SAID = [sound for sound in SOUNDS if sound.lines]
CLOSE = 0.005
"""Seconds: one block of `sounding`."""
Wave = npt.NDArray[np.float64]


def named(sound: Sound) -> str:
    return sound.name


class Dumb:
    """For sounds in which nobody speaks."""

    @property
    def fingerprint(self) -> dict[str, str]:
        return {}

    def speak(self, text: str) -> Clip:
        raise AssertionError(f"nobody was to say '{text}'")


def made(name: str) -> Clip:
    return pack.find(name).clip(Dumb())


@pytest.fixture(scope="module")
def voice() -> Voice:
    pytest.importorskip("hibari")
    return Settings.of("offline", "offline", "0.7 s", "5 s", "link").voice


# --- the rows ---


@pytest.mark.parametrize("sound", MADE, ids=named)
def test_a_sound_is_as_long_and_as_loud_as_its_row_says(sound: Sound) -> None:
    clip = sound.clip(Dumb())
    assert clip.rate == RATE
    assert clip.seconds == pytest.approx(sound.seconds, abs=CLOSE)
    assert_as_loud(clip, sound)


@pytest.mark.parametrize("sound", SAID, ids=named)
def test_a_voice_is_as_long_and_as_loud_as_its_row_says(sound: Sound, voice: Voice) -> None:
    clip = sound.clip(voice)
    assert clip.seconds == pytest.approx(sound.seconds, abs=0.03)
    assert_as_loud(clip, sound)


def assert_as_loud(clip: Clip, sound: Sound) -> None:
    found = sounding(clip)
    assert found.dbfs == pytest.approx(sound.dbfs, abs=0.1)
    assert found.clip.seconds == pytest.approx(clip.seconds, abs=CLOSE), "it begins and ends with what is heard"
    assert peak(clip.samples) <= PEAK_DBFS + 0.01


@pytest.mark.parametrize("sound", MADE, ids=named)
def test_the_seed_decides_what_it_is(sound: Sound) -> None:
    wave = sound.make(np.random.default_rng(sound.seed))
    assert np.array_equal(wave, sound.make(np.random.default_rng(sound.seed)))
    assert not np.array_equal(wave, sound.make(np.random.default_rng(1000)))
    assert np.array_equal(sound.clip(Dumb()).samples, sound.clip(Dumb()).samples)


def test_names_and_seeds_are_taken_once() -> None:
    assert all(pack.known(sound.name) is sound for sound in SOUNDS)
    seeds = [sound.seed for sound in SOUNDS if sound.seed is not None]
    assert len(set(seeds)) == len(seeds)


def test_what_stops_an_agent_is_for_comparison() -> None:
    assert [sound.name for sound in SOUNDS if sound.stops_the_agent] == ["stop", "wait"]
    assert {sound.expected for sound in SOUNDS} == {"must not stop the agent", "stops the agent"}


# --- what they are like ---


def envelope(clip: Clip, seconds: float = 0.01) -> Wave:
    """RMS of each piece."""
    size = round(seconds * clip.rate)
    pieces = clip.samples[: len(clip.samples) // size * size].astype(np.float64).reshape(-1, size)
    return np.asarray(np.sqrt(np.mean(np.square(pieces), axis=1)))


def bumps(clip: Clip, apart: float = 0.08) -> list[float]:
    """Moments (s) at which it is louder than within `apart` seconds before and after, and a tenth of the loudest."""
    loudness = np.convolve(envelope(clip), np.hanning(5) / np.hanning(5).sum(), "same")
    near = round(apart / 0.01)
    around = [loudness[max(0, place - near) : place + near + 1].max() for place in range(len(loudness))]
    return [float(place) * 0.01 for place in np.flatnonzero((loudness == around) & (loudness > loudness.max() / 10))]


def octaves(clip: Clip) -> list[float]:
    """Power (dB) from 250 Hz to 4 kHz."""
    power = np.square(np.abs(np.fft.rfft(clip.samples.astype(np.float64))))
    hz = np.fft.rfftfreq(len(clip.samples), 1 / clip.rate)
    return [float(10 * np.log10(power[(hz >= low) & (hz < 2 * low)].sum())) for low in (250, 500, 1000, 2000)]


def brightness(clip: Clip) -> float:
    """How much louder (dB) the octave from 2 kHz is than the one from 250 Hz."""
    return octaves(clip)[3] - octaves(clip)[0]


def taken_for_speech(clip: Clip) -> float:
    """The share of its frames that webrtcvad, at its strictest, takes for speech after a voice and a second of silence.

    What it makes of a noise hangs on what it has heard before: fresh, it takes a bell for none.
    """
    before = np.concatenate((made("laugh").at_rate(16000).samples, silence(1, 16000)))
    samples = np.concatenate((before, clip.at_rate(16000).samples))
    detector = webrtcvad.Vad(3)
    pieces = [samples[start : start + 320] for start in range(0, len(samples) - 319, 320)]
    return float(np.mean([detector.is_speech(frames.to_bytes(piece), 16000) for piece in pieces][len(before) // 320 :]))


def silero(clip: Clip) -> float:
    """The share of it that Silero takes for speech, at the median of five places of its windows over the sound.

    It is the detector that faster-whisper brings along.
    """
    from faster_whisper.vad import get_vad_model  # noqa: PLC0415 - of the extra `offline`

    sound = (clip.at_rate(16000).samples / 32768).astype(np.float32)
    shares = []
    for lead in range(8000, 8500, 100):
        whole = np.concatenate((np.zeros(lead, dtype=np.float32), sound, np.zeros(8000, dtype=np.float32)))
        certainty = np.ravel(get_vad_model()(whole[: len(whole) // 512 * 512]))
        shares.append(np.sum(certainty > 0.5) * 512 / len(sound))
    return float(np.median(shares))


@pytest.mark.parametrize("sound", MADE, ids=named)
def test_a_simple_detector_takes_each_for_a_voice(sound: Sound) -> None:
    """So each of them tells an agent that asks for more than that from one that does not."""
    assert taken_for_speech(sound.clip(Dumb())) > 0.15


@pytest.mark.parametrize("sound", SOUNDS, ids=named)
def test_a_neural_detector_hears_who_speaks(sound: Sound, voice: Voice) -> None:
    share = silero(sound.clip(voice))
    assert share > 0.7 if sound.lines or sound.name == "laugh" else share < 0.1


def test_a_cough_bursts_and_is_over_soon() -> None:
    loudness = envelope(made("cough"), 0.02)
    assert np.argmax(loudness) <= 2
    assert 0.3 <= made("cough").seconds <= 0.5
    assert loudness[-3] < loudness.max() / 6


def test_a_cough_ends_with_a_voice() -> None:
    """Noise has no pitch; the folds' pulses come again after 3 to 5 ms."""

    def periodicity(samples: frames.Pcm) -> float:
        wave = samples.astype(np.float64)
        correlation = np.correlate(wave, wave, "full")[len(wave) - 1 :]
        return float(correlation[RATE // 350 : RATE // 200].max() / correlation[0])

    samples = made("cough").samples
    end = samples[round(0.27 * RATE) : round(0.33 * RATE)]
    rush = samples[round(0.05 * RATE) : round(0.11 * RATE)]
    assert periodicity(end) > 1.5 * periodicity(rush)


def test_five_notes_of_laughter_fade_at_their_pace() -> None:
    notes = bumps(made("laugh"))
    assert len(notes) == 5
    assert np.diff(notes) == pytest.approx([0.21] * 4, abs=0.03)
    samples = made("laugh").samples
    first, last = (
        level(samples[round((at - 0.05) * RATE) : round((at + 0.05) * RATE)]) for at in (notes[0], notes[-1])
    )
    assert first - last > 5


def test_a_dog_barks_twice() -> None:
    assert len(bumps(made("dog"), apart=0.2)) == 2


def test_somebody_types_several_keys_a_second() -> None:
    assert 4 < len(bumps(made("keyboard"), apart=0.04)) / made("keyboard").seconds < 15


def test_a_bell_is_struck_twenty_times_a_second() -> None:
    loudness = envelope(made("phone"), 0.001)[:2000]
    spectrum = np.abs(np.fft.rfft(loudness - loudness.mean()))
    strongest = np.argmax(spectrum[10:100]) + 10
    assert np.fft.rfftfreq(2000, 0.001)[strongest] == pytest.approx(20, abs=1)


def test_the_noises_have_the_colours_of_their_names() -> None:
    assert np.diff(octaves(made("white noise"))) == pytest.approx([3, 3, 3], abs=1)
    assert np.diff(octaves(made("pink noise"))) == pytest.approx([0, 0, 0], abs=1.2)


def test_a_door_is_low_and_dishes_are_high() -> None:
    assert brightness(made("door")) < -15
    assert brightness(made("dishes")) > 10


def test_side_talk_and_television_are_words_from_further_away(voice: Voice) -> None:
    ears = OfflineEars()
    aside, far = (pack.find(name).clip(voice) for name in ("side talk", "television"))
    assert "on the table" in ears.hear(aside).lower()
    assert "the weather" in ears.hear(far).lower()
    assert brightness(aside) < brightness(voice.speak("No, put it on the table, please.")) - 3
    assert taken_for_speech(far) > 0.6


# --- by name ---


@pytest.mark.parametrize("name", ["Side Talk", "sidetalk", "SIDE-TALK", "side_talk"])
def test_a_name_is_read_as_people_write_it(name: str) -> None:
    assert pack.find(name).name == "side talk"


def test_an_unknown_name_is_told_with_what_there_is() -> None:
    with pytest.raises(
        InvalidArgument, match=r"^There is no sound 'cuogh'; did you mean 'cough'\? There are: mm-hmm, "
    ):
        pack.find("cuogh")
    with pytest.raises(InvalidArgument, match=r"^There is no sound 'helicopter'\. There are: .* is a file, such as "):
        pack.find("helicopter")


# --- what people read ---


def test_the_page_is_the_generated_one() -> None:
    """`python -m RobotVoice sounds FOLDER` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == table.as_page()
    assert table.as_page().count("\n| ") == len(SOUNDS) + 2


def test_the_keyword_names_every_sound() -> None:
    told = " ".join((SoundKeywords.user_makes_sound.__doc__ or "").split())
    assert f"one of the sound pack: {', '.join(sound.name for sound in SOUNDS)}. " in told


def test_the_command_prints_the_pack(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sounds"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(SOUNDS) + 2
    assert next(line for line in lines if line.startswith("cough ")).split()[-1] == "1"


def test_the_command_writes_the_pack(tmp_path: Path, voice: Voice, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sounds", str(tmp_path / "new")]) == 0
    assert f"{len(SOUNDS)} sounds and sounds.md are in " in capsys.readouterr().out
    assert (tmp_path / "new" / "sounds.md").read_text(encoding="utf-8") == table.as_page()
    for sound in SOUNDS:
        samples, rate = soundfile.read(tmp_path / "new" / f"{sound.name.replace(' ', '-')}.wav", dtype="int16")
        assert (rate, len(samples)) == (RATE, len(sound.clip(voice).samples))


def test_a_folder_that_can_not_be_written_to_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["sounds", str(tmp_path / "file")]) == 2
    assert f"The sounds can't be written to '{tmp_path / 'file'}': " in capsys.readouterr().err

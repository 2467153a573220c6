"""Pauses in what a caller says: where they are, how long, and that the rest is what the voice says."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.audio.frames import Clip
from RobotVoice.errors import InvalidArgument
from RobotVoice.speech.hesitation import LONGEST, PAUSE, Part, parts_of, speak
from RobotVoice.speech.spelling import SPELLINGS, respelt
from RobotVoice.speech.voices import OfflineVoice, require_speakable

RATE = 24000
PER_LETTER = 240


@dataclass
class Buzz:
    """A voice that is never silent: as long as its text."""

    asked: list[str] = field(default_factory=list)

    @property
    def fingerprint(self) -> dict[str, str]:
        return {"voice": "buzz"}

    def speak(self, text: str) -> Clip:
        require_speakable(text)
        self.asked.append(text)
        return Clip(np.full(PER_LETTER * len(text), 9000, dtype=np.int16), RATE)


# --- where the pauses are ---


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Tell me about my billing", [Part("Tell me about my billing")]),
        ("I would like to ... go", [Part("I would like to...", PAUSE), Part("go")]),
        ("wait...what", [Part("wait...", PAUSE), Part("what")]),
        ("so \u2026 yes", [Part("so...", PAUSE), Part("yes")]),
        ("I want [pause 1.2 s] tea", [Part("I want...", 1.2), Part("tea")]),
        ("I want [ Pause 900ms ] tea", [Part("I want...", 0.9), Part("tea")]),
        ("I want to ... [pause 1.2 s] uhm go", [Part("I want to...", 1.2), Part("uhm go")]),
        ("I want [pause 1.2 s] ... tea", [Part("I want...", 1.2), Part("tea")]),
        ("one [pause 1 s] [pause 0.5 s] two", [Part("one...", 1.5), Part("two")]),
        ("one ... ... two", [Part("one...", 2 * PAUSE), Part("two")]),
        ("one ..... two", [Part("one...", PAUSE), Part("two")]),
        ("Yes. ... No, ... [pause 2 s] maybe?", [Part("Yes.", PAUSE), Part("No,", 2.0), Part("maybe?")]),
        ("one ... , ... two", [Part("one...", 2 * PAUSE), Part("two")]),
        ("Well...", [Part("Well...")]),
        ("... and then?", [Part("... and then?")]),
        ("...one ... two...!", [Part("one...", PAUSE), Part("two")]),
        ("It costs 1.50. Or 2..3", [Part("It costs 1.50. Or 2..3")]),
        ("", [Part("")]),
        ("...", [Part("...")]),
    ],
)
def test_a_text_falls_into_its_parts(text: str, parts: list[Part]) -> None:
    assert parts_of(text) == parts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I [laughs] want tea", r"has \[laughs\] in it: what stands in brackets is not said.*such as \[pause 1\.2 s\]"),
        ("I [pauses 1 s] want", r"has \[pauses 1 s\] in it"),
        ("I [] want", r"has \[\] in it"),
        ("I [pause] want", r"does not say how long \[pause\] is: write it like \[pause 1\.2 s\]"),
        ("I [pause 500] want", r"'500' has no unit: write '500 ms' or '500 s'"),
        ("I [pause soon] want", r"'soon' is not a length of time"),
        ("I [pause -1 s] want", r"'-1 s' is negative"),
        ("I [pause 0 s] want", r"has \[pause 0 s\] in it: a pause has to be longer than 0 s\."),
        ("I [pause 1 min] want", r"has \[pause 1 min\] in it: '1 min' is longer than 30 s"),
        ("I [pause 1 s want", r"has a bracket without its other half"),
        ("I pause 1 s] want", r"has a bracket without its other half"),
        ("I [pause [1 s]] want", r"has (a bracket without|\[1 s\] in it)"),
        ("[pause 1 s] I want", r"begins or ends with a pause.*User Stays Silent"),
        ("I want ... [pause 1 s].", r"begins or ends with a pause"),
        ("[pause 1 s]", r"begins or ends with a pause"),
        ("... [pause 1 s] ...", r"begins or ends with a pause"),
    ],
)
def test_what_is_no_pause_is_told(text: str, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        parts_of(text)


WORDS = st.text("abc ,?!'1", min_size=1, max_size=12).filter(lambda words: any(map(str.isalnum, words)))
MILLISECONDS = st.integers(1, round(LONGEST * 1000))


@given(st.lists(st.tuples(WORDS, MILLISECONDS), min_size=1, max_size=5), WORDS, st.booleans())
def test_what_was_put_together_is_taken_apart(before: list[tuple[str, int]], last: str, dots: bool) -> None:
    sign = "... " if dots else ""
    text = "".join(f"{words} {sign}[pause {length} ms] " for words, length in before) + last
    parts = parts_of(text)
    assert [part.text.removesuffix("...") for part in parts] == [words.strip() for words, _ in before] + [last.strip()]
    assert [part.pause for part in parts] == pytest.approx([length / 1000 for _, length in before] + [0.0])


@given(st.text(st.sampled_from("ab .\u2026[]1s,pause")))
def test_any_text_is_spoken_or_refused_with_a_sentence(text: str) -> None:
    try:
        parts = parts_of(text)
    except InvalidArgument as refused:
        assert str(refused).startswith("The text '")
        return
    assert parts[-1].pause == 0
    assert all(part.pause > 0 and any(map(str.isalnum, part.text)) for part in parts[:-1])
    assert sum(map(str.isalnum, text)) >= sum(map(str.isalnum, "".join(part.text for part in parts)))


# --- how they sound ---


@given(st.lists(MILLISECONDS, min_size=1, max_size=3))
def test_silence_is_exactly_as_long_as_it_was_written(lengths: list[int]) -> None:
    voice = Buzz()
    samples = speak(voice, "ab" + "".join(f" [pause {length} ms] ab" for length in lengths)).samples
    assert set(np.unique(samples)) == {0, 9000}
    edges = np.flatnonzero(np.diff(samples))
    silences = np.diff(edges)[::2]
    assert silences == pytest.approx([round(length / 1000 * RATE) for length in lengths])
    assert edges[0] == PER_LETTER * len("ab...") - 1
    assert voice.asked == ["ab..."] * len(lengths) + ["ab"]


def test_without_a_pause_the_voice_gets_the_text_as_it_is() -> None:
    voice = Buzz()
    speak(voice, " Well, hello... ")
    assert voice.asked == [" Well, hello... "]


@pytest.mark.parametrize("text", ["", "...", "!"])
def test_nothing_to_say_is_refused_as_ever(text: str) -> None:
    with pytest.raises(InvalidArgument, match="nothing to speak"):
        speak(Buzz(), text)


def test_the_offline_voice_hesitates() -> None:
    pytest.importorskip("hibari")
    voice = OfflineVoice()
    clip = speak(voice, "I would like to ... [pause 1.2 s] uhm change my address")
    silent = np.flatnonzero(clip.samples == 0)
    runs = np.split(silent, np.flatnonzero(np.diff(silent) > 1) + 1)
    longest = max(runs, key=len)
    assert len(longest) / clip.rate == pytest.approx(1.2, abs=0.005)
    alone = [voice.speak(text).seconds for text in ("I would like to...", "uhm change my address")]
    assert clip.seconds == pytest.approx(1.2 + sum(alone), abs=0.001)


# --- how the offline voice has to be given them ---


@pytest.mark.parametrize(
    ("text", "given_as"),
    [
        ("Mm-hmm.", "mmm-hmm."),
        ("uh-huh", "uh huh"),
        ("Uhm, er, no", "umm, uhh, no"),
        ("I was in the ER, uh, again", "I was in the ER, uhh, again"),
        ("the summer is over, herm", "the summer is over, herm"),
        ("um-brella uh-oh", "um-brella uh-oh"),
    ],
)
def test_sounds_of_listening_and_hesitating_are_respelt(text: str, given_as: str) -> None:
    assert respelt(text) == given_as


def test_respelling_again_would_change_nothing_of_a_word() -> None:
    assert not set(SPELLINGS).intersection(SPELLINGS.values())

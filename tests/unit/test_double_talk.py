"""What the caller does while both talk: the real mouth, driven by ticks, against an agent written by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from by_hand import RATE, noise
from hypothesis import given
from hypothesis import strategies as st

from RobotVoice.audio.frames import FRAME_SECONDS, Clip
from RobotVoice.call.detector import Voiced
from RobotVoice.call.mouth import Mouth, Utterance
from RobotVoice.call.turns import NATURAL_PAUSE, WITHIN_A_WORD, ProtocolSignals, replies
from RobotVoice.interruption.double_talk import BREATH, KEEP_TALKING, Act, DoubleTalk

AT = 2.0
"""Seconds of the call at which the caller barges in."""
WATCH = 5.0
Talk = list[tuple[float, float]]


class Scene:
    """The caller barges in at 2 s; the agent talks in `stretches`, each of the reply that its place in `ids` names."""

    def __init__(self, policy: DoubleTalk, line: float, stretches: Talk, ids: str = "", ended: str = "") -> None:
        names = ids or "a" * len(stretches)
        self.agent = [
            Voiced(start, end, name, round((end - start) / FRAME_SECONDS))
            for (start, end), name in zip(stretches, names, strict=True)
        ]
        self.signals = ProtocolSignals(ended=set(ended))
        self.policy, self.line, self.acts = policy, Clip(noise(line), RATE), list[tuple[float, Act]]()
        self.mouth = Mouth(RATE)
        self.said = [Utterance("Wait", self.line)]

    def play(self, until: float = 15.0) -> Scene:
        for frame in range(round(until / FRAME_SECONDS)):
            now = frame * FRAME_SECONDS
            if frame == round(AT / FRAME_SECONDS):
                self.mouth.say(self.said[0])
            elif now > AT:
                self._act(now)
            self.mouth.next_frame(now)
        return self

    def _act(self, now: float) -> None:
        match act := self.policy.look(self.said, replies(self.agent, self.signals, now), now, AT + WATCH):
            case Act.GIVE_WAY:
                self.mouth.break_off()
            case Act.SAY_AGAIN:
                self.said.append(Utterance("Wait", self.line))
                self.mouth.say(self.said[-1])
        if act:
            self.acts.append((now, act))

    def audible(self, now: float) -> bool:
        return any(one.start - 1e-6 <= now < one.end + WITHIN_A_WORD for one in self.agent)

    @property
    def ends(self) -> list[float]:
        return [said.end or 0.0 for said in self.said]


def gives_way(after: float) -> DoubleTalk:
    return DoubleTalk(gives_way_after=after)


REPEATS = DoubleTalk(most_times=5)
TALKS_ON: Talk = [(1.0, 12.0)]


# --- give way ---


def test_who_gives_way_breaks_off_when_both_have_talked_for_so_long() -> None:
    scene = Scene(gives_way(1.5), 3.0, TALKS_ON).play()
    assert [act for _, act in scene.acts] == [Act.GIVE_WAY]
    (line,) = scene.said
    assert line.broken_off
    assert line.end == pytest.approx(AT + 1.5, abs=FRAME_SECONDS)


@given(
    st.integers(80, 3000).map(lambda milliseconds: milliseconds / 1000),
    st.lists(st.floats(0.0, 0.019), min_size=200, max_size=200),
    st.sampled_from([8000, 16000, 24000, 44100]),
)
def test_late_ticks_make_nobody_give_way_too_early(after: float, late: list[float], rate: int) -> None:
    """What counts is what the agent was sent: at least so much, and less than a frame more."""
    agent = replies([Voiced(0.5, 60.0, "a", 2975)], ProtocolSignals(), 59.0)
    mouth, line = Mouth(rate), Utterance("Wait", Clip(noise(3.9, rate=rate), rate))
    mouth.say(line)
    for frame, lateness in enumerate(late):
        now = AT + frame * FRAME_SECONDS + lateness
        if gives_way(after).look([line], agent, now, AT + WATCH) is Act.GIVE_WAY:
            mouth.break_off()
        mouth.next_frame(now)
    assert line.broken_off
    assert after <= line.said_for < after + FRAME_SECONDS + 1e-9


def test_what_the_line_lost_of_the_beginning_is_not_counted() -> None:
    """The agent has heard the caller for so long by then, and not a frame less."""
    mouth, line = Mouth(RATE), Utterance("Wait", Clip(noise(3.0), RATE))
    mouth.say(line)
    agent = replies([Voiced(0.5, 60.0, "a", 2975)], ProtocolSignals(), 59.0)
    for frame in range(120):
        if gives_way(1.5).look([line], agent, AT + frame * FRAME_SECONDS, AT + WATCH) is Act.GIVE_WAY:
            mouth.break_off()
        mouth.next_frame(AT + frame * FRAME_SECONDS)
        if frame == 2:
            line.lost, line.start = 0.04, AT + 0.04
    assert line.said_for == 1.5


def test_an_agent_that_falls_silent_before_hears_it_all() -> None:
    scene = Scene(gives_way(1.5), 3.0, [(1.0, 3.0)]).play()
    assert scene.acts == []
    assert scene.ends == [pytest.approx(AT + 3.0)]
    assert not scene.said[0].broken_off


def test_a_natural_pause_of_the_agent_is_not_its_silence() -> None:
    """The caller waits for the next word before they believe that it goes on."""
    scene = Scene(gives_way(1.5), 3.0, [(1.0, 3.3), (3.8, 12.0)]).play()
    assert scene.ends == [pytest.approx(3.8, abs=FRAME_SECONDS)]


def test_an_agent_that_fell_silent_and_talks_again_is_given_the_same_time_anew() -> None:
    scene = Scene(gives_way(1.0), 5.0, [(1.0, 2.4), (3.4, 12.0)]).play()
    assert scene.ends == [pytest.approx(4.4, abs=FRAME_SECONDS)]


def test_one_that_answers_right_after_it_was_stopped_is_given_the_same_time_anew() -> None:
    """The protocol ended the old reply; the silence is shorter than a natural pause."""
    scene = Scene(gives_way(1.0), 5.0, [(1.0, 2.4), (2.7, 12.0)], ids="ab", ended="a").play()
    assert scene.ends == [pytest.approx(3.7, abs=FRAME_SECONDS)]


def test_replies_without_a_silence_between_are_one_to_the_caller() -> None:
    scene = Scene(gives_way(1.0), 5.0, [(1.0, 2.6), (2.6, 12.0)], ids="ab", ended="a").play()
    assert scene.ends == [pytest.approx(3.0, abs=FRAME_SECONDS)]


def test_an_agent_that_begins_after_the_caller_is_given_its_time_from_there() -> None:
    scene = Scene(gives_way(1.0), 5.0, [(3.0, 12.0)]).play()
    assert scene.ends == [pytest.approx(4.0, abs=2 * FRAME_SECONDS)]


# --- repeat until heard ---


def test_who_is_not_heard_says_it_again_after_a_breath_until_the_watch_ends() -> None:
    scene = Scene(REPEATS, 0.8, TALKS_ON).play()
    starts = [said.start for said in scene.said]
    assert starts == pytest.approx([2.0, 3.3, 4.6, 5.9], abs=2 * FRAME_SECONDS)
    assert scene.ends[-1] == pytest.approx(6.7, abs=4 * FRAME_SECONDS), "the last one is said to its end"


def test_nobody_says_it_more_often_than_they_want() -> None:
    assert len(Scene(DoubleTalk(most_times=2), 0.4, TALKS_ON).play().said) == 2


def test_an_agent_that_falls_silent_was_told_often_enough() -> None:
    assert len(Scene(REPEATS, 0.8, [(1.0, 3.8)]).play().said) == 2


def test_the_answer_is_not_talked_over() -> None:
    """It begins before the caller has finished: only that the agent fell silent in between tells it from the rest."""
    assert len(Scene(REPEATS, 2.0, [(1.0, 2.5), (3.4, 12.0)], ids="ab").play().said) == 1
    assert len(Scene(REPEATS, 2.0, [(1.0, 2.5), (2.8, 12.0)], ids="ab", ended="a").play().said) == 1


def test_one_that_pauses_and_goes_on_was_not_silenced() -> None:
    scene = Scene(REPEATS, 0.8, [(1.0, 3.1), (3.7, 12.0)]).play()
    assert scene.said[1].start == pytest.approx(3.7, abs=2 * FRAME_SECONDS), "no sooner than its next word"


def test_an_agent_that_talks_over_a_line_is_told_again() -> None:
    assert len(Scene(REPEATS, 2.0, [(2.5, 12.0)]).play().said) > 1


def test_a_reply_after_the_line_is_an_answer() -> None:
    assert len(Scene(REPEATS, 0.8, [(3.1, 12.0)]).play().said) == 1


def test_who_keeps_talking_says_it_once_and_to_its_end() -> None:
    scene = Scene(KEEP_TALKING, 3.0, TALKS_ON).play()
    assert scene.acts == []
    assert scene.ends == [pytest.approx(5.0)]


# --- any agent ---


@st.composite
def talk(draw: st.DrawFn) -> Talk:
    """Stretches of speech with silences between, none of which is just as long as a pause that matters."""
    edges, at = [], draw(st.integers(0, 120)) + 0.1
    for _ in range(draw(st.integers(1, 6))):
        length, gap = draw(st.integers(2, 150)), draw(st.integers(1, 80))
        edges.append((at * FRAME_SECONDS, (at + length) * FRAME_SECONDS))
        at += length + gap + 0.3
    return edges


LINES = st.integers(1, 250).map(lambda frames: frames * FRAME_SECONDS)


@given(talk(), LINES, st.integers(1, 150).map(lambda frames: frames * FRAME_SECONDS))
def test_nobody_gives_way_too_soon_or_too_late(stretches: Talk, line: float, after: float) -> None:
    scene = Scene(gives_way(after), line, stretches).play()
    end = scene.ends[0]
    gone_on = _heard_without_a_stop(stretches, AT, end)
    if scene.said[0].broken_off:
        assert gone_on >= after - 1e-6
        assert scene.audible(end)
    # a frame for the look, one for the detector to be sure of a word that has just begun
    frames_said = range(round(AT / FRAME_SECONDS), round(end / FRAME_SECONDS))
    longest = max(_heard_without_a_stop(stretches, AT, frame * FRAME_SECONDS) for frame in frames_said)
    assert longest <= after + 2 * FRAME_SECONDS


def _heard_without_a_stop(stretches: Talk, start: float, now: float) -> float:
    """For how long the agent, audible now, has gone on since `start`; 0 if it is not audible."""
    playing = next((index for index, (a, b) in enumerate(stretches) if a - 1e-6 <= now < b + WITHIN_A_WORD), None)
    if playing is None:
        return 0.0
    first = playing
    while first and stretches[first][0] - stretches[first - 1][1] < NATURAL_PAUSE - 1e-6:
        first -= 1
    return now - max(start, stretches[first][0])


@given(talk(), LINES, st.integers(2, 5))
def test_nobody_says_it_again_to_an_agent_that_is_silent_or_has_been(stretches: Talk, line: float, most: int) -> None:
    scene = Scene(DoubleTalk(most_times=most), line, stretches).play()
    assert len(scene.said) <= most
    for before, again in pairwise(scene.said):
        assert before.start is not None
        assert before.end is not None
        assert again.start is not None
        assert again.start - before.end >= BREATH - 1e-6
        assert again.start < AT + WATCH
        assert scene.audible(again.start)
        silences = [(b, c) for (_, b), (c, _) in pairwise(stretches) if c - b >= NATURAL_PAUSE + FRAME_SECONDS]
        assert not any(before.start < b and c <= again.start for b, c in silences), "it had been silent"
    assert not any(said.broken_off for said in scene.said)


# --- as people write it ---


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("keep talking", KEEP_TALKING),
        ("Keep Talking", KEEP_TALKING),
        ("keep_talking", KEEP_TALKING),
        ("give way after 1.5 s", gives_way(1.5)),
        ("give way after 800 ms", gives_way(0.8)),
        ("give  way after 1 min 2 s", gives_way(62.0)),
        ("repeat until heard", REPEATS),
        ("repeat until heard, at most 3 times", DoubleTalk(most_times=3)),
        ("Repeat until heard at most 3 times", DoubleTalk(most_times=3)),
        (gives_way(2.0), gives_way(2.0)),
    ],
)
def test_a_habit_is_read_as_people_write_it(text: object, policy: DoubleTalk) -> None:
    assert DoubleTalk.convert(text) == policy
    assert DoubleTalk.convert(str(policy)) == policy


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("give way", "'give way' does not say when: write it with a time, such as 'give way after 1.5 s'."),
        ("give way after 1.5", "'1.5' has no unit: write '1.5 ms' or '1.5 s'."),
        ("give way after 1500", "'1500' has no unit"),
        ("give way after -1 s", "'-1 s' is negative"),
        ("give way after 2 hours", "'2 hours' is longer than an hour"),
        ("give way after a while", "'a while' is not a length of time"),
        ("give way after 0 s", "who gives way at once says nothing"),
        ("repeat until heard, at most 1 times", "at least 2 times"),
        ("repeat until heard, at most 0 times", "at least 2 times"),
        ("repeat", "'repeat' is nothing that a caller does while both talk: write 'keep talking', 'give way after"),
        ("shout", "'shout' is nothing that a caller does"),
        ("", "'' is nothing that a caller does"),
        (5, "'5' is nothing that a caller does"),
    ],
)
def test_what_can_not_be_read_is_a_sentence(text: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^.*$") as refused:
        DoubleTalk.convert(text)
    assert sentence in str(refused.value)


@given(st.text() | st.none() | st.integers() | st.lists(st.text()))
def test_anything_else_is_refused_with_a_sentence_as_well(value: object) -> None:
    try:
        DoubleTalk.convert(value)
    except ValueError as error:
        assert str(error).endswith(".")

"""Who has the word: hand-written events in, decisions out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from RobotVoice.audio.frames import Clip, silence
from RobotVoice.demo.conversation import (
    Answer,
    CallerHasTheWord,
    Conversation,
    Decision,
    Ignore,
    PauseSpeaking,
    StopSpeaking,
)
from RobotVoice.demo.faults import Faults
from RobotVoice.demo.hearing import SpeechEnded, SpeechOnset, StillSpeaking

ONSET = SpeechOnset(at=10.0, position=1.0)
ENDED = SpeechEnded(ONSET, 11.0, 2.0, Clip(silence(1.0, 8000), 8000))


PAUSING = Faults(pauses_for=timedelta(seconds=1))


def speak(
    talk: Conversation, seconds: float, *, agent_until: float, deaf: bool = False
) -> list[tuple[float, Decision]]:
    """The caller speaks for `seconds`, the agent until `agent_until` or until it decides to stop."""
    decisions = [(0.0, decision) for decision in talk.hear(ONSET, speaking=agent_until > 0, deaf=deaf)]
    for step in range(5, round(seconds * 100), 2):
        now = step / 100
        for decision in talk.hear(StillSpeaking(ONSET, now), speaking=now < agent_until):
            decisions.append((now, decision))
            agent_until = 0.0 if isinstance(decision, StopSpeaking) else agent_until
    return [
        *decisions,
        *((seconds, decision) for decision in talk.hear(ENDED, speaking=agent_until > seconds)),
    ]


def kinds(decisions: list[tuple[float, Decision]]) -> list[type]:
    return [type(decision) for _, decision in decisions]


def test_a_caller_who_speaks_into_silence_is_answered() -> None:
    assert kinds(speak(Conversation(Faults()), 1.0, agent_until=0)) == [CallerHasTheWord, Answer]


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.5, 0.8])
def test_it_stops_after_so_much_speech(seconds: float) -> None:
    decisions = speak(Conversation(Faults(stops_after=timedelta(seconds=seconds))), 2.0, agent_until=9)
    assert kinds(decisions) == [CallerHasTheWord, StopSpeaking, Answer]
    assert decisions[1][0] == pytest.approx(seconds, abs=0.021)
    assert decisions[1][0] >= seconds


def test_a_backchannel_is_ignored_and_not_answered() -> None:
    assert kinds(speak(Conversation(Faults()), 0.3, agent_until=9)) == [Ignore]


def test_who_yields_to_backchannels_stops_for_one() -> None:
    decisions = speak(Conversation(Faults(yields_to_backchannels=True)), 0.3, agent_until=9)
    assert kinds(decisions) == [CallerHasTheWord, StopSpeaking, Answer]


def test_a_caller_who_outlasts_the_reply_has_the_word_without_a_stop() -> None:
    assert kinds(speak(Conversation(Faults()), 1.0, agent_until=0.2)) == [CallerHasTheWord, Answer]


def test_it_resumes_after_an_interruption_only() -> None:
    talk = Conversation(Faults(resumes=True))
    answers = [d for _, d in speak(talk, 1.0, agent_until=0) if isinstance(d, Answer)]
    answers += [d for _, d in speak(talk, 1.0, agent_until=9) if isinstance(d, Answer)]
    answers += [d for _, d in speak(talk, 1.0, agent_until=0) if isinstance(d, Answer)]
    assert [answer.resumes for answer in answers] == [False, True, False]


def test_a_cancel_is_an_interruption_too() -> None:
    talk = Conversation(Faults(resumes=True))
    talk.cancelled()
    answer = speak(talk, 1.0, agent_until=0)[-1][1]
    assert isinstance(answer, Answer)
    assert answer.resumes


def test_a_client_may_keep_the_agent_from_stopping() -> None:
    talk = Conversation(Faults())
    assert not [*talk.hear(ONSET, speaking=True, may_stop=False)]
    decisions = [*talk.hear(StillSpeaking(ONSET, 0.6), speaking=True, may_stop=False)]
    assert [type(decision) for decision in decisions] == [CallerHasTheWord]


def test_a_sound_makes_it_pause_once_and_longer_speech_stops_it() -> None:
    talk = Conversation(PAUSING)
    assert kinds(speak(talk, 0.4, agent_until=9)) == [PauseSpeaking, Ignore]
    decisions = speak(talk, 1.0, agent_until=9)
    assert kinds(decisions) == [PauseSpeaking, CallerHasTheWord, StopSpeaking, Answer]
    assert [at for at, _ in decisions[:3]] == pytest.approx([0.2, 0.5, 0.5], abs=0.021)


def test_it_pauses_neither_for_a_click_nor_in_silence_nor_where_the_client_forbids_it() -> None:
    talk = Conversation(PAUSING)
    assert kinds(speak(talk, 0.15, agent_until=9)) == [Ignore]
    assert kinds(speak(talk, 0.4, agent_until=0)) == [CallerHasTheWord, Answer]
    assert not [*talk.hear(ONSET, speaking=True, may_stop=False)]
    assert not [*talk.hear(StillSpeaking(ONSET, 0.3), speaking=True, may_stop=False)]


def test_speech_that_begins_unheard_stays_unheard_as_long_as_it_lasts() -> None:
    talk = Conversation(Faults())
    assert kinds(speak(talk, 2.0, agent_until=9, deaf=True)) == [Ignore]
    assert kinds(speak(talk, 2.0, agent_until=0.5, deaf=True)) == [Ignore]
    assert kinds(speak(talk, 2.0, agent_until=9)) == [CallerHasTheWord, StopSpeaking, Answer]

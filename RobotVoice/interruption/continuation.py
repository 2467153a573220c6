"""How the agent went on with its reply in spite of a sound of the caller's. Pure.

The silence is measured. Whether words were said again or left out is told by the sound, where the agent sends the
same samples twice, or else by the words, where the agent's own text or ears tell them; or it can't be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final, Protocol

from RobotVoice.audio import frames
from RobotVoice.audio.frames import Clip, Pcm
from RobotVoice.call.loss import seconds_lost
from RobotVoice.call.turns import has_id
from RobotVoice.evidence import measure
from RobotVoice.evidence.hearing import QUIETEST
from RobotVoice.evidence.levels import RESOLUTION
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import Continuation, Interruption, Measured, Outcome, duration
from RobotVoice.interruption import wording
from RobotVoice.interruption.floor import SHORTEST_PAUSE
from RobotVoice.interruption.old_reply import cuts, dropped, was_cut_at
from RobotVoice.interruption.resumption import ENOUGH, MORE_THAN_A_WORD, agreed, places
from RobotVoice.interruption.scene import Figures, Scene, length
from RobotVoice.interruption.wording import Wording

DUE_TO_THE_SOUND: Final = 1.0
"""Seconds after the caller's sound in which a silence of the agent counts as due to it. It is the first half of what
callback-voice calls a false yield: the agent stops at most 1.0 s after a backchannel and stays quiet for 0.6 s."""
BEFORE: Final = 20.0
"""Seconds of sound before a break in which what comes again is looked for: no sentence is longer."""
WITHIN_A_WORD: Final = 0.06
"""Seconds. Shorter silences are those of its consonants: an agent that begins again needs a moment."""
WORDS_BEFORE: Final = 12.0
WORDS_AFTER: Final = 8.0
"""Seconds that ears are given on either side of a break."""
FIRST_WORDS: Final = 5
"""Words by which people know what the agent went on with."""


class Listener(Protocol):
    """Who heard the agent, and can be asked for its words."""

    def heard(self, start: float, end: float) -> Clip:
        """Its sound between two moments (s) of the call, as the caller heard it."""
        ...

    def words_heard(self, start: float, end: float) -> str | None:
        """The words in that; None if nobody can tell."""
        ...

    def own_text(self, moment: float) -> str | None:
        """What it was going to say in the reply that was heard then, if its protocol tells."""
        ...


def continuation(one: Interruption, scene: Scene, listener: Listener) -> Continuation | None:
    """How the agent went on by `scene.now`; None if the interruption did not happen."""
    if one.outcome is Outcome.DID_NOT_HAPPEN or one.barge_in is None:
        return None
    found = _break(one, scene) or _restart(one, scene, listener)
    if found is None:
        return Continuation(went_on=True, restarted=False, skipped=False)
    silent, again = found
    if again is None:
        quiet = Figures(scene, silent, scene.now).length(silent, scene.now, at_least=True)
        return Continuation(silent, None, (one.yielded_for if silent == one.ear_stop else None) or quiet)
    return _as_heard(one, scene, listener, Span(silent, again), length(scene, silent, again))


def is_plain(one: Interruption, scene: Scene, listened: float) -> bool:
    """Whether enough was heard of the agent: for `listened` seconds after it spoke again, or until it was over."""
    found = _break(one, scene)
    if found is None or found[1] is None:
        return found is None
    heard = _stretch(scene, found[1])
    return heard.seconds >= listened or heard.end + scene.pause <= scene.now


# Where it broke off


def _break(one: Interruption, scene: Scene) -> tuple[float, float | None] | None:
    """When the agent broke off and when it was heard again: None if it talked on without a break."""
    if one.outcome is Outcome.INTERRUPTED:
        return _longest_since_the_stop(one, scene)
    breaks = [*_silences(one, scene), *_cuts(one, scene)]
    longest = max(breaks, key=lambda span: span.seconds, default=None)
    return None if longest is None else (longest.start, longest.end)


def _longest_since_the_stop(one: Interruption, scene: Scene) -> tuple[float, float | None] | None:
    """An agent that stopped, said a syllable and fell silent again was silent for the longer of the two."""
    stop, again = one.ear_stop, one.reply_onset
    if stop is None or again is None:
        return None if stop is None else (stop, None)
    longest = max([Span(stop, again), *_silences(one, scene)], key=lambda span: span.seconds)
    last = max(again, scene.agent[-1].end if scene.agent else again)
    if last <= _window(one)[1] and scene.now - last > longest.seconds:
        return last, None
    return longest.start, longest.end


def _restart(one: Interruption, scene: Scene, listener: Listener) -> tuple[float, float] | None:
    """Where it said something again after no more silence than is in fluent speech, as its sound tells."""
    for gap in _silences(one, scene, WITHIN_A_WORD):
        ahead = _ahead_after(gap, scene, listener)
        if ahead is not None and ahead < 0:
            return gap.start, gap.end
    return None


def _window(one: Interruption) -> tuple[float, float]:
    start = one.barge_in or 0.0
    return start, max(start, one.caller_end or 0.0) + DUE_TO_THE_SOUND


def _silences(one: Interruption, scene: Scene, shortest: float = SHORTEST_PAUSE) -> Iterator[Span]:
    """The silences within the reply that may be due to the caller's sound."""
    start, end = _window(one)
    until = one.watched_until or scene.now
    first = max(0, measure.begun(scene.agent, start) - 1)
    for before, after in pairwise(scene.agent[first:]):
        if before.end > end or before.end >= until:
            return
        silent_for = after.start - before.end - seconds_lost(scene.lost, before.end, after.start)
        if after.start > start and silent_for >= shortest:
            yield Span(before.end, after.start)


def _cuts(one: Interruption, scene: Scene) -> Iterator[Span]:
    """Where sound of the reply was taken away, and the agent was heard again."""
    start, end = _window(one)
    for moment in cuts(scene.reply_at(start), scene):
        if start <= moment <= end:
            first = max(0, measure.begun(scene.agent, moment) - 1)
            later = [span.start for span in scene.agent[first : first + 2] if span.end > moment + RESOLUTION]
            if later:
                yield Span(moment, max(moment, later[0]))


def _stretch(scene: Scene, start: float) -> Span:
    """What the agent says from `start` on, natural pauses included."""
    spans = measure.stretches(scene.agent[max(0, measure.begun(scene.agent, start) - 1) :], scene.pause)
    return next((Span(start, span.end) for span in spans if span.end > start), Span(start, start))


# What it said then


def _as_heard(one: Interruption, scene: Scene, listener: Listener, silence: Span, paused: Measured) -> Continuation:
    begin, end = _around(silence, scene)
    text = listener.words_heard(silence.end, min(end, silence.end + WORDS_AFTER)) or ""
    before = listener.words_heard(max(begin, silence.start - WORDS_BEFORE), silence.start) or ""
    own, next_own = listener.own_text(silence.start - RESOLUTION), listener.own_text(silence.end + ENOUGH)
    told = wording.compare(before, text, own)
    if own and next_own and wording.is_within_a_sentence(own, next_own):
        told = replace(told, of_the_reply=True)
    if seconds_lost(scene.lost, begin, end):
        told = replace(told, left_out=None)  # the line may have lost what the agent did say
    ahead = _ahead_after(silence, scene, listener)
    known = Continuation(
        fell_silent=silence.start,
        spoke_again=silence.end,
        paused_for=paused,
        went_on=_went_on(one, ahead, told, _may_be_another(scene, silence)),
        went_on_with=" ".join(text.split()[:FIRST_WORDS]),
    )
    if known.went_on is False:
        return known
    compared = _compared(known, ahead, told)
    return _as_talked_on(compared) if _is_natural(scene, silence) else compared


def _around(silence: Span, scene: Scene) -> tuple[float, float]:
    """From where to where it talks, natural pauses included, with the silence in it."""
    begun = measure.stretches(scene.agent[: measure.begun(scene.agent, silence.start)], scene.pause)
    return begun[-1].start if begun else silence.start, _stretch(scene, silence.end).end


def _ahead_after(silence: Span, scene: Scene, listener: Listener) -> float | None:
    begin, end = _around(silence, scene)
    return _ahead(
        listener.heard(max(begin, silence.start - BEFORE), silence.start),
        listener.heard(silence.end, min(end, silence.end + BEFORE)).samples,
        dropped(scene, scene.reply_at(silence.start - RESOLUTION)),
    )


def _is_natural(scene: Scene, silence: Span) -> bool:
    """A pause as anybody makes within a reply, of which the agent took nothing back: no sign that it broke off."""
    reply = scene.reply_at(silence.start - RESOLUTION)
    is_one_reply = reply == scene.reply_at(silence.end + RESOLUTION)
    return is_one_reply and silence.seconds < scene.pause and not was_cut_at(silence.start, reply, scene)


def _may_be_another(scene: Scene, silence: Span) -> bool:
    """No protocol named what came after so short a silence, but it said that something had ended."""
    before, after = (scene.reply_at(moment) for moment in (silence.start - RESOLUTION, silence.end + RESOLUTION))
    return before != after and not has_id(after)


def _as_talked_on(compared: Continuation) -> Continuation:
    """What neither its sound nor its words tell of, it did not do, no more than one who makes no pause."""
    return replace(compared, restarted=bool(compared.restarted), skipped=bool(compared.skipped))


def _ahead(before: Clip, after: Pcm, unheard: Pcm) -> float | None:
    """Seconds of its speech that the agent left out, below zero those it said again; None if its sound does not tell.

    What it says again has to be the same sound up to where it broke off: a phrase that a prompt happens to begin with
    twice is not.
    """
    rate = before.rate
    behind = agreed(places(before.samples, after, rate))
    if behind is not None:
        same = before.samples[round(behind * rate) :][: len(after)]
        if places(after, same[-round(MORE_THAN_A_WORD * rate) :], rate):
            return behind - before.seconds
    ahead = agreed(places(unheard, after, rate))
    if ahead is None:
        return None
    return ahead if _is_audible(unheard[: round(ahead * rate)]) else 0.0


def _went_on(one: Interruption, ahead: float | None, told: Wording, may_be_another: bool) -> bool | None:
    """Whether what it said then is the old reply."""
    if one.resumed or ahead is not None or told.of_the_reply:
        return True
    if one.outcome is Outcome.KEPT_TALKING and not may_be_another:
        return True
    return False if one.resumed is False or told.of_the_reply is False else None


def _compared(known: Continuation, ahead: float | None, told: Wording) -> Continuation:
    """Sound that comes again is proof; words are asked where there is none."""
    restarted = None if told.again is None else bool(told.again)
    skipped = None if told.left_out is None else bool(told.left_out)
    if ahead is not None:
        restarted, skipped = ahead < 0, ahead >= MORE_THAN_A_WORD
    how_long = "" if ahead is None else f"{duration(abs(ahead))} of its speech"
    return replace(
        known,
        restarted=restarted,
        again=(_in_quotes(told.again) or how_long) if restarted else "",
        skipped=skipped,
        left_out=(_in_quotes(told.left_out) or how_long) if skipped else "",
    )


def _in_quotes(words: Iterable[str] | None) -> str:
    text = " ".join(words or ())
    return f'"{text}"' if text else ""


def _is_audible(samples: Pcm) -> bool:
    return len(samples) > 0 and frames.level(samples) > QUIETEST

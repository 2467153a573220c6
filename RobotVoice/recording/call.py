"""The recording of a call, to be judged by the checks as a call is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from RobotVoice.audio.frames import Clip
from RobotVoice.audio.stereo import StereoFile
from RobotVoice.errors import CannotCheck, InvalidArgument
from RobotVoice.evidence import files
from RobotVoice.evidence.measure import Span
from RobotVoice.evidence.model import (
    CallEvidence,
    Continuation,
    Health,
    Interruption,
    Measured,
    Outcome,
    Speaker,
    Turn,
    duration,
)
from RobotVoice.evidence.softness import is_soft
from RobotVoice.interruption.continuation import continuation
from RobotVoice.interruption.floor import CallerTurn, Floor, turns_of
from RobotVoice.judgeable import Judgeable
from RobotVoice.recording import find, sentences
from RobotVoice.recording.analysis import RecordingAnalysis, Words, analyse, is_brief
from RobotVoice.recording.find import Sides
from RobotVoice.recording.leaks import without_leaks
from RobotVoice.recording.listen import Channel, Heard, listen
from RobotVoice.speech.ears import Ears

MOST_SHOWN = 12
"""Interruptions in a report: beyond that neither the picture nor the table can be read."""
MOST_TURNS = 200
"""Turns, and lines of the journal, in a report."""
LONGEST_HEARING = 30.0
"""Seconds of a turn that ears are given at once: what Whisper hears in one go, and bounded in memory."""


class RecordedCall(Judgeable):
    """What was found in a recording, and the verdicts on it. Checks are about its last interruption.

    pause: silence shorter than this (s) is a natural pause. watch: how long (s) the agent is watched after an
    interruption. ears: who writes down the words; without them no words are known.
    """

    def __init__(self, path: Path, caller: Channel, pause: float, watch: float, ears: Ears | None = None) -> None:
        super().__init__()
        file = StereoFile(path)
        self._file, self._ears = file, ears
        self._heard, leaks = without_leaks(file, listen(file, caller), caller)
        self._caller = caller
        self._problems = [*_hardly_heard(path, self._heard, caller), *leaks]
        self._sides = sides = Sides.of(self._heard.caller, self._heard.agent, self._heard.seconds, pause)
        self.found: RecordingAnalysis = analyse(path, sides, watch, _words(file, caller, sides, ears))
        if sides.known_from:
            self._problems.append(sentences.MIDST)
        self._has_words = ears is not None
        self._played: Path | None = None
        self._continuations: dict[int, Continuation | None] = {}

    @property
    def seconds(self) -> float:
        """The length of the recording."""
        return self.found.seconds

    @property
    def why_ended(self) -> str:
        """Every recording ends somewhere."""
        return ""

    def begin_test(self) -> None:
        """Each test judges the whole recording."""
        self.checks.clear()
        self._judged, self.heeded = 0, 0.0

    # -- facts

    def results(self) -> list[Interruption]:
        """Every interruption."""
        return list(self.found.interruptions)

    def interruptions(self) -> list[Interruption]:
        """Every interruption, with how the agent went on."""
        return [self._continued(one) for one in self.results()]

    def _continued(self, one: Interruption) -> Interruption:
        if one.number not in self._continuations:
            self._continuations[one.number] = continuation(one, find.whole(self._sides), self)
        return replace(one, continuation=self._continuations[one.number])

    def reply_latency(self, patience: float) -> Measured | None:
        """Of the caller's last turn, whether it interrupted the agent or not."""
        caller_end, latency = self._last_reply()
        if latency is None and self.seconds < caller_end + patience:
            raise CannotCheck(
                f"The recording ends {duration(self.seconds - caller_end)} after the caller's last word, and the agent "
                "had not replied by then: what it did later is not known."
            )
        return latency

    def _last_reply(self) -> tuple[float, Measured | None]:
        ordinary = self.found.responses[-1] if self.found.responses else None
        last = self.found.interruptions[-1] if self.found.interruptions else None
        if last is None and ordinary is None:
            self._require_known_turns()
            raise CannotCheck("The caller does not say anything in this recording, so there is no reply to time.")
        if ordinary and (last is None or (last.barge_in is not None and last.barge_in < ordinary.caller_end)):
            return ordinary.caller_end, ordinary.latency
        assert last is not None
        if last.outcome is Outcome.DID_NOT_HAPPEN or last.caller_end is None:
            raise CannotCheck("The recording ends before it is plain what came of the caller's last interruption.")
        return last.caller_end, last.response_latency

    def last_words(self) -> str:
        """What the agent said in the last of its turns."""
        if not self._has_words:
            raise CannotCheck("The words of the recording are not known: use Analyse Recording with transcribe=True.")
        said = [turn.text for turn in self.found.turns if turn.speaker is Speaker.AGENT]
        if not said or said[-1] is None:
            raise CannotCheck("No words of the agent could be understood at the end of the recording.")
        return said[-1]

    def turns(self) -> tuple[Turn, ...]:
        """Who spoke when."""
        return self.found.turns

    def sound(self, speaker: Speaker, start: float, end: float) -> Clip:
        """Their channel between two moments."""
        channel = self._caller if speaker is Speaker.CALLER else self._caller.other
        return self._file.part(channel.number, start, end)

    # -- for those who look at what the agent did

    def heard(self, start: float, end: float) -> Clip:
        """The agent's channel between two moments."""
        return self.sound(Speaker.AGENT, start, end)

    def words_heard(self, start: float, end: float) -> str | None:
        """What ears understand of that; None without ears."""
        return None if self._ears is None else self._ears.hear(self.heard(start, end)) or None

    def own_text(self, moment: float) -> str | None:
        """A recording does not tell what the agent was going to say."""
        return None

    def floor(self) -> Floor:
        """Who had the floor, as far as sound tells: a silence of the caller's that is no natural pause ends a turn."""
        sides = self._sides
        sounds = [sound for sound in sides.caller if sound.start >= sides.known_from]
        if not sides.known_caller_turns and not self.found.talk_overs:
            self._require_known_turns()
        turns = [self._with_text(turn) for turn in turns_of(sounds, sides.pause)]
        asked = turns[-1].end if turns else -1.0
        answer = next((one for one in sides.agent_turns if one.end > asked), None)
        unclear = [one.start for one in self.found.perhaps_talk_overs]
        return Floor(find.whole(sides), turns, answer.end if answer else None, unclear)

    def _require_known_turns(self) -> None:
        if self.found.known_from:
            raise CannotCheck(f"{sentences.MIDST} The caller has no other turn, so there is nothing to check.")

    def _with_text(self, turn: CallerTurn) -> CallerTurn:
        said = [
            one.text for one in self.found.turns if one.speaker is Speaker.CALLER and turn.start <= one.start < turn.end
        ]
        return replace(turn, text=" ".join(filter(None, said)))

    def wait(self, seconds: float) -> bool:
        """Nothing more will be heard."""
        return False

    # -- evidence

    def health(self) -> Health:
        """No call was made, so this machine had no time to keep."""
        return Health()

    def problems(self) -> list[str]:
        """A side that is not heard at all, or not well; and a beginning in the middle of a call."""
        return self._problems

    def keep_recording(self, output_dir: Path, test: str) -> Path:
        """A copy beside log.html, so that the two can be given away; what is too large stays where it is."""
        if self._played is None:
            self._played = _beside(self.found.file, output_dir, test)
        return self._played

    @property
    def shown(self) -> tuple[Interruption, ...]:
        """The interruptions that a report has room for: what went wrong first, then what took longest."""
        chosen = sorted(self.found.interruptions, key=_weight)[:MOST_SHOWN]
        return tuple(self._continued(one) for one in sorted(chosen, key=lambda one: one.number))

    def evidence(self) -> CallEvidence:
        """What a report has room for."""
        events = sentences.events(self.found)
        return CallEvidence(
            agent=f"the agent in {self.found.file.name}",
            caller=self._heard.caller_outline,
            heard=self._heard.agent_outline,
            seconds=self.seconds,
            turns=self.found.turns[:MOST_TURNS] if self._has_words else (),
            interruptions=self.shown,
            checks=tuple(self.checks),
            events=tuple(events[:MOST_TURNS]),
            recording=self._played,
            summary=sentences.summary(self.found),
            notes=(*self._problems, *sentences.notes(self.found), *self._left_out()),
            caller_ear=self._caller.value,
        )

    def _left_out(self) -> list[str]:
        found = []
        if len(self.found.interruptions) > MOST_SHOWN:
            found.append(
                f"Of {len(self.found.interruptions)} interruptions {MOST_SHOWN} are shown here: those of 1 s or longer "
                "before shorter sounds, and a missing stop before a slow one."
            )
        if self._has_words and len(self.found.turns) > MOST_TURNS:
            found.append(f"Of {len(self.found.turns)} turns the first {MOST_TURNS} are listed here.")
        return found


def _hardly_heard(path: Path, heard: Heard, caller: Channel) -> list[str]:
    if not heard.caller and not heard.agent:
        raise InvalidArgument(f"Nobody is heard in the recording '{path}': both channels are silent, or nearly so.")
    caller_side = f"in the {caller.value} channel of '{path.name}'"
    agent_side = f"in the {caller.other.value} channel of '{path.name}'"
    problems = [
        _how_badly("caller", caller_side, heard.caller, heard.caller_outline),
        _how_badly("agent", agent_side, heard.agent, heard.agent_outline),
    ]
    return [problem for problem in problems if problem]


def _how_badly(who: str, where: str, sounds: list[Span], outline: Clip) -> str:
    if not sounds:
        return f"Nobody is heard {where}, where the {who} should be."
    if is_soft(outline.samples):
        return f"The {who} is so quiet {where} that words may not have been heard, and interruptions may be missing."
    return ""


def _weight(one: Interruption) -> tuple[bool, bool, float]:
    return is_brief(one), one.outcome is Outcome.INTERRUPTED, -one.stop_latency.value if one.stop_latency else 0.0


def _beside(file: Path, output_dir: Path, test: str) -> Path:
    if file.stat().st_size > files.LARGEST or file.resolve().is_relative_to(output_dir.resolve()):
        return file
    copy = files.recording_path(output_dir, test, file.suffix)
    shutil.copyfile(file, copy)
    return copy


def _words(file: StereoFile, caller: Channel, sides: Sides, ears: Ears | None) -> Words:
    """Hears a turn in its own channel."""

    def words(speaker: Speaker, turn: Span) -> str | None:
        if ears is None:
            return None
        is_caller = speaker is Speaker.CALLER
        channel = caller if is_caller else caller.other
        edges = _edges(turn, sides.caller if is_caller else sides.agent)
        said = [ears.hear(file.part(channel.number, start, end)) for start, end in pairwise(edges)]
        return " ".join(filter(None, said)) or None

    return words


def _edges(turn: Span, sounds: list[Span]) -> list[float]:
    """Where to cut a turn for the ears: between two of its sounds, if they leave a choice."""
    edges = [turn.start - 0.1]
    for sound in sounds:
        if not turn.start <= sound.start < turn.end:
            continue
        if sound.end - edges[-1] > LONGEST_HEARING and sound.start > edges[-1]:
            edges.append(sound.start)
        while sound.end - edges[-1] > LONGEST_HEARING:
            edges.append(edges[-1] + LONGEST_HEARING)
    return [*edges, turn.end + 0.2]

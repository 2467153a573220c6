"""What the caller does."""

from __future__ import annotations

from pathlib import Path

from robot.api.deco import keyword

from RobotVoice.audio import files
from RobotVoice.audio.frames import Clip
from RobotVoice.conversation import Expected
from RobotVoice.durations import Duration
from RobotVoice.errors import InvalidArgument
from RobotVoice.evidence.model import Mode, duration
from RobotVoice.evidence.sentences import outcome_sentence
from RobotVoice.interruption.modes import ModeOption
from RobotVoice.keywords.group import KeywordGroup, tell
from RobotVoice.speech.voices import spoken

TELEPHONE_KEYS = frozenset("0123456789*#ABCD")


class CallerKeywords(KeywordGroup):
    """`User Says`, `User Plays`, `User Stays Silent`, `Press Keys`."""

    @keyword
    def user_says(self, text: str, mode: ModeOption = ModeOption.BY_MATRIX, expect: Expected = Expected.STOP) -> None:
        """The caller says ``text``; ends when the last word is on the line.

        If the agent is talking, the caller waits for its turn. *After* `Agent Replies Without Waiting` it is the
        interruption: the caller waits until the agent is audibly speaking, barges in, and the keyword ends when
        it is plain whether the agent fell silent. ``mode`` and ``expect`` matter only then, and mean the same as in
        `Interrupt With`.

        Examples:
        | User Says    Tell me about my billing
        | Agent Replies Without Waiting
        | User Says    Wait, I meant account support
        """
        self._speak(text, self.library.voice_of_caller(text), mode.value, expect)

    @keyword
    def user_plays(self, file: Path, mode: ModeOption = ModeOption.BY_MATRIX, expect: Expected = Expected.STOP) -> None:
        """The caller plays a sound file, with the very same rules as `User Says`, interruptions included.

        ``file`` is a WAV, FLAC, OGG or MP3 file of any rate; stereo is mixed. Silence at its beginning is left out,
        so that an interruption begins when it is meant to.

        Example:
        | User Plays    ${CURDIR}/sounds/wait.wav
        """
        clip = files.read_clip(file)
        sound = spoken(clip)
        if not len(sound.samples):
            raise InvalidArgument(f"The file '{file}' holds only silence, so the caller has nothing to play.")
        self._speak(f"[{file.name}]", sound, mode.value, expect)

    @keyword
    def user_stays_silent(self, time: Duration) -> None:
        """The caller says nothing for ``time``, while the line stays open and the agent may speak.

        Example:
        | User Stays Silent    3 s
        """
        self.conversation.stay_silent(time.seconds)
        tell(f"The caller was silent for {duration(time.seconds)}.")

    @keyword
    def press_keys(self, keys: str) -> None:
        """The caller presses keys of the telephone, one after the other.

        ``keys`` are digits, ``*``, ``#`` and the letters A to D. The agent's row of the capability matrix has to
        have keys.

        Example:
        | Press Keys    1#
        """
        if not keys or set(keys.upper()) - TELEPHONE_KEYS:
            raise InvalidArgument(f"The keys '{keys}' are not on a telephone: it has 0 to 9, *, # and A to D.")
        self.conversation.press(keys.upper())
        tell(f"The caller pressed {keys.upper()}.")

    def _speak(self, text: str, clip: Clip, mode: Mode | None, expect: Expected) -> None:
        result = self.conversation.say(text, clip, mode, expect)
        tell(outcome_sentence(result) if result else f"Caller: {text}")

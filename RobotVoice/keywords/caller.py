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
from RobotVoice.interruption.double_talk import KEEP_TALKING, DoubleTalk
from RobotVoice.interruption.modes import ModeOption
from RobotVoice.keywords.group import KeywordGroup, tell
from RobotVoice.speech.voices import spoken

TELEPHONE_KEYS = frozenset("0123456789*#ABCD")


class CallerKeywords(KeywordGroup):
    """`User Says`, `User Plays`, `User Stays Silent`, `Press Keys`."""

    @keyword
    def user_says(
        self,
        text: str,
        mode: ModeOption = ModeOption.BY_MATRIX,
        expect: Expected = Expected.STOP,
        double_talk: DoubleTalk = KEEP_TALKING,
    ) -> None:
        """The caller says ``text``; ends when the last word is on the line.

        If the agent is talking, the caller waits for its turn. *After* `Agent Replies Without Waiting` it is the
        interruption: the caller waits until the agent is audibly speaking, barges in, and the keyword ends when
        it is plain whether the agent fell silent. ``mode``, ``expect`` and ``double_talk`` matter only then, and mean
        the same as in `Interrupt With`.

        A caller may hesitate, here and wherever they speak: ``[pause 1.2 s]`` in the text is silence of exactly that
        length, three dots are 0.7 s of it, and ``uhm``, ``uh`` and ``er`` are said as people say them. All of it is one
        turn: `Agent Should Not Have Interrupted The Caller` finds the agent that takes a pause for the end.

        Examples:
        | User Says    Tell me about my billing
        | User Says    I would like to [pause 1.2 s] uhm, change my address
        | Agent Replies Without Waiting
        | User Says    Wait, I meant account support
        """
        self._speak(text, self.library.voice_of_caller(text), mode.value, expect, double_talk)

    @keyword
    def user_plays(
        self,
        file: Path,
        mode: ModeOption = ModeOption.BY_MATRIX,
        expect: Expected = Expected.STOP,
        double_talk: DoubleTalk = KEEP_TALKING,
    ) -> None:
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
        self._speak(f"[{file.name}]", sound, mode.value, expect, double_talk)

    @keyword
    def user_stays_silent(self, time: Duration) -> None:
        """The caller says nothing for ``time``, while the line stays open and the agent may speak.

        Example:
        | User Stays Silent    3 s
        """
        self.conversation.stay_silent(time.seconds)
        tell(f"The caller was silent for {duration(time.seconds)}.")

    @keyword
    def press_keys(
        self,
        keys: str,
        after: Duration = Duration(0),  # noqa: B008 - Libdoc shows it
        expect: Expected = Expected.STOP,
    ) -> None:
        """The caller presses keys of the telephone, one after the other.

        ``keys`` are digits, ``*``, ``#`` and the letters A to D. The agent's row of the capability matrix has to
        have keys.

        *After* `Agent Replies Without Waiting` the keys are the interruption: the caller waits until the agent is
        audibly speaking, presses them without a word, and the keyword ends when it is plain whether the agent fell
        silent. Its stop latency counts from the first key, or from the first key's tone where the line carries keys as
        sound. ``after`` (only then) and ``expect`` mean the same as in `Interrupt With`.

        Examples:
        | Press Keys    1#
        | Agent Replies Without Waiting
        | Press Keys    0    after=1 s
        | Agent Should Have Stopped Within    800 ms
        """
        pressed = _on_a_telephone(keys)
        result = self.conversation.press(pressed, after.seconds, expect)
        tell(outcome_sentence(result) if result else f"The caller pressed {pressed}.")

    def _speak(self, text: str, clip: Clip, mode: Mode | None, expect: Expected, double_talk: DoubleTalk) -> None:
        result = self.conversation.say(text, clip, mode, expect, double_talk)
        tell(outcome_sentence(result) if result else f"Caller: {text}")


def _on_a_telephone(keys: str) -> str:
    """`keys` in capitals, all of which a telephone has."""
    if not keys.strip():
        raise InvalidArgument(f"The argument keys is '{keys}', so there is nothing to press; write it like '1#'.")
    wrong = [key for key in dict.fromkeys(keys) if key.upper() not in TELEPHONE_KEYS]
    if not wrong:
        return keys.upper()
    if all(key.isspace() for key in wrong):
        raise InvalidArgument(f"The argument keys is '{keys}', with a blank in it; write '{''.join(keys.split())}'.")
    named = ", ".join(f"'{key}'" for key in wrong if not key.isspace())
    raise InvalidArgument(
        f"The argument keys is '{keys}', but a telephone has no key {named}: it has 0 to 9, *, # and A to D."
    )

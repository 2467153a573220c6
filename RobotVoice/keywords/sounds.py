"""What comes from the caller's side and is no turn of theirs: a listener's words, a cough, a door, a television."""

from __future__ import annotations

from pathlib import Path

from robot.api.deco import keyword

from RobotVoice.audio import files
from RobotVoice.audio.frames import Clip
from RobotVoice.audio.loudness import PEAK_DBFS, peak, sounding
from RobotVoice.conversation import Expected
from RobotVoice.decibels import Decibels
from RobotVoice.durations import Duration
from RobotVoice.errors import InvalidArgument
from RobotVoice.evidence.model import Interruption, Mode, Outcome
from RobotVoice.evidence.sentences import outcome_sentence
from RobotVoice.keywords.group import KeywordGroup, tell
from RobotVoice.sounds import pack

_OWN_FILES = (".wav", ".flac", ".ogg", ".mp3")


class SoundKeywords(KeywordGroup):
    """`User Backchannels` and `User Makes Sound`."""

    @keyword
    def user_backchannels(
        self,
        text: str,
        after: Duration = Duration(1),  # noqa: B008 - Libdoc shows it
    ) -> None:
        """The caller says a listener's word, such as "mm-hmm", while the agent talks: it means "go on".

        - ``text``: what the caller says: ``mm-hmm``, ``uh-huh``, ``yeah``, ``right``, ``okay``, or other words.
        - ``after``: how long the agent has talked by then, counted from its first audible word.

        The word is only heard: no cancel signal goes with it, whatever the agent's row of the capability matrix says.
        The keyword passes whatever the agent does; `Agent Should Have Kept Talking` judges it. If the agent has
        finished its reply by then, the word is said all the same, and that check is an error. If the agent does not
        talk at all, nobody can listen to it, and the keyword fails.

        Example:
        | User Says    Tell me about every product feature you offer
        | User Backchannels    mm-hmm    after=1.5 s
        | Agent Should Have Kept Talking
        """
        sound = pack.known(text)
        if sound is not None and not sound.is_backchannel:
            raise InvalidArgument(
                f"'{text}' is the name of a sound and not what a listener says: use User Makes Sound    {sound.name}"
            )
        clip = self.library.voice_of_caller(text)
        self._told(text, self.conversation.backchannel(text, clip, after.seconds))

    @keyword
    def user_makes_sound(
        self,
        sound: str,
        after: Duration = Duration(0),  # noqa: B008 - Libdoc shows it
        level: Decibels = Decibels(0),  # noqa: B008 - Libdoc shows it
    ) -> None:
        """A sound comes from the caller's side: a cough, a door, somebody else who talks.

        *After* `Agent Replies Without Waiting` it comes while the agent talks, without any cancel signal. The keyword
        passes whatever the agent does; `Agent Should Have Kept Talking` judges it. If the agent does not talk for so
        long, or not at all, the sound comes all the same, afterwards, and that check is an error.

        Otherwise it comes once the agent is silent: `Agent Should Have Stayed Silent` then finds the agent that starts
        to talk because of a mere noise.

        - ``sound``: one of the sound pack: mm-hmm, uh-huh, yeah, right, okay, cough, throat clearing, sneeze, laugh,
          breath, door, keyboard, phone, dishes, dog, traffic, music, white noise, pink noise, side talk, television,
          stop, wait. ``python -m RobotVoice sounds`` prints what each is, how long and how loud, and
          ``python -m RobotVoice sounds FOLDER`` writes them there to listen to. Or a file of your own: WAV, FLAC, OGG
          or MP3.
        - ``after``: how long the agent has talked by then, counted from its first audible word. Only after
          `Agent Replies Without Waiting`.
        - ``level``: how much louder or quieter than in the sound pack, or than in your file.

        Examples:
        | Agent Replies Without Waiting
        | User Makes Sound    cough    after=1 s
        | Agent Should Have Kept Talking
        | Agent Replies
        | User Makes Sound    keyboard    level=-6 dB
        | Agent Should Have Stayed Silent
        | User Makes Sound    ${CURDIR}/sounds/hammer.wav
        """
        text, clip = self._sound(sound)
        heard = _at_level(sound, clip, level)
        self._told(text, self.conversation.say(text, heard, Mode.VAD, Expected.ANYTHING, after=after.seconds))

    def _sound(self, given: str) -> tuple[str, Clip]:
        """What the log calls it, and how it sounds."""
        if pack.known(given) is None and Path(given).suffix.lower() in _OWN_FILES:
            return f"[sound {Path(given).name}]", files.read_clip(Path(given))
        sound = pack.find(given)
        return f"[{sound.name}]", self.library.sound_of_caller(sound)

    def _told(self, text: str, result: Interruption | None) -> None:
        """In the log, what came of a sound over the agent; None if it came in silence."""
        tell(outcome_sentence(result) if result else f"From the caller's side: {text}")
        if result and result.outcome is Outcome.DID_NOT_HAPPEN and result.barge_in is None:
            tell(f"It came all the same, as soon as the agent was silent: {text}")


def _at_level(name: str, clip: Clip, level: Decibels) -> Clip:
    """What sounds of `clip`, so much louder."""
    found = sounding(clip)
    if not len(found.clip.samples):
        raise InvalidArgument(f"The file '{name}' holds only silence, so there is nothing to hear.")
    most = max(0, int(PEAK_DBFS - peak(found.clip.samples)))
    if level.value > most:
        raise InvalidArgument(f"The argument level is {level}; '{name}' would be clipped above {most} dB.")
    changed = found.louder_by(level.value)
    if not len(sounding(changed).clip.samples):
        raise InvalidArgument(f"The argument level is {level}, at which nothing of '{name}' is audible any more.")
    return changed

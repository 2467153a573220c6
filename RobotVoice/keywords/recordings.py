"""Calls that somebody else made: their recordings."""

from __future__ import annotations

from pathlib import Path

from robot.api.deco import keyword

from RobotVoice.evidence.sentences import outcome_sentence
from RobotVoice.keywords.group import KeywordGroup, tell, yes_or_no
from RobotVoice.recording import sentences
from RobotVoice.recording.analysis import RecordingAnalysis
from RobotVoice.recording.listen import Channel


class RecordingKeywords(KeywordGroup):
    """`Analyse Recording`."""

    @keyword
    def analyse_recording(
        self, file: Path, caller: Channel = Channel.LEFT, transcribe: bool = False
    ) -> RecordingAnalysis:
        """Finds every interruption in a stereo recording of a call, however it was made, and measures it.

        - ``file``: a WAV, FLAC, OGG or MP3 file of any length and rate, with the caller alone in one channel and the
          agent alone in the other, as `Save Recording` writes it.
        - ``caller``: the caller's channel, ``left`` or ``right``.
        - ``transcribe``: ``True`` has each turn written down by the ``ears`` of the library's import. It may take
          long; without it no words are known.

        An interruption is a turn of the caller that begins while the agent's is going on. If the agent is over less
        than 120 ms later, it was a change of turns: nobody hears so short an overlap. (A *cancel* that works at once
        looks like that as well.) Where the agent begins while the caller is speaking, that is told, too, but is no
        interruption by the caller.

        A recording holds no signals of the agent's side, so who stopped the agent is unknown, and it may have come to
        the end of its reply by itself. An agent that still talks 2 s after the caller's last word kept talking. The
        other figures are those of a live call.

        Each voice has to be alone in its channel. Where one is heard in the other's channel, too, but quieter, as with
        crosstalk or an echo, that counts as nothing that the other said, and a warning says where. What is as loud in
        both, such as an announcement, counts as nobody's; it is an error if most of the recording is.

        If both are talking where the recording begins, nobody can tell who interrupted whom there: until one of them
        falls silent nothing is counted, and a warning says so.

        Nor can the sound tell a natural pause of the agent's (up to 0.7 s) from the end of what it says. Where the
        caller begins in such a silence and is still speaking when the agent goes on, that counts as an interruption by
        the caller, the report says so, and `Agent Should Not Have Interrupted The Caller` is an error.

        Afterwards `Agent Should Have Stopped Within`, `Agent Should Have Kept Talking` and `Get Interruption` are
        about the last interruption of the recording, `Agent Should Have Replied Within`, `Agent Should Have Reprompted
        Within` and `Agent Should Have Stayed Silent` about the caller's last turn, and
        `Agent Should Not Have Interrupted The Caller` about all of them.
        With words, `Judge Recovery` and `Agent Reply Should Mention` can be used, too. Analysed in a suite setup, a
        recording is there for every test of the suite.

        The report stands under the test in log.html. A file of up to 100 MB is copied beside log.html, so that the
        two can be given away together; a larger one is played from where it is.

        Returns an object with ``interruptions``, ``turns``, ``responses`` (how soon the agent answered the other
        turns), ``talk_overs`` (where it began while the caller was speaking), ``perhaps_talk_overs`` (where it went on
        then, after a short silence in which the caller had begun), ``turn_changes``, ``yield_rate`` (the
        share of the interruptions of 1 s or longer at which it fell silent), ``response_latency`` (the median of the
        responses) and ``seconds``. Lengths are in seconds.

        Examples:
        | Analyse Recording    ${CURDIR}/calls/billing.wav
        | Agent Should Have Stopped Within    800 ms
        | ${found} =    Analyse Recording    support.wav    caller=right    transcribe=True
        | Length Should Be    ${found.interruptions}    2
        """
        recording = self.library.analyse(file, caller, yes_or_no("transcribe", transcribe))
        tell(sentences.summary(recording.found))
        for one in recording.shown:
            tell(f"{one.number}. {outcome_sentence(one)}")
        return recording.found

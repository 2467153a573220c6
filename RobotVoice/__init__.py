"""RobotVoice: Robot Framework keywords that interrupt a voice agent and measure what it does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from robot.api import logger
from robotlibcore import DynamicCore

from RobotVoice.adapters.base import Adapter
from RobotVoice.audio.frames import Clip
from RobotVoice.bridge import Bridge
from RobotVoice.caller.options import DelayRange, Probability, Seed
from RobotVoice.choices import one_of
from RobotVoice.conversation import Conversation, Expected, Limits
from RobotVoice.decibels import Decibels
from RobotVoice.durations import Duration
from RobotVoice.errors import CallAlreadyOpen, CannotCheck, NoCall, RobotVoiceError
from RobotVoice.evidence.model import Check
from RobotVoice.interruption.double_talk import DoubleTalk
from RobotVoice.interruption.modes import ModeOption
from RobotVoice.interruption.when import When
from RobotVoice.judgeable import Judgeable
from RobotVoice.keywords.agent import AgentKeywords
from RobotVoice.keywords.calibration import CalibrationKeywords
from RobotVoice.keywords.caller import CallerKeywords
from RobotVoice.keywords.calls import CallKeywords
from RobotVoice.keywords.checks import CheckKeywords
from RobotVoice.keywords.doctor import DoctorKeywords
from RobotVoice.keywords.evidence import log_evidence
from RobotVoice.keywords.interruption import InterruptionKeywords
from RobotVoice.keywords.judging import JudgingKeywords
from RobotVoice.keywords.lines import LineKeywords
from RobotVoice.keywords.one_run import Runner
from RobotVoice.keywords.recordings import RecordingKeywords
from RobotVoice.keywords.repeating import RepeatingKeywords
from RobotVoice.keywords.sounds import SoundKeywords
from RobotVoice.keywords.sweeping import SweepingKeywords
from RobotVoice.keywords.talking import TalkingKeywords
from RobotVoice.keywords.turn_taking import TurnTakingKeywords
from RobotVoice.keywords.upcoming import lines_of_caller
from RobotVoice.line.conditions import CLEAN, Conditions, Direction
from RobotVoice.percentages import Certainty, Percentage
from RobotVoice.recording.call import RecordedCall
from RobotVoice.recording.listen import Channel
from RobotVoice.settings import CallerSettings, JudgeSettings, Settings
from RobotVoice.sounds.pack import Sound
from RobotVoice.speech import hesitation

__version__ = "0.1.0"


class RobotVoice(DynamicCore):  # type: ignore[misc]
    """Tests how a voice agent behaves when its caller interrupts it.

    %TOC%

    = A first test =

    | ***** Settings *****
    | Library           RobotVoice
    | Test Teardown     End Call
    |
    | ***** Test Cases *****
    | Caller Changes Their Mind
    |     Start Call    demo
    |     User Says     Tell me about my billing
    |     Agent Replies Without Waiting
    |     User Says     Wait, I meant account support
    |     Agent Replies
    |     Agent Should Have Stopped Within    800 ms
    |     Judge Recovery    must_mention=support    must_not_mention=billing

    The result stands in log.html under each test: a sentence, a picture of the call, a player, and the figures.

    = Interruptions =

    There are two forms, and they do exactly the same: `Agent Replies Without Waiting` followed by `User Says`, and
    `Interrupt With`. The caller waits until the agent is audibly speaking, then barges in by the provider's own
    *cancel* signal, or by speaking over the agent until its own *voice activity detection* gives way. Which one is
    chosen from the capability matrix (`Log Capability Matrix`); ``mode`` overrides it.

    An interruption is *interrupted* (the agent was speaking, the caller barged in, the agent fell silent), *kept
    talking* (it did not: its figures read "at least") or *did not happen* (there was nothing to interrupt). The last
    two fail the keyword unless ``expect`` says otherwise.

    = Figures =

    | =Figure= | =From= | =To= |
    | stop latency | the caller's first sound on the line, or the cancel | the agent is silent to the caller's ear |
    | wire stop latency | the same | the agent's side signalled its decision, or stopped sending |
    | overlap | the same | time in which both are heard |
    | response latency | the caller's last word | the agent's next reply becomes audible |
    | reaction | the trigger's moment | the caller's first sound: RobotVoice's own share |

    Each has its uncertainty. If this machine was too busy, or the line too bad, for a figure to be trusted, checks of
    it are errors.
    `Calibrate My Setup` finds out how true they are on this machine today.

    = Times =

    A time has a unit: ``800 ms``, ``1.5 s``. A bare number is refused, since Robot Framework would read seconds.
    """

    ROBOT_LIBRARY_SCOPE = "GLOBAL"
    ROBOT_LIBRARY_VERSION = __version__
    ROBOT_LIBRARY_DOC_FORMAT = "ROBOT"
    ROBOT_LISTENER_API_VERSION = 3
    ROBOT_LIBRARY_CONVERTERS = {
        one: one.convert
        for one in (Duration, Percentage, Certainty, DoubleTalk, Decibels, DelayRange, Probability, Seed)
    } | {one: one_of(one) for one in (Channel, Direction, Expected, ModeOption, When)}

    def __init__(
        self,
        voice: str = "offline",
        ears: str = "offline",
        pause: str | timedelta = "0.7 s",
        watch: str | timedelta = "5 s",
        recordings: str = "link",
        judge: str = "",
        judge_url: str = "",
        judge_key: Any = "",
        judge_timeout: str | timedelta = "60 s",
        judge_hears: bool = False,
        caller: str = "",
        caller_url: str = "",
        caller_key: Any = "",
        caller_timeout: str | timedelta = "20 s",
    ) -> None:
        """All arguments are optional.

        - ``voice``: who speaks for the caller: ``offline``, or ``openai`` for OpenAI or a server that speaks its
          protocol (environment variables ``OPENAI_API_KEY`` and ``OPENAI_BASE_URL``).
        - ``ears``: who writes down what an agent without transcripts says: ``offline`` or ``openai``, as above.
        - ``pause``: silence shorter than this inside a reply is a natural pause, never a stop.
        - ``watch``: how long after a barge-in the agent is watched before it counts as having kept talking.
        - ``recordings``: ``link`` puts a sound file beside log.html, ``embed`` puts it into log.html as well.
        - ``judge``: the chat model that decides criteria in plain words, such as ``gpt-5-mini``; ``none`` for none.
          Without it the environment variable ``ROBOTVOICE_JUDGE`` is used. ``python -m RobotVoice judge-check`` says
          how good a judge it is.
        - ``judge_url``: its server, if that is not OpenAI: any that has OpenAI's chat protocol, such as Ollama at
          ``http://localhost:11434/v1`` (or ``ROBOTVOICE_JUDGE_URL``).
        - ``judge_key``: its key, as a Secret (or ``ROBOTVOICE_JUDGE_KEY``; at OpenAI also ``OPENAI_API_KEY``).
        - ``judge_timeout``: how long one answer of it may take.
        - ``judge_hears``: ``True`` gives the judge, besides the words, the sound of each interruption and of what came
          of it: what was heard of the caller and of the agent, 30 s at most. Only for models that take sound, such as
          ``gpt-audio``; with any other `Judge Recovery` is an error. It costs more, and measures nothing: use it for
          criteria about how the agent sounds.
        - ``caller``, ``caller_url``, ``caller_key``, ``caller_timeout``: the same for the chat model that plays the
          caller in `Let Them Talk` (or ``ROBOTVOICE_CALLER``, ``ROBOTVOICE_CALLER_URL``, ``ROBOTVOICE_CALLER_KEY``).

        Examples:
        | Library    RobotVoice
        | Library    RobotVoice    watch=8 s    recordings=embed
        | Library    RobotVoice    judge=llama3.3    judge_url=http://localhost:11434/v1
        """
        self.ROBOT_LIBRARY_LISTENER = self
        judging = JudgeSettings.of(judge, judge_url, judge_key, judge_timeout).hearing(judge_hears)
        calling = CallerSettings.of(caller, caller_url, caller_key, caller_timeout)
        self.settings = Settings.of(voice, ears, pause, watch, recordings, judging, calling)
        self._bridge = Bridge()
        self._open: Conversation | None = None
        self._calls: list[Judgeable] = []
        self._in_test = False
        self._suites: list[str] = []
        self._lines = [CLEAN]
        self._resources: list[Any] = []
        self._upcoming: list[str] = []
        groups = (
            CallKeywords,
            CallerKeywords,
            AgentKeywords,
            InterruptionKeywords,
            CheckKeywords,
            JudgingKeywords,
            CalibrationKeywords,
            DoctorKeywords,
            RecordingKeywords,
            TalkingKeywords,
            SoundKeywords,
            SweepingKeywords,
            LineKeywords,
            TurnTakingKeywords,
        )
        self.runner = Runner(self)
        self.repeating = RepeatingKeywords(self)
        super().__init__([*(group(self) for group in groups), self.repeating])

    def run_keyword(self, name: str, args: Sequence[object], kwargs: Mapping[str, object] | None = None) -> object:
        """Robot Framework's way in. What could not be checked stands in the report of what it was about."""
        try:
            return super().run_keyword(name, args, kwargs)
        except CannotCheck as error:
            self._tell_of_unmade_check(str(error))
            raise

    def _tell_of_unmade_check(self, sentence: str) -> None:
        checks = self._calls[-1].checks if self._calls else []
        if not any(check.passed is None and check.sentence in sentence for check in checks):
            checks.append(Check(sentence, None))

    # -- the call

    def begin(self, adapter: Adapter) -> None:
        """Open the line to an agent, with everything synthesised that the caller is known to say."""
        if self._open is not None:
            raise CallAlreadyOpen(
                f"A call to the agent '{self._open.adapter.name}' is open already: use End Call before Start Call."
            )
        self.settings.warm_up(adapter, self._upcoming)
        limits = Limits(watch=self.settings.watch)
        conversation = Conversation(self._bridge, adapter, self.settings.ears, self.settings.pause, limits, self.line)
        conversation.suite = self._suite_in_setup()
        self._open = conversation
        self._calls.append(conversation)
        try:
            conversation.start()
        except BaseException:
            self._open = None
            if not conversation.left_a_trace:
                self._calls.remove(conversation)
            raise

    @property
    def line(self) -> Conditions:
        """What the line of the next call will be like."""
        return self._lines[-1]

    def use_line(self, conditions: Conditions) -> None:
        """From now on, and for the next calls of this test, or of this suite in its setup."""
        self._lines[-1] = conditions
        if self._open is not None:
            self._open.use_line(conditions)

    def hang_up(self) -> None:
        """Close the line, if one is open."""
        conversation, self._open = self._open, None
        if conversation is not None:
            conversation.end()

    def open_conversation(self) -> Conversation:
        """The call that is going on."""
        if self._open is None:
            raise NoCall("There is no call: use Start Call before this keyword.")
        return self._open

    def latest_conversation(self) -> Conversation:
        """The call that is going on, or the last one of this test."""
        found = [call for call in self._calls if isinstance(call, Conversation)]
        if not found:
            raise NoCall("There is no call: use Start Call before this keyword.")
        return found[-1]

    def latest_judgeable(self) -> Judgeable:
        """What checks are about: the last call or the last recording, whichever came later."""
        if not self._calls:
            raise NoCall("There is no call: use Start Call, or Analyse Recording, before this keyword.")
        return self._calls[-1]

    def analyse(self, file: Path, caller: Channel, transcribe: bool) -> RecordedCall:
        """Listen to a recording; checks are about it from now on."""
        if self._open is not None:
            raise CallAlreadyOpen(
                f"A call to the agent '{self._open.adapter.name}' is open: use End Call before Analyse Recording, so "
                "that it is plain which of the two the checks are about."
            )
        settings = self.settings
        ears = settings.ears if transcribe else None
        recording = RecordedCall(file, caller, settings.pause, settings.watch, ears)
        recording.suite = self._suite_in_setup()
        self._calls.append(recording)
        return recording

    def calls(self) -> list[Judgeable]:
        """The calls and recordings whose evidence is still to be written, in order."""
        return list(self._calls)

    def end_calls_since(self, before: Collection[Judgeable]) -> list[Judgeable]:
        """Hang up unless the open call is one of `before`; the others are over, and from now on the taker's."""
        if self._open is not None and self._open not in before:
            self._end_what_was_left_open()
        begun = [call for call in self._calls if call not in before]
        self._calls = [call for call in self._calls if call in before]
        return begun

    def _suite_in_setup(self) -> str:
        """The suite whose setup is running; "" inside a test."""
        return "" if self._in_test or not self._suites else self._suites[-1]

    def voice_of_caller(self, text: str) -> Clip:
        """`text` as speech, with the pauses that stand in it."""
        return hesitation.speak(self.settings.voice, text)

    def sound_of_caller(self, sound: Sound) -> Clip:
        """A sound of the pack; where somebody speaks in it, that is the caller's voice."""
        return sound.clip(self.settings.voice)

    def output_dir(self) -> Path:
        """Where Robot Framework puts log.html; outside of a run the working directory."""
        from robot.libraries.BuiltIn import BuiltIn, RobotNotRunningError  # noqa: PLC0415 - heavy

        try:
            return Path(str(BuiltIn().get_variable_value("${OUTPUT_DIR}", ".")))
        except RobotNotRunningError:
            return Path()

    # -- Robot Framework's listener interface

    def resource_import(self, resource: Any, importer: Any) -> None:
        """Remember the user keywords that a test of this suite may use."""
        self._resources.append(resource)

    def start_suite(self, data: Any, result: Any) -> None:
        """Remember which suite a call belongs to that is opened in its setup."""
        self._suites.append(str(data.id))
        self._lines.append(self._lines[-1])

    def start_test(self, data: Any, result: Any) -> None:
        """Remember what the caller is going to say, so that it can be synthesised before the line is open."""
        self._in_test = True
        self._lines.append(self._lines[-1])
        for call in filter(self._goes_on, self._calls):
            call.begin_test()
        self._upcoming = list(lines_of_caller(data, self._resources, _variables()))

    def end_test(self, data: Any, result: Any) -> None:
        """Put the evidence under the test and leave nothing running."""
        self._in_test = False
        self._forget_line()
        self._bridge.reset()
        if self._open is not None and not self._open.suite:
            self._end_what_was_left_open()
        calls, self._calls = self._calls, list(filter(self._goes_on, self._calls))
        for call in calls:
            try:
                embed = self.settings.embeds_recordings
                log_evidence(call, data.name, result, self.output_dir(), embed)
            except (RobotVoiceError, OSError) as error:
                logger.error(f"The evidence of the test '{data.name}' could not be written: {error}")

    def _goes_on(self, call: Judgeable) -> bool:
        """Whether the next test is about it, too."""
        return call is self._open or (isinstance(call, RecordedCall) and bool(call.suite))

    def _end_what_was_left_open(self) -> None:
        try:
            self.hang_up()
        except RobotVoiceError as error:
            logger.error(f"The call could not be closed: {error}")

    def end_suite(self, data: Any, result: Any) -> None:
        """A call that was opened, or a recording that was analysed, in a suite setup ends with its suite."""
        self._resources.clear()
        self._forget_line()
        suite = self._suites.pop() if self._suites else ""
        if self._open is not None and self._open.suite == suite:
            self._end_what_was_left_open()
        self._calls = [call for call in self._calls if call.suite != suite]

    def _forget_line(self) -> None:
        """What was used in a test or a suite is not used after it; one that was begun unseen left nothing behind."""
        if len(self._lines) > 1:
            self._lines.pop()

    def close(self) -> None:
        """End the event loop's thread."""
        try:
            self.hang_up()
        finally:
            self._bridge.close()


def _variables() -> Mapping[str, object]:
    """What the variables are worth at this moment of the run."""
    from robot.libraries.BuiltIn import BuiltIn  # noqa: PLC0415 - heavy

    found: Mapping[str, object] = BuiltIn().get_variables(no_decoration=True)
    return found

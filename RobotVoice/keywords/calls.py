"""Opening and closing the line."""

from __future__ import annotations

from pathlib import Path

from robot.api import logger
from robot.api.deco import keyword

from RobotVoice.adapters import matrix
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.options import build
from RobotVoice.errors import InvalidArgument
from RobotVoice.keywords.group import KeywordGroup, tell


class CallKeywords(KeywordGroup):
    """`Start Call`, `End Call`, and what they are about."""

    @keyword
    def start_call(self, agent: str, **options: object) -> None:
        """Opens the line to a voice agent.

        ``agent`` is a name of the capability matrix (see `Log Capability Matrix`), such as ``demo``,
        ``openai_realtime``, ``twilio``, ``media_streams`` or ``websocket``. ``options`` are that agent's own, such as
        ``url``.
        An adapter of your own is named ``package.module.Class`` or ``path/to/file.py:Class``.

        What the ``demo`` agent does wrong is up to you: ``stops_after=1.2 s``, ``never_stops``, ``ignores_cancel``,
        ``resumes``, ``yields_to_backchannels``, ``pauses_for=1.2 s`` (with ``restarts_sentence`` or ``skips_words``),
        ``deaf_for=400 ms``, ``waits_for_caller=1.5 s``, ``stops_for_keys``, ``reprompts_after=5 s``,
        ``calls_tool=1.5 s``, ``reply_delay=6 s``, ``hangs_up_after=2 s``, ``bursts``, ``greeting``, ``never_speaks``.
        It speaks ``protocol=openai_realtime``, ``media_streams`` or ``websocket``.

        From now on the caller's line is open: it carries silence until the caller speaks, and everything the
        agent says is recorded, until `End Call` or the end of the test.

        Examples:
        | Start Call    demo
        | Start Call    demo    protocol=media_streams    stops_after=300 ms
        | Start Call    openai_realtime    model=gpt-realtime-2.1    instructions=You are a support line.
        | Start Call    websocket    url=ws://127.0.0.1:8765/audio    rate=16000
        """
        adapter = build(matrix.find(agent), options)
        self.library.begin(adapter)
        tell(f"The line to the agent '{adapter.name}' is open.")

    @keyword
    def end_call(self) -> None:
        """Closes the line. Does nothing if none is open, so it is always safe in a teardown.

        The recording, the timeline and the figures are put under the test in log.html when the test ends.

        Example:
        | [Teardown]    End Call
        """
        self.library.hang_up()

    @keyword
    def save_recording(self, path: Path) -> Path:
        """Writes the call so far as a stereo WAV file and returns its path: left the caller, right the agent as heard.

        ``path`` is the file to write; a relative one counts from Robot Framework's output directory.

        Example:
        | Save Recording    calls/billing.wav
        """
        target = path if path.is_absolute() else self.library.output_dir() / path
        if target.suffix.lower() != ".wav":
            raise InvalidArgument(f"The path '{path}' has to end with .wav: a recording is written in that format.")
        target.parent.mkdir(parents=True, exist_ok=True)
        return self.library.latest_conversation().save_recording(target)

    @keyword
    def get_agent_capabilities(self, agent: str = "") -> Capabilities:
        """Returns what an agent's protocol can do: its row of the capability matrix.

        ``agent`` is a name of the matrix; without it the agent of the open call is meant, with its options counted.
        The returned object has the attributes ``streaming_transcripts``, ``native_vad``, ``dtmf``,
        ``interruption``, ``input_formats``, ``output_formats`` and ``transport``.

        Example:
        | ${can} =    Get Agent Capabilities    openai_realtime
        | Should Be True    ${can.interruption}
        """
        return matrix.find(agent).capabilities if agent else self.conversation.adapter.capabilities

    @keyword
    def log_capability_matrix(self) -> None:
        """Draws the table of all agents in log.html: who is at the other end, and how each can be interrupted.

        Example:
        | Log Capability Matrix
        """
        logger.info(matrix.as_html(), html=True)

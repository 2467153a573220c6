"""The embedded demo agent: a process of its own on a free loopback port, called through its wire protocol."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from typing import IO

from RobotVoice.adapters.base import Accepted, Adapter, Endpoint, Heard, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import AgentEvent
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.tools import Tool, Tools
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.frames import Pcm
from RobotVoice.demo.faults import NEVER, Faults, Protocol
from RobotVoice.errors import ConnectionFailed, InvalidArgument
from RobotVoice.speech.offline import require_offline_extra

START_TIMEOUT = 30.0
"""Seconds: a busy machine takes some to start a Python process."""
STOP_TIMEOUT = 5.0


TOOLS = Tools(
    (Tool("look_up_account", "The account is in good order.", "Looks up the account of the caller."),),
)
"""What the caller's side answers to an agent that `calls_tool`."""


class Demo(Adapter):
    """A phone company's support line that comes with RobotVoice, with faults to order.

    protocol: what it speaks: openai_realtime, media_streams or websocket.
    stops_after: how long the caller has to speak over it until it stops.
    never_stops, ignores_cancel, resumes, bursts, yields_to_backchannels, never_speaks, greeting: its faults.
    reply_delay: a pause before every reply. hangs_up_after: it hangs up when it has spoken for so long.
    pauses_for: a sound of 0.2 s makes it fall silent for so long, then it goes on where it was, or, with
        restarts_sentence, with the begin of its sentence, or, with skips_words, as if it had talked all the time.
    waits_for_caller: how long the caller has to be silent until it takes their turn as over; 0.6 s without it.
    deaf_for: it does not hear a caller who begins to speak in the first so long of a reply.
    stops_for_keys: a pressed key stops it as the voice does (media_streams only).
    reprompts_after: it asks whether the caller is still there when they stay silent for so long after a reply.
    calls_tool: before each answer it calls a tool whose result takes so long (openai_realtime only).
    truth: a file to which it writes what it heard, decided and stopped, and when.
    url: one that runs already (`python -m RobotVoice.demo`); its own options then decide.
    """

    name = "demo"
    summary = "the embedded agent, started by the library as a process of its own"
    capabilities = Capabilities(
        streaming_transcripts=True,
        native_vad=True,
        dtmf=False,
        interruption=True,
        input_formats=(OpenAIRealtime.sends, MediaStreams.sends),
        output_formats=(OpenAIRealtime.receives, MediaStreams.receives),
        transport="websocket",
        cancel_signal="by protocol",
        vad_signal="by protocol",
    )

    def __init__(
        self,
        *,
        protocol: Protocol = Protocol.OPENAI_REALTIME,
        stops_after: timedelta = Faults.stops_after,
        never_stops: bool = False,
        ignores_cancel: bool = False,
        resumes: bool = False,
        reply_delay: timedelta = Faults.reply_delay,
        bursts: bool = False,
        hangs_up_after: timedelta = NEVER,
        yields_to_backchannels: bool = False,
        pauses_for: timedelta = NEVER,
        restarts_sentence: bool = False,
        skips_words: bool = False,
        waits_for_caller: timedelta = NEVER,
        deaf_for: timedelta = NEVER,
        stops_for_keys: bool = False,
        reprompts_after: timedelta = NEVER,
        calls_tool: timedelta = NEVER,
        never_speaks: bool = False,
        greeting: bool = False,
        truth: str = "",
        url: str = "",
    ) -> None:
        self._protocol = protocol
        self._faults = Faults(
            stops_after=stops_after,
            never_stops=never_stops,
            ignores_cancel=ignores_cancel,
            resumes=resumes,
            reply_delay=reply_delay,
            bursts=bursts,
            hangs_up_after=hangs_up_after,
            yields_to_backchannels=yields_to_backchannels,
            pauses_for=pauses_for,
            restarts_sentence=restarts_sentence,
            skips_words=skips_words,
            waits_for_caller=waits_for_caller,
            deaf_for=deaf_for,
            stops_for_keys=stops_for_keys,
            reprompts_after=reprompts_after,
            calls_tool=calls_tool,
            never_speaks=never_speaks,
            greeting=greeting,
        )
        self._faults.require(protocol)
        if url and (self._faults != Faults() or truth):
            raise InvalidArgument(
                "With url= the demo agent runs already, so its other options decide nothing: give them to "
                "'python -m RobotVoice.demo', and only protocol= and url= to Start Call."
            )
        self._truth = truth
        self._url = url
        self._process: asyncio.subprocess.Process | None = None
        self._complaints: IO[bytes] | None = None
        # the address is known once the process listens; formats and capabilities are known before
        self._wire = _translator(protocol, url or "ws://127.0.0.1:1")
        self.sends, self.receives = self._wire.sends, self._wire.receives
        self.capabilities = self._wire.capabilities
        self.waits_until_ready = self._wire.waits_until_ready

    async def prepare(self) -> None:
        if self._url:
            return
        require_offline_extra("demo agent")
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `release`
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "RobotVoice.demo", "--protocol", self._protocol.value, *self._faults.to_arguments()),
            *(("--truth", self._truth) if self._truth else ()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._complaints,
        )
        self._wire = _translator(self._protocol, await self._address(self._process))

    async def _address(self, process: asyncio.subprocess.Process) -> str:
        assert process.stdout is not None
        try:
            line = await asyncio.wait_for(process.stdout.readline(), START_TIMEOUT)
            return str(json.loads(line)["listening"])
        except (TimeoutError, asyncio.TimeoutError):
            raise ConnectionFailed(f"The demo agent was not listening after {START_TIMEOUT:g} s.") from None
        except (ValueError, KeyError):
            raise ConnectionFailed(f"The demo agent did not start: {self._last_complaint()}") from None

    def _last_complaint(self) -> str:
        assert self._complaints is not None
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it gave no reason."

    async def release(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await _stop(process)
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None

    def endpoint(self) -> Endpoint | Accepted:
        return self._wire.endpoint()

    def opening(self) -> Iterable[Message]:
        return self._wire.opening()

    def audio(self, frame: Pcm) -> Iterable[Message]:
        return self._wire.audio(frame)

    def events(self, message: Message) -> Iterable[AgentEvent]:
        return self._wire.events(message)

    def cancel(self, heard: Heard | None) -> Iterable[Message]:
        return self._wire.cancel(heard)

    def mark_played(self, name: str) -> Iterable[Message]:
        return self._wire.mark_played(name)

    def press(self, key: str) -> Iterable[Message]:
        return self._wire.press(key)

    def closing(self) -> Iterable[Message]:
        return self._wire.closing()


def _translator(protocol: Protocol, url: str) -> Adapter:
    if protocol is Protocol.OPENAI_REALTIME:
        return OpenAIRealtime(url=url, tools=TOOLS)
    if protocol is Protocol.MEDIA_STREAMS:
        return MediaStreams(url=url)
    return WebSocket(
        url=url,
        flush_message='{"type": "flush"}',
        cancel_message='{"type": "cancel"}',
        cancelled_message='{"type": "cancelled"}',
        reply_end_message='{"type": "reply_end"}',
    )


async def _stop(process: asyncio.subprocess.Process) -> None:
    """The end of its standard input tells the agent to leave; if it does not, it is made to."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT)
    except (TimeoutError, asyncio.TimeoutError):
        pass
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

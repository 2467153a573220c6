"""What the agent says, and when: answers, the greeting, what a key stands for, its question after a silence."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from RobotVoice.demo import script
from RobotVoice.demo.faults import Faults
from RobotVoice.demo.hearing import SpeechEnded
from RobotVoice.demo.line import Line, Note
from RobotVoice.demo.mind import Mind
from RobotVoice.demo.mouth import Speech
from RobotVoice.demo.protocols.base import Wire
from RobotVoice.demo.speaking import Speaker

TOOL = "look_up_account"
BETWEEN_KEYS = 0.6
"""Seconds without another key after which the agent takes them as one."""
REPROMPTS = 3
"""How often it asks a caller who says nothing at all."""


@dataclass(eq=False)
class _ToolCall:
    """The answer that waits for a tool. turn: the caller's turn that it answers."""

    id: str
    speech: Speech
    turn: int
    answered: bool = False


class Replies:
    """A reply that was being prepared when the caller's next turn began is not given."""

    def __init__(self, wire: Wire, line: Line, mind: Mind, speaker: Speaker, faults: Faults, note: Note) -> None:
        self._wire, self._line, self._mind, self._speaker = wire, line, mind, speaker
        self._faults, self._note = faults, note
        self._turn = 0
        self._unanswered: list[str] = []
        self._listening: asyncio.Task[None] | None = None
        self._greeted = not faults.greeting
        self._keys = ""
        self._tool_call: _ToolCall | None = None

    def next_turn(self) -> None:
        """The caller has the word."""
        self._turn += 1

    def typed(self, text: str) -> None:
        """The caller's turn, or a part of it, came as text."""
        self._unanswered.append(text)

    def listen(self, ended: SpeechEnded, *, resumes: bool) -> None:
        """Understand what the caller said, and answer it if that is left to the agent."""
        self._listening = self._line.start(self._listen(ended, self._turn, resumes))

    def wanted(self) -> None:
        """The client asks for a reply."""
        call = self._tool_call
        if call is not None and call.answered:
            self._tool_call = None
            self._line.start(self._answer_with_tool(call))
        else:
            self._line.start(self._answer(self._turn, resumes=False))

    def tool_answered(self, call: str, output: str) -> None:
        self._note("tool_answered", call=call, output=output)
        if self._tool_call is not None and self._tool_call.id == call:
            self._tool_call.answered = True

    def key(self, key: str) -> None:
        """The caller pressed a key that is a turn of theirs."""
        self._keys += key
        self._turn += 1
        self._line.start(self._answer_keys(self._turn))

    def greet(self) -> None:
        """Say hello, once, when the client is ready for it."""
        if self._wire.open and not self._greeted:
            self._greeted = True
            self._line.start(self._say_greeting(self._turn))

    async def _listen(self, ended: SpeechEnded, turn: int, resumes: bool) -> None:
        text = await self._mind.hear(ended.clip)
        self._note("caller_heard", text=text, onset=ended.since.at, last_sound=ended.at)
        self._line.send(self._wire.caller_heard(text, ended.clip.seconds))
        self._unanswered.append(text)
        if self._wire.turns.answers:
            self._line.start(self._answer(turn, resumes=resumes))

    async def _answer(self, turn: int, *, resumes: bool) -> None:
        """Answer all that the caller said since the last reply, unless they have gone on speaking."""
        if self._listening is not None:
            await asyncio.wait([self._listening])
        rest = self._speaker.rest if resumes else None
        said = " ".join(self._unanswered)
        speech = rest or await self._prepare(script.reply_to(said) if self._unanswered else script.GREETING)
        await asyncio.sleep(self._faults.reply_delay.total_seconds())
        if self._faults.calls_tool and rest is None:
            await self._call_tool(said, speech, turn)
        else:
            await self._give(speech, turn, resumed=rest is not None)

    async def _call_tool(self, said: str, speech: Speech, turn: int) -> None:
        """The client answers, and asks for the reply by `wanted`."""
        if not await self._is_due(speech, turn):
            return
        arguments = json.dumps({"caller_said": said})
        call, messages = self._wire.tool_called(TOOL, arguments)
        self._tool_call = _ToolCall(call, speech, turn)
        self._note("tool_called", name=TOOL, call=call, arguments=arguments)
        self._line.send(messages)

    async def _answer_with_tool(self, call: _ToolCall) -> None:
        await asyncio.sleep(self._faults.calls_tool.total_seconds())
        await self._give(call.speech, call.turn)

    async def _answer_keys(self, turn: int) -> None:
        await asyncio.sleep(BETWEEN_KEYS)
        if turn != self._turn:  # another key, or words: answered by what comes of those
            return
        await self._give(await self._prepare(script.reply_to_keys(self._keys)), turn)

    async def _say_greeting(self, turn: int) -> None:
        await self._mind.awake()
        speech = await self._prepare(script.GREETING)
        if turn == self._turn and not self._faults.never_speaks:
            await self._say(speech, turn)

    async def _give(self, speech: Speech, turn: int, *, resumed: bool = False) -> None:
        """Say what answers everything that the caller said."""
        if not await self._is_due(speech, turn):
            return
        self._unanswered.clear()
        self._keys = ""
        if self._faults.never_speaks:
            self._note("reply_withheld", text=speech.text)
        else:
            await self._say(speech, turn, resumed=resumed)

    async def _is_due(self, speech: Speech, turn: int) -> bool:
        """A client that keeps the agent from stopping still gets its answer, when the reply before it is over."""
        await self._speaker.silent()
        if turn == self._turn:
            return True
        self._note("reply_dropped", text=speech.text)
        return False

    async def _say(self, speech: Speech, turn: int, *, resumed: bool = False) -> None:
        if await self._speaker.speak(speech, resumed=resumed) and self._faults.reprompts_after:
            await self._reprompt(turn)

    async def _reprompt(self, turn: int) -> None:
        """Ask whether the caller is still there, until they take the word."""
        for times in range(1, REPROMPTS + 1):
            question = await self._prepare(script.STILL_THERE)
            await asyncio.sleep(self._faults.reprompts_after.total_seconds())
            if turn != self._turn or self._speaker.has_the_word or not self._wire.turns.detects:
                return
            self._note("reprompted", text=question.text, times=times)
            if not await self._speaker.speak(question):
                return

    async def _prepare(self, text: str) -> Speech:
        return Speech(await self._mind.speak(text, self._wire.output.rate), bursts=self._faults.bursts)

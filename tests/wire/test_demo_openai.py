"""The demo agent as OpenAI's own SDK sees it. Every message is held against the SDK's types."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel, TypeAdapter
from test_demo_process import Caller, Demo, at_once, run, running, until
from test_demo_turns import hesitating
from test_demo_websocket import BARGE_IN, sound

from RobotVoice.audio.formats import AudioFormat, Encoding
from RobotVoice.audio.frames import Pcm
from RobotVoice.demo import script
from RobotVoice.demo.faults import Faults
from RobotVoice.demo.mind import Mind

KNOWN: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)


def unknown_fields(model: BaseModel) -> set[str]:
    """What the SDK's types have no place for, however deep."""
    parts = [part for value in dict(model).values() for part in (value if isinstance(value, list) else [value])]
    deeper = [unknown_fields(part) for part in parts if isinstance(part, BaseModel)]
    return set(model.model_extra or {}).union(*deeper)


class Session:
    """One session of the SDK, and all that the server said in it."""

    def __init__(self, demo: Demo, line: AsyncRealtimeConnection, rate: int) -> None:
        self.demo, self.line = demo, line
        self.caller = Caller(rate, self.send)
        self.encoding = AudioFormat(Encoding.PCM16 if rate == 24000 else Encoding.PCMU, rate)
        self.events: list[dict[str, Any]] = []

    async def send(self, frame: Pcm) -> None:
        audio = base64.b64encode(self.encoding.encode(frame)).decode()
        await self.line.input_audio_buffer.append(audio=audio)

    async def receive(self) -> None:
        while True:
            said = json.loads(await self.line.recv_bytes())
            known = KNOWN.validate_python(said)
            assert known.type == said["type"]
            assert unknown_fields(known) <= {"object", "id"}, said  # of a session; the SDK's type lacks them
            self.events.append(said)

    async def got(self, kind: str, count: int = 1) -> dict[str, Any]:
        await until(lambda: len(self.of(kind)) >= count, lambda: f"no {kind}: {self.kinds()}")
        return self.of(kind)[count - 1]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    def kinds(self) -> list[str]:
        """The types, with runs of deltas as one."""
        kinds = [event["type"] for event in self.events]
        return [k for i, k in enumerate(kinds) if not (k.endswith(".delta") and k in kinds[max(0, i - 2) : i])]

    def seconds(self, item: str) -> float:
        deltas = [event for event in self.of("response.output_audio.delta") if event["item_id"] == item]
        data = b"".join(base64.b64decode(delta["delta"]) for delta in deltas)
        return len(data) / self.encoding.sample_bytes / self.encoding.rate

    def transcript(self, item: str) -> str:
        deltas = [e for e in self.of("response.output_audio_transcript.delta") if e["item_id"] == item]
        return "".join(delta["delta"] for delta in deltas)


@asynccontextmanager
async def session(folder: Path, faults: Faults = Faults(), rate: int = 24000) -> AsyncIterator[Session]:  # noqa: B008
    async with running("openai_realtime", folder, faults) as demo:
        base = demo.url.replace("ws://", "http://").removesuffix("/realtime")
        client = AsyncOpenAI(base_url=base, api_key="none")
        async with client.realtime.connect(model="gpt-realtime") as line:
            talk = Session(demo, line, rate)
            async with at_once(talk.receive()):
                yield talk


def test_a_conversation_with_an_interruption(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with session(tmp_path) as talk:
            await talk.line.session.update(session={"type": "realtime", "instructions": "Be brief."})
            assert (await talk.got("session.updated"))["session"]["instructions"] == "Be brief."
            async with at_once(talk.caller.talk()):
                talk.caller.say("Tell me about my billing")
                await talk.got("response.output_audio.delta")
                await asyncio.sleep(1)
                talk.caller.say("Wait, I meant account support")
                await talk.got("response.created", 2)
                await talk.got("response.output_audio.delta", 60)
        check_the_interruption(talk)

    run(scenario())


def check_the_interruption(talk: Session) -> None:
    (done,) = talk.of("response.done")
    assert done["response"]["status"] == "cancelled"
    assert done["response"]["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
    item = done["response"]["output"][0]
    assert item["status"] == "incomplete"
    assert item["content"][0]["transcript"] == talk.transcript(item["id"])
    assert script.reply_to("billing").startswith(talk.transcript(item["id"]))
    assert talk.transcript(item["id"])

    (stopped,) = talk.demo.truth("stopped")
    assert talk.seconds(item["id"]) == pytest.approx(stopped["played"], abs=0.1)

    said = [e["transcript"].lower() for e in talk.of("conversation.item.input_audio_transcription.completed")]
    assert "billing" in said[0]
    assert "support" in said[1]
    (first, second) = talk.of("input_audio_buffer.speech_started")
    assert second["item_id"] == talk.of("input_audio_buffer.committed")[1]["item_id"]
    assert first["audio_start_ms"] < talk.of("input_audio_buffer.speech_stopped")[0]["audio_end_ms"]

    turn = [
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "conversation.item.input_audio_transcription.completed",
        "response.created",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
    ]
    end = [
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "conversation.item.done",
        "response.output_item.done",
        "response.done",
    ]
    deltas = ["response.output_audio.delta", "response.output_audio_transcript.delta"]
    kinds = [kind for kind in talk.kinds() if kind not in deltas]
    start = "input_audio_buffer.speech_started"
    assert kinds == ["session.created", "session.updated", start, *turn, start, *end, *turn]


def test_cancel_and_truncate(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with session(tmp_path, Faults(greeting=True)) as talk:
            await talk.line.session.update(session={"type": "realtime"})
            first = await talk.got("response.output_audio.delta", 20)
            await talk.line.response.create()
            assert (await talk.got("error"))["error"]["code"] == "conversation_already_has_active_response"
            await talk.line.response.cancel()
            done = (await talk.got("response.done"))["response"]
            assert done["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
            item, sent = first["item_id"], round(talk.seconds(first["item_id"]) * 1000)
            await talk.line.conversation.item.truncate(item_id=item, content_index=0, audio_end_ms=sent - 100)
            assert (await talk.got("conversation.item.truncated"))["audio_end_ms"] == sent - 100
            await talk.line.conversation.item.truncate(item_id=item, content_index=0, audio_end_ms=sent + 20)
            assert "already shorter" in (await talk.got("error", 2))["error"]["message"]
            await talk.line.response.cancel()
            assert (await talk.got("error", 3))["error"]["code"] == "response_cancel_not_active"
        (stopped,) = talk.demo.truth("stopped")
        assert stopped["played"] == pytest.approx(sent / 1000, abs=0.1)

    run(scenario())


def test_a_burst_is_done_before_it_is_heard(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with session(tmp_path, Faults(greeting=True, bursts=True)) as talk:
            await talk.line.session.update(session={"type": "realtime"})
            done = (await talk.got("response.done"))["response"]
            assert done["status"] == "completed"
            assert talk.transcript(done["output"][0]["id"]) == script.GREETING
            await talk.line.response.cancel()
            assert (await talk.got("error"))["error"]["code"] == "response_cancel_not_active"
            item = done["output"][0]["id"]
            await talk.line.conversation.item.truncate(item_id=item, content_index=0, audio_end_ms=300)
            await talk.got("conversation.item.truncated")
            flushed = await talk.demo.wrote("flushed")
            assert flushed["unplayed"] > 1

    run(scenario())


def test_it_calls_a_tool_and_speaks_when_that_has_answered(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with session(tmp_path, Faults(calls_tool=timedelta(seconds=0.5))) as talk:
            await talk.line.session.update(session={"type": "realtime"})
            async with at_once(talk.caller.talk()):
                talk.caller.say("Tell me about my billing")
                done = (await talk.got("response.done"))["response"]
                (item,) = done["output"]
                assert "billing" in json.loads(item["arguments"])["caller_said"].lower()
                await answer_the_tool(talk, "call_0")
                refused = (await talk.got("error"))["error"]
                assert (refused["code"], refused["param"]) == ("invalid_tool_call_id", "item.call_id")
                assert (await talk.demo.wrote("tool_called"))["call"] == item["call_id"]
                await answer_the_tool(talk, item["call_id"])
                await talk.line.response.create()
                reply = await talk.demo.wrote("reply_started")
                assert reply["text"] == script.reply_to("billing")
                assert reply["t"] - talk.demo.truth("tool_answered")[0]["t"] >= 0.5
                await talk.got("response.output_audio.delta", 10)
        assert talk.kinds()[talk.kinds().index("response.created") :][:9] == [
            "response.created",
            "response.output_item.added",
            "conversation.item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "conversation.item.done",
            "response.output_item.done",
            "response.done",
            "error",
        ]
        assert item == {**item, "type": "function_call", "name": "look_up_account", "status": "completed"}
        deltas = [event["delta"] for event in talk.of("response.function_call_arguments.delta")]
        assert "".join(deltas) == talk.of("response.function_call_arguments.done")[0]["arguments"] == item["arguments"]

    run(scenario())


async def answer_the_tool(talk: Session, call: str) -> None:
    answer: Any = {"type": "function_call_output", "call_id": call, "output": "in good order"}
    await talk.line.conversation.item.create(item=answer)


def test_words_while_the_tool_runs_are_answered_instead(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with session(tmp_path, Faults(calls_tool=timedelta(seconds=5))) as talk:
            await talk.line.session.update(session={"type": "realtime"})
            async with at_once(talk.caller.talk()):
                talk.caller.say("Tell me about my billing")
                (item,) = (await talk.got("response.done"))["response"]["output"]
                await answer_the_tool(talk, item["call_id"])
                await talk.line.response.create()
                talk.caller.say("What are your business hours?")
                await talk.got("response.function_call_arguments.done", 2)
                dropped = await talk.demo.wrote("reply_dropped")
        assert dropped["text"] == script.reply_to("billing")
        assert talk.demo.truth("reply_started") == []

    run(scenario())


def test_a_pause_is_a_cancelled_response_and_a_new_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        faults = Faults(greeting=True, pauses_for=timedelta(seconds=1), stops_after=timedelta(seconds=1))
        async with session(tmp_path, faults) as talk:
            await talk.line.session.update(session={"type": "realtime"})
            async with at_once(talk.caller.talk()):
                await talk.demo.wrote("sentence_started")
                talk.caller.say(sound(0.4))
                first = (await talk.got("response.done"))["response"]
                second = (await talk.got("response.done", 2))["response"]
        assert first["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
        assert second["status"] == "completed"
        said = [response["output"][0]["content"][0]["transcript"] for response in (first, second)]
        assert " ".join(said) == script.GREETING
        assert (
            len(talk.of("input_audio_buffer.speech_started")) == len(talk.of("input_audio_buffer.speech_stopped")) == 1
        )
        assert talk.of("conversation.item.input_audio_transcription.completed") == []

    run(scenario())


def test_a_stop_after_a_pause_tells_of_the_caller_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        faults = Faults(greeting=True, pauses_for=timedelta(seconds=2), stops_after=timedelta(seconds=1))
        async with session(tmp_path, faults) as talk:
            await talk.line.session.update(session={"type": "realtime"})
            async with at_once(talk.caller.talk()):
                await talk.demo.wrote("sentence_started")
                talk.caller.say(BARGE_IN)
                await talk.got("response.created", 2)
        (done,) = talk.of("response.done")
        assert done["response"]["status_details"]["reason"] == "turn_detected"
        assert [len(talk.of(f"input_audio_buffer.speech_{what}")) for what in ("started", "stopped")] == [1, 1]
        assert talk.demo.truth("reply_started")[1]["text"] == script.reply_to("support")

    run(scenario())


def test_words_are_sent_in_step_with_their_sound(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with session(tmp_path, Faults(greeting=True)) as talk:
            await talk.line.session.update(session={"type": "realtime"})
            await talk.demo.wrote("reply_finished")
            await talk.got("response.done")
        mind = Mind()
        words = list((await mind.speak(script.GREETING, 24000)).words)
        mind.close()
        audio = 0.0
        for event in talk.events:
            if event["type"] == "response.output_audio.delta":
                audio += len(base64.b64decode(event["delta"])) / 2 / 24000
            if event["type"] == "response.output_audio_transcript.delta":
                word = words.pop(0)
                assert event["delta"].strip() == word.text
                assert audio - 1e-6 <= word.begins < audio + 0.02 + 1e-6
        assert words == []
        check_the_truth_of_words(talk)

    run(scenario())


def check_the_truth_of_words(talk: Session) -> None:
    sent = talk.demo.truth("words_sent")
    begun = [word for ended in talk.demo.truth("sentence_ended") for word in ended["words"]]
    assert [event["text"] for event in sent] == [text for text, _ in begun] == script.GREETING.split()
    assert all(event["at"] <= at for event, (_, at) in zip(sent, begun, strict=True))


def test_its_own_patience_overrules_the_clients(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with session(tmp_path, Faults(waits_for_caller=timedelta(seconds=1.5), never_speaks=True)) as talk:
            detection: Any = {"type": "server_vad", "silence_duration_ms": 200}
            await talk.line.session.update(
                session={"type": "realtime", "audio": {"input": {"turn_detection": detection}}}
            )
            await talk.got("session.updated")
            async with at_once(talk.caller.talk()):
                talk.caller.say(hesitating(1.0))
                await talk.demo.wrote("caller_heard")
        assert len(talk.demo.truth("caller_ended")) == 1

    run(scenario())


def test_the_client_takes_the_turns_in_mu_law(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with session(tmp_path, rate=8000) as talk:
            law: Any = {"format": {"type": "audio/pcmu"}}
            audio: Any = {"input": {**law, "turn_detection": None}, "output": law}
            await talk.line.session.update(session={"type": "realtime", "audio": audio})
            await talk.got("session.updated")
            await talk.line.input_audio_buffer.commit()
            assert (await talk.got("error"))["error"]["code"] == "input_audio_buffer_commit_empty"
            async with at_once(talk.caller.talk()):
                talk.caller.say("What are your business hours?")
                await asyncio.sleep(2.5)
            await talk.line.input_audio_buffer.commit()
            heard = await talk.got("conversation.item.input_audio_transcription.completed")
            assert "hours" in heard["transcript"]
            assert talk.of("response.created") == talk.of("input_audio_buffer.speech_started") == []
            await talk.line.response.create()
            await talk.got("response.output_audio.delta", 10)
            assert (await talk.demo.wrote("reply_started"))["text"] == script.reply_to("business hours")

    run(scenario())


def test_wrong_events_get_an_error_and_the_session_goes_on(tmp_path: Path) -> None:
    wrong = {
        "no json": "invalid_json",
        '["list"]': "invalid_json",
        '{"event_id": "e1"}': "missing_required_parameter",
        '{"type": "session.explode"}': "invalid_value",
        '{"type": "input_audio_buffer.append"}': "missing_required_parameter",
        '{"type": "input_audio_buffer.append", "audio": "%%%"}': "invalid_value",
        '{"type": "input_audio_buffer.append", "audio": 1}': "invalid_type",
        '{"type": "session.update", "session": {"audio": {"input": {"format": {"type": "mp3"}}}}}': "invalid_value",
        '{"type": "session.update", "session": {"audio": {"input": {"turn_detection": {}}}}}': "invalid_value",
        '{"type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": 1}': (
            "item_truncate_invalid_item_id"
        ),
    }

    async def scenario() -> None:
        async with session(tmp_path, Faults(reply_delay=timedelta(seconds=0.3))) as talk:
            for text in wrong:
                await talk.line.send_raw(text)
            await talk.got("error", len(wrong))
            assert [event["error"]["code"] for event in talk.of("error")] == [*wrong.values()]
            assert talk.of("error")[2]["error"]["event_id"] == "e1"
            content: Any = [{"type": "input_text", "text": "I want to cancel"}]
            await talk.line.conversation.item.create(item={"type": "message", "role": "user", "content": content})
            await talk.line.response.create()
            await talk.got("response.created")
            reply = await talk.demo.wrote("reply_started")
            assert reply["text"] == script.reply_to("cancel")
            assert reply["t"] - talk.demo.truth("caller_wrote")[0]["t"] >= 0.3

    run(scenario())

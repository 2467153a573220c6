"""Whole calls to a Media Streams bot that compares every field with what Twilio sends."""

from __future__ import annotations

from functools import partial

import pytest
from stand_ins.calls import Interrupted, calling, interrupt, near, reliably
from stand_ins.server import Plan, StandIn
from stand_ins.sound import clip
from stand_ins.twilio_bot import TwilioBot

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.secrets import Texts
from RobotVoice.conversation import Expected
from RobotVoice.errors import UnsupportedCapability
from RobotVoice.evidence import measure
from RobotVoice.evidence.model import Mode, Outcome, StoppedBy

RINGING = ["connected", "start", "media"]


def adapter(url: str) -> Adapter:
    return MediaStreams(url=url, parameters=Texts({"caller": "+15550100"}))


def test_twilio_is_played_without_a_flaw() -> None:
    with StandIn(TwilioBot, Plan(reply=1.0, greeting=0.5)) as server:
        with calling(adapter(server.url)) as conversation:
            assert conversation.hear_reply(10.0) is None
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            assert conversation.hear_reply(10.0) is None
            conversation.stay_silent(0.5)
        bot = server.session
        assert bot.over.wait(5)
    assert bot.wrong == []
    assert bot.parameters == {"caller": "+15550100"}
    assert bot.marks == bot.marks_sent == ["end of reply 1", "end of reply 2"]
    assert bot.kinds == [*RINGING, "mark", "media", "mark", "media", "stop"]
    assert abs(bot.ear.missing) <= 2
    heard = conversation.evidence().heard
    assert [span.seconds for span in measure.stretches(measure.sounds(heard), 0.2)] == [near(0.5), near(0.5)]


def test_the_bot_takes_keys() -> None:
    with StandIn(TwilioBot) as server:
        with calling(adapter(server.url)) as conversation:
            conversation._bridge.run(conversation._call.press("1#"), 5.0)
            conversation.stay_silent(0.2)
        assert server.session.over.wait(5)
        assert server.session.keys == "1#"
        assert server.session.wrong == []


@pytest.mark.parametrize(
    ("plan", "mode"), [(Plan(), None), (Plan(reply=15.0, burst=True), Mode.VAD)], ids=["paced", "burst"]
)
def test_the_bots_clear_empties_the_line(plan: Plan, mode: Mode | None) -> None:
    call = reliably(partial(interrupt, TwilioBot, plan, adapter, mode, 2.2 if plan.burst else 1.0))
    bot, result = call.agent, call.result
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stopped_by is StoppedBy.AGENT_VAD
    assert result.stop_latency is not None
    assert result.wire_stop_latency is not None
    assert result.stop_latency.value == near(bot.stops[0] - bot.ear.onsets[1])
    assert result.wire_stop_latency.value == near(bot.stops[0] - bot.ear.onsets[1])
    assert result.ear_stop == near(bot.stops[0] - bot.ear.first)
    assert abs(bot.ear.missing) <= 2
    _marks_came_back_when_played_or_cleared(call, plan)


def _marks_came_back_when_played_or_cleared(call: Interrupted[TwilioBot], plan: Plan) -> None:
    """A reply that was stopped while it was sent has no mark; that of a burst comes back with the clear."""
    bot = call.agent
    assert bot.marks == bot.marks_sent
    assert bot.marks_sent == (["end of reply 1", "end of reply 2"] if plan.burst else ["end of reply 2"])
    assert bot.marks_back_at_clear == 0, "nothing had been played to its end"


def test_a_bot_can_not_be_cancelled_by_its_caller() -> None:
    with StandIn(TwilioBot, Plan(greeting=2.0)) as server, calling(adapter(server.url)) as conversation:
        conversation.expect_reply()
        with pytest.raises(UnsupportedCapability, match="'media_streams' has no cancel signal"):
            conversation.say("Wait", clip(0.4), Mode.CANCEL, Expected.STOP)


def test_marks_of_one_name_come_back_once_each() -> None:
    with StandIn(SameMark, Plan(greeting=0.8)) as server:
        with calling(adapter(server.url)) as conversation:
            conversation.hear_reply(10.0)
            conversation.stay_silent(0.3)
        assert server.session.over.wait(5)
        assert server.session.marks == ["part"] * 3


class SameMark(TwilioBot):
    """Twilio's own example calls every mark `responsePart`."""

    async def speak(self, seconds: float) -> None:
        for _ in range(3):
            await self.stream(seconds / 3, self._play)
            await self.mark("part")

"""The one call by which an agent is examined; made as a user's is."""

from __future__ import annotations

import time

from RobotVoice.adapters.base import Adapter
from RobotVoice.audio.frames import Clip
from RobotVoice.bridge import Bridge
from RobotVoice.call.turns import NATURAL_PAUSE
from RobotVoice.conversation import Conversation, Expected, Limits
from RobotVoice.doctor.findings import Diagnosis, Visit, diagnose
from RobotVoice.errors import AgentFailure, CallError, KeywordTimeout
from RobotVoice.evidence import measure
from RobotVoice.speech.ears import Ears

WORDS = "Hello, can you hear me? What can you do for me?"
"""A question, so that an agent has something to answer."""
GREETING = 1.0
"""Seconds in which an agent that greets begins to; its greeting is then heard out before the caller speaks."""
PATIENCE = 15.0
"""Seconds for a reply to begin and end."""


def examine(agent: Adapter, voice: Clip, ears: Ears) -> Diagnosis:
    """Call `agent`, say `voice` (the WORDS), wait for a reply, and tell what was found. Never raises for the agent."""
    bridge = Bridge()
    conversation = Conversation(bridge, agent, ears, NATURAL_PAUSE, Limits())
    try:
        return diagnose(_visit(conversation, voice))
    finally:
        conversation.end()
        bridge.close()


def _visit(conversation: Conversation, voice: Clip) -> Visit:
    agent = conversation.adapter
    begun = time.monotonic()
    try:
        conversation.start()
    except CallError as error:
        return Visit(agent.name, agent.capabilities, refusal=str(error))
    opened_in = time.monotonic() - begun
    latency = conversation.reply_latency(0.0) if _talk(conversation, voice) else None
    evidence = conversation.evidence()
    return Visit(
        agent.name,
        agent.capabilities,
        opened_in=opened_in,
        said=WORDS,
        evidence=evidence,
        received=conversation.received,
        spoken=tuple(measure.sounds(evidence.heard)),
        replied=latency is not None and latency.value >= -latency.uncertainty,
        response_latency=latency,
        problems=tuple(dict.fromkeys(conversation.problems())),
    )


def _talk(conversation: Conversation, voice: Clip) -> bool:
    """Whether the agent answered."""
    try:
        conversation.stay_silent(GREETING)
        conversation.say(WORDS, voice, None, Expected.ANYTHING)
        conversation.hear_reply(PATIENCE)
    except (AgentFailure, CallError, KeywordTimeout):  # what came of it is in the evidence
        return False
    return True

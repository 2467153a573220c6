"""The wire protocols of the demo agent; one module each, pure translation."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from RobotVoice.demo.faults import Protocol
from RobotVoice.demo.protocols.base import Wire
from RobotVoice.demo.protocols.media_streams import MediaStreamsWire
from RobotVoice.demo.protocols.openai_realtime import OpenAIRealtimeWire
from RobotVoice.demo.protocols.websocket import RawWire
from RobotVoice.errors import InvalidArgument

PATHS = {
    Protocol.OPENAI_REALTIME: "/v1/realtime",
    Protocol.MEDIA_STREAMS: "/media",
    Protocol.WEBSOCKET: "/",
}
"""Where each protocol is served."""


def wire_for(protocol: Protocol, path: str) -> Wire:
    """The wire of a client that asked for `path`; raises InvalidArgument if that makes no sense."""
    if urlsplit(path).path != PATHS[protocol] and protocol is not Protocol.MEDIA_STREAMS:
        raise InvalidArgument(f"There is nothing at {urlsplit(path).path}; the agent is at {PATHS[protocol]}.")
    if protocol is Protocol.OPENAI_REALTIME:
        return OpenAIRealtimeWire(parse_qs(urlsplit(path).query).get("model", ["gpt-realtime"])[-1])
    return MediaStreamsWire() if protocol is Protocol.MEDIA_STREAMS else RawWire(path)

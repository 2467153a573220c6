"""The caller's turns, and which of them ask the agent something. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from RobotVoice.call.mouth import Utterance
from RobotVoice.interruption.floor import CallerTurn
from RobotVoice.sounds import pack


def caller_turns(said: Iterable[Utterance], now: float) -> list[CallerTurn]:
    """All that the caller has said by `now`, but for keys that make no sound."""
    spoken = (one for one in said if one.start is not None and not one.keys)
    return [CallerTurn(one.start or 0.0, one.end or now, one.words, is_speech(one.text)) for one in spoken]


def is_speech(text: str) -> bool:
    """A mere sound, keys, and a listener's word ask the agent nothing; the sounds of the pack that stop it do."""
    sound = pack.known(text.strip("[]"))
    if sound is None:
        return not text.startswith(("[keys ", "[sound "))
    return sound.stops_the_agent or not (text.startswith("[") or sound.is_backchannel)

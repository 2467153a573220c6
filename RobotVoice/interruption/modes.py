"""How: the provider's own cancel signal, or the agent's voice activity detection. Chosen from the matrix."""

from __future__ import annotations

from enum import Enum

from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.matrix import lacks
from RobotVoice.evidence.model import Mode


class ModeOption(Enum):
    """How the caller barges in.

    By matrix: as the agent's row of the capability matrix says: cancel where there is a cancel signal, else vad.
    Cancel: the provider's own cancel signal, then the caller speaks. Vad: the caller speaks over the agent until
    the agent's own voice activity detection gives way.
    """

    BY_MATRIX = None
    CANCEL = Mode.CANCEL
    VAD = Mode.VAD


def choose(adapter: Adapter, wanted: Mode | None) -> Mode:
    """The mode of the next interruption; `wanted` overrides the matrix's own choice.

    Raises UnsupportedCapability if the agent's row lacks what is wanted, or all that speech could use.
    """
    can = adapter.capabilities
    if wanted is Mode.CANCEL and not can.interruption:
        raise lacks(adapter, "interruption")
    if wanted is Mode.VAD and not can.native_vad:
        raise lacks(adapter, "native_vad")
    if wanted is Mode.KEYS and not can.dtmf:
        raise lacks(adapter, "dtmf")
    if wanted is not None:
        return wanted
    if can.interruption:
        return Mode.CANCEL
    if can.native_vad:
        return Mode.VAD
    raise lacks(adapter, "interruption", "native_vad")

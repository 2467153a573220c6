"""How the bot behaves in one call: told by the query of the address that is called."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Literal
from urllib.parse import parse_qs, urlencode

from pipecat_bot.script import UNDERSTOOD


@dataclass(frozen=True)
class Plan:
    """serializer: the protocol. rtvi: it speaks RTVI, as Pipecat's bots do unless they are told not to.

    yields: "always" to a caller who speaks over it and to an interruption frame, as Pipecat's own turn strategies do;
    to a caller only once they have said three words, as Pipecat lets one choose; only "to cancel", its interruptions
    switched off; or "never", its user muted while it speaks.
    ends_turns: the caller's, "by sense" as Pipecat's smart turn does, or "by silence", of 0.6 s.
    understands: the words of each run of the caller's voice, with a | between; the last ones again and again. "" is a
    voice without words. thinks_for: seconds before it answers.
    tells_words: its voice tells when each word comes. uses_a_tool: it asks the client to run one before it answers.
    hangs_up_after: seconds of its first answer, 0 for never. takes_keys: it has Pipecat's own part for keys, which
    interrupts it and makes a turn of them; without that part keys do nothing.
    """

    serializer: Literal["protobuf", "twilio"] = "protobuf"
    yields: Literal["always", "to three words", "to cancel", "never"] = "always"
    ends_turns: Literal["by sense", "by silence"] = "by sense"
    understands: str = "|".join(UNDERSTOOD)
    thinks_for: float = 0.0
    rtvi: bool = True
    tells_words: bool = True
    uses_a_tool: bool = False
    hangs_up_after: float = 0.0
    takes_keys: bool = False

    def to_query(self) -> str:
        return urlencode(asdict(self))

    @classmethod
    def from_query(cls, query: str) -> Plan:
        """What the query leaves out is as usual."""
        types = {"bool": lambda text: text == "True", "float": float}
        kinds = {field.name: str(field.type) for field in fields(cls)}
        return cls(**{name: types.get(kinds[name], str)(values[0]) for name, values in parse_qs(query).items()})

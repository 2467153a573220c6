"""The agent's own truth: what it heard, decided and did, and when; one JSON object a line.

- The caller: caller_onset, caller_ended, caller_ignored, caller_heard, caller_wrote, key_pressed, cancel_received,
  truncate_received, mark_received, caller_hung_up.
- A reply: reply_started, sentence_started, sentence_ended (with its words), words_sent (where the protocol has
  transcripts), reply_sent, reply_finished; or it was reply_dropped or reply_withheld.
- Its end before the end: decided_to_stop and stopped; paused and went_on; flushed; hung_up.
- Else: tool_called, tool_answered, reprompted.

`at`, `onset` and `last_sound` are the moments of the sound itself, played at 1x, and not those of writing them down.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, TextIO


class Truth:
    """t is time.monotonic(), which all processes of one machine share; so are all times within the fields."""

    def __init__(self, path: Path | None) -> None:
        self._file: TextIO | None = path.open("w", encoding="utf-8") if path else None

    def write(self, session: int, event: str, **fields: Any) -> None:
        if self._file is None:
            return
        line = {"t": time.monotonic(), "session": session, "event": event, **fields}
        self._file.write(json.dumps({name: _tidy(value) for name, value in line.items()}) + "\n")
        self._file.flush()  # a test reads along while the agent runs, and after it was killed

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _tidy(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_tidy(part) for part in value]
    return round(value, 6) if isinstance(value, float) else value

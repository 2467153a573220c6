"""A sweep in a file, so that one that was broken off goes on: its plan, and the figure and reason of every call."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from RobotVoice.audio.files import write_atomically
from RobotVoice.errors import InvalidArgument
from RobotVoice.evidence.model import Measured, Outcome
from RobotVoice.sweep.plan import Plan
from RobotVoice.sweep.result import CallResult, Sweep

FORMAT = "RobotVoice sweep 4"
_INSTEAD = "Delete it, or name another one."


def save(path: Path, sweep: Sweep) -> None:
    """Whole or not at all: whoever kills this process leaves the file as it was."""
    content = {
        "format": FORMAT,
        "plan": asdict(sweep.plan),
        "calls": [_written(one, path.parent) for one in sweep.results],
    }
    try:
        write_atomically(path, json.dumps(content, indent=1).encode())
    except OSError as error:
        raise InvalidArgument(f"The argument resume: the file '{path}' can't be written: {error.strerror}.") from error


def load(path: Path, plan: Plan) -> Sweep:
    """The unfinished sweep of the same plan in a file; a new one if there is no file, or if it is finished.

    A finished one has nothing left to call, and a test that calls nobody would pass without an agent.
    """
    if not path.exists():
        return Sweep(plan)
    if not path.is_file():
        raise InvalidArgument(f"The argument resume: '{path}' is no file.")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        known = content["format"] == FORMAT
        same = known and content["plan"] == json.loads(json.dumps(asdict(plan)))
        results = [_read(one, path.parent) for one in content["calls"]] if same else []
    except OSError as error:
        raise InvalidArgument(f"The argument resume: the file '{path}' can't be read: {error.strerror}.") from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        known = same = False
    if not known or (same and len(results) > len(plan.calls)):
        raise InvalidArgument(f"The argument resume: the file '{path}' is not that of a sweep, or damaged. {_INSTEAD}")
    if not same:
        raise InvalidArgument(
            f"The argument resume: the file '{path}' is of another sweep: its keyword, what it sweeps, repeats, "
            f"limit, the line that Use Line had set before, or the library's pause, watch or voice differ. {_INSTEAD}"
        )
    return Sweep(plan) if len(results) == len(plan.calls) else Sweep(plan, results, earlier=len(results))


def _written(result: CallResult, folder: Path) -> dict[str, Any]:
    return {
        "outcome": result.outcome and result.outcome.value,
        "latency": None if result.latency is None else asdict(result.latency),
        "reason": result.reason,
        "moment": result.moment,
        "recording": None if result.recording is None else _seen_from(folder, result.recording),
        "barge_in": result.barge_in,
    }


def _seen_from(folder: Path, file: Path) -> str:
    """A way that leads there also when both have been moved."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive of Windows: no relative way leads there
        return str(file)


def _read(written: dict[str, Any], folder: Path) -> CallResult:
    outcome = None if written["outcome"] is None else Outcome(written["outcome"])
    latency = None if written["latency"] is None else _measured(**written["latency"])
    moment, barge_in = (None if written[one] is None else float(written[one]) for one in ("moment", "barge_in"))
    recording = None if written["recording"] is None else folder / str(written["recording"])
    return CallResult(outcome, latency, str(written["reason"]), moment, recording, barge_in)


def _measured(value: float, uncertainty: float, at_least: bool, doubt: str) -> Measured:
    return Measured(float(value), float(uncertainty), bool(at_least), str(doubt))

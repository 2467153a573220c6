"""`python -m tests.benchmarks [NAME ...] [--quick] [--out FILE]`: a table and a JSON file."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import Any

from . import cpu, crowd, listening, offline, pacing, reaction, stop, triggers
from .figures import Row, table

BENCHMARKS: dict[str, Callable[[bool], list[Row]]] = {
    "reaction": reaction.run,
    "pacing": pacing.run,
    "stop": stop.run,
    "conditions": offline.run,
    "crowd": crowd.run,
    "cpu": cpu.run,
    "listening": listening.run,
    "triggers": triggers.run,
}
PACKAGES = ("robotframework-robotvoice", "robotframework", "websockets", "numpy", "webrtcvad-wheels")


def main() -> int:
    """0 if every target was reached, else 1."""
    options = _options()
    results: dict[str, Any] = {"machine": _machine(), "quick": options.quick, "benchmarks": {}}
    rows: list[Row] = []
    for name in options.names or BENCHMARKS:
        before = _load()
        found = BENCHMARKS[name](options.quick)
        load = {"before": before, "after": _load()}
        results["benchmarks"][name] = {"load": load, "rows": [_written(row) for row in found]}
        print(f"{name}: load {load['before']} -> {load['after']}", file=sys.stderr)
        rows += found
    options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    machine = results["machine"]
    print(f"{machine['cores']} cores, Python {machine['python']}, {machine['date']}\n{table(rows)}")
    return int(any(row.reached is False for row in rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHMARKS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="a short version")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("results.json"), metavar="FILE")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    return options


def _machine() -> dict[str, Any]:
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "system": platform.platform(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in PACKAGES},
    }


def _load() -> list[float]:
    """Of the last 1, 5 and 15 minutes; nothing where the system does not tell."""
    return [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else []


def _written(row: Row) -> dict[str, Any]:
    return {
        "what": row.what,
        "unit": row.unit,
        **{name: _finite(value) for name, value in row.summary().items()},
        "target": row.target,
        "reached": row.reached,
        "repeated": row.repeated,
        "unreliable": row.unreliable,
        "values": [_finite(value) for value in row.values],
    }


def _finite(value: float) -> float | str:
    """JSON has no infinity: an error is infinite where RobotVoice missed the stop."""
    return round(value, 3) if isfinite(value) else str(value)


if __name__ == "__main__":
    sys.exit(main())

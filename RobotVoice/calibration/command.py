"""Measure how truly this machine measures stop latency today: calls to an agent that knows when it fell silent."""

from __future__ import annotations

import argparse
import math
import sys

from RobotVoice.calibration import report
from RobotVoice.calibration.calls import CALLS, calibrate
from RobotVoice.calibration.result import WITHIN
from RobotVoice.errors import UnreliableTiming


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--calls and --within."""
    parser.add_argument(
        "--calls", type=int, default=CALLS, metavar="N", help="calls of each kind; default: %(default)s, about a minute"
    )
    parser.add_argument(
        "--within",
        type=_milliseconds,
        default=WITHIN * 1000,
        metavar="MS",
        help="milliseconds that the worst error may have; default: %(default)g",
    )


def _milliseconds(text: str) -> float:
    """Not `float`: of what is no number ("nan"), nothing would ever be worse."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of milliseconds above 0.")
    return value


def run(options: argparse.Namespace) -> int:
    """0 if the setup is as true as it has to be, else 1; raises RobotVoiceError if that can't be found out."""
    found = calibrate(options.calls, lambda line: print(line, file=sys.stderr))
    print(report.as_text(found))
    try:
        found.require(options.within / 1000)
    except UnreliableTiming as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0

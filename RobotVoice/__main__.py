"""`python -m RobotVoice`: what there is to do without Robot Framework."""

from __future__ import annotations

import argparse
import sys
from typing import Protocol

from RobotVoice.adapters import command as matrix
from RobotVoice.calibration import command as calibrate
from RobotVoice.doctor import command as doctor
from RobotVoice.errors import InvalidArgument, RobotVoiceError
from RobotVoice.judge import command as judge_check
from RobotVoice.recording import command as analyse
from RobotVoice.sounds import command as sounds


class Command(Protocol):
    """A module that is a command; the first line of its documentation is the command's."""

    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace) -> int: ...


COMMANDS: dict[str, Command] = {
    "analyse": analyse,
    "calibrate": calibrate,
    "doctor": doctor,
    "judge-check": judge_check,
    "matrix": matrix,
    "sounds": sounds,
}


def main(arguments: list[str] | None = None) -> int:
    """0 if all is well; 1 if it is not, or could not be found out; 2 for a wrong argument; 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        return COMMANDS[options.command].run(options)
    except RobotVoiceError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, InvalidArgument) else 1
    except KeyboardInterrupt:
        print("Broken off: nothing is known.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m RobotVoice", description=sys.modules["RobotVoice"].__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        summary = (command.__doc__ or "").partition("\n")[0]
        command.add_arguments(commands.add_parser(name, help=summary, description=command.__doc__))
    return parser


if __name__ == "__main__":
    sys.exit(main())

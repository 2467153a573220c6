"""`python -m RobotVoice.demo`: the command line of the demo agent."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

from RobotVoice.choices import one_of
from RobotVoice.demo.faults import MEANING, Faults, Protocol, duration, option_name
from RobotVoice.errors import InvalidArgument, RobotVoiceError

LAST_PORT = 65535


def main(arguments: list[str] | None = None) -> int:
    """0 when it was told to stop; 2 and one sentence on the standard error when it can't run."""
    options = parser().parse_args(arguments)
    from RobotVoice.demo import server  # noqa: PLC0415 - --help and a wrong option need no server

    try:
        faults = faults_of(options)
        asyncio.run(server.run(options.protocol, options.host, options.port, faults, options.truth))
    except RobotVoiceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def faults_of(options: argparse.Namespace) -> Faults:
    """The faults among the parsed options."""
    return Faults(**{option.name: getattr(options, option.name) for option in fields(Faults)})


def parser() -> argparse.ArgumentParser:
    """All options of the command line."""
    options = argparse.ArgumentParser(
        prog="python -m RobotVoice.demo",
        description="A phone company's support line to call and to interrupt. Prints one line of JSON with "
        "its address, and runs until its standard input ends.",
    )
    options.add_argument("--protocol", type=_protocol, required=True, help=" | ".join(p.value for p in Protocol))
    options.add_argument("--host", default="127.0.0.1", help="the address to listen on; default: this machine only")
    options.add_argument("--port", type=_port, default=0, help="default: any free port")
    options.add_argument("--truth", type=Path, metavar="FILE", help="where it writes what it heard, decided and did")
    for option in fields(Faults):
        name, underscored, help_text = option_name(option.name), f"--{option.name}", MEANING[option.name]
        names = dict.fromkeys((name, underscored))
        if isinstance(option.default, bool):
            options.add_argument(*names, dest=option.name, action="store_true", help=help_text)
        else:
            options.add_argument(
                *names,
                dest=option.name,
                type=_duration_of(name),
                default=option.default,
                metavar="TIME",
                help=help_text,
            )
    return options


def _protocol(text: str) -> Protocol:
    try:
        return one_of(Protocol)(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"'{text}' is no port; it has to be a whole number from 0 to {LAST_PORT}.")
    return int(text)


def _duration_of(option: str) -> Callable[[str], timedelta]:
    def convert(text: str) -> timedelta:
        try:
            return duration(text, option)
        except InvalidArgument as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


if __name__ == "__main__":
    sys.exit(main())

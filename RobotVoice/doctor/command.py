"""Find out whether an agent can be tested from here: does the line open, does audio flow both ways, how late is it."""

from __future__ import annotations

import argparse

from RobotVoice.adapters import matrix
from RobotVoice.adapters.options import build
from RobotVoice.doctor import report
from RobotVoice.doctor.visit import WORDS, examine
from RobotVoice.errors import InvalidArgument
from RobotVoice.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The agent, its options as in `Start Call`, --voice and --ears."""
    parser.add_argument("agent", help="a name of the capability matrix, as in Start Call")
    parser.add_argument("options", nargs="*", metavar="OPTION=VALUE", help="of the agent, as in Start Call")
    parser.add_argument("--voice", default="offline", help="who speaks for the caller: offline or openai")
    parser.add_argument("--ears", default="offline", help="who writes down what the agent says: offline or openai")


def run(options: argparse.Namespace) -> int:
    """0 if the agent can be tested, else 1; raises RobotVoiceError if that can't be found out."""
    agent = build(matrix.find(options.agent), dict(map(_option, options.options)))
    try:
        settings = Settings.of(options.voice, options.ears, "0.7 s", "5 s", "link")
    except ValueError as error:
        raise InvalidArgument(str(error)) from None
    found = examine(agent, settings.voice.speak(WORDS), settings.ears)
    print(report.as_text(found))
    return int(not found.well)


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InvalidArgument(f"'{text}' is no option: write it as name=value, such as url=ws://127.0.0.1:8765/ws.")
    return name, value

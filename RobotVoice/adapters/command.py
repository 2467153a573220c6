"""Print the capability matrix: which agents there are, and how each can be interrupted."""

from __future__ import annotations

import argparse

from RobotVoice.adapters import matrix


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(options: argparse.Namespace) -> int:
    """0."""
    print(matrix.as_text())
    return 0

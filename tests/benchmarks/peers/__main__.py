"""`python -m tests.benchmarks.peers [--calls N] [--cache DIR] [--out FILE]` runs all tools and writes RESULTS.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone
from pathlib import Path

from . import live, recordings, speech
from .environments import Missing
from .page import Run, markdown
from .results import Tool
from .runner import Runner
from .tools import CONTESTANTS, Contestant


def main() -> None:
    options = _options()
    with _folder(options.cache) as folder, ExitStack() as stack:
        tools, runners = _set_up(folder, stack)
        calls = live.run(runners, speech.write(folder), options.calls, _progress)
        scored = recordings.run(runners, folder, _progress)
    run = Run(_today(), _machine(), live.LIMIT, live.WATCH, tools, calls, scored)
    options.out.write_text(markdown(run), encoding="utf-8")
    _progress(f"written: {options.out}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers")
    parser.add_argument("--calls", type=int, default=5, help="of every case by every tool; default: 5, some 20 minutes")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keeps the environments and the logs of the tools")
    parser.add_argument("--out", type=Path, metavar="FILE", default=Path(__file__).parents[1] / "RESULTS.md")
    return parser.parse_args()


@contextmanager
def _folder(cache: Path | None) -> Iterator[Path]:
    if cache is None:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)
    else:
        cache.mkdir(parents=True, exist_ok=True)
        yield cache.resolve()


def _set_up(folder: Path, stack: ExitStack) -> tuple[list[Tool], dict[Contestant, Runner]]:
    """Every tool, and a runner of each that can be had."""
    tools, runners = [], {}
    log = stack.enter_context((folder / "installation.log").open("a", encoding="utf-8"))
    for contestant in CONTESTANTS:
        _progress(f"{contestant.name}: setting up")
        try:
            runner = stack.enter_context(Runner(contestant.python(folder, log), contestant.runner, folder))
        except Missing as reason:
            tools.append(Tool(contestant.name, how=contestant.how, missing=str(reason)))
            _progress(f"{contestant.name}: {reason}")
        else:
            tools.append(Tool(contestant.name, runner.version, runner.python, contestant.how))
            runners[contestant] = runner
    return tools, runners


def _today() -> str:
    return datetime.now(timezone.utc).date().isoformat()


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _progress(line: str) -> None:
    print(f"{datetime.now():%H:%M:%S} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

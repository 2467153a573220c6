"""How a runner talks with the benchmark: a JSON line for a job, a JSON line for its answer."""

from __future__ import annotations

import json
import os
import platform
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

Job = dict[str, Any]
Answer = dict[str, Any]
Work = Callable[[Job], Answer]


def serve(package: str, **works: Work) -> None:
    """Do every job that comes in by the work of its name, until the input ends."""
    # the tools print their own reports: what is ours must not be mixed with them
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(answer: Answer) -> None:
        print(json.dumps(answer), file=out, flush=True)

    say({"version": version(package), "python": platform.python_version()})
    for line in sys.stdin:
        job = json.loads(line)
        say(_done(works[job["work"]], job))


def _done(work: Work, job: Job) -> Answer:
    try:
        return work(job)
    except Exception as error:
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {' '.join(str(error).split())}"}

"""What stands under a test in log.html: made when the test ends, in Robot's main thread."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from robot.api import logger

from RobotVoice.evidence import files, report
from RobotVoice.evidence.model import CallEvidence, Check
from RobotVoice.judgeable import Judgeable

SEVERAL = "Several failures occurred:"
"""How Robot Framework begins the message of a test with more than one."""
MOST_WARNINGS = 5
"""Of one call; Robot Framework shows every warning at the top of log.html as well."""


def log_evidence(call: Judgeable, test: str, result: Any, output_dir: Path, embed: bool) -> None:
    """Keep the recording, draw the report under the test, and put the headline figures into its metadata.

    result: Robot Framework's result of the test; it has `metadata` from Robot Framework 7.5 on.
    """
    if result.failed:
        _tell_the_failure(call, result.message)
    evidence, html = draw_evidence(call, test, output_dir, embed)
    logger.info(html, html=True)
    warn_of(call.problems(), test)
    if hasattr(result, "metadata"):
        result.metadata.update(report.metadata(evidence))


def _tell_the_failure(call: Judgeable, message: str) -> None:
    """What failed may be no check of the call's, such as one that could not be made: a red test has no green report."""
    told = any(check.passed is not True for check in call.checks)
    if call.checks and not told:
        first = next((line for line in message.removeprefix(SEVERAL).splitlines() if line), "")
        call.checks.append(Check(f"The test failed: {first}", None))


def draw_evidence(call: Judgeable, name: str, output_dir: Path, embed: bool) -> tuple[CallEvidence, str]:
    """Keep the recording under a file name made of `name`; all that is known, and its report."""
    link, sound = _record(call, name, output_dir, embed)
    evidence = call.evidence()
    return evidence, report.render(evidence, link, sound)


def warn_of(problems: Iterable[str], name: str) -> None:
    """Each problem once, as far as there are not too many."""
    found = list(dict.fromkeys(problems))
    for problem in found[:MOST_WARNINGS]:
        logger.warn(f"{name}: {problem}")
    if len(found) > MOST_WARNINGS:
        logger.warn(f"{name}: and {len(found) - MOST_WARNINGS} more problems, which the journal under the test names.")


def _record(call: Judgeable, test: str, output_dir: Path, embed: bool) -> tuple[str | None, bytes | None]:
    """The link to the recording of a call, and the sound to `embed`; a call that never opened has none."""
    if not call.seconds:
        return None, None
    path = call.keep_recording(output_dir, test)
    return files.relative_link(path, output_dir), files.embedded(path) if embed else None

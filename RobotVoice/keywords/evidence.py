"""What stands under a test in log.html: made when the test ends, in Robot's main thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from robot.api import logger

from RobotVoice.conversation import Conversation
from RobotVoice.evidence import files, report

MOST_WARNINGS = 5
"""Of one call; Robot Framework shows every warning at the top of log.html as well."""


def log_evidence(conversation: Conversation, test: str, result: Any, output_dir: Path, embed: bool) -> None:
    """Save the recording, draw the report under the test, and put the headline figures into its metadata.

    result: Robot Framework's result of the test; it has `metadata` from Robot Framework 7.5 on.
    """
    path = files.recording_path(output_dir, test)
    conversation.recording = conversation.save_recording(path)
    evidence = conversation.evidence()
    sound = path.read_bytes() if embed else None
    logger.info(report.render(evidence, files.relative_link(path, output_dir), sound), html=True)
    problems = list(dict.fromkeys(conversation.problems()))
    for problem in problems[:MOST_WARNINGS]:
        logger.warn(f"{test}: {problem}")
    if len(problems) > MOST_WARNINGS:
        logger.warn(
            f"{test}: and {len(problems) - MOST_WARNINGS} more problems, which the journal under the test names."
        )
    if hasattr(result, "metadata"):
        result.metadata.update(report.metadata(evidence))

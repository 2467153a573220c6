"""How `Repeat` is written, and how one of its runs ended, as far as Robot Framework lets that be seen."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Iterator

from robot.errors import DataError, ExecutionFailed
from robot.running import RUN_KW_REGISTER

from RobotVoice.errors import (
    AgentFailure,
    CallAlreadyOpen,
    InvalidArgument,
    MissingExtra,
    NoCall,
    UnreliableTiming,
    UnsupportedCapability,
)
from RobotVoice.evidence.repetition import Verdict

SUITE_IS_WRONG = (DataError, InvalidArgument, MissingExtra, UnsupportedCapability, NoCall, CallAlreadyOpen)
"""What would be the same in every run."""
MAX_ERRORS = "max_errors="

_TIMES = re.compile(r"\s*(\d+)\s*(?:times?|x)?\s*", re.IGNORECASE)


def verdict_of(failure: ExecutionFailed) -> Verdict:
    """How a run ended that did not pass. BROKEN_OFF: there must not be another."""
    if failure.dont_continue or failure.skip:
        return Verdict.BROKEN_OFF
    causes = list(_causes(failure))
    if any(isinstance(cause, SUITE_IS_WRONG) for cause in causes):
        return Verdict.BROKEN_OFF
    blamed = [_blamed(cause) for cause in causes]
    return next(verdict for verdict in (Verdict.ERROR, Verdict.FAILED, Verdict.UNRELIABLE) if verdict in blamed)


def _blamed(cause: BaseException | None) -> Verdict:
    """Whose fault it is: the agent's where a check failed, also one of Robot Framework's such as Should Contain."""
    if isinstance(cause, UnreliableTiming):
        return Verdict.UNRELIABLE
    if isinstance(cause, AgentFailure) or (isinstance(cause, AssertionError) and not _is_ours(cause)):
        return Verdict.FAILED
    return Verdict.ERROR


def _is_ours(error: AssertionError) -> bool:
    """Broken inside of RobotVoice, which raises an AssertionError for no check."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return bool(frames) and str(frames[-1][0].f_globals.get("__name__", "")).partition(".")[0] == "RobotVoice"


def _causes(failure: ExecutionFailed) -> Iterator[BaseException | None]:
    """What was raised in the keywords that failed: Robot Framework raises its own exception while it handles theirs."""
    return (error.__context__ for error in failure.get_errors())


def repeat_count(given: str) -> int:
    """`20`, `20 times` or `20x` as a number."""
    found = _TIMES.fullmatch(str(given))
    if found is None or int(found[1]) < 1:
        raise InvalidArgument(
            f"The argument times is '{given}'; it has to be a whole number from 1, such as '20' or '20 times'."
        )
    return int(found[1])


def max_errors(args: Iterable[object]) -> tuple[int, tuple[object, ...]]:
    """How many errors are allowed, and what is left for the keyword.

    Robot Framework gives a keyword that runs others their arguments as they are written, named ones and variables too.
    """
    from robot.libraries.BuiltIn import BuiltIn  # noqa: PLC0415 - heavy

    most, rest = 0, []
    for arg in args:
        if not isinstance(arg, str) or not arg.startswith(MAX_ERRORS):
            rest.append(arg)
            continue
        given = str(BuiltIn().replace_variables(arg.removeprefix(MAX_ERRORS))).strip()
        if not given.isdecimal():
            raise InvalidArgument(f"The argument {MAX_ERRORS} is '{given}'; it has to be a whole number from 0.")
        most = int(given)
    return most, tuple(rest)


# Without this, a timeout would wait for the end of the run's current keyword, and variables would be replaced twice.
RUN_KW_REGISTER.register_run_keyword("RobotVoice", "repeat", 1, deprecation_warning=False, dry_run=True)

"""How `Sweep Interruptions` is written: which of its arguments are its own, and which the keyword's that it runs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from RobotVoice.adapters.options import did_you_mean
from RobotVoice.errors import InvalidArgument
from RobotVoice.line.conditions import Conditions
from RobotVoice.settings import Settings
from RobotVoice.sweep import plan as planned
from RobotVoice.sweep.plan import Plan

SWEPT = {"offsets": "offset", "phrases": "phrase"}
"""Option, and the argument that the keyword is given."""
DEFAULTS = {"repeats": "1", "limit": "800 ms", "max_calls": "100", "resume": ""}
_SEPARATORS = {"offsets": ",", "phrases": ";", "noise": ","}
_NAMED = re.compile(r"(\w+)=")


@dataclass(frozen=True)
class SweepOptions:
    """plan: the calls. arguments: what the keyword is given besides. resume: a file's path, or ""."""

    plan: Plan
    arguments: tuple[object, ...]
    resume: str


def sweep_options(name: str, args: Iterable[object], line: Conditions, settings: Settings) -> SweepOptions:
    """The options among `args`, which Robot Framework gives as they are written, named ones and variables too.

    line: what every call begins on. settings: of the library.
    """
    given, arguments = _split(args)
    lists = {option: _values(given[option], separator) for option, separator in _SEPARATORS.items() if option in given}
    if not lists:
        raise InvalidArgument("Sweep Interruptions has nothing to sweep: give it offsets=, phrases= or noise=.")
    _refuse_misspelt(arguments, lists)
    single = {option: str(given.get(option, default)).strip() for option, default in DEFAULTS.items()}
    plan = Plan(
        keyword=str(name),
        arguments=_digest(arguments),
        offsets=planned.offsets(lists["offsets"]) if "offsets" in lists else (),
        phrases=planned.phrases(lists["phrases"]) if "phrases" in lists else (),
        noises=planned.noises(lists["noise"]) if "noise" in lists else (),
        repeats=_whole("repeats", single["repeats"]),
        limit=_limit(single["limit"]),
        line=planned.digest(line),
        pause=settings.pause,
        watch=settings.watch,
        voice=settings.voice_name,
    )
    most, calls = _whole("max_calls", single["max_calls"]), len(plan.calls)
    if calls > most:
        raise InvalidArgument(
            f"Sweep Interruptions would make {calls} calls; allowed {most} (max_calls= sets how many). Sweep fewer "
            "values, or lower repeats=."
        )
    return SweepOptions(plan, arguments, single["resume"])


def _split(args: Iterable[object]) -> tuple[dict[str, Any], tuple[object, ...]]:
    from robot.libraries.BuiltIn import BuiltIn  # noqa: PLC0415 - heavy

    given: dict[str, Any] = {}
    rest = []
    for arg in args:
        option, equals, value = arg.partition("=") if isinstance(arg, str) else ("", "", "")
        if not equals or option not in {*_SEPARATORS, *DEFAULTS}:
            rest.append(arg)
        elif option in given:
            raise InvalidArgument(f"Sweep Interruptions has {option}= twice.")
        else:
            given[option] = BuiltIn().replace_variables(value)
    return given, tuple(rest)


def _digest(arguments: Iterable[object]) -> str:
    """Of their values, for a sweep with others is another sweep; of an expression as it is written, for its next value
    may be another one."""
    from robot.libraries.BuiltIn import BuiltIn  # noqa: PLC0415 - heavy

    written = [str(arg) for arg in arguments]
    values = [arg if "{{" in arg else str(BuiltIn().replace_variables(arg)) for arg in written]
    return hashlib.sha256("\n".join(values).encode()).hexdigest() if values else ""


def _values(given: object, separator: str) -> Sequence[object]:
    """A list variable as it is; text by its separators, of which one may stand at the end."""
    if isinstance(given, str):
        values = [one.strip() for one in given.split(separator)]
        return values[:-1] if len(values) > 1 and not values[-1] else values
    return list(given) if isinstance(given, Iterable) else [given]


def _refuse_misspelt(arguments: Iterable[object], lists: Mapping[str, object]) -> None:
    """What is near to an option is none of the keyword's arguments, unless it is one that could have been swept."""
    for found in (_NAMED.match(arg) for arg in arguments if isinstance(arg, str)):
        if found is None:
            continue
        option = next((option for option, argument in SWEPT.items() if argument == found[1]), "")
        if option in lists:
            raise InvalidArgument(f"Sweep Interruptions gives {found[1]}= to the keyword itself, from {option}=.")
        meant = did_you_mean(found[1], [*_SEPARATORS, *DEFAULTS])
        if not option and meant != ".":
            raise InvalidArgument(f"Sweep Interruptions has no argument '{found[1]}'{meant}")


def _whole(name: str, given: str) -> int:
    if not given.isdecimal() or int(given) < 1:
        raise InvalidArgument(f"The argument {name} is '{given}'; it has to be a whole number from 1.")
    return int(given)


def _limit(given: str) -> float:
    limit = planned.seconds("limit", given)
    if not limit:
        raise InvalidArgument(f"The argument limit is '{given}'; nobody stops in no time.")
    return limit

"""What a benchmark finds, and its table. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

NUMBERS = ("median", "p50", "p95", "p99", "worst")
COLUMNS = ("what", "n", *NUMBERS, "unit", "target", "", "repeated")

NEAREST_RANK: Final = "inverted_cdf"
"""A percentile is a value that was measured: nothing lies between a number and infinity."""


@dataclass(frozen=True)
class Row:
    """Values of one thing. limits: what the size of these numbers may be at most; it may be none of them.

    The median has the sign of the values, so that it shows a bias; p50 to worst are those of their sizes.
    repeated: calls that were made again because this machine was too busy. unreliable: those that stayed so.
    """

    what: str
    values: list[float]
    unit: str
    limits: Mapping[str, float] = field(default_factory=dict)
    repeated: int = 0
    unreliable: int = 0

    def summary(self) -> dict[str, float]:
        values = np.array(self.values or [np.nan])
        sizes = np.abs(values)
        ranks = np.percentile(sizes, [50, 95, 99, 100], method=NEAREST_RANK)
        found = (np.percentile(values, 50, method=NEAREST_RANK), *ranks)
        return dict(zip(NUMBERS, map(float, found), strict=True))

    @property
    def reached(self) -> bool | None:
        """None where nothing is claimed. A missing value reaches nothing."""
        if not self.limits:
            return None
        found = self.summary()
        return all(abs(found[name]) <= limit for name, limit in self.limits.items())

    @property
    def target(self) -> str:
        return ", ".join(f"{name} <= {limit:g}" for name, limit in self.limits.items())


def table(rows: Iterable[Row]) -> str:
    """The rows as text, a line each."""
    lines = [COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if 1 <= column <= 1 + len(NUMBERS) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    found = row.summary()
    verdict = {True: "reached", False: "NOT REACHED", None: ""}[row.reached]
    repeated = f"{row.repeated}" if row.repeated else ""
    if row.unreliable:
        repeated += f" ({row.unreliable} unreliable)"
    numbers = (f"{found[name]:.2f}" for name in NUMBERS)
    return (row.what, str(len(row.values)), *numbers, row.unit, row.target, verdict, repeated)

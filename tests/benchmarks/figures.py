"""What a benchmark finds, and its table. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

COLUMNS = ("what", "n", "p50", "p95", "p99", "worst", "unit", "target", "", "repeated")

NEAREST_RANK: Final = "inverted_cdf"
"""A percentile is a value that was measured: nothing lies between a number and infinity."""


@dataclass(frozen=True)
class Row:
    """Values of one thing. limits: what p50, p95, p99 and worst may be at most; it may be none of them.

    The sign of a value is kept; the percentiles are those of its size.
    repeated: calls that were made again because this machine was too busy. unreliable: those that stayed so.
    """

    what: str
    values: list[float]
    unit: str
    limits: Mapping[str, float] = field(default_factory=dict)
    repeated: int = 0
    unreliable: int = 0

    def summary(self) -> dict[str, float]:
        sizes = np.abs(self.values) if self.values else np.array([np.nan])
        p50, p95, p99 = (float(value) for value in np.percentile(sizes, [50, 95, 99], method=NEAREST_RANK))
        return {"p50": p50, "p95": p95, "p99": p99, "worst": float(sizes.max())}

    @property
    def reached(self) -> bool | None:
        """None where nothing is claimed. A missing value reaches nothing."""
        if not self.limits:
            return None
        found = self.summary()
        return all(found[name] <= limit for name, limit in self.limits.items())

    @property
    def target(self) -> str:
        return ", ".join(f"{name} <= {limit:g}" for name, limit in self.limits.items())


def table(rows: Iterable[Row]) -> str:
    """The rows as text, a line each."""
    lines = [COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if 1 <= column <= 5 else cell.ljust(width)
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
    numbers = (f"{found[name]:.2f}" for name in ("p50", "p95", "p99", "worst"))
    return (row.what, str(len(row.values)), *numbers, row.unit, row.target, verdict, repeated)

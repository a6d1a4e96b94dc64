"""The design points of a sweep: their distance from a reference, and how well they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.distances import total_variation
from orgsim.analysis.reference import Reference
from orgsim.analysis.verdict import kinds_of
from orgsim.errors import UsageError
from orgsim.results.source import spent_by

if TYPE_CHECKING:
    import pandas as pd

    from orgsim.store.run_tables import RunTables


def ranked(run: RunTables, split: Reference, tolerance: float) -> pd.DataFrame:
    """Return the design points, the nearest to a reference first; see :meth:`Run.ranked`."""
    shares, kinds = run.table("shares"), len(run.model.outcomes)
    matrix = shares.column("share").to_numpy().reshape(-1, kinds)
    counts = shares.column("count").to_numpy().reshape(-1, kinds)
    table = run.swept_points()
    for i, name in enumerate(run.model.scenarios):
        table[name] = matrix[:, i]
    table["firms"] = counts.sum(axis=1)
    table["total_variation"] = total_variation(matrix, np.array(split.shares))
    table["verdict"] = _verdicts(run, counts, split, tolerance)
    return table.sort_values("total_variation", kind="stable", ignore_index=True)


def _verdicts(
    run: RunTables, counts: NDArray[np.int64], split: Reference, tolerance: float
) -> list[str]:
    """Return the kind of verdict on every point."""
    firms, place = np.unique(counts.sum(axis=1), return_inverse=True)
    spent = np.array([spent_by(run.meta.precision, int(n), counts.shape[-1]) for n in firms])[place]
    return kinds_of(counts, split, tolerance, spent).tolist()


def met_precision(run: RunTables) -> list[bool]:
    """Return which points are as narrow as was asked for; see :meth:`Run.met_precision`."""
    wanted = run.meta.precision
    if wanted is None:
        raise UsageError(f"{run.directory}: no [precision] was asked for")
    shares = run.table("shares")
    width = shares.column("high").to_numpy() - shares.column("low").to_numpy()
    widest = width.reshape(-1, len(run.model.outcomes)).max(axis=1) / 2.0
    return [bool(half <= wanted["half_width"]) for half in widest]

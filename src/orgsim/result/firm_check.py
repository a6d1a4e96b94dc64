"""Whether a replayed firm is the one that a run has, to the last bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.columns import FIRMS
from orgsim.errors import RunError
from orgsim.result.firm_rows import rows_of
from orgsim.store.tables import firm_columns, firm_table

if TYPE_CHECKING:
    from orgsim.result.run import Run
    from orgsim.trace import History


def is_of_another_model(run: Run) -> bool:
    """Whether the model's source was another one when the run was made."""
    from orgsim.jit import source_hash

    return bool(run.manifest["identity"]["source"] != source_hash())


def model_versions(run: Run) -> str:
    """Name both versions of the model's source."""
    from orgsim.jit import source_hash

    return f"source {run.manifest['identity']['source'][:8]} there, {source_hash()[:8]} here"


def check_row(run: Run, point: int, history: History) -> None:
    """Hold a history against the row that the run has of the firm.

    Raises
    ------
    RunError
        If a column differs by a bit.
    """
    stored = rows_of(run, point, history.firm, history.firm + 1)
    record = np.ascontiguousarray(history.record[-1:].T)
    made = firm_table(
        firm_columns(point, history.firm, record), run.manifest["sectors"], {}
    ).to_pylist()[0]
    there = stored.to_pylist()[0] if stored.num_rows == 1 else {}
    # repr, because it tells apart what == does not: -0.0 from 0.0.
    different = [c.name for c in FIRMS if repr(made[c.name]) != repr(there.get(c.name))]
    if not different:
        return
    named = ", ".join(different[:4]) + (", ..." if len(different) > 4 else "")
    where = (
        f"{run.directory}: firm {history.firm:,} of point {point} does not come out as in the run"
    )
    if is_of_another_model(run):
        raise RunError(
            f"{where} ({named}): another version of the model made it ({model_versions(run)})\n"
            "  simulate it anew with this version: orgsim run CONFIG --out DIR"
        )
    raise RunError(
        f"{where} ({named}); see whether the rows are sound: orgsim verify {run.directory}"
    )

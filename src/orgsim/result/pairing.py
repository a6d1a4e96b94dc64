"""Two settings of the same firms: whether they are, and where each firm ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.flows import Flows, flow_counts, flows_of
from orgsim.analysis.shares import ERROR
from orgsim.columns import SCENARIOS
from orgsim.config.points import Points
from orgsim.errors import RunError, UsageError
from orgsim.work import stored_config

if TYPE_CHECKING:
    from orgsim.result.run import Run


def flows_between(run: Run, other: Run, point: int, other_point: int) -> Flows:
    """Return which firms of a design point end elsewhere at a point of another run.

    Raises
    ------
    UsageError
        If their firms are not the same, or rows of firms were not kept.
    """
    refuse_unpaired(run, other, point, other_point)
    before, after = scenario_codes(run, point), scenario_codes(other, other_point)
    firms = min(before.size, after.size)
    counts = flow_counts(before[:firms], after[:firms])
    error = ERROR * run.error_spent(point) * other.error_spent(other_point)
    names = (setting_name(run, point), setting_name(other, other_point))
    if names[0] == names[1]:
        names = _directory_names(run, other)
    return flows_of(counts, names, error=round(error, 12))


def _directory_names(run: Run, other: Run) -> tuple[str, str]:
    """Return how to call two runs of one title: as short as tells them apart."""
    one, two = run.directory.resolve().parts, other.directory.resolve().parts
    for depth in range(1, min(len(one), len(two)) + 1):
        if one[-depth:] != two[-depth:]:
            return "/".join(one[-depth:]), "/".join(two[-depth:])
    return str(run.directory), str(other.directory)


def setting_name(run: Run, point: int) -> str:
    """Return how to call a design point: the run's title, and what is particular about it."""
    title = run.manifest["title"] or str(run.directory)
    return f"{title}: point {point}" if run.manifest["extent"]["points"] > 1 else title


def are_paired(run: Run, other: Run) -> bool:
    """Return whether two runs of one setting each have the same firms."""
    try:
        refuse_unpaired(run, other, run.one_point(None), other.one_point(None))
    except UsageError:
        return False
    return True


def refuse_unpaired(run: Run, other: Run, point: int, other_point: int) -> None:
    """Refuse two settings whose firms do not meet the same draws.

    Raises
    ------
    UsageError
        The message says why, and how to pair them.
    """
    one, two = _draws(run, point), _draws(other, other_point)
    for what, way_out in (
        ("model", "run both with the same version of orgsim"),
        ("seed", f"run the second with --seed {one['seed']}"),
        ("draws", "sweep with common random numbers ([sweep] common_random_numbers = true)"),
    ):
        if one[what] != two[what]:
            raise UsageError(
                f"{run.directory} and {other.directory} are not paired: their firms differ by "
                f"{what} ({one[what]} and {two[what]})\n  {way_out}"
            )


def _draws(run: Run, point: int) -> dict[str, Any]:
    """Return what the draws of a design point's firms hang on."""
    run.counts(point)  # refuses what is not finished, or not there
    points = Points(stored_config(run.directory, run.manifest))
    return {
        "model": run.manifest["identity"]["source"][:12],
        "seed": points.settings(point)["simulation.seed"],
        "draws": f"those of point {points.key(point)}",
    }


def scenario_codes(run: Run, point: int) -> NDArray[np.int8]:
    """Return the scenario of every firm of a design point, in the firms' order.

    Returns
    -------
    int8 (firms,)
        Codes as in ``columns.SCENARIOS``.

    Raises
    ------
    UsageError
        If the run is not finished, or its config says not to write rows of firms.
    RunError
        If rows are lost.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    from orgsim.store.reading import UNREADABLE

    words = pa.array(SCENARIOS)
    codes = np.full(sum(run.counts(point)), -1, dtype=np.int8)
    if not run.manifest["output"]["firms"]:
        raise UsageError(f"{run.directory}: has no firms: its config says [output] firms = false")
    try:
        batches = run.dataset("firms").to_batches(
            columns=["firm", "scenario"], filter=pc.field("point") == point
        )
        for batch in batches:
            column = batch.column("scenario").cast(pa.string())
            codes[batch.column("firm").to_numpy()] = pc.index_in(column, words).to_numpy()
    except UNREADABLE:
        codes[:] = -1
    if (codes < 0).any():
        raise RunError(
            f"{run.directory}/firms: rows are lost or torn; mend them with: "
            f"orgsim resume {run.directory}"
        )
    return codes

"""Rows of single firms, out of the parts that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgsim.errors import UsageError
from orgsim.store import RunDirectory, layout_of

if TYPE_CHECKING:
    import pyarrow as pa

    from orgsim.result.run import Run


def refuse_unfinished(run: Run) -> None:
    """Refuse a run that has not ended.

    Raises
    ------
    UsageError
    """
    if run.manifest["status"] != "finished":
        raise UsageError(
            f"{run.directory}: the run is not finished; to finish it: orgsim resume {run.directory}"
        )


def firms_at(run: Run, point: int) -> int:
    """Return how many firms a design point has.

    Raises
    ------
    UsageError
        If there is no such point.
    """
    points = run.manifest["extent"]["points"]
    if not 0 <= point < points:
        raise UsageError(f"{run.directory}: has no point {point}; points: 0 to {points - 1:,}")
    shares = run.table("shares")
    return int(shares.column("firms")[point * (shares.num_rows // points)].as_py())


def refuse_no_such_firm(run: Run, point: int, firm: int) -> None:
    """Refuse a number that no firm of the point has.

    Raises
    ------
    UsageError
    """
    firms = firms_at(run, point)
    if not 0 <= firm < firms:
        at = f" at point {point}" if run.manifest["extent"]["points"] > 1 else ""
        raise UsageError(f"{run.directory}: has no firm {firm:,}{at}; firms: 0 to {firms - 1:,}")


def rows_of(
    run: Run, point: int, first: int, stop: int, columns: Sequence[str] | None = None
) -> pa.Table:
    """Return the rows of the firms ``first`` ... ``stop - 1`` of a point, in their order.

    Raises
    ------
    UsageError
        If the run keeps no rows of firms.
    RunError
        If a part is lost or torn.
    """
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    from orgsim.store.reading import UNREADABLE

    if not run.manifest["output"]["firms"]:
        raise UsageError(f"{run.directory}: has no firms: its config says [output] firms = false")
    files = [
        str(run.directory / "firms" / f"{part.name}.parquet")
        for part in layout_of(run.manifest).parts()
        if point in part.points and part.first_firm < stop and part.stop_firm > first
    ]
    store = RunDirectory(run.directory)
    most = store.most_rows("firms")
    for file in files:
        store.refuse_torn(Path(file), "firms", most)
    wanted: Any = (
        (pc.field("point") == point) & (pc.field("firm") >= first) & (pc.field("firm") < stop)
    )
    try:
        rows = ds.dataset(files, format="parquet")
        table = rows.to_table(columns=columns, filter=wanted)
    except UNREADABLE as error:
        raise store.unreadable(run.directory / "firms", error) from error
    return table.sort_by("firm") if "firm" in table.column_names else table

"""A finished run as arrays over its design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orgsim.errors import UsageError

if TYPE_CHECKING:
    import xarray as xr

    from orgsim.store.run_tables import RunTables


def to_xarray(run: RunTables) -> xr.Dataset:
    """Return counts, shares and intervals as arrays; see :meth:`Run.to_xarray`."""
    try:
        import xarray as xr
    except ImportError:
        raise UsageError("xarray is not installed: pip install 'orgsim[xarray]'") from None
    shares = run.shares().astype({"scenario": str})
    points = run.swept_points()
    design = run.meta.sweep.get("design")
    if design == "grid":
        keys = [*run.swept, "scenario"]
        table = shares.merge(points, on="point").set_index(keys).drop(columns="point")
        dataset = xr.Dataset.from_dataframe(table)
    else:
        dataset = xr.Dataset.from_dataframe(shares.set_index(["point", "scenario"]))
        at = {path: ("point", points[path].to_numpy()) for path in run.swept}
        dataset = dataset.assign_coords(at)
    return dataset.sel(scenario=list(run.model.scenarios)).assign_attrs(
        title=run.meta.title, digest=str(run.digest)
    )

"""A run on the disk, as one holds it in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgsim.columns import SCENARIOS, SIDE_CUT_POINTS
from orgsim.errors import RunError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.dataset as ds
    import xarray as xr

    from orgsim.analysis.comparison import Comparison


class Run:
    """A run on the disk.

    Attributes
    ----------
    directory : Path
    manifest : dict
        What the run is, and how it came about.
    simulated : bool
        Whether this call simulated anything, or found the run finished.
    """

    def __init__(self, directory: str | PathLike[str], *, simulated: bool = False) -> None:
        from orgsim.store import RunDirectory

        self.directory = Path(directory)
        self._store = RunDirectory(self.directory)
        self.manifest = self._store.read_manifest()
        self.simulated = simulated

    @property
    def digest(self) -> str | None:
        """Hash of the content, equal wherever it was computed; None while unfinished."""
        return self.manifest["digest"]

    # --- tables

    def table(self, name: str) -> pa.Table:
        """Return ``points``, ``shares``, ``firms`` or ``quarters`` whole, as an Arrow table.

        Raises
        ------
        UsageError
            If the run is not finished, or its config says not to write this one.
        RunError
            If a file is torn.
        """
        return self._store.read(name)

    def dataset(self, name: str) -> ds.Dataset:
        """Return a table lazily: nothing is read until columns and rows are asked for.

        Examples
        --------
        Firms of one point, three of their columns::

            run.dataset("firms").to_table(
                columns=["firm", "scenario", "performance"],
                filter=pyarrow.compute.field("point") == 17,
            )

        Raises
        ------
        UsageError
            As :meth:`table`.
        """
        import pyarrow.dataset as ds

        files = [str(path) for path in self._store.files(name)]
        return ds.dataset(files, format="parquet")

    def _pandas(self, name: str, points: int | Sequence[int] | None) -> pd.DataFrame:
        import pyarrow.compute as pc

        if points is None:
            return self.table(name).to_pandas()
        wanted = [points] if isinstance(points, int) else list(points)
        chosen = pc.field("point").isin(wanted)
        return self.dataset(name).to_table(filter=chosen).to_pandas()

    def firms(self, points: int | Sequence[int] | None = None) -> pd.DataFrame:
        """Return a row a firm, see ``orgsim.columns.FIRMS``; of some design points alone."""
        return self._pandas("firms", points)

    def quarters(self, points: int | Sequence[int] | None = None) -> pd.DataFrame:
        """Return a row a quarter, see ``orgsim.columns.QUARTERS``; of some design points alone."""
        return self._pandas("quarters", points)

    def shares(self) -> pd.DataFrame:
        """Return a row a point and scenario, see ``orgsim.columns.SHARES``."""
        return self._pandas("shares", None)

    def points(self) -> pd.DataFrame:
        """Return a row a design point: the swept parameters first, then all others."""
        return self._pandas("points", None)

    def _swept_points(self) -> pd.DataFrame:
        """Return a row a design point: its number and the swept parameters alone."""
        columns = ["point", *self.swept]
        table = self._store.read("points", columns)
        points = self.manifest["extent"]["points"]
        if table.column_names != columns or table.num_rows != points:
            raise RunError(
                f"{self.directory}/points.parquet: is not this run's; mend it with the command "
                "that began the run"
            )
        return table.to_pandas()

    @property
    def swept(self) -> list[str]:
        """Paths of the swept parameters; empty without a sweep."""
        return list(self.manifest["identity"]["plan"].get("sweep", {}).get("parameters", {}))

    def to_xarray(self) -> xr.Dataset:
        """Return counts, shares and intervals as arrays over the design.

        Returns
        -------
        xarray.Dataset
            On a grid, a dimension a swept parameter, and ``scenario``; points that a constraint
            left out are NaN. Of other designs, dimensions ``point`` and ``scenario``, with the
            swept parameters as coordinates of the points.

        Raises
        ------
        UsageError
            If xarray is not installed, or the run is not finished.
        """
        try:
            import xarray as xr
        except ImportError:
            raise UsageError("xarray is not installed: pip install 'orgsim[xarray]'") from None
        shares = self.shares().astype({"scenario": str})
        points = self._swept_points()
        design = self.manifest["identity"]["plan"].get("sweep", {}).get("design")
        if design == "grid":
            keys = [*self.swept, "scenario"]
            table = shares.merge(points, on="point").set_index(keys).drop(columns="point")
            dataset = xr.Dataset.from_dataframe(table)
        else:
            dataset = xr.Dataset.from_dataframe(shares.set_index(["point", "scenario"]))
            at = {path: ("point", points[path].to_numpy()) for path in self.swept}
            dataset = dataset.assign_coords(at)
        return dataset.sel(scenario=list(SCENARIOS)).assign_attrs(
            title=self.manifest["title"], digest=str(self.digest)
        )

    # --- comparison

    def _without_misfit(self, counts: list[int]) -> int | None:
        """Return how many firms apart never saw a misfit; None where nobody looks for one."""
        settings = self.manifest["identity"]["plan"]["settings"]
        if not settings["mechanisms.reorganisation"]:
            return None
        return counts[SCENARIOS.index("cmo_vs_cto")]

    def compare(
        self, reference: Mapping[str, float] | Run | None = None, *, point: int = 0
    ) -> Comparison:
        """Set the shares of a design point beside a reference.

        Parameters
        ----------
        reference : mapping of scenario to share, Run, or None
            None: the config's target, by default the article.
        point : int
            Of a sweep, which one.

        Raises
        ------
        UsageError
            If the run, or the reference, is not finished, or there is no such point.
        """
        from orgsim.analysis.comparison import compare_shares

        table = self._shares_of(point)
        split, name = self._reference(reference)
        together = SCENARIOS.index("cmo_and_cto")
        firms = table["firms"][0]
        return compare_shares(
            table["count"],
            split,
            limits=(table["low"], table["high"]),
            reference_name=name,
            side_counts={
                cut: round(table[column][together] * firms)
                for cut, column in zip(SIDE_CUT_POINTS, ("share_at_04", "share_at_06"), strict=True)
            },
            without_misfit=self._without_misfit(table["without_misfit"]),
        )

    def _shares_of(self, point: int) -> dict[str, list[Any]]:
        """Return the four rows of ``shares`` of one point."""
        points = self.manifest["extent"]["points"]
        if not 0 <= point < points:
            raise UsageError(f"{self.directory}: has no point {point}; points: 0 to {points - 1}")
        kinds = len(SCENARIOS)
        return self.table("shares").slice(point * kinds, kinds).to_pydict()

    def _reference(
        self, reference: Mapping[str, float] | Run | None
    ) -> tuple[Mapping[str, float], str]:
        """Return a reference's shares, and how to call it."""
        if isinstance(reference, Run):
            if reference.manifest["extent"]["points"] > 1:
                raise UsageError(
                    f"{reference.directory}: is a sweep; compare with a run of one setting"
                )
            other = reference.table("shares").to_pydict()
            split = dict(zip(other["scenario"], other["share"], strict=True))
            return split, f"run in {reference.directory}"
        if reference is None:
            split = self.manifest["target"]["shares"]
            return split, "article" if split == article_shares() else "target"
        return reference, "article" if reference == article_shares() else "given shares"

    def reference_name(self, reference: Mapping[str, float] | Run | None = None) -> str:
        """Return how to call what :meth:`compare` and :meth:`ranked` compare with."""
        return self._reference(reference)[1]

    def met_precision(self) -> list[bool]:
        """Return, by design point, whether every share is as narrow as ``[precision]`` asks.

        Raises
        ------
        UsageError
            If none was asked for, or the run is not finished.
        """
        wanted = self.manifest["identity"]["plan"].get("precision")
        if wanted is None:
            raise UsageError(f"{self.directory}: no [precision] was asked for")
        shares = self.table("shares")
        width = shares.column("high").to_numpy() - shares.column("low").to_numpy()
        widest = width.reshape(-1, len(SCENARIOS)).max(axis=1) / 2.0
        return [bool(half <= wanted["half_width"]) for half in widest]

    def ranked(self, reference: Mapping[str, float] | Run | None = None) -> pd.DataFrame:
        """Return the design points, the nearest to a reference first.

        Returns
        -------
        DataFrame
            ``point``, the swept parameters, the four shares by name, ``firms``, and
            ``total_variation``: the share of firms that would have to end elsewhere.
        """
        import numpy as np

        split, _ = self._reference(reference)
        shares = self.table("shares")
        matrix = shares.column("share").to_numpy().reshape(-1, len(SCENARIOS))
        table = self._swept_points()
        for i, name in enumerate(SCENARIOS):
            table[name] = matrix[:, i]
        table["firms"] = shares.column("firms").to_numpy()[:: len(SCENARIOS)]
        wanted = np.array([split[name] for name in SCENARIOS])
        table["total_variation"] = np.round(np.abs(matrix - wanted).sum(axis=1) / 2.0, 15)
        return table.sort_values("total_variation", kind="stable", ignore_index=True)


def article_shares() -> dict[str, float]:
    """Return the article's split."""
    from orgsim.config import ARTICLE_SHARES

    return dict(ARTICLE_SHARES)


def open_run(directory: str | PathLike[str]) -> Run:
    """Open a run directory.

    Raises
    ------
    UsageError
        If there is no run, or one of another format.
    """
    return Run(directory)

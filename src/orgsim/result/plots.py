"""Pictures of a run on the disk: which there are, what they are drawn from, and into what files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.columns import FIRMS, SCENARIOS
from orgsim.config.values import nearest
from orgsim.errors import UsageError
from orgsim.files import as_path
from orgsim.printable import shortened
from orgsim.result.picture import Picture, mark_of, refuse_other_kind
from orgsim.store import outputs
from orgsim.store.names import FIGURES
from orgsim.swept_path import SweptPath

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from orgsim.analysis.comparison import Comparison
    from orgsim.analysis.reference import Reference
    from orgsim.figures.setting import SettingFirms, SettingQuarters, SettingShares
    from orgsim.figures.sweep import SweepShares
    from orgsim.result.reference import ReferenceLike
    from orgsim.result.run import Run

DRAWN_FIRMS = 100_000
"""Most firms that a picture is drawn from: the first, which are as good a sample as any."""

Drawings = dict[str, Callable[[], "Figure"]]


class Plots:
    """The pictures of a run: ``run.plot.shares()``, ``run.plot("response-curves")``.

    Parameters
    ----------
    run : Run
        Finished.
    reference : as :meth:`Run.compare` takes it
        What shares are drawn beside; by default the run's target.
    tolerance : float, optional
        How far each share may be off for a match; by default the target's.
    """

    def __init__(
        self, run: Run, reference: ReferenceLike = None, tolerance: float | None = None
    ) -> None:
        self._run = run
        self._reference = reference
        self._tolerance = tolerance

    def beside(self, reference: ReferenceLike, *, tolerance: float | None = None) -> Plots:
        """Return the pictures of the same run beside another reference.

        Examples
        --------
        ::

            run.plot.beside("survey.csv").shares()
        """
        return Plots(self._run, reference, tolerance)

    def names(self, *, point: int | None = None) -> list[str]:
        """Return the names of the figures that the run has; of a sweep, those of one point.

        Raises
        ------
        UsageError
            If the run is not finished, has no such point, or matplotlib is missing.
        """
        return list(self._drawings(point))

    def __call__(self, name: str, *, point: int | None = None) -> Picture:
        """Draw one figure.

        Raises
        ------
        UsageError
            If there is no such figure, and as :meth:`names`.
        """
        known = self._drawings(point)
        if name not in known:
            raise UsageError(
                f"no figure {shortened(name, 60)!r}{nearest(name, known)}\n"
                f"  figures: {', '.join(known)}"
            )
        return Picture(name, known[name]())

    def shares(self, *, point: int | None = None) -> Picture:
        """Draw the shares with their intervals beside the reference."""
        return self("shares", point=self._run.one_point(point))

    def two_by_two(self, *, point: int | None = None) -> Picture:
        """Draw the article's 2 x 2 as areas."""
        return self("two-by-two", point=self._run.one_point(point))

    def scenarios_over_time(self, *, point: int | None = None) -> Picture:
        """Draw where firms would stand were the horizon at each quarter."""
        return self("scenarios-over-time", point=self._run.one_point(point))

    def trajectories(self, *, point: int | None = None) -> Picture:
        """Draw the state of the firms over time, with quantile bands."""
        return self("trajectories", point=self._run.one_point(point))

    def state_at_horizon(self, *, point: int | None = None) -> Picture:
        """Draw the state of the firms at the horizon, by scenario."""
        return self("state-at-horizon", point=self._run.one_point(point))

    def drivers(self, *, point: int | None = None) -> Picture:
        """Draw which firm-level quantities go with each scenario."""
        return self("drivers", point=self._run.one_point(point))

    def flows(
        self,
        other: Run | str | PathLike[str],
        *,
        point: int | None = None,
        other_point: int | None = None,
    ) -> Picture:
        """Draw which firms end elsewhere under another setting; see :meth:`Run.flows`."""
        require_matplotlib()
        from orgsim.figures.flows import FlowCounts, flow_picture
        from orgsim.result.run import open_run

        second = open_run(other) if isinstance(other, (str, PathLike)) else other
        found = self._run.flows(second, point=point, other_point=other_point)
        counts = np.array(found.counts, dtype=np.int64)
        drawn = FlowCounts(found.before_name, found.after_name, counts, found.firms)
        return Picture(_flows_name(second, point, other_point), flow_picture(drawn))

    def write(
        self,
        names: Sequence[str] = (),
        *,
        kind: str = "svg",
        out: str | PathLike[str] | None = None,
        point: int | None = None,
        overwrite: bool = False,
    ) -> list[Path]:
        """Draw figures into files.

        Parameters
        ----------
        names : sequence of str
            Which; none: all.
        kind : str
            ``svg``, ``pdf`` or ``png``.
        out : path, optional
            Folder; by default ``figures`` in the run directory, and in it ``point-P`` for one
            point of a sweep.
        point : int, optional
            Of a sweep, one point.
        overwrite : bool
            Whether to replace files in ``out`` that are no pictures of orgsim's.

        Returns
        -------
        list of Path
            The files.

        Raises
        ------
        UsageError
            If there is no such figure or kind, something else bears the name of a file, and as
            :meth:`names`.
        RunError
            If a file cannot be written.
        """
        known = self.names(point=point)
        for name in names:
            if name not in known:
                self(name, point=point)
        places = {
            name: self._place(name, kind, out, point, overwrite=overwrite)
            for name in names or known
        }
        for name, (_, target) in places.items():  # all of them are free before the first is drawn
            self(name, point=point).draw_into(target, kind)
        return [path for path, _ in places.values()]

    def save(
        self,
        picture: Picture,
        *,
        kind: str = "svg",
        out: str | PathLike[str] | None = None,
        point: int | None = None,
        overwrite: bool = False,
    ) -> Path:
        """Write a picture where :meth:`write` puts this run's.

        Raises
        ------
        UsageError
            If there is no such kind, or something else bears the name of the file.
        RunError
            If the file cannot be written.
        """
        path, target = self._place(picture.name, kind, out, point, overwrite=overwrite)
        picture.draw_into(target, kind)
        return path

    def _place(
        self,
        name: str,
        kind: str,
        out: str | PathLike[str] | None,
        point: int | None,
        *,
        overwrite: bool,
    ) -> tuple[Path, Path]:
        """Return what a picture's file is called, and the file that is written for it."""
        refuse_other_kind(kind)
        if out is None:
            folder = self._run.directory / FIGURES
            if point is not None and self._is_sweep:
                path = folder / f"point-{point}" / f"{name}.{kind}"
                return path, outputs.own(path, folders=2)
            path = folder / f"{name}.{kind}"
            return path, outputs.own(path, folders=1)
        path = as_path(out, "--out") / f"{name}.{kind}"
        return path, outputs.named(
            path, mark=mark_of(path), overwrite=overwrite, in_new_folder=True
        )

    @property
    def _is_sweep(self) -> bool:
        return bool(self._run.manifest["extent"]["points"] > 1)

    def _drawings(self, point: int | None) -> Drawings:
        require_matplotlib()
        if point is None and self._is_sweep:
            from orgsim.figures.sweep import figures_of

            return figures_of(_sweep_shares(self._run, self._run.reference(self._reference)))
        at = self._run.one_point(point)
        comparison = self._run.compare(self._reference, point=at, tolerance=self._tolerance)
        return _setting_drawings(self._run, at, comparison)


def _flows_name(other: Run, point: int | None, other_point: int | None) -> str:
    """Return what a picture of flows is called, fit for a file: with what they lead to."""
    start = "" if point is None else f"{point}-"
    end = "" if other_point is None else f"-{other_point}"
    word = re.sub(r"[^a-z0-9]+", "-", other.directory.resolve().name.lower()).strip("-")
    return f"flows-{start}to-{word or 'other'}{end}"


def has_matplotlib() -> bool:
    """Whether pictures can be drawn."""
    return find_spec("matplotlib") is not None


def require_matplotlib() -> None:
    """Refuse to draw without matplotlib.

    Raises
    ------
    UsageError
        If it is not installed.
    """
    if not has_matplotlib():
        raise UsageError("matplotlib is not installed: pip install 'orgsim[plot]'")


def _setting_drawings(run: Run, point: int, comparison: Comparison) -> Drawings:
    """Return the drawings of one setting, of what the run kept; data are read when drawn."""
    from orgsim.figures import setting
    from orgsim.result.pairing import setting_name

    shares = _setting_shares(comparison, setting_name(run, point))
    output = run.manifest["output"]
    drawings = setting.figures_of(shares)
    if output["quarters"]:
        drawings["scenarios-over-time"] = lambda: setting.scenarios_over_time(
            _setting_quarters(run, point, shares)
        )
        drawings["trajectories"] = lambda: setting.trajectories(
            _setting_quarters(run, point, shares)
        )
    if output["firms"]:
        drawings["state-at-horizon"] = lambda: setting.state_at_horizon(
            _setting_firms(run, point, shares)
        )
        drawings["drivers"] = lambda: setting.drivers(_setting_firms(run, point, shares))
    return drawings


def _setting_shares(comparison: Comparison, title: str) -> SettingShares:
    from orgsim.figures.setting import SettingShares

    scenarios, split = comparison.scenarios, comparison.split
    return SettingShares(
        title=title,
        share=np.array([s.share for s in scenarios]),
        low=np.array([s.low for s in scenarios]),
        high=np.array([s.high for s in scenarios]),
        firms=comparison.firms,
        reference=np.array(split.shares),
        reference_name=split.name,
        tolerance=comparison.verdict.tolerance,
        rounding=split.rounding,
    )


def _setting_quarters(run: Run, point: int, shares: SettingShares) -> SettingQuarters:
    from orgsim.figures.setting import SettingQuarters

    table = run.quarters(point)
    return SettingQuarters(
        title=shares.title,
        columns={str(name): table[name].to_numpy() for name in table},
        firms=shares.firms,
        reference=shares.reference,
        reference_name=shares.reference_name,
    )


def _setting_firms(run: Run, point: int, shares: SettingShares) -> SettingFirms:
    """Return the first firms of a point, words as codes and quarters that never came as nan."""
    from orgsim.figures.setting import SettingFirms
    from orgsim.result.firm_rows import rows_of

    table = rows_of(run, point, 0, DRAWN_FIRMS).to_pandas()
    columns: dict[str, NDArray[Any]] = {}
    for column in FIRMS:
        values = table[column.name]
        if column.name == "scenario":
            columns[column.name] = values.astype(str).map(SCENARIOS.index).to_numpy()
        elif column.type == "word":
            columns[column.name] = values.astype("category").cat.codes.to_numpy()
        else:
            columns[column.name] = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return SettingFirms(title=shares.title, columns=columns, of=shares.firms)


def _label(path: str) -> str:
    """Return what to write at a parameter's axis: its name, and the unit if it has one."""
    found = SweptPath.of(path)
    if found is None:
        return path
    unit = found.parameter.unit
    return found.name if unit == "-" else f"{found.name} ({unit})"


def _scales(plan: dict[str, Any]) -> dict[str, str]:
    scales = {}
    for path, dimension in plan["parameters"].items():
        found = SweptPath.of(path)
        is_word = found is None or found.parameter.kind in ("switch", "choice")
        scales[path] = "category" if is_word else dimension.get("scale", "linear")
    return scales


def _sweep_shares(run: Run, split: Reference) -> SweepShares:
    """Return the shares of a finished sweep, ready to draw."""
    from orgsim.figures.sweep import SweepShares

    shares = run.table("shares")
    columns = {
        name: shares.column(name).to_numpy().reshape(-1, len(SCENARIOS))
        for name in ("share", "low", "high", "firms")
    }
    points = run.points()
    return SweepShares(
        title=run.manifest["title"],
        parameters={path: points[path].to_numpy() for path in run.swept},
        scales=_scales(run.manifest["identity"]["plan"]["sweep"]),
        labels={path: _label(path) for path in run.swept},
        share=columns["share"],
        low=columns["low"],
        high=columns["high"],
        firms=columns["firms"][:, 0].astype(np.int64),
        reference=split.by_name(),
        reference_name=split.name,
    )

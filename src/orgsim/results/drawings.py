"""What figures are drawn from: numbers of a setting, and of a sweep; no figure is known here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.comparison import Comparison
from orgsim.analysis.reference import Reference
from orgsim.figures import setting as setting_figures
from orgsim.figures import sweep as sweep_figures
from orgsim.figures.entry import Drawing, Given
from orgsim.figures.setting import SettingFirms, SettingQuarters, SettingShares
from orgsim.figures.sweep import SweepShares
from orgsim.results.source import SettingTables
from orgsim.spec import Model
from orgsim.spec.swept_path import SweptPath
from orgsim.store.run_tables import RunTables

DRAWN_FIRMS = 100_000
"""Most firms that a picture is drawn from: the first, which are as good a sample as any."""

Drawings = dict[str, Drawing]


def setting_drawings(setting: SettingTables, comparison: Comparison) -> Drawings:
    """Return the drawings of one setting, of what was kept; data are read when drawn."""
    shares = _setting_shares(comparison, setting.name)
    output = setting.source.output
    given: list[Given[Any]] = [Given.of(shares)]
    if output.quarters:
        given.append(Given(SettingQuarters, lambda: _setting_quarters(setting, shares)))
    if output.firms:
        given.append(Given(SettingFirms, lambda: _setting_firms(setting, shares)))
    return setting_figures.figures_of(*given)


def _setting_shares(comparison: Comparison, title: str) -> SettingShares:
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


def _setting_quarters(setting: SettingTables, shares: SettingShares) -> SettingQuarters:
    table = setting.quarters()
    return SettingQuarters(
        title=shares.title,
        columns={str(name): table[name].to_numpy() for name in table},
        firms=shares.firms,
        reference=shares.reference,
        reference_name=shares.reference_name,
    )


def _setting_firms(setting: SettingTables, shares: SettingShares) -> SettingFirms:
    """Return the first firms of a point, words as codes and quarters that never came as nan."""
    table = setting.source.firm_rows(0, DRAWN_FIRMS).to_pandas()
    columns: dict[str, NDArray[Any]] = {}
    model = setting.source.model
    for column in model.firms:
        values = table[column.name]
        if column.name == "scenario":
            columns[column.name] = values.astype(str).map(model.scenarios.index).to_numpy()
        elif column.type == "word":
            columns[column.name] = values.astype("category").cat.codes.to_numpy()
        else:
            columns[column.name] = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return SettingFirms(title=shares.title, columns=columns, of=shares.firms)


def _label(path: str, model: Model) -> str:
    """Return what to write at a parameter's axis: its name, and the unit if it has one."""
    found = SweptPath.of(path, model)
    if found is None:
        return path
    unit = found.parameter.unit
    return found.name if unit == "-" else f"{found.name} ({unit})"


def _scales(plan: Mapping[str, Any], model: Model) -> dict[str, str]:
    scales = {}
    for path, dimension in plan["parameters"].items():
        found = SweptPath.of(path, model)
        is_word = found is None or found.parameter.kind in ("switch", "choice")
        scales[path] = "category" if is_word else dimension.get("scale", "linear")
    return scales


def sweep_drawings(run: RunTables, split: Reference) -> Drawings:
    """Return the drawings of a whole sweep."""
    return sweep_figures.figures_of(_sweep_shares(run, split))


def _sweep_shares(run: RunTables, split: Reference) -> SweepShares:
    """Return the shares of a finished sweep, ready to draw."""
    shares = run.table("shares")
    columns = {
        name: shares.column(name).to_numpy().reshape(-1, len(run.model.outcomes))
        for name in ("share", "low", "high", "firms")
    }
    points = run.points()
    return SweepShares(
        title=run.meta.title,
        parameters={path: points[path].to_numpy() for path in run.swept},
        scales=_scales(run.meta.sweep, run.model),
        labels={path: _label(path, run.model) for path in run.swept},
        share=columns["share"],
        low=columns["low"],
        high=columns["high"],
        firms=columns["firms"][:, 0].astype(np.int64),
        reference=split.by_name(),
        reference_name=split.name,
    )

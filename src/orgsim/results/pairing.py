"""Two settings of the same firms: whether they are, and where each firm ended."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.flows import Flows, flow_counts, flows_of
from orgsim.analysis.shares import ERROR
from orgsim.errors import RunError, UsageError
from orgsim.results.source import SettingTables
from orgsim.store.reading import UNREADABLE


def flows_between(one: SettingTables, two: SettingTables) -> Flows:
    """Return which firms of a setting end elsewhere in another.

    Raises
    ------
    UsageError
        If their firms are not the same, or rows of firms were not kept.
    """
    refuse_unpaired(one, two)
    before, after = scenario_codes(one), scenario_codes(two)
    firms = min(before.size, after.size)
    counts = flow_counts(before[:firms], after[:firms], len(one.source.model.outcomes))
    error = ERROR * one.error_spent() * two.error_spent()
    names = (one.name, two.name)
    if names[0] == names[1]:
        names = _directory_names(one, two)
    return flows_of(counts, names, one.source.model.outcomes, error=round(error, 12))


def _directory_names(one: SettingTables, two: SettingTables) -> tuple[str, str]:
    """Return how to call two settings of one title: as short as tells them apart."""
    places = (one.source.directory, two.source.directory)
    if one.source.called == two.source.called and None in places:
        return f"{one.source.called}, the first", f"{two.source.called}, the second"
    if None in places:
        return one.source.called, two.source.called
    first, second = (Path(str(place)).resolve().parts for place in places)
    for depth in range(1, min(len(first), len(second)) + 1):
        if first[-depth:] != second[-depth:]:
            return "/".join(first[-depth:]), "/".join(second[-depth:])
    return one.source.called, two.source.called


def are_paired(one: SettingTables, two: SettingTables) -> bool:
    """Return whether two settings have the same firms."""
    try:
        refuse_unpaired(one, two)
    except UsageError:
        return False
    return True


def refuse_unpaired(one: SettingTables, two: SettingTables) -> None:
    """Refuse two settings whose firms do not meet the same draws.

    Raises
    ------
    UsageError
        The message says why, and how to pair them.
    """
    here, there = _draws(one), _draws(two)
    for what, way_out in (
        ("model", "run both with the same version of orgsim"),
        ("seed", f"run the second with --seed {here['seed']}"),
        ("draws", "sweep with common random numbers ([sweep] common_random_numbers = true)"),
    ):
        if here[what] != there[what]:
            raise UsageError(
                f"{one.source.called} and {two.source.called} are not paired: their firms differ "
                f"by {what} ({here[what]} and {there[what]})\n  {way_out}"
            )


def _draws(setting: SettingTables) -> dict[str, object]:
    """Return what the draws of a setting's firms hang on."""
    setting.counts()  # refuses what is not finished, or not there
    settings, _, key = setting.source.inputs()
    return {
        "model": setting.source.source_hash[:12],
        "seed": settings["simulation.seed"],
        "draws": f"those of point {key}",
    }


def scenario_codes(setting: SettingTables) -> NDArray[np.int8]:
    """Return the scenario of every firm of a setting, in the firms' order.

    Returns
    -------
    int8 (firms,)
        Codes as in ``Model.outcomes``.

    Raises
    ------
    UsageError
        If the run is not finished, or its config says not to write rows of firms.
    RunError
        If rows are lost.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pa.array(setting.source.model.scenarios)
    codes = np.full(setting.firm_count(), -1, dtype=np.int8)
    try:
        for batch in setting.source.firm_batches(["firm", "scenario"]):
            column = batch.column("scenario").cast(pa.string())
            codes[batch.column("firm").to_numpy()] = pc.index_in(column, words).to_numpy()
    except UNREADABLE:
        codes[:] = -1
    if (codes < 0).any():
        raise RunError(
            f"{setting.source.called}/firms: rows are lost or torn; mend them with: "
            f"orgsim resume {setting.source.called}"
        )
    return codes
